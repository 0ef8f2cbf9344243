package commands

import (
	"weft/cli/config"
)

// Sections that are kept: their lines are checked, stored and printed in
// order, and nothing acts on them.

// keptTable gives every command of a list the same reason.
func keptTable(why string, words help, commands ...*command) []*command {
	for _, c := range commands {
		if c.Move == config.Stay {
			c.Kept = why
		}
	}
	return table(words, commands...)
}

// keptMode is a section whose lines are all kept.
func keptMode(name, tag, title string, lines func() []*command) *config.Mode {
	return &config.Mode{Name: name, Tag: tag, Title: title, Commands: lines, Types: configTypes, New: func() any { return new(struct{}) }}
}

func opens(m *config.Mode) func(args) *config.Mode {
	return func(args) *config.Mode { return m }
}

// quiet makes lines silent.
func quiet(lines []*command) []*command {
	for _, c := range lines {
		c.Silent = true
	}
	return lines
}

var vrfWords = help{
	"vrf": "Virtual routing and forwarding", "ip": "Global IP configuration", "name": "VRF name", "rd": "Route distinguisher",
	"value": "AS:number or address:number", "route-target": "Route target communities", "import": "Take routes in", "export": "Give routes out",
	"both": "Both ways", "address-family": "Address family", "ipv4": "IPv4", "ipv6": "IPv6", "description": "Text about it", "text": "Text",
	"exit-address-family": "Leave the address family", "definition": "Define a VRF", "unicast": "Unicast routes", "multicast": "Multicast routes",
}

var vrfLines = keptTable(keptVRFs, vrfWords,
	&command{Syntax: "vrf definition name:WORD", Key: "name", Opens: opens(vrfMode), Bang: true},
	&command{Syntax: "ip vrf name:WORD", Key: "name", Opens: opens(oldVRFMode), Bang: true},
)

var (
	vrfMode       = keptMode("vrf", "config-vrf", "VRF configuration commands:", func() []*command { return vrfSectionLines })
	oldVRFMode    = keptMode("ip vrf", "config-vrf", "VRF configuration commands:", func() []*command { return oldVRFSectionLines })
	vrfFamilyMode = keptMode("vrf address-family", "config-vrf-af", "VRF address family configuration commands:", func() []*command { return vrfFamilyLines })
)

var vrfSectionLines = keptTable(keptVRFs, vrfWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "rd value:WORD"},
	&command{Syntax: "route-target (import | export | both) value:WORD", Key: "import export both value"},
	&command{Syntax: "address-family (ipv4 | ipv6) [unicast]", Key: "ipv4 ipv6", Opens: opens(vrfFamilyMode), Bang: true},
)

var oldVRFSectionLines = keptTable(keptVRFs, vrfWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "rd value:WORD"},
	&command{Syntax: "route-target (import | export | both) value:WORD", Key: "import export both value"},
)

var vrfFamilyLines = keptTable(keptVRFs, vrfWords,
	&command{Syntax: "route-target (import | export | both) value:WORD", Key: "import export both value"},
	leaves("exit-address-family", "Leave the address family"),
)

// leaves is the word that closes a section in saved configurations.
func leaves(word, what string) *command {
	return &command{Syntax: word, Help: help{word: what}, Move: config.Up}
}

var dhcpWords = help{
	"ip": "Global IP configuration", "dhcp": "DHCP server and relay", "excluded-address": "Addresses never given out", "low": "First address",
	"high": "Last address", "pool": "Addresses to give out", "name": "Pool name", "network": "Network of the pool", "addr": "IP address",
	"mask": "Network mask", "default-router": "Gateway of the clients", "dns-server": "Domain servers of the clients",
	"domain-name": "Domain of the clients", "lease": "Time that an address is lent", "days": "Days", "hours": "Hours", "infinite": "For ever",
	"option": "Further option", "code": "Option number", "text": "Value", "host": "Address of one client", "client-identifier": "That client",
}

var dhcpLines = keptTable(keptDHCP, dhcpWords,
	&command{Syntax: "ip dhcp excluded-address low:A.B.C.D [high:A.B.C.D]", Key: "low high"},
	&command{Syntax: "ip dhcp pool name:WORD", Key: "name", Opens: opens(dhcpPoolMode), Bang: true},
)

var dhcpPoolMode = keptMode("dhcp pool", "dhcp-config", "DHCP pool configuration commands:", func() []*command { return dhcpPoolLines })

var dhcpPoolLines = keptTable(keptDHCP, dhcpWords,
	&command{Syntax: "network addr:A.B.C.D [mask:A.B.C.D]"},
	&command{Syntax: "host addr:A.B.C.D [mask:A.B.C.D]"},
	&command{Syntax: "client-identifier text:WORD"},
	&command{Syntax: "default-router {addr:A.B.C.D}"},
	&command{Syntax: "dns-server {addr:A.B.C.D}"},
	&command{Syntax: "domain-name text:WORD"},
	&command{Syntax: "lease (days:<0-365> [hours:<0-23>] | infinite)"},
	&command{Syntax: "option code:<0-254> text:LINE", Key: "code"},
)

var redundancyLines = quiet(keptTable("there is one of everything", nil,
	&command{Syntax: "redundancy", Help: help{"redundancy": "Redundant parts"}, Opens: opens(redundancyMode), Bang: true}))

var redundancyMode = keptMode("redundancy", "config-red", "Redundancy configuration commands:", func() []*command { return redundancySectionLines })

var redundancySectionLines = quiet(keptTable("there is one of everything", nil,
	&command{Syntax: "mode (none | rpr | sso)", Help: help{"mode": "Kind of redundancy", "none": "None", "rpr": "Cold", "sso": "Hot"}}))

var controlPlaneLine = quiet(keptTable(keptQoS, nil,
	&command{Syntax: "control-plane", Help: help{"control-plane": "What is addressed to the router"}, Opens: opens(controlPlaneMode), Bang: true}))[0]

var controlPlaneMode = keptMode("control-plane", "config-cp", "Control plane configuration commands:", func() []*command { return controlPlaneSectionLines })

var controlPlaneSectionLines = keptTable(keptQoS, nil,
	&command{Syntax: "service-policy (input | output) name:WORD", Key: "input output",
		Help: help{"service-policy": "Apply a policy map", "input": "Inbound", "output": "Outbound", "name": "Policy map name"}})

var gatekeeperLines = quiet(keptTable("there is no voice", nil,
	&command{Syntax: "gatekeeper", Help: help{"gatekeeper": "Voice gatekeeper"}, Opens: opens(gatekeeperMode), Bang: true}))

var gatekeeperMode = keptMode("gatekeeper", "config-gk", "Gatekeeper configuration commands:", func() []*command { return gatekeeperSectionLines })

var gatekeeperSectionLines = quiet(keptTable("there is no voice", nil, &command{Syntax: "shutdown", Help: help{"shutdown": "Stop the gatekeeper"}}))
