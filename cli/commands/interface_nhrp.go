package commands

import (
	"net/netip"
	"time"

	"weft/cli/config"
	"weft/nhrp"
)

var nhrpWords = help{
	"ip":            "Interface Internet Protocol config commands",
	"nhrp":          "NHRP interface subcommands",
	"map":           "Map dest IP addresses to NBMA addresses",
	"multicast":     "Where broadcasts and multicasts are copied to",
	"nhs":           "Specify a next hop server",
	"nbma":          "NBMA address of the next hop server",
	"registration":  "Settings of registration",
	"proto":         "IP address of the destination",
	"mask":          "IP NBMA address, or mask of the destination",
	"address":       "IP NBMA address",
	"preference":    "Rank among several addresses",
	"rank":          "Preference, the least is best",
	"seconds":       "Seconds",
	"priority":      "Rank among next hop servers",
	"level":         "Priority, 0 is best",
	"cluster":       "Group of next hop servers",
	"group-number":  "Cluster number",
	"map multicast": "Use this NBMA mapping for all broadcasts and multicasts",
}

const authenticationLimit = 8 // octets that NHRP peers keep of the string

var nhrpLines = append(table(nhrpWords,
	&command{
		Syntax: "ip nhrp authentication string:WORD",
		Help:   help{"authentication": "String that the peers must know", "string": "Up to 8 characters"},
		Enter: func(e *config.Edit, a args) error {
			if n := len(a.Word("string")); n > authenticationLimit {
				return refuse("%% NHRP authentication string is too long: %d characters, at most %d", n, authenticationLimit)
			}
			return nil
		},
		Apply: to(func(s *Interface, a args) { s.NHRP.Authentication = nhrp.Secret(a.Word("string")) }),
	},
	nhrpMapDynamic,
	&command{
		Syntax: "ip nhrp map proto:NETWORK [mask:NETMASK] nbma:A.B.C.D [preference rank:<1-255>]",
		Help:   help{"nbma": "IP NBMA address"},
		Key:    "proto mask",
		Enter: func(e *config.Edit, a args) error {
			if _, ok := nhrpPrefix(a); !ok {
				return refuse("%%Inconsistent address and mask")
			}
			if a.Has("rank") {
				e.Notice("% The preference is kept: each destination has one NBMA address")
			}
			return nil
		},
		Apply: to(func(s *Interface, a args) {
			if p, ok := nhrpPrefix(a); ok {
				s.NHRP.Maps = append(s.NHRP.Maps, nhrp.Map{Protocol: p, NBMA: a.Addr("nbma")})
			}
		}),
	},
	&command{
		Syntax: "ip nhrp map multicast address:A.B.C.D",
		Key:    "address",
		Apply:  to(func(s *Interface, a args) { s.NHRP.Multicast = append(s.NHRP.Multicast, a.Addr("address")) }),
	},
	&command{
		Syntax: "ip nhrp network-id number:<1-4294967295>",
		Help:   help{"network-id": "Switch NHRP on; tunnels of one number are one network here", "number": "Network identifier"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.NetworkID = a.Uint32("number") }),
	},
	&command{
		Syntax:  "ip nhrp holdtime seconds:<1-65535>",
		Help:    help{"holdtime": "How long others may keep what this router tells them"},
		Default: "ip nhrp holdtime 7200",
		Apply:   to(func(s *Interface, a args) { s.NHRP.Holdtime = time.Duration(a.Int("seconds")) * time.Second }),
	},
	&command{
		Syntax:  "ip nhrp max-send packets:<1-65535> every seconds:<10-65535>",
		Help:    help{"max-send": "Limit what NHRP sends", "packets": "Packets", "every": "In the time of"},
		Default: "ip nhrp max-send 10000 every 10",
		Apply: to(func(s *Interface, a args) {
			s.NHRP.MaxSend = nhrp.MaxSend{Packets: a.Int("packets"), Every: time.Duration(a.Int("seconds")) * time.Second}
		}),
	},
	&command{
		Syntax: "ip nhrp nhs server:A.B.C.D [nbma (address:A.B.C.D | host:WORD) [multicast]] [priority level:<0-255>] [cluster group-number:<0-10>]",
		Help:   help{"server": "IP address of the next hop server", "multicast": "Copy broadcasts and multicasts to it", "host": "Name of its NBMA address"},
		Key:    "server",
		Apply:  to(func(s *Interface, a args) { s.NHRP.NHS = append(s.NHRP.NHS, nextHopServer(a, a.Addr("server"))) }),
	},
	&command{
		Syntax: "ip nhrp nhs dynamic nbma (address:A.B.C.D | host:WORD) [multicast] [priority level:<0-255>] [cluster group-number:<0-10>]",
		Help: help{"dynamic": "Learn the server's protocol address from its reply", "host": "Host name",
			"multicast": "Copy broadcasts and multicasts to it"},
		Key:   "address host",
		Apply: to(func(s *Interface, a args) { s.NHRP.NHS = append(s.NHRP.NHS, nextHopServer(a, netip.Addr{})) }),
	},
	&command{
		Syntax: "ip nhrp nhs cluster group-number:<0-10> max-connections servers:<0-255>",
		Help:   help{"max-connections": "Servers of the cluster to use at once", "servers": "Number of servers"},
		Key:    "group-number",
		Apply: to(func(s *Interface, a args) {
			s.NHRP.Clusters = append(s.NHRP.Clusters, nhrp.Cluster{Number: uint8(a.Int("group-number")), Most: a.Int("servers")})
		}),
	},
	&command{
		Syntax: "ip nhrp nhs fallback seconds:<0-60>",
		Help:   help{"fallback": "Wait before returning to a better server"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.Fallback = time.Duration(a.Int("seconds")) * time.Second }),
	},
	&command{
		Syntax: "ip nhrp record",
		Help:   help{"record": "Add forward and reverse records to requests"},
		On:     true,
		Apply:  toSigned(func(s *Interface, a args, on bool) { s.NHRP.NoRecord = !on }),
	},
	&command{
		// What is heard in passing is never kept, non-caching or not.
		Syntax: "ip nhrp server-only [non-caching]",
		Help:   help{"server-only": "Never ask", "non-caching": "And keep nothing"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.ServerOnly = true }),
	},
	&command{
		Syntax: "ip nhrp registration delay seconds:<0-10>",
		Help:   help{"delay": "Wait before registering when the tunnel comes up"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.RegistrationDelay = time.Duration(a.Int("seconds")) * time.Second }),
	},
	&command{
		Syntax: "ip nhrp registration no-unique",
		Help:   help{"no-unique": "Let another NBMA address take the registration over"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.NoUnique = true }),
	},
	&command{
		Syntax: "ip nhrp registration timeout seconds:<1-65535>",
		Help:   help{"timeout": "Time between registrations"},
		Apply:  to(func(s *Interface, a args) { s.NHRP.RegistrationTimeout = time.Duration(a.Int("seconds")) * time.Second }),
	},
	&command{
		Syntax: "ip nhrp shortcut [virtual-template number:<1-4095>]",
		Help: help{"shortcut": "Follow redirects to the shorter way", "virtual-template": "Interface to clone for a shortcut",
			"number": "Virtual template number"},
		Enter: func(e *config.Edit, a args) error {
			if a.Has("number") {
				e.Notice("% The virtual template is kept: shortcuts use this tunnel")
			}
			return nil
		},
		Apply: to(func(s *Interface, a args) { s.NHRP.Shortcut = true }),
	},
	&command{
		Syntax: "ip nhrp redirect [timeout seconds:<2-30>]",
		Help:   help{"redirect": "Tell senders of a shorter way", "timeout": "Time between two redirects of one flow"},
		Apply: to(func(s *Interface, a args) {
			s.NHRP.Redirect = redirectTimeout
			if a.Has("seconds") {
				s.NHRP.Redirect = time.Duration(a.Int("seconds")) * time.Second
			}
		}),
	},
	&command{
		Syntax: "nhrp route-watch",
		Help:   help{"route-watch": "Give a shortcut up when the route that it shortens changes"},
		On:     true,
		Apply:  toSigned(func(s *Interface, a args, on bool) { s.NHRP.NoRouteWatch = !on }),
	},
), nhrpKeptLines...)

// redirectTimeout is the time between two redirects of one flow.
const redirectTimeout = 8 * time.Second

// nextHopServer is the server of a line, whose protocol address is zero if it is
// to be learnt.
func nextHopServer(a args, protocol netip.Addr) nhrp.NHS {
	return nhrp.NHS{Protocol: protocol, NBMA: a.Addr("address"), Host: a.Word("host"), Multicast: a.Has("multicast"),
		Priority: uint8(a.Int("level")), Cluster: uint8(a.Int("group-number"))}
}

// nhrpPrefix is the destination of a map; without a mask it is one host.
func nhrpPrefix(a args) (netip.Prefix, bool) {
	bits := 32
	if a.Has("mask") {
		n, ok := maskBits(a.Addr("mask"))
		if !ok {
			return netip.Prefix{}, false
		}
		bits = n
	}
	p := netip.PrefixFrom(a.Addr("proto"), bits)
	return p, p == p.Masked()
}
