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

	batch  []Datagram // made, not sent
	octets []int      // of what is inside each
	arena  []byte     // of copies and fragments; datagrams point into it
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
	o.t.see(inner, true)

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
	if w := o.t.watched.Load(); w != nil {
		if every, ok := w.Lookup(destination); ok && every.due(o.now, usedInterval) {
			o.p.events(Used{o.t.Name, destination})
		}
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
		switch reason := o.fit(inner, 0, inner, nbma); reason {
		case forwarded:
		case DropNoAssociation: // with this one; there are others
			o.t.drops.add(reason, 1)
		default:
			return reason
		}
	}
	return o.fit(b, offset, inner, list[last])
}

// fit sends inner, which lies at offset of b, in as many pieces as the tunnel's
// MTU asks for: a tunnel fragments before it encapsulates, so that the far end
// of the tunnel need not reassemble.
func (o *outbound) fit(b []byte, offset int, inner packet.IPv4, nbma netip.AddrPort) Reason {
	sa, reason := o.p.protected(o.t, nbma)
	if reason != forwarded {
		return reason
	}
	mtu := sa.mtu(o.t)
	if len(inner) <= mtu {
		return o.encapsulate(b[:offset+len(inner)], offset, inner, sa, nbma)
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
		end := len(extended)
		o.arena = append(extended, make([]byte, sa.tail(end-start))...)
		reason := o.encapsulate(o.arena[start:end:len(o.arena)], Headroom, inner, sa, nbma)
		if next == 0 || reason != forwarded {
			return reason
		}
		at = next
	}
}

// encapsulate writes the headers in front of the payload, which lies at offset
// of b and reaches to its end, and behind it what sa needs there, and adds the
// datagram to the batch.
func (o *outbound) encapsulate(b []byte, offset int, inner packet.IPv4, sa *sending, nbma netip.AddrPort) Reason {
	n := len(b) - offset
	head := sa.head() + o.t.greHeader(0).Len()
	tail := sa.tail(o.t.greHeader(0).Len() + n)
	if offset < head || cap(b)-len(b) < tail {
		start := len(o.arena)
		o.arena = append(o.arena, make([]byte, head)...)
		o.arena = append(o.arena, b[offset:]...)
		end := len(o.arena)
		o.arena = append(o.arena, make([]byte, tail)...)
		b, offset = o.arena[start:end:len(o.arena)], head
	}
	d, reason := o.p.outer(o.t, sa, b, offset, gre.ProtocolIPv4, inner.TOS(), o.t.DontFragment, nbma, o.now)
	if reason != forwarded {
		return reason
	}
	o.batch = append(o.batch, d)
	o.octets = append(o.octets, n)
	if len(o.batch) == batchSize {
		o.send()
	}
	return forwarded
}

// outer makes the datagram for a payload that lies at offset of b and reaches to
// its end, with room around it. Without an association it goes in clear.
func (p *Pipeline) outer(t *tunnel, sa *sending, b []byte, offset int, protocol uint16, tos uint8, df bool, nbma netip.AddrPort, now int64) (Datagram, Reason) {
	header := t.greHeader(protocol)
	at := offset - header.Len()
	header.Put(b[at:])
	if sa != nil {
		return p.seal(t, sa, b, at, tos, df, now)
	}
	at -= packet.IPv4HeaderLen
	p.ipv4Header(t, tos, df, t.Source, nbma.Addr(), len(b)-at).Put(b[at:])
	return Datagram{nbma, b[at:]}, forwarded
}

// ipv4Header is the header of a tunnel's GRE packet of so many octets.
func (p *Pipeline) ipv4Header(t *tunnel, tos uint8, df bool, from, to netip.Addr, total int) packet.IPv4Header {
	return packet.IPv4Header{
		TOS:          tos,
		TotalLen:     total,
		ID:           uint16(p.id.Add(1)),
		DontFragment: df,
		TTL:          t.outerTTL(),
		Protocol:     packet.ProtocolGRE,
		Source:       from,
		Destination:  to,
	}
}

// send hands the batch to the underlay and counts what went.
func (o *outbound) send() {
	packets, octets := 0, 0
	for at := 0; at < len(o.batch); at++ { // beyond the one that could not be sent
		sent, _ := o.p.underlay.Send(o.batch[at:])
		for _, n := range o.octets[at : at+sent] {
			packets++
			octets += n
		}
		if at += sent; at < len(o.batch) {
			o.t.drops.add(DropUnderlaySend, 1)
		}
	}
	if packets > 0 {
		o.t.countOut(packets, octets, o.now)
	}
	clear(o.batch)
	o.batch, o.octets, o.arena = o.batch[:0], o.octets[:0], o.arena[:0]
}
