package rib

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/gaissmai/bart"

	"weft/dataplane/fib"
)

// A plane decides among the candidates it is given. It knows nothing of
// tunnels: the underlay is a plane that is not told of them.
type plane struct {
	up          map[string]bool // of the RIB
	nodes       bart.Table[*node]
	nextHops    bart.Table[users] // those to be resolved, as host prefixes
	byInterface map[string]map[*node]struct{}
	dirty       []*node // touched since the last Settle
	table       fib.Table

	shortened bool      // NHRP has offered something, so that routed is kept
	routed    fib.Table // without NHRP
}

// users are the nodes with a candidate that resolves one next hop.
type users map[*node]struct{}

// A node is one prefix.
type node struct {
	prefix     netip.Prefix
	candidates []Candidate // best first
	routes     []Route     // in force, as decided so far in this Settle
	installed  []Route     // in force, as of the last Settle
	entry      fib.Entry   // what the table holds
	routed     fib.Entry   // and what it would without NHRP

	open     bool // to be decided in this Settle, or the next
	circular bool // part of the circle being decided
	stubborn bool // in this circle only what needs no recursion
	visit    int  // order of the depth-first search, from 1; 0 is not yet
	low      int  // earliest node on the stack that it leads to
	stacked  bool
}

func newPlane(up map[string]bool) *plane {
	return &plane{up: up, byInterface: map[string]map[*node]struct{}{}}
}

func (p *plane) touch(n *node) {
	if !n.open {
		n.open = true
		p.dirty = append(p.dirty, n)
	}
}

func (p *plane) add(c Candidate) {
	n, found := p.nodes.Get(c.Prefix)
	if !found {
		n = &node{prefix: c.Prefix}
		p.nodes.Insert(c.Prefix, n)
	}
	if i := n.find(c); i >= 0 {
		if n.candidates[i] == c {
			return
		}
		p.remove(c)
	}
	if c.Source == NHRP && !p.shortened {
		p.shorten()
	}
	at, _ := slices.BinarySearchFunc(n.candidates, c, compareCandidates)
	n.candidates = slices.Insert(n.candidates, at, c)
	p.touch(n)
	if c.recursive() {
		host := hostPrefix(c.NextHop)
		u, found := p.nextHops.Get(host)
		if !found {
			u = users{}
			p.nextHops.Insert(host, u)
		}
		u[n] = struct{}{}
	} else if !c.Discard {
		if p.byInterface[c.Interface] == nil {
			p.byInterface[c.Interface] = map[*node]struct{}{}
		}
		p.byInterface[c.Interface][n] = struct{}{}
	}
}

func (p *plane) remove(c Candidate) {
	n, found := p.nodes.Get(c.Prefix)
	if !found {
		return
	}
	i := n.find(c)
	if i < 0 {
		return
	}
	c = n.candidates[i]
	n.candidates = slices.Delete(n.candidates, i, i+1)
	p.touch(n)
	if c.recursive() {
		same := func(o Candidate) bool { return o.recursive() && o.NextHop == c.NextHop }
		host := hostPrefix(c.NextHop)
		if u, _ := p.nextHops.Get(host); !slices.ContainsFunc(n.candidates, same) {
			delete(u, n)
			if len(u) == 0 {
				p.nextHops.Delete(host)
			}
		}
	} else if !c.Discard {
		same := func(o Candidate) bool { return !o.recursive() && !o.Discard && o.Interface == c.Interface }
		if !slices.ContainsFunc(n.candidates, same) {
			delete(p.byInterface[c.Interface], n)
		}
	}
}

func (p *plane) touchInterface(name string) {
	for n := range p.byInterface[name] {
		p.touch(n)
	}
}

// settle decides the nodes touched and those that depend on them, and returns
// the prefixes whose entry is another one now.
func (p *plane) settle(now time.Time) (changed []netip.Prefix) {
	open := p.dependents()
	for _, n := range open {
		n.routes, n.visit = nil, 0
	}
	search := &search{plane: p}
	for _, n := range open {
		if n.visit == 0 {
			search.from(n)
		}
	}
	for _, n := range open {
		n.open = false
		if p.install(n, now) {
			changed = append(changed, n.prefix)
		}
		if len(n.candidates) == 0 {
			p.nodes.Delete(n.prefix)
		}
	}
	return changed
}

// dependents opens the nodes touched and, again and again, those with a next
// hop that one of them covers.
func (p *plane) dependents() []*node {
	open := p.dirty
	p.dirty = nil
	for i := 0; i < len(open); i++ {
		q := open[i]
		for host, users := range p.nextHops.Subnets(q.prefix) {
			if p.shields(host, q) {
				continue
			}
			for n := range users {
				if !n.open {
					n.open = true
					open = append(open, n)
				}
			}
		}
	}
	return open
}

// shields reports whether a longer prefix than q's is in force for host
// whatever becomes of q. If that prefix was touched as well, it brings in those
// who use host itself.
func (p *plane) shields(host netip.Prefix, q *node) bool {
	for _, n := range p.nodes.Supernets(host) {
		if n == q {
			return false
		}
		if p.certain(n) {
			return true
		}
	}
	return false
}

// install makes what was decided for n what is in force.
func (p *plane) install(n *node, now time.Time) (changed bool) {
	for i := range n.routes {
		n.routes[i].Since, n.routes[i].Overridden = now, now
		for j := range n.installed {
			if n.installed[j].Candidate == n.routes[i].Candidate {
				n.routes[i].Since = n.installed[j].Since
				if slices.Equal(n.installed[j].Override, n.routes[i].Override) {
					n.routes[i].Overridden = n.installed[j].Overridden
				}
			}
		}
	}
	n.installed = n.routes
	if p.shortened {
		p.installRouted(n)
	}
	entry := n.merge()
	if sameEntry(entry, n.entry) {
		return false
	}
	n.entry = entry
	if len(n.routes) == 0 {
		p.table = p.table.Without(n.prefix)
	} else {
		p.table = p.table.With(entry)
	}
	return true
}

// merge makes one entry of the routes in force. Beside one that forwards, a
// discard route counts for nothing.
func (n *node) merge() fib.Entry {
	e := fib.Entry{Prefix: n.prefix}
	for i := range n.routes {
		e.NextHops = appendHops(e.NextHops, n.routes[i].hops())
	}
	e.Discard = len(n.routes) > 0 && len(e.NextHops) == 0
	return e
}

// entry is what the table holds for prefix.
func (p *plane) entry(prefix netip.Prefix) fib.Entry {
	if n, found := p.nodes.Get(prefix); found {
		return n.entry
	}
	return fib.Entry{Prefix: prefix}
}

func (n *node) find(c Candidate) int {
	return slices.IndexFunc(n.candidates, func(o Candidate) bool {
		return o.Source == c.Source && o.Process == c.Process && o.NextHop == c.NextHop && o.Interface == c.Interface
	})
}

// compareCandidates puts the better one first, and equals in an order that
// does not depend on which came first.
func compareCandidates(a, b Candidate) int {
	return cmp.Or(comparePreference(a, b), a.NextHop.Compare(b.NextHop), strings.Compare(a.Interface, b.Interface), cmp.Compare(a.Process, b.Process))
}

func comparePreference(a, b Candidate) int {
	return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Source, b.Source))
}

func hostPrefix(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }
