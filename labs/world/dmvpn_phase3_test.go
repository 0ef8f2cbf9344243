package world

import (
	"net/netip"
	"testing"
	"time"

	"weft/nhrp"
	"weft/routing/rib"
)

// phase3 boots the routers of labs/dmvpn-phase3, with a PC behind each spoke.
func phase3(t *testing.T) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w, hub, spoke1, spoke2 = lab(t, "dmvpn-phase3")
	spoke1.PC(pc1)
	spoke2.PC(pc2)
	w.Run(2 * time.Second)
	return w, hub, spoke1, spoke2
}

var (
	lan2      = netip.MustParsePrefix("172.16.12.0/24")
	peer2     = netip.PrefixFrom(tunnel2, 32)
	shortcuts = []netip.Prefix{lan2, peer2}
)

// route is the route of a node in force for exactly a prefix.
func route(n *Node, p netip.Prefix) (found rib.Route) {
	for _, r := range n.Router.Routes("", func(r *rib.Route) bool { return r.Prefix == p }) {
		found = r
	}
	return found
}

// Pings start by the hub, which redirects them, and move to the direct way
// without a loss.
func TestPhase3SpokesFollowTheRedirect(t *testing.T) {
	w, hub, spoke1, _ := phase3(t)
	first := w.Now()
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost while the shortcut was found", lost)
	}
	for _, p := range shortcuts {
		r := route(spoke1, p)
		if r.Source != rib.NHRP || r.Distance != 250 || r.Metric != 255 || r.Since.Sub(first) > 6*w.Latency {
			t.Errorf("the route to %v is %+v", p, r)
		}
	}
	before := hubData(hub)
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 || hubData(hub) != before {
		t.Errorf("%d pings lost on the shortcut; the hub carried %d packets", lost, hubData(hub)-before)
	}
	golden(t, w)
}

// Where the spoke already has just this route, its next hop is overridden.
func TestPhase3OverridesTheNextHopOfARouteThatIsThere(t *testing.T) {
	w, hub, spoke1, _ := phase3(t)
	if err := spoke1.Configure("ip route 172.16.12.0 255.255.255.0 10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost", lost)
	}
	r := route(spoke1, lan2)
	if r.Source != rib.Static || len(r.Override) != 1 || r.Override[0].Gateway != tunnel2 {
		t.Errorf("the route is %+v", r)
	}
	before := hubData(hub)
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 || hubData(hub) != before {
		t.Errorf("%d pings lost; the hub carried %d packets", lost, hubData(hub)-before)
	}
}

// A shortcut goes when the route that it shortens does, and comes again by the
// route that took its place.
func TestPhase3ShortcutFollowsItsCoveringRoute(t *testing.T) {
	w, _, spoke1, _ := phase3(t)
	pings(w, spoke1, 5, 100*time.Millisecond)
	if err := spoke1.Configure("ip route 172.16.12.0 255.255.254.0 10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if r := route(spoke1, lan2); r.Source == rib.NHRP {
		t.Errorf("the covering route has changed and there is %+v", r)
	}
	w.Run(10 * time.Second) // the hub does not repeat itself sooner
	if lost := pings(w, spoke1, 5, 100*time.Millisecond); lost > 0 || route(spoke1, lan2).Source != rib.NHRP {
		t.Errorf("%d pings lost; the route is %+v", lost, route(spoke1, lan2))
	}
	// The same at the other end: what lies behind it no longer does.
	w2, _, a, b := phase3(t)
	pings(w2, a, 5, 100*time.Millisecond)
	if err := b.Configure("interface "+lan, "shutdown"); err != nil {
		t.Fatal(err)
	}
	w2.Run(100 * time.Millisecond)
	if r := route(a, lan2); r.Source == rib.NHRP {
		t.Errorf("spoke2 has lost its LAN and spoke1 has %+v", r)
	}
}

func TestPhase3RefreshesWhatIsUsedAndForgetsWhatIsNot(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3(t)
	for _, n := range []*Node{spoke1, spoke2} {
		if err := n.Configure("interface Tunnel0", "ip nhrp holdtime 60"); err != nil {
			t.Fatal(err)
		}
	}
	w.Run(time.Second)
	pings(w, spoke1, 10, time.Second)
	before := hubData(hub)
	if lost := pings(w, spoke1, 600, time.Second); lost > 0 || hubData(hub) != before {
		t.Errorf("in ten holding times %d pings were lost and %d packets went by the hub", lost, hubData(hub)-before)
	}
	w.Run(61 * time.Second)
	for _, p := range shortcuts {
		if r := route(spoke1, p); r.Source == rib.NHRP {
			t.Errorf("idle for a holding time, there is %+v", r)
		}
	}
	if bound(spoke1, tunnel2) {
		t.Error("the idle next hop is still resolved")
	}
}

// Who does not follow redirects goes on by the hub, and is told so once in a while.
func TestPhase3SpokeWithoutShortcutStaysWithTheHub(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3(t)
	for _, n := range []*Node{spoke1, spoke2} {
		if err := n.Configure("interface Tunnel0", "no ip nhrp shortcut"); err != nil {
			t.Fatal(err)
		}
	}
	if lost := pings(w, spoke1, 400, 50*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost", lost)
	}
	traffic := hub.Router.NHRP(nhrp.Filter{}).Tunnels[0].Traffic
	if n := traffic.Sent[nhrp.TrafficIndication]; n != 6 { // two flows for 20 seconds
		t.Errorf("%d redirects for two flows in 20 seconds", n)
	}
	if route(spoke1, lan2).Source == rib.NHRP {
		t.Error("a route appeared all the same")
	}
}

// A hub that is cut off takes nothing from a shortcut that is there.
func TestPhase3ShortcutOutlivesTheHub(t *testing.T) {
	w, hub, spoke1, _ := phase3(t)
	pings(w, spoke1, 5, 100*time.Millisecond)
	hub.Kill()
	if lost := pings(w, spoke1, 60, time.Second); lost > 0 {
		t.Errorf("%d pings lost without the hub", lost)
	}
}
