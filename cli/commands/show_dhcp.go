package commands

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"weft/dhcp"
)

var dhcpExecs = execs(help{
	"show":    "Show running system information",
	"dhcp":    "DHCP client",
	"lease":   "Addresses that were leased",
	"name":    "Interface name and number",
	"release": "Give a lease back",
	"renew":   "Ask for more time, or for a new lease",
},
	&Exec{Syntax: "show dhcp lease [name:IFNAME]", Run: showDHCPLease},
	&Exec{Syntax: "release dhcp name:IFNAME", Privilege: privileged, Run: func(s Session, a args) error { return dhcpCommand(s, a, dhcp.Release{Interface: a.Word("name")}) }},
	&Exec{Syntax: "renew dhcp name:IFNAME", Privilege: privileged, Run: func(s Session, a args) error { return dhcpCommand(s, a, dhcp.Renew{Interface: a.Word("name")}) }},
)

// dhcpCommand asks something of an interface's client, if it has one.
func dhcpCommand(s Session, a args, in dhcp.In) error {
	name := a.Word("name")
	found := s.Router().Interfaces(func(other string) bool { return other == name })
	if len(found) == 0 || found[0].DHCP == nil {
		return errors.New("Interface does not have a DHCP originated address")
	}
	s.Router().DHCPCommand(in)
	return nil
}

// phases are the numbers and names that IOS has for the client's states.
var phases = map[dhcp.Phase]string{
	dhcp.Idle: "0 Idle", dhcp.Rebooting: "1 Rebooting", dhcp.Selecting: "3 Selecting", dhcp.Requesting: "4 Requesting",
	dhcp.Holding: "5 Bound", dhcp.Renewing: "6 Renewing", dhcp.Rebinding: "7 Rebinding",
}

func showDHCPLease(s Session, a args) error {
	now := s.Router().Now()
	for _, c := range s.Router().DHCP().Clients {
		if a.Has("name") && c.Name != a.Word("name") {
			continue
		}
		lease := dhcp.Lease{Address: netip.PrefixFrom(netip.IPv4Unspecified(), 0), Server: netip.IPv4Unspecified()}
		if c.Lease != nil {
			lease = *c.Lease
		}
		s.Printf("Temp IP addr: %s  for peer on Interface: %s\n", lease.Address.Addr(), c.Name)
		s.Printf("Temp  sub net mask: %s\n", maskOf(lease.Address.Bits()))
		s.Printf("   DHCP Lease server: %s, state: %s\n", lease.Server, phases[c.Phase])
		s.Printf("   DHCP transaction id: %X\n", c.Transaction)
		s.Printf("   Lease: %d secs,  Renewal: %d secs,  Rebind: %d secs\n", lease.Time/time.Second, lease.Renewal/time.Second, lease.Rebind/time.Second)
		if lease.Router.IsValid() {
			s.Printf("Temp default-gateway addr: %s\n", lease.Router)
		}
		if !c.Next.IsZero() {
			s.Printf("   Next timer fires after: %s\n", elapsed(c.Next.Sub(now)))
		}
		s.Printf("   Retry count: %d   Client-ID: %s\n", c.Retries, identifierText(c.Identifier))
		s.Printf("   Client-ID hex dump: %s\n", hexLines(c.Identifier))
		s.Printf("   Hostname: %s\n", c.Hostname)
	}
	return nil
}

// identifierText is a client identifier without its type: text, or an address.
func identifierText(id []byte) string {
	if len(id) > 0 && id[0] == 0 {
		return string(id[1:])
	}
	digits := hex.EncodeToString(id)
	if len(digits) != 14 {
		return digits
	}
	return digits[2:6] + "." + digits[6:10] + "." + digits[10:]
}

// hexLines are the octets behind the type, 16 to a line.
func hexLines(id []byte) string {
	var lines []string
	for rest := id[min(1, len(id)):]; len(rest) > 0; rest = rest[min(16, len(rest)):] {
		lines = append(lines, strings.ToUpper(hex.EncodeToString(rest[:min(16, len(rest))])))
	}
	return strings.Join(lines, "\n                       ")
}
