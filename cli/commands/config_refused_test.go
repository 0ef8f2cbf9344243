package commands

import (
	"strings"
	"testing"
)

// Every bad line is answered as here and changes nothing.
func TestBadLinesAreRefusedAndChangeNothing(t *testing.T) {
	const before = `
interface Tunnel1
ip address 10.0.0.1 255.255.255.0
tunnel destination 192.0.2.1
interface Tunnel2
tunnel mode gre multipoint
exit
username bob password secret
`
	for _, c := range []struct{ section, line, answer string }{
		{"", "frobnicate", "frobnicate\n ^"},
		{"", "exec-timeout 10 0", "exec-timeout 10 0\n  ^"},
		{"", "interface en0/3", "interface en0/3\n           ^"},
		{"", "interface tunnel 0/1", "interface tunnel 0/1\n                  ^"},
		{"", "interface loopback 9999999999", "interface loopback 9999999999\n                            ^"},
		{"", "interface", "incomplete command"},
		{"", "interface tunnel", "incomplete command"},
		{"", "ip nhrp network-id 1", "ip nhrp network-id 1\n    ^"},
		{"", "logging 0255.255.1", "logging 0255.255.1\n        ^"},
		{"", "ip route 10.0.0.1 255.255.255.0 Null0", "%Inconsistent address and mask"},
		{"", "ip route 10.0.0.0 255.0.255.0 Null0", "%Inconsistent address and mask"},
		{"", "ip route 10.0.0.0 255.255.255.0 10.0.0.1 256", "ip route 10.0.0.0 255.255.255.0 10.0.0.1 256\n                                         ^"},
		{"", "no ip route 10.0.0.0 255.255.255.0 192.0.2.9", "%No matching route to delete"},
		{"", "hostname a/b", "% Hostname contains one or more illegal characters."},
		{"", "username bob secret x", "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."},
		{"", "line vty 4 2", "% Last line number 2 comes before 4"},
		{"interface Tunnel0", "ip nhrp network-id 0", "ip nhrp network-id 0\n                   ^"},
		{"interface Tunnel0", "ip nhrp network-id", "incomplete command"},
		{"interface Tunnel0", "ip nhrp authentication NINECHARS", "% NHRP authentication string is too long: 9 characters, at most 8"},
		{"interface Tunnel0", "tunnel mode gre multiprotocol", "tunnel mode gre multiprotocol\n                      ^"},
		{"interface Tunnel0", "ip address 10.0.0.9 255.255.255.0", "% 10.0.0.0 overlaps with Tunnel1"},
		{"interface Tunnel0", "ip address 10.9.9.9 255.0.0.0", "% 10.0.0.0 overlaps with Tunnel1"},
		{"interface Tunnel0", "ip address 10.0.0.129 255.255.255.128 secondary", "% 10.0.0.128 overlaps with Tunnel1"},
		{"interface Tunnel0", "ip address 172.16.0.1 255.0.255.0", "Bad mask 0xFF00FF00 for address 172.16.0.1"},
		{"interface Tunnel0", "ip address 172.16.0.0 255.255.255.0", "Bad mask /24 for address 172.16.0.0"},
		{"interface Tunnel0", "ip address 172.16.0.255 255.255.255.0", "Bad mask /24 for address 172.16.0.255"},
		{"interface Tunnel0", "ip address 172.16.0.1 0.0.0.0", "Bad mask /0 for address 172.16.0.1"},
		{"interface Tunnel0", "ip address 224.0.0.1 255.255.255.0", "Not a valid host address - 224.0.0.1"},
		{"interface Tunnel0", "ip address 172.16.0.1", "incomplete command"},
		{"interface Tunnel1", "tunnel mode gre multipoint", "% Tunnel mode multipoint cannot be configured while the tunnel has a destination"},
		{"interface Tunnel2", "tunnel destination 192.0.2.1", "% Tunnel destination cannot be configured with mode gre multipoint"},
		{"interface Tunnel2", "tunnel ttl 0", "tunnel ttl 0\n           ^"},
		{"interface Loopback0", "ip nhrp network-id 1", "ip nhrp network-id 1\n    ^"},
		{"interface Loopback0", "tunnel key 1", "tunnel key 1\n ^"},
	} {
		s := configures(t, before)
		if c.section != "" {
			s.types(c.section)
		}
		text := s.text()
		if got := s.enter(c.line); got != c.answer {
			t.Errorf("%s: %q is answered\n%s\nwant\n%s", c.section, c.line, got, c.answer)
		}
		if s.text() != text {
			t.Errorf("%q changed running-config", c.line)
		}
	}
}

func TestHelpShowsTheRightWordForMultipoint(t *testing.T) {
	s := configures(t, "interface tu0")
	choices, err := s.tree.Choices(s.at, "tunnel mode gre m")
	if err != nil || len(choices) != 1 || choices[0].Token != "multipoint" {
		t.Errorf("%v, %v", choices, err)
	}
}

func TestAddressesMayMoveOnceTheirInterfaceIsGone(t *testing.T) {
	s := configures(t, "interface Tunnel1\nip address 10.0.0.1 255.255.255.0\nip address 10.0.0.2 255.255.255.0 secondary\n"+
		"ip address 10.0.0.3 255.255.255.0\nno interface Tunnel1\ninterface Tunnel2\nip address 10.0.0.1 255.255.255.0\n"+
		"no ip address\ninterface Loopback1\nip address 10.0.0.1 255.255.255.255\ninterface Loopback2")
	if got := s.enter("ip address 10.0.0.1 255.255.255.255"); !strings.Contains(got, "overlaps with Loopback1") {
		t.Errorf("answered %q", got)
	}
	s.types("interface Loopback3")
	s.enter("vrf forwarding A")                    // kept, and says so
	s.types("ip address 10.0.0.1 255.255.255.255") // another table
}

func TestRoutesAreForgottenWithOrWithoutTheirNextHop(t *testing.T) {
	s := configures(t, "ip route 10.1.0.0 255.255.0.0 192.0.2.1\nip route 10.1.0.0 255.255.0.0 192.0.2.2 200\nip route 10.2.0.0 255.255.0.0 Null0")
	s.types("no ip route 10.1.0.0 255.255.0.0")
	s.has("ip route 10.1.0.0 255.255.0.0 192.0.2.1", false)
	s.has("ip route 10.1.0.0 255.255.0.0 192.0.2.2 200", false)
	s.has("ip route 10.2.0.0 255.255.0.0 Null0", true)
	if got := s.enter("no ip route 10.1.0.0 255.255.0.0"); got != "%No matching route to delete" {
		t.Errorf("answered %q", got)
	}
	if got := s.enter("ip route 10.1.0.0 255.255.0.0"); got != "% Incomplete command.\n\n" {
		t.Errorf("answered %q", got)
	}
}
