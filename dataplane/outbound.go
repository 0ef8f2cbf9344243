package dataplane

import (
	"net/netip"

	"weft/dataplane/fib"
	"weft/dataplane/gre"
	"weft/dataplane/packet"
)

// batchSize is how many datagrams are sent at once. Copies and fragments may
// make more of them than there were packets.
const batchSize = 128

// outbound is one batch on its way out of a tunnel.
type outbound struct {
	p      *Pipeline
	s      *snapshot
	t      *tunnel
	routes fib.View
	now    int64 // of this batch, in Unix nanoseconds

	batch []Datagram // made, not sent
	arena []byte     // of copies and fragments; datagrams point into it
}

func (o *outbound) begin(s *snapshot, t *tunnel) {
	o.s, o.t = s, t
	o.routes = s.routes[t.VRF].Via(t.Name)
	o.now = o.p.now().UnixNano()
}

// packet takes one packet, at offset of b, through steps 2 to 6.
func (o *outbound) packet(b []byte, offset int) Reason {
	if offset > len(b) {
		return DropTruncated
	}
	if packet.Version(b[offset:]) != 4 {
		return DropNotIP
	}
	inner, ok := packet.ParseIPv4(b[offset:])
	if !ok {
		return DropTruncated
	}
	if inner.Protocol() == packet.ProtocolGRE && o.s.ours(inner.Source()) {
		return DropOuterLoop
	}
	if inner.TTL() == 0 { // RFC 1812 section 5.3.1; nobody should have sent it
		o.complainTTL(inner)
		return DropTTLExpired
	}
	o.t.clampMSS(inner)

	if inner.IsMulticast() {
		return o.replicate(b, offset, inner)
	}
	nbma, reason := o.resolve(inner)
	if reason != forwarded {
		return reason
	}
	return o.fit(b, offset, inner, nbma)
}

// resolve finds the NBMA address that inner goes to.
func (o *outbound) resolve(inner packet.IPv4) (nbma netip.AddrPort, reason Reason) {
	destination := inner.Destination()
	hops, ok := o.routes.Lookup(destination)
	if !ok {
		return netip.AddrPort{}, DropNoRoute
	}
	if !o.t.Multipoint {
		return o.t.destination(), forwarded
	}
	hop := hops[0]
	if len(hops) > 1 { // equal costs: a flow keeps to one of them
		hop = hops[uint64(inner.FlowHash())*uint64(len(hops))>>32]
	}
	nextHop := hop.Gateway
	if !nextHop.IsValid() {
		nextHop = destination
	}
	bound, ok := o.t.adjacencies().Lookup(nextHop)
	if !ok {
		o.unresolved(nextHop)
		// The server knows the way, or whom to ask.
		if server := o.t.server.Load(); server != nil && server.IsValid() {
			o.t.byServer.Add(1)
			return *server, forwarded
		}
		o.complainUnreachable(inner)
		return netip.AddrPort{}, DropNoAdjacency
	}
	if bound.use(o.now) {
		o.p.events(Used{o.t.Name, nextHop})
	}
	return bound.nbma, forwarded
}

// replicate sends a copy of inner to everyone on the multicast list, and the
// packet itself to the last of them.
func (o *outbound) replicate(b []byte, offset int, inner packet.IPv4) Reason {
	list := o.t.receivers()
	if len(list) == 0 {
		return DropNoMulticast
	}
	last := len(list) - 1
	for _, nbma := range list[:last] {
		if reason := o.fit(inner, 0, inner, nbma); reason != forwarded {
			return reason
		}
	}
	return o.fit(b, offset, inner, list[last])
}

// fit sends inner, which lies at offset of b, in as many pieces as the tunnel's
// MTU asks for: a tunnel fragments before it encapsulates, so that the far end
// of the tunnel need not reassemble.
func (o *outbound) fit(b []byte, offset int, inner packet.IPv4, nbma netip.AddrPort) Reason {
	mtu := o.t.mtu()
	if len(inner) <= mtu {
		o.encapsulate(b[:offset+len(inner)], offset, inner, nbma)
		return forwarded
	}
	if inner.DontFragment() {
		o.complainTooBig(inner, mtu)
		return DropTooBig
	}
	for at := 0; ; {
		start := len(o.arena)
		o.arena = append(o.arena, make([]byte, Headroom)...)
		extended, next, ok := packet.AppendFragment(o.arena, inner, at, mtu)
		if !ok {
			return DropTooBig // an MTU that not even a fragment fits in
		}
		o.arena = extended
		o.encapsulate(extended[start:], Headroom, inner, nbma)
		if next == 0 {
			return forwarded
		}
		at = next
	}
}

// encapsulate writes the headers in front of the payload, which lies at offset
// of b and reaches to its end, and adds the datagram to the batch.
func (o *outbound) encapsulate(b []byte, offset int, inner packet.IPv4, nbma netip.AddrPort) {
	t := o.t
	if offset < t.overhead() {
		start := len(o.arena)
		o.arena = append(o.arena, make([]byte, t.overhead())...)
		o.arena = append(o.arena, b[offset:]...)
		b, offset = o.arena[start:], t.overhead()
	}
	outer := b[offset-t.overhead():]
	o.p.putHeaders(t, outer, gre.ProtocolIPv4, inner.TOS(), t.DontFragment, nbma.Addr())
	o.batch = append(o.batch, Datagram{nbma, outer})
	if len(o.batch) == batchSize {
		o.send()
	}
}

// putHeaders writes the outer IPv4 and the GRE header to the front of outer,
// which is as long as the packet will be.
func (p *Pipeline) putHeaders(t *tunnel, outer []byte, protocol uint16, tos uint8, df bool, nbma netip.Addr) {
	ttl := t.TTL
	if ttl == 0 {
		ttl = 255
	}
	packet.IPv4Header{
		TOS:          tos,
		TotalLen:     len(outer),
		ID:           uint16(p.id.Add(1)),
		DontFragment: df,
		TTL:          ttl,
		Protocol:     packet.ProtocolGRE,
		Source:       t.Source,
		Destination:  nbma,
	}.Put(outer)
	t.greHeader(protocol).Put(outer[packet.IPv4HeaderLen:])
}

// send hands the batch to the underlay and counts what went.
func (o *outbound) send() {
	packets, octets := 0, 0
	for batch := o.batch; len(batch) > 0; {
		sent, _ := o.p.underlay.Send(batch)
		for _, d := range batch[:sent] {
			packets++
			octets += len(d.Packet) - o.t.overhead()
		}
		batch = batch[sent:]
		if len(batch) > 0 {
			o.t.drops.add(DropUnderlaySend, 1)
			batch = batch[1:]
		}
	}
	if packets > 0 {
		o.t.countOut(packets, octets, o.now)
	}
	clear(o.batch)
	o.batch, o.arena = o.batch[:0], o.arena[:0]
}
