package nhrp

import "net/netip"

// socketDown is why what rested on a peer's protection goes, in the vocabulary
// that logs share.
const socketDown = "tp-socket-down"

// unsecured: nothing can be said to a peer in safety any more. A client is gone
// with its association, and so is what was learnt of a peer; a server is asked
// again from the beginning, and the question waits until there is protection.
func (t *tunnel) unsecured(peer netip.AddrPort) {
	t.stats.ProtectionDown++
	lost := func(b *binding) bool {
		return b.Type == Dynamic && b.Flags&LocalFlag == 0 && same(b.peer(), peer)
	}
	for _, b := range t.cache.inside(netip.Prefix{}, lost) {
		t.remove(b, socketDown)
	}
	for _, r := range t.registrations {
		if r.NBMA == peer.Addr() && r.up && !r.told {
			r.lost(socketDown)
			if r.InUse { // and no other has taken its place for good
				r.begin()
			}
		}
	}
}

// secured: a server that does not answer is asked at once.
func (t *tunnel) secured(peer netip.AddrPort) {
	for _, r := range t.registrations {
		if r.NBMA == peer.Addr() && r.Status == Expecting {
			r.begin()
		}
	}
}

// moved: an address translator has given a peer another address or port, and it
// has proved to be the same.
func (t *tunnel) moved(was, is netip.AddrPort) {
	changed := false
	for _, b := range t.cache.inside(netip.Prefix{}, dynamic) {
		for i := range b.requesters {
			if b.requesters[i].nbma == was {
				b.requesters[i].nbma = is
			}
		}
		if b.Flags&LocalFlag == 0 && b.peer() == was {
			t.move(b, is)
			changed = true
		}
	}
	if changed {
		t.multicastChanged()
	}
}
