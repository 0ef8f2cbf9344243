package rib

import (
	"slices"

	"weft/dataplane/fib"
)

// override gives the routes of n, which another source has learnt, the next hops
// that NHRP has for the prefix.
func (p *plane) override(n *node, routes []Route) {
	if !p.shortened || len(routes) == 0 {
		return
	}
	if s := routes[0].Source; s == NHRP || s == Connected || s == Local {
		return // what is here is nowhere else
	}
	for i := range n.candidates {
		c := &n.candidates[i]
		if c.Source != NHRP || !p.direct(c) {
			continue
		}
		for j := range routes {
			if routes[j].leavesBy(c.Interface) {
				routes[j].Override = appendHops(routes[j].Override, []fib.NextHop{{Gateway: c.NextHop, Interface: c.Interface}})
			}
		}
	}
}

func (r *Route) leavesBy(iface string) bool {
	return slices.ContainsFunc(r.Resolved, func(h fib.NextHop) bool { return h.Interface == iface })
}

// hops are where packets go: where NHRP overrides a next hop out of a tunnel,
// there, and otherwise as resolved.
func (r *Route) hops() []fib.NextHop {
	if len(r.Override) == 0 {
		return r.Resolved
	}
	hops := slices.Clone(r.Override)
	for _, h := range r.Resolved {
		if !slices.ContainsFunc(r.Override, func(o fib.NextHop) bool { return o.Interface == h.Interface }) {
			hops = appendHops(hops, []fib.NextHop{h})
		}
	}
	return hops
}

// shorten begins to keep the table without NHRP, which up to now is the table.
func (p *plane) shorten() {
	p.shortened, p.routed = true, p.table
	for _, n := range p.nodes.All() {
		n.routed = n.entry
	}
}

func (p *plane) withoutNHRP() fib.Table {
	if p.shortened {
		return p.routed
	}
	return p.table
}

// installRouted is install without NHRP.
func (p *plane) installRouted(n *node) {
	entry := fib.Entry{Prefix: n.prefix}
	others := false
	for i := range n.routes {
		if n.routes[i].Source != NHRP {
			others = true
			entry.NextHops = appendHops(entry.NextHops, n.routes[i].Resolved)
		}
	}
	entry.Discard = others && len(entry.NextHops) == 0
	if sameEntry(entry, n.routed) {
		return
	}
	n.routed = entry
	if others {
		p.routed = p.routed.With(entry)
	} else {
		p.routed = p.routed.Without(n.prefix)
	}
}

func sameEntry(a, b fib.Entry) bool {
	return a.Discard == b.Discard && slices.Equal(a.NextHops, b.NextHops)
}
