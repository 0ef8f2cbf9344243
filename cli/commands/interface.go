package commands

import (
	"slices"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// interfaceLine opens the section of an interface. Its mode depends on the
// kind: what an Ethernet port understands is not what a tunnel does.
var interfaceLine = &command{
	Syntax: "interface name:IFNAME",
	Help:   help{"interface": "Select an interface to configure", "name": "Interface name and number"},
	Key:    "name",
	Enter: func(e *config.Edit, a args) error {
		e.Inside("no ip address")
		return nil
	},
	Leave: func(e *config.Edit, a args) error {
		if e.Defaulting() {
			e.Inside("no ip address")
			e.Notice("Interface " + a.Word("name") + " set to default configuration")
			return nil
		}
		if e.Fixed("interface " + a.Word("name")) {
			return refuse("%% Removal of physical interfaces is not permitted")
		}
		return nil
	},
	Opens: func(a args) *config.Mode { return interfaceMode(a.Word("name")) },
	Less:  func(a, b args) bool { return CompareInterfaces(a.Word("name"), b.Word("name")) < 0 },
	Bang:  true,
}

func interfaceMode(name string) *config.Mode {
	switch KindOf(name) {
	case LoopbackInterface:
		return loopbackMode
	case TunnelInterface:
		return tunnelMode
	case GigabitEthernet, Ethernet, FastEthernet, OtherInterface:
		if strings.Contains(name, ".") {
			return subinterfaceMode
		}
	}
	return portMode
}

const interfaceTitle = "Interface configuration commands:"

var (
	portMode = &config.Mode{Name: "interface", Tag: "config-if", Title: interfaceTitle,
		Commands: func() []*command { return portLines }, Types: configTypes, New: newInterface}
	subinterfaceMode = &config.Mode{Name: "subinterface", Tag: "config-subif", Title: interfaceTitle,
		Commands: func() []*command { return subinterfaceLines }, Types: configTypes, New: newInterface}
	loopbackMode = &config.Mode{Name: "loopback", Tag: "config-if", Title: interfaceTitle,
		Commands: func() []*command { return loopbackLines }, Types: configTypes, New: newInterface}
	tunnelMode = &config.Mode{Name: "tunnel", Tag: "config-if", Title: interfaceTitle,
		Commands: func() []*command { return tunnelModeLines }, Types: configTypes, New: newInterface}
)

func newInterface() any { return &Interface{Redirects: true, Unreachables: true} }

func configTypes() []grammar.Type {
	return []grammar.Type{interfaceName, secondsTime, interfaceMask, networkNumber, zoneHours, weekName, weekday, monthName, clockTime}
}

// The order of each list is the order of running-config.
var (
	portLines = slices.Concat(describeLines, interfaceVRFLines, addressLines, icmpLines, ipMTULines, keptIPLines,
		adjustMSSLines, eigrpIPLines, keptRoutingLines, ipv6Lines, delayLines, shutdownLines, ethernetLines, portSwitchingLines)
	subinterfaceLines = slices.Concat(describeLines, encapsulationLines, interfaceVRFLines, addressLines, icmpLines, ipMTULines,
		keptIPLines, adjustMSSLines, eigrpIPLines, keptRoutingLines, ipv6Lines, delayLines, shutdownLines)
	loopbackLines = slices.Concat(describeLines, interfaceVRFLines, addressLines, icmpLines, ipMTULines, keptIPLines,
		eigrpIPLines, keptRoutingLines, ipv6Lines, delayLines, shutdownLines)
	tunnelModeLines = slices.Concat(describeLines, interfaceVRFLines, addressLines, icmpLines, ipMTULines, keptIPLines,
		nhrpLines, nhrpOuterIPv6Lines, llpLines, adjustMSSLines, eigrpIPLines, keptRoutingLines, ipv6Lines, nhrpIPv6Lines, delayLines, ifStateLines, shutdownLines, tunnelLines, tunnelKeptLines, tunnelProtectionKeptLines)
)

// Words that interface lines share.
var interfaceWords = help{
	"ip":       "Interface Internet Protocol config commands",
	"ipv6":     "IPv6 interface subcommands",
	"tcp":      "TCP interface commands",
	"eigrp":    "EIGRP interface commands",
	"ospf":     "OSPF interface commands",
	"list":     "Access list number",
	"acl":      "Access list name",
	"in":       "Inbound packets",
	"out":      "Outbound packets",
	"as":       "Autonomous system number",
	"process":  "Process ID",
	"area":     "Set the area",
	"id":       "Area as a number or in dotted form",
	"input":    "On input",
	"output":   "On output",
	"map":      "Name of the map",
	"neighbor": "IP address",
	"ifname":   "Interface to take it from",
}

var describeLines = table(interfaceWords,
	&command{
		Syntax: "description text:LINE",
		Help:   help{"description": "Text that says what the interface is for", "text": "Up to 240 characters"},
		Apply:  to(func(s *Interface, a args) { s.Description = a.Word("text") }),
	},
	&command{
		Syntax: "bandwidth kbit:<1-10000000>",
		Help:   help{"bandwidth": "Set the bandwidth that routing protocols reckon with", "kbit": "Bandwidth in kilobits per second"},
		Apply:  to(func(s *Interface, a args) { s.Bandwidth = a.Int("kbit") }),
	},
)

var delayLines = table(interfaceWords,
	&command{
		Syntax: "load-interval seconds:<30-600>",
		Help:   help{"load-interval": "Length of time over which load is averaged", "seconds": "Seconds, a multiple of 30"},
		Enter: func(e *config.Edit, a args) error {
			if a.Int("seconds")%30 != 0 {
				return refuse("%% Load interval must be a multiple of 30 seconds")
			}
			return nil
		},
		Default: "load-interval 300",
		Apply:   to(func(s *Interface, a args) { s.LoadInterval = a.Int("seconds") }),
	},
	&command{
		Syntax: "delay tens:<1-16777215>",
		Help:   help{"delay": "Set the delay that routing protocols reckon with", "tens": "Delay in tens of microseconds"},
		Apply:  to(func(s *Interface, a args) { s.Delay = a.Int("tens") }),
	},
)

var shutdownLines = []*command{{
	Syntax:  "shutdown",
	Help:    help{"shutdown": "Take the interface down until told otherwise"},
	Default: "no shutdown",
	Apply:   to(func(s *Interface, a args) { s.Shutdown = true }),
}}

var ethernetLines = table(interfaceWords,
	&command{
		Syntax: "mtu bytes:<64-9216>",
		Help:   help{"mtu": "Set the largest frame payload of the interface", "bytes": "Size in bytes"},
		Apply:  to(func(s *Interface, a args) { s.MTU = a.Int("bytes") }),
	},
	&command{
		Syntax: "duplex (auto | full | half)",
		Help:   help{"duplex": "Configure duplex operation", "auto": "Negotiate", "full": "Both ways at once", "half": "One way at a time"},
		Kept:   "the port negotiates by itself", Silent: true,
	},
	&command{
		Syntax: "speed (auto | 10 | 100 | 1000 | 10000)",
		Help: help{"speed": "Configure speed operation", "auto": "Negotiate", "10": "Force 10 Mbps", "100": "Force 100 Mbps",
			"1000": "Force 1000 Mbps", "10000": "Force 10000 Mbps"},
		Kept: "the port negotiates by itself", Silent: true,
	},
	&command{
		Syntax: "media-type (rj45 | sfp | auto-select)",
		Help: help{"media-type": "Connector of the port", "rj45": "Use the RJ45 connector", "sfp": "Use the SFP connector",
			"auto-select": "Use whichever has a link"},
		Kept: "the port has one connector", Silent: true,
	},
	&command{
		Syntax: "negotiation auto",
		Help:   help{"negotiation": "Autonegotiation of speed and duplex", "auto": "Negotiate"},
		Kept:   "the port negotiates by itself", Silent: true, Signed: true,
	},
	&command{
		Syntax: "keepalive [seconds:<0-32767>]",
		Help:   help{"keepalive": "Test that the medium works", "seconds": "Period in seconds"},
		Kept:   "the carrier of the port says whether it works", Silent: true, Signed: true,
	},
	&command{
		Syntax: "mac-address address:WORD",
		Help:   help{"mac-address": "Set the hardware address", "address": "Hardware address as H.H.H"},
		Kept:   "the port keeps its own hardware address",
	},
	&command{
		Syntax: "cdp enable",
		Help:   help{"cdp": "Discovery protocol on this interface", "enable": "Take part"},
		Kept:   "there is no discovery protocol", Silent: true, On: true,
	},
	&command{
		Syntax: "mop enabled",
		Help:   help{"mop": "DEC maintenance protocol", "enabled": "Answer requests"},
		Kept:   "there is no maintenance protocol", Silent: true, Signed: true,
	},
	&command{
		Syntax: "mop sysid",
		Help:   help{"mop": "DEC maintenance protocol", "sysid": "Send system identification"},
		Kept:   "there is no maintenance protocol", Silent: true, Signed: true,
	},
	&command{
		Syntax: "serial restart-delay seconds:<0-900>",
		Help:   help{"serial": "Serial interface commands", "restart-delay": "Wait before a restart", "seconds": "Seconds"},
		Kept:   "there are no serial ports", Silent: true,
	},
)

var encapsulationLines = []*command{{
	Syntax: "encapsulation dot1Q vlan:<1-4094> [native]",
	Help: help{"encapsulation": "Set the encapsulation of the subinterface", "dot1Q": "IEEE 802.1Q VLAN tag",
		"vlan": "VLAN ID", "native": "The VLAN that is sent without a tag"},
	Kept: "there are no VLAN subinterfaces yet",
}}

// InterfaceHead is the name of the interface whose section a line opens.
func InterfaceHead(l *config.Line) (name string, ok bool) {
	if l.Command != interfaceLine || l.Section == nil {
		return "", false
	}
	return l.Args.Word("name"), true
}
