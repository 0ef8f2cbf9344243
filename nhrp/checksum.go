package nhrp

import "encoding/binary"

// checksum is the Internet checksum over b, RFC 1071. Over a packet whose
// checksum field is right it comes out as zero; an odd length counts as if a
// zero octet followed (RFC 2332 section 5.1).
func checksum(b []byte) uint16 {
	var sum uint64
	for len(b) >= 4 {
		sum += uint64(binary.BigEndian.Uint32(b))
		b = b[4:]
	}
	if len(b) >= 2 {
		sum += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint64(b[0]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
