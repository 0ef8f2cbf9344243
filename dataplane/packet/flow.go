package packet

import "encoding/binary"

// FlowHash is a number that all packets of one flow share, so that they take
// the same of several ways and stay in order. Ports count only where all
// fragments of a packet would agree, that is in packets that are none.
func (p IPv4) FlowHash() uint32 {
	h := binary.BigEndian.Uint64(p[12:20])
	h ^= uint64(p.Protocol()) << 56
	if protocol := p.Protocol(); (protocol == ProtocolTCP || protocol == ProtocolUDP) && !p.IsFragment() {
		if ports := p.Payload(); len(ports) >= 4 {
			h = mix(h) ^ uint64(binary.BigEndian.Uint32(ports))
		}
	}
	return uint32(mix(h) >> 32)
}

// mix spreads every bit of x over the whole word (the finaliser of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
