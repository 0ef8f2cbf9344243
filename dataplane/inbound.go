package dataplane

import (
	"bytes"
	"net/netip"

	"weft/dataplane/gre"
	"weft/dataplane/packet"
)

// deliverAt is where inner packets begin in the buffers given to the Overlay.
// An outer header and the shortest GRE header leave 24 octets in front of them.
const deliverAt = 24

// inbound is one batch that came from the underlay.
type inbound struct {
	p   *Pipeline
	s   *snapshot
	now int64 // of this batch, in Unix nanoseconds

	// Of the packet at hand:
	t     *tunnel        // nil while it is not known
	from  netip.AddrPort // who sent it
	local netip.Addr     // and to which address of ours
	ce    bool           // congestion was met on its way

	to    *tunnel  // that batch is for
	batch [][]byte // not delivered yet
}

func (in *inbound) begin(s *snapshot) {
	in.s, in.t, in.to = s, nil, nil
	in.now = in.p.now().UnixNano()
}

// counted is where a drop of the packet at hand belongs.
func (in *inbound) counted() *tally {
	if in.t == nil {
		return &in.p.drops
	}
	return &in.t.drops
}

// packet takes one outer packet through steps 2 and 3.
func (in *inbound) packet(b []byte) Reason {
	in.t = nil
	if packet.Version(b) != 4 {
		return DropNotIP
	}
	outer, ok := packet.ParseIPv4(b)
	switch {
	case !ok:
		return DropTruncated
	case outer.IsFragment():
		return DropFragment
	}
	from := netip.AddrPortFrom(outer.Source(), 0)
	switch outer.Protocol() {
	case packet.ProtocolGRE:
		in.ce = outer.ECN() == packet.CongestionExperienced
		return in.gre(outer, outer.HeaderLen(), from, outer.Destination(), false)
	case packet.ProtocolESP:
		return in.esp(outer, outer.HeaderLen(), from, netip.AddrPortFrom(outer.Destination(), 0))
	case packet.ProtocolUDP:
		return in.udp(outer)
	}
	return DropNotGRE
}

// gre takes the GRE packet that begins at octet at of frame and reaches to its
// end. A tunnel takes what it sends: clear text, or what an association has
// opened, whose ends are then those of the tunnel.
func (in *inbound) gre(frame []byte, at int, from netip.AddrPort, local netip.Addr, protected bool) Reason {
	header, payload, fault := gre.Parse(frame[at:])
	if fault != gre.None {
		return reasonOf(fault)
	}
	in.from, in.local = from, local
	if in.t = in.s.receiver(local, from.Addr(), header); in.t == nil {
		in.p.strange(from.Addr(), local, "", header, in.now)
		return DropNoTunnel
	}
	switch {
	case !in.t.Up:
		return DropTunnelDown
	case in.t.Protected && !protected:
		in.p.strange(from.Addr(), local, in.t.Name, header, in.now)
		if in.t.inClear.due(in.now, clearInterval) {
			in.p.events(NotProtected{in.t.Name, from.Addr(), local, packet.ProtocolGRE})
		}
		return DropNotProtected
	case !in.t.Protected && protected:
		return DropSelector
	}
	at += payload
	switch header.Protocol {
	case gre.ProtocolIPv4:
		return in.ipv4(frame, at)
	case gre.ProtocolNHRP:
		return in.control(frame, header, at)
	}
	return DropGREProtocol
}

func reasonOf(fault gre.Fault) Reason {
	switch fault {
	case gre.Version:
		return DropGREVersion
	case gre.Routing, gre.Reserved:
		return DropGREFlags
	case gre.Checksum:
		return DropGREChecksum
	case gre.None, gre.Truncated:
	}
	return DropTruncated
}

// ipv4 takes the packet that begins at octet at of frame.
func (in *inbound) ipv4(frame []byte, at int) Reason {
	if packet.Version(frame[at:]) != 4 {
		return DropNotIP
	}
	inner, ok := packet.ParseIPv4(frame[at:])
	if !ok {
		return DropTruncated
	}
	if in.t.owns(inner.Source()) {
		return DropOwnSource // the TUN accepts it from us, for our error messages
	}
	if in.ce {
		// RFC 6040 section 4.2: the mark is passed on, and a packet that cannot
		// carry it is dropped, which its sender understands too.
		if inner.ECN() == packet.NotECNCapable {
			return DropCongested
		}
		inner.MarkCE()
	}
	if in.t.spoken(inner) {
		return in.punt(inner)
	}
	in.t.clampMSS(inner)
	in.t.see(inner, false)
	in.t.countIn(len(inner), inner.IsMulticast(), in.now)
	if in.t.Redirect > 0 {
		in.hairpin(inner)
	}
	if in.to != in.t {
		in.deliver()
		in.to = in.t
	}
	in.batch = append(in.batch, frame[at-deliverAt:at+len(inner)])
	return forwarded
}

// control hands a packet of a protocol that lives on the tunnel to the router.
func (in *inbound) control(frame []byte, header gre.Header, at int) Reason {
	in.t.countIn(len(frame)-at, false, in.now)
	queued := in.p.events(Control{
		Tunnel:   in.t.Name,
		From:     in.from,
		To:       in.local,
		Protocol: header.Protocol,
		Packet:   bytes.Clone(frame[at:]),
	})
	if !queued {
		return DropEventQueue
	}
	return forwarded
}

// deliver writes the batch into its tunnel.
func (in *inbound) deliver() {
	if len(in.batch) == 0 {
		return
	}
	n := len(in.batch)
	if err := in.p.overlay.Deliver(in.to.Name, in.batch, deliverAt); err != nil {
		in.to.drops.add(DropOverlayWrite, n)
	}
	clear(in.batch)
	in.batch = in.batch[:0]
}
