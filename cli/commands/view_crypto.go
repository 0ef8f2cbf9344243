package commands

import (
	"weft/dataplane/esp"
	"weft/ike"
)

// CryptoView is the part of a Router that has to do with IPsec.
type CryptoView interface {
	// Crypto is what IKE knows, what it was told to do, and the traffic of its associations.
	Crypto() CryptoState
	ClearCrypto(ike.Clear)
	// ClearCryptoCounters sets the traffic of associations to a peer to zero.
	ClearCryptoCounters()
}

// CryptoState is a copy.
type CryptoState struct {
	ike.State
	Config  ike.Config
	Inbound map[uint32]SATraffic // by SPI
	// Outbound is by the SPI that we chose for the other direction: peers'
	// may be the same.
	Outbound map[uint32]SATraffic
}

// SATraffic is what one association has carried and refused.
type SATraffic struct {
	Packets, Bytes uint64
	Kilobytes      uint64 // left of its lifetime
	Sequence       uint64 // last sent, or highest received
	// Refused packets, by reason.
	Replay, Verify, Length, Protocol, Identity, Send uint64
	PathMTU, PlainMTU                                int // outbound; 0: not known
}

// errors counts the packets refused.
func (t SATraffic) errors() uint64 {
	return t.Replay + t.Verify + t.Length + t.Protocol + t.Identity
}

// suiteName is a suite as shows spell it, with the blank that ends it:
// "esp-256-aes esp-sha256-hmac ".
func suiteName(s esp.Suite) string { return ike.Transform{Suite: s}.String() + " " }

// ivSize is the size of the initialization vector in octets.
func ivSize(s esp.Suite) int {
	switch s.Cipher {
	case esp.Null:
		return 0
	case esp.AESCBC:
		return 16
	case esp.DES, esp.TripleDES, esp.AESGCM:
	}
	return 8
}
