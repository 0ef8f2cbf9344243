package eigrp

import (
	"net/netip"
	"slices"
	"time"
)

// activate begins a diffusing computation (RFC 7868 section 3.5): everybody who
// could know a way is asked. origin says who began it: 1 ourselves, 3 the
// successor asker.
func (e *Engine) activate(x *entry, origin int, asker *neighbor) {
	x.active, x.origin, x.asker = true, origin, asker
	x.since, x.rounds = e.now, 0
	e.note(x.prefix, "active")
	e.install(x)
	e.ask(x)
}

// ask queries all neighbours but the one that asks itself and stubs, of whom
// nobody is behind.
func (e *Engine) ask(x *entry) {
	// What we report meanwhile is the way by the old successor, if it still is one.
	if x.best != nil && x.best.reachable() {
		x.reported = x.best.metric
	} else {
		x.reported = x.reported.withdrawn()
	}
	x.waiting = map[netip.Addr]*neighbor{}
	for _, i := range e.sorted() {
		for _, n := range i.sorted() {
			if !n.up || n.stub != nil || n == x.asker && (x.origin == 3) || n == successorOf(x) && x.best.reachable() && !i.config.NoSplitHorizon {
				continue
			}
			x.waiting[n.address] = n
			n.add(item{kind: Query, prefix: x.prefix})
		}
	}
	if len(x.waiting) == 0 {
		e.finish(x)
		return
	}
	if e.config.ActiveTime > 0 {
		e.timers.Set(&x.stuck, e.now.Add(e.config.ActiveTime/2), func() { e.inquire(x) })
	}
}

// whileActive follows a change of a path during a computation: if the way by the
// old successor gets longer, what we asked with is not true any more, and it
// takes another round (rows 4 and 5 of the table: from 1 to 0, from 3 to 2).
func (e *Engine) whileActive(x *entry, n *neighbor, was uint32) {
	p := x.of(n)
	if p == nil || p != x.best || p.distance <= was {
		return
	}
	switch x.origin {
	case 1:
		x.origin = 0
	case 3:
		x.origin = 2
	}
}

// replied takes a reply, or the going of a neighbour, which is one.
func (e *Engine) replied(x *entry, n *neighbor, was uint32) {
	if !x.active {
		e.changed(x, n, was)
		return
	}
	e.whileActive(x, n, was)
	if x.waiting[n.address] != n {
		return
	}
	delete(x.waiting, n.address)
	if len(x.waiting) == 0 {
		e.finish(x)
	}
}

// finish follows the last reply. If nothing got worse meanwhile the slate is
// clean: any way will do, for nobody leads through us any more. Else the
// feasibility condition decides whether another round is needed.
func (e *Engine) finish(x *entry) {
	e.timers.Stop(&x.stuck)
	limit := uint32(Infinity)
	if x.origin == 0 || x.origin == 2 {
		limit = x.fd
		if x.choose(limit) == nil {
			next := 1
			if x.origin == 2 {
				next = 3
			}
			x.origin = next
			e.note(x.prefix, "active again")
			e.ask(x)
			return
		}
	} else {
		x.fd = Infinity
	}
	asker := x.asker
	x.active, x.origin, x.asker, x.waiting = false, 1, nil, nil
	e.note(x.prefix, "passive")
	if best := x.choose(limit); best != nil {
		e.take(x, best)
		e.tell(x) // also who came meanwhile, and was told nothing
	} else {
		e.none(x)
	}
	if asker != nil && asker.up {
		asker.add(item{kind: Reply, prefix: x.prefix})
	}
	e.forget(x)
}

// maxInquiries is how often a neighbour is asked whether it is still at it.
const maxInquiries = 3

// inquire asks those who owe a reply whether they are still at it. Who does not even answer that is lost, for a computation must end.
func (e *Engine) inquire(x *entry) {
	if !x.active {
		return
	}
	x.rounds++
	for _, n := range x.waitingFor() {
		if x.rounds > 1 && !n.confirmed(x.prefix) || x.rounds > maxInquiries {
			e.log(Stuck{e.config.AS, x.prefix, n.address})
			n.iface.goodbye(n.address)
			n.down("stuck in active")
			continue
		}
		n.add(item{kind: SIAQuery, prefix: x.prefix})
	}
	if x.active {
		e.timers.Set(&x.stuck, e.now.Add(e.config.ActiveTime/2), func() { e.inquire(x) })
	}
}

// stillActive takes the answer to that.
func (e *Engine) stillActive(x *entry, n *neighbor) {
	if x.active && x.waiting[n.address] == n {
		n.confirm(x.prefix, e.now)
	}
}

func (x *entry) waitingFor() (list []*neighbor) {
	for _, n := range x.waiting {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b *neighbor) int { return a.handle - b.handle })
	return list
}

// confirm notes that a neighbour is still at it; confirmed asks, once.
func (n *neighbor) confirm(p netip.Prefix, now time.Time) {
	if n.working == nil {
		n.working = map[netip.Prefix]time.Time{}
	}
	n.working[p] = now
}

func (n *neighbor) confirmed(p netip.Prefix) bool {
	_, ok := n.working[p]
	delete(n.working, p)
	return ok
}
