package ike

import (
	"encoding/binary"

	"weft/dataplane/esp"
)

// keys1 is the key material of phase 1 (RFC 2409 section 5), for authentication
// by a pre-shared key.
type keys1 struct {
	hash       Hash
	cipher     Cipher
	skeyid     esp.Key
	d, a, e    esp.Key
	encryption esp.Key
}

// derive1 makes the keys. secret is the Diffie-Hellman secret, which it does not keep.
func derive1(h Hash, c Cipher, shared, secret esp.Key, ni, nr []byte, initiator, responder uint64) *keys1 {
	k := &keys1{hash: h, cipher: c, skeyid: h.prf(shared, ni, nr)}
	spis := cookies1(initiator, responder)
	k.d = h.prf(k.skeyid, secret, spis, []byte{0})
	k.a = h.prf(k.skeyid, k.d, secret, spis, []byte{1})
	k.e = h.prf(k.skeyid, k.a, secret, spis, []byte{2})
	k.encryption = k.stretch(c.keySize())
	return k
}

func cookies1(initiator, responder uint64) []byte {
	b := binary.BigEndian.AppendUint64(nil, initiator)
	return binary.BigEndian.AppendUint64(b, responder)
}

// stretch makes the key of the cipher out of SKEYID_e, longer if need be (RFC
// 2409 appendix B).
func (k *keys1) stretch(n int) esp.Key {
	if n <= len(k.e) {
		return append(esp.Key{}, k.e[:n]...)
	}
	var all esp.Key
	for last := []byte{0}; len(all) < n; {
		last = k.hash.prf(k.e, last)
		all = append(all, last...)
	}
	return all[:n:n]
}

// wipe overwrites all of them.
func (k *keys1) wipe() {
	if k == nil {
		return
	}
	for _, key := range []esp.Key{k.skeyid, k.d, k.a, k.e, k.encryption} {
		key.Wipe()
	}
}

// proof is HASH_I or HASH_R (RFC 2409 section 5): of the side whose public value
// and cookie come first.
func (k *keys1) proof(public, other []byte, cookie, otherCookie uint64, sa, id []byte) []byte {
	return k.hash.prf(k.skeyid, public, other, cookies1(cookie, otherCookie), sa, id)
}

// firstIV is the initialization vector of phase 1 (RFC 2409 appendix B).
func (k *keys1) firstIV(gxi, gxr []byte) []byte { return k.hash.sum(gxi, gxr)[:k.cipher.ivSize()] }

// nextIV is that of an exchange of phase 2: from the last block of phase 1.
func (k *keys1) nextIV(last []byte, id uint32) []byte {
	return k.hash.sum(last, binary.BigEndian.AppendUint32(nil, id))[:k.cipher.ivSize()]
}

// material is the key material of one association of phase 2: of the packets to
// whoever chose spi (RFC 2409 section 5.5).
func (k *keys1) material(s esp.Suite, secret esp.Key, spi uint32, ni, nr []byte) (encryption, integrity esp.Key) {
	sizeE, sizeI := espKeys(s)
	seed := append([]byte{protocolESP1}, spiBytes1(spi)...)
	var all, last []byte
	for len(all) < sizeE+sizeI {
		last = k.hash.prf(k.d, last, secret, seed, ni, nr)
		all = append(all, last...)
	}
	return all[:sizeE:sizeE], all[sizeE : sizeE+sizeI : sizeE+sizeI]
}

// encrypt seals a chain of payloads, padded with zeros; iv becomes that of the
// next message.
func (k *keys1) encrypt(iv *[]byte, b []byte) []byte {
	n := k.cipher.blockSize()
	padded := append([]byte{}, b...)
	for len(padded)%n != 0 || len(padded) == 0 {
		padded = append(padded, 0)
	}
	if err := k.cipher.encryptCBC(k.encryption, *iv, padded); err != nil {
		panic(err) // the cipher is one that a policy named: its key fits
	}
	*iv = append([]byte{}, padded[len(padded)-n:]...)
	return padded
}

// decrypt undoes it into a copy. next is the vector of the next message, to be
// kept only if the message proves to be the peer's.
func (k *keys1) decrypt(iv, b []byte) (plain, next []byte, ok bool) {
	n := k.cipher.blockSize()
	if len(b) == 0 || len(b)%n != 0 {
		return nil, nil, false
	}
	plain = append([]byte{}, b...)
	next = append([]byte{}, b[len(b)-n:]...)
	return plain, next, k.cipher.decryptCBC(k.encryption, iv, plain) == nil
}
