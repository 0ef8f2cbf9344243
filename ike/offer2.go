package ike

import "weft/dataplane/esp"

// What a peer of version 2 proposed, read back into what lines of ours would say
// (RFC 7296 section 3.3): for whoever has to make two ends alike.

// offerOfIKE is the first proposal for an association that we have names for.
func offerOfIKE(all []proposal) (o Offer) {
	for _, p := range all {
		var w Proposal
		for _, t := range p.transforms {
			switch t.kind {
			case transformCipher:
				if c, ok := cipherOf(t); ok {
					w.Ciphers = append(w.Ciphers, c)
				}
			case transformPRF:
				w.PRF = append(w.PRF, hashesOf2(t, Hash.prfTransform)...)
			case transformIntegrity:
				w.Integrity = append(w.Integrity, hashesOf2(t, Hash.integrityTransform)...)
			case transformGroup:
				if g := Group(t.id); g.known() {
					w.Groups = append(w.Groups, g)
				}
			}
		}
		if len(w.Ciphers) > 0 && len(w.PRF) > 0 && len(w.Groups) > 0 {
			return Offer{Proposal: &w}
		}
	}
	return o
}

// offerOfESP is the first proposal for a pair of associations that we have names
// for.
func offerOfESP(all []proposal, transport bool) (o Offer) {
	for _, p := range all {
		w, known := Transform{Transport: transport}, false
		for _, t := range p.transforms {
			switch t.kind {
			case transformCipher:
				var c Cipher
				c, known = cipherOf(t)
				w.Suite.Cipher, w.Suite.Bits = c.Cipher, c.Bits
			case transformIntegrity:
				for m := range esp.SHA512 + 1 {
					if h := hashOf(m); h.known() && t == h.integrityTransform() {
						w.Suite.MAC = m
					}
				}
			case transformGroup:
				o.PFS = Group(t.id)
			case transformESN:
				w.ESN = t.id == 1
			}
		}
		if known {
			o.Transform = &w
			return o
		}
	}
	return Offer{}
}

func cipherOf(t transform) (Cipher, bool) {
	for _, c := range []esp.Cipher{esp.Null, esp.DES, esp.TripleDES, esp.AESCBC, esp.AESGCM} {
		if w := (Cipher{c, t.bits}); w.transform() == t {
			return w, true
		}
	}
	return Cipher{}, false
}

func hashesOf2(t transform, as func(Hash) transform) (list []Hash) {
	for h := MD5; h <= SHA512; h++ {
		if t == as(h) {
			list = append(list, h)
		}
	}
	return list
}
