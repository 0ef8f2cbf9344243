package dataplane

import (
	"bytes"

	"weft/dataplane/packet"
)

// spoken tells a packet of a routing protocol that is for this end of the tunnel.
// Fragments the kernel puts together, and has no use for: a routing protocol that
// speaks in fragments has its MTU wrong.
func (t *tunnel) spoken(inner packet.IPv4) bool {
	switch inner.Protocol() {
	case packet.ProtocolEIGRP, packet.ProtocolOSPF:
		return !inner.IsFragment() && (inner.IsMulticast() || t.owns(inner.Destination()))
	}
	return false
}

// punt hands a packet of a routing protocol to the router.
func (in *inbound) punt(inner packet.IPv4) Reason {
	in.t.countIn(len(inner), inner.IsMulticast(), in.now)
	queued := in.p.events(Routing{
		Tunnel:   in.t.Name,
		From:     inner.Source(),
		To:       inner.Destination(),
		Protocol: inner.Protocol(),
		Packet:   bytes.Clone(inner.Payload()),
	})
	if !queued {
		return DropEventQueue
	}
	return forwarded
}

// SendPacket sends an IPv4 packet of the box itself out of a tunnel, as if the
// kernel had routed it there: multicast goes to the tunnel's list.
func (p *Pipeline) SendPacket(tunnel string, b []byte) {
	buf := make([]byte, Headroom+len(b), Headroom+len(b)+packetTail)
	copy(buf[Headroom:], b)
	p.FromTunnel(tunnel, [][]byte{buf}, Headroom)
}

// packetTail is room for what an association writes behind a packet.
const packetTail = 64
