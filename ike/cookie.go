package ike

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"time"
)

// cookies prove, before anything is kept, that a peer is where it says it is
// (RFC 7296 section 2.6).
type cookies struct {
	secret, before []byte // the one of now, and the one before it
	version        uint8
	since          time.Time
}

// secretLife is how long a secret makes cookies; each is good for as long again.
const secretLife = time.Minute

// cookie makes the cookie for a peer.
func (e *Engine) cookie(from netip.AddrPort, spi uint64, nonce []byte) []byte {
	c := &e.cookies
	if c.secret == nil || e.now.Sub(c.since) >= secretLife {
		c.before, c.secret = c.secret, e.random(32)
		if e.now.Sub(c.since) >= 2*secretLife {
			c.before = nil
		}
		c.version++
		c.since = e.now
	}
	return makeCookie(c.version, c.secret, from, spi, nonce)
}

func makeCookie(version uint8, secret []byte, from netip.AddrPort, spi uint64, nonce []byte) []byte {
	b := binary.BigEndian.AppendUint64(nil, spi)
	b = binary.BigEndian.AppendUint16(b, from.Port())
	return append([]byte{version}, SHA256.prf(secret, b, from.Addr().AsSlice(), nonce)[:16]...)
}

// fromHere tells whether a cookie is one that we have made for the peer of late.
func (e *Engine) fromHere(cookie []byte, from netip.AddrPort, spi uint64, nonce []byte) bool {
	now := e.cookie(from, spi, nonce)
	if sameHash(cookie, now) {
		return true
	}
	c := &e.cookies
	return c.before != nil && sameHash(cookie, makeCookie(c.version-1, c.before, from, spi, nonce))
}

// wantsCookies tells that so many associations are in negotiation that peers
// must prove their addresses first.
func (e *Engine) wantsCookies() bool {
	return e.config.Cookies > 0 && e.stats.InNegotiating >= e.config.Cookies
}

// lower is the lower one of two nonces (RFC 7296 section 2.8.1).
func lower(a, b []byte) []byte {
	if bytes.Compare(a, b) < 0 {
		return a
	}
	return b
}
