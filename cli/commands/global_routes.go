package commands

import (
	"errors"
	"net/netip"

	"weft/cli/config"
)

var routeWords = help{
	"ip":        "Global IP configuration",
	"route":     "Static routes",
	"vrf":       "Route of a VRF",
	"vrf-name":  "VRF name",
	"network":   "Destination prefix",
	"mask":      "Mask of the destination",
	"gateway":   "Next hop address",
	"interface": "Interface to leave by, Null0 discards",
	"distance":  "Distance of the route",
	"tag":       "Mark the route",
	"value":     "Tag value",
	"name":      "Name the route",
	"text":      "Name of the next hop",
	"permanent": "Keep the route when its interface goes down",
	"track":     "Depend on a tracked object",
	"object":    "Number of the tracked object",
}

const routeSyntax = "network:NETWORK mask:NETMASK (gateway:A.B.C.D | interface:IFNAME [gateway:A.B.C.D]) " +
	"[distance:<1-255>] [name text:WORD & tag value:<1-4294967295> & permanent & track object:<1-1000>]"

var staticRouteLines = table(routeWords,
	&command{
		Syntax: "ip route " + routeSyntax,
		Key:    "network mask gateway interface",
		Enter:  checkRoute,
		Apply: to(func(s *Global, a args) {
			if r, ok := staticRoute(a); ok {
				s.Routes = append(s.Routes, r)
			}
		}),
	},
	&command{
		Syntax: "ip route vrf vrf-name:WORD network:NETWORK mask:NETMASK (gateway:A.B.C.D [global] | interface:IFNAME [gateway:A.B.C.D]) " +
			"[distance:<1-255>] [name text:WORD & tag value:<1-4294967295> & permanent & track object:<1-1000>]",
		Help:  help{"global": "The next hop is in the global table"},
		Key:   "vrf-name network mask gateway interface",
		Enter: checkRoute,
		Kept:  keptVRFs,
	},
	&command{
		Syntax: "ip route network:NETWORK mask:NETMASK",
		Key:    "network mask",
		Hidden: true,
		Enter:  func(*config.Edit, args) error { return errNoNextHop },
	},
)

// It is said as the grammar says it: a next hop is missing.
var errNoNextHop = errors.New("% Incomplete command.\n\n")

var ipv6RouteLines = keptTable(keptIPv6, routeWords,
	&command{Syntax: "ipv6 route prefix:X:X:X:X::X/<0-128> (hop:X:X:X:X::X | interface:IFNAME [hop:X:X:X:X::X]) [distance:<1-254>] [name text:WORD & tag value:<1-4294967295>]",
		Key:  "prefix hop interface",
		Help: help{"ipv6": "Global IPv6 configuration", "prefix": "Destination with prefix length", "hop": "Next hop address"}})

func init() {
	staticRouteLines[0].Leave = forgetRoute
	staticRouteLines[2].Leave = forgetRoutes
}

// forgetRoute tells a user who removes a route that is not there.
func forgetRoute(e *config.Edit, a args) error {
	key := []string{a.Word("network"), a.Word("mask"), a.Word("gateway"), a.Word("interface")}
	if e.Loading() || e.Defaulting() || e.Tree().Root().Find(staticRouteLines[0], key...) != nil {
		return nil
	}
	return refuse("%%No matching route to delete")
}

// forgetRoutes removes all routes to a network: "no ip route" may leave the next
// hop out.
func forgetRoutes(e *config.Edit, a args) error {
	found := false
	for _, line := range e.Tree().Root().Lines() {
		if line.Command != staticRouteLines[0] || line.Args.Word("network") != a.Word("network") || line.Args.Word("mask") != a.Word("mask") {
			continue
		}
		found = true
		if err := e.Enter("no " + line.Text); err != nil {
			return err
		}
	}
	if found || e.Loading() || e.Defaulting() {
		return nil
	}
	return refuse("%%No matching route to delete")
}

func staticRoute(a args) (StaticRoute, bool) {
	bits, ok := maskBits(a.Addr("mask"))
	if !ok {
		return StaticRoute{}, false
	}
	r := StaticRoute{Prefix: netip.PrefixFrom(a.Addr("network"), bits), NextHop: a.Addr("gateway"), Interface: a.Word("interface"),
		Distance: 1, Tag: a.Uint32("value"), Name: a.Word("text"), Permanent: a.Has("permanent")}
	if a.Has("distance") {
		r.Distance = uint8(a.Int("distance"))
	}
	return r, r.Prefix == r.Prefix.Masked()
}

func checkRoute(e *config.Edit, a args) error {
	bits, ok := maskBits(a.Addr("mask"))
	if p := netip.PrefixFrom(a.Addr("network"), bits); !ok || p != p.Masked() {
		return refuse("%%Inconsistent address and mask")
	}
	if a.Has("object") {
		e.Notice("% The tracked object is kept: the route does not depend on it")
	}
	return nil
}

var routingLine = table(routeWords, &command{
	Syntax:  "ip routing",
	Help:    help{"routing": "Forward packets by IP routing"},
	On:      true,
	Default: "ip routing",
	Apply:   toSigned(func(s *Global, a args, on bool) { s.Routing = on }),
})[0]
