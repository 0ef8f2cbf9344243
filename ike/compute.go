package ike

import "weft/dataplane/esp"

// Work is slow arithmetic that is done outside the engine: a Diffie-Hellman
// exchange would hold up every hello of a router. Do does it; in the world at
// once, in the appliance on workers.
type Work interface {
	// Do returns the result that Computed brings back.
	Do() ([]byte, error)
}

type (
	// NewExchange makes a key pair of a group: the result is the private value,
	// then the public one, in the wire's form, both of the group's fixed lengths.
	NewExchange struct {
		Group Group
		Seed  []byte // entropy of the engine's, so that the same seed gives the same pair
	}
	// Agree makes the shared secret of our private value and the peer's public one.
	Agree struct {
		Group   Group
		Private esp.Key
		Public  []byte
	}
)
