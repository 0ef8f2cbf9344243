package dataplane

import "weft/dataplane/packet"

// clampMSS lowers the segment size that a SYN announces to what the tunnel is
// configured for ("ip tcp adjust-mss"), in whichever direction it travels.
func (t *tunnel) clampMSS(inner packet.IPv4) {
	if t.AdjustMSS <= 0 || inner.Protocol() != packet.ProtocolTCP || inner.FragmentOffset() != 0 {
		return
	}
	if s, ok := packet.ParseTCP(inner.Payload()); ok && s.SYN() {
		s.ClampMSS(uint16(min(t.AdjustMSS, 0xffff)))
	}
}
