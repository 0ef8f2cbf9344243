package commands

import (
	"fmt"

	"weft/cli/config"
	"weft/routing/eigrp"
)

// Named EIGRP: address families with sections for interfaces and the topology.

var (
	namedEIGRPMode = &config.Mode{Name: "eigrp name", Tag: "config-router", Title: "Router configuration commands:",
		Commands: func() []*command { return namedEIGRPLines }, Types: configTypes, New: newEIGRP}
	eigrpFamilyMode   = eigrpSection("eigrp family", "config-router-af", "Address family configuration commands:", func() []*command { return eigrpFamilyLines })
	eigrpTopologyMode = eigrpSection("eigrp topology", "config-router-af-topology", "Address family topology configuration commands:", func() []*command { return eigrpTopologyLines })
	// Of families that nothing acts on the sections are the same, and kept.
	eigrpInterfaceMode = &config.Mode{Name: "eigrp interface", Tag: "config-router-af-interface", Title: "Address family interfaces configuration commands:",
		Commands: func() []*command { return eigrpInterfaceLines }, Types: configTypes, New: func() any { return new(EIGRPInterface) }}
)

var namedEIGRPLines = table(eigrpWords,
	&command{Syntax: "shutdown", Help: help{"shutdown": "Stop the process"}, Apply: to(func(s *EIGRP, _ args) { s.Stopped = true })},
	addressFamilyAS,
	eigrpFamily,
	&command{Syntax: "address-family ipv4 [unicast] vrf vrf-name:WORD autonomous-system as:<1-65535>",
		Key: "vrf-name as", Opens: opens(eigrpFamilyMode), Bang: true, Kept: keptVRFs},
	&command{Syntax: "address-family ipv6 [unicast] [vrf vrf-name:WORD] autonomous-system as:<1-65535>",
		Key: "vrf-name as", Opens: opens(eigrpFamilyMode), Bang: true, Kept: keptEIGRP6})

var eigrpFamily = &command{Syntax: "address-family ipv4 [unicast] autonomous-system as:<1-65535>", Key: "as", Opens: opens(eigrpFamilyMode), Bang: true}

// addressFamilyAS is the short spelling that hands know.
var addressFamilyAS = &command{
	Syntax: "address-family (ipv4 | ipv6) [unicast] [vrf vrf-name:WORD] as number:<1-65535>",
	Help:   help{"as": "Autonomous system", "number": "Autonomous system number"},
	Key:    "ipv4 ipv6 vrf-name number",
	Opens:  opens(eigrpFamilyMode),
	Hidden: true,
	Enter:  func(e *config.Edit, a args) error { return e.Rewrite(familyHead(a)) },
	Leave:  func(e *config.Edit, a args) error { return e.Enter("no " + familyHead(a)) },
}

func familyHead(a args) string {
	head := "address-family ipv4"
	if a.Has("ipv6") {
		head = "address-family ipv6"
	}
	if a.Has("unicast") {
		head += " unicast"
	}
	if a.Has("vrf-name") {
		head += " vrf " + a.Word("vrf-name")
	}
	return fmt.Sprintf("%s autonomous-system %d", head, a.Int("number"))
}

var eigrpFamilyLines = table(eigrpWords,
	&command{Syntax: "shutdown", Help: help{"shutdown": "Stop the address family"}, Apply: to(func(s *EIGRP, _ args) { s.Stopped = true })},
	&command{Syntax: "af-interface (default | interface:IFNAME)", Key: "default interface", Opens: opens(eigrpInterfaceMode), Bang: true,
		Help: help{"af-interface": "Settings of an interface"}},
	&command{Syntax: "topology base", Opens: opens(eigrpTopologyMode), Bang: true, Help: help{"topology": "Topology", "base": "The base topology"}},
	&command{
		Syntax: "metric weights tos:<0-8> k1:<0-255> k2:<0-255> k3:<0-255> k4:<0-255> k5:<0-255> [k6:<0-255>]",
		Apply: to(func(s *EIGRP, a args) {
			for i, k := range []string{"k1", "k2", "k3", "k4", "k5"} {
				s.Weights[i] = uint8(a.Int(k))
			}
			s.Weights[5] = uint8(optional(a, "k6"))
		}),
	},
	&command{Syntax: "metric rib-scale scale:<1-255>", Kept: "metrics are the classic ones"},
	eigrpNetwork, eigrpNeighbor, eigrpRouterID, eigrpStub, eigrpStubLeak, eigrpLogChanges, eigrpLogWarnings, eigrpNSF,
	leaves("exit-address-family", "Leave the address family"),
)

var eigrpTopologyLines = table(eigrpWords, eigrpDefaultMetric, eigrpDistribute, eigrpHops, eigrpOffset, eigrpVariance, eigrpPaths, eigrpDistance,
	redistributeOwn, redistributeOwnMap, redistributeEIGRP, redistributeEIGRPMap, redistributeOthers, eigrpSummaryMetric, eigrpActiveTime, eigrpShare, eigrpAutoSummary, eigrpLogSize,
	leaves("exit-af-topology", "Leave the topology"),
)

var eigrpInterfaceLines = table(eigrpInterfaceWords,
	eigrpMD5, eigrpHMAC,
	&command{Syntax: "authentication key-chain chain:WORD", Apply: to(func(s *EIGRPInterface, a args) { s.KeyChain = a.Word("chain") })},
	&command{Syntax: "hello-interval seconds:<1-65535>", Apply: to(func(s *EIGRPInterface, a args) { s.Hello = secondsOf(a) })},
	&command{Syntax: "hold-time seconds:<1-65535>", Apply: to(func(s *EIGRPInterface, a args) { s.Hold = secondsOf(a) })},
	&command{Syntax: "passive-interface", Signed: true, Apply: toSigned(func(s *EIGRPInterface, _ args, on bool) { s.Passive = &on })},
	&command{
		Syntax: "summary-address (network:A.B.C.D mask:NETMASK | prefix:A.B.C.D/nn)", Key: "network mask prefix",
		Enter: func(e *config.Edit, a args) error {
			if a.Has("prefix") {
				p := a.Prefix("prefix").Masked()
				return e.Rewrite(fmt.Sprintf("summary-address %s %s", p.Addr(), maskOf(p.Bits())))
			}
			return checkSummary(a)
		},
		Leave: func(e *config.Edit, a args) error {
			if a.Has("prefix") {
				p := a.Prefix("prefix").Masked()
				return e.Rewrite(fmt.Sprintf("no summary-address %s %s", p.Addr(), maskOf(p.Bits())))
			}
			return nil
		},
		Apply: to(func(s *EIGRPInterface, a args) {
			if !a.Has("prefix") {
				s.Summaries = append(s.Summaries, eigrp.Summary{Prefix: a.Masked("network", "mask").Masked()})
			}
		}),
	},
	&command{
		Syntax: "summary-address network:A.B.C.D mask:NETMASK leak-map map:WORD", Key: "network mask",
		Enter: func(e *config.Edit, a args) error { return checkSummary(a) },
		Kept:  "there are no route maps yet: neither the summary nor what leaks is announced",
	},
	&command{Syntax: "bandwidth-percent percent:<1-999999>", Apply: to(func(s *EIGRPInterface, a args) { s.Percent = a.Int("percent") })},
	&command{Syntax: "next-hop-self", On: true, Apply: func(s any, _ args, negative bool) { s.(*EIGRPInterface).KeepNextHop = negative }},
	&command{Syntax: "next-hop-self no-ecmp-mode", Signed: true, Kept: "there is one way in every update"},
	&command{Syntax: "split-horizon", On: true, Apply: func(s any, _ args, negative bool) { s.(*EIGRPInterface).NoSplitHorizon = negative }},
	&command{Syntax: "add-paths number:<1-6>", Kept: "one way is announced for every network"},
	&command{Syntax: "bfd", Kept: keptBFD},
	&command{Syntax: "dampening-change [change:<1-100>]", Kept: "every change of the metric is announced"},
	&command{Syntax: "dampening-interval [seconds:<1-65535>]", Kept: "every change of the metric is announced"},
	&command{Syntax: "stub-site wan-interface", Kept: "there are no stub sites"},
	&command{Syntax: "shutdown", Signed: true, Apply: toSigned(func(s *EIGRPInterface, _ args, on bool) { s.Shutdown = on })},
	leaves("exit-af-interface", "Leave the interface"),
)

var eigrpMD5 = &command{Syntax: "authentication mode md5", Apply: to(func(s *EIGRPInterface, _ args) { s.Authentication.Mode = eigrp.MD5 })}

func init() {
	eigrpMD5.Enter = func(e *config.Edit, _ args) error { return dropLine(e, eigrpHMAC) }
}

// eigrpHMAC has its key in the line; that of MD5 is in a key chain.
var eigrpHMAC = &command{
	Syntax: "authentication mode hmac-sha-256 (7 hidden:WORD | [0] value:WORD)",
	Enter: func(e *config.Edit, a args) error {
		if err := dropLine(e, eigrpMD5); err != nil {
			return err
		}
		const head = "authentication mode hmac-sha-256 "
		if a.Has("hidden") {
			if _, err := Reveal(a.Word("hidden")); err != nil {
				return refuse("Invalid encrypted password: %s", a.Word("hidden"))
			}
			return nil
		}
		if l := e.Tree().Root().Find(passwordEncryptionLine); l != nil && !l.Negative {
			value, err := Obscure(a.Word("value"), e.Salt())
			if err != nil {
				return err
			}
			return e.Rewrite(head + "7 " + value)
		}
		return e.Rewrite(head + "0 " + a.Word("value"))
	},
	Apply: to(func(s *EIGRPInterface, a args) {
		secret := a.Word("value")
		if a.Has("hidden") {
			secret, _ = Reveal(a.Word("hidden"))
		}
		s.Authentication = eigrp.Authentication{Mode: eigrp.HMACSHA256, Keys: []eigrp.Key{{Secret: eigrp.Secret(secret)}}}
	}),
}

// dropLine removes the line of a command that has no key, if there is one.
func dropLine(e *config.Edit, c *command) error {
	if l := e.Node().Find(c); l != nil {
		return e.Enter("no " + l.Text)
	}
	return nil
}
