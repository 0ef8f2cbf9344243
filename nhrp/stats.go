package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

// Stats count what NHRP and its neighbours in the router have told each other of
// a tunnel.
type Stats struct {
	Up, Down, Packets              uint64 // heard of the interface
	SourceChange, ModeChange       uint64
	EndpointAdded, EndpointDeleted uint64 // told the data plane
	RouteAdded, RouteDeleted       uint64 // told the routing table
	OverrideAdded, OverrideDeleted uint64
	Watched                        uint64 // bindings that are near their end
	ProtectionDown                 uint64
}

// countOut counts what is told to others.
func (e *Engine) countOut(o Out) {
	switch o := o.(type) {
	case Learn:
		e.stats(o.Tunnel).EndpointAdded++
	case Forget:
		e.stats(o.Tunnel).EndpointDeleted++
	case Watch:
		e.stats(o.Tunnel).Watched++
	case Route:
		if s := e.stats(o.Tunnel); o.NextHop.IsValid() && e.overrides(o.Prefix) {
			s.OverrideAdded++
		} else {
			s.RouteAdded++
		}
	case Withdraw:
		if s := e.stats(o.Tunnel); o.NextHop.IsValid() && e.overrides(o.Prefix) {
			s.OverrideDeleted++
		} else {
			s.RouteDeleted++
		}
	case Send, Server, Served, Lookup, Multicast, Log, Debug:
	}
}

// overrides tells whether there is a route to just this prefix, whose next hop
// ours replaces.
func (e *Engine) overrides(p netip.Prefix) bool {
	route, ok := e.routes.Lookup(p.Addr())
	return ok && route.Prefix == p
}

// stats are those of a tunnel; of one that is being made or has gone, nobody's.
func (e *Engine) stats(tunnel string) *Stats {
	if t := e.byName[tunnel]; t != nil {
		return &t.stats
	}
	return &Stats{}
}

// A Redirect is a flow whose sender has been told of a shorter way.
type Redirect struct {
	Source, Destination netip.Addr
	To                  netip.Addr // NBMA address of who was told
	At                  time.Time
	Expires             time.Time // when the next packet is told of again
	Suppressed          uint64    // packets since
}

func (t *tunnel) redirectList() (all []Redirect) {
	for flow, told := range t.redirects.told {
		if expires := told.at.Add(t.config.Redirect); expires.After(t.engine.now) {
			all = append(all, Redirect{flow[0], flow[1], told.to, told.at, expires, told.suppressed})
		}
	}
	slices.SortFunc(all, func(a, b Redirect) int {
		if c := a.Destination.Compare(b.Destination); c != 0 {
			return c
		}
		return a.Source.Compare(b.Source)
	})
	return all
}

// A Purge is a Purge Request that waits for its answer.
type Purge struct {
	RequestID uint32
	To        netip.Addr // NBMA address
	Sent      int
}

func (t *tunnel) purgeList() (all []Purge) {
	for _, x := range t.purges {
		all = append(all, Purge{x.id, x.to.Addr(), x.sent})
	}
	return all
}

// clear removes the dynamic bindings that a command names, and has the servers
// hear of us again if it asks for that.
func (t *tunnel) clear(in Clear) {
	for _, b := range t.cache.inside(in.Prefix, dynamic) {
		if in.NBMA.IsValid() && b.NBMA != in.NBMA || in.Shortcuts && b.learnt == nil {
			continue
		}
		t.remove(b, "cleared")
	}
	if !in.Sessions {
		return
	}
	for _, r := range t.registrations {
		if r.InUse && (!in.NBMA.IsValid() || r.NBMA == in.NBMA) && (!in.Prefix.IsValid() || in.Prefix.Contains(r.Protocol)) {
			r.begin()
		}
	}
}
