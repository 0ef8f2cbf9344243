package commands

// Routing protocols for IPv6 that stand on their own, not in an address family.

const eigrp6Metric = " [metric bandwidth:<1-4294967295> delay:<0-4294967295> reliability:<0-255> load:<1-255> mtu:<1-65535> & include-connected & route-map map:WORD]"

var eigrp6Mode = keptMode("ipv6 eigrp", "config-rtr", "Router configuration commands:", func() []*command { return eigrp6Lines })

var eigrp6Lines = keptTable(keptEIGRP6, routerWords,
	&command{Syntax: "eigrp router-id addr:A.B.C.D"},
	&command{Syntax: "router-id addr:A.B.C.D"},
	&command{Syntax: "shutdown", Signed: true, Help: help{"shutdown": "Stop the process"}},
	&command{Syntax: "passive-interface (default | interface:IFNAME)", Key: "default interface", Signed: true},
	&command{Syntax: "redistribute (connected | static)" + eigrp6Metric, Key: "connected static"},
	&command{Syntax: "redistribute (rip list:WORD | ospf process:<1-65535> | bgp as:<1-4294967295> | eigrp as:<1-65535>)" + eigrp6Metric,
		Key: "rip list ospf process bgp as eigrp", Help: help{"list": "Process name"}},
	&command{Syntax: "distance internal-distance:<1-255> external-distance:<1-255>"},
	&command{Syntax: "distribute-list prefix-list list:WORD (in | out) [interface:IFNAME]", Key: "in out interface", Help: help{"prefix-list": "By a prefix list"}},
	&command{Syntax: "variance factor:<1-128>"},
	&command{Syntax: "maximum-paths paths:<1-32>"},
	&command{Syntax: "eigrp stub [receive-only | connected & static & summary & redistributed]", Help: help{"stub": "Announce little",
		"receive-only": "Nothing", "summary": "Summaries", "redistributed": "Routes of others"}},
)
