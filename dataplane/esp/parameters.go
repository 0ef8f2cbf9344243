package esp

import (
	"fmt"
	"io"
	"net/netip"
)

// Parameters is everything that makes one security association (RFC 4301
// section 4.4.2.1), in one direction. Whoever gets Parameters builds the live
// association - sequence number, replay window, counters - once.
type Parameters struct {
	SPI     uint32
	Inbound bool
	// Peer is the other end's outer address. Its port is zero for plain ESP, and
	// for ESP in UDP (RFC 3948) that of the peer, by which several behind one
	// address are told apart.
	Local, Peer netip.AddrPort
	Suite       Suite
	Encryption  Key // with the salt behind it for AES-GCM (RFC 4106 section 8.1)
	Integrity   Key // empty with AES-GCM
	Mode        Mode
	ESN         bool // extended sequence numbers, RFC 4303 section 2.2.1
	Window      int  // packets that may come late: 64 to 1024; 0 is no replay protection
	DF          DF   // of the outer header
	// Kilobytes is the traffic after which it must not be used any more, and
	// SoftKilobytes when another one is wanted; 0 is no limit.
	Kilobytes, SoftKilobytes uint64
	// Private are the selectors' real addresses when an address translator stands
	// between (RFC 7296 section 2.23.1); zero without one.
	PrivateLocal, PrivatePeer netip.Addr
}

// Key is key material. It never prints.
type Key []byte

// String hides the key.
func (Key) String() string { return hidden }

// Format hides it from every verb.
func (Key) Format(s fmt.State, _ rune) { io.WriteString(s, hidden) }

// MarshalText hides it from encoders.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }

const hidden = "***"

// Wipe overwrites the key.
func (k Key) Wipe() { clear(k) }

// Mode is what the association wraps.
type Mode uint8

const (
	Transport Mode = iota // what the packet carries
	Tunnel                // the packet whole, in a header of its own
)

// DF is what becomes of the don't-fragment bit ("crypto ipsec df-bit").
type DF uint8

const (
	CopyDF DF = iota
	SetDF
	ClearDF
)

// Cipher is an encryption algorithm, by the name a transform set has for it.
type Cipher uint8

const (
	Null Cipher = iota
	DES
	TripleDES
	AESCBC
	AESGCM // with a tag of 16 octets
)

// MAC is an integrity algorithm.
type MAC uint8

const (
	NoMAC  MAC = iota // only with AESGCM
	MD5               // HMAC-MD5-96, RFC 2403
	SHA1              // HMAC-SHA1-96, RFC 2404
	SHA256            // HMAC-SHA-256-128, RFC 4868
	SHA384            // HMAC-SHA-384-192
	SHA512            // HMAC-SHA-512-256
)

// Suite is what an association encrypts and authenticates with.
type Suite struct {
	Cipher Cipher
	Bits   int // of the key: 128, 192 or 256 with AES, else 0
	MAC    MAC
}
