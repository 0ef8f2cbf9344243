package eigrp

import (
	"net/netip"
	"slices"
	"time"

	"weft/appliance/engine"
)

// entry is one prefix of the topology table.
type entry struct {
	prefix netip.Prefix
	paths  []*path
	serial uint64

	// As DUAL has it (RFC 7868 section 3).
	active   bool
	origin   int       // 0 to 3, while active; 1 while passive
	fd       uint32    // feasible distance; Infinity until there is a successor
	best     *path     // the successor, or the last one while active; nil: none
	reported Vector    // what neighbours are told
	external *External // of the successor
	asker    *neighbor // the successor that queried, for the reply
	waiting  map[netip.Addr]*neighbor
	since    time.Time
	stuck    engine.Timer
	rounds   int // of questions whether it is stuck

	routed    bool // the router has been told
	routeHops []Hop
	routeAt   uint32 // metric and kind of what it was told
	routeKind PathSource
	routeTag  uint32
}

// path is one way to a prefix.
type path struct {
	source   PathSource
	neighbor *neighbor // nil: our own
	iface    *iface    // nil: redistributed without one
	nextHop  netip.Addr
	said     Vector // as the neighbour reported it, or our own
	rd       uint32 // reported distance
	metric   Vector // with the link
	distance uint32
	external *External
	protocol Protocol // of a redistributed one
}

func (p *path) reachable() bool { return p.distance != Infinity }

// entries lists the topology by prefix.
func (e *Engine) entries() []*entry {
	list := make([]*entry, 0, len(e.topology))
	for _, x := range e.topology {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *entry) int { return comparePrefixes(a.prefix, b.prefix) })
	return list
}

func comparePrefixes(a, b netip.Prefix) int {
	if order := a.Addr().Compare(b.Addr()); order != 0 {
		return order
	}
	return a.Bits() - b.Bits()
}

// entry is the one of a prefix, new if need be.
func (e *Engine) entry(p netip.Prefix) *entry {
	x := e.topology[p]
	if x == nil {
		x = &entry{prefix: p, fd: Infinity, origin: 1, reported: Vector{Delay: Infinity}}
		e.topology[p] = x
	}
	return x
}

// forget takes an entry out that nobody has a path of.
func (e *Engine) forget(x *entry) {
	if !x.active && len(x.paths) == 0 && e.topology[x.prefix] == x {
		e.timers.Stop(&x.stuck)
		delete(e.topology, x.prefix)
	}
}

// of is the path of a neighbour, or nil.
func (x *entry) of(n *neighbor) *path {
	for _, p := range x.paths {
		if p.neighbor == n && n != nil {
			return p
		}
	}
	return nil
}

// remove takes a path out.
func (x *entry) remove(p *path) {
	x.paths = slices.DeleteFunc(x.paths, func(o *path) bool { return o == p })
}

// cost computes the distances of a path.
func (e *Engine) cost(p *path) {
	w := e.config.Weights
	switch {
	case p.neighbor != nil:
		p.rd, p.metric = w.distance(p.said), p.said.across(p.iface.vector())
	default:
		p.rd, p.metric = 0, p.said
	}
	if p.metric.Hops > e.config.MaximumHops {
		p.metric.Delay = Infinity
	}
	p.distance = w.distance(p.metric)
}

// learn takes the routes of a packet.
func (n *neighbor) learn(p *packet) {
	e := n.iface.e
	for k := range p.routes {
		r := &p.routes[k]
		if r.external != nil && r.external.Router == e.router && e.router.IsValid() {
			e.drop(dropOwnRoute)
			r.metric.Delay = Infinity // somebody sends us back what is ours
		}
		x := e.entry(r.prefix)
		was := n.record(x, r)
		switch p.opcode {
		case Update:
			e.changed(x, n, was)
		case Query:
			e.queried(x, n, was)
		case SIAQuery:
			e.queried(x, n, was)
			n.add(item{kind: SIAReply, prefix: x.prefix})
		case Reply:
			e.replied(x, n, was)
		case SIAReply:
			e.stillActive(x, n)
		case Request, Hello:
		}
		e.forget(x)
	}
}

// record takes what a neighbour says of a prefix, and returns the distance by it
// before.
func (n *neighbor) record(x *entry, r *route) (was uint32) {
	e := n.iface.e
	p := x.of(n)
	was = Infinity
	if p != nil {
		was = p.distance
	}
	if r.metric.unreachable() {
		if p != nil {
			p.said, p.metric, p.rd, p.distance = r.metric, r.metric, Infinity, Infinity
			if x.best != p {
				x.remove(p)
			}
		}
		return was
	}
	if p == nil {
		p = &path{neighbor: n, iface: n.iface}
		x.paths = append(x.paths, p)
	}
	p.said, p.external, p.nextHop = r.metric, r.external, n.address
	// Another next hop is believed if it is on the link that we share.
	if r.nextHop.IsValid() && n.iface.on(r.nextHop) && r.nextHop != n.iface.link.Address.Addr() {
		p.nextHop = r.nextHop
	}
	e.cost(p)
	return was
}

// lost follows the going of a neighbour.
func (e *Engine) lost(x *entry, n *neighbor) {
	p := x.of(n)
	was := uint32(Infinity)
	if p != nil {
		was = p.distance
		p.rd, p.distance, p.metric.Delay = Infinity, Infinity, Infinity
		if x.best != p {
			x.remove(p)
		}
	}
	if x.asker == n {
		x.asker = nil
	}
	if x.waiting[n.address] == n {
		e.replied(x, n, was)
	} else if p != nil {
		e.changed(x, n, was)
	}
	e.forget(x)
}

// recost follows a change of what crossing an interface costs.
func (e *Engine) recost(x *entry, i *iface) {
	for _, p := range slices.Clone(x.paths) {
		if p.iface != i || p.neighbor == nil {
			continue
		}
		was := p.distance
		e.cost(p)
		if p.distance != was {
			e.changed(x, p.neighbor, was)
		}
	}
	e.forget(x)
}
