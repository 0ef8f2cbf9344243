package esp

import "weft/dataplane/packet"

// Room is how many octets of payload, in transport mode, or of an IP packet, in
// tunnel mode, fit in an outer packet of path octets; udp tells that it travels
// in UDP. It is what "show crypto ipsec sa" calls plaintext mtu.
func (s Suite) Room(path int, udp bool) int {
	text := path - packet.IPv4HeaderLen - headerLen - s.ivLen() - s.ICVLen()
	if udp {
		text -= packet.UDPHeaderLen
	}
	return max(text-text%s.blockLen()-trailerLen, 0)
}
