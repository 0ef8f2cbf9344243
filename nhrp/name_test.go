package nhrp

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// namedWorld is a hub and a spoke that knows it by name alone.
func namedWorld(addresses ...netip.Addr) (w *world, hub, spoke *node) {
	w = newWorld()
	w.hosts = map[string][]netip.Addr{"hub.example.net": addresses}
	hub = w.add("hub", "192.0.2.1", 100, hubConfig())
	c := spokeConfig("10.0.0.11/24")
	c.NHS = []NHS{{Host: "hub.example.net", Multicast: true}}
	c.RegistrationTimeout = 10 * time.Second
	return w, hub, w.add("spoke1", "198.51.100.11", 200, c)
}

func TestServerIsLearntByItsName(t *testing.T) {
	w, hub, spoke := namedWorld(addr("192.0.2.1"))
	w.run(25 * time.Second)
	w.golden(t, "dynamic-server")
	s := spoke.tunnel().NHS[0]
	if s.Protocol != addr("10.0.0.1") || s.NBMA != addr("192.0.2.1") || s.Status != Responding || !s.Dynamic {
		t.Errorf("the server is %+v", s)
	}
	if e, _ := spoke.entry("10.0.0.1"); e.Type != Static || e.NBMA != addr("192.0.2.1") {
		t.Errorf("the spoke's entry of it is %+v", e)
	}
	if _, ok := hub.entry("10.0.0.11"); !ok || !slices.Equal(spoke.multicast, []netip.Addr{hub.nbma}) || !spoke.served {
		t.Errorf("the hub knows the spoke: %v; multicast goes to %v", ok, spoke.multicast)
	}
}

func TestNameThatIsNotFoundIsAskedForAgain(t *testing.T) {
	w, _, spoke := namedWorld()
	w.run(4 * time.Second)
	if s := spoke.tunnel().NHS[0]; s.Failure != "no address of hub.example.net" || s.Status != Waiting || spoke.served {
		t.Errorf("the server is %+v", s)
	}
	w.hosts["hub.example.net"] = []netip.Addr{addr("192.0.2.1")}
	w.run(2 * time.Second)
	spoke.uses(t, "R10.0.0.1")
}

func TestServerThatMovesIsFoundAgain(t *testing.T) {
	for name, protocol := range map[string]netip.Addr{"learnt": {}, "configured": addr("10.0.0.1")} {
		w, hub, spoke := namedWorld(addr("192.0.2.1"))
		c := spoke.config
		c.NHS = []NHS{{Protocol: protocol, Host: "hub.example.net", Multicast: true}}
		w.configure(spoke, c)
		w.run(time.Second)
		spoke.uses(t, "R10.0.0.1")
		move(w, hub, "192.0.2.9")
		w.hosts["hub.example.net"] = []netip.Addr{addr("192.0.2.9")}
		w.run(20 * time.Second)
		spoke.uses(t, "R10.0.0.1")
		if n := spoke.tunnel().NHS; len(n) != 1 || n[0].NBMA != addr("192.0.2.9") || spoke.bindings[host(addr("10.0.0.1"))] != addr("192.0.2.9") {
			t.Errorf("%s: the servers are %+v", name, n)
		}
	}
}

func TestServerWithAnotherProtocolAddressIsLearntAnew(t *testing.T) {
	w, hub, spoke := namedWorld(addr("192.0.2.1"))
	w.run(time.Second)
	h := hub.config
	h.Address = netip.MustParsePrefix("10.0.0.3/24")
	w.configure(hub, h)
	w.run(15 * time.Second)
	spoke.uses(t, "R10.0.0.3")
	if _, old := spoke.bindings[host(addr("10.0.0.1"))]; old {
		t.Error("the old address is still bound")
	}
}

func TestEveryAddressOfANameIsAServer(t *testing.T) {
	w, _, spoke := namedWorld(addr("192.0.2.1"), addr("192.0.2.2"))
	c := hubConfig()
	c.Address = netip.MustParsePrefix("10.0.0.2/24")
	w.add("hub2", "192.0.2.2", 500, c)
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.1", "R10.0.0.2")

	// One server under two addresses is one server.
	w, _, spoke = namedWorld(addr("192.0.2.1"), addr("192.0.2.7"))
	second := w.add("second", "192.0.2.7", 500, hubConfig())
	w.run(5 * time.Minute)
	if got := spoke.inUse(); !slices.Contains(got, "R10.0.0.1") || len(spoke.bindings) != 1 {
		t.Errorf("in use are %v, bound %v", got, spoke.bindings)
	}
	if n := second.tunnel().Traffic.Received[RegistrationRequest]; n > 40 {
		t.Errorf("the second address got %d requests in 5 minutes", n)
	}
}

func TestNextAddressOfANameIsTriedForAGivenServer(t *testing.T) {
	w, hub, spoke := namedWorld(addr("192.0.2.66"), addr("192.0.2.1"))
	c := spoke.config
	c.NHS = []NHS{{Protocol: addr("10.0.0.1"), Host: "hub.example.net"}}
	w.configure(spoke, c)
	w.run(10 * time.Second)
	spoke.uses(t, "R10.0.0.1")
	if len(hub.bindings) != 1 {
		t.Errorf("the hub knows %v", hub.bindings)
	}
}

func TestServerWithAnImpossibleAddressIsNotBelieved(t *testing.T) {
	for _, own := range []string{"10.9.0.1/24", "10.0.0.11/24"} {
		w, hub, spoke := namedWorld(addr("192.0.2.1"))
		h := hub.config
		h.Address = netip.MustParsePrefix(own)
		w.configure(hub, h)
		w.run(30 * time.Second)
		if spoke.served || len(spoke.bindings) != 0 {
			t.Errorf("a server that calls itself %s is bound: %v", own, spoke.bindings)
		}
	}
}

func TestNameThatNobodyAnswersForIsAskedForAgain(t *testing.T) {
	e := New(strings.NewReader(""))
	c := spokeConfig("10.0.0.11/24")
	c.NHS = []NHS{{Host: "hub.example.net"}}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	e.Step(now, Configure{Config{Tunnels: []Tunnel{c}}})
	if outs := e.Step(now, Interface{Tunnel: "Tunnel0", Up: true, NBMA: addr("198.51.100.11")}); !slices.Contains(outs, Out(Lookup{"hub.example.net"})) {
		t.Fatalf("the tunnel comes up: %+v", outs)
	}
	if outs := e.Tick(e.Deadline()); !slices.Contains(outs, Out(Lookup{"hub.example.net"})) {
		t.Errorf("a minute later: %+v", outs)
	}
	e.Step(now, Configure{})
	if len(e.names) != 0 || !e.Deadline().IsZero() {
		t.Errorf("a name that nobody needs is still there: %v", e.names)
	}
}
