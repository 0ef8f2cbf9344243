package commands

import (
	"strings"

	"weft/cli/config"
)

// Redistribution stands in a classic section and in the topology of an address
// family alike. With a route map the line is kept, and redistributes nothing.

const eigrpMetric = " [metric " + seedSyntax + "]"

var (
	redistributeOwn = &command{
		Syntax: "redistribute (connected | static)" + eigrpMetric, Key: "connected static",
		Enter: func(e *config.Edit, a args) error { return inPlaceOf(e, redistributeOwnMap, sourceOf(a)) },
		Apply: to(func(s *EIGRP, a args) {
			r := Redistribution{Source: sourceOf(a)}
			if a.Has("bandwidth") {
				r.Seed = seedOf(a)
			}
			s.Redistribute = append(s.Redistribute, r)
		}),
	}
	redistributeEIGRP = &command{
		Syntax: "redistribute eigrp as:<1-65535>" + eigrpMetric, Key: "as",
		Apply: to(func(s *EIGRP, a args) {
			r := Redistribution{Source: "eigrp", AS: uint16(a.Int("as"))}
			if a.Has("bandwidth") {
				r.Seed = seedOf(a)
			}
			s.Redistribute = append(s.Redistribute, r)
		}),
	}
	redistributeOwnMap = &command{
		Syntax: "redistribute (connected | static) [metric " + seedSyntax + "] route-map map:WORD", Key: "connected static",
		Kept: keptRouteMaps,
	}
	redistributeOthers = &command{
		Syntax: "redistribute (rip | ospf process:<1-65535> [match {internal | external | 1 | 2 | nssa-external}] | bgp as:<1-4294967295>)" +
			" [metric " + seedSyntax + " & route-map map:WORD]",
		Key: "rip ospf process bgp as",
		Help: help{"rip": "RIP", "ospf": "OSPF", "process": "Process ID", "bgp": "BGP", "match": "Only some", "internal": "Internal routes", "external": "External routes",
			"nssa-external": "External routes of stubby areas", "1": "Of type 1", "2": "Of type 2"},
		Kept: "there is no such protocol yet",
	}
	redistributeEIGRPMap = &command{
		Syntax: "redistribute eigrp as:<1-65535> [metric " + seedSyntax + "] route-map map:WORD", Key: "as",
		Kept: keptRouteMaps,
	}
)

func init() {
	redistributeOwnMap.Enter = func(e *config.Edit, a args) error { return inPlaceOf(e, redistributeOwn, sourceOf(a)) }
	redistributeEIGRP.Enter = func(e *config.Edit, a args) error { return inPlaceOf(e, redistributeEIGRPMap, "eigrp "+a.Word("as")) }
	redistributeEIGRPMap.Enter = func(e *config.Edit, a args) error { return inPlaceOf(e, redistributeEIGRP, "eigrp "+a.Word("as")) }
}

func sourceOf(a args) string {
	if a.Has("static") {
		return "static"
	}
	return "connected"
}

// inPlaceOf removes the line of another command about the same source.
func inPlaceOf(e *config.Edit, other *command, source string) error {
	for _, l := range e.Node().Lines() {
		if l.Command == other && strings.HasPrefix(l.Text+" ", "redistribute "+source+" ") {
			return e.Enter("no " + l.Text)
		}
	}
	return nil
}

// What nobody acts on yet.
var (
	eigrpBFD = &command{Syntax: "bfd (all-interfaces | interface interface-name:IFNAME)", Key: "all-interfaces interface-name", Kept: keptBFD,
		Help: help{"bfd": "Forwarding detection", "all-interfaces": "On all interfaces", "interface": "On an interface", "interface-name": "Interface name and number"}}
	eigrpDistribute = &command{Syntax: "distribute-list (list:WORD | prefix list:WORD | route-map map:WORD) (in | out) [interface:IFNAME]", Key: "in out interface",
		Kept: keptFilters, Help: help{"distribute-list": "Filter routes", "prefix": "By a prefix list", "list": "List name"}}
	eigrpOffset        = &command{Syntax: "offset-list list:WORD (in | out) amount:<0-2147483647> [interface:IFNAME]", Key: "in out interface", Kept: keptFilters}
	eigrpShare         = &command{Syntax: "traffic-share (balanced | min across-interfaces)", Kept: "ways of unequal cost carry the same share of the flows", Silent: true}
	eigrpNSF           = &command{Syntax: "nsf", Kept: "routes are not kept over a restart"}
	eigrpLogSize       = &command{Syntax: "eigrp event-log-size events:<0-4294967295>", Kept: "500 events are remembered", Silent: true}
	eigrpSummaryMetric = &command{Syntax: "summary-metric prefix:A.B.C.D/nn " + seedSyntax, Key: "prefix", Kept: "a summary has the metric of its best component"}
)

// The order of running-config.
var eigrpLines = table(eigrpWords, eigrpBFD, eigrpDefaultMetric, eigrpDistribute, eigrpHops,
	&command{
		Syntax: "metric weights tos:<0-8> k1:<0-255> k2:<0-255> k3:<0-255> k4:<0-255> k5:<0-255>",
		Apply: to(func(s *EIGRP, a args) {
			for i, k := range []string{"k1", "k2", "k3", "k4", "k5"} {
				s.Weights[i] = uint8(a.Int(k))
			}
		}),
	},
	eigrpNetwork, eigrpOffset, passiveDefault, passiveInterface, redistributeOwn, redistributeOwnMap, redistributeEIGRP, redistributeEIGRPMap, redistributeOthers,
	eigrpSummaryMetric, eigrpActiveTime, eigrpShare, eigrpVariance, eigrpPaths, eigrpDistance, eigrpAutoSummary, eigrpNeighbor, eigrpRouterID, eigrpStub, eigrpStubLeak,
	eigrpLogChanges, eigrpLogWarnings, eigrpLogSize, eigrpNSF)
