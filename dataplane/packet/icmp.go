package packet

import (
	"encoding/binary"
	"net/netip"
)

// ICMPHeaderLen is the length of the fixed part of every message.
const ICMPHeaderLen = 8

// ICMP types and codes (RFC 792) of the errors that a router reports.
const (
	ICMPEchoReply               = 0
	ICMPUnreachable             = 3
	ICMPSourceQuench            = 4
	ICMPRedirect                = 5
	ICMPEchoRequest             = 8
	ICMPTimeExceeded            = 11
	ICMPParameterProblem        = 12
	ICMPCodeHostUnreachable     = 1 // of ICMPUnreachable
	ICMPCodeFragmentationNeeded = 4 // of ICMPUnreachable
	ICMPCodeTTL                 = 0 // of ICMPTimeExceeded
)

// maxICMPError keeps an error message within what every host takes without
// reassembly, as RFC 1812 section 4.3.2.3 asks.
const maxICMPError = 576

// ICMP is a message.
type ICMP []byte

// ParseICMP returns the message in b, the payload of an unfragmented packet.
func ParseICMP(b []byte) (m ICMP, ok bool) {
	if len(b) < ICMPHeaderLen {
		return nil, false
	}
	return ICMP(b), true
}

// Type is the kind of message.
func (m ICMP) Type() uint8 { return m[0] }

// Code tells messages of one type apart.
func (m ICMP) Code() uint8 { return m[1] }

// IsError tells messages about other packets from queries and their answers.
func (m ICMP) IsError() bool {
	switch m.Type() {
	case ICMPUnreachable, ICMPSourceQuench, ICMPRedirect, ICMPTimeExceeded, ICMPParameterProblem:
		return true
	}
	return false
}

// ICMPError is an error message about a packet.
type ICMPError struct {
	Type, Code uint8
	MTU        int        // with ICMPCodeFragmentationNeeded: the next hop's (RFC 1191 section 4)
	From       netip.Addr // the router's own address
}

// Append appends to dst the packet that tells the sender of about. The caller
// has asked MayComplainAbout.
func (e ICMPError) Append(dst []byte, about IPv4) []byte {
	quoted := about[:min(len(about), maxICMPError-IPv4HeaderLen-ICMPHeaderLen)]
	start := len(dst)
	dst = append(dst, make([]byte, IPv4HeaderLen+ICMPHeaderLen)...)
	dst = append(dst, quoted...)
	p := dst[start:]
	IPv4Header{
		TOS:         0xc0, // internetwork control: RFC 1812 section 4.3.2.5
		TotalLen:    len(p),
		TTL:         64,
		Protocol:    ProtocolICMP,
		Source:      e.From,
		Destination: about.Source(),
	}.Put(p)
	m := p[IPv4HeaderLen:]
	m[0], m[1] = e.Type, e.Code
	binary.BigEndian.PutUint16(m[6:], uint16(e.MTU))
	binary.BigEndian.PutUint16(m[2:], Checksum(m))
	return dst
}

// MayComplainAbout tells whether an error message about p is allowed: never
// about another error, about anything but the first fragment, about what was
// sent to many, or to an address that is not one host's (RFC 1122 section
// 3.2.2, RFC 1812 section 4.3.2.7).
func MayComplainAbout(p IPv4) bool {
	source := p.Source()
	if p.IsMulticast() || p.FragmentOffset() != 0 ||
		source.IsMulticast() || source.IsLoopback() || p[12] == 0 || p[12] >= 240 {
		return false
	}
	if p.Protocol() != ProtocolICMP {
		return true
	}
	m, ok := ParseICMP(p.Payload())
	return ok && !m.IsError()
}
