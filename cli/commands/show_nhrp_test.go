package commands

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/cli/grammar"
	"weft/ike"
	"weft/nhrp"
)

// spokeState is a spoke whose server answers, with one shortcut of two entries,
// one resolution under way, and a second server that does not answer.
func spokeState() nhrp.State {
	at := func(ago string) time.Time {
		d, err := time.ParseDuration(ago)
		if err != nil {
			panic(err)
		}
		return noon.Add(-d)
	}
	return nhrp.State{Tunnels: []nhrp.TunnelState{{
		Name: "Tunnel0", NetworkID: 1, Up: true, NBMA: addr("198.51.100.11"),
		Cache: []nhrp.Entry{
			{Protocol: prefix("10.22.0.0/16"), NextHop: addr("10.99.0.22"), NBMA: addr("198.51.100.22"), Type: nhrp.Dynamic,
				Flags: nhrp.Router | nhrp.RIB | nhrp.NHO, Created: at("31s"), Changed: at("31s"), Expires: noon.Add(9 * time.Minute)},
			{Protocol: prefix("10.99.0.1/32"), NextHop: addr("10.99.0.1"), NBMA: addr("192.0.2.1"), Type: nhrp.Static,
				Flags: nhrp.UsedFlag, Created: at("25h"), Changed: at("2h3m49s")},
			{Protocol: prefix("10.99.0.22/32"), NextHop: addr("10.99.0.22"), NBMA: addr("198.51.100.22"), Type: nhrp.Dynamic,
				Flags: nhrp.Router | nhrp.NHOP | nhrp.RIB, Created: at("31s"), Changed: at("31s"), Expires: noon.Add(9 * time.Minute)},
			{Protocol: prefix("10.99.0.33/32"), NextHop: addr("10.99.0.33"), NBMA: addr("203.0.113.33"), Type: nhrp.Incomplete,
				Flags: nhrp.Negative | nhrp.NoSocket, Created: at("3s"), Expires: noon.Add(177 * time.Second)},
		},
		NHS: []nhrp.NHSState{
			{NHS: nhrp.NHS{Protocol: addr("10.99.0.1")}, NBMA: addr("192.0.2.1"), Status: nhrp.Responding, Sent: 41, Received: 40,
				LastReply: at("1m12s"), RequestID: 52, Acked: 52, Since: at("2h3m49s")},
			{NHS: nhrp.NHS{Protocol: addr("10.99.0.2"), Priority: 5}, Status: nhrp.Expecting, Sent: 9, RequestID: 7,
				Retry: 32 * time.Second, Pending: true, Since: at("5m")},
		},
		Multicast: []nhrp.MulticastEntry{{NBMA: addr("192.0.2.1"), Static: true}},
		Traffic: nhrp.Traffic{Sent: [9]uint64{1: 6, 2: 5, 3: 41, 5: 5, 6: 4}, Received: [9]uint64{1: 5, 2: 4, 4: 40, 5: 4, 6: 5},
			Dropped: []nhrp.Counter{{Name: "authentication failure"}, {Name: "bad checksum"}}},
		Quota: nhrp.Quota{MaxSend: nhrp.MaxSend{Packets: 10000, Every: 10 * time.Second}, Since: at("9s"), Sent: 3},
	}}}
}

// hubState is a hub with one client in the open, one behind NAT, and its own answer kept.
func hubState() nhrp.State {
	return nhrp.State{Tunnels: []nhrp.TunnelState{{
		Name: "Tunnel0", NetworkID: 1, Up: true, NBMA: addr("192.0.2.1"),
		Cache: []nhrp.Entry{
			{Protocol: prefix("10.44.0.0/16"), NextHop: addr("10.99.0.1"), NBMA: addr("192.0.2.1"), Type: nhrp.Dynamic,
				Flags: nhrp.Router | nhrp.Unique | nhrp.LocalFlag | nhrp.NoSocket, Created: noon.Add(-12 * time.Second), Changed: noon.Add(-12 * time.Second), Expires: noon.Add(9*time.Minute + 47*time.Second)},
			{Protocol: prefix("10.99.0.11/32"), NextHop: addr("10.99.0.11"), NBMA: addr("198.51.100.11"), Type: nhrp.Dynamic,
				Flags: nhrp.Unique | nhrp.Registered | nhrp.UsedFlag | nhrp.NHOP, Created: noon.Add(-(2*time.Hour + 3*time.Minute + 50*time.Second)),
				Changed: noon.Add(-(2*time.Hour + 3*time.Minute + 50*time.Second)), Expires: noon.Add(7*time.Minute + 12*time.Second), RequestID: 65537, MTU: 1472},
			{Protocol: prefix("10.99.0.22/32"), NextHop: addr("10.99.0.22"), NBMA: addr("198.51.100.22"), Claimed: addr("192.168.7.2"), Type: nhrp.Dynamic,
				Flags: nhrp.Registered | nhrp.NHOP, Created: noon.Add(-26 * time.Hour), Changed: noon.Add(-26 * time.Hour), Expires: noon.Add(9*time.Minute + time.Second)},
		},
		Multicast: []nhrp.MulticastEntry{{NBMA: addr("198.51.100.11")}, {NBMA: addr("198.51.100.22")}},
		Traffic: nhrp.Traffic{Received: [9]uint64{3: 3}, Sent: [9]uint64{4: 2, 7: 1},
			Dropped: []nhrp.Counter{{Name: "authentication failure", Count: 1}, {Name: "bad checksum", Count: 0}}},
		Quota: nhrp.Quota{MaxSend: nhrp.MaxSend{Packets: 5, Every: time.Minute}, Since: noon.Add(-59 * time.Second), Sent: 4},
	}}}
}

func tunnelInterface(r *fakeRouter, address, source string) {
	r.interfaces = append(r.interfaces, InterfaceState{
		Interface: &Interface{Name: "Tunnel0", Kind: TunnelInterface, Address: prefix(address),
			Tunnel: Tunnel{SourceInterface: "GigabitEthernet0/1", Multipoint: true}},
		Exists: true, AdminUp: true, LineUp: true, ProtocolUp: true, Method: "manual", Source: addr(source),
	})
}

func spoke() *fakeRouter {
	r := newFakeRouter()
	r.nhrp = spokeState()
	tunnelInterface(r, "10.99.0.11/24", "198.51.100.11")
	return r
}

func hub() *fakeRouter {
	r := newFakeRouter()
	r.nhrp = hubState()
	tunnelInterface(r, "10.99.0.1/24", "192.0.2.1")
	return r
}

func TestShowDMVPN(t *testing.T) {
	golden(t, "show_dmvpn_spoke.txt", spoke(), "show dmvpn", "show dmvpn detail")
	golden(t, "show_dmvpn_hub.txt", hub(), "show dmvpn", "show dmvpn detail", "show dmvpn interface Tunnel9")
}

func TestShowIPNHRP(t *testing.T) {
	golden(t, "show_ip_nhrp_spoke.txt", spoke(), "show ip nhrp", "show ip nhrp brief", "show ip nhrp static", "show ip nhrp incomplete",
		"show ip nhrp nhs", "show ip nhrp nhs detail", "show ip nhrp traffic", "show ip nhrp multicast", "show ip nhrp summary")
	golden(t, "show_ip_nhrp_hub.txt", hub(), "show ip nhrp", "show ip nhrp 10.99.0.22", "show ip nhrp 10.99.0.11 detail", "show ip nhrp local",
		"show ip nhrp brief", "show ip nhrp nhs", "show ip nhrp traffic", "show ip nhrp multicast", "show ip nhrp summary")
}

func TestClientThatWasRefusedIsAnUnknownPeer(t *testing.T) {
	r := hub()
	ts := &r.nhrp.Tunnels[0]
	refused := func(protocol, ago string) nhrp.Incident {
		d, err := time.ParseDuration(ago)
		if err != nil {
			t.Fatal(err)
		}
		return nhrp.Incident{NBMA: addr("203.0.113.33"), Protocol: addr(protocol), Reason: nhrp.DropAuthentication, Packet: nhrp.RegistrationRequest, Last: noon.Add(-d)}
	}
	ts.Network = netip.MustParsePrefix("10.99.0.0/24")
	ts.Incidents = []nhrp.Incident{refused("10.99.0.33", "20s"), refused("10.99.0.34", "1h"), refused("10.99.0.11", "20s"), refused("10.77.0.35", "20s")}
	got := output(t, r, "show dmvpn")
	if !strings.Contains(got, "\n     1 UNKNOWN              10.99.0.33  NHRP    never    IX\n") || strings.Count(got, "UNKNOWN") != 1 {
		t.Errorf("it prints\n%s", got)
	}
	r.crypto.Config.Endpoints = []ike.Endpoint{{Tunnel: "Tunnel0"}}
	ts.Incidents = append(ts.Incidents, nhrp.Incident{NBMA: addr("203.0.113.36"), Protocol: addr("10.99.0.36"), Reason: nhrp.DropNotForUs, Packet: nhrp.RegistrationRequest, Last: noon})
	got = output(t, r, "show dmvpn")
	for _, want := range []string{"UNKNOWN              10.99.0.33   IKE    never    IX\n", "UNKNOWN              10.99.0.36  NHRP    never    IX\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("under protection there is no %q in\n%s", want, got)
		}
	}
}

func TestShowServersInReserve(t *testing.T) {
	r := spoke()
	ts := &r.nhrp.Tunnels[0]
	ts.Clusters, ts.Fallback = []nhrp.Cluster{{Number: 2, Most: 1}}, 30*time.Second
	ts.NHS = []nhrp.NHSState{
		{NHS: nhrp.NHS{Host: "hub3.example.net"}, Dynamic: true, Status: nhrp.Waiting},
		{NHS: nhrp.NHS{Protocol: addr("10.99.0.1"), Cluster: 2}, NBMA: addr("192.0.2.1"), Status: nhrp.Expecting, Was: nhrp.Responding},
		{NHS: nhrp.NHS{Protocol: addr("10.99.0.2"), Cluster: 2, Priority: 5}, Dynamic: true, NBMA: addr("192.0.2.2"), Status: nhrp.Responding, Was: nhrp.Expecting},
		{NHS: nhrp.NHS{Protocol: addr("10.99.0.3"), Cluster: 2, Priority: 200}, NBMA: addr("192.0.2.3"), Status: nhrp.Waiting},
	}
	golden(t, "show_ip_nhrp_nhs_reserve.txt", r, "show ip nhrp nhs", "show ip nhrp nhs redundancy")
}

// The rows of the layouts that other programs parse, to the last blank.
func TestNHRPLayoutsAreThoseThatProgramsParse(t *testing.T) {
	for _, row := range []struct{ line, command, want string }{
		{"peer", "show dmvpn", "     1 192.0.2.1             10.99.0.1    UP 02:03:49     S\n"},
		{"first of two", "show dmvpn", "     2 198.51.100.22        10.99.0.22    UP 00:00:31   DT2\n"},
		{"second of two", "show dmvpn", "                            10.99.0.22    UP 00:00:31   DT1\n"},
		{"unresolved", "show dmvpn", "     1 203.0.113.33         10.99.0.33  NHRP    never    IX\n"},
		{"title", "show dmvpn", "Interface: Tunnel0, IPv4 NHRP Details \nType:Spoke, NHRP Peers:4, \n\n # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb\n"},
		{"detail row", "show dmvpn detail", "    1 192.0.2.1             10.99.0.1    UP 02:03:49     S       10.99.0.1/32\n"},
		{"detail continued", "show dmvpn detail", "      198.51.100.22        10.99.0.22    UP 00:00:31   DT1      10.99.0.22/32\n"},
		{"detail head", "show dmvpn detail", "Interface Tunnel0 is up/up, Addr. is 10.99.0.11, VRF \"\" \n   Tunnel Src./Dest. addr: 198.51.100.11/Multipoint, Tunnel VRF \"\"\n"},
		{"server", "show ip nhrp nhs", "10.99.0.1  RE NBMA Address: 192.0.2.1 priority = 0 cluster = 0\n"},
		{"server detail", "show ip nhrp nhs detail", "10.99.0.1  RE NBMA Address: 192.0.2.1 priority = 0 cluster = 0  req-sent 41  req-failed 0  repl-recv 40 (00:01:12 ago)\n Current Request ID: 52 (Ack: 52)\n Protection Socket Requested: FALSE\n"},
		{"pending", "show ip nhrp nhs detail", "\n\nPending Registration Requests:\nRegistration Request: Reqid 7, Ret 32  NHS 10.99.0.2 expired (Tu0)\n"},
		{"static entry", "show ip nhrp static", "10.99.0.1/32 via 10.99.0.1\n   Tunnel0 created 1d01h, never expire \n   Type: static, Flags: used \n   NBMA address: 192.0.2.1 \n"},
		{"brief", "show ip nhrp brief", "         10.99.0.1/32 10.99.0.1       192.0.2.1       static   Tu0     <   >\n"},
		{"traffic", "show ip nhrp traffic", "Tunnel0: Max-send limit:10000Pkts/10Sec, Usage:0%\n   Sent: Total 61\n         6 Resolution Request  5 Resolution Reply  41 Registration Request \n         0 Registration Reply  5 Purge Request  4 Purge Reply \n         0 Error Indication  0 Traffic Indication  0 Redirect Suppress\n"},
	} {
		if got := output(t, spoke(), row.command); !strings.Contains(got, row.want) {
			t.Errorf("%s: %s prints\n%swithout\n%s", row.line, row.command, got, row.want)
		}
	}
	for command, want := range map[string]string{
		"show ip nhrp 10.99.0.11": "10.99.0.11/32 via 10.99.0.11\n   Tunnel0 created 02:03:50, expire 00:07:12\n   Type: dynamic, Flags: unique registered used nhop \n   NBMA address: 198.51.100.11 \n",
		"show ip nhrp 10.99.0.22": "10.99.0.22/32 via 10.99.0.22\n   Tunnel0 created 1d02h, expire 00:09:01\n   Type: dynamic, Flags: registered nhop \n   NBMA address: 198.51.100.22 \n    (Claimed NBMA address: 192.168.7.2) \n",
		"show ip nhrp local":      "10.44.0.0/16 via 10.99.0.1\n   Tunnel0 created 00:00:12, expire 00:09:47\n   Type: dynamic, Flags: router unique local \n   NBMA address: 192.0.2.1 \n    (no-socket) \n",
	} {
		if got := output(t, hub(), command); got != want {
			t.Errorf("%s prints\n%swant\n%s", command, got, want)
		}
	}
}

// The ladder: each rung names the first stage that is not done.
func TestShowDMVPNWalksTheLadder(t *testing.T) {
	r := newFakeRouter()
	server := nhrp.NHSState{NHS: nhrp.NHS{Protocol: addr("10.0.0.1")}, NBMA: addr("192.0.2.1")}
	row := func() string {
		tunnel := &r.nhrp.Tunnels[0]
		tunnel.NHS = []nhrp.NHSState{server}
		lines := strings.Split(output(t, r, "show dmvpn"), "\n")
		return strings.Join(strings.Fields(lines[len(lines)-3]), " ")
	}
	r.nhrp.Tunnels = []nhrp.TunnelState{{Name: "Tunnel0", Cache: []nhrp.Entry{{Protocol: prefix("10.0.0.1/32"), NextHop: addr("10.0.0.1"),
		NBMA: addr("192.0.2.1"), Type: nhrp.Static, Created: noon.Add(-time.Hour)}}}}
	for _, step := range []struct {
		change func()
		want   string
	}{
		{func() {}, "1 192.0.2.1 10.0.0.1 INTF never S"},
		{func() { r.nhrp.Tunnels[0].Up, server.Status = true, nhrp.Expecting }, "1 192.0.2.1 10.0.0.1 NHRP never S"},
		{func() {
			server.Status, server.LastReply, server.Since = nhrp.Responding, noon, noon.Add(-5*time.Second)
		}, "1 192.0.2.1 10.0.0.1 UP 00:00:05 S"},
		{func() { server.Status, server.Since = nhrp.Expecting, noon.Add(-3*time.Second) }, "1 192.0.2.1 10.0.0.1 NHRP 00:00:03 S"},
		{func() { r.nhrp.Tunnels[0].Cache, server.NBMA = nil, server.NHS.NBMA }, "1 UNKNOWN 10.0.0.1 NHRP 00:00:03 S"},
	} {
		step.change()
		if got := row(); got != step.want {
			t.Errorf("row is %q, want %q", got, step.want)
		}
	}
}

func TestShowDMVPNSaysWhatTheRouterIs(t *testing.T) {
	client := nhrp.Entry{Protocol: prefix("10.0.0.2/32"), NextHop: addr("10.0.0.2"), NBMA: addr("192.0.2.2"), Type: nhrp.Dynamic, Flags: nhrp.Registered}
	server := nhrp.NHSState{NHS: nhrp.NHS{Protocol: addr("10.0.0.1")}}
	for want, state := range map[string]nhrp.TunnelState{
		"Hub":       {Cache: []nhrp.Entry{client}},
		"Spoke":     {NHS: []nhrp.NHSState{server}},
		"Hub/Spoke": {Cache: []nhrp.Entry{client}, NHS: []nhrp.NHSState{server}},
		"Unknown":   {},
	} {
		if got := dmvpnType(&state); got != want {
			t.Errorf("%+v is %s, want %s", state, got, want)
		}
	}
}

// BenchmarkShowDMVPN is a hub of ten thousand spokes; its cost per spoke must not grow.
func BenchmarkShowDMVPN(b *testing.B) {
	r := newFakeRouter()
	tunnel := nhrp.TunnelState{Name: "Tunnel0", Up: true}
	protocol, nbma := addr("10.0.0.1"), addr("198.18.0.1")
	for range 10000 {
		tunnel.Cache = append(tunnel.Cache, nhrp.Entry{Protocol: netip.PrefixFrom(protocol, 32), NextHop: protocol, NBMA: nbma, Type: nhrp.Dynamic, Flags: nhrp.Registered, Changed: noon})
		protocol, nbma = protocol.Next(), nbma.Next()
	}
	r.nhrp.Tunnels = []nhrp.TunnelState{tunnel}
	for b.Loop() {
		s := newFakeSession(r)
		if err := showDMVPN(s, grammar.MakeArgs()); err != nil || s.out.Len() < 500000 {
			b.Fatal(err, s.out.Len())
		}
	}
}
