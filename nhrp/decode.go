package nhrp

import "encoding/binary"

// Decode reads a packet, from the fixed header on. Octets beyond the size that
// the packet tells are ignored. Body and extension values are parts of b. The
// error is a DecodeError.
func Decode(b []byte) (Packet, error) {
	p, lengths, offset, err := decodeFixed(b)
	if err != nil {
		return Packet{}, err
	}
	b = b[:binary.BigEndian.Uint16(b[10:])]
	// A zero checksum is none.
	if binary.BigEndian.Uint16(b[12:]) != 0 && checksum(b) != 0 {
		return Packet{}, DecodeError{DropChecksum, 12}
	}
	end := len(b)
	if offset != 0 {
		if offset < fixedHeader+mandatoryHeader || offset > len(b) {
			return Packet{}, DecodeError{DropExtensionOffset, 14}
		}
		end = offset
	}
	at, err := p.decodeMandatory(b[:end], lengths)
	if err != nil {
		return Packet{}, err
	}
	switch {
	case at == end:
	case p.Type.hasBody():
		p.Body = b[at:end:end]
	default:
		if p.CIEs, err = decodeCIEs(nil, b[at:end], at, p.Underlay, p.Overlay); err != nil {
			return Packet{}, err
		}
	}
	if offset != 0 {
		if p.Extensions, err = decodeExtensions(b[offset:], offset); err != nil {
			return Packet{}, err
		}
	}
	return p, nil
}

// decodeFixed reads the fixed header, RFC 2332 section 5.1. It returns the
// length of the source NBMA address and the extension offset beside the packet.
func decodeFixed(b []byte) (p Packet, nbma, offset int, err error) {
	fail := func(r Reason, at int) (Packet, int, int, error) { return Packet{}, 0, 0, DecodeError{r, at} }
	if len(b) < fixedHeader+mandatoryHeader {
		return fail(DropTruncated, len(b))
	}
	if b[16] != version {
		return fail(DropVersion, 16)
	}
	if size := int(binary.BigEndian.Uint16(b[10:])); size > len(b) || size < fixedHeader+mandatoryHeader {
		return fail(DropLength, 10)
	}
	switch binary.BigEndian.Uint16(b) {
	case afnIPv4:
		p.Underlay = IPv4
	case afnIPv6:
		p.Underlay = IPv6
	default:
		return fail(DropAddressFamily, 0)
	}
	switch binary.BigEndian.Uint16(b[2:]) {
	case etherIPv4:
		p.Overlay = IPv4
	case etherIPv6:
		p.Overlay = IPv6
	default:
		return fail(DropProtocolType, 2)
	}
	p.HopCount, p.Type = b[9], PacketType(b[17])
	if p.Type < ResolutionRequest || p.Type > TrafficIndication {
		return fail(DropType, 17)
	}
	if b[18]&0x40 != 0 || b[19] != 0 {
		return fail(DropSubaddress, 18)
	}
	return p, int(b[18]), int(binary.BigEndian.Uint16(b[14:])), nil
}

// decodeMandatory reads the mandatory header, section 5.2.0.1, and returns
// where it ends.
func (p *Packet) decodeMandatory(b []byte, nbma int) (int, error) {
	source, destination := int(b[20]), int(b[21])
	switch {
	case p.Type == ErrorIndication:
		p.Error = ErrorCode(binary.BigEndian.Uint16(b[24:]))
		p.ErrorOffset = binary.BigEndian.Uint16(b[26:])
	case !p.Type.hasBody():
		p.Flags = binary.BigEndian.Uint16(b[22:])
		p.RequestID = binary.BigEndian.Uint32(b[24:])
	}
	r := reader{b, fixedHeader + mandatoryHeader}
	var ok bool
	if p.SourceNBMA, ok = r.addr(nbma, p.Underlay); !ok {
		return 0, r.addressError(0, nbma)
	}
	if p.Source, ok = r.addr(source, p.Overlay); !ok {
		return 0, r.addressError(0, source)
	}
	if p.Destination, ok = r.addr(destination, p.Overlay); !ok {
		return 0, r.addressError(0, destination)
	}
	return r.at, nil
}

// decodeHead reads as much of a packet as an Error Indication quotes of it: the
// mandatory header, whatever follows, and no checksum, for the packet has
// changed on its way.
func decodeHead(b []byte) (Packet, error) {
	if len(b) < fixedHeader+mandatoryHeader {
		return Packet{}, DecodeError{DropTruncated, len(b)}
	}
	whole := append([]byte(nil), b...)
	binary.BigEndian.PutUint16(whole[10:], uint16(min(len(whole), 0xffff)))
	p, nbma, _, err := decodeFixed(whole)
	if err != nil {
		return Packet{}, err
	}
	_, err = p.decodeMandatory(whole, nbma)
	return p, err
}
