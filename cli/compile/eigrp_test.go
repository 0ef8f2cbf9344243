package compile

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/routing/eigrp"
)

func boxOf(t *testing.T, text string) Box {
	t.Helper()
	tree := config.New(commands.GlobalMode)
	reports, err := tree.Load(strings.NewReader(text), config.Env{Loading: true})
	if err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	return Compile(tree)
}

func TestClassicEIGRPTakesWhatInterfacesSay(t *testing.T) {
	b := boxOf(t, `clock timezone CET 1
key chain K
 key 2
  key-string second
 key 1
  key-string first
  send-lifetime 00:00:00 Jan 1 2026 duration 3600
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 no ip split-horizon eigrp 100
 ip hello-interval eigrp 100 20
 ip authentication mode eigrp 100 md5
 ip authentication key-chain eigrp 100 K
 ip summary-address eigrp 100 172.16.5.0 255.255.0.0 200
router eigrp 100
 network 10.1.2.3
 network 172.16.9.9 0.0.255.255
 network 192.168.1.0 255.255.255.0
 passive-interface default
 no passive-interface Tunnel0
 redistribute static
 eigrp stub
`)
	if len(b.EIGRP) != 1 {
		t.Fatalf("there are %d processes", len(b.EIGRP))
	}
	p := b.EIGRP[0]
	i := p.Interfaces["Tunnel0"]
	if p.AS != 100 || !p.Passive || !p.NotPassive["Tunnel0"] || i.Passive || *p.Stub != (eigrp.Stub{Connected: true, Summary: true}) || len(p.Redistribute) != 1 {
		t.Errorf("the process is %+v", p)
	}
	want := []eigrp.Network{{Address: netip.MustParseAddr("10.0.0.0"), Wildcard: netip.MustParseAddr("0.255.255.255")},
		{Address: netip.MustParseAddr("172.16.0.0"), Wildcard: netip.MustParseAddr("0.0.255.255")}, {Address: netip.MustParseAddr("192.168.1.0"), Wildcard: netip.MustParseAddr("0.0.0.255")}}
	for k := range want {
		if len(p.Networks) != len(want) || p.Networks[k] != want[k] {
			t.Fatalf("the networks are %v", p.Networks)
		}
	}
	if !i.NoSplitHorizon || i.KeepNextHop || i.Hello != 20*time.Second || len(i.Summaries) != 1 || i.Summaries[0] != (eigrp.Summary{Prefix: netip.MustParsePrefix("172.16.0.0/16"), Distance: 200}) {
		t.Errorf("the interface is %+v", i)
	}
	keys := i.Authentication.Keys
	if i.Authentication.Mode != eigrp.MD5 || len(keys) != 2 || keys[0].ID != 1 || string(keys[0].Secret) != "first" || !keys[1].SendUntil.IsZero() {
		t.Fatalf("the keys are %v", keys)
	}
	// Midnight in Vienna is eleven in the evening before.
	if from := time.Date(2025, 12, 31, 23, 0, 0, 0, time.UTC); !keys[0].SendFrom.Equal(from) || !keys[0].SendUntil.Equal(from.Add(time.Hour)) {
		t.Errorf("the first key is sent with from %v until %v", keys[0].SendFrom, keys[0].SendUntil)
	}
}

func TestNamedEIGRPInterfacesBeginWithTheDefault(t *testing.T) {
	b := boxOf(t, `interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
interface Loopback0
 ip address 1.1.1.1 255.255.255.255
router eigrp WEFT
 address-family ipv4 unicast autonomous-system 7
  af-interface default
   hello-interval 20
   passive-interface
  exit-af-interface
  af-interface Tunnel0
   hold-time 60
   no passive-interface
   no next-hop-self
   authentication mode hmac-sha-256 0 secret
  exit-af-interface
  topology base
   variance 2
   distance eigrp 80 150
  exit-af-topology
  network 10.0.0.0
  eigrp router-id 1.2.3.4
 exit-address-family
`)
	if len(b.EIGRP) != 1 {
		t.Fatalf("there are %d processes", len(b.EIGRP))
	}
	p := b.EIGRP[0]
	if p.AS != 7 || p.Name != "WEFT" || p.Variance != 2 || p.Internal != 80 || p.External != 150 || p.RouterID.String() != "1.2.3.4" {
		t.Errorf("the process is %+v", p.Config)
	}
	tunnel, loopback := p.Interfaces["Tunnel0"], p.Interfaces["Loopback0"]
	if tunnel.Hello != 20*time.Second || tunnel.Hold != time.Minute || tunnel.Passive || !tunnel.KeepNextHop || tunnel.Authentication.Mode != eigrp.HMACSHA256 {
		t.Errorf("Tunnel0 is %+v", tunnel)
	}
	if loopback.Hello != 20*time.Second || loopback.Hold != 0 || !loopback.Passive {
		t.Errorf("Loopback0 is %+v", loopback)
	}
}
