package ike

import (
	"encoding/binary"
	"io"
	"time"
)

// random returns n octets that nobody can guess.
func (e *Engine) random(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(e.entropy, b); err != nil {
		// Keys from anything else would be keys that somebody knows.
		panic("ike: no entropy: " + err.Error())
	}
	return b
}

// newCookie returns what an association is known by on our side: an SPI of
// version 2, a cookie of version 1. Zero means none on the wire.
func (e *Engine) newCookie() uint64 {
	for {
		c := binary.BigEndian.Uint64(e.random(8))
		if c != 0 && e.associations[c] == nil {
			return c
		}
	}
}

// newSPI returns an SPI for an inbound IPsec association. Values below 256 are
// reserved (RFC 4303 section 2.1).
func (e *Engine) newSPI() uint32 {
	for {
		spi := binary.BigEndian.Uint32(e.random(4))
		if spi >= 256 && e.inbound[spi] == nil && !e.reserved[spi] {
			e.reserved[spi] = true
			return spi
		}
	}
}

// releaseSPI gives back an SPI that was never installed.
func (e *Engine) releaseSPI(spi uint32) { delete(e.reserved, spi) }

// between returns a span somewhere from shortest to longest, so that what
// happened at once does not happen at once again.
func (e *Engine) between(shortest, longest time.Duration) time.Duration {
	if longest <= shortest {
		return shortest
	}
	return shortest + time.Duration(binary.BigEndian.Uint64(e.random(8))%uint64(longest-shortest))
}
