// Package packet looks at packets where they lie. An IPv4, a TCP, a UDP or an
// ICMP is the very bytes it was parsed from, so that reading a field costs a
// load and changing one needs no copy.
//
// A view is made by its Parse function, which checks once that everything its
// methods touch is there; they never panic afterwards. Nothing is said about
// why a packet was refused: whoever counts drops knows what it expected.
//
//   - ipv4.go      the IPv4 header (RFC 791; 2474 and 3168 for the TOS octet)
//   - fragment.go  cutting a packet to fit (RFC 791 section 3.2)
//   - tcp.go       TCP as far as clamping the MSS option needs (RFC 9293)
//   - udp.go       ports and lengths (RFC 768)
//   - icmp.go      messages and errors (RFC 792, 1122, 1191, 1812)
//   - checksum.go  the Internet checksum, whole and incremental (RFC 1071, 1624)
//   - flow.go      which packets must stay in order
//
// Left out: IPv6, which the tunnels do not carry yet, and reassembly, which
// the kernel does before a packet gets here.
package packet

import (
	"encoding/binary"
	"net/netip"
)

// IP protocol numbers (IANA).
const (
	ProtocolICMP  = 1
	ProtocolIPv4  = 4
	ProtocolTCP   = 6
	ProtocolUDP   = 17
	ProtocolGRE   = 47
	ProtocolESP   = 50
	ProtocolEIGRP = 88
	ProtocolOSPF  = 89
)

// IPv4HeaderLen is the length of a header without options.
const IPv4HeaderLen = 20

// MaxIPv4 is the length of the longest IPv4 packet.
const MaxIPv4 = 65535

// Values of the congestion field that matter to a tunnel; the other two tell
// that a transport is capable of it.
const (
	NotECNCapable         = 0
	CongestionExperienced = 3
)

const (
	ecnMask    = 0x03
	flagDF     = 0x4000
	flagMF     = 0x2000
	offsetMask = 0x1fff
)

// IPv4 is one packet, from the first octet of its header to the last of its
// payload; what followed it in the buffer is cut off.
type IPv4 []byte

// Version is the version field of an IP packet, 0 if there is none.
func Version(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	return int(b[0] >> 4)
}

// ParseIPv4 returns the packet at the beginning of b. It is not one if the
// version is not 4 or if a length is past the end.
func ParseIPv4(b []byte) (p IPv4, ok bool) {
	if len(b) < IPv4HeaderLen || b[0]>>4 != 4 {
		return nil, false
	}
	p = IPv4(b)
	header, total := p.HeaderLen(), p.TotalLen()
	if header < IPv4HeaderLen || total < header || total > len(b) {
		return nil, false
	}
	return p[:total], true
}

// HeaderLen is the length of the header with its options, in octets.
func (p IPv4) HeaderLen() int { return int(p[0]&0x0f) * 4 }

// TOS is the whole octet: DSCP and ECN.
func (p IPv4) TOS() uint8 { return p[1] }

// ECN is the congestion field (RFC 3168 section 5).
func (p IPv4) ECN() uint8 { return p[1] & ecnMask }

// MarkCE notes that congestion was met on the way.
func (p IPv4) MarkCE() {
	was := binary.BigEndian.Uint16(p)
	p[1] |= CongestionExperienced
	binary.BigEndian.PutUint16(p[10:], UpdateChecksum(p.HeaderChecksum(), was, binary.BigEndian.Uint16(p)))
}

// TotalLen is the length field, in octets.
func (p IPv4) TotalLen() int { return int(binary.BigEndian.Uint16(p[2:])) }

// ID is the identification that the fragments of a packet share.
func (p IPv4) ID() uint16 { return binary.BigEndian.Uint16(p[4:]) }

// DontFragment is the DF flag.
func (p IPv4) DontFragment() bool { return binary.BigEndian.Uint16(p[6:])&flagDF != 0 }

// MoreFragments is the MF flag.
func (p IPv4) MoreFragments() bool { return binary.BigEndian.Uint16(p[6:])&flagMF != 0 }

// FragmentOffset is where the payload belongs in the whole one, in octets.
func (p IPv4) FragmentOffset() int { return int(binary.BigEndian.Uint16(p[6:])&offsetMask) * 8 }

// IsFragment tells that p is part of a larger packet.
func (p IPv4) IsFragment() bool { return p.MoreFragments() || p.FragmentOffset() != 0 }

// TTL is the number of hops left.
func (p IPv4) TTL() uint8 { return p[8] }

// Protocol is what the payload is.
func (p IPv4) Protocol() uint8 { return p[9] }

// HeaderChecksum is the checksum field as it stands.
func (p IPv4) HeaderChecksum() uint16 { return binary.BigEndian.Uint16(p[10:]) }

// Source is the address of the sender.
func (p IPv4) Source() netip.Addr { return netip.AddrFrom4([4]byte(p[12:16])) }

// Destination is the address of the receiver.
func (p IPv4) Destination() netip.Addr { return netip.AddrFrom4([4]byte(p[16:20])) }

// IsMulticast tells that the destination is in 224.0.0.0/4 or is the limited
// broadcast address.
func (p IPv4) IsMulticast() bool {
	return p[16]>>4 == 0xe || binary.BigEndian.Uint32(p[16:]) == 0xffffffff
}

// Options are the octets between the fixed header and the payload.
func (p IPv4) Options() []byte { return p[IPv4HeaderLen:p.HeaderLen()] }

// Payload is what follows the header.
func (p IPv4) Payload() []byte { return p[p.HeaderLen():] }

// IPv4Header is a header to be written, without options.
type IPv4Header struct {
	TOS                 uint8
	TotalLen            int // of the packet with this header, in octets
	ID                  uint16
	DontFragment        bool
	TTL                 uint8
	Protocol            uint8
	Source, Destination netip.Addr // IPv4 addresses
}

// Put writes h with its checksum to the first IPv4HeaderLen octets of b.
func (h IPv4Header) Put(b []byte) {
	b = b[:IPv4HeaderLen]
	b[0] = 0x45
	b[1] = h.TOS
	binary.BigEndian.PutUint16(b[2:], uint16(h.TotalLen))
	binary.BigEndian.PutUint16(b[4:], h.ID)
	flags := uint16(0)
	if h.DontFragment {
		flags = flagDF
	}
	binary.BigEndian.PutUint16(b[6:], flags)
	b[8] = h.TTL
	b[9] = h.Protocol
	source, destination := h.Source.As4(), h.Destination.As4()
	copy(b[12:16], source[:])
	copy(b[16:20], destination[:])
	setHeaderChecksum(b)
}

func setHeaderChecksum(header []byte) {
	binary.BigEndian.PutUint16(header[10:], 0)
	binary.BigEndian.PutUint16(header[10:], Checksum(header))
}
