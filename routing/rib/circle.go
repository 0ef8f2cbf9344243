package rib

import (
	"cmp"
	"slices"
)

// A search decides the open nodes in the order of their dependencies: Tarjan's
// depth-first search for strongly connected components, which yields each
// component after all those it depends on. A component of one node is decided
// once; a larger one is a circle.
type search struct {
	plane *plane
	count int
	stack []*node
}

func (s *search) from(n *node) {
	s.count++
	n.visit, n.low, n.stacked = s.count, s.count, true
	s.stack = append(s.stack, n)
	for i := range n.candidates {
		if c := &n.candidates[i]; c.recursive() && c.Distance != Unusable {
			s.follow(n, c)
		}
	}
	if n.low != n.visit {
		return
	}
	at := len(s.stack)
	for n.stacked {
		at--
		s.stack[at].stacked = false
	}
	component := s.stack[at:]
	s.stack = s.stack[:at]
	if len(component) == 1 {
		n.routes = s.plane.decide(n)
	} else {
		s.plane.decideCircle(component)
	}
}

// follow visits every prefix that the next hop of c may resolve through: from
// the longest to the first that is in force for certain.
func (s *search) follow(n *node, c *Candidate) {
	for _, q := range s.plane.nodes.Supernets(hostPrefix(c.NextHop)) {
		if q == n {
			return // anything shorter would resolve n through itself
		}
		if q.open && q.visit == 0 {
			s.from(q)
			n.low = min(n.low, q.low)
		} else if q.open && q.stacked {
			n.low = min(n.low, q.visit)
		}
		if s.plane.certain(q) {
			return
		}
	}
}

// patience is how often a circle is gone round before those that still move
// are cut off. A chain of n routes inside a circle needs n rounds at worst.
const patience = 16

// decideCircle decides prefixes that depend on each other, beginning with what
// needs no recursion and the shortest prefix first. A route that would resolve
// through itself stays out (leadsTo). If the others do not come to rest either,
// those that moved last lose their recursive candidates.
func (p *plane) decideCircle(circle []*node) {
	slices.SortFunc(circle, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.prefix.Bits(), b.prefix.Bits()), comparePrefix(a.prefix, b.prefix))
	})
	for _, n := range circle {
		n.circular = true
		n.stubborn = true
		n.routes = p.decide(n)
	}
	for _, n := range circle {
		n.stubborn = false
	}
	for round := 1; ; round++ {
		var moved []*node
		for _, n := range circle {
			if routes := p.decide(n); !slices.EqualFunc(routes, n.routes, sameRoute) {
				n.routes = routes
				moved = append(moved, n)
			}
		}
		if len(moved) == 0 {
			break
		}
		if round%patience == 0 {
			for _, n := range moved {
				n.stubborn = true
			}
		}
	}
	for _, n := range circle {
		n.circular, n.stubborn = false, false
	}
}

func sameRoute(a, b Route) bool {
	return a.Candidate == b.Candidate && slices.Equal(a.Resolved, b.Resolved) && slices.Equal(a.Override, b.Override)
}
