package commands

import "weft/cli/config"

const keptRouterNHRP = "NHRP brings routes to the routing table by itself"

var routerNHRPMode = keptMode("nhrp", "config-router", "Router configuration commands:", func() []*command { return routerNHRPLines })

// routerNHRPHead begins the section of NHRP as a routing protocol.
var routerNHRPHead = keptTable(keptRouterNHRP, routerWords,
	&command{Syntax: "router nhrp process:<1-65535>", Key: "process", Opens: opens(routerNHRPMode), Bang: true, Help: help{"nhrp": "Next Hop Resolution Protocol"}})

var routerNHRPLines = keptTable(keptRouterNHRP, routerWords,
	&command{Syntax: "network addr:A.B.C.D [wildcard:A.B.C.D] [passive]", Key: "addr wildcard", Help: help{"passive": "Take no part"}},
	&command{Syntax: "redistribute (connected | static | rip | bgp as:<1-4294967295> | eigrp as:<1-65535> | ospf process:<1-65535>) [metric level:<0-4294967295> & route-map map:WORD]",
		Key: "connected static rip bgp eigrp as process"},
	&command{Syntax: "distance distance-value:<1-255>", Help: help{"distance": "Administrative distance", "distance-value": "Distance"}},
	&command{Syntax: "default-metric level:<1-4294967295>", Help: help{"default-metric": "Metric of redistributed routes"}},
	&command{Syntax: "neighbor nhs interface:IFNAME", Key: "interface", Help: help{"nhs": "Next hop servers of a tunnel"}},
	&command{Syntax: "summary-address summary:A.B.C.D mask:MASK", Key: "summary mask", Help: help{"summary": "Network"}},
	&command{Syntax: "distribute-list (list:WORD | prefix list:WORD | route-map map:WORD) (in | out) [interface:IFNAME]", Key: "in out interface"},
	&command{Syntax: "maximum-paths paths:<1-32>"},
)

// nhrpQueueLines are global.
var nhrpQueueLines = keptTable("copies are sent at once", help{
	"nhrp": "NHRP", "multicast": "Copies of multicast", "queue": "Queue of copies", "size": "Copies that may wait", "packets": "Packets",
	"threshold": "When to warn", "warning": "Packets"},
	&command{Syntax: "nhrp multicast queue size packets:<512-10240> threshold warning:<0-10240>"},
)

// Lines of tunnels about addresses of IPv6 outside, and other modes.
var nhrpOuterIPv6Lines = keptTable("peers have IPv4 addresses outside", nhrpWords,
	&command{
		Syntax: "ip nhrp map proto:A.B.C.D [mask:NETMASK] address6:X:X:X:X::X [preference rank:<1-255>]",
		Help:   help{"address6": "IPv6 NBMA address"},
		Key:    "proto mask",
	},
	&command{
		Syntax: "ip nhrp map multicast address6:X:X:X:X::X",
		Help:   help{"address6": "IPv6 NBMA address"},
		Key:    "address6",
	},
	&command{
		Syntax: "ip nhrp nhs (server:A.B.C.D | dynamic) nbma address6:X:X:X:X::X [multicast] [priority level:<0-255>] [cluster group-number:<0-10>]",
		Help: help{"server": "IP address of the next hop server", "dynamic": "Learn the server's protocol address from its reply",
			"address6": "IPv6 NBMA address", "multicast": "Copy broadcasts and multicasts to it"},
		Key: "server address6",
	},
)

var llpLines = keptTable("multicast is copied as ip nhrp map says", nhrpWords,
	&command{
		Syntax: "llp nhrp map multicast (dynamic | address:A.B.C.D | address6:X:X:X:X::X)",
		Help: help{"llp": "Link layer", "nhrp": "NHRP", "map": "Map addresses", "dynamic": "To every client that registers",
			"address6": "IPv6 NBMA address"},
		Key: "dynamic address address6",
	},
)

// Lines of tunnels that nothing acts on.
var tunnelKeptLines = append(keptTable("names are looked up for next hop servers", tunnelWords,
	&command{
		Syntax: "tunnel destination (dynamic | host:WORD)",
		Help:   help{"destination": "Destination of tunnel packets", "dynamic": "Whoever sends", "host": "Host name"},
		Enter:  func(e *config.Edit, _ args) error { return e.Enter("no tunnel destination") },
	}),
	keptTable("flows are told apart by the addresses inside", tunnelWords,
		&command{Syntax: "tunnel entropy", Help: help{"entropy": "Spread flows by the key"}},
		&command{
			Syntax: "tunnel endpoint service-policy output policy:WORD",
			Help:   help{"endpoint": "The far end", "service-policy": "Treat it by a policy", "output": "Outbound", "policy": "Policy map name"},
		})...)

// Protection other than by a profile.
var tunnelProtectionKeptLines = keptTable("tunnels are protected by a profile", tunnelWords,
	&command{
		Syntax: "tunnel protection ipsec (initiate | policy (ipv4 | ipv6) list:WORD)",
		Help: help{"protection": "Protect the tunnel", "ipsec": "By IPsec", "initiate": "Begin at once", "policy": "What to protect",
			"ipv4": "By an IPv4 access list", "ipv6": "By an IPv6 access list", "list": "Name of the list"},
		Key: "initiate policy",
	},
)
