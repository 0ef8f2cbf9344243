package eigrp

import (
	"net/netip"
	"slices"
)

// summarizes tells whether a prefix is a summary of the interface.
func (i *iface) summarizes(p netip.Prefix) bool {
	return slices.ContainsFunc(i.config.Summaries, func(s Summary) bool { return s.Prefix == p })
}

// covered tells whether a summary of the interface stands for a prefix.
func (i *iface) covered(p netip.Prefix) bool {
	return slices.ContainsFunc(i.config.Summaries, func(s Summary) bool {
		return s.Prefix.Bits() < p.Bits() && s.Prefix.Contains(p.Addr()) && i.e.topology[s.Prefix] != nil
	})
}

// component tells whether a prefix is part of any summary.
func (e *Engine) component(p netip.Prefix) bool {
	for _, s := range e.summaries() {
		if s.Prefix.Bits() < p.Bits() && s.Prefix.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

// summaries are those of all interfaces, each once.
func (e *Engine) summaries() (list []Summary) {
	for _, i := range e.sorted() {
		for _, s := range i.config.Summaries {
			s.Prefix = s.Prefix.Masked()
			if !slices.ContainsFunc(list, func(o Summary) bool { return o.Prefix == s.Prefix }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// summarize makes the summaries what their components say: a summary is there
// while it has one, with the metric of the best.
func (e *Engine) summarize() {
	if !e.resummary {
		return
	}
	e.resummary = false
	wanted := e.summaries()
	for _, x := range e.entries() {
		for _, p := range slices.Clone(x.paths) {
			if p.source == Summarized && !slices.ContainsFunc(wanted, func(s Summary) bool { return s.Prefix == x.prefix }) {
				e.withdrawOwn(x, p)
			}
		}
	}
	for _, s := range wanted {
		best := e.bestComponent(s.Prefix)
		x := e.topology[s.Prefix]
		var own *path
		if x != nil {
			for _, p := range x.paths {
				if p.source == Summarized {
					own = p
				}
			}
		}
		switch {
		case best == nil && own != nil:
			e.withdrawOwn(x, own)
		case best != nil && own == nil:
			e.own(s.Prefix, &path{source: Summarized, said: best.metric})
			e.retell(s.Prefix)
		case best != nil && own.said != best.metric:
			own.said = best.metric
			e.ownChanged(x, own)
		}
	}
}

// retell has neighbours told again of the components of a summary.
func (e *Engine) retell(summary netip.Prefix) {
	for _, x := range e.entries() {
		if summary.Bits() < x.prefix.Bits() && summary.Contains(x.prefix.Addr()) {
			for _, n := range e.neighbors() {
				if n.up {
					n.add(item{kind: Update, prefix: x.prefix})
				}
			}
		}
	}
}

// bestComponent is the successor of the best component, or nil.
func (e *Engine) bestComponent(summary netip.Prefix) *path {
	var best *path
	for _, x := range e.entries() {
		if x.prefix.Bits() <= summary.Bits() || !summary.Contains(x.prefix.Addr()) || x.best == nil || !x.best.reachable() || x.best.source == Summarized || x.active {
			continue
		}
		if best == nil || x.best.distance < best.distance {
			best = x.best
		}
	}
	return best
}

// discardDistance is the distance of a summary's discard route, and discards
// tells whether it has one.
func (e *Engine) discardDistance(p netip.Prefix) uint8 {
	for _, s := range e.summaries() {
		if s.Prefix == p && s.Distance != 0 {
			return s.Distance
		}
	}
	return 5
}

func (e *Engine) discards(p netip.Prefix) bool { return e.discardDistance(p) != 255 }
