package nhrp

import "encoding/binary"

// ExtensionType is the 14-bit type of an extension, RFC 2332 section 5.3.
type ExtensionType uint16

const (
	endOfExtensions ExtensionType = 0

	ResponderAddress  ExtensionType = 3 // who answered: one CIE
	ForwardTransitNHS ExtensionType = 4 // servers that forwarded the request: CIEs
	ReverseTransitNHS ExtensionType = 5 // servers that forwarded the reply: CIEs
	Authentication    ExtensionType = 7
	VendorPrivate     ExtensionType = 8 // three octets of OUI, and what the vendor likes
	// NATAddress is Cisco's: CIEs with the addresses that NAT gave. RFC 2735
	// uses the number for its device capabilities, which are 8 octets long.
	NATAddress ExtensionType = 9
)

// Extension is one extension, its value as on the wire. The order of a
// packet's extensions is kept (RFC 2332 section 5.3).
type Extension struct {
	Type       ExtensionType
	Compulsory bool
	Value      []byte // nil if empty
}

const (
	extensionFixed = 4
	compulsoryBit  = 0x8000
	typeBits       = 0x3fff
	maxExtensions  = 32
)

// known tells whether we know what to do about an extension.
func (e *Extension) known() bool {
	switch e.Type {
	case ResponderAddress, ForwardTransitNHS, ReverseTransitNHS, Authentication, VendorPrivate, NATAddress:
		return true
	}
	return false
}

// holdsCIEs tells whether the value is a list of client information entries.
func (e *Extension) holdsCIEs() bool {
	switch e.Type {
	case ResponderAddress, ForwardTransitNHS, ReverseTransitNHS:
		return true
	case NATAddress:
		return len(e.Value) != 8
	}
	return false
}

// Entries decodes the value of one of p's extensions that holds client
// information entries. The error is a DecodeError whose Offset counts from the
// beginning of the value.
func (p *Packet) Entries(e Extension) ([]CIE, error) {
	return decodeCIEs(nil, e.Value, 0, p.Underlay, p.Overlay)
}

// entryExtension makes an extension that holds client information entries.
func entryExtension(t ExtensionType, compulsory bool, underlay, overlay Family, cies ...CIE) (Extension, error) {
	var b []byte
	for i := range cies {
		var err error
		if b, err = cies[i].appendTo(b, underlay, overlay); err != nil {
			return Extension{}, err
		}
	}
	return Extension{t, compulsory, b}, nil
}

// extension finds the first extension of a type.
func (p *Packet) extension(t ExtensionType) (Extension, int, bool) {
	for i := range p.Extensions {
		if p.Extensions[i].Type == t {
			return p.Extensions[i], i, true
		}
	}
	return Extension{}, 0, false
}

func (e *Extension) appendTo(b []byte) ([]byte, error) {
	if e.Type == endOfExtensions || e.Type > typeBits || len(e.Value) > 0xffff {
		return nil, errExtension
	}
	t := uint16(e.Type)
	if e.Compulsory {
		t |= compulsoryBit
	}
	b = binary.BigEndian.AppendUint16(b, t)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Value)))
	return append(b, e.Value...), nil
}

// decodeExtensions reads up to the End extension. Its absence is forgiven, and
// what follows it is padding.
func decodeExtensions(b []byte, at int) (all []Extension, err error) {
	for len(b) > 0 {
		if len(b) < extensionFixed {
			return nil, DecodeError{DropExtensionLength, at}
		}
		t, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if t&typeBits == uint16(endOfExtensions) {
			return all, nil
		}
		if len(b)-extensionFixed < n {
			return nil, DecodeError{DropExtensionLength, at}
		}
		if len(all) == maxExtensions {
			return nil, DecodeError{DropTooManyExtensions, at}
		}
		e := Extension{Type: ExtensionType(t & typeBits), Compulsory: t&compulsoryBit != 0}
		if n > 0 {
			e.Value = b[extensionFixed : extensionFixed+n : extensionFixed+n]
		}
		if all == nil {
			all = make([]Extension, 0, 6) // what a registration carries
		}
		all = append(all, e)
		b, at = b[extensionFixed+n:], at+extensionFixed+n
	}
	return all, nil
}
