package ike

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"weft/dataplane/esp"
)

// String names the hash as a policy does.
func (h Hash) String() string {
	switch h {
	case MD5:
		return "MD5"
	case SHA1:
		return "SHA96"
	case SHA256:
		return "SHA256"
	case SHA384:
		return "SHA384"
	case SHA512:
		return "SHA512"
	}
	return "None"
}

// known tells whether h is a hash at all.
func (h Hash) known() bool { return h >= MD5 && h <= SHA512 }

// new returns the hash function itself.
func (h Hash) new() hash.Hash {
	switch h {
	case MD5:
		return md5.New()
	case SHA1:
		return sha1.New()
	case SHA256:
		return sha256.New()
	case SHA384:
		return sha512.New384()
	case SHA512:
		return sha512.New()
	}
	panic("ike: a hash that was never chosen")
}

// size is the length of the hash, in octets, and of the keys of its HMAC when it
// is the pseudo-random function or protects integrity.
func (h Hash) size() int {
	switch h {
	case MD5:
		return 16
	case SHA1:
		return 20
	case SHA256:
		return 32
	case SHA384:
		return 48
	case SHA512:
		return 64
	}
	return 0
}

// checkSize is the length of the truncated HMAC that protects a message: 96
// bits of the old ones (RFC 2403, 2404), half of the others (RFC 4868).
func (h Hash) checkSize() int {
	if h == MD5 || h == SHA1 {
		return 12
	}
	return h.size() / 2
}

// sum hashes the parts, one behind the other.
func (h Hash) sum(parts ...[]byte) []byte {
	f := h.new()
	for _, p := range parts {
		f.Write(p)
	}
	return f.Sum(nil)
}

// prf is the HMAC of the parts, one behind the other: the pseudo-random function
// of both versions, and before truncation the integrity check.
func (h Hash) prf(key []byte, parts ...[]byte) []byte {
	f := hmac.New(h.new, key)
	for _, p := range parts {
		f.Write(p)
	}
	return f.Sum(nil)
}

// expand is prf+ of RFC 7296 section 2.13: n octets.
func (h Hash) expand(key []byte, n int, seed ...[]byte) []byte {
	var all, last []byte
	for i := byte(1); len(all) < n; i++ {
		parts := append([][]byte{last}, seed...)
		last = h.prf(key, append(parts, []byte{i})...)
		all = append(all, last...)
	}
	clear(all[n:])
	return all[:n:n]
}

// mac is the algorithm by which ESP checks integrity with h, and back.
func (h Hash) mac() esp.MAC { return esp.MAC(h) }

func hashOf(m esp.MAC) Hash { return Hash(m) }
