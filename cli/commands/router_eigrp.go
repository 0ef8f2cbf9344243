package commands

import (
	"fmt"
	"net/netip"
	"time"

	"weft/cli/config"
	"weft/routing/eigrp"
)

// EIGRP is what one process is told, by a classic section or by an address family
// of a named one. What is said of interfaces by name is in Interfaces.
type EIGRP struct {
	eigrp.Config
	Redistribute []Redistribution
	Stopped      bool // "shutdown" of a named process
}

// Redistribution is one "redistribute" line.
type Redistribution struct {
	Source string // "connected", "static", "eigrp"
	AS     uint16 // of "eigrp"
	Seed   *eigrp.Seed
}

const (
	keptFilters   = "there are no route filters yet: nothing is filtered"
	keptRouteMaps = "there are no route maps yet: nothing is redistributed by this line"
	keptEIGRP6    = "there is no EIGRP for IPv6 yet"
)

func newEIGRP() any {
	return &EIGRP{Config: eigrp.Config{Weights: eigrp.DefaultWeights, Internal: 90, External: 170, ActiveTime: 3 * time.Minute,
		Variance: 1, MaximumPaths: 4, MaximumHops: 100, Interfaces: map[string]eigrp.Interface{}, NotPassive: map[string]bool{}}}
}

// eigrpSection is a section whose lines are about one process.
func eigrpSection(name, tag, title string, lines func() []*command) *config.Mode {
	return &config.Mode{Name: name, Tag: tag, Title: title, Commands: lines, Types: configTypes, New: newEIGRP}
}

var eigrpMode = eigrpSection("eigrp", "config-router", "Router configuration commands:", func() []*command { return eigrpLines })

var eigrpHeads = table(routerWords,
	&command{Syntax: "router eigrp as:<1-65535>", Key: "as", Opens: opens(eigrpMode), Bang: true},
	&command{Syntax: "router eigrp name:WORD", Key: "name", Opens: opens(namedEIGRPMode), Bang: true})

var eigrpWords = help{
	"metric": "Metrics of routes", "weights": "Weights of their parts", "tos": "Type of service", "k1": "K1", "k2": "K2", "k3": "K3", "k4": "K4", "k5": "K5", "k6": "K6",
	"default-metric": "Metric of routes of others", "timers": "Timers", "active-time": "Time until a route is stuck in active", "minutes": "Minutes", "disabled": "Never",
	"maximum-hops": "Most routers on a way", "hops": "Number of routers", "distance": "Administrative distance", "eigrp": "EIGRP specific commands",
	"internal-distance": "Distance of internal routes", "external-distance": "Distance of external routes", "bandwidth": "Bandwidth in kilobits per second",
	"delay": "Delay in tens of microseconds", "reliability": "Reliability of 255", "load": "Load of 255", "mtu": "MTU of the path",
	"redistribute": "Announce routes of others", "connected": "Connected routes", "static": "Static routes", "as": "Autonomous system number",
	"route-map": "By a route map", "map": "Route map name", "router-id": "Identity of the router", "addr": "IP address", "stub": "Announce little",
	"receive-only": "Nothing", "summary": "Summaries", "redistributed": "Routes of others", "log-neighbor-changes": "Log neighbors",
	"log-neighbor-warnings": "Log warnings", "interval": "Seconds between warnings", "network": "Networks that take part", "wildcard": "Wildcard bits",
	"passive-interface": "Interfaces that only listen", "default": "All interfaces", "interface": "Interface name and number", "neighbor": "A neighbor without multicast",
	"peer": "Its address", "auto-summary": "Announce classful networks", "variance": "Use ways of unequal cost", "factor": "Times the best metric",
	"maximum-paths": "Ways side by side", "paths": "Number of ways", "leak-map": "Announce what a route map chooses as well", "traffic-share": "How unequal ways share",
	"balanced": "By their metrics", "min": "Only the best", "across-interfaces": "Over several interfaces", "nsf": "Non-stop forwarding",
	"event-log-size": "Events to remember", "events": "Number of events", "rib-scale": "Scale of wide metrics", "scale": "Divisor",
	"summary-metric": "Metric of a summary", "mask": "Network mask", "prefix": "Network with prefix length", "offset-list": "Add to metrics", "list": "Access list",
	"in": "Inbound", "out": "Outbound", "amount": "How much",
	"address-family": "Address family", "ipv4": "IPv4", "ipv6": "IPv6", "unicast": "Unicast routes", "vrf": "In a VRF", "vrf-name": "VRF name",
	"autonomous-system": "Autonomous system",
}

// The lines that classic sections and address families share, and those that
// stand in a classic section and in the topology of an address family.
var (
	eigrpNetwork = &command{
		Syntax: "network addr:A.B.C.D [wildcard:A.B.C.D]", Key: "addr wildcard",
		Enter: func(e *config.Edit, a args) error { return e.Rewrite(networkLine(a)) },
		Leave: func(e *config.Edit, a args) error { return e.Rewrite("no " + networkLine(a)) },
		Apply: to(func(s *EIGRP, a args) {
			n := eigrp.Network{Address: a.Addr("addr"), Wildcard: wildcardOf(classful(a.Addr("addr")).Bits())}
			if a.Has("wildcard") {
				n.Wildcard = a.Addr("wildcard")
			}
			s.Networks = append(s.Networks, n)
		}),
	}
	eigrpNeighbor = &command{
		Syntax: "neighbor peer:A.B.C.D interface:IFNAME", Key: "peer interface",
		Apply: to(func(s *EIGRP, a args) {
			i := s.Interfaces[a.Word("interface")]
			i.Neighbors = append(i.Neighbors, a.Addr("peer"))
			s.Interfaces[a.Word("interface")] = i
		}),
	}
	eigrpRouterID = &command{
		Syntax: "eigrp router-id addr:A.B.C.D",
		Apply:  to(func(s *EIGRP, a args) { s.RouterID = a.Addr("addr") }),
	}
	eigrpStub = &command{
		Syntax: "eigrp stub [receive-only | connected & static & summary & redistributed]",
		Enter: func(e *config.Edit, a args) error {
			if len(a.Names()) == 0 {
				return e.Rewrite("eigrp stub connected summary")
			}
			return nil
		},
		Apply: to(func(s *EIGRP, a args) {
			s.Stub = &eigrp.Stub{Connected: a.Has("connected"), Static: a.Has("static"), Summary: a.Has("summary"),
				Redistributed: a.Has("redistributed"), ReceiveOnly: a.Has("receive-only")}
			if *s.Stub == (eigrp.Stub{}) {
				s.Stub.Connected, s.Stub.Summary = true, true
			}
		}),
	}
	eigrpStubLeak = &command{
		Syntax: "eigrp stub leak-map map:WORD",
		Kept:   "there are no route maps yet: nothing leaks",
	}
	eigrpLogChanges = &command{
		Syntax: "eigrp log-neighbor-changes", On: true,
		Apply: func(s any, _ args, negative bool) { s.(*EIGRP).Silent = negative },
	}
	eigrpLogWarnings = &command{
		Syntax: "eigrp log-neighbor-warnings [interval:<1-65535>]", On: true,
		Kept: "warnings are logged as they come", Silent: true,
	}
	eigrpVariance = &command{
		Syntax: "variance factor:<1-128>", Default: "variance 1",
		Apply: to(func(s *EIGRP, a args) { s.Variance = a.Int("factor") }),
	}
	eigrpPaths = &command{
		Syntax: "maximum-paths paths:<1-32>", Default: "maximum-paths 4",
		Apply: to(func(s *EIGRP, a args) { s.MaximumPaths = a.Int("paths") }),
	}
	eigrpHops = &command{
		Syntax: "metric maximum-hops hops:<1-255>", Default: "metric maximum-hops 100",
		Apply: to(func(s *EIGRP, a args) { s.MaximumHops = uint8(a.Int("hops")) }),
	}
	eigrpDistance = &command{
		Syntax: "distance eigrp internal-distance:<1-255> external-distance:<1-255>", Default: "distance eigrp 90 170",
		Apply: to(func(s *EIGRP, a args) {
			s.Internal, s.External = uint8(a.Int("internal-distance")), uint8(a.Int("external-distance"))
		}),
	}
	eigrpDefaultMetric = &command{
		Syntax: "default-metric " + seedSyntax,
		Apply:  to(func(s *EIGRP, a args) { s.Default = seedOf(a) }),
	}
	eigrpActiveTime = &command{
		Syntax: "timers active-time (minutes:<1-65535> | disabled)", Default: "timers active-time 3",
		Apply: to(func(s *EIGRP, a args) {
			s.ActiveTime = 0
			if a.Has("minutes") {
				s.ActiveTime = time.Duration(a.Int("minutes")) * time.Minute
			}
		}),
	}
	eigrpAutoSummary = &command{
		Syntax: "auto-summary", Kept: "networks are announced as they are", SilentNo: true, Signed: true,
	}
)

const seedSyntax = "bandwidth:<1-4294967295> delay:<0-4294967295> reliability:<0-255> load:<1-255> mtu:<1-65535>"

func seedOf(a args) *eigrp.Seed {
	return &eigrp.Seed{Bandwidth: a.Uint32("bandwidth"), Delay: a.Uint32("delay"), Reliability: uint8(a.Int("reliability")), Load: uint8(a.Int("load")), MTU: a.Uint32("mtu")}
}

// networkLine is how the network of a line is stored: a class A, B or C network
// without its mask, and others without what the wildcard leaves open. A network
// mask in the place of a wildcard is taken for what it must mean.
func networkLine(a args) string {
	address := a.Addr("addr")
	if !a.Has("wildcard") {
		return "network " + classful(address).Addr().String()
	}
	x, w := address.As4(), a.Addr("wildcard").As4()
	if w[0] == 255 && w[3] != 255 { // of a mask, for a wildcard ends in ones
		for i := range w {
			w[i] = ^w[i]
		}
	}
	for i := range x {
		x[i] &^= w[i]
	}
	return fmt.Sprintf("network %s %s", netip.AddrFrom4(x), netip.AddrFrom4(w))
}

// wildcardOf is what a prefix of so many bits leaves open.
func wildcardOf(bits int) netip.Addr {
	open := uint32(1)<<(32-bits) - 1
	return netip.AddrFrom4([4]byte{byte(open >> 24), byte(open >> 16), byte(open >> 8), byte(open)})
}

// An interface is said not to be passive only where all others are.
var (
	passiveDefault = &command{
		Syntax: "passive-interface default",
		Apply:  to(func(s *EIGRP, _ args) { s.Passive = true }),
	}
	passiveInterface = &command{
		Syntax: "passive-interface interface:IFNAME", Key: "interface", Signed: true,
		Apply: func(s any, a args, negative bool) {
			c, name := s.(*EIGRP), a.Word("interface")
			i := c.Interfaces[name]
			i.Passive = !negative
			c.Interfaces[name] = i
			c.NotPassive[name] = negative
		},
	}
)

func init() {
	passiveDefault.Enter = func(e *config.Edit, _ args) error { return forgetPassive(e, false) }
	passiveDefault.Leave = func(e *config.Edit, _ args) error { return forgetPassive(e, true) }
	passiveInterface.Leave = func(e *config.Edit, a args) error {
		if e.Node().Find(passiveDefault) == nil {
			return e.Rewrite("default passive-interface " + a.Word("interface"))
		}
		return nil
	}
}

// forgetPassive removes the lines that say of an interface what now, or no longer,
// holds of all.
func forgetPassive(e *config.Edit, negative bool) error {
	for _, l := range e.Node().Lines() {
		if l.Command == passiveInterface && l.Negative == negative {
			if err := e.Enter("default passive-interface " + l.Args.Word("interface")); err != nil {
				return err
			}
		}
	}
	return nil
}
