package packet

import (
	"encoding/binary"
	"math/bits"
)

// Checksum is the Internet checksum of b (RFC 1071): the complement of the
// one's complement sum of its 16-bit words, an odd octet padded with zero. Over
// data that contains its own checksum it is zero when all is well.
func Checksum(b []byte) uint16 { return ^fold(Sum(b, 0)) }

// ChecksumWith is the checksum of b together with what initial has summed, for
// instance a pseudo header.
func ChecksumWith(b []byte, initial uint64) uint16 { return ^fold(Sum(b, initial)) }

// Sum adds the words of b to initial. Only the last of several parts may have
// an odd length.
func Sum(b []byte, initial uint64) uint64 {
	// Words of any width give the same sum once folded (RFC 1071 section 2C).
	sum, carry := initial, uint64(0)
	for len(b) >= 8 {
		sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b), carry)
		b = b[8:]
	}
	var last [8]byte
	copy(last[:], b)
	sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(last[:]), carry)
	return sum + carry // no overflow: the last word ends in a zero octet
}

// PseudoHeader sums what TCP and UDP put in front of themselves for their
// checksums (RFC 9293 section 3.1, RFC 768).
func PseudoHeader(p IPv4) uint64 {
	sum := Sum(p[12:20], 0)
	tail := uint64(p.Protocol()) + uint64(len(p.Payload()))
	sum, carry := bits.Add64(sum, tail, 0)
	return sum + carry
}

// UpdateChecksum is what checksum becomes when one of the 16-bit words under
// it changes from was to is (RFC 1624 section 3, equation 3).
func UpdateChecksum(checksum, was, is uint16) uint16 {
	return ^fold(uint64(^checksum) + uint64(^was) + uint64(is))
}

func fold(sum uint64) uint16 {
	sum = sum>>32 + sum&0xffffffff
	sum = sum>>32 + sum&0xffffffff
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return uint16(sum)
}
