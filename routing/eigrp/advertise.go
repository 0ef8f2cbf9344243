package eigrp

// say makes what a neighbour is told of a prefix; ok is false if it is to hear
// nothing.
func (e *Engine) say(n *neighbor, it item) (r route, ok bool) {
	i := n.iface
	x := e.topology[it.prefix]
	unreachable := route{prefix: it.prefix, metric: Vector{Delay: Infinity, Bandwidth: bandwidthOf(1), MTU: uint32(i.link.MTU), Reliability: 255, Load: 1}}
	if x != nil && x.active && it.kind == Update {
		return route{}, false // when it is passive again
	}
	owed := it.kind == Query || it.kind == Reply || it.kind == SIAQuery || it.kind == SIAReply
	if x == nil || x.reported.unreachable() || !e.shares(x, i) {
		if x != nil && x.external != nil {
			unreachable.external = x.external
		}
		// Who never heard of it need not hear that it went.
		return unreachable, owed || n.advertised[it.prefix]
	}
	r = route{prefix: x.prefix, metric: x.reported, external: x.external}
	if i.config.KeepNextHop && x.best != nil && x.best.neighbor != nil && x.best.iface == i {
		r.nextHop = x.best.nextHop
	}
	return r, true
}

// shares tells whether what we know of a prefix is told on an interface.
func (e *Engine) shares(x *entry, i *iface) bool {
	if x.best == nil {
		return false
	}
	// Split horizon: not back where it came from, the link's own network included.
	if x.best.iface == i && !i.config.NoSplitHorizon {
		return false
	}
	if x.best.source == Summarized && !i.summarizes(x.prefix) {
		return false
	}
	if x.best.source != Summarized && i.covered(x.prefix) {
		return false
	}
	return e.config.Stub.allows(x.best)
}

// allows tells whether a stub router tells of a path. What it has learnt it never
// tells: nothing is to be routed through it.
func (s *Stub) allows(p *path) bool {
	switch {
	case s == nil:
		return true
	case s.ReceiveOnly || p.neighbor != nil:
		return false
	case p.source == Connected:
		return s.Connected
	case p.source == Summarized:
		return s.Summary
	}
	return s.Redistributed || p.protocol == FromStatic && s.Static || p.protocol == FromConnected && s.Connected
}
