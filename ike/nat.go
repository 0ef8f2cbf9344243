package ike

import (
	"crypto/subtle"
	"encoding/binary"
	"net/netip"
)

// Ports of IKE: the second with a translator between (RFC 3947 section 4).
const (
	port    = 500
	natPort = 4500
)

// natHash is what an end says about an address of its, so that the other can
// tell whether it was changed: the SPIs, the address and the port (RFC 7296
// section 2.23, RFC 3947 section 3.2). Version 2 always hashes with SHA-1.
func natHash(h Hash, initiator, responder uint64, at netip.AddrPort) []byte {
	var spis [16]byte
	binary.BigEndian.PutUint64(spis[:], initiator)
	binary.BigEndian.PutUint64(spis[8:], responder)
	var p [2]byte
	binary.BigEndian.PutUint16(p[:], at.Port())
	return h.sum(spis[:], at.Addr().AsSlice(), p[:])
}

func sameHash(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// float moves an association to port 4500. A peer that began on 500 is where its
// messages come from.
func (a *association) float() {
	a.Local = netip.AddrPortFrom(a.Local.Addr(), natPort)
	if a.Remote.Port() == port {
		a.Remote = netip.AddrPortFrom(a.Remote.Addr(), natPort)
	}
}

// placed is how a session names a peer: by its address, and by its port as well
// if a translator has changed that. Behind one address only one peer can have
// kept port 4500, so that it needs none to be told apart; and one that just says
// to sit behind a translator, to get encapsulation, is where it is wanted.
func placed(peer netip.AddrPort) netip.AddrPort {
	if peer.Port() == port || peer.Port() == natPort {
		return netip.AddrPortFrom(peer.Addr(), 0)
	}
	return peer
}

// sessionFor finds the session of an association that the peer began.
func (e *Engine) sessionFor(a *association) *session {
	at := place{a.VRF, a.Local.Addr(), netip.AddrPortFrom(a.Remote.Addr(), 0)}
	if a.NAT.Remote {
		at.peer = placed(a.Remote)
	}
	return e.sessionAt(at)
}
