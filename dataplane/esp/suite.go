package esp

import (
	"crypto/aes"
	"crypto/des"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
)

const (
	headerLen  = 8 // SPI and sequence number
	trailerLen = 2 // pad length and next header
	saltLen    = 4 // of AES-GCM, RFC 4106 section 4
	gcmIVLen   = 8
	gcmTagLen  = 16
	alignment  = 4 // of the ICV, RFC 4303 section 2.4
)

// KeyLen is the octets of key that encryption takes, without the salt that
// AES-GCM has behind it.
func (s Suite) KeyLen() int {
	switch s.Cipher {
	case Null:
		return 0
	case DES:
		return 8
	case TripleDES:
		return 24
	case AESCBC, AESGCM:
		return s.Bits / 8
	}
	return 0
}

// SaltLen is the octets behind the key.
func (s Suite) SaltLen() int {
	if s.Cipher == AESGCM {
		return saltLen
	}
	return 0
}

// ICVLen is the octets of the integrity check value.
func (s Suite) ICVLen() int {
	if s.Cipher == AESGCM {
		return gcmTagLen
	}
	return s.MAC.icvLen()
}

// ivLen is the octets of the explicit initialization vector.
func (s Suite) ivLen() int {
	switch s.Cipher {
	case Null:
		return 0
	case DES, TripleDES:
		return des.BlockSize
	case AESCBC:
		return aes.BlockSize
	case AESGCM:
		return gcmIVLen
	}
	return 0
}

// blockLen is what payload, padding and trailer together are a multiple of.
func (s Suite) blockLen() int {
	switch s.Cipher {
	case DES, TripleDES:
		return des.BlockSize
	case AESCBC:
		return aes.BlockSize
	case Null, AESGCM:
		return alignment
	}
	return alignment
}

// check tells what is wrong with a suite or with the length of its keys.
func (s Suite) check(encryption, integrity Key) error {
	switch s.Cipher {
	case Null, DES, TripleDES:
	case AESCBC, AESGCM:
		if s.Bits != 128 && s.Bits != 192 && s.Bits != 256 {
			return fmt.Errorf("esp: AES with %d bits", s.Bits)
		}
	default:
		return fmt.Errorf("esp: cipher %d", s.Cipher)
	}
	if want := s.KeyLen() + s.SaltLen(); len(encryption) != want {
		return fmt.Errorf("esp: %d octets of encryption key, not %d", len(encryption), want)
	}
	switch {
	case s.MAC > SHA512:
		return fmt.Errorf("esp: integrity algorithm %d", s.MAC)
	case (s.Cipher == AESGCM) != (s.MAC == NoMAC):
		return fmt.Errorf("esp: cipher %d with integrity algorithm %d", s.Cipher, s.MAC)
	case len(integrity) != s.MAC.KeyLen():
		return fmt.Errorf("esp: %d octets of integrity key, not %d", len(integrity), s.MAC.KeyLen())
	}
	return nil
}

// KeyLen is the octets of key, which are those of the hash (RFC 2403, 2404, and
// 4868 section 2.1.1).
func (m MAC) KeyLen() int {
	switch m {
	case NoMAC:
		return 0
	case MD5:
		return md5.Size
	case SHA1:
		return sha1.Size
	case SHA256:
		return sha256.Size
	case SHA384:
		return sha512.Size384
	case SHA512:
		return sha512.Size
	}
	return 0
}

// icvLen: MD5 and SHA1 are cut to 96 bits, the others to half.
func (m MAC) icvLen() int {
	switch m {
	case NoMAC:
		return 0
	case MD5, SHA1:
		return 12
	case SHA256, SHA384, SHA512:
		return m.KeyLen() / 2
	}
	return 0
}

func (m MAC) hash() func() hash.Hash {
	switch m {
	case NoMAC:
		return nil
	case MD5:
		return md5.New
	case SHA1:
		return sha1.New
	case SHA256:
		return sha256.New
	case SHA384:
		return sha512.New384
	case SHA512:
		return sha512.New
	}
	return nil
}
