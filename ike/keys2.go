package ike

import (
	"encoding/binary"

	"weft/dataplane/esp"
)

// suite2 is what an association of version 2 agreed on.
type suite2 struct {
	cipher    Cipher
	integrity Hash // 0 with AES-GCM
	prf       Hash
	group     Group
}

// direction are the keys of what one end sends.
type direction struct{ encryption, integrity, auth esp.Key }

// keys2 are the keys of an association (RFC 7296 section 2.14).
type keys2 struct {
	suite     suite2
	derive    esp.Key // SK_d
	initiator direction
	responder direction
}

// newKeys makes the keys from SKEYSEED.
func newKeys(s suite2, skeyseed, ni, nr []byte, spiI, spiR uint64) *keys2 {
	seed := append(append([]byte{}, ni...), nr...)
	seed = binary.BigEndian.AppendUint64(seed, spiI)
	seed = binary.BigEndian.AppendUint64(seed, spiR)
	prf, mac, enc := s.prf.size(), s.integrity.size(), s.cipher.keySize()
	material := s.prf.expand(skeyseed, 3*prf+2*mac+2*enc, seed)
	take := func(n int) esp.Key {
		k := esp.Key(material[:n:n])
		material = material[n:]
		return k
	}
	k := &keys2{suite: s}
	k.derive = take(prf)
	k.initiator.integrity, k.responder.integrity = take(mac), take(mac)
	k.initiator.encryption, k.responder.encryption = take(enc), take(enc)
	k.initiator.auth, k.responder.auth = take(prf), take(prf)
	return k
}

// firstKeys are those of IKE_SA_INIT (section 2.14).
func firstKeys(s suite2, secret, ni, nr []byte, spiI, spiR uint64) *keys2 {
	skeyseed := esp.Key(s.prf.prf(append(append([]byte{}, ni...), nr...), secret))
	defer skeyseed.Wipe()
	return newKeys(s, skeyseed, ni, nr, spiI, spiR)
}

// nextKeys are those of an association that replaces one with keys k (section
// 2.18): under the old pseudo-random function.
func (k *keys2) nextKeys(s suite2, secret, ni, nr []byte, spiI, spiR uint64) *keys2 {
	skeyseed := esp.Key(k.suite.prf.prf(k.derive, secret, ni, nr))
	defer skeyseed.Wipe()
	return newKeys(s, skeyseed, ni, nr, spiI, spiR)
}

// material makes the keys of a pair of IPsec associations (section 2.17). secret
// is of another exchange, or nil.
func (k *keys2) material(s esp.Suite, secret, ni, nr []byte, initiator bool) childKeys {
	encryption, integrity := espKeys(s)
	return cut(k.suite.prf.expand(k.derive, 2*(encryption+integrity), secret, ni, nr), s, initiator)
}

// authenticate is the AUTH of an end with a pre-shared key (section 2.15):
// message is the first that it sent, nonce the other's, id its identity payload.
func (k *keys2) authenticate(secret esp.Key, d direction, message, nonce, id []byte) []byte {
	prf := k.suite.prf
	padded := esp.Key(prf.prf(secret, []byte("Key Pad for IKEv2")))
	defer padded.Wipe()
	return prf.prf(padded, message, nonce, prf.prf(d.auth, id))
}

// by are the keys of what the initiator sends, or the responder.
func (k *keys2) by(initiator bool) *direction {
	if initiator {
		return &k.initiator
	}
	return &k.responder
}

func (k *keys2) wipe() {
	if k == nil {
		return
	}
	k.derive.Wipe()
	for _, d := range []*direction{&k.initiator, &k.responder} {
		d.encryption.Wipe()
		d.integrity.Wipe()
		d.auth.Wipe()
	}
}
