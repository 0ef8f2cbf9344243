package commands

import (
	"time"

	"weft/cli/config"
	"weft/routing/eigrp"
)

// EIGRPInterface is what an interface's lines, or an af-interface section, say
// about one process there.
type EIGRPInterface struct {
	AS uint16
	eigrp.Interface
	KeyChain string
	Passive  *bool // of an af-interface section; nil: as the others
}

// eigrp is what is said of a process so far.
func (i *Interface) eigrp(a args) *EIGRPInterface {
	as := uint16(a.Int("as"))
	for k := range i.EIGRP {
		if i.EIGRP[k].AS == as {
			return &i.EIGRP[k]
		}
	}
	i.EIGRP = append(i.EIGRP, EIGRPInterface{AS: as})
	return &i.EIGRP[len(i.EIGRP)-1]
}

var eigrpInterfaceWords = help{
	"ip": "Interface Internet Protocol config commands", "eigrp": "EIGRP interface commands", "as": "Autonomous system number",
	"hello-interval": "Time between hellos", "hold-time": "Time after which a silent neighbor is gone", "seconds": "Seconds",
	"next-hop-self": "Announce routes with this router as next hop", "no-ecmp-mode": "Look at all ways of equal cost", "split-horizon": "Do not announce a route where it came from",
	"bandwidth-percent": "Share of the bandwidth", "percent": "Percent", "authentication": "Authentication", "mode": "How", "md5": "Keyed MD5",
	"hmac-sha-256": "HMAC-SHA-256", "key-chain": "Keys", "chain": "Name of the key chain", "summary-address": "Announce one route for many",
	"network": "IP network address", "mask": "IP network mask", "prefix": "Network with prefix length", "distance": "Administrative distance of the route that drops the rest",
	"leak-map": "Announce what a route map chooses as well", "map": "Route map name", "0": "A key in the clear follows", "7": "A hidden key follows",
	"hidden": "The key, hidden", "value": "The key", "passive-interface": "Only listen", "shutdown": "Stop on the interface",
	"add-paths": "Announce several ways", "number": "Number of ways", "bfd": "Forwarding detection", "dampening-change": "Changes of the metric to ignore",
	"dampening-interval": "Time between changes of the metric", "change": "Percent", "stub-site": "Site of the stub router", "wan-interface": "Interface to the site's hub",
}

var eigrpIPLines = table(eigrpInterfaceWords,
	&command{
		Syntax: "ip hello-interval eigrp as:<1-65535> seconds:<1-65535>", Key: "as",
		Apply: to(func(s *Interface, a args) { s.eigrp(a).Hello = secondsOf(a) }),
	},
	&command{
		Syntax: "ip hold-time eigrp as:<1-65535> seconds:<1-65535>", Key: "as",
		Apply: to(func(s *Interface, a args) { s.eigrp(a).Hold = secondsOf(a) }),
	},
	&command{
		Syntax: "ip next-hop-self eigrp as:<1-65535>", Key: "as", On: true,
		Apply: func(s any, a args, negative bool) { s.(*Interface).eigrp(a).KeepNextHop = negative },
	},
	&command{
		Syntax: "ip next-hop-self eigrp as:<1-65535> no-ecmp-mode", Key: "as", Signed: true,
		Kept: "there is one way in every update",
	},
	&command{
		Syntax: "ip split-horizon eigrp as:<1-65535>", Key: "as", On: true,
		Apply: func(s any, a args, negative bool) { s.(*Interface).eigrp(a).NoSplitHorizon = negative },
	},
	&command{
		Syntax: "ip bandwidth-percent eigrp as:<1-65535> percent:<1-999999>", Key: "as",
		Apply: to(func(s *Interface, a args) { s.eigrp(a).Percent = a.Int("percent") }),
	},
	&command{
		Syntax: "ip authentication mode eigrp as:<1-65535> md5", Key: "as",
		Apply: to(func(s *Interface, a args) { s.eigrp(a).Authentication.Mode = eigrp.MD5 }),
	},
	&command{
		Syntax: "ip authentication key-chain eigrp as:<1-65535> chain:WORD", Key: "as",
		Apply: to(func(s *Interface, a args) { s.eigrp(a).KeyChain = a.Word("chain") }),
	},
	&command{
		Syntax: "ip summary-address eigrp as:<1-65535> network:A.B.C.D mask:NETMASK [distance:<1-255>]", Key: "as network mask",
		Enter: func(e *config.Edit, a args) error { return checkSummary(a) },
		Apply: to(func(s *Interface, a args) {
			i := s.eigrp(a)
			i.Summaries = append(i.Summaries, eigrp.Summary{Prefix: a.Masked("network", "mask").Masked(), Distance: uint8(optional(a, "distance"))})
		}),
	},
	&command{
		Syntax: "ip summary-address eigrp as:<1-65535> network:A.B.C.D mask:NETMASK leak-map map:WORD", Key: "as network mask",
		Enter: func(e *config.Edit, a args) error { return checkSummary(a) },
		Kept:  "there are no route maps yet: neither the summary nor what leaks is announced",
	},
	&command{
		Syntax: "ip dampening-change eigrp as:<1-65535> [change:<1-100>]", Key: "as",
		Kept: "every change of the metric is announced",
	},
	&command{
		Syntax: "ip dampening-interval eigrp as:<1-65535> [seconds:<1-65535>]", Key: "as",
		Kept: "every change of the metric is announced",
	},
)

func secondsOf(a args) time.Duration { return time.Duration(a.Int("seconds")) * time.Second }

// optional is a number that may not be there.
func optional(a args, name string) int {
	if !a.Has(name) {
		return 0
	}
	return a.Int(name)
}

func checkSummary(a args) error {
	if _, ok := maskBits(a.Addr("mask")); !ok {
		return refuse("%% Bad mask %s for address %s", a.Word("mask"), a.Word("network"))
	}
	return nil
}
