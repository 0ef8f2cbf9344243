package ike

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"fmt"

	"weft/dataplane/esp"
)

// saltSize is what AES-GCM takes from the key material behind the key: RFC 4106
// section 8.1 for ESP, RFC 5282 section 7.1 for IKE.
const saltSize = 4

// keySize is the length of the key material in octets, with the salt.
func (c Cipher) keySize() int {
	switch c.Cipher {
	case esp.DES:
		return 8
	case esp.TripleDES:
		return 24
	case esp.AESCBC:
		return c.Bits / 8
	case esp.AESGCM:
		return c.Bits/8 + saltSize
	}
	return 0
}

// ivSize is the length of the initialization vector that travels.
func (c Cipher) ivSize() int {
	if c.Cipher == esp.AESCBC {
		return aes.BlockSize
	}
	return des.BlockSize // as long as the explicit part of AES-GCM's (RFC 5282 section 3.1)
}

// blockSize is what the plain text is padded to.
func (c Cipher) blockSize() int {
	switch c.Cipher {
	case esp.AESCBC:
		return aes.BlockSize
	case esp.DES, esp.TripleDES:
		return des.BlockSize
	}
	return 1
}

// combined tells a cipher that protects integrity itself.
func (c Cipher) combined() bool { return c.Cipher == esp.AESGCM }

// valid tells whether it is one that we have: version 2 of IKE itself never goes
// in clear.
func (c Cipher) valid() bool {
	switch c.Cipher {
	case esp.DES, esp.TripleDES:
		return c.Bits == 0
	case esp.AESCBC, esp.AESGCM:
		return c.Bits == 128 || c.Bits == 192 || c.Bits == 256
	}
	return false
}

// String names the cipher as show commands do.
func (c Cipher) String() string {
	switch c.Cipher {
	case esp.DES:
		return "DES"
	case esp.TripleDES:
		return "3DES"
	case esp.AESCBC:
		return fmt.Sprintf("AES-CBC-%d", c.Bits)
	case esp.AESGCM:
		return fmt.Sprintf("AES-GCM-%d", c.Bits)
	}
	return "NULL"
}

// block returns the block cipher under key. It is made for each message, so that
// nothing but the key itself is left to wipe.
func (c Cipher) block(key []byte) (cipher.Block, error) {
	switch c.Cipher {
	case esp.DES:
		return des.NewCipher(key)
	case esp.TripleDES:
		return des.NewTripleDESCipher(key)
	case esp.AESCBC, esp.AESGCM:
		return aes.NewCipher(key)
	}
	return nil, fmt.Errorf("ike: no block cipher %d", c.Cipher)
}

// encryptCBC encrypts b, whole blocks, in place.
func (c Cipher) encryptCBC(key, iv, b []byte) error {
	block, err := c.block(key)
	if err != nil {
		return err
	}
	if len(b)%block.BlockSize() != 0 || len(iv) != block.BlockSize() {
		return fmt.Errorf("ike: %d octets are no whole blocks", len(b))
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(b, b)
	return nil
}

// decryptCBC undoes encryptCBC, in place.
func (c Cipher) decryptCBC(key, iv, b []byte) error {
	block, err := c.block(key)
	if err != nil {
		return err
	}
	if len(b)%block.BlockSize() != 0 || len(iv) != block.BlockSize() {
		return fmt.Errorf("ike: %d octets are no whole blocks", len(b))
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b, b)
	return nil
}

// gcm returns AES-GCM under a key with its salt behind it, and the salt.
func (c Cipher) gcm(key []byte) (cipher.AEAD, []byte, error) {
	n := len(key) - saltSize
	block, err := aes.NewCipher(key[:n])
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, key[n:], err
}
