package commands

import (
	"fmt"
	"net/netip"

	"weft/cli/config"
)

var addressLines = table(interfaceWords,
	&command{
		Syntax: "ip address addr:A.B.C.D mask:NETMASK",
		Help:   help{"address": "Set the IP address of an interface", "addr": "IP address", "mask": "IP subnet mask"},
		Signed: true,
		Enter: func(e *config.Edit, a args) error {
			if err := checkAddress(e, a); err != nil {
				return err
			}
			return e.Enter("no ip address dhcp")
		},
		Leave: dropAddresses,
		Index: addresses,
		Apply: toSigned(func(s *Interface, a args, on bool) {
			if on {
				s.Address, _ = interfacePrefix(a)
			}
		}),
	},
	&command{
		Syntax: "ip address addr:A.B.C.D mask:NETMASK secondary",
		Help: help{"address": "Set the IP address of an interface", "addr": "IP address", "mask": "IP subnet mask",
			"secondary": "One more address of the interface"},
		Key:   "addr mask",
		Index: addresses,
		Enter: func(e *config.Edit, a args) error {
			if err := checkAddress(e, a); err != nil {
				return err
			}
			if i := e.Node().Compile().(*Interface); i.Address.Addr() == a.Addr("addr") {
				return refuse("%% %s is the primary address of this interface", i.Address.Addr())
			}
			return nil
		},
		Apply: to(func(s *Interface, a args) {
			if p, err := interfacePrefix(a); err == nil {
				s.Secondary = append(s.Secondary, p)
			}
		}),
	},
	&command{
		Syntax: "ip address dhcp [client-id ifname:IFNAME] [hostname name:WORD]",
		Help: help{"address": "Set the IP address of an interface", "dhcp": "Ask a DHCP server for an address",
			"client-id": "Identify by an interface", "hostname": "Name to send", "name": "Host name"},
		Enter: func(e *config.Edit, a args) error { return e.Enter("default ip address") },
		Apply: to(func(s *Interface, a args) { s.DHCP = &Leasing{Hostname: a.Word("name"), Identifier: a.Word("ifname")} }),
	},
	&command{
		Syntax: "ip unnumbered ifname:IFNAME",
		Help:   help{"unnumbered": "Borrow the address of another interface"},
		Kept:   "interfaces have addresses of their own",
	},
)

// refuse is the text that refuses a line, as it is printed.
func refuse(format string, values ...any) error { return fmt.Errorf(format, values...) }

// interfacePrefix is the address and mask of an interface, or why it cannot
// have them: the mask is no mask, or the address is one of a network's own.
func interfacePrefix(a args) (netip.Prefix, error) {
	address, mask := a.Addr("addr"), a.Addr("mask")
	bits, ok := maskBits(mask)
	if !ok {
		return netip.Prefix{}, refuse("Bad mask 0x%X for address %s", mask.As4(), address)
	}
	p := netip.PrefixFrom(address, bits)
	first := address.As4()[0]
	if first == 0 || first == 127 || first >= 224 {
		return netip.Prefix{}, refuse("Not a valid host address - %s", address)
	}
	// RFC 3021: a /31 has neither a network nor a broadcast address.
	if bits == 0 || bits < 31 && (address == p.Masked().Addr() || address == lastAddress(p)) {
		return netip.Prefix{}, refuse("Bad mask /%d for address %s", bits, address)
	}
	return p, nil
}

// maskBits is the length of the prefix that a mask stands for.
func maskBits(mask netip.Addr) (bits int, ok bool) {
	raw := mask.As4()
	v := uint32(raw[0])<<24 | uint32(raw[1])<<16 | uint32(raw[2])<<8 | uint32(raw[3])
	for v&0x80000000 != 0 {
		bits, v = bits+1, v<<1
	}
	return bits, v == 0
}

func lastAddress(p netip.Prefix) netip.Addr {
	raw := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		raw[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(raw)
}

// dropAddresses takes the secondary addresses away with the primary one.
func dropAddresses(e *config.Edit, a args) error {
	for _, p := range e.Node().Compile().(*Interface).Secondary {
		if err := e.Enter(fmt.Sprintf("no ip address %s %s secondary", p.Addr(), maskOf(p.Bits()))); err != nil {
			return err
		}
	}
	return nil
}

// maskOf is the dotted mask of a prefix length.
func maskOf(bits int) netip.Addr {
	p, _ := lastAddress(netip.PrefixFrom(netip.IPv4Unspecified(), 0)).Prefix(bits)
	return p.Addr()
}

var interfaceVRFLines = table(interfaceWords,
	&command{
		Syntax: "vrf forwarding name:WORD",
		Help:   help{"vrf": "Put the interface into a VRF", "forwarding": "Configure the forwarding table", "name": "VRF name"},
		Kept:   keptVRF,
		Apply:  to(func(s *Interface, a args) { s.VRF = a.Word("name") }),
	},
	&command{
		Syntax: "ip vrf forwarding name:WORD",
		Help:   help{"vrf": "Put the interface into a VRF", "forwarding": "Configure the forwarding table", "name": "VRF name"},
		Kept:   keptVRF,
		Apply:  to(func(s *Interface, a args) { s.VRF = a.Word("name") }),
	},
)

const keptVRF = "there are no VRFs yet; the interface stays without its addresses"

var icmpLines = table(interfaceWords,
	&command{
		Syntax:  "ip redirects",
		Help:    help{"redirects": "Send ICMP redirects"},
		On:      true,
		Default: "ip redirects",
		Apply:   toSigned(func(s *Interface, a args, on bool) { s.Redirects = on }),
	},
	&command{
		Syntax:  "ip unreachables",
		Help:    help{"unreachables": "Send ICMP unreachables"},
		On:      true,
		Default: "ip unreachables",
		Apply:   toSigned(func(s *Interface, a args, on bool) { s.Unreachables = on }),
	},
	&command{
		Syntax: "ip proxy-arp",
		Help:   help{"proxy-arp": "Answer ARP for others"},
		On:     true,
		Kept:   "the box answers ARP for its own addresses only", Silent: true,
	},
	&command{
		Syntax: "ip directed-broadcast",
		Help:   help{"directed-broadcast": "Forward broadcasts to the subnet"},
		Signed: true,
		Kept:   "directed broadcasts are never forwarded", Silent: true,
	},
	&command{
		Syntax: "ip route-cache [cef]",
		Help:   help{"route-cache": "Fast switching", "cef": "Express forwarding"},
		Signed: true,
		Kept:   "there is one way to forward", Silent: true,
	},
)

var ipMTULines = []*command{{
	Syntax: "ip mtu bytes:<68-10000>",
	Help:   help{"ip": "Interface Internet Protocol config commands", "mtu": "Set the largest IP packet of the interface", "bytes": "Size in bytes"},
	Apply:  to(func(s *Interface, a args) { s.IPMTU = a.Int("bytes") }),
}}

var adjustMSSLines = []*command{{
	Syntax: "ip tcp adjust-mss bytes:<500-1460>",
	Help: help{"ip": "Interface Internet Protocol config commands", "tcp": "TCP interface commands",
		"adjust-mss": "Lower the segment size that TCP connections agree on", "bytes": "Largest segment in bytes"},
	Apply: to(func(s *Interface, a args) { s.AdjustMSS = a.Int("bytes") }),
}}
