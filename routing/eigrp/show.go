package eigrp

import (
	"slices"
	"time"
)

// State copies what show commands ask for.
func (e *Engine) State(now time.Time) State {
	s := State{Config: e.config, RouterID: e.router, Traffic: e.traffic, Drops: e.counters(), Events: slices.Clone(e.events)}
	slices.Reverse(s.Events)
	for _, i := range e.sorted() {
		s.Interfaces = append(s.Interfaces, i.state())
	}
	for _, n := range e.neighbors() {
		s.Neighbors = append(s.Neighbors, n.state(now))
	}
	for _, x := range e.entries() {
		s.Topology = append(s.Topology, e.shown(x))
	}
	return s
}

func (i *iface) state() InterfaceState {
	s := InterfaceState{Name: i.name, Address: i.link.Address, Passive: i.passive, Hello: i.helloTime(), Hold: i.holdTime(), SplitHorizon: !i.config.NoSplitHorizon,
		NextHopSelf: !i.config.KeepNextHop, Sent: i.hellos[0], Received: i.hellos[1], Summaries: slices.Clone(i.config.Summaries), Mode: i.config.Authentication.Mode, Pacing: i.gap(i.room())}
	var sum time.Duration
	for _, n := range i.neighbors {
		if n.up {
			s.Peers++
			sum += n.srtt
		}
		s.Pending += len(n.work)
	}
	if s.Peers > 0 {
		s.SRTT = sum / time.Duration(s.Peers)
	}
	return s
}

func (n *neighbor) state(now time.Time) NeighborState {
	e := n.iface.e
	s := NeighborState{Handle: n.handle, Address: n.address, Interface: n.iface.name, Hold: n.dead.At().Sub(now), Since: n.since, SRTT: n.srtt, RTO: n.rto,
		Queue: len(n.work), Sequence: n.last, Release: n.release.software, TLV: n.release.tlv, Retrans: n.retransmits, Static: len(n.iface.config.Neighbors) > 0}
	if n.outstanding != nil {
		s.Queue++
		s.Retries = n.outstanding.tries - 1
	}
	if n.stub != nil {
		stub := *n.stub
		s.Stub = &stub
	}
	for _, x := range e.topology {
		if x.of(n) != nil {
			s.Prefixes++
		}
	}
	return s
}

func (e *Engine) shown(x *entry) Entry {
	s := Entry{Prefix: x.prefix, Active: x.active, Origin: x.origin, FD: x.fd, Serial: x.serial, Since: x.since}
	for _, n := range x.waitingFor() {
		s.Waiting = append(s.Waiting, n.address)
	}
	hops := e.hops(x)
	paths := slices.Clone(x.paths)
	slices.SortFunc(paths, func(a, b *path) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	for _, p := range paths {
		shown := Path{NextHop: p.nextHop, Source: p.source, Distance: p.distance, Reported: p.rd, Metric: p.metric, Feasible: p.reachable() && (p.rd < x.fd || p.neighbor == nil)}
		if p.neighbor != nil {
			shown.Neighbor = p.neighbor.address
		}
		if p.iface != nil {
			shown.Interface = p.iface.name
		}
		if p.external != nil {
			external := *p.external
			shown.External = &external
			s.Tag = external.Tag
		}
		shown.Successor = p == x.best && p.reachable() || slices.Contains(hops, p)
		if shown.Successor {
			s.Successors++
		}
		s.Paths = append(s.Paths, shown)
	}
	return s
}
