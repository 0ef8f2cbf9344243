package dataplane

import (
	"net/netip"
	"slices"
)

// ends are the outer addresses of two stations.
type ends struct{ local, peer [4]byte }

// choice is the association for one peer at an address, sorted by port.
type choice struct {
	port uint16 // as the key exchange names the peer; 0 if it is the only one
	sa   *sending
}

func (a *associations) choose(local netip.Addr, peer netip.AddrPort, sa *sending) {
	e := endsOf(local, peer)
	list, _ := a.chosen.get(e.shard(), e)
	list = slices.Clone(list)
	i, found := slices.BinarySearchFunc(list, peer.Port(), byPort)
	if !found {
		list = slices.Insert(list, i, choice{port: peer.Port()})
	}
	list[i].sa = sa
	a.chosen.put(e.shard(), e, list)
}

// unchoose takes an association from everybody at an address.
func (a *associations) unchoose(sa *sending, peer netip.AddrPort) {
	e := endsOf(sa.local, peer)
	list, _ := a.chosen.get(e.shard(), e)
	list = slices.DeleteFunc(slices.Clone(list), func(c choice) bool { return c.sa == sa })
	if len(list) == 0 {
		a.chosen.remove(e.shard(), e)
		return
	}
	a.chosen.put(e.shard(), e, list)
}

// exactly is the association that was chosen for a peer of this very name.
func (a *associations) exactly(local netip.Addr, peer netip.AddrPort) *sending {
	e := endsOf(local, peer)
	list, _ := a.chosen.get(e.shard(), e)
	if i, found := slices.BinarySearchFunc(list, peer.Port(), byPort); found {
		return list[i].sa
	}
	return nil
}

// towards is the association that packets to a peer leave by, nil if there is
// none. Whoever names a peer without port means the only one at the address.
func (a *associations) towards(local netip.Addr, peer netip.AddrPort) *sending {
	e := endsOf(local, peer)
	list, _ := a.chosen.get(e.shard(), e)
	switch {
	case len(list) == 0:
		return nil
	case len(list) == 1 && (peer.Port() == 0 || list[0].port == 0 || list[0].port == peer.Port()):
		return list[0].sa
	}
	if i, found := slices.BinarySearchFunc(list, peer.Port(), byPort); found {
		return list[i].sa
	}
	if list[0].port == 0 && peer.Port() == list[0].sa.Peer().Port() {
		return list[0].sa
	}
	return nil
}

// named is how the key exchange names a peer: without port if that is how it
// speaks of the association that leads there.
func (a *associations) named(local netip.Addr, peer netip.AddrPort) netip.AddrPort {
	e := endsOf(local, peer)
	list, _ := a.chosen.get(e.shard(), e)
	if len(list) > 0 && list[0].port == 0 && list[0].sa.Peer() == peer {
		return netip.AddrPortFrom(peer.Addr(), 0)
	}
	return peer
}

func byPort(c choice, port uint16) int { return int(c.port) - int(port) }

func endsOf(local netip.Addr, peer netip.AddrPort) ends {
	return ends{local.As4(), peer.Addr().As4()}
}

func (e ends) shard() uint32 { return uint32(e.peer[3]) ^ uint32(e.peer[2])<<3 ^ uint32(e.peer[1])<<5 }
