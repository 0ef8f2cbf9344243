package world

import (
	"net/netip"
	"testing"
	"time"

	"weft/nhrp"
)

var (
	pc1, pc2         = netip.MustParseAddr("172.16.11.10"), netip.MustParseAddr("172.16.12.10")
	tunnel1, tunnel2 = netip.MustParseAddr("10.0.0.11"), netip.MustParseAddr("10.0.0.12")
)

// phase2 boots the routers of labs/dmvpn-phase2, with a PC behind each spoke.
func phase2(t *testing.T) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w, hub, spoke1, spoke2 = lab(t, "dmvpn-phase2")
	spoke1.PC(pc1)
	spoke2.PC(pc2)
	return w, hub, spoke1, spoke2
}

// pings sends one echo request every interval and counts those without answer.
func pings(w *World, from *Node, n int, every time.Duration) (lost int) {
	for i := range n {
		sequence := uint16(0x1000 + i)
		delete(from.host.echoed, sequence)
		answered := from.Ping(pc1, pc2, sequence)
		w.Run(every)
		if !answered() {
			lost++
		}
	}
	return lost
}

// bound tells whether a node has resolved a tunnel address.
func bound(n *Node, protocol netip.Addr) bool {
	for _, tunnel := range n.Router.NHRP(nhrp.Filter{}).Tunnels {
		for _, e := range tunnel.Cache {
			if e.Protocol == netip.PrefixFrom(protocol, 32) && e.Type == nhrp.Dynamic {
				return true
			}
		}
	}
	return false
}

// Data goes by the hub until the next hop is resolved, and loses nothing when
// it moves to the direct way.
func TestPhase2SpokesMoveToTheDirectWay(t *testing.T) {
	w, hub, spoke1, spoke2 := phase2(t)
	w.Run(2 * time.Second)
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost while the next hops were resolved", lost)
	}
	if !bound(spoke1, tunnel2) || !bound(spoke2, tunnel1) {
		t.Fatal("the next hops are not resolved")
	}
	if spoke1.pipe.Counters("Tunnel0").ByServer == 0 {
		t.Error("nothing went by the server")
	}
	before := hubData(hub)
	if lost := pings(w, spoke1, 20, 50*time.Millisecond); lost > 0 || hubData(hub) != before {
		t.Errorf("%d pings lost on the direct way; the hub carried %d packets", lost, hubData(hub)-before)
	}
	golden(t, w)
}

// hubData counts the packets that a hub has sent into its tunnel but for its
// own of NHRP.
func hubData(hub *Node) uint64 {
	n := hub.pipe.Counters("Tunnel0").PacketsOut
	for _, tunnel := range hub.Router.NHRP(nhrp.Filter{NoCache: true}).Tunnels {
		for _, sent := range tunnel.Traffic.Sent {
			n -= sent
		}
	}
	return n
}

// An active pair lives through many holding times without a lost packet; an idle
// one is gone when the holding time is over.
func TestPhase2RefreshesWhatIsUsed(t *testing.T) {
	w, hub, spoke1, spoke2 := phase2(t)
	for _, n := range []*Node{spoke1, spoke2} {
		if err := n.Configure("interface Tunnel0", "ip nhrp holdtime 60"); err != nil {
			t.Fatal(err)
		}
	}
	w.Run(2 * time.Second)
	pings(w, spoke1, 10, time.Second)
	before := hubData(hub)
	if lost := pings(w, spoke1, 600, time.Second); lost > 0 || hubData(hub) != before {
		t.Errorf("in ten holding times %d pings were lost and %d packets went by the hub", lost, hubData(hub)-before)
	}
	w.Run(61 * time.Second)
	if bound(spoke1, tunnel2) || bound(spoke2, tunnel1) {
		t.Error("an idle pair is still resolved")
	}
}

// A spoke that goes is forgotten by the others at once, and one that comes back
// is resolved anew.
func TestPhase2SpokeThatGoesIsPurged(t *testing.T) {
	w, _, spoke1, spoke2 := phase2(t)
	w.Run(2 * time.Second)
	pings(w, spoke1, 5, 100*time.Millisecond)
	if err := spoke2.Configure("interface Tunnel0", "shutdown"); err != nil {
		t.Fatal(err)
	}
	w.Run(100 * time.Millisecond)
	if bound(spoke1, tunnel2) {
		t.Error("spoke1 still sends to a spoke that has taken its leave")
	}
	if err := spoke2.Configure("interface Tunnel0", "no shutdown"); err != nil {
		t.Fatal(err)
	}
	w.Run(5 * time.Second)
	if lost := pings(w, spoke1, 5, 100*time.Millisecond); lost > 0 || !bound(spoke1, tunnel2) {
		t.Errorf("after its return %d pings were lost", lost)
	}
}
