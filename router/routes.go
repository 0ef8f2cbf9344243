package router

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/nhrp"
	"weft/routing/rib"
)

// Administrative distances of IOS.
const (
	distanceConnected = 0
	distanceStatic    = 1
	distanceNHRP      = 250
	distanceDHCP      = 254

	metricNHRP = 255
)

// offerRoutes tells the RIB of the connected and local prefixes and the static
// routes that the configuration has, and takes back those it had before.
func (r *Router) offerRoutes() {
	want := map[rib.Candidate]bool{}
	for _, name := range r.order {
		i := r.interfaces[name]
		if !i.config.Address.IsValid() {
			continue
		}
		for _, p := range append([]netip.Prefix{i.config.Address}, i.config.Secondary...) {
			want[rib.Candidate{Prefix: p.Masked(), Source: rib.Connected, Distance: distanceConnected, Interface: name}] = true
			if p.Bits() < p.Addr().BitLen() {
				own := netip.PrefixFrom(p.Addr(), p.Addr().BitLen())
				want[rib.Candidate{Prefix: own, Source: rib.Local, Distance: distanceConnected, Interface: name}] = true
			}
		}
	}
	for _, name := range r.order {
		if l, ok := r.leases[name]; ok && l.Router.IsValid() && r.interfaces[name].config.DHCP != nil {
			want[rib.Candidate{Prefix: netip.PrefixFrom(netip.IPv4Unspecified(), 0), Source: rib.Static, Distance: distanceDHCP, NextHop: l.Router}] = true
		}
	}
	if r.box.Global != nil {
		for _, s := range r.box.Global.Routes {
			want[static(s)] = true
		}
	}
	for _, c := range sortedCandidates(r.candidates) {
		if !want[c] {
			r.rib.Remove(c)
		}
	}
	for _, c := range sortedCandidates(want) {
		if !r.candidates[c] {
			r.rib.Add(c)
		}
	}
	r.candidates = want
}

// shortcut is a route of NHRP.
func shortcut(tunnel string, prefix netip.Prefix, nextHop netip.Addr) rib.Candidate {
	return rib.Candidate{Prefix: prefix, Source: rib.NHRP, Distance: distanceNHRP, Metric: metricNHRP, NextHop: nextHop, Interface: tunnel}
}

// offer and takeBack change the RIB, which settles before the step is over.
func (r *Router) offer(c rib.Candidate) {
	r.rib.Add(c)
	r.stirred = true
}

func (r *Router) takeBack(c rib.Candidate) {
	r.rib.Remove(c)
	r.stirred = true
}

func static(s commands.StaticRoute) rib.Candidate {
	c := rib.Candidate{VRF: s.VRF, Prefix: s.Prefix, Source: rib.Static, Distance: s.Distance,
		NextHop: s.NextHop, Interface: s.Interface, Tag: s.Tag, Name: s.Name, Permanent: s.Permanent}
	if c.Distance == 0 {
		c.Distance = distanceStatic
	}
	if strings.EqualFold(s.Interface, "Null0") {
		c.Interface, c.Discard = "", true
	}
	return c
}

// sortedCandidates fixes the order in which the RIB hears of them.
func sortedCandidates(set map[rib.Candidate]bool) []rib.Candidate {
	all := make([]rib.Candidate, 0, len(set))
	for c := range set {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b rib.Candidate) int {
		for _, c := range []int{
			strings.Compare(a.VRF, b.VRF), a.Prefix.Addr().Compare(b.Prefix.Addr()), a.Prefix.Bits() - b.Prefix.Bits(),
			int(a.Source) - int(b.Source), int(a.Distance) - int(b.Distance), a.NextHop.Compare(b.NextHop),
			strings.Compare(a.Interface, b.Interface), strings.Compare(a.Name, b.Name), int(a.Tag) - int(b.Tag),
		} {
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return all
}

// settleRoutes lets the RIB settle and publishes what changed.
func (r *Router) settleRoutes(now time.Time) bool {
	changes := r.rib.Settle(now)
	r.sendKernelRoutes(changes, false)
	if slices.ContainsFunc(changes, func(c rib.Change) bool { return c.EntryChanged }) {
		r.do(Routes{Table: r.rib.Table("")})
	}
	r.sendKernelRoutes(changes, true)
	// NHRP hears of the routes without its own: also of those that it overrides.
	if routed := r.rib.Routed(""); routed != r.sent.routed {
		r.sent.routed = routed
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Routes{Table: routed}))
		return true
	}
	return len(changes) > 0
}

// sendKernelRoutes passes on the removals, or the additions and changes. The
// kernel keeps its own addresses in a table of its own, so for those no route
// of ours stays.
func (r *Router) sendKernelRoutes(changes []rib.Change, additions bool) {
	for _, c := range changes {
		own := r.ownAddress(c.Prefix)
		send := func(changed bool, table dataplane.Table, e fib.Entry) {
			if own {
				e = fib.Entry{}
			}
			if changed && present(e) == additions {
				r.do(KernelRoute{kernelRoute(c, table, e)})
			}
		}
		send(c.EntryChanged, dataplane.MainTable, c.Entry)
		send(c.UnderlayChanged, dataplane.UnderlayTable, c.Underlay)
	}
}

func present(e fib.Entry) bool { return len(e.NextHops) > 0 || e.Discard }

func kernelRoute(c rib.Change, table dataplane.Table, e fib.Entry) dataplane.Route {
	route := dataplane.Route{VRF: c.VRF, Table: table, Prefix: c.Prefix, Discard: e.Discard}
	for _, n := range e.NextHops {
		route.NextHops = append(route.NextHops, dataplane.RouteHop{Gateway: n.Gateway, Interface: n.Interface})
	}
	return route
}

// ownAddress reports whether a prefix is one of the router's own addresses.
func (r *Router) ownAddress(p netip.Prefix) bool {
	return p.IsSingleIP() && slices.ContainsFunc(r.order, func(name string) bool {
		return r.interfaces[name].owns(p.Addr())
	})
}
