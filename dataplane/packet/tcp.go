package packet

import (
	"encoding/binary"
	"math/bits"
)

// TCPHeaderLen is the length of a header without options.
const TCPHeaderLen = 20

const (
	tcpFlagSYN = 0x02

	tcpOptionEnd = 0
	tcpOptionNop = 1
	tcpOptionMSS = 2
)

// TCP is a segment.
type TCP []byte

// ParseTCP returns the segment in b, the payload of an unfragmented packet.
func ParseTCP(b []byte) (s TCP, ok bool) {
	if len(b) < TCPHeaderLen {
		return nil, false
	}
	s = TCP(b)
	if n := s.HeaderLen(); n < TCPHeaderLen || n > len(b) {
		return nil, false
	}
	return s, true
}

// SourcePort is the port of the sender.
func (s TCP) SourcePort() uint16 { return binary.BigEndian.Uint16(s) }

// DestinationPort is the port of the receiver.
func (s TCP) DestinationPort() uint16 { return binary.BigEndian.Uint16(s[2:]) }

// HeaderLen is the length of the header with its options, in octets.
func (s TCP) HeaderLen() int { return int(s[12]>>4) * 4 }

// SYN is the flag that opens a connection; options are negotiated under it.
func (s TCP) SYN() bool { return s[13]&tcpFlagSYN != 0 }

// ClampMSS lowers the maximum segment size that a SYN announces to at most
// limit, in place, and reports whether it did. A SYN without the option is
// left alone: its peer then assumes 536 (RFC 9293 section 3.7.1), which fits.
func (s TCP) ClampMSS(limit uint16) bool {
	at := s.mss()
	if at == 0 {
		return false
	}
	was := binary.BigEndian.Uint16(s[at:])
	if was <= limit {
		return false
	}
	binary.BigEndian.PutUint16(s[at:], limit)
	is := limit
	if at%2 != 0 {
		// The value straddles two words of the checksum. Swapping its octets
		// puts each in the column it is summed in (RFC 1071 section 2B).
		was, is = bits.ReverseBytes16(was), bits.ReverseBytes16(is)
	}
	binary.BigEndian.PutUint16(s[16:], UpdateChecksum(binary.BigEndian.Uint16(s[16:]), was, is))
	return true
}

// MSS is the maximum segment size announced, 0 if none is.
func (s TCP) MSS() uint16 {
	at := s.mss()
	if at == 0 {
		return 0
	}
	return binary.BigEndian.Uint16(s[at:])
}

// mss is where the value of the option is, 0 if there is none to be found.
func (s TCP) mss() int {
	for at, end := TCPHeaderLen, s.HeaderLen(); at < end; {
		switch s[at] {
		case tcpOptionEnd:
			return 0
		case tcpOptionNop:
			at++
			continue
		}
		if at+2 > end || s[at+1] < 2 || at+int(s[at+1]) > end {
			return 0
		}
		if s[at] == tcpOptionMSS && s[at+1] == 4 {
			return at + 2
		}
		at += int(s[at+1])
	}
	return 0
}
