package commands

import (
	"strings"
	"testing"
	"time"

	"weft/dataplane"
)

// branch is a router with a port of each condition, a loopback and two tunnels.
func branch() *fakeRouter {
	r := newFakeRouter()
	r.interfaces = []InterfaceState{
		{Interface: &Interface{Name: "Loopback0", Kind: LoopbackInterface, Address: prefix("10.255.0.11/32"), Unreachables: true},
			Exists: true, AdminUp: true, LineUp: true, ProtocolUp: true, Method: "NVRAM"},
		{Interface: &Interface{Name: "Tunnel0", Kind: TunnelInterface, Description: "DMVPN overlay", Address: prefix("10.99.0.1/24"), IPMTU: 1400, Unreachables: true,
			Tunnel: Tunnel{SourceInterface: "GigabitEthernet0/0", Multipoint: true, Key: 100, HasKey: true}},
			Exists: true, AdminUp: true, LineUp: true, ProtocolUp: true, Method: "manual", Source: addr("192.0.2.1"),
			Counters: dataplane.Counters{PacketsIn: 412, BytesIn: 45980, PacketsOut: 433, BytesOut: 47220, LastIn: noon.Add(-time.Second),
				Drops: []dataplane.Drop{{Reason: dataplane.DropNoAdjacency, Count: 3}, {Reason: dataplane.DropGREChecksum, Count: 2}, {Reason: dataplane.DropNotIP, Count: 1}, {Reason: dataplane.DropUnderlaySend, Count: 4}}},
			Cleared: noon.Add(-(42*time.Minute + 17*time.Second)), Load: &Load{}},
		{Interface: &Interface{Name: "Tunnel1", Kind: TunnelInterface, Bandwidth: 1000, Delay: 100,
			Tunnel: Tunnel{Source: addr("192.0.2.1"), Destination: addr("203.0.113.9"), TTL: 64}},
			Exists: true, AdminUp: true, LineUp: true, Method: "unset", DownCause: "no route to the tunnel destination 203.0.113.9"},
		{Interface: &Interface{Name: "GigabitEthernet0/0", Kind: GigabitEthernet, Description: "WAN", Address: prefix("192.0.2.1/24"), Secondary: nil, Redirects: true, Unreachables: true},
			Exists: true, AdminUp: true, LineUp: true, ProtocolUp: true, MAC: "5254.0012.3456", Speed: 1000, Method: "NVRAM",
			Counters: dataplane.Counters{PacketsIn: 10, BytesIn: 1000, PacketsOut: 20, BytesOut: 2000, LastIn: noon, LastOut: noon},
			Load:     &Load{BitsIn: 500000000, PacketsIn: 50000, BitsOut: 8000, PacketsOut: 10}, Errors: &LinkErrors{InputErrors: 1, CRC: 1, OutputDrops: 5}},
		{Interface: &Interface{Name: "GigabitEthernet0/1", Kind: GigabitEthernet, Shutdown: true}, Exists: true, MAC: "5254.0012.3457", Method: "unset"},
		{Interface: &Interface{Name: "GigabitEthernet0/9", Kind: GigabitEthernet, Address: prefix("198.51.100.1/30"), Redirects: true}, AdminUp: true, Method: "NVRAM"},
	}
	return r
}

func TestShowInterfaces(t *testing.T) {
	golden(t, "show_interfaces.txt", branch(), "show interfaces", "show interfaces tunnel 1", "show interfaces description", "show ip interface brief", "show ip interface", "show ip interface Loopback0")
}

func TestShowInterfaceHasTheLayoutThatProgramsParse(t *testing.T) {
	got := output(t, branch(), "show interfaces Tunnel0")
	for _, want := range []string{
		"Tunnel0 is up, line protocol is up \n  Hardware is Tunnel\n  Description: DMVPN overlay\n  Internet address is 10.99.0.1/24\n",
		" BW 100 Kbit/sec, DLY 50000 usec, \n     reliability 253/255, txload 1/255, rxload 1/255\n  Encapsulation TUNNEL, loopback not set\n  Keepalive not set\n  Tunnel linestate evaluation up\n",
		"  Tunnel source 192.0.2.1 (GigabitEthernet0/0)\n   Tunnel Subblocks:\n      src-track:\n         Tunnel0 source tracking subblock associated with GigabitEthernet0/0\n          Set of tunnels with source GigabitEthernet0/0, 1 member (includes iterators), on interface <OK>\n",
		"  Tunnel protocol/transport multi-GRE/IP\n    Key 0x64, sequencing disabled\n    Checksumming of packets disabled\n  Tunnel TTL 255, Fast tunneling enabled\n  Tunnel transport MTU 1472 bytes\n",
		"  Last input 00:00:01, output never, output hang never\n  Last clearing of \"show interface\" counters 00:42:17\n",
		"     412 packets input, 45980 bytes, 0 no buffer\n",
		"     433 packets output, 47220 bytes, 0 underruns\n",
		"     3 dropped: no adjacency\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("show interfaces Tunnel0 prints\n%swithout\n%s", got, want)
		}
	}
}

func TestAnInterfaceThatIsNotThereIsAnError(t *testing.T) {
	for _, line := range []string{"show interfaces Tunnel9", "show ip interface Tunnel9", "show running-config interface Tunnel9", "clear counters Tunnel9", "show interfaces Tunnel9 description"} {
		if got := output(t, branch(), line); got != "% Invalid input detected at '^' marker.\n\n" {
			t.Errorf("%s prints %q", line, got)
		}
	}
}

func TestEveryDropIsCountedSomewhere(t *testing.T) {
	r := branch()
	drops := []dataplane.Drop{}
	for reason := dataplane.DropTunnelDown; reason.String() != dataplane.Reason(255).String(); reason++ {
		if _, ok := dropPlaces[reason]; !ok {
			t.Errorf("%v has no place", reason)
		}
		drops = append(drops, dataplane.Drop{Reason: reason, Count: uint64(reason) + 1})
	}
	r.drops = drops
	golden(t, "show_ip_traffic.txt", r, "show ip traffic")
}

func TestShowARP(t *testing.T) {
	r := newFakeRouter()
	r.arp = []Neighbor{
		{Address: addr("192.0.2.1"), MAC: "5254.0012.3456", Own: true, Interface: "GigabitEthernet0/0"},
		{Address: addr("192.0.2.254"), MAC: "5254.0099.0001", Age: 12*time.Minute + 40*time.Second, Interface: "GigabitEthernet0/0"},
		{Address: addr("192.0.2.77"), Incomplete: true, Interface: "GigabitEthernet0/0"},
	}
	golden(t, "show_arp.txt", r, "show arp", "show ip arp 192.0.2.254")
	const row = "Internet  192.0.2.1               -   5254.0012.3456  ARPA   GigabitEthernet0/0\n"
	if got := output(t, r, "show arp"); !strings.Contains(got, row) {
		t.Errorf("show arp prints\n%swithout\n%s", got, row)
	}
}
