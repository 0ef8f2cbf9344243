package commands

var routerWords = help{
	"router": "Routing process", "as": "Autonomous system number", "name": "Name", "process": "Process ID", "vrf": "In a VRF", "vrf-name": "VRF name",
	"network": "Networks that take part", "addr": "IP address", "wildcard": "Wildcard bits", "mask": "Network mask", "area": "Area",
	"area-number": "Area as a number", "area-id": "Area in dotted form", "router-id": "Identity of the router", "passive-interface": "Interfaces that only listen",
	"interface": "Interface name and number", "default": "All interfaces", "auto-summary": "Announce classful networks", "redistribute": "Routes of others",
	"connected": "Connected routes", "static": "Static routes", "eigrp": "EIGRP", "ospf": "OSPF", "bgp": "BGP", "rip": "RIP", "metric": "Metric",
	"route-map": "By a route map", "map": "Route map name", "neighbor": "A neighbor", "peer": "Its address", "peer6": "Its IPv6 address", "distance": "Distance",
	"external-distance": "Distance of external routes", "internal-distance": "Distance of internal routes", "address-family": "Address family",
	"ipv4": "IPv4", "ipv6": "IPv6", "unicast": "Unicast routes", "autonomous-system": "Autonomous system", "af-interface": "Settings of an interface",
	"topology": "Topology", "base": "The base topology", "exit-address-family": "Leave the address family", "log-adjacency-changes": "Log neighbors",
	"distribute-list": "Filter routes", "prefix": "By a prefix list", "in": "Inbound", "out": "Outbound", "list": "List name", "maximum-paths": "Routes side by side",
	"paths": "Number of routes", "default-information": "The default route", "originate": "Announce one", "always": "Even without one", "subnets": "Subnets as well",
	"tag": "Tag", "value": "Value", "bandwidth": "Bandwidth in kilobits per second", "delay": "Delay in tens of microseconds", "reliability": "Reliability of 255",
	"load": "Load of 255", "mtu": "MTU", "detail": "In detail", "level": "Metric", "variance": "Unequal paths", "factor": "Factor",
	"summary-address": "Announce one route for many", "bfd": "Forwarding detection", "all-interfaces": "On all interfaces", "include-connected": "And connected routes",
}

var routerLines = append(append(append(
	eigrpHeads,
	keptTable(keptOSPF, routerWords,
		&command{Syntax: "router ospf process:<1-65535> [vrf vrf-name:WORD]", Key: "process", Opens: opens(ospfMode), Bang: true},
		&command{Syntax: "ipv6 router eigrp process:<1-65535>", Key: "process", Opens: opens(eigrp6Mode), Bang: true,
			Help: help{"ipv6": "Global IPv6 configuration", "router": "Routing process", "eigrp": "EIGRP", "process": "Autonomous system number"}},
		&command{Syntax: "ipv6 router ospf process:<1-65535>", Key: "process", Opens: opens(ospfMode), Bang: true,
			Help: help{"ipv6": "Global IPv6 configuration"}})...),
	keptTable(keptRIP, routerWords, &command{Syntax: "router rip", Opens: opens(ripMode), Bang: true})...),
	keptTable(keptBGP, routerWords, &command{Syntax: "router bgp as:<1-4294967295>", Key: "as", Opens: opens(bgpMode), Bang: true})...)

var (
	ospfMode      = keptMode("ospf", "config-router", "Router configuration commands:", func() []*command { return ospfLines })
	ripMode       = keptMode("rip", "config-router", "Router configuration commands:", func() []*command { return ripLines })
	bgpMode       = keptMode("bgp", "config-router", "Router configuration commands:", func() []*command { return bgpLines })
	bgpFamilyMode = keptMode("bgp family", "config-router-af", "Router address family configuration commands:", func() []*command { return bgpFamilyLines })
)

var ospfLines = keptTable(keptOSPF, routerWords,
	&command{Syntax: "router-id addr:A.B.C.D"},
	&command{Syntax: "log-adjacency-changes [detail]"},
	&command{Syntax: "auto-cost reference-bandwidth value:<1-4294967>", Help: help{"auto-cost": "Cost from the bandwidth", "reference-bandwidth": "Bandwidth of cost 1",
		"value": "Megabits per second"}},
	&command{Syntax: "area (area-number:<0-4294967295> | area-id:A.B.C.D) (stub [no-summary] | nssa [no-summary & default-information-originate] | authentication [message-digest])",
		Key: "area-number area-id stub nssa authentication", Help: help{"stub": "Stub area", "nssa": "Not so stubby area", "no-summary": "Without other areas",
			"default-information-originate": "With a default route", "authentication": "Authentication", "message-digest": "Keyed MD5"}},
	&command{Syntax: "area (area-number:<0-4294967295> | area-id:A.B.C.D) range addr:A.B.C.D mask:A.B.C.D", Key: "area-number area-id addr mask",
		Help: help{"range": "Announce one route for many"}},
	&command{Syntax: "redistribute (connected | static | rip | eigrp as:<1-65535> | bgp as:<1-4294967295> | ospf process:<1-65535>) " +
		"[metric level:<0-16777214> & metric-type kind:<1-2> & subnets & tag value:<0-4294967295> & route-map map:WORD]",
		Key: "connected static rip eigrp bgp as ospf process", Help: help{"metric-type": "Kind of external route", "kind": "Type"}},
	&command{Syntax: "passive-interface (default | interface:IFNAME)", Key: "default interface", Signed: true},
	&command{Syntax: "network addr:A.B.C.D wildcard:A.B.C.D area (area-number:<0-4294967295> | area-id:A.B.C.D)", Key: "addr wildcard"},
	&command{Syntax: "default-information originate [always & metric level:<0-16777214> & route-map map:WORD]"},
	&command{Syntax: "distance value:<1-255>"},
	&command{Syntax: "maximum-paths paths:<1-32>"},
	&command{Syntax: "distribute-list (list:WORD | prefix list:WORD | route-map map:WORD) (in | out)", Key: "in out"},
	&command{Syntax: "bfd all-interfaces"},
)

var ripLines = keptTable(keptRIP, routerWords,
	&command{Syntax: "version value:<1-2>", Help: help{"version": "Version spoken"}},
	&command{Syntax: "network addr:A.B.C.D", Key: "addr"},
	&command{Syntax: "passive-interface (default | interface:IFNAME)", Key: "default interface", Signed: true},
	&command{Syntax: "redistribute (connected | static | eigrp as:<1-65535> | ospf process:<1-65535> | bgp as:<1-4294967295>) [metric level:<0-16>]",
		Key: "connected static eigrp ospf bgp"},
	&command{Syntax: "default-information originate"},
	&command{Syntax: "auto-summary", Signed: true},
)

var bgpLines = append(keptTable(keptBGP, routerWords,
	&command{Syntax: "bgp router-id addr:A.B.C.D"},
	&command{Syntax: "bgp log-neighbor-changes", Signed: true, Help: help{"log-neighbor-changes": "Log neighbors"}},
	&command{Syntax: "bgp default ipv4-unicast", On: true, Help: help{"default": "Defaults", "ipv4-unicast": "IPv4 with every neighbor"}},
	&command{Syntax: "bgp confederation (identifier as:<1-4294967295> | peers {as:<1-4294967295>})", Key: "identifier peers",
		Help: help{"confederation": "Systems that look like one", "identifier": "The one", "peers": "The others"}},
	&command{Syntax: "bgp dmzlink-bw", Help: help{"dmzlink-bw": "Share by the bandwidth of links"}},
	&command{Syntax: "bgp listen range prefix-of:A.B.C.D/nn peer-group name:WORD", Key: "prefix-of", Help: help{"listen": "Neighbors that call", "range": "From a network",
		"prefix-of": "Network with prefix length", "peer-group": "Group of neighbors"}},
), bgpFamilyCommands(&command{Syntax: "address-family (ipv4 | ipv6) [unicast | multicast] [vrf vrf-name:WORD]", Key: "ipv4 ipv6 multicast vrf-name",
	Opens: opens(bgpFamilyMode), Bang: true, Help: help{"multicast": "Multicast routes"}})...)

var bgpFamilyLines = bgpFamilyCommands(leaves("exit-address-family", "Leave the address family"))

// bgpFamilyCommands are the lines that stand in a process and in its address families.
func bgpFamilyCommands(last *command) []*command {
	return keptTable(keptBGP, routerWords,
		&command{Syntax: "network addr:A.B.C.D [mask mask-of:A.B.C.D]", Key: "addr mask-of", Help: help{"mask": "Mask of the network", "mask-of": "Network mask"}},
		&command{Syntax: "network prefix6:X:X:X:X::X/<0-128>", Key: "prefix6", Help: help{"prefix6": "IPv6 network with prefix length"}},
		&command{Syntax: "aggregate-address addr:A.B.C.D mask:A.B.C.D [as-set & summary-only]", Key: "addr mask", Help: help{"aggregate-address": "Announce one route for many",
			"as-set": "With the systems behind it", "summary-only": "Alone"}},
		&command{Syntax: "redistribute (connected | static | rip | eigrp as:<1-65535> | ospf process:<1-65535>) [metric level:<0-4294967295> & route-map map:WORD]",
			Key: "connected static rip eigrp as ospf process"},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) peer-group [name:WORD]", Key: "peer peer6 group", Help: help{"peer-group": "Group of neighbors", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) remote-as as:<1-4294967295>", Key: "peer peer6 group", Help: help{"remote-as": "System of the neighbor", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) description text:LINE", Key: "peer peer6 group", Help: help{"description": "Text about it", "text": "Text", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) password text:LINE", Key: "peer peer6 group", Help: help{"password": "Password", "text": "Password", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) update-source interface:IFNAME", Key: "peer peer6 group", Help: help{"update-source": "Interface whose address is used", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) ebgp-multihop [hops:<1-255>]", Key: "peer peer6 group", Help: help{"ebgp-multihop": "Not on the link", "hops": "Hops", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) timers keepalive:<0-65535> hold:<0-65535>", Key: "peer peer6 group",
			Help: help{"timers": "Timers", "keepalive": "Seconds between keepalives", "hold": "Seconds of holding time", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) (activate | dmzlink-bw | next-hop-self | route-reflector-client | soft-reconfiguration inbound | send-community [both | standard | extended] | default-originate [route-map map:WORD])",
			Key: "peer peer6 group activate dmzlink-bw next-hop-self route-reflector-client soft-reconfiguration send-community default-originate", Signed: true,
			Help: help{"activate": "Take part in the family", "dmzlink-bw": "Tell the bandwidth of the link", "next-hop-self": "Announce routes with this router as next hop", "route-reflector-client": "Reflect routes to it",
				"soft-reconfiguration": "Remember what it said", "inbound": "Inbound", "send-community": "Send communities", "both": "All", "standard": "Standard ones",
				"extended": "Extended ones", "default-originate": "Announce a default route", "group": "Group name"}},
		&command{Syntax: "neighbor (peer:A.B.C.D | peer6:X:X:X:X::X | group:WORD) (route-map | prefix-list | filter-list | distribute-list) list:WORD (in | out)",
			Key: "peer peer6 group route-map prefix-list filter-list distribute-list in out", Help: help{"prefix-list": "By a prefix list", "filter-list": "By systems passed", "group": "Group name"}},
		&command{Syntax: "maximum-paths [ibgp] paths:<1-32>", Key: "ibgp", Help: help{"ibgp": "Of this system"}},
		&command{Syntax: "distance bgp external-distance:<1-255> internal-distance:<1-255> level:<1-255>"},
		&command{Syntax: "auto-summary", Signed: true},
		&command{Syntax: "synchronization", Signed: true, Help: help{"synchronization": "Wait for other protocols"}},
		last,
	)
}
