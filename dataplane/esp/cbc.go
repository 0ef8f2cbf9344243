package esp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
)

// cbc encrypts with a block cipher, or not at all, and then authenticates.
type cbc struct {
	suite   Suite
	esn     bool
	block   cipher.Block // nil: not at all
	vectors cipher.Block // encrypts sequence numbers
	states  sync.Pool    // *state
}

// state is what one packet at a time needs.
type state struct {
	mac      hash.Hash
	encrypt  vectorSetter
	decrypt  vectorSetter
	sum      [64]byte
	vector   [aes.BlockSize]byte
	sequence [4]byte
}

// vectorSetter is a mode that can begin anew, as those of the standard library can.
type vectorSetter interface {
	cipher.BlockMode
	SetIV(iv []byte)
}

func newCBC(p *Parameters) (*cbc, error) {
	c := &cbc{suite: p.Suite, esn: p.ESN}
	var err error
	switch p.Suite.Cipher {
	case AESCBC:
		c.block, err = aes.NewCipher(p.Encryption)
	case TripleDES:
		c.block, err = des.NewTripleDESCipher(p.Encryption)
	case DES:
		c.block, err = des.NewCipher(p.Encryption)
	case Null, AESGCM:
	}
	if err != nil {
		return nil, err
	}
	if c.block != nil {
		derived := hmac.New(sha256.New, p.Encryption)
		derived.Write([]byte("ESP initialization vectors"))
		if c.vectors, err = aes.NewCipher(derived.Sum(nil)); err != nil {
			return nil, err
		}
	}
	key := append([]byte(nil), p.Integrity...) // the caller wipes its own
	c.states.New = func() any { return c.newState(key) }
	return c, nil
}

func (c *cbc) newState(key []byte) *state {
	s := &state{mac: hmac.New(c.suite.MAC.hash(), key)}
	if c.block != nil {
		iv := make([]byte, c.block.BlockSize())
		s.encrypt = cipher.NewCBCEncrypter(c.block, iv).(vectorSetter)
		s.decrypt = cipher.NewCBCDecrypter(c.block, iv).(vectorSetter)
	}
	return s
}

func (c *cbc) seal(b []byte, sequence uint64) {
	s := c.states.Get().(*state)
	end := len(b) - c.suite.ICVLen()
	if c.block != nil {
		iv := b[headerLen : headerLen+c.block.BlockSize()]
		binary.BigEndian.PutUint64(s.vector[:], sequence)
		clear(s.vector[8:])
		c.vectors.Encrypt(s.vector[:], s.vector[:])
		copy(iv, s.vector[:])
		s.encrypt.SetIV(iv)
		text := b[headerLen+len(iv) : end]
		s.encrypt.CryptBlocks(text, text)
	}
	copy(b[end:], c.authenticate(s, b[:end], sequence))
	c.states.Put(s)
}

func (c *cbc) open(b []byte, sequence uint64) bool {
	s := c.states.Get().(*state)
	defer c.states.Put(s)
	end := len(b) - c.suite.ICVLen()
	if !hmac.Equal(c.authenticate(s, b[:end], sequence), b[end:]) { // in constant time
		return false
	}
	if c.block != nil {
		iv := b[headerLen : headerLen+c.block.BlockSize()]
		s.decrypt.SetIV(iv)
		text := b[headerLen+len(iv) : end]
		s.decrypt.CryptBlocks(text, text)
	}
	return true
}

// authenticate is the ICV of b. The high half of an extended sequence number is
// not sent, and counts as if it came last (RFC 4303 section 2.2.1).
func (c *cbc) authenticate(s *state, b []byte, sequence uint64) []byte {
	s.mac.Reset()
	s.mac.Write(b)
	if c.esn {
		binary.BigEndian.PutUint32(s.sequence[:], uint32(sequence>>32))
		s.mac.Write(s.sequence[:])
	}
	return s.mac.Sum(s.sum[:0])[:c.suite.ICVLen()]
}
