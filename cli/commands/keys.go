package commands

import "time"

// Keys are the key pairs of the box and its master key. They are in NVRAM and in
// no configuration.
type Keys interface {
	// KeyPairs are those that "crypto key generate" has made, by label.
	KeyPairs() ([]KeyPair, error)
	// MakeKeyPair makes a pair in the place of the one with the same kind and
	// label. It takes as long as it takes.
	MakeKeyPair(spec KeySpec) error
	// ZeroizeKeys removes the pairs of a kind: the one with this label, or all
	// of them if it is "". It reports how many there were.
	ZeroizeKeys(kind KeyKind, label string) (int, error)

	// HasMasterKey reports whether keys of type 6 can be made, IsMasterKey whether
	// this is the one they are made with.
	HasMasterKey() bool
	IsMasterKey(key string) bool
	// SetMasterKey changes it, and with it the Vault of the running-config: what
	// was sealed with the one before can still be opened. "" removes it for good.
	SetMasterKey(key string) error
}

// KeyKind is what a pair is of.
type KeyKind string

// The names are those that "show crypto key mypubkey" prints.
const (
	RSAKeys KeyKind = "RSA"
	ECKeys  KeyKind = "EC"
)

// KeySpec is a pair to be made.
type KeySpec struct {
	Kind       KeyKind
	Label      string
	Bits       int // of the modulus, or of the curve: 256 or 384
	Exportable bool
}

// KeyPair is a pair that has been made.
type KeyPair struct {
	KeySpec
	Made   time.Time
	Public []byte // SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), DER
}
