package nhrp

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// Packet is an NHRP packet, RFC 2332 section 5: the fixed header, the mandatory
// part of its type, and the extensions.
type Packet struct {
	Type     PacketType
	HopCount uint8
	Underlay Family // of NBMA addresses (ar$afn)
	Overlay  Family // of protocol addresses (ar$pro.type)

	// The mandatory header. Any address may be absent.
	SourceNBMA  netip.Addr
	Source      netip.Addr // protocol address of who asks, also in the reply
	Destination netip.Addr // protocol address that it is about

	// Of the six packet types that ask and answer.
	Flags     uint16
	RequestID uint32
	CIEs      []CIE

	// Of an Error Indication.
	Error       ErrorCode
	ErrorOffset uint16 // octets into the packet in error

	// Of an Error Indication the beginning of the packet in error, of a Traffic
	// Indication that of the data packet.
	Body []byte

	Extensions []Extension
}

// Family is an address family of the Internet.
type Family uint8

const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// FamilyOf is the family of a valid address.
func FamilyOf(a netip.Addr) Family {
	if a.Is4() {
		return IPv4
	}
	return IPv6
}

func (f Family) octets() int {
	if f == IPv4 {
		return 4
	}
	return 16
}

// holds tells whether a is absent or an address of the family.
func (f Family) holds(a netip.Addr) bool {
	return !a.IsValid() || f == IPv4 && a.Is4() || f == IPv6 && a.Is6()
}

// Octets of the fixed header and of the mandatory header before its addresses,
// RFC 2332 sections 5.1 and 5.2.0.1.
const (
	fixedHeader     = 20
	mandatoryHeader = 8

	afnIPv4, afnIPv6     = 1, 2 // IANA address family numbers
	etherIPv4, etherIPv6 = 0x0800, 0x86dd
	version              = 1
)

// What Encode refuses; only a mistake in this package brings it about.
var (
	errAddressFamily = errors.New("nhrp: address of another family than the packet's")
	errExtension     = errors.New("nhrp: extension type or length out of range")
	errType          = errors.New("nhrp: packet type out of range, or a part that the type does not have")
	errTooLong       = errors.New("nhrp: packet longer than 65535 octets")
)

// hasBody tells the packets that carry another packet instead of entries.
func (t PacketType) hasBody() bool { return t == ErrorIndication || t == TrafficIndication }

// Encode returns the packet's octets, from the fixed header on, its sizes,
// offset and checksum filled in. Extensions, if there are any, are closed by End.
func (p *Packet) Encode() ([]byte, error) {
	return p.AppendTo(make([]byte, 0, p.extensionOffset(len(p.Extensions))+extensionFixed))
}

// AppendTo appends what Encode returns to b.
func (p *Packet) AppendTo(b []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, p.Underlay.afn())
	b = binary.BigEndian.AppendUint16(b, p.Overlay.ether())
	b = append(b, 0, 0, 0, 0, 0, p.HopCount,
		0, 0, 0, 0, 0, 0, // size, checksum and extension offset come when they are known
		version, byte(p.Type), byte(octets(p.SourceNBMA)), 0,
		byte(octets(p.Source)), byte(octets(p.Destination)))
	if p.Type.hasBody() {
		b = append(b, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(p.Error))
		b = binary.BigEndian.AppendUint16(b, p.ErrorOffset)
	} else {
		b = binary.BigEndian.AppendUint16(b, p.Flags)
		b = binary.BigEndian.AppendUint32(b, p.RequestID)
	}
	b = appendAddr(appendAddr(appendAddr(b, p.SourceNBMA), p.Source), p.Destination)
	var err error
	for i := range p.CIEs {
		if b, err = p.CIEs[i].appendTo(b, p.Underlay, p.Overlay); err != nil {
			return nil, err
		}
	}
	b = append(b, p.Body...)
	offset := 0
	if len(p.Extensions) > 0 {
		offset = len(b) - start
		for i := range p.Extensions {
			if b, err = p.Extensions[i].appendTo(b); err != nil {
				return nil, err
			}
		}
		b = append(b, compulsoryBit>>8, 0, 0, 0)
	}
	packet := b[start:]
	if len(packet) > 0xffff {
		return nil, errTooLong
	}
	binary.BigEndian.PutUint16(packet[10:], uint16(len(packet)))
	binary.BigEndian.PutUint16(packet[14:], uint16(offset))
	binary.BigEndian.PutUint16(packet[12:], checksum(packet))
	return b, nil
}

func (p *Packet) check() error {
	body := p.Type.hasBody()
	switch {
	case p.Type < ResolutionRequest || p.Type > TrafficIndication,
		body && (p.CIEs != nil || p.Flags != 0 || p.RequestID != 0),
		!body && p.Body != nil,
		p.Type != ErrorIndication && (p.Error != 0 || p.ErrorOffset != 0):
		return errType
	case p.Underlay != IPv4 && p.Underlay != IPv6, p.Overlay != IPv4 && p.Overlay != IPv6,
		!p.Underlay.holds(p.SourceNBMA), !p.Overlay.holds(p.Source), !p.Overlay.holds(p.Destination):
		return errAddressFamily
	}
	return nil
}

func (f Family) afn() uint16 {
	if f == IPv4 {
		return afnIPv4
	}
	return afnIPv6
}

func (f Family) ether() uint16 {
	if f == IPv4 {
		return etherIPv4
	}
	return etherIPv6
}

// extensionOffset is where the i-th extension begins on the wire.
func (p *Packet) extensionOffset(i int) int {
	at := fixedHeader + mandatoryHeader + octets(p.SourceNBMA) + octets(p.Source) + octets(p.Destination) + len(p.Body)
	for j := range p.CIEs {
		at += p.CIEs[j].octets()
	}
	for _, e := range p.Extensions[:i] {
		at += extensionFixed + len(e.Value)
	}
	return at
}
