package commands

// nhrpIPv6Lines are NHRP for IPv6 inside the tunnel.
var nhrpIPv6Lines = keptTable(keptNHRPIPv6, nhrpWords, inIPv6(
	&command{
		Syntax: "ipv6 nhrp authentication string:WORD",
		Help:   help{"authentication": "String that the peers must know", "string": "Up to 8 characters"},
	},
	&command{
		Syntax: "ipv6 nhrp map multicast (dynamic | address:A.B.C.D | address6:X:X:X:X::X)",
		Help:   help{"dynamic": "To every client that registers", "address6": "IPv6 NBMA address"},
		Key:    "dynamic address address6",
	},
	&command{
		Syntax: "ipv6 nhrp map proto:X:X:X:X::X/<0-128> (address:A.B.C.D | address6:X:X:X:X::X) [preference rank:<1-255>]",
		Help:   help{"proto": "IPv6 prefix of the destination", "address6": "IPv6 NBMA address"},
		Key:    "proto",
	},
	&command{
		Syntax: "ipv6 nhrp network-id number:<1-4294967295>",
		Help:   help{"network-id": "Switch NHRP on", "number": "Network identifier"},
	},
	&command{
		Syntax: "ipv6 nhrp holdtime seconds:<1-65535>",
		Help:   help{"holdtime": "How long others may keep what this router tells them"},
	},
	&command{
		Syntax: "ipv6 nhrp max-send packets:<1-65535> every seconds:<10-65535>",
		Help:   help{"max-send": "Limit what NHRP sends", "packets": "Packets", "every": "In the time of"},
	},
	&command{
		Syntax: "ipv6 nhrp nhs server:X:X:X:X::X [nbma (address:A.B.C.D | address6:X:X:X:X::X | host:WORD) [multicast]] [priority level:<0-255>] [cluster group-number:<0-10>]",
		Help: help{"server": "IPv6 address of the next hop server", "multicast": "Copy multicasts to it", "address6": "IPv6 NBMA address",
			"host": "Name of its NBMA address"},
		Key: "server",
	},
	&command{
		Syntax: "ipv6 nhrp nhs dynamic nbma (address:A.B.C.D | address6:X:X:X:X::X | host:WORD) [multicast] [priority level:<0-255>] [cluster group-number:<0-10>]",
		Help: help{"dynamic": "Learn the server's protocol address from its reply", "multicast": "Copy multicasts to it", "address6": "IPv6 NBMA address",
			"host": "Name of its NBMA address"},
		Key: "address address6 host",
	},
	&command{
		Syntax: "ipv6 nhrp nhs cluster group-number:<0-10> max-connections servers:<0-255>",
		Help:   help{"max-connections": "Servers of the cluster to use at once", "servers": "Number of servers"},
		Key:    "group-number",
	},
	&command{
		Syntax: "ipv6 nhrp nhs fallback seconds:<0-60>",
		Help:   help{"fallback": "Wait before returning to a better server"},
	},
	&command{
		Syntax: "ipv6 nhrp registration no-unique",
		Help:   help{"no-unique": "Let another NBMA address take the registration over"},
	},
	&command{
		Syntax: "ipv6 nhrp registration (timeout seconds:<1-65535> | delay pause:<0-10>)",
		Help:   help{"timeout": "Time between registrations", "delay": "Wait before registering when the tunnel comes up", "pause": "Seconds"},
		Key:    "timeout delay",
	},
	&command{
		Syntax: "ipv6 nhrp server-only [non-caching]",
		Help:   help{"server-only": "Never ask", "non-caching": "And keep nothing"},
	},
	&command{Syntax: "ipv6 nhrp shortcut", Help: help{"shortcut": "Follow redirects to the shorter way"}},
	&command{
		Syntax: "ipv6 nhrp redirect [timeout seconds:<2-30>]",
		Help:   help{"redirect": "Tell senders of a shorter way", "timeout": "Time between two redirects of one flow"},
	},
)...)

// inIPv6 gives lines the help of their first word.
func inIPv6(commands ...*command) []*command {
	return table(help{"ipv6": "IPv6 interface subcommands"}, commands...)
}
