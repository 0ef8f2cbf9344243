package commands

const (
	keptSmart     = "any peer may be asked"
	keptNHRPGroup = "there is no per-tunnel QoS yet"
	keptNHRPIPv6  = "NHRP carries IPv4 only"
	keptNHRPBFD   = "there is no BFD yet"
)

// NHRP lines that nothing acts on yet.
var nhrpKeptLines = table(nhrpWords,
	&command{
		Syntax: "ip nhrp registration req-def-map",
		Help:   help{"req-def-map": "Ask for a default map"},
		Kept:   "there are no default maps",
	},
	&command{
		Syntax: "ip nhrp multicast batch-size [packets:<1-65535> batch-interval milliseconds:<1-65535>]",
		Help: help{"batch-size": "Copies to send in one go", "packets": "Packets", "batch-interval": "Time between two goes",
			"milliseconds": "Milliseconds"},
		Kept: "copies are sent at once",
	},
	&command{
		Syntax: "ip nhrp interest (list:<1-199> | none | name:WORD)",
		Help: help{"interest": "Which traffic asks for a direct way", "list": "Access list number", "none": "No traffic",
			"name": "Access list name"},
		Kept: "all traffic asks",
	},
	&command{
		Syntax: "ip nhrp use packets:<1-65535>",
		Help:   help{"use": "Packets before NHRP asks", "packets": "Packets"},
		Kept:   "the first packet asks",
	},
	&command{
		Syntax: "ip nhrp trigger-svc up:<1-4294967295> down:<0-4294967295>",
		Help:   help{"trigger-svc": "Load that sets up a direct way", "up": "Kilobits per second", "down": "Kilobits per second to take it down at"},
		Kept:   "the first packet asks",
	},
	&command{
		Syntax: "ip nhrp connect seconds:<1-65535>",
		Help:   help{"connect": "Smart spoke: time to connect"},
		Kept:   keptSmart,
	},
	&command{
		Syntax: "ip nhrp reject request:<1-65535> [seconds:<0-65535>]",
		Help:   help{"reject": "Smart spoke: refuse a peer", "request": "Request identifier"},
		Key:    "request",
		Kept:   keptSmart,
	},
	&command{
		Syntax: "ip nhrp cache (bgp-sync | non-authoritative)",
		Help:   help{"cache": "Use of the cache", "bgp-sync": "Follow BGP", "non-authoritative": "Answer for others"},
		Key:    "bgp-sync non-authoritative",
		Signed: true,
		Kept:   "answers come from registrations",
	},
	&command{
		Syntax: "ip nhrp path preference (rank:<1-255> [adaptive] | adaptive)",
		Help: help{"path": "Choice among several ways", "preference": "Least preference of a way in use", "rank": "Preference",
			"adaptive": "Follow what the routes say"},
		Kept: "each destination has one NBMA address",
	},
	&command{
		Syntax: "ip nhrp responder interface:IFNAME",
		Help:   help{"responder": "Interface whose address answers", "interface": "Interface name and number"},
		Kept:   "the tunnel's own address answers",
	},
	&command{
		Syntax: "ip nhrp send-routed",
		Help:   help{"send-routed": "Ask along the routed path"},
		Kept:   "requests go to the next hop server",
	},
	&command{
		Syntax: "ip nhrp role hub",
		Help:   help{"role": "What the router is in the network", "hub": "A hub"},
		Kept:   "the role follows from what is configured",
	},
	&command{
		Syntax: "ip nhrp summary-map prefix:A.B.C.D/nn (address:A.B.C.D [preference rank:<1-255>] [multicast] [match (group name:WORD | attribute kind:WORD value:WORD | geo-location name:WORD | topo-location name:WORD)] | resolve)",
		Help: help{"summary-map": "Map a whole network to an NBMA address", "prefix": "Network with prefix length", "resolve": "Ask for the address",
			"multicast": "Copy broadcasts and multicasts to it", "match": "For some clients", "group": "Of a QoS group", "name": "Name",
			"attribute": "With an attribute", "kind": "Attribute", "value": "Value", "geo-location": "At a place", "topo-location": "At a place of the network"},
		Key:  "prefix",
		Kept: "maps are made by ip nhrp map",
	},
	&command{
		Syntax: "ip nhrp group name:WORD",
		Help:   help{"group": "QoS group to announce", "name": "Group name"},
		Kept:   keptNHRPGroup,
	},
	&command{
		Syntax: "ip nhrp map group name:WORD service-policy output policy:WORD",
		Help: help{"group": "QoS group of a client", "name": "Group name", "service-policy": "Treat it by a policy", "output": "Outbound",
			"policy": "Policy map name"},
		Key:  "name",
		Kept: keptNHRPGroup,
	},
	&command{
		Syntax: "nhrp group name:WORD",
		Help:   help{"group": "QoS group to announce", "name": "Group name"},
		Kept:   keptNHRPGroup,
	},
	&command{
		Syntax: "nhrp map group name:WORD service-policy output policy:WORD",
		Help: help{"group": "QoS group of a client", "name": "Group name", "service-policy": "Treat it by a policy", "output": "Outbound",
			"policy": "Policy map name"},
		Key:  "name",
		Kept: keptNHRPGroup,
	},
	&command{
		Syntax: "nhrp attribute group name:WORD",
		Help:   help{"attribute": "Attributes to announce", "group": "QoS group", "name": "Group name"},
		Kept:   keptNHRPGroup,
	},
	&command{
		Syntax: "ip nhrp attribute group name:WORD",
		Help:   help{"attribute": "Attributes to announce", "group": "QoS group", "name": "Group name"},
		Kept:   keptNHRPGroup,
	},
	&command{
		Syntax: "ip nhrp attribute set kind:WORD value:WORD",
		Help:   help{"attribute": "Attributes to announce", "set": "Set one", "kind": "Attribute", "value": "Value"},
		Key:    "kind",
		Kept:   keptNHRPGroup,
	},
	&command{
		Syntax: "nhrp event-publisher max-event-timeout seconds:<1-22>",
		Help:   help{"event-publisher": "Events for scripts", "max-event-timeout": "Time that a script may take"},
		Kept:   "there are no scripts",
	},
	&command{
		Syntax: "ip nhrp bfd (strict-mode | notify (services | transport) (delay:<0-10> | never))",
		Help: help{"bfd": "Forwarding detection", "strict-mode": "Up only with BFD", "notify": "Tell of failures", "services": "Services",
			"transport": "The transport", "delay": "Seconds to wait", "never": "Do not tell"},
		Key:  "strict-mode services transport",
		Kept: keptNHRPBFD,
	},
)
