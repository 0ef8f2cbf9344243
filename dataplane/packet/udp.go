package packet

import "encoding/binary"

// UDPHeaderLen is the length of the header.
const UDPHeaderLen = 8

// UDP is a datagram.
type UDP []byte

// ParseUDP returns the datagram in b, the payload of an unfragmented packet.
func ParseUDP(b []byte) (d UDP, ok bool) {
	if len(b) < UDPHeaderLen {
		return nil, false
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	if n < UDPHeaderLen || n > len(b) {
		return nil, false
	}
	return UDP(b[:n]), true
}

// SourcePort is the port of the sender.
func (d UDP) SourcePort() uint16 { return binary.BigEndian.Uint16(d) }

// DestinationPort is the port of the receiver.
func (d UDP) DestinationPort() uint16 { return binary.BigEndian.Uint16(d[2:]) }

// Payload is what follows the header.
func (d UDP) Payload() []byte { return d[UDPHeaderLen:] }

// PutUDP writes the header of a datagram without checksum that fills b.
func PutUDP(b []byte, source, destination uint16) {
	binary.BigEndian.PutUint16(b, source)
	binary.BigEndian.PutUint16(b[2:], destination)
	binary.BigEndian.PutUint16(b[4:], uint16(len(b)))
	b[6], b[7] = 0, 0
}
