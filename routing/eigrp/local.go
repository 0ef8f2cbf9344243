package eigrp

import (
	"net/netip"
	"slices"
)

// own enters a path of our own.
func (e *Engine) own(prefix netip.Prefix, p *path) {
	x := e.entry(prefix)
	x.paths = append(x.paths, p)
	e.ownChanged(x, p)
}

// ownChanged follows a new metric of one.
func (e *Engine) ownChanged(x *entry, p *path) {
	was := p.distance
	e.cost(p)
	e.consider(x, p, was)
}

// withdrawOwn takes one away.
func (e *Engine) withdrawOwn(x *entry, p *path) {
	was := p.distance
	p.distance, p.metric.Delay = Infinity, Infinity
	if x.best != p {
		x.remove(p)
	}
	e.consider(x, p, was)
	e.forget(x)
}

// consider is changed for paths without a neighbour.
func (e *Engine) consider(x *entry, p *path, was uint32) {
	if x.active {
		if p == x.best && p.distance > was {
			switch x.origin {
			case 1:
				x.origin = 0
			case 3:
				x.origin = 2
			}
		}
		return
	}
	if !e.settle(x) {
		e.activate(x, 1, nil)
	}
}

// relocal makes our own paths what interfaces and other protocols offer.
func (e *Engine) relocal() {
	want := map[netip.Prefix][]*path{}
	for _, i := range e.sorted() {
		for _, prefix := range append([]netip.Prefix{i.link.Address}, i.link.Secondary...) {
			if slices.ContainsFunc(e.config.Networks, func(n Network) bool { return n.covers(prefix.Addr()) }) {
				prefix = prefix.Masked()
				want[prefix] = append(want[prefix], &path{source: Connected, iface: i, said: i.vector()})
			}
		}
	}
	prefixes := make([]netip.Prefix, 0, len(e.offered))
	for prefix := range e.offered {
		prefixes = append(prefixes, prefix)
	}
	slices.SortFunc(prefixes, comparePrefixes)
	for _, prefix := range prefixes {
		if p := e.redistributed(prefix); p != nil {
			want[prefix] = append(want[prefix], p)
		}
	}
	for _, x := range e.entries() {
		for _, p := range slices.Clone(x.paths) {
			if p.neighbor == nil && p.source != Summarized && !slices.ContainsFunc(want[x.prefix], p.same) {
				e.withdrawOwn(x, p)
			}
		}
	}
	names := make([]netip.Prefix, 0, len(want))
	for prefix := range want {
		names = append(names, prefix)
	}
	slices.SortFunc(names, comparePrefixes)
	for _, prefix := range names {
		for _, p := range want[prefix] {
			x := e.topology[prefix]
			if x == nil || !slices.ContainsFunc(x.paths, p.same) {
				e.own(prefix, p)
			}
		}
	}
}

// same tells a path of our own that says what another says.
func (p *path) same(o *path) bool {
	return o.neighbor == nil && p.neighbor == nil && p.source == o.source && p.iface == o.iface && p.said == o.said && p.protocol == o.protocol &&
		(p.external == nil) == (o.external == nil) && (p.external == nil || *p.external == *o.external)
}

// offer takes a route of another source.
func (e *Engine) offer(in Redistribute) {
	if e.offered[in.Prefix] == nil {
		e.offered[in.Prefix] = map[Protocol]Redistribute{}
	}
	e.offered[in.Prefix][in.Source] = in
	e.relocal()
}

func (e *Engine) retract(prefix netip.Prefix, source Protocol) {
	delete(e.offered[prefix], source)
	if len(e.offered[prefix]) == 0 {
		delete(e.offered, prefix)
	}
	e.relocal()
}

// redistributed makes the path of what is offered for a prefix: of the first
// source by number that has a metric.
func (e *Engine) redistributed(prefix netip.Prefix) *path {
	for source := FromIGRP; source <= FromConnected; source++ {
		in, ok := e.offered[prefix][source]
		if !ok {
			continue
		}
		var said Vector
		seed := in.Seed
		if seed == nil {
			seed = e.config.Default
		}
		l, known := e.links[in.Interface]
		switch {
		case seed != nil:
			said = seed.vector()
		case known && (source == FromStatic || source == FromConnected):
			said = (&iface{link: l}).vector()
		default:
			continue // without a metric it is not told
		}
		return &path{source: Redistributed, said: said, protocol: source,
			external: &External{Router: e.router, AS: in.SourceAS, Tag: in.Tag, Metric: in.Metric, Protocol: source}}
	}
	return nil
}
