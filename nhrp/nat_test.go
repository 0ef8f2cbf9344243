package nhrp

import (
	"net/netip"
	"testing"
	"time"
)

// behindNAT puts a spoke of phase3 behind an address translator, which lets in
// only what comes from where something has been sent to.
func behindNAT(w *world, n *node, inside, outside string) {
	w.step(n, Interface{Tunnel: "Tunnel0"})
	n.nbma, n.outside = addr(inside), addr(outside)
	spoken := map[netip.Addr]bool{}
	before := w.lose
	w.lose = func(from, to netip.Addr) bool {
		if from == n.nbma {
			spoken[to] = true
		}
		source := from
		for _, x := range w.nodes {
			if x.nbma == from {
				source = x.outside
			}
		}
		return before(from, to) || to == n.outside && !spoken[source]
	}
	w.step(n, Interface{Tunnel: "Tunnel0", Up: true, NBMA: n.nbma})
	w.run(time.Second)
}

func TestShortcutToASpokeBehindNAT(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	behindNAT(w, spoke2, "192.168.1.2", "203.0.113.30")
	if e, _ := hub.entry("10.0.0.12"); e.NBMA != spoke2.outside || e.Claimed != spoke2.nbma || e.Flags&NAT == 0 {
		t.Fatalf("the hub's entry is %+v", e)
	}
	w.log.Reset()
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(time.Second)
	w.golden(t, "nat-shortcut")
	e, _ := spoke1.entry("10.0.0.12")
	if e.NBMA != spoke2.outside || e.Claimed != spoke2.nbma || e.Flags&NAT == 0 || spoke1.bindings[spoke2Host] != spoke2.outside || spoke1.routes[farLAN] != addr("10.0.0.12") {
		t.Errorf("spoke1's entry is %+v, its bindings %v, its routes %v", e, spoke1.bindings, spoke1.routes)
	}
}

func TestTwoSpokesBehindNATStayWithTheHub(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	behindNAT(w, spoke1, "192.168.1.1", "198.51.100.30")
	behindNAT(w, spoke2, "192.168.1.2", "203.0.113.30")
	for range 10 {
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.outside), data()})
		w.run(10 * time.Second)
	}
	if len(spoke1.routes) != 0 || len(spoke1.bindings) != 1 || spoke1.server != hub.nbma {
		t.Errorf("spoke1 has the routes %v and the bindings %v", spoke1.routes, spoke1.bindings)
	}
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n != 1 || spoke1.dropped(DropBothTranslated) != 1 {
		t.Errorf("it asked %d times, and counts %d", n, spoke1.dropped(DropBothTranslated))
	}
}

func TestSpokeThatMovesBehindAnotherTranslatorIsFoundThere(t *testing.T) {
	w, hub, _, spoke2 := phase3()
	behindNAT(w, spoke2, "192.168.1.2", "203.0.113.30")
	behindNAT(w, spoke2, "192.168.7.7", "203.0.113.40")
	if e, _ := hub.entry("10.0.0.12"); e.NBMA != spoke2.outside || e.Claimed != spoke2.nbma || hub.bindings[e.Protocol] != spoke2.outside {
		t.Errorf("the hub's entry is %+v", e)
	}
	if s := spoke2.tunnel().NHS[0]; s.Public != spoke2.outside || s.Status != Responding {
		t.Errorf("the spoke's server is %+v", s)
	}
}
