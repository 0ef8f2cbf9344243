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

	t     *tunnel  // of the packet at hand; nil while it is not known
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
	case outer.Protocol() != packet.ProtocolGRE:
		return DropNotGRE
	case outer.IsFragment():
		return DropFragment
	}
	header, payload, fault := gre.Parse(outer.Payload())
	if fault != gre.None {
		return reasonOf(fault)
	}
	if in.t = in.s.receiver(outer, header); in.t == nil {
		in.p.strange(outer, header, in.now)
		return DropNoTunnel
	}
	if !in.t.Up {
		return DropTunnelDown
	}
	at := outer.HeaderLen() + payload
	switch header.Protocol {
	case gre.ProtocolIPv4:
		return in.ipv4(outer, at)
	case gre.ProtocolNHRP:
		return in.control(outer, header, at)
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

// ipv4 takes the packet that begins at octet at of outer.
func (in *inbound) ipv4(outer packet.IPv4, at int) Reason {
	if packet.Version(outer[at:]) != 4 {
		return DropNotIP
	}
	inner, ok := packet.ParseIPv4(outer[at:])
	if !ok {
		return DropTruncated
	}
	if in.t.owns(inner.Source()) {
		return DropOwnSource // the TUN accepts it from us, for our error messages
	}
	if outer.ECN() == packet.CongestionExperienced {
		// RFC 6040 section 4.2: the mark is passed on, and a packet that cannot
		// carry it is dropped, which its sender understands too.
		if inner.ECN() == packet.NotECNCapable {
			return DropCongested
		}
		inner.MarkCE()
	}
	in.t.clampMSS(inner)
	in.t.countIn(len(inner), inner.IsMulticast(), in.now)
	if in.t.Redirect > 0 {
		in.hairpin(outer, inner)
	}
	if in.to != in.t {
		in.deliver()
		in.to = in.t
	}
	in.batch = append(in.batch, outer[at-deliverAt:at+len(inner)])
	return forwarded
}

// control hands a packet of a protocol that lives on the tunnel to the router.
func (in *inbound) control(outer packet.IPv4, header gre.Header, at int) Reason {
	in.t.countIn(len(outer)-at, false, in.now)
	queued := in.p.events(Control{
		Tunnel:   in.t.Name,
		From:     in.from(outer),
		To:       outer.Destination(),
		Protocol: header.Protocol,
		Packet:   bytes.Clone(outer[at:]),
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

// from is who sent the packet at hand.
func (in *inbound) from(outer packet.IPv4) netip.AddrPort {
	return netip.AddrPortFrom(outer.Source(), 0)
}
