package commands

import (
	"errors"
	"fmt"
	"net/netip"

	"weft/routing/rib"
)

// showRouteEntry prints one route in full: the exact one if a mask is given,
// else the longest match. A default route is no answer about a destination.
func showRouteEntry(s Session, a args) error {
	destination := a.Addr("destination")
	exact := netip.Prefix{}
	if a.Has("mask") {
		exact = a.Masked("destination", "mask").Masked()
	}
	routes := s.Router().Routes("", func(r *rib.Route) bool {
		if exact.IsValid() {
			return r.Prefix == exact
		}
		return r.Prefix.Contains(destination) && (r.Prefix.Bits() > 0 || destination.IsUnspecified())
	})
	if len(routes) == 0 {
		class := classful(destination)
		if len(s.Router().Routes("", func(r *rib.Route) bool { return r.Prefix.Bits() > 0 && class.Contains(r.Prefix.Addr()) })) > 0 {
			return errors.New("% Subnet not in table")
		}
		return errors.New("% Network not in table")
	}
	prefixes := byPrefix(routes)
	paths := prefixes[len(prefixes)-1]
	first := &paths[0]
	s.Printf("Routing entry for %s%s\n", first.Prefix, entryKind(first.Prefix))
	s.Printf("  Known via \"%s\", distance %d, metric %d%s\n", routeOrigin(first), first.Distance, first.Metric, connectedNote(first))
	if first.Tag != 0 {
		s.Printf("  Tag %d\n", first.Tag)
	}
	s.Printf("  Routing Descriptor Blocks:\n")
	for i := range paths {
		mark := " "
		if i == 0 {
			mark = "*"
		}
		s.Printf("  %s %s\n      Route metric is %d, traffic share count is 1\n", mark, descriptor(&paths[i]), paths[i].Metric)
	}
	return nil
}

func entryKind(p netip.Prefix) string {
	class := classful(p.Addr())
	if p.Bits() < class.Bits() {
		return ", supernet"
	}
	return ""
}

func routeOrigin(r *rib.Route) string {
	switch r.Source {
	case rib.Connected, rib.Local:
		return "connected"
	case rib.Static:
		return "static"
	case rib.NHRP:
		return "nhrp"
	case rib.EIGRP, rib.EIGRPExternal, rib.EIGRPSummary:
		return fmt.Sprintf("eigrp %d", r.Process)
	}
	return "unknown"
}

func connectedNote(r *rib.Route) string {
	switch {
	case r.Source == rib.Connected:
		return " (connected, via interface)"
	case !r.NextHop.IsValid() && r.Source != rib.NHRP:
		return " (connected)"
	}
	return ""
}

func descriptor(r *rib.Route) string {
	switch {
	case r.Discard:
		return "directly connected, via Null0"
	case !r.NextHop.IsValid():
		return "directly connected, via " + r.Interface
	case r.Interface != "":
		return r.NextHop.String() + ", via " + r.Interface
	}
	return r.NextHop.String()
}

// showRouteSummary counts prefixes: whole networks (and what is larger), and
// subnets of them.
func showRouteSummary(s Session, _ args) error {
	type count struct{ networks, subnets int }
	counts := map[string]count{}
	var total count
	for _, paths := range byPrefix(s.Router().Routes("", nil)) {
		origin := routeOrigin(&paths[0])
		c := counts[origin]
		if paths[0].Prefix.Bits() <= classful(paths[0].Prefix.Addr()).Bits() {
			c.networks++
			total.networks++
		} else {
			c.subnets++
			total.subnets++
		}
		counts[origin] = c
	}
	s.Printf("IP routing table name is default (0x0)\nIP routing table maximum-paths is %d\n", rib.MaximumPaths)
	s.Printf("%-15s %-11s %s\n", "Route Source", "Networks", "Subnets")
	origins := []string{"connected", "static", "nhrp"}
	for _, p := range s.Router().EIGRP() {
		origins = append(origins, fmt.Sprintf("eigrp %d", p.Config.AS))
	}
	for _, origin := range origins {
		s.Printf("%-15s %-11d %d\n", origin, counts[origin].networks, counts[origin].subnets)
	}
	s.Printf("%-15s %-11d %d\n", "Total", total.networks, total.subnets)
	return nil
}
