package commands

// Reasons that several lines share.
const (
	keptNAT       = "there is no NAT yet"
	keptACL       = "there are no packet filters yet: nothing is filtered"
	keptIPv6      = "IPv6 is not forwarded yet"
	keptOSPF      = "there is no OSPF yet"
	keptBGP       = "there is no BGP yet"
	keptRIP       = "there is no RIP yet"
	keptMulticast = "there is no multicast routing yet"
	keptBFD       = "there is no BFD yet"
	keptQoS       = "there is no QoS yet"
	keptIPsec     = "there is no IPsec yet"
	keptFHRP      = "there is no first hop redundancy yet"
	keptPBR       = "there is no policy routing yet"
	keptSLA       = "there are no probes yet"
	keptVRFs      = "there are no VRFs yet"
	keptDHCP      = "there is no DHCP server yet"
)

var keptIPLines = table(interfaceWords,
	&command{
		Syntax: "ip access-group (list:<1-2699> | acl:WORD) (in | out)",
		Help:   help{"access-group": "Filter packets by an access list"},
		Key:    "in out",
		Kept:   keptACL,
	},
	&command{
		Syntax: "ip helper-address neighbor:A.B.C.D",
		Help:   help{"helper-address": "Send broadcasts of clients on to a server"},
		Key:    "neighbor",
		Kept:   keptDHCP,
	},
	&command{
		Syntax: "ip policy route-map map:WORD",
		Help:   help{"policy": "Route by policy", "route-map": "Policy route map"},
		Kept:   keptPBR,
	},
	&command{
		Syntax: "ip pim (sparse-mode | dense-mode | sparse-dense-mode | nbma-mode | dr-priority rank:<0-4294967295>)",
		Help: help{"pim": "PIM interface commands", "sparse-mode": "Send to who joined", "dense-mode": "Flood and prune",
			"sparse-dense-mode": "Either, by group", "nbma-mode": "One neighbor at a time", "dr-priority": "Rank in the election", "rank": "Priority"},
		Key:  "sparse-mode dense-mode sparse-dense-mode nbma-mode dr-priority",
		Kept: keptMulticast,
	},
	&command{
		Syntax: "ip igmp (version number:<1-3> | join-group group:A.B.C.D [source neighbor:A.B.C.D])",
		Help: help{"igmp": "IGMP interface commands", "version": "Version spoken", "number": "Version", "join-group": "Be a member",
			"group": "Group address", "source": "Of one source"},
		Key:  "version group neighbor",
		Kept: keptMulticast,
	},
	&command{
		Syntax: "ip nat (inside | outside)",
		Help:   help{"nat": "NAT interface commands", "inside": "Inside of address translation", "outside": "Outside of address translation"},
		Kept:   keptNAT,
	},
	&command{
		Syntax: "ip virtual-reassembly [in | out]",
		Help:   help{"virtual-reassembly": "Look into fragments"},
		Signed: true,
		Kept:   "fragments are put together where they are needed", Silent: true,
	},
	&command{
		Syntax: "ip flow (ingress | egress)",
		Help:   help{"flow": "NetFlow", "ingress": "Inbound", "egress": "Outbound"},
		Key:    "ingress egress",
		Kept:   "there is no flow export yet",
	},
	&command{
		Syntax: "ip nbar protocol-discovery",
		Help:   help{"nbar": "Application recognition", "protocol-discovery": "Count by application"},
		Kept:   keptQoS,
	},
	&command{
		Syntax: "zone-member security zone:WORD",
		Help:   help{"zone-member": "Zone of the interface", "security": "Security zone", "zone": "Zone name"},
		Kept:   keptACL,
	},
	&command{
		Syntax: "service-policy (input | output) map:WORD",
		Help:   help{"service-policy": "Apply a policy map"},
		Key:    "input output",
		Kept:   keptQoS,
	},
	&command{
		Syntax: "crypto map name:WORD",
		Help:   help{"crypto": "Encryption", "map": "Apply a crypto map", "name": "Name of the map"},
		Kept:   keptIPsec,
	},
)

var keptRoutingLines = table(interfaceWords,
	&command{
		Syntax: "ip split-horizon",
		Help:   help{"split-horizon": "Do not announce a route where it came from"},
		On:     true,
		Kept:   keptRIP,
	},
	&command{
		Syntax: "ip ospf process:<1-65535> area (number:<0-4294967295> | id:A.B.C.D)",
		Help:   help{"number": "Area as a number"},
		Key:    "process",
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf network (broadcast | non-broadcast | point-to-point | point-to-multipoint [non-broadcast])",
		Help: help{"network": "Network type", "broadcast": "Broadcast network", "non-broadcast": "Without multicast",
			"point-to-point": "One neighbor", "point-to-multipoint": "Many neighbors, one by one"},
		Kept: keptOSPF,
	},
	&command{
		Syntax: "ip ospf (hello-interval | dead-interval | retransmit-interval) seconds:<1-65535>",
		Help: help{"hello-interval": "Time between hellos", "dead-interval": "Time after which a silent neighbor is gone",
			"retransmit-interval": "Time between repetitions", "seconds": "Seconds"},
		Key:  "hello-interval dead-interval retransmit-interval",
		Kept: keptOSPF,
	},
	&command{
		Syntax: "ip ospf (priority rank:<0-255> | cost metric:<1-65535>)",
		Help:   help{"priority": "Rank in the election", "rank": "Priority", "cost": "Cost of the interface", "metric": "Cost"},
		Key:    "priority cost",
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf (mtu-ignore | shutdown)",
		Help:   help{"mtu-ignore": "Accept neighbors with another MTU", "shutdown": "Leave the interface out"},
		Key:    "mtu-ignore shutdown",
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf authentication [message-digest | null]",
		Help:   help{"authentication": "Authentication", "message-digest": "Keyed MD5", "null": "None"},
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf authentication-key text:LINE",
		Help:   help{"authentication-key": "Password", "text": "Password of up to 8 characters"},
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf message-digest-key number:<1-255> md5 text:LINE",
		Help:   help{"message-digest-key": "Key of message digests", "number": "Key ID", "md5": "Keyed MD5", "text": "Key of up to 16 characters"},
		Key:    "number",
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ip ospf bfd",
		Help:   help{"bfd": "Watch neighbors by BFD"},
		Kept:   keptBFD,
	},
	&command{
		Syntax: "bfd interval send:<50-9999> min_rx receive:<50-9999> multiplier times:<3-50>",
		Help: help{"bfd": "Forwarding detection", "interval": "Time between packets", "send": "Milliseconds", "min_rx": "Least time between packets received",
			"receive": "Milliseconds", "multiplier": "Losses that mean down", "times": "Packets"},
		Kept: keptBFD,
	},
	&command{
		Syntax: "standby version number:<1-2>",
		Help:   help{"standby": "HSRP", "version": "Version spoken", "number": "Version"},
		Kept:   keptFHRP,
	},
	&command{
		Syntax: "standby group:<0-4095> (ip neighbor:A.B.C.D | priority rank:<0-255> | preempt | authentication text:WORD)",
		Help: help{"standby": "HSRP", "group": "Group number", "ip": "Virtual address", "priority": "Rank", "rank": "Priority",
			"preempt": "Take over from a lesser router", "authentication": "Password", "text": "Text"},
		Key:  "group ip priority preempt authentication",
		Kept: keptFHRP,
	},
	&command{
		Syntax: "vrrp group:<1-255> (ip neighbor:A.B.C.D | priority rank:<1-254> | preempt)",
		Help: help{"vrrp": "VRRP", "group": "Group number", "ip": "Virtual address", "priority": "Rank", "rank": "Priority",
			"preempt": "Take over from a lesser router"},
		Key:  "group ip priority preempt",
		Kept: keptFHRP,
	},
)

var ipv6Lines = table(interfaceWords,
	&command{
		Syntax: "ipv6 address (addr:X:X:X:X::X link-local | prefix:X:X:X:X::X/<0-128> [eui-64 | link-local] | autoconfig | dhcp)",
		Help: help{"address": "Set an IPv6 address", "addr": "IPv6 address", "prefix": "IPv6 address with prefix length",
			"link-local": "Address of the link alone", "eui-64": "Fill up from the hardware address", "autoconfig": "Learn from router advertisements",
			"dhcp": "Ask a DHCP server"},
		Key:  "addr prefix autoconfig dhcp",
		Kept: keptIPv6,
	},
	&command{
		Syntax: "ipv6 enable",
		Help:   help{"enable": "IPv6 with a link-local address"},
		Kept:   keptIPv6,
	},
	&command{
		Syntax: "ipv6 mtu bytes:<1280-10000>",
		Help:   help{"mtu": "Set the largest IPv6 packet of the interface", "bytes": "Size in bytes"},
		Kept:   keptIPv6,
	},
	&command{
		Syntax: "ipv6 nd (ra suppress [all] | other-config-flag | managed-config-flag)",
		Help: help{"nd": "Neighbor discovery", "ra": "Router advertisements", "suppress": "Send none", "all": "Not even answers",
			"other-config-flag": "More is to be had by DHCP", "managed-config-flag": "Addresses are to be had by DHCP"},
		Key:  "ra other-config-flag managed-config-flag",
		Kept: keptIPv6,
	},
	&command{
		Syntax: "ipv6 ospf process:<1-65535> area number:<0-4294967295>",
		Help:   help{"number": "Area as a number"},
		Key:    "process",
		Kept:   keptOSPF,
	},
	&command{
		Syntax: "ipv6 ospf (network (broadcast | non-broadcast | point-to-point | point-to-multipoint) | priority rank:<0-255>)",
		Help: help{"network": "Network type", "broadcast": "Broadcast network", "non-broadcast": "Without multicast",
			"point-to-point": "One neighbor", "point-to-multipoint": "Many neighbors, one by one", "priority": "Rank in the election", "rank": "Priority"},
		Key:  "network priority",
		Kept: keptOSPF,
	},
	&command{
		Syntax: "ipv6 ospf authentication ipsec spi index:<256-4294967295> (md5 | sha1) [0 | 7] digits:WORD",
		Help: help{"authentication": "Authentication", "ipsec": "By IPsec", "spi": "Association", "index": "Number of the association", "md5": "Keyed MD5",
			"sha1": "Keyed SHA-1", "0": "A key in the clear follows", "7": "A hidden key follows", "digits": "Key in hexadecimal"},
		Kept: keptOSPF,
	},
	&command{
		Syntax: "ipv6 eigrp as:<1-65535>",
		Key:    "as",
		Kept:   keptEIGRP6,
	},
	&command{
		Syntax: "ipv6 redirects",
		Help:   help{"redirects": "Send ICMPv6 redirects"},
		On:     true,
		Kept:   keptIPv6,
	},
	&command{
		Syntax: "ipv6 dhcp server pool:WORD",
		Help:   help{"dhcp": "DHCP for IPv6", "server": "Answer clients", "pool": "Pool name"},
		Kept:   keptDHCP,
	},
)
