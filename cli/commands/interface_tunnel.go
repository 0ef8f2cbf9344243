package commands

import (
	"weft/cli/config"
)

var tunnelWords = help{"tunnel": "Protocol-over-protocol tunneling"}

// A multipoint tunnel finds its peers by NHRP, so it has no destination: the
// mode and the destination refuse each other.
var tunnelLines = table(tunnelWords,
	&command{
		Syntax: "tunnel source (address:A.B.C.D | interface:IFNAME)",
		Help:   help{"source": "Source of tunnel packets", "address": "IP address", "interface": "Interface whose address is used"},
		Apply: to(func(s *Interface, a args) {
			s.Tunnel.Source, s.Tunnel.SourceInterface = a.Addr("address"), a.Word("interface")
		}),
	},
	&command{
		Syntax: "tunnel mode gre (ip | multipoint)",
		Help: help{"mode": "Tunnel encapsulation method", "gre": "Generic route encapsulation protocol",
			"ip": "Over IP", "multipoint": "Over IP to many peers"},
		Default: "tunnel mode gre ip",
		Enter: func(e *config.Edit, a args) error {
			if err := e.Enter("default tunnel mode"); err != nil || !a.Has("multipoint") {
				return err
			}
			if e.Node().Compile().(*Interface).Tunnel.Destination.IsValid() {
				return refuse("%% Tunnel mode multipoint cannot be configured while the tunnel has a destination")
			}
			return e.Enter("no ip redirects") // peers behind one interface reach each other through it on purpose
		},
		Apply: to(func(s *Interface, a args) { s.Tunnel.Multipoint = a.Has("multipoint") }),
	},
	&command{
		Syntax: "tunnel mode (ipip | ipv6 | ipv6ip [6to4 | isatap] | ipsec (ipv4 [v6-overlay] | ipv6 [v4-overlay] | dual-overlay) | gre (ipv6 | multipoint ipv6))",
		Help: help{"mode": "Tunnel encapsulation method", "gre": "Generic route encapsulation protocol", "ipip": "IP over IP",
			"ipsec": "IPsec without GRE", "ipv4": "Over IP", "ipv6": "Over IPv6", "ipv6ip": "IPv6 over IP", "6to4": "Automatic, 6to4", "isatap": "Automatic, ISATAP",
			"multipoint": "To many peers", "v6-overlay": "IPv6 inside", "v4-overlay": "IPv4 inside", "dual-overlay": "Both inside"},
		Enter: func(e *config.Edit, a args) error { return e.Enter("default tunnel mode") },
		Kept:  "tunnels are GRE over IP: this one stays down",
		Apply: to(func(s *Interface, a args) { s.Shutdown = true }),
	},
	&command{
		Syntax: "tunnel destination address:A.B.C.D",
		Help:   help{"destination": "Destination of tunnel packets", "address": "IP address"},
		Enter: func(e *config.Edit, a args) error {
			if e.Node().Compile().(*Interface).Tunnel.Multipoint {
				return refuse("%% Tunnel destination cannot be configured with mode gre multipoint")
			}
			return e.Enter("no tunnel destination") // of either family
		},
		Apply: to(func(s *Interface, a args) { s.Tunnel.Destination = a.Addr("address") }),
	},
	&command{
		Syntax: "tunnel destination address6:X:X:X:X::X",
		Help:   help{"destination": "Destination of tunnel packets", "address6": "IPv6 address"},
		Kept:   keptIPv6,
		Enter:  func(e *config.Edit, _ args) error { return e.Enter("no tunnel destination") },
	},
	&command{
		Syntax: "tunnel key number:<0-4294967295>",
		Help:   help{"key": "Tell tunnels of one source apart", "number": "Key"},
		Apply:  to(func(s *Interface, a args) { s.Tunnel.Key, s.Tunnel.HasKey = a.Uint32("number"), true }),
	},
	&command{
		Syntax:  "tunnel ttl hops:<1-255>",
		Help:    help{"ttl": "Hop count of tunnel packets", "hops": "Hops"},
		Default: "tunnel ttl 255",
		Apply:   to(func(s *Interface, a args) { s.Tunnel.TTL = a.Int("hops") }),
	},
	&command{
		Syntax: "tunnel tos octet:<0-255>",
		Help:   help{"tos": "Type of service of tunnel packets", "octet": "Value"},
		Kept:   "the type of service is that of the packet inside",
	},
	&command{
		Syntax: "tunnel checksum",
		Help:   help{"checksum": "Add checksums to tunnel packets"},
		Kept:   "checksums are verified, and never sent",
	},
	&command{
		Syntax: "tunnel vrf name:WORD",
		Help:   help{"vrf": "VRF that tunnel packets travel in", "name": "VRF name"},
		Kept:   "there are no VRFs yet",
	},
	&command{
		Syntax: "tunnel path-mtu-discovery [age-timer (minutes:<10-30> | infinite)] [min-mtu bytes:<92-65535>]",
		Help: help{"path-mtu-discovery": "Learn the largest packet of the path", "age-timer": "How long what was learnt is used",
			"minutes": "Minutes", "infinite": "For ever", "min-mtu": "Never go below", "bytes": "Size in bytes"},
		Apply: to(func(s *Interface, a args) { s.Tunnel.PathMTU = true }),
	},
	&command{
		Syntax: "tunnel bandwidth (transmit | receive) kbit:<1-10000000>",
		Help: help{"bandwidth": "Bandwidth of the tunnel's transport", "transmit": "Outbound", "receive": "Inbound",
			"kbit": "Kilobits per second"},
		Key:  "transmit receive",
		Kept: "nothing reckons with the transport's bandwidth",
	},
	&command{
		Syntax: "tunnel route-via interface:IFNAME (mandatory | preferred)",
		Help: help{"route-via": "Choose where tunnel packets leave", "interface": "Interface to leave by",
			"mandatory": "Or not at all", "preferred": "If it can"},
		Kept: "the route to the peer decides where tunnel packets leave",
	},
	&command{
		Syntax: "tunnel protection ipsec profile name:WORD [shared] [isakmp-profile isakmp:WORD] [ikev2-profile ikev2:WORD]",
		Help: help{"protection": "Protect the tunnel", "ipsec": "By IPsec", "profile": "With a profile", "name": "Profile name",
			"shared": "Share the protection with tunnels of the same source", "isakmp-profile": "Choose the ISAKMP profile",
			"isakmp": "ISAKMP profile name", "ikev2-profile": "Choose the IKEv2 profile", "ikev2": "IKEv2 profile name"},
		Apply: to(func(s *Interface, a args) {
			s.Tunnel.Profile, s.Tunnel.Shared = a.Word("name"), a.Has("shared")
			s.Tunnel.ISAKMPProfile, s.Tunnel.IKEv2Profile = a.Word("isakmp"), a.Word("ikev2")
		}),
	},
)

var ifStateLines = table(tunnelWords,
	&command{
		Syntax: "if-state nhrp",
		Help:   help{"if-state": "What the state of the interface depends on", "nhrp": "A next hop server that answers"},
		Apply:  to(func(s *Interface, a args) { s.IfState = true }),
	},
	&command{
		Syntax: "if-state track object:<1-1000>",
		Help:   help{"if-state": "What the state of the interface depends on", "track": "A tracked object", "object": "Number of the object"},
		Kept:   "there is no object tracking yet",
	},
	&command{
		Syntax: "keepalive [seconds:<0-32767> [retries:<1-255>]]",
		Help:   help{"keepalive": "Test that the far end answers", "seconds": "Period in seconds", "retries": "Failures before the tunnel is down"},
		Signed: true,
		Kept:   "there are no tunnel keepalives yet",
	},
)
