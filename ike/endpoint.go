package ike

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// place is where a session is: two NBMA addresses of one VRF. The peer's port is
// zero unless it is known to sit behind an address translator.
type place struct {
	vrf   string
	local netip.Addr
	peer  netip.AddrPort
}

func (p place) compare(o place) int {
	return cmp.Or(strings.Compare(p.vrf, o.vrf), p.local.Compare(o.local), p.peer.Compare(o.peer))
}

// endpoints are the tunnels between two addresses, those to this very peer
// first. version 0 is any.
func (e *Engine) endpoints(vrf string, local, peer netip.Addr, version int) []*Endpoint {
	var found []*Endpoint
	for i := range e.config.Endpoints {
		ep := &e.config.Endpoints[i]
		if ep.VRF == vrf && ep.Local == local && (!ep.Remote.IsValid() || ep.Remote == peer) && (version == 0 || ep.Version == version) {
			found = append(found, ep)
		}
	}
	slices.SortStableFunc(found, func(a, b *Endpoint) int {
		switch {
		case a.Remote.IsValid() == b.Remote.IsValid():
			return 0
		case a.Remote.IsValid():
			return -1
		}
		return 1
	})
	return found
}

// endpoint is the one of a tunnel, or nil.
func (e *Engine) endpoint(tunnel string) *Endpoint {
	for i := range e.config.Endpoints {
		if e.config.Endpoints[i].Tunnel == tunnel {
			return &e.config.Endpoints[i]
		}
	}
	return nil
}

// serves tells whether anybody may begin a negotiation with us at an address.
func (e *Engine) serves(vrf string, local netip.Addr, version int) bool {
	return slices.ContainsFunc(e.config.Endpoints, func(ep Endpoint) bool {
		return ep.VRF == vrf && ep.Local == local && ep.Version == version
	})
}
