package ike

import (
	"fmt"

	"weft/dataplane/esp"
)

// String names the transform as a transform set prints it.
func (t Transform) String() string {
	s := describeCipher(t.Suite)
	if mac := describeMAC(t.Suite.MAC); mac != "" {
		s += " " + mac
	}
	if t.ESN {
		s += " esn"
	}
	return s
}

func describeCipher(s esp.Suite) string {
	switch s.Cipher {
	case esp.DES:
		return "esp-des"
	case esp.TripleDES:
		return "esp-3des"
	case esp.AESCBC:
		if s.Bits == 128 {
			return "esp-aes"
		}
		return fmt.Sprintf("esp-%d-aes", s.Bits)
	case esp.AESGCM:
		if s.Bits == 128 {
			return "esp-gcm"
		}
		return fmt.Sprintf("esp-gcm %d", s.Bits)
	}
	return "esp-null"
}

func describeMAC(m esp.MAC) string {
	switch m {
	case esp.MD5:
		return "esp-md5-hmac"
	case esp.SHA1:
		return "esp-sha-hmac"
	case esp.SHA256:
		return "esp-sha256-hmac"
	case esp.SHA384:
		return "esp-sha384-hmac"
	case esp.SHA512:
		return "esp-sha512-hmac"
	}
	return ""
}

// espCipher is the cipher of a suite.
func espCipher(s esp.Suite) Cipher { return Cipher{s.Cipher, s.Bits} }

// espKeys are the lengths of a suite's keys: of the cipher, salt included, and of
// integrity.
func espKeys(s esp.Suite) (encryption, integrity int) {
	return espCipher(s).keySize(), hashOf(s.MAC).size()
}

// cut takes the keys of a pair out of key material: those of packets from the
// one who negotiated it first, encryption before integrity (RFC 7296 section
// 2.17).
func cut(material []byte, s esp.Suite, initiator bool) childKeys {
	encryption, integrity := espKeys(s)
	take := func(n int) esp.Key {
		k := esp.Key(material[:n:n])
		material = material[n:]
		return k
	}
	first, firstMAC := take(encryption), take(integrity)
	second, secondMAC := take(encryption), take(integrity)
	if initiator {
		return childKeys{outCipher: first, outMAC: firstMAC, inCipher: second, inMAC: secondMAC}
	}
	return childKeys{inCipher: first, inMAC: firstMAC, outCipher: second, outMAC: secondMAC}
}
