package esp

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"sync"
)

// gcm is AES-GCM with a tag of 16 octets, RFC 4106.
type gcm struct {
	aead cipher.AEAD
	salt [saltLen]byte
	esn  bool
}

// scratch is what a call needs beside the packet; behind an interface it cannot
// be on the stack.
type scratch struct {
	nonce [saltLen + gcmIVLen]byte
	aad   [12]byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func newGCM(p *Parameters) (*gcm, error) {
	n := p.Suite.KeyLen()
	block, err := aes.NewCipher(p.Encryption[:n])
	if err != nil {
		return nil, err
	}
	g := &gcm{esn: p.ESN}
	copy(g.salt[:], p.Encryption[n:])
	g.aead, err = cipher.NewGCM(block)
	return g, err
}

func (g *gcm) seal(b []byte, sequence uint64) {
	// RFC 4106 section 3.1: the vector must not come twice, and need not be secret.
	binary.BigEndian.PutUint64(b[headerLen:], sequence)
	s := scratches.Get().(*scratch)
	aad := g.prepare(s, b, sequence)
	const at = headerLen + gcmIVLen
	text := b[at : len(b)-gcmTagLen]
	g.aead.Seal(text[:0], s.nonce[:], text, aad)
	scratches.Put(s)
}

func (g *gcm) open(b []byte, sequence uint64) bool {
	s := scratches.Get().(*scratch)
	aad := g.prepare(s, b, sequence)
	text := b[headerLen+gcmIVLen:]
	_, err := g.aead.Open(text[:0], s.nonce[:], text, aad)
	scratches.Put(s)
	return err == nil
}

// prepare makes the nonce and the additional data, RFC 4106 sections 4 and 5.
func (g *gcm) prepare(s *scratch, b []byte, sequence uint64) (aad []byte) {
	copy(s.nonce[:], g.salt[:])
	copy(s.nonce[saltLen:], b[headerLen:headerLen+gcmIVLen])
	copy(s.aad[:], b[:headerLen])
	if !g.esn {
		return s.aad[:headerLen]
	}
	binary.BigEndian.PutUint64(s.aad[4:], sequence)
	return s.aad[:]
}
