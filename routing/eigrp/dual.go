package eigrp

import (
	"slices"
)

// choose finds the successor among the paths that cannot lead through us: whose
// reported distance is less than limit (the feasibility condition, RFC 7868
// section 3.5). nil: there is none.
func (x *entry) choose(limit uint32) *path {
	var best *path
	for _, p := range x.paths {
		if p.reachable() && (p.rd < limit || p.neighbor == nil) && (best == nil || p.better(best)) {
			best = p
		}
	}
	return best
}

// better orders two paths: internal ones before external ones, our own before
// others', then by distance, then by address, so that it is the same every time.
func (p *path) better(o *path) bool {
	switch {
	case (p.external == nil) != (o.external == nil):
		return p.external == nil
	case p.distance != o.distance:
		return p.distance < o.distance
	case (p.neighbor == nil) != (o.neighbor == nil):
		return p.neighbor == nil
	case p.neighbor != nil && p.neighbor != o.neighbor:
		return p.neighbor.address.Less(o.neighbor.address)
	}
	return p.source < o.source
}

// changed follows a change of the path by n, whose distance was another before.
// Passive, this is rows 1 and 2 of the table: with a feasible
// successor the entry stays passive, without one it becomes active by our own
// initiative.
func (e *Engine) changed(x *entry, n *neighbor, was uint32) {
	if x.active {
		e.whileActive(x, n, was)
		return
	}
	if e.settle(x) {
		return
	}
	e.activate(x, 1, nil)
}

// queried follows a query of n: it is answered at once, but by a router that
// loses its own way by it, which asks in its turn.
func (e *Engine) queried(x *entry, n *neighbor, was uint32) {
	if x.active {
		if n == successorOf(x) {
			// The successor asks: whatever began it, somebody before us did.
			if x.origin == 0 || x.origin == 1 {
				x.origin = 2
			}
			x.asker = n
			return
		}
		e.whileActive(x, n, was)
		n.add(item{kind: Reply, prefix: x.prefix})
		return
	}
	fromSuccessor := n == successorOf(x)
	if e.settle(x) {
		n.add(item{kind: Reply, prefix: x.prefix})
		return
	}
	if fromSuccessor {
		e.activate(x, 3, n)
		return
	}
	e.activate(x, 1, nil)
	n.add(item{kind: Reply, prefix: x.prefix})
}

func successorOf(x *entry) *neighbor {
	if x.best == nil {
		return nil
	}
	return x.best.neighbor
}

// settle keeps a passive entry passive if it can: there is a feasible successor,
// or there never was any way.
func (e *Engine) settle(x *entry) bool {
	shortest, best := x.choose(Infinity), x.choose(x.fd)
	switch {
	case shortest == nil && x.best == nil:
		return true // nothing that anybody could be asked for
	case best == nil || shortest.distance < best.distance && (shortest.external == nil) == (best.external == nil):
		// The shortest way may lead through us: without asking we may not take
		// it, and nobody is to have a longer one for ever.
		return false
	}
	e.take(x, best)
	return true
}

// take makes a path the successor, and tells everybody who must know.
func (e *Engine) take(x *entry, best *path) {
	changed := x.best != best || x.reported != best.metric || x.external != best.external
	x.best = best
	x.paths = slices.DeleteFunc(x.paths, func(p *path) bool { return p != best && !p.reachable() })
	if best.distance < x.fd {
		x.fd = best.distance
	}
	if x.fd == Infinity && best.reachable() {
		x.fd = best.distance
	}
	x.reported, x.external = best.metric, best.external
	e.install(x)
	if changed {
		e.serial++
		x.serial = e.serial
		e.note(x.prefix, "successor changed")
		e.tell(x)
	}
}

// none leaves an entry without any way.
func (e *Engine) none(x *entry) {
	x.best, x.fd, x.external = nil, Infinity, nil
	x.paths = slices.DeleteFunc(x.paths, func(p *path) bool { return !p.reachable() })
	told := !x.reported.unreachable()
	x.reported = x.reported.withdrawn()
	e.install(x)
	e.serial++
	x.serial = e.serial
	if told {
		e.note(x.prefix, "unreachable")
	}
	e.tell(x)
}

// tell has every neighbour told of an entry.
func (e *Engine) tell(x *entry) {
	e.resummary = e.resummary || e.component(x.prefix)
	for _, i := range e.sorted() {
		for _, n := range i.sorted() {
			if n.up {
				n.add(item{kind: Update, prefix: x.prefix})
			}
		}
	}
}

// hops are the ways that packets may take: those of the successors, and with
// variance feasible ones that are not that much worse.
func (e *Engine) hops(x *entry) []*path {
	var list []*path
	if x.best == nil || x.best.neighbor == nil || !x.best.reachable() {
		return nil
	}
	most := uint64(x.best.distance) * uint64(e.config.Variance)
	for _, p := range x.paths {
		if p.neighbor == nil || !p.reachable() || p.rd >= x.fd || (p.external == nil) != (x.best.external == nil) {
			continue
		}
		if p.distance == x.best.distance || uint64(p.distance) < most {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *path) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	if len(list) > e.config.MaximumPaths {
		list = list[:e.config.MaximumPaths]
	}
	return list
}

// install tells the router the way to a prefix, if it is another one than it was
// told before.
func (e *Engine) install(x *entry) {
	summary := x.best != nil && x.best.source == Summarized && e.discards(x.prefix)
	list := e.hops(x)
	if len(list) == 0 && !summary || x.active && x.best != nil && !x.best.reachable() {
		if x.routed {
			x.routed, x.routeHops = false, nil
			e.do(Withdraw{x.prefix})
		}
		return
	}
	r := Route{Prefix: x.prefix, Metric: x.best.distance, Vector: x.best.metric, Distance: e.config.Internal, Discard: summary}
	if x.best.external != nil {
		r.External, r.Distance, r.Tag = true, e.config.External, x.best.external.Tag
	}
	if summary {
		r.Distance = e.discardDistance(x.prefix)
	}
	for _, p := range list {
		r.Hops = append(r.Hops, Hop{p.nextHop, p.iface.name, p.distance})
	}
	if x.routed && slices.Equal(x.routeHops, r.Hops) && x.routeAt == r.Metric && x.routeKind == x.best.source && x.routeTag == r.Tag {
		return
	}
	x.routed, x.routeHops, x.routeAt, x.routeKind, x.routeTag = true, r.Hops, r.Metric, x.best.source, r.Tag
	e.do(r)
}

// reconsider looks at an entry again, for what the configuration says of it has
// changed.
func (e *Engine) reconsider(x *entry) {
	for _, p := range x.paths {
		if p.neighbor != nil {
			e.cost(p)
		}
	}
	x.routed = x.routed && false
	if !x.active {
		if !e.settle(x) {
			e.activate(x, 1, nil)
		}
	}
}
