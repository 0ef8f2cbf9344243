package ike

import (
	"fmt"
	"strings"

	"weft/dataplane/esp"
)

// Numbers of algorithms in version 2 (IANA's registry of IKEv2 parameters).

func (c Cipher) transform() transform {
	switch c.Cipher {
	case esp.Null:
		return transform{kind: transformCipher, id: 11}
	case esp.DES:
		return transform{kind: transformCipher, id: 2}
	case esp.TripleDES:
		return transform{kind: transformCipher, id: 3}
	case esp.AESCBC:
		return transform{kind: transformCipher, id: 12, bits: c.Bits}
	case esp.AESGCM:
		return transform{kind: transformCipher, id: 20, bits: c.Bits}
	}
	return transform{}
}

func (h Hash) prfTransform() transform {
	ids := [...]uint16{MD5: 1, SHA1: 2, SHA256: 5, SHA384: 6, SHA512: 7}
	return transform{kind: transformPRF, id: ids[h]}
}

func (h Hash) integrityTransform() transform {
	ids := [...]uint16{MD5: 1, SHA1: 2, SHA256: 12, SHA384: 13, SHA512: 14}
	return transform{kind: transformIntegrity, id: ids[h]}
}

func (g Group) transform() transform { return transform{kind: transformGroup, id: uint16(g)} }

func esnTransform(esn bool) transform {
	if esn {
		return transform{kind: transformESN, id: 1}
	}
	return transform{kind: transformESN}
}

// describe puts what was offered into words, for whoever compares two sides.
func (p proposal) describe() string {
	words := map[uint8][]string{}
	for _, t := range p.transforms {
		words[t.kind] = append(words[t.kind], t.describe())
	}
	var parts []string
	for kind, name := range []string{transformCipher: "encryption", transformPRF: "prf", transformIntegrity: "integrity", transformGroup: "group", transformESN: "esn"} {
		if list := words[uint8(kind)]; list != nil {
			parts = append(parts, name+" "+strings.Join(list, " "))
		}
	}
	return strings.Join(parts, ", ")
}

func (t transform) describe() string {
	switch t.kind {
	case transformCipher:
		for _, c := range []esp.Cipher{esp.Null, esp.DES, esp.TripleDES, esp.AESCBC, esp.AESGCM} {
			if (Cipher{Cipher: c}).transform().id == t.id {
				return Cipher{c, t.bits}.String()
			}
		}
	case transformPRF, transformIntegrity:
		for h := MD5; h <= SHA512; h++ {
			if t == h.prfTransform() || t == h.integrityTransform() {
				return h.String()
			}
		}
		if t.id == 0 {
			return "None"
		}
	case transformGroup:
		return fmt.Sprintf("%d", t.id)
	case transformESN:
		if t.id == 1 {
			return "yes"
		}
		return "no"
	}
	return fmt.Sprintf("%d/%d", t.kind, t.id)
}

func describeAll(all []proposal) []string {
	var words []string
	for _, p := range all {
		words = append(words, p.describe())
	}
	return words
}
