package router

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dataplane/packet"
	"weft/routing/eigrp"
	"weft/routing/rib"
)

// process is one EIGRP process with what it has been told.
type process struct {
	as      uint16
	engine  *eigrp.Engine
	config  eigrp.Config
	links   map[string]eigrp.Link
	offered map[offer]eigrp.Redistribute
	routes  map[netip.Prefix]eigrp.Route // that it wants in force
}

// offer is a route of another source that a process redistributes.
type offer struct {
	prefix netip.Prefix
	source eigrp.Protocol
}

// processes are those there are, by autonomous system.
func (r *Router) processes() []*process {
	return slices.SortedFunc(maps.Values(r.eigrp), func(a, b *process) int { return int(a.as) - int(b.as) })
}

// leaveEIGRP has processes take their leave where an interface is about to go down,
// and tells them their new configuration while the old tunnels still stand.
func (r *Router) leaveEIGRP(now time.Time) {
	wanted := map[uint16]eigrp.Config{}
	for _, c := range r.box.EIGRP {
		wanted[c.AS] = c.Config
		if r.eigrp[c.AS] == nil {
			p := &process{as: c.AS, engine: eigrp.New(), links: map[string]eigrp.Link{}, offered: map[offer]eigrp.Redistribute{},
				routes: map[netip.Prefix]eigrp.Route{}}
			r.eigrp[c.AS] = p
			r.debugEIGRP(now, p)
		}
	}
	for _, p := range r.processes() {
		want, stays := wanted[p.as]
		for _, name := range slices.Sorted(maps.Keys(p.links)) {
			if l, up := r.eigrpLink(name); stays && (!up || !l.Up) {
				r.unlink(now, p, name)
			}
		}
		if !reflect.DeepEqual(want, p.config) {
			p.config = want
			r.carryEIGRP(now, p, p.engine.Step(now, eigrp.Configure{Want: want}))
		}
		if !stays {
			for prefix := range p.routes {
				r.takeBackEIGRP(p, p.routes[prefix])
			}
			delete(r.eigrp, p.as)
		}
	}
}

func (r *Router) unlink(now time.Time, p *process, name string) {
	delete(p.links, name)
	r.carryEIGRP(now, p, p.engine.Step(now, eigrp.Gone{Interface: name}))
}

// followEIGRP tells the processes which interfaces are up, and what they are to
// redistribute.
func (r *Router) followEIGRP(now time.Time) {
	for _, p := range r.processes() {
		for _, name := range r.order {
			l, up := r.eigrpLink(name)
			if was, known := p.links[name]; up && (!known || !reflect.DeepEqual(was, l)) {
				p.links[name] = l
				r.carryEIGRP(now, p, p.engine.Step(now, l))
			}
		}
	}
	for _, c := range r.box.EIGRP {
		if p := r.eigrp[c.AS]; len(c.Redistribute) > 0 || len(p.offered) > 0 {
			r.redistribute(now, p, c.Redistribute)
		}
	}
}

// eigrpLink is an interface as routing protocols see it; ok is false if it is down.
func (r *Router) eigrpLink(name string) (l eigrp.Link, ok bool) {
	i := r.interfaces[name]
	if i == nil || !i.protocolUp || !i.config.Address.IsValid() {
		return l, false
	}
	l = eigrp.Link{Interface: name, Up: true, Address: i.config.Address, Secondary: i.config.Secondary,
		Bandwidth: uint32(i.config.RoutingBandwidth()), Delay: uint32(i.config.RoutingDelay() / 10), MTU: 1500, Loopback: isLoopback(name)}
	switch {
	case isTunnel(name):
		l.MTU = r.tunnelMTU(i.config)
	case isLoopback(name):
		l.MTU = 1514
	case i.config.IPMTU != 0:
		l.MTU = i.config.IPMTU
	case i.config.MTU != 0:
		l.MTU = i.config.MTU
	}
	return l, true
}

// redistribute offers a process the routes in force of other sources.
func (r *Router) redistribute(now time.Time, p *process, lines []commands.Redistribution) {
	want := map[offer]eigrp.Redistribute{}
	for _, line := range lines {
		for _, route := range r.rib.Routes("", func(route *rib.Route) bool { return redistributable(route, line) }) {
			in := r.redistribution(p.as, &route, line)
			want[offer{in.Prefix, in.Source}] = in
		}
	}
	for _, key := range sortedOffers(p.offered) {
		if _, still := want[key]; !still {
			r.carryEIGRP(now, p, p.engine.Step(now, eigrp.Retract{Prefix: key.prefix, Source: key.source}))
		}
	}
	for _, key := range sortedOffers(want) {
		if was, known := p.offered[key]; !known || !reflect.DeepEqual(was, want[key]) {
			r.carryEIGRP(now, p, p.engine.Step(now, want[key]))
		}
	}
	p.offered = want
}

func sortedOffers(all map[offer]eigrp.Redistribute) []offer {
	return slices.SortedFunc(maps.Keys(all), func(a, b offer) int {
		if order := a.prefix.Addr().Compare(b.prefix.Addr()); order != 0 {
			return order
		}
		return (a.prefix.Bits()-b.prefix.Bits())*16 + int(a.source) - int(b.source)
	})
}

func redistributable(route *rib.Route, line commands.Redistribution) bool {
	switch line.Source {
	case "connected":
		return route.Source == rib.Connected
	case "static":
		return route.Source == rib.Static
	}
	return (route.Source == rib.EIGRP || route.Source == rib.EIGRPExternal) && route.Process == uint32(line.AS)
}

// redistribution is a route as it is offered. From another process of EIGRP it
// brings its metric along.
func (r *Router) redistribution(as uint16, route *rib.Route, line commands.Redistribution) eigrp.Redistribute {
	in := eigrp.Redistribute{Prefix: route.Prefix, Metric: route.Metric, Tag: route.Tag, Seed: line.Seed, Interface: route.Interface}
	if in.Interface == "" && len(route.Resolved) > 0 {
		in.Interface = route.Resolved[0].Interface
	}
	switch line.Source {
	case "connected":
		in.Source = eigrp.FromConnected
	case "static":
		in.Source = eigrp.FromStatic
		if p := r.eigrp[as]; route.Discard && in.Seed == nil && p.config.Default == nil {
			in.Seed = &null0
		}
	default:
		in.Source, in.SourceAS = eigrp.FromEIGRP, uint32(line.AS)
		if from := r.eigrp[line.AS]; from != nil && in.Seed == nil {
			seed := from.routes[route.Prefix].Vector.Seed()
			in.Seed = &seed
		}
	}
	return in
}

// null0 is the metric of the interface that discards.
var null0 = eigrp.Seed{Bandwidth: 10_000_000, Reliability: 255, Load: 1, MTU: 1500}

// carryEIGRP carries out what a process wants.
func (r *Router) carryEIGRP(now time.Time, p *process, outs []eigrp.Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case eigrp.Send:
			r.sendRouting(o.Interface, packet.ProtocolEIGRP, o.To, o.Packet)
		case eigrp.Join:
			r.speak(Speaking{Interface: o.Interface, Protocol: packet.ProtocolEIGRP, Group: eigrp.Group}, true)
		case eigrp.Leave:
			r.speak(Speaking{Interface: o.Interface, Protocol: packet.ProtocolEIGRP, Group: eigrp.Group}, false)
		case eigrp.Route:
			r.takeBackEIGRP(p, p.routes[o.Prefix])
			p.routes[o.Prefix] = o
			for _, c := range eigrpCandidates(p.as, o) {
				r.offer(c)
			}
		case eigrp.Withdraw:
			r.takeBackEIGRP(p, p.routes[o.Prefix])
			delete(p.routes, o.Prefix)
		case eigrp.Log:
			r.event(now, commands.EIGRPEvent{Name: p.config.Name, Event: o.Event})
		case eigrp.Debug:
			r.debug(now, eigrpTopics[o.Topic], commands.EIGRPEvent{Name: p.config.Name, Event: o.Event})
		}
	}
}

// takeBackEIGRP takes a route out of the RIB, which holds nothing of it if the same
// comes again before it settles.
func (r *Router) takeBackEIGRP(p *process, route eigrp.Route) {
	for _, c := range eigrpCandidates(p.as, route) {
		r.takeBack(c)
	}
}

// eigrpCandidates are the ways of a route. Those of unequal cost are in force
// together.
func eigrpCandidates(as uint16, o eigrp.Route) (all []rib.Candidate) {
	c := rib.Candidate{Prefix: o.Prefix, Source: rib.EIGRP, Distance: o.Distance, Metric: o.Metric, Process: uint32(as), Tag: o.Tag}
	switch {
	case o.Discard:
		c.Source, c.Discard = rib.EIGRPSummary, true
		return []rib.Candidate{c}
	case o.External:
		c.Source = rib.EIGRPExternal
	}
	for _, h := range o.Hops {
		way := c
		way.NextHop, way.Interface = h.NextHop, h.Interface
		if h.Metric != o.Metric {
			way.WayMetric = h.Metric
		}
		all = append(all, way)
	}
	return all
}

// receiveEIGRP hands a packet to the process of its autonomous system, or, for
// somebody must count it, to the first.
func (r *Router) receiveEIGRP(now time.Time, in eigrp.Receive) {
	all := r.processes()
	if len(all) == 0 {
		return
	}
	to := all[0]
	if len(in.Packet) >= 20 { // its header ends in the number
		if p := r.eigrp[binary.BigEndian.Uint16(in.Packet[18:])]; p != nil {
			to = p
		}
	}
	r.carryEIGRP(now, to, to.engine.Step(now, in))
}

// tickEIGRP does what has come due.
func (r *Router) tickEIGRP(now time.Time) {
	for _, p := range r.processes() {
		if at := p.engine.Deadline(); !at.IsZero() && !at.After(now) {
			r.carryEIGRP(now, p, p.engine.Tick(now))
		}
	}
}

// EIGRP tells what the processes know, by autonomous system.
func (r *Router) EIGRP(now time.Time) (all []eigrp.State) {
	for _, p := range r.processes() {
		all = append(all, p.engine.State(now))
	}
	return all
}

var eigrpTopics = map[eigrp.Topic]commands.DebugTopic{
	eigrp.TopicPackets: commands.DebugEIGRPPackets,
	eigrp.TopicFSM:     commands.DebugEIGRPFSM,
}

func (r *Router) debugEIGRP(now time.Time, p *process) {
	r.carryEIGRP(now, p, p.engine.Step(now, eigrp.Debugging{
		Packets: r.debugs[commands.DebugEIGRPPackets],
		FSM:     r.debugs[commands.DebugEIGRPFSM],
	}))
}

// clearEIGRP is an operator's "clear" for one process, or all if as is 0.
func (r *Router) clearEIGRP(now time.Time, c ClearEIGRP) {
	for _, p := range r.processes() {
		if c.AS == 0 || c.AS == p.as {
			r.carryEIGRP(now, p, p.engine.Step(now, c.Clear))
		}
	}
}

// compareSpeaking orders by interface and protocol.
func compareSpeaking(a, b Speaking) int {
	if order := strings.Compare(a.Interface, b.Interface); order != 0 {
		return order
	}
	return int(a.Protocol)*256 - int(b.Protocol)*256 + a.Group.Compare(b.Group)
}
