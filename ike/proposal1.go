package ike

import (
	"encoding/binary"
	"fmt"
	"time"

	"weft/dataplane/esp"
)

// attributes1 are the attributes of a transform (RFC 2408 section 3.3). Values of
// more than four octets are none that we know.
type attributes1 struct {
	list []attribute1
}

type attribute1 struct {
	kind  uint16
	value uint32
}

func (a attributes1) get(kind uint16) (uint32, bool) {
	for _, x := range a.list {
		if x.kind == kind {
			return x.value, true
		}
	}
	return 0, false
}

func (a *attributes1) add(kind uint16, value uint32) {
	a.list = append(a.list, attribute1{kind, value})
}

func decodeAttributes1(b []byte) (a attributes1, ok bool) {
	for len(b) > 0 {
		if len(b) < 4 {
			return attributes1{}, false
		}
		kind, value := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		b = b[4:]
		if kind&attributeShort != 0 {
			a.add(kind&^attributeShort, uint32(value))
			continue
		}
		if len(b) < int(value) {
			return attributes1{}, false
		}
		long, n := b[:value], uint32(0)
		for _, octet := range long {
			if n>>24 != 0 {
				n = ^uint32(0) // longer than any limit of ours
				break
			}
			n = n<<8 | uint32(octet)
		}
		a.add(kind, n)
		b = b[value:]
	}
	return a, true
}

// encode writes them in the order they were added, short where they are short.
func (a attributes1) encode() (b []byte) {
	for _, x := range a.list {
		if x.value <= 0xffff {
			b = binary.BigEndian.AppendUint16(b, x.kind|attributeShort)
			b = binary.BigEndian.AppendUint16(b, uint16(x.value))
			continue
		}
		b = binary.BigEndian.AppendUint16(b, x.kind)
		b = binary.BigEndian.AppendUint16(b, 4)
		b = binary.BigEndian.AppendUint32(b, x.value)
	}
	return b
}

// transform1 is one transform of a proposal.
type transform1 struct {
	number     uint8
	id         uint8
	attributes attributes1
	body       []byte // attributes as received: an answer repeats them
}

// proposal1 is one proposal of a Security Association payload; proposals of one
// number are to be taken together, which we never do.
type proposal1 struct {
	number     uint8
	protocol   uint8
	spi        []byte
	transforms []transform1
}

// decodeSecurity1 reads a Security Association payload (RFC 2408 sections 3.4 to
// 3.6, RFC 2407 section 4.6.1).
func decodeSecurity1(b []byte) (list []proposal1, ok bool) {
	if len(b) < securityHead1 || binary.BigEndian.Uint32(b) != domainIPsec || binary.BigEndian.Uint32(b[4:]) != situationPlain {
		return nil, false
	}
	b = b[securityHead1:]
	for more := true; more; {
		if len(b) < proposalHead1 {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < proposalHead1+int(b[6]) || n > len(b) {
			return nil, false
		}
		p := proposal1{number: b[4], protocol: b[5], spi: b[proposalHead1 : proposalHead1+int(b[6])]}
		if p.transforms, ok = decodeTransforms1(b[proposalHead1+int(b[6]):n], int(b[7])); !ok {
			return nil, false
		}
		list = append(list, p)
		more = b[0] != 0
		b = b[n:]
	}
	return list, len(b) == 0
}

func decodeTransforms1(b []byte, count int) (list []transform1, ok bool) {
	for range count {
		if len(b) < transformHead1 {
			return nil, false
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < transformHead1 || n > len(b) {
			return nil, false
		}
		t := transform1{number: b[4], id: b[5], body: b[transformHead1:n]}
		if t.attributes, ok = decodeAttributes1(t.body); !ok {
			return nil, false
		}
		list = append(list, t)
		b = b[n:]
	}
	return list, len(b) == 0 && count > 0
}

// encodeSecurity1 writes the payload.
func encodeSecurity1(list ...proposal1) part1 {
	b := binary.BigEndian.AppendUint32(nil, domainIPsec)
	b = binary.BigEndian.AppendUint32(b, situationPlain)
	for i, p := range list {
		more := byte(0)
		if i+1 < len(list) {
			more = 2
		}
		at := len(b)
		b = append(b, more, 0, 0, 0, p.number, p.protocol, byte(len(p.spi)), byte(len(p.transforms)))
		b = append(b, p.spi...)
		for j, t := range p.transforms {
			next, body := byte(0), t.body
			if j+1 < len(p.transforms) {
				next = 3
			}
			if body == nil {
				body = t.attributes.encode()
			}
			b = append(b, next, 0)
			b = binary.BigEndian.AppendUint16(b, uint16(transformHead1+len(body)))
			b = append(b, t.number, t.id, 0, 0)
			b = append(b, body...)
		}
		binary.BigEndian.PutUint16(b[at+2:], uint16(len(b)-at))
	}
	return part1{security1, b}
}

// Attributes of phase 1 (RFC 2409 appendix A) and their values.
const (
	attributeCipher   = 1
	attributeHash     = 2
	attributeAuth     = 3
	attributeGroup    = 4
	attributeLifeKind = 11
	attributeLife     = 12
	attributeBits     = 14
	lifeSeconds       = 1
	lifeKilobytes     = 2
)

var ciphers1 = map[esp.Cipher]uint32{esp.DES: 1, esp.TripleDES: 5, esp.AESCBC: 7}

var hashes1 = map[Hash]uint32{MD5: 1, SHA1: 2, SHA256: 4, SHA384: 5, SHA512: 6}

var methods1 = map[Authentication]uint32{PreShared: 1, RSASignature: 3, RSAEncryption: 4, ECDSASignature: 9}

// transform is how a policy goes out.
func (p Policy) transform(number int) transform1 {
	t := transform1{number: uint8(number), id: transformKeyIKE}
	a := &t.attributes
	a.add(attributeCipher, ciphers1[p.Cipher.Cipher])
	if p.Cipher.Bits != 0 {
		a.add(attributeBits, uint32(p.Cipher.Bits))
	}
	a.add(attributeHash, hashes1[p.Hash])
	a.add(attributeGroup, uint32(p.Group))
	a.add(attributeAuth, methods1[p.Authentication])
	a.add(attributeLifeKind, lifeSeconds)
	a.add(attributeLife, uint32(p.Lifetime/time.Second))
	return t
}

// usable tells a policy that we can act by: certificates come later.
func (p Policy) usable() bool {
	return p.Authentication == PreShared && p.Group.known() && p.Hash.known() && ciphers1[p.Cipher.Cipher] != 0
}

// matches tells whether a peer's transform is what a policy wants, and for how long.
func (p Policy) matches(t transform1) (time.Duration, bool) {
	a := t.attributes
	is := func(kind uint16, want uint32) bool { got, ok := a.get(kind); return ok && got == want }
	if t.id != transformKeyIKE || !is(attributeCipher, ciphers1[p.Cipher.Cipher]) || !is(attributeHash, hashes1[p.Hash]) ||
		!is(attributeGroup, uint32(p.Group)) || !is(attributeAuth, methods1[p.Authentication]) {
		return 0, false
	}
	if bits, ok := a.get(attributeBits); p.Cipher.Cipher == esp.AESCBC && !(ok && int(bits) == p.Cipher.Bits || !ok && p.Cipher.Bits == 128) {
		return 0, false
	}
	life := p.Lifetime
	if seconds, ok := lifeOf(a.list, attributeLifeKind, attributeLife, lifeSeconds); ok {
		life = min(life, time.Duration(seconds)*time.Second)
	}
	return life, true
}

// lifeOf finds a limit: the kind of each stands before its value.
func lifeOf(list []attribute1, kind, value uint16, want uint32) (uint32, bool) {
	current := uint32(0)
	for _, x := range list {
		switch x.kind {
		case kind:
			current = x.value
		case value:
			if current == want {
				return x.value, true
			}
		}
	}
	return 0, false
}

// String is a policy in the words of its lines.
func (p Policy) String() string {
	method := "pre-share"
	switch p.Authentication {
	case RSASignature:
		method = "rsa-sig"
	case ECDSASignature:
		method = "ecdsa-sig"
	case RSAEncryption:
		method = "rsa-encr"
	case PreShared:
	}
	return fmt.Sprintf("%s %s group %d %s lifetime %d", p.Cipher, p.Hash, p.Group, method, p.Lifetime/time.Second)
}

// describeTransform1 puts a peer's transform of phase 1 into the same words.
func describeTransform1(t transform1) string { return policyOf1(t).String() }

// policyOf1 is the policy that a peer's transform of phase 1 would come from.
func policyOf1(t transform1) (p Policy) {
	a := t.attributes
	if v, ok := a.get(attributeCipher); ok {
		for c, n := range ciphers1 {
			if n == v {
				p.Cipher.Cipher = c
			}
		}
	}
	if v, ok := a.get(attributeBits); ok {
		p.Cipher.Bits = int(v)
	} else if p.Cipher.Cipher == esp.AESCBC {
		p.Cipher.Bits = 128
	}
	if v, ok := a.get(attributeHash); ok {
		for h, n := range hashes1 {
			if n == v {
				p.Hash = h
			}
		}
	}
	if v, ok := a.get(attributeGroup); ok {
		p.Group = Group(v)
	}
	if v, ok := a.get(attributeAuth); ok {
		for m, n := range methods1 {
			if n == v {
				p.Authentication = m
			}
		}
	}
	if v, ok := lifeOf(a.list, attributeLifeKind, attributeLife, lifeSeconds); ok {
		p.Lifetime = time.Duration(v) * time.Second
	}
	return p
}
