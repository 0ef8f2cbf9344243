package nhrp

import (
	"net/netip"
	"slices"

	"weft/dataplane/fib"
)

// install puts the route of an answer into the routing table, which decides
// whether it is a route of its own or overrides the next hop of one that is there.
func (t *tunnel) install(b *binding) {
	if !t.config.Shortcut {
		return
	}
	b.covering, _ = t.engine.routes.Lookup(b.target)
	b.Flags |= RIB
	if b.Flags&NHOP == 0 && b.covering.Prefix == b.Protocol {
		b.Flags |= NHO
	}
	t.engine.do(Route{t.config.Name, b.Protocol, b.via()})
}

func (t *tunnel) uninstall(b *binding) {
	if b.Flags&RIB != 0 {
		b.Flags &^= RIB | NHO
		t.engine.do(Withdraw{t.config.Name, b.Protocol, b.via()})
	}
}

// via is the next hop of the binding's route: a next hop itself is on the link.
func (b *binding) via() netip.Addr {
	if b.Flags&NHOP != 0 {
		return netip.Addr{}
	}
	return b.NextHop
}

// followRoutes gives up what another table of routes makes untrue: shortcuts of
// routes that have changed, and what we told others that lies behind us.
func (e *Engine) followRoutes() {
	for _, t := range e.tunnels {
		if t.routed == 0 {
			continue
		}
		for _, b := range t.cache.inside(netip.Prefix{}, (*binding).routed) {
			if !t.holds(b) {
				t.remove(b, "route changed")
			}
		}
	}
}

// holds tells whether the routes are still those that a binding rests on.
func (t *tunnel) holds(b *binding) bool {
	switch {
	case b.Protocol == host(t.address()):
		return true
	case b.Flags&LocalFlag != 0:
		e, ok := t.engine.behind(t, b.Protocol.Addr())
		return ok && answerable(e, b.Protocol.Addr()) == b.Protocol
	case b.Flags&RIB == 0, b.Flags&NHOP != 0, t.config.NoRouteWatch:
		return true
	}
	now, _ := t.engine.routes.Lookup(b.target)
	return now.Prefix == b.covering.Prefix && now.Discard == b.covering.Discard && slices.Equal(now.NextHops, b.covering.NextHops)
}

// settleShortcuts begins afresh where the configuration has changed what is
// asked for or told.
func (t *tunnel) settleShortcuts(old *Tunnel) {
	if t.config.Shortcut == old.Shortcut && t.config.Address == old.Address || t.routed == 0 {
		return
	}
	for _, b := range t.cache.inside(netip.Prefix{}, (*binding).routed) {
		t.remove(b, "no longer configured")
	}
}

// behind is the route to an address that leaves the network of a tunnel here:
// this router is the last on the way through it (RFC 2332 section 5.2.1).
func (e *Engine) behind(t *tunnel, a netip.Addr) (fib.Entry, bool) {
	route, ok := e.routes.Lookup(a)
	if !ok || route.Discard || len(route.NextHops) == 0 {
		return fib.Entry{}, false
	}
	return route, !slices.ContainsFunc(route.NextHops, func(h fib.NextHop) bool {
		return e.sameNetwork(t, h.Interface) != nil
	})
}

// sameNetwork is the tunnel of a name, if it belongs to the network of t.
func (e *Engine) sameNetwork(t *tunnel, name string) *tunnel {
	if other := e.byName[name]; other != nil && other.config.NetworkID == t.config.NetworkID {
		return other
	}
	return nil
}

// answerable is how much of a route we answer for: for what leaves by a default
// route, only the address asked for.
func answerable(route fib.Entry, asked netip.Addr) netip.Prefix {
	if route.Prefix.Bits() < shortestPrefix {
		return host(asked)
	}
	return route.Prefix
}
