package world

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/dataplane"
	"weft/routing/rib"
)

// Which way an EIGRP spoke has to the LAN of another one. The lines of each case
// are the ones in which it differs from labs/dmvpn-eigrp, which is phase 3 with a
// summary at the hub.
var (
	lanSummary  = netip.MustParsePrefix("172.16.0.0/16")
	hubTunnelIP = netip.MustParseAddr("10.0.0.1")

	noSummary = " ip summary-address eigrp 100 172.16.0.0 255.255.0.0\n"
	redirect  = " ip nhrp redirect\n"
	shortCut  = " ip nhrp shortcut\n"
	mtuLine   = " ip mtu 1400\n"
	noSplit   = mtuLine + " no ip split-horizon eigrp 100\n"
	keepHop   = " no ip next-hop-self eigrp 100\n"
	mesh      = " tunnel mode gre multipoint\n"
	single    = " tunnel destination 192.0.2.1\n"
	staticMap = " ip nhrp map multicast 192.0.2.1\n"
)

// A way is what a spoke knows of the other LAN once its traffic has found its way.
type way struct {
	prefix   netip.Prefix // of the route; zero: there is none
	nextHop  netip.Addr
	source   rib.Source
	override bool // "%"
	direct   bool // packets do not pass the hub
}

var (
	nowhere     = way{}
	byHub       = way{prefix: lan2, nextHop: hubTunnelIP, source: rib.EIGRP}
	bySummary   = way{prefix: lanSummary, nextHop: hubTunnelIP, source: rib.EIGRP}
	bySpoke     = way{prefix: lan2, nextHop: tunnel2, source: rib.EIGRP, direct: true}
	byShortcut  = way{prefix: lan2, nextHop: tunnel2, source: rib.NHRP, direct: true}
	byOverride  = way{prefix: lan2, nextHop: hubTunnelIP, source: rib.EIGRP, override: true, direct: true}
	phase1Spoke = []string{mesh, single, staticMap, "", shortCut, ""}
	phase2Spoke = []string{shortCut, ""}
)

var eigrpWays = []struct {
	name       string
	hub, spoke []string // old and new text, in pairs
	want       way
}{
	{"phase 1", []string{redirect, "", noSummary, "", mtuLine, noSplit}, phase1Spoke, byHub},
	{"phase 1, split horizon left on", []string{redirect, "", noSummary, ""}, phase1Spoke, nowhere},
	{"phase 1, summary instead", []string{redirect, ""}, phase1Spoke, bySummary},
	{"phase 2", []string{redirect, "", noSummary, "", mtuLine, noSplit + keepHop}, phase2Spoke, bySpoke},
	{"phase 2, split horizon left on", []string{redirect, "", noSummary, "", mtuLine, mtuLine + keepHop}, phase2Spoke, nowhere},
	{"phase 2, the hub is the next hop", []string{redirect, "", noSummary, "", mtuLine, noSplit}, phase2Spoke, byHub},
	{"phase 2, the hub summarizes", []string{redirect, "", mtuLine, noSplit + keepHop}, phase2Spoke, bySummary},
	{"phase 3", nil, nil, byShortcut},
	{"phase 3, no summary", []string{noSummary, "", mtuLine, noSplit}, nil, byOverride},
	{"phase 3, no summary, split horizon left on", []string{noSummary, ""}, nil, nowhere},
	{"phase 3, no redirect", []string{redirect, ""}, nil, bySummary},
	{"phase 3, no shortcut", nil, []string{shortCut, ""}, bySummary},
}

// eigrpLab boots labs/dmvpn-eigrp with other lines.
func eigrpLab(t *testing.T, hubLines, spokeLines []string) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w = New(start)
	boot := func(name string, lines []string) *Node {
		raw, err := os.ReadFile(filepath.Join("..", "dmvpn-eigrp", name+".cfg"))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		for i := 0; i < len(lines); i += 2 {
			if !strings.Contains(text, lines[i]) {
				t.Fatalf("%s has no line %q", name, lines[i])
			}
			text = strings.Replace(text, lines[i], lines[i+1], 1)
		}
		return w.Router(name, text, wan, lan)
	}
	hub, spoke1, spoke2 = boot("hub", hubLines), boot("spoke1", spokeLines), boot("spoke2", spokeLines)
	spoke1.PC(pc1)
	spoke2.PC(pc2)
	return w, hub, spoke1, spoke2
}

func TestEIGRPSpokesWayToEachOther(t *testing.T) {
	for _, c := range eigrpWays {
		t.Run(c.name, func(t *testing.T) {
			w, hub, spoke1, _ := eigrpLab(t, c.hub, c.spoke)
			w.Run(10 * time.Second)
			if n := len(hub.Router.EIGRP(w.Now())[0].Neighbors); n != 2 {
				t.Fatalf("the hub has %d neighbours:\n%s", n, w.Transcript())
			}
			lost := pings(w, spoke1, 20, 50*time.Millisecond)
			carried := 0
			w.Watch = func(outer []byte) {
				if echoInside(outer) && netip.AddrFrom4([4]byte(outer[12:16])) == hubNBMA {
					carried++
				}
			}
			lost += pings(w, spoke1, 10, 50*time.Millisecond)
			if c.want == nowhere {
				if r := wayTo(spoke1, pc2); r.Source == rib.EIGRP || lost != 30 {
					t.Errorf("of 30 pings %d were lost, by %+v", lost, r)
				}
				return
			}
			r := wayTo(spoke1, pc2)
			if r.Prefix != c.want.prefix || r.NextHop != c.want.nextHop || r.Source != c.want.source || len(r.Override) > 0 != c.want.override {
				t.Errorf("the way is %+v, want %+v", r, c.want)
			}
			if lost > 0 || carried > 0 == c.want.direct {
				t.Errorf("%d pings lost, and the hub carried %d of 20 packets", lost, carried)
			}
		})
	}
}

// echoInside tells a GRE packet with a key that carries ICMP.
func echoInside(outer []byte) bool { return outer[9] == 47 && len(outer) > 37 && outer[28+9] == 1 }

// wayTo is the route that a node has to an address.
func wayTo(n *Node, a netip.Addr) (best rib.Route) {
	for _, r := range n.Router.Routes("", func(r *rib.Route) bool { return r.Prefix.Contains(a) }) {
		if !best.Prefix.IsValid() || r.Prefix.Bits() > best.Prefix.Bits() {
			best = r
		}
	}
	return best
}

// Without "map multicast" at the hub its hellos reach nobody: the spokes hear it
// once, when it answers theirs, and lose it when the holding time is over.
func TestEIGRPSpokesLoseAHubWithoutMulticastMap(t *testing.T) {
	w, hub, spoke1, _ := eigrpLab(t, []string{" ip nhrp map multicast dynamic\n", ""}, nil)
	w.Run(65 * time.Second)
	text := w.Transcript()
	if downs := strings.Count(text, "Neighbor 10.0.0.1 (Tunnel0) is down: holding time expired"); downs != 2 || route(spoke1, lanSummary).Source == rib.EIGRP {
		t.Errorf("two spokes lost the hub %d times in 65 s:\n%s", downs, text)
	}
	if n := dropped(hub, dataplane.DropNoMulticast); n < 10 {
		t.Errorf("the hub counts %d packets without a receiver", n)
	}
}

func dropped(n *Node, reason dataplane.Reason) uint64 {
	for _, d := range n.pipe.Counters("Tunnel0").Drops {
		if d.Reason == reason {
			return d.Count
		}
	}
	return 0
}

func TestEIGRPLosesASpokeWithinItsHoldingTime(t *testing.T) {
	w, hub, _, spoke2 := eigrpLab(t, nil, nil)
	w.Run(12 * time.Second)
	spoke2.Kill()
	died := w.Now()
	gone := func() bool { return route(hub, lan2).Source != rib.EIGRP }
	if gone() {
		t.Fatal("the hub had no route to the LAN of spoke2")
	}
	if !w.Until(16*time.Second, gone) {
		t.Errorf("the hub has %+v 16 s after spoke2 died", route(hub, lan2))
	}
	if after := w.Now().Sub(died); after < 5*time.Second {
		t.Errorf("the hub forgot spoke2 after %v", after)
	}
}

// One that is shut down says goodbye.
func TestEIGRPGoodbyeTakesRoutesAwayAtOnce(t *testing.T) {
	w, hub, _, spoke2 := eigrpLab(t, nil, nil)
	w.Run(12 * time.Second)
	w.Transcript()
	if err := spoke2.Configure("interface Tunnel0", "shutdown"); err != nil {
		t.Fatal(err)
	}
	if !w.Until(time.Second, func() bool { return route(hub, lan2).Source != rib.EIGRP }) {
		t.Errorf("the hub has %+v", route(hub, lan2))
	}
	if text := w.Transcript(); !strings.Contains(text, "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor 10.0.0.12 (Tunnel0) is down: Interface PEER-TERMINATION received") {
		t.Errorf("the log has\n%s", text)
	}
}

// A steady cloud sends hellos, and nothing else of EIGRP.
func TestEIGRPSteadyCloudSendsHellosOnly(t *testing.T) {
	w, hub, _, _ := eigrpLab(t, nil, nil)
	w.Run(20 * time.Second)
	before := hub.Router.EIGRP(w.Now())[0].Traffic
	w.Run(10 * time.Minute)
	after := hub.Router.EIGRP(w.Now())[0].Traffic
	if n := after.Hellos[0] - before.Hellos[0]; n != 120 {
		t.Errorf("the hub said hello %d times in ten minutes", n)
	}
	if before.Hellos, after.Hellos = [2]uint64{}, [2]uint64{}; before != after {
		t.Errorf("beside hellos there were %+v, before %+v", after, before)
	}
}

// Named mode, with a key and redistribution.
func TestEIGRPNamedModeAuthenticatesAndRedistributes(t *testing.T) {
	secret := "router eigrp WEFT\n address-family ipv4 unicast autonomous-system 100\n  af-interface default\n   passive-interface\n  exit-af-interface\n" +
		"  af-interface Tunnel0\n   no passive-interface\n   authentication mode hmac-sha-256 0 %KEY\n  exit-af-interface\n" +
		"  topology base\n   redistribute static\n  exit-af-topology\n  network 10.0.0.0 0.0.0.255\n  network 172.16.0.0 0.0.255.255\n exit-address-family\n!\nip route 172.31.0.0 255.255.0.0 Null0\n"
	lines := func(key string) []string {
		return []string{"ip route 0.0.0.0", strings.ReplaceAll(secret, "%KEY", key) + "ip route 0.0.0.0", "router eigrp 100\n network 10.0.0.0 0.0.0.255\n", "router eigrp 200\n"}
	}
	w, hub, spoke1, _ := eigrpLab(t, lines("weft"), lines("weft"))
	if err := hub.Configure("ip route 172.30.0.0 255.255.0.0 Null0"); err != nil {
		t.Fatal(err)
	}
	w.Run(10 * time.Second)
	if r := route(spoke1, netip.MustParsePrefix("172.16.0.0/24")); r.Source != rib.EIGRP || r.Process != 100 {
		t.Errorf("spoke1 has %+v of the hub's LAN", r)
	}
	if r := route(spoke1, netip.MustParsePrefix("172.31.0.0/16")); r.Source != rib.Static {
		t.Errorf("spoke1 has %+v of what it discards itself", r)
	}
	if r := route(spoke1, netip.MustParsePrefix("172.30.0.0/16")); r.Source != rib.EIGRPExternal || r.Distance != 170 {
		t.Errorf("spoke1 has %+v of what the hub redistributes", r)
	}
	if err := hub.Configure("router eigrp WEFT", "address-family ipv4 unicast autonomous-system 100", "af-interface Tunnel0", "authentication mode hmac-sha-256 0 other"); err != nil {
		t.Fatal(err)
	}
	w.Run(20 * time.Second)
	if r := route(spoke1, netip.MustParsePrefix("172.16.0.0/24")); r.Source == rib.EIGRP {
		t.Errorf("with another key spoke1 has %+v", r)
	}
}
