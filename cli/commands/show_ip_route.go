package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/routing/rib"
)

var showRouteExecs = execs(help{
	"show":              "Show running system information",
	"ip":                "IP information",
	"route":             "IP routing table",
	"connected":         "Connected",
	"static":            "Static routes",
	"eigrp":             "Enhanced Interior Gateway Routing Protocol (EIGRP)",
	"as":                "Autonomous system number",
	"nhrp":              "Next Hop Resolution Protocol (NHRP)",
	"next-hop-override": "Show the next hops that NHRP overrides",
	"summary":           "Summary of all routes",
	"destination":       "Network to display information about or hostname",
	"mask":              "Network mask",
},
	&Exec{Syntax: "show ip route [connected | static | nhrp]", Run: showIPRoute},
	&Exec{Syntax: "show ip route eigrp [as:<1-65535>]", Run: func(s Session, a args) error {
		printRoutes(s, func(r *rib.Route) bool { return fromEIGRP(r) && (!a.Has("as") || r.Process == a.Uint32("as")) }, false)
		return nil
	}},
	&Exec{Syntax: "show ip route next-hop-override", Run: showOverrides},
	&Exec{Syntax: "show ip route summary", Run: showRouteSummary},
	&Exec{Syntax: "show ip route destination:A.B.C.D [mask:MASK]", Run: showRouteEntry},
)

// routeLegend says what the letters mean, those of protocols that the box does
// not run included: programs read the first lines to know what they have.
const routeLegend = `Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       H - NHRP, G - NHRP registered, g - NHRP registration summary
       o - ODR, P - periodic downloaded static route, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
       & - replicated local route overrides by connected

`

func showIPRoute(s Session, a args) error {
	keep := func(r *rib.Route) bool {
		switch {
		case a.Has("connected"):
			return r.Source == rib.Connected || r.Source == rib.Local
		case a.Has("static"):
			return r.Source == rib.Static
		case a.Has("nhrp"):
			return r.Source == rib.NHRP
		}
		return true
	}
	printRoutes(s, keep, false)
	return nil
}

// showOverrides is the table with the next hops that override others.
func showOverrides(s Session, _ args) error {
	printRoutes(s, nil, true)
	return nil
}

func printRoutes(s Session, keep func(*rib.Route) bool, overrides bool) {
	isDefault := func(r *rib.Route) bool { return r.Prefix.Bits() == 0 }
	s.Printf("%s%s\n", routeLegend, lastResort(s.Router().Routes("", isDefault)))
	now := s.Router().Now()
	for _, n := range byNetwork(s.Router().Routes("", keep)) {
		if n.heading != "" {
			s.Printf("%s\n", n.heading)
		}
		for _, paths := range n.prefixes {
			s.Printf("%s", prefixLines(paths, n.heading != "", overrides, now))
		}
	}
}

func lastResort(defaults []rib.Route) string {
	if len(defaults) == 0 {
		return "Gateway of last resort is not set\n"
	}
	gateway := "0.0.0.0"
	if defaults[0].NextHop.IsValid() {
		gateway = defaults[0].NextHop.String()
	}
	return "Gateway of last resort is " + gateway + " to network 0.0.0.0\n"
}

// A network is a block of the table: one prefix, or all prefixes inside one
// classful network under a heading.
type network struct {
	heading  string
	prefixes [][]rib.Route // the routes of each prefix
}

// byNetwork groups routes, which are sorted by prefix.
func byNetwork(routes []rib.Route) (all []network) {
	for prefixes := byPrefix(routes); len(prefixes) > 0; {
		first := prefixes[0][0].Prefix
		class := classful(first.Addr())
		n := 1
		if first.Bits() >= class.Bits() {
			for n < len(prefixes) && class.Contains(prefixes[n][0].Prefix.Addr()) {
				n++
			}
		}
		all = append(all, network{heading(class, prefixes[:n]), prefixes[:n]})
		prefixes = prefixes[n:]
	}
	return all
}

func byPrefix(routes []rib.Route) (all [][]rib.Route) {
	for len(routes) > 0 {
		n := 1
		for n < len(routes) && routes[n].Prefix == routes[0].Prefix {
			n++
		}
		all, routes = append(all, routes[:n]), routes[n:]
	}
	return all
}

// heading is the line above subnets; "" above a whole network or a supernet.
func heading(class netip.Prefix, prefixes [][]rib.Route) string {
	var masks []int
	for _, p := range prefixes {
		if bits := p[0].Prefix.Bits(); !slices.Contains(masks, bits) {
			masks = append(masks, bits)
		}
	}
	switch {
	case len(prefixes) == 1 && masks[0] <= class.Bits():
		return ""
	case len(masks) == 1:
		return fmt.Sprintf("      %s/%d is subnetted, %d subnets", class.Addr(), masks[0], len(prefixes))
	}
	return fmt.Sprintf("      %s is variably subnetted, %d subnets, %d masks", class, len(prefixes), len(masks))
}

// classful is the network an address is in by its class, RFC 791 section 3.2.
func classful(a netip.Addr) netip.Prefix {
	bits := 32
	switch first := a.As4()[0]; {
	case first < 128:
		bits = 8
	case first < 192:
		bits = 16
	case first < 224:
		bits = 24
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// prefixLines are the lines of one prefix, one for each way to it, and if they
// are wanted one for each next hop that overrides it.
func prefixLines(paths []rib.Route, indented, overrides bool, now time.Time) string {
	code := routeCode(&paths[0])
	if paths[0].Prefix.Bits() == 0 && paths[0].Source != rib.Connected {
		code = strings.TrimSpace(code[:1] + "*" + strings.TrimSpace(code[1:]))
	}
	if overridden(paths) {
		code = fmt.Sprintf("%-3s %%", code)
	}
	width := 6
	if indented {
		width = 9
	}
	head := fmt.Sprintf("%-*s%s ", width, code, paths[0].Prefix)
	var b strings.Builder
	for i := range paths {
		if i == 1 {
			head = strings.Repeat(" ", len(head))
		}
		fmt.Fprintf(&b, "%s%s\n", head, routeVia(&paths[i], now))
		if !overrides {
			continue
		}
		for _, hop := range paths[i].Override {
			fmt.Fprintf(&b, "%*s[NHO][%d/%d] via %s, %s, %s\n", len(head), "", paths[i].Distance, nhrpMetric,
				hop.Gateway, elapsed(now.Sub(paths[i].Overridden)), hop.Interface)
		}
	}
	return b.String()
}

// nhrpMetric is that of an overriding next hop.
const nhrpMetric = 255

func overridden(paths []rib.Route) bool {
	return slices.ContainsFunc(paths, func(r rib.Route) bool { return len(r.Override) > 0 })
}

func routeCode(r *rib.Route) string {
	switch r.Source {
	case rib.Connected:
		return "C"
	case rib.Local:
		return "L"
	case rib.Static:
		return "S"
	case rib.NHRP:
		return "H"
	case rib.EIGRP, rib.EIGRPSummary:
		return "D"
	case rib.EIGRPExternal:
		return "D EX"
	}
	return "?"
}

func fromEIGRP(r *rib.Route) bool {
	return r.Source == rib.EIGRP || r.Source == rib.EIGRPExternal || r.Source == rib.EIGRPSummary
}

// routeVia is how a route leads on. Ages are those of learnt routes only.
func routeVia(r *rib.Route, now time.Time) string {
	age := ""
	if r.Source == rib.NHRP || fromEIGRP(r) {
		age = ", " + elapsed(now.Sub(r.Since))
	}
	metric := r.Metric
	if r.WayMetric != 0 {
		metric = r.WayMetric
	}
	switch {
	case r.Source == rib.EIGRPSummary:
		return "is a summary" + age + ", Null0"
	case r.Discard:
		return "is directly connected" + age + ", Null0"
	case !r.NextHop.IsValid():
		return "is directly connected" + age + ", " + r.Interface
	}
	via := fmt.Sprintf("[%d/%d] via %s%s", r.Distance, metric, r.NextHop, age)
	if r.Interface != "" {
		via += ", " + r.Interface
	}
	return via
}
