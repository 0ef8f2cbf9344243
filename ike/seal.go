package ike

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

var errIntegrity = errors.New("ike: integrity check failed")

// checkSize is the length of what protects a message.
func (s suite2) checkSize() int {
	if s.cipher.combined() {
		return 16 // RFC 5282 section 5.2
	}
	return s.integrity.checkSize()
}

// seal makes a message with one sealed payload (RFC 7296 section 3.14) around
// payloads already encoded, of which first is the first one's type. portion is
// the head of a fragment, or empty (RFC 7383 section 2.5). iv must be new each
// time: with AES-GCM it must never repeat under a key.
func (k *keys2) seal(d *direction, h header, first uint8, plain, iv, portion []byte) ([]byte, error) {
	s := k.suite
	h.major, h.next = 2, payloadSealed
	if len(portion) > 0 {
		h.next = payloadPortion
	}
	block := s.cipher.blockSize()
	pad := (block - (len(plain)+1)%block) % block
	body := len(portion) + len(iv) + len(plain) + pad + 1 + s.checkSize()
	b := make([]byte, headerSize, headerSize+payloadHead+body)
	h.length = uint32(headerSize + payloadHead + body)
	h.put(b)
	b = append(b, first, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(payloadHead+body))
	b = append(b, portion...)
	clear := len(b) // so far it is protected, not hidden
	b = append(b, iv...)
	b = append(b, plain...)
	b = append(b, make([]byte, pad)...)
	b = append(b, byte(pad))
	text := b[clear+len(iv):]
	if s.cipher.combined() {
		aead, salt, err := s.cipher.gcm(d.encryption)
		if err != nil {
			return nil, err
		}
		nonce := append(append([]byte{}, salt...), iv...)
		return append(b[:clear+len(iv)], aead.Seal(nil, nonce, text, b[:clear])...), nil
	}
	if err := s.cipher.encryptCBC(d.encryption, iv, text); err != nil {
		return nil, err
	}
	return append(b, s.integrity.prf(d.integrity, b)[:s.checkSize()]...), nil
}

// open undoes seal. at is where the sealed payload's body begins in the message b,
// which ends with it; portion is the length of a fragment's head. It writes over b.
func (k *keys2) open(d *direction, b []byte, at, portion int) ([]byte, error) {
	s := k.suite
	iv, check := s.cipher.ivSize(), s.checkSize()
	clear := at + portion
	if len(b) < clear+iv+check+1 {
		return nil, errIntegrity
	}
	var text []byte
	if s.cipher.combined() {
		aead, salt, err := s.cipher.gcm(d.encryption)
		if err != nil {
			return nil, err
		}
		nonce := append(append([]byte{}, salt...), b[clear:clear+iv]...)
		if text, err = aead.Open(nil, nonce, b[clear+iv:], b[:clear]); err != nil {
			return nil, errIntegrity
		}
	} else {
		end := len(b) - check
		if subtle.ConstantTimeCompare(s.integrity.prf(d.integrity, b[:end])[:check], b[end:]) != 1 {
			return nil, errIntegrity
		}
		text = b[clear+iv : end]
		if err := s.cipher.decryptCBC(d.encryption, b[clear:clear+iv], text); err != nil {
			return nil, err
		}
	}
	if len(text) == 0 || int(text[len(text)-1]) >= len(text) {
		return nil, errors.New("ike: padding longer than the payload")
	}
	return text[:len(text)-1-int(text[len(text)-1])], nil
}
