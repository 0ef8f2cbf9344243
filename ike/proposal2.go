package ike

import "encoding/binary"

// Types of transforms (RFC 7296 section 3.3.2).
const (
	transformCipher    = 1
	transformPRF       = 2
	transformIntegrity = 3
	transformGroup     = 4
	transformESN       = 5
)

// attributeKeyLength is the only attribute of a transform (section 3.3.5), in
// its short form.
const attributeKeyLength = 0x8000 | 14

// transform is one algorithm that is offered.
type transform struct {
	kind uint8
	id   uint16
	bits int
	// foreign are attributes that we do not know: who has such a transform does
	// not mean what we mean (section 3.3.6).
	foreign string
}

// proposal is one way out of several (section 3.3.1).
type proposal struct {
	number     uint8
	protocol   uint8
	spi        []byte
	transforms []transform
}

// decodeProposals reads a Security Association payload.
func decodeProposals(b []byte) ([]proposal, bool) {
	var all []proposal
	for more := true; more; {
		if len(b) < 8 || len(all) == maxPayloads {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 8+int(b[6]) || n > len(b) || b[0] != 0 && b[0] != 2 {
			return nil, false
		}
		more = b[0] == 2
		p := proposal{number: b[4], protocol: b[5], spi: b[8 : 8+int(b[6])]}
		var ok bool
		if p.transforms, ok = decodeTransforms(b[8+int(b[6]):n], int(b[7])); !ok {
			return nil, false
		}
		all = append(all, p)
		b = b[n:]
	}
	return all, len(b) == 0
}

func decodeTransforms(b []byte, count int) ([]transform, bool) {
	var all []transform
	for i := range count {
		if len(b) < 8 {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 8 || n > len(b) || b[0] != 0 && b[0] != 3 || (b[0] == 0) != (i == count-1) {
			return nil, false
		}
		t := transform{kind: b[4], id: binary.BigEndian.Uint16(b[6:])}
		attributes := b[8:n]
		if len(attributes) == 4 && binary.BigEndian.Uint16(attributes) == attributeKeyLength {
			t.bits = int(binary.BigEndian.Uint16(attributes[2:]))
		} else if len(attributes) > 0 {
			t.foreign = string(attributes)
		}
		all = append(all, t)
		b = b[n:]
	}
	return all, len(b) == 0
}

// encodeProposals writes a Security Association payload.
func encodeProposals(all []proposal) payload {
	var b []byte
	for i, p := range all {
		var body []byte
		for j, t := range p.transforms {
			attributes := []byte(t.foreign)
			if t.bits != 0 {
				attributes = binary.BigEndian.AppendUint16(nil, attributeKeyLength)
				attributes = binary.BigEndian.AppendUint16(attributes, uint16(t.bits))
			}
			body = append(body, follows(j+1 < len(p.transforms), 3), 0)
			body = binary.BigEndian.AppendUint16(body, uint16(8+len(attributes)))
			body = append(body, t.kind, 0)
			body = binary.BigEndian.AppendUint16(body, t.id)
			body = append(body, attributes...)
		}
		b = append(b, follows(i+1 < len(all), 2), 0)
		b = binary.BigEndian.AppendUint16(b, uint16(8+len(p.spi)+len(body)))
		b = append(b, p.number, p.protocol, byte(len(p.spi)), byte(len(p.transforms)))
		b = append(append(b, p.spi...), body...)
	}
	return payload{kind: payloadSA, body: b}
}

func follows(more bool, what byte) byte {
	if more {
		return what
	}
	return 0
}

// of lists the transforms of a type that have no attributes we do not know.
func (p proposal) of(kind uint8) []transform {
	var all []transform
	for _, t := range p.transforms {
		if t.kind == kind && t.foreign == "" {
			all = append(all, t)
		}
	}
	return all
}

// has tells whether a type of transform is offered at all.
func (p proposal) has(kind uint8) bool {
	for _, t := range p.transforms {
		if t.kind == kind {
			return true
		}
	}
	return false
}
