package eigrp

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/appliance/engine"
)

// iface is an interface that the process runs on.
type iface struct {
	e         *Engine
	name      string
	link      Link
	config    Interface
	passive   bool
	neighbors map[netip.Addr]*neighbor
	hello     engine.Timer
	free      time.Time // when the next reliable packet may go: pacing
	paced     engine.Timer
	hellos    [2]uint64 // sent, received
}

const (
	defaultHello   = 5 * time.Second
	defaultHold    = 15 * time.Second
	defaultPercent = 50
)

func (i *iface) helloTime() time.Duration {
	if i.config.Hello > 0 {
		return i.config.Hello
	}
	return defaultHello
}

func (i *iface) holdTime() time.Duration {
	if i.config.Hold > 0 {
		return i.config.Hold
	}
	return defaultHold
}

// vector is what crossing the interface costs.
func (i *iface) vector() Vector {
	return Vector{Delay: delayOf(i.link.Delay), Bandwidth: bandwidthOf(i.link.Bandwidth), MTU: uint32(i.link.MTU), Reliability: 255, Load: 1}
}

// on tells whether an address is on the interface's link.
func (i *iface) on(a netip.Addr) bool {
	return i.link.Address.Contains(a) || slices.ContainsFunc(i.link.Secondary, func(p netip.Prefix) bool { return p.Contains(a) })
}

// wanted tells whether the process runs on an interface.
func (e *Engine) wanted(l Link) bool {
	return e.config.AS != 0 && l.Up && !e.config.Interfaces[l.Interface].Shutdown && l.Address.IsValid() && slices.ContainsFunc(e.config.Networks, func(n Network) bool { return n.covers(l.Address.Addr()) })
}

// passiveOn tells whether an interface is passive: its network is told of, and
// nobody is talked to on it.
func (e *Engine) passiveOn(l Link) bool {
	if l.Loopback || e.config.Interfaces[l.Interface].Passive {
		return true
	}
	return e.config.Passive && !e.config.NotPassive[l.Interface]
}

// configure makes the desired state that of want.
func (e *Engine) configure(want Config) {
	if want.Variance == 0 {
		want.Variance = 1
	}
	if want.MaximumPaths == 0 {
		want.MaximumPaths = 4
	}
	if want.MaximumHops == 0 {
		want.MaximumHops = 100
	}
	was := e.config
	if was.AS != 0 && (was.AS != want.AS || was.Weights != want.Weights) {
		for _, i := range e.sorted() { // while it can still say goodbye
			i.close("K-value changed")
		}
	}
	e.config = want
	e.resolve()
	if was.AS == 0 {
		return
	}
	if !sameStub(was.Stub, want.Stub) {
		for _, n := range e.neighbors() {
			n.iface.goodbye(n.address)
			n.down("peer info changed")
		}
	}
	e.relocal()
	for _, x := range e.entries() {
		e.reconsider(x)
	}
}

func sameStub(a, b *Stub) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// resolve follows interfaces and configuration: which interfaces the process
// runs on.
func (e *Engine) resolve() {
	for _, i := range e.sorted() {
		if l, ok := e.links[i.name]; !ok || !e.wanted(l) {
			reason := "interface down"
			if ok && l.Up {
				reason = "interface removed"
			}
			i.close(reason)
		}
	}
	e.chooseRouter()
	names := make([]string, 0, len(e.links))
	for name := range e.links {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if l := e.links[name]; e.wanted(l) {
			e.open(l)
		}
	}
	e.relocal()
}

// chooseRouter takes the router ID: as configured, else the highest address of a
// loopback, else the highest.
func (e *Engine) chooseRouter() {
	if e.config.RouterID.IsValid() {
		e.router = e.config.RouterID
		return
	}
	var best netip.Addr
	loopback := false
	for _, l := range e.links {
		if a := l.Address.Addr(); l.Up && a.Is4() && (l.Loopback && !loopback || l.Loopback == loopback && (!best.IsValid() || best.Less(a))) {
			best, loopback = a, l.Loopback
		}
	}
	// One in use stays while its address is there.
	still := false
	for _, l := range e.links {
		still = still || l.Address.Addr() == e.router
	}
	if !e.router.IsValid() || !still {
		e.router = best
	}
}

// open begins on an interface, or follows a change of it.
func (e *Engine) open(l Link) {
	i := e.interfaces[l.Interface]
	if i != nil && (i.link.Address != l.Address) {
		i.close("interface address changed")
		i = nil
	}
	if i == nil {
		i = &iface{e: e, name: l.Interface, neighbors: map[netip.Addr]*neighbor{}, passive: true}
		e.interfaces[l.Interface] = i
	}
	was := i.config
	costs := i.link.Bandwidth != l.Bandwidth || i.link.Delay != l.Delay || i.link.MTU != l.MTU
	i.link, i.config = l, e.config.Interfaces[l.Interface]
	passive := e.passiveOn(l)
	switch {
	case passive && !i.passive:
		i.quiet("interface passive")
	case !passive && i.passive:
		i.passive = false
		e.do(Join{i.name})
		i.greet()
	}
	if i.passive {
		return
	}
	if !slices.Equal(was.Neighbors, i.config.Neighbors) && len(i.config.Neighbors) > 0 {
		for _, n := range i.sorted() {
			if !slices.Contains(i.config.Neighbors, n.address) {
				n.down("Static peer replaces multicast")
			}
		}
	}
	if was.NoSplitHorizon != i.config.NoSplitHorizon || was.KeepNextHop != i.config.KeepNextHop || !slices.Equal(was.Summaries, i.config.Summaries) {
		e.resummary = true
		reason := "intf route configuration changed"
		if !slices.Equal(was.Summaries, i.config.Summaries) {
			reason = "summary configured"
		}
		for _, n := range i.sorted() {
			n.resync(reason)
		}
	}
	if costs {
		for _, x := range e.entries() {
			e.recost(x, i)
		}
	}
}

// quiet ends the talk on an interface.
func (i *iface) quiet(reason string) {
	i.goodbye(Group)
	for _, n := range i.sorted() {
		n.down(reason)
	}
	i.passive = true
	i.e.timers.Stop(&i.hello)
	i.e.timers.Stop(&i.paced)
	i.e.do(Leave{i.name})
}

// close ends the process on an interface.
func (i *iface) close(reason string) {
	if !i.passive {
		i.quiet(reason)
	}
	delete(i.e.interfaces, i.name)
	i.e.resummary = true
}

// sorted lists the interfaces by name.
func (e *Engine) sorted() []*iface {
	list := make([]*iface, 0, len(e.interfaces))
	for _, i := range e.interfaces {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b *iface) int { return strings.Compare(a.name, b.name) })
	return list
}

// sorted lists the neighbours by address.
func (i *iface) sorted() []*neighbor {
	list := make([]*neighbor, 0, len(i.neighbors))
	for _, n := range i.neighbors {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b *neighbor) int { return a.address.Compare(b.address) })
	return list
}

// neighbors lists all of them, the oldest first.
func (e *Engine) neighbors() []*neighbor {
	var list []*neighbor
	for _, i := range e.sorted() {
		list = append(list, i.sorted()...)
	}
	slices.SortFunc(list, func(a, b *neighbor) int { return a.handle - b.handle })
	return list
}
