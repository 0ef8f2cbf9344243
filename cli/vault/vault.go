// Package vault seals secrets that stand in a configuration: passwords of type 6.
//
// What IOS stores as type 6 is published nowhere, so the form here is our own,
// and neither box reads the other's. A secret is sealed with AES-256-GCM (NIST
// SP 800-38D) by a key that scrypt (RFC 7914, N=16384, r=8, p=1) makes of the
// master key and a salt. What is stored is the base64url text (RFC 4648 section
// 5, without padding) of
//
//	salt (8 bytes) | nonce (12 bytes) | ciphertext | tag (16 bytes)
//
// so that any box with the same master key opens it: the configuration of a
// broken router works in its successor. Everything that a box seals under one
// master key has one salt, since a key costs tens of milliseconds; the nonce is
// random, and the same secret never looks the same twice.
//
// A Master is made where a master key is set, or read at the start, and does not
// change. It seals with its own key alone, and opens what the key before it has
// sealed, too: whoever changes the key and loses power before the configuration
// is saved has lost nothing.
//
// Left out: what binds a secret to its line. As on IOS it may be copied to
// another one.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/crypto/scrypt"
)

const (
	saltLength  = 8
	nonceLength = 12
	tagLength   = 16
	headLength  = saltLength + nonceLength

	// mostSalts bounds what a configuration full of strange salts costs: those
	// behind it are not tried.
	mostSalts = 16
)

// Master seals and opens secrets. It may be used from any goroutine.
type Master struct {
	keys []string // the present one, and perhaps the one before it
	salt [saltLength]byte

	mu   sync.Mutex // guards made: trees of several goroutines share a Master
	made map[source]cipher.AEAD
}

// source is what a key is made of.
type source struct {
	key  string
	salt [saltLength]byte
}

// New is a Master with a present key and the one before it, "" if there was
// none. The salt is from entropy.
func New(key, former string, entropy io.Reader) (*Master, error) {
	m := &Master{keys: []string{key}, made: map[source]cipher.AEAD{}}
	if former != "" {
		m.keys = append(m.keys, former)
	}
	if _, err := io.ReadFull(entropy, m.salt[:]); err != nil {
		return nil, fmt.Errorf("vault: salt: %w", err)
	}
	return m, nil
}

// Salt is what New has read: whoever keeps it can make the same Master again.
func (m *Master) Salt() []byte { return m.salt[:] }

// Seal is the stored form of a secret, a word without blanks.
func (m *Master) Seal(secret []byte, entropy io.Reader) (string, error) {
	if entropy == nil {
		return "", errors.New("vault: no entropy for a nonce")
	}
	aead := m.aead(source{m.keys[0], m.salt})
	out := make([]byte, headLength, headLength+len(secret)+tagLength)
	copy(out, m.salt[:])
	nonce := out[saltLength:]
	if _, err := io.ReadFull(entropy, nonce); err != nil {
		return "", fmt.Errorf("vault: nonce: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(out, nonce, secret, nil)), nil
}

// Open undoes Seal; false if it was done with another key, or to another text.
func (m *Master) Open(sealed string) (secret []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(raw) < headLength+tagLength {
		return nil, false
	}
	for _, key := range m.keys {
		aead := m.aead(source{key, [saltLength]byte(raw)})
		if aead == nil {
			continue
		}
		if secret, err := aead.Open(nil, raw[saltLength:headLength], raw[headLength:], nil); err == nil {
			return secret, true
		}
	}
	return nil, false
}

// aead is the cipher of a key and a salt; nil if there are too many.
func (m *Master) aead(from source) cipher.AEAD {
	m.mu.Lock()
	defer m.mu.Unlock()
	if aead := m.made[from]; aead != nil {
		return aead
	}
	if len(m.made) >= mostSalts && from.salt != m.salt {
		return nil
	}
	key, err := scrypt.Key([]byte(from.key), from.salt[:], 1<<14, 8, 1, 32)
	if err != nil {
		panic(err) // of the parameters, which are ours
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // of the key's length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // of the block's
	}
	m.made[from] = aead
	return aead
}
