package rib

import (
	"net/netip"
	"slices"

	"weft/dataplane/fib"
)

// recursive reports whether only other routes can say where c leaves.
func (c *Candidate) recursive() bool { return !c.Discard && c.Interface == "" && c.NextHop.IsValid() }

// direct reports whether c is valid whatever the other routes are.
func (p *plane) direct(c *Candidate) bool {
	return c.Distance != Unusable && (c.Discard || c.Interface != "" && (p.up[c.Interface] || c.Permanent))
}

// certain reports whether n will be in force whatever the other routes are.
func (p *plane) certain(n *node) bool {
	for i := range n.candidates {
		if p.direct(&n.candidates[i]) {
			return true
		}
	}
	return false
}

// decide picks the valid candidates of n that are in force, given what is
// decided of the others.
func (p *plane) decide(n *node) []Route {
	var routes []Route
	for i := range n.candidates {
		c := &n.candidates[i]
		if len(routes) == MaximumPaths || len(routes) > 0 && comparePreference(routes[0].Candidate, *c) != 0 {
			break
		}
		if hops, valid := p.resolve(n, c); valid {
			routes = append(routes, Route{Candidate: *c, Resolved: hops})
		}
	}
	p.override(n, routes)
	return routes
}

// resolve finds where a candidate of n leaves.
func (p *plane) resolve(n *node, c *Candidate) (hops []fib.NextHop, valid bool) {
	switch {
	case !c.recursive():
		if valid = p.direct(c); valid && !c.Discard {
			hops = []fib.NextHop{{Gateway: c.NextHop, Interface: c.Interface}}
		}
		return hops, valid
	case c.Distance == Unusable, n.stubborn:
		return nil, false
	}
	q := p.match(c.NextHop, n)
	if q == nil || q == n || n.circular && p.leadsTo(q, n, map[*node]bool{}) {
		return nil, false
	}
	for i := range q.routes {
		r := &q.routes[i]
		if r.Source == Local {
			return nil, false // the next hop is the box itself
		}
		for _, hop := range r.Resolved {
			if !hop.Gateway.IsValid() {
				hop.Gateway = c.NextHop
			}
			hops = appendHops(hops, []fib.NextHop{hop})
		}
	}
	return hops, true
}

// match is the longest match for a next hop among what is in force, n included
// whether it is or not.
func (p *plane) match(nextHop netip.Addr, n *node) *node {
	for _, q := range p.nodes.Supernets(hostPrefix(nextHop)) {
		if q == n || len(q.routes) > 0 {
			return q
		}
	}
	return nil
}

// leadsTo reports whether the way through q rests on n, or would if n were in
// force.
func (p *plane) leadsTo(q, n *node, seen map[*node]bool) bool {
	if seen[q] {
		return false
	}
	seen[q] = true
	for i := range q.routes {
		c := &q.routes[i].Candidate
		if !c.recursive() {
			continue
		}
		if next := p.match(c.NextHop, n); next == n || next != nil && p.leadsTo(next, n, seen) {
			return true
		}
	}
	return false
}

// appendHops adds the new ones of more in order, up to MaximumPaths.
func appendHops(hops, more []fib.NextHop) []fib.NextHop {
	for _, hop := range more {
		if len(hops) < MaximumPaths && !slices.Contains(hops, hop) {
			hops = append(hops, hop)
		}
	}
	return hops
}
