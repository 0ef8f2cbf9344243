package commands

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/cli/config"
	"weft/dataplane"
	"weft/dataplane/fib"
)

// hubBox is a hub with two spokes and a busy processor.
func hubBox() *fakeRouter {
	r := newFakeRouter("hostname hub")
	tunnel := &Interface{Name: "Tunnel0", Kind: TunnelInterface, Address: prefix("10.0.0.1/24")}
	port := &Interface{Name: "GigabitEthernet0/1", Kind: GigabitEthernet, Address: prefix("192.0.2.1/24")}
	r.interfaces = []InterfaceState{
		{Interface: tunnel, Exists: true, AdminUp: true, LineUp: true, ProtocolUp: true, Load: &Load{BitsIn: 1000, PacketsIn: 2, BitsOut: 3000, PacketsOut: 4}},
		{Interface: port, Exists: true, AdminUp: true, Errors: &LinkErrors{InputDrops: 5, OutputDrops: 6}, Counters: dataplane.Counters{}},
	}
	for _, e := range []struct {
		prefix string
		hops   []fib.NextHop
		null   bool
	}{
		{"0.0.0.0/0", []fib.NextHop{{Gateway: addr("192.0.2.254"), Interface: "GigabitEthernet0/1"}}, false},
		{"10.0.0.0/24", []fib.NextHop{{Interface: "Tunnel0"}}, false},
		{"10.0.0.1/32", []fib.NextHop{{Interface: "Tunnel0"}}, false},
		{"10.99.0.0/16", nil, true},
		{"172.16.0.0/16", []fib.NextHop{{Gateway: addr("10.0.0.11"), Interface: "Tunnel0"}, {Gateway: addr("10.0.0.12"), Interface: "Tunnel0"}}, false},
	} {
		r.fib = r.fib.With(fib.Entry{Prefix: prefix(e.prefix), NextHops: e.hops, Discard: e.null})
	}
	r.adjacencies = []Adjacency{
		{Interface: "GigabitEthernet0/1", Protocol: prefix("192.0.2.254/32")},
		{Interface: "GigabitEthernet0/1", Protocol: prefix("192.0.2.9/32"), Incomplete: true},
		{Interface: "Tunnel0", Protocol: prefix("10.0.0.11/32")},
		{Interface: "Tunnel0", Protocol: prefix("10.0.0.12/32")},
		{Interface: "Tunnel1", Protocol: netip.Prefix{}},
	}
	r.processes = Processes{Busy: Shares{12.4, 7.6, 3}, Interrupt: 1.2, List: []Process{
		{PID: 1, Name: "init", Runtime: 71 * time.Second, Invoked: 4000, Resident: 1 << 20, Peak: 2 << 20},
		{PID: 4711, TTY: 2, Name: "weft", Runtime: 20 * time.Minute, Invoked: 1e6, Busy: Shares{9.5, 5.25, 2}, Resident: 64 << 20, Peak: 80 << 20},
	}, Memory: Memory{Head: 0x100000, Total: 4 << 30, Free: 3 << 30, Lowest: 2 << 30, Largest: 4 << 20}}
	r.parts = []Part{{Name: "Chassis", Description: "Weft router on QEMU", Product: "WEFT-X86_64", Version: "0.1.0", Serial: "9ABCDEF0123"},
		{Name: "GigabitEthernet0/1", Description: "Ethernet port, 1000 Mbit/s", Serial: "525400123456"}}
	return r
}

func TestShowBox(t *testing.T) {
	golden(t, "show_box.txt", hubBox(), "show processes cpu", "show processes cpu sorted 1min", "show processes memory", "show processes memory sorted",
		"show memory statistics", "show inventory", "show interfaces summary", "show ip cef", "show ip cef detail", "show ip cef 172.16.1.1",
		"show ip cef 192.0.2.7", "show ip cef 10.0.0.1 detail", "show ip cef 10.99.0.0 255.255.0.0", "show ip cef 10.98.0.0 255.255.0.0",
		"show adjacency", "show adjacency Tunnel0")
}

func TestWithoutADefaultRouteThereIsNoRoute(t *testing.T) {
	r := newFakeRouter()
	if got := output(t, r, "show ip cef"); !strings.HasSuffix(got, "0.0.0.0/0            no route\n") {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "show ip cef 192.0.2.1"); got != "0.0.0.0/0\n  no route\n" {
		t.Errorf("%q", got)
	}
}

func TestTechSupportTellsNoSecrets(t *testing.T) {
	r := hubBox()
	lines := []string{"enable secret 5 $1$abcd$2hDGYdE0UrwK2pqoiF6BB1", "username admin privilege 15 password 0 hidden1",
		"crypto isakmp key hidden2 address 0.0.0.0", "snmp-server community hidden3 RO",
		"crypto keyring KR", "pre-shared-key address 0.0.0.0 0.0.0.0 key hidden5", "pre-shared-key hostname spoke key 6 hidden6",
		"crypto ikev2 keyring KR2", "peer ANY", "pre-shared-key hidden7", "pre-shared-key local 6 hidden8", "pre-shared-key remote hex 616263",
		"crypto isakmp client configuration group G", "key hidden9", "key chain KC", "key 1", "key-string hidden10 with hidden11",
		"snmp-server host 192.0.2.9 version 2c hidden12", "snmp-server user u g v3 auth sha hidden13 priv aes 128 hidden14",
		"username other secret 0 hidden with hidden15", "line con 0", "password hidden16 hidden17",
		"router bgp 65000", "neighbor 192.0.2.7 password hidden18 and", "interface GigabitEthernet0/1", "ip ospf authentication-key hidden19",
		"ip ospf message-digest-key 1 md5 7 hidden20", "standby 1 authentication hidden21", "tacacs server T1", "key 7 hidden22", "radius-server host 192.0.2.6 auth-port 1 key hidden23", "ntp authentication-key 1 md5 hidden24 7", "password encryption aes", "service password-encryption",
		"interface Tunnel0", "ip nhrp authentication hidden4", "tunnel key 100"}
	r.tree.Load(strings.NewReader(strings.Join(lines, "\n")), config.Env{Loading: true}) // some are kept, and reported
	got := output(t, r, "show tech-support")
	for _, secret := range []string{"hidden", "$1$", "616263"} {
		if at := strings.Index(got, secret); at >= 0 {
			t.Errorf("it tells %q", got[max(0, at-40):at+40])
		}
	}
	for _, want := range []string{"------------------ show version ------------------\n", "enable secret 5 <removed>\n", "username admin privilege 15 password 0 <removed>\n",
		"crypto isakmp key <removed> address 0.0.0.0", "\n tunnel key 100\n", "\npassword encryption aes", "\nservice password-encryption\n", "snmp-server community <removed> RO\n", " ip nhrp authentication <removed>\n", "Prefix               Next Hop"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
