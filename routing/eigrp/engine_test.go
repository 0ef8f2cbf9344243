package eigrp

import (
	"net/netip"
	"testing"
	"time"
)

func TestTwoRoutersTellEachOtherTheirNetworks(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.node("a", defaults()), w.node("b", defaults())
	w.segment("10.0.0.0/24", nil, a, b)
	a.lan("172.16.1.0/24")
	b.lan("172.16.2.0/24")
	w.boot()
	w.run(6 * time.Second)
	if a.via("172.16.2.0/24") != "10.0.0.2" || b.via("172.16.1.0/24") != "10.0.0.1" {
		w.fail()
	}
	// 256 * (10^7/100000 + (10+10)): FastEthernet twice.
	if m := a.routes[netip.MustParsePrefix("172.16.2.0/24")].Metric; m != 256*(100+20) {
		t.Errorf("metric %d", m)
	}
	if _, ok := a.events[0].(NeighborUp); !ok {
		t.Errorf("%+v", a.events)
	}
	quiet := w.sent
	w.run(time.Minute)
	if n := w.sent - quiet; n > 52 { // four interfaces
		t.Errorf("%d packets in a quiet minute: hellos and nothing else", n)
	}
}

func TestSilentNeighborIsLostAfterTheHoldingTime(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.node("a", defaults()), w.node("b", defaults())
	w.segment("10.0.0.0/24", nil, a, b)
	b.lan("172.16.2.0/24")
	w.boot()
	w.run(10 * time.Second)
	w.loss = 1
	w.run(16 * time.Second)
	if a.via("172.16.2.0/24") != "none" {
		w.fail()
	}
	down, ok := a.events[len(a.events)-1].(NeighborDown)
	if !ok || down.Reason != "holding time expired" {
		t.Errorf("%+v", a.events)
	}
	w.loss = 0
	w.run(10 * time.Second)
	if a.via("172.16.2.0/24") != "10.0.0.2" {
		w.fail()
	}
}

func TestGoodbyeIsGraceful(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.node("a", defaults()), w.node("b", defaults())
	w.segment("10.0.0.0/24", nil, a, b)
	b.lan("172.16.2.0/24")
	w.boot()
	w.run(10 * time.Second)
	b.step(Configure{Config{}})
	w.run(time.Second)
	if a.via("172.16.2.0/24") != "none" || a.events[len(a.events)-1].(NeighborDown).Reason != "Interface PEER-TERMINATION received" {
		w.fail()
	}
}

func TestWeightsMustBeEqual(t *testing.T) {
	w := newWorld(t, 1)
	other := defaults()
	other.Weights = Weights{1, 1, 1, 0, 0, 0}
	a, b := w.node("a", defaults()), w.node("b", other)
	w.segment("10.0.0.0/24", nil, a, b)
	w.boot()
	w.run(10 * time.Second)
	if m, ok := a.events[0].(Mismatch); !ok || m.Reason != "K-value mismatch" || a.peers() != 0 {
		w.fail()
	}
	if a.engine.drops[dropWeights] == 0 {
		t.Error("not counted")
	}
}

// cloud is a hub with spokes behind a multipoint tunnel, each with a LAN.
func cloud(t *testing.T, hub, spoke func(*Config)) (w *world, h *node, spokes []*node) {
	w = newWorld(t, 1)
	c := defaults()
	hub(&c)
	h = w.node("hub", c)
	for _, name := range []string{"spoke1", "spoke2", "spoke3"} {
		c := defaults()
		spoke(&c)
		spokes = append(spokes, w.node(name, c))
	}
	w.segment("10.0.0.0/24", h, append([]*node{h}, spokes...)...)
	h.lan("172.16.0.0/24")
	for k, s := range spokes {
		s.lan([]string{"172.16.11.0/24", "172.16.12.0/24", "172.16.13.0/24"}[k])
	}
	w.boot()
	w.run(20 * time.Second)
	return w, h, spokes
}

func nothing(*Config) {}

func TestHubHidesSpokesFromEachOtherBySplitHorizon(t *testing.T) {
	w, hub, spokes := cloud(t, nothing, nothing)
	if hub.via("172.16.11.0/24") != "10.0.0.2" || spokes[0].via("172.16.0.0/24") != "10.0.0.1" || spokes[0].via("172.16.12.0/24") != "none" {
		w.fail()
	}
	// A tunnel of 100 kbit/s and 50 ms, and the LAN behind it.
	if m := hub.routes[netip.MustParsePrefix("172.16.11.0/24")].Metric; m != 256*(100000+5000+10) {
		t.Errorf("metric %d", m)
	}
}

func TestHubTellsSpokesOfEachOtherWithoutSplitHorizon(t *testing.T) {
	w, _, spokes := cloud(t, func(c *Config) { c.Interfaces["Link0"] = Interface{NoSplitHorizon: true} }, nothing)
	if spokes[0].via("172.16.12.0/24") != "10.0.0.1" {
		w.fail()
	}
	if m := spokes[0].routes[netip.MustParsePrefix("172.16.12.0/24")].Metric; m != 256*(100000+10000+10) {
		t.Errorf("metric %d", m)
	}
}

func TestHubKeepsTheNextHopForPhase2(t *testing.T) {
	w, _, spokes := cloud(t, func(c *Config) { c.Interfaces["Link0"] = Interface{NoSplitHorizon: true, KeepNextHop: true} }, nothing)
	if spokes[0].via("172.16.12.0/24") != "10.0.0.3" || spokes[2].via("172.16.11.0/24") != "10.0.0.2" {
		w.fail()
	}
}

func TestHubSummarizesForPhase3(t *testing.T) {
	w, hub, spokes := cloud(t, func(c *Config) {
		c.Interfaces["Link0"] = Interface{Summaries: []Summary{{Prefix: netip.MustParsePrefix("172.16.0.0/16")}}}
	}, nothing)
	if spokes[0].via("172.16.0.0/16") != "10.0.0.1" || spokes[0].via("172.16.12.0/24") != "none" || spokes[0].via("172.16.0.0/24") != "none" || hub.via("172.16.0.0/16") != "Null0" {
		w.fail()
	}
	if r := hub.routes[netip.MustParsePrefix("172.16.0.0/16")]; r.Distance != 5 {
		t.Errorf("%+v", r)
	}
}

func TestStubsTellOnlyWhatIsTheirsAndAreNotAsked(t *testing.T) {
	w, hub, spokes := cloud(t, nothing, func(c *Config) { c.Stub = &Stub{Connected: true, Summary: true} })
	if hub.via("172.16.11.0/24") != "10.0.0.2" || spokes[0].via("172.16.0.0/24") != "10.0.0.1" {
		w.fail()
	}
	spokes[0].step(Redistribute{Prefix: netip.MustParsePrefix("192.168.1.0/24"), Source: FromStatic, Seed: &Seed{Bandwidth: 1000, Delay: 100, Reliability: 255, Load: 1, MTU: 1500}})
	w.run(5 * time.Second)
	if hub.via("192.168.1.0/24") != "none" {
		t.Error("a stub tells of a static route that it may not tell of")
	}
	before := hub.engine.traffic.Queries[0]
	spokes[0].ports[1].segment.down = true
	spokes[0].step(spokes[0].ports[1].link())
	w.run(5 * time.Second)
	if hub.engine.traffic.Queries[0] != before || hub.via("172.16.11.0/24") != "none" {
		w.fail()
	}
	if s := hub.engine.State(hub.w.now).Neighbors[0].Stub; s == nil || !s.Connected || s.Static {
		t.Errorf("the hub takes it for %+v", s)
	}
}

func TestExternalRoutesAreTold(t *testing.T) {
	w := newWorld(t, 1)
	a, b := w.node("a", defaults()), w.node("b", defaults())
	w.segment("10.0.0.0/24", nil, a, b)
	w.boot()
	w.run(6 * time.Second)
	prefix := netip.MustParsePrefix("0.0.0.0/0")
	a.step(Redistribute{Prefix: prefix, Source: FromStatic, Tag: 77, Seed: &Seed{Bandwidth: 10000, Delay: 100, Reliability: 255, Load: 1, MTU: 1500}})
	w.run(time.Second)
	r := b.routes[prefix]
	if !r.External || r.Distance != 170 || r.Tag != 77 || r.Metric != 256*(1000+110) {
		t.Errorf("%+v", r)
		w.fail()
	}
	x := b.engine.State(b.w.now).Topology
	if e := x[0].Paths[0].External; e == nil || e.Protocol != FromStatic || e.Router != netip.MustParseAddr("10.0.0.1") {
		t.Errorf("%+v", x[0])
	}
	a.step(Retract{prefix, FromStatic})
	w.run(time.Second)
	if _, ok := b.routes[prefix]; ok {
		w.fail()
	}
}

func TestFeasibleSuccessorTakesOverWithoutAsking(t *testing.T) {
	// a reaches d's LAN by b (near) and by c (a little farther, but not by a).
	w := newWorld(t, 1)
	a, b, c, d := w.node("a", defaults()), w.node("b", defaults()), w.node("c", defaults()), w.node("d", defaults())
	ab := w.segment("10.0.1.0/24", nil, a, b)
	w.segment("10.0.2.0/24", nil, a, c)
	w.segment("10.0.3.0/24", nil, b, d)
	w.segment("10.0.4.0/24", nil, c, d)
	d.lan("172.16.4.0/24")
	w.boot()
	w.run(10 * time.Second)
	if a.via("172.16.4.0/24") != "10.0.1.2 10.0.2.2" {
		w.fail() // equal ways are taken both
	}
	before := a.engine.traffic.Queries[0]
	w.set(ab, true)
	if a.via("172.16.4.0/24") != "10.0.2.2" {
		w.fail()
	}
	w.run(time.Second)
	if n := a.engine.traffic.Queries[0] - before; n > 2 { // for the network of the link itself
		t.Errorf("%d queries", n)
	}
}

func TestStaticNeighborsHearNobodyElse(t *testing.T) {
	w := newWorld(t, 1)
	c := defaults()
	c.Interfaces["Link0"] = Interface{Neighbors: []netip.Addr{netip.MustParseAddr("10.0.0.2")}}
	other := defaults()
	other.Interfaces["Link0"] = Interface{Neighbors: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}
	a, b, x := w.node("a", c), w.node("b", other), w.node("x", defaults())
	w.segment("10.0.0.0/24", nil, a, b, x)
	b.lan("172.16.2.0/24")
	w.boot()
	w.run(10 * time.Second)
	if a.via("172.16.2.0/24") != "10.0.0.2" || a.peers() != 1 || x.peers() != 0 || a.engine.drops[dropStatic] == 0 {
		w.fail()
	}
}

func TestAuthenticationKeepsStrangersOut(t *testing.T) {
	for _, mode := range []AuthenticationMode{MD5, HMACSHA256} {
		w := newWorld(t, 1)
		with := func(secret Secret) Config {
			c := defaults()
			c.Interfaces["Link0"] = Interface{Authentication: Authentication{Mode: mode, Keys: []Key{{ID: 1, Secret: secret}}}}
			return c
		}
		a, b, x, y := w.node("a", with("right")), w.node("b", with("right")), w.node("x", with("wrong")), w.node("y", defaults())
		w.segment("10.0.0.0/24", nil, a, b, x, y)
		b.lan("172.16.2.0/24")
		w.boot()
		w.run(10 * time.Second)
		if a.via("172.16.2.0/24") != "10.0.0.2" || a.peers() != 1 || a.engine.drops[errAuth] == 0 || a.engine.drops[errNoAuth] == 0 {
			t.Errorf("%v", a.engine.drops)
			w.fail()
		}
	}
}

func TestStuckRouteEndsWithTheNeighborThatIsSilentAboutIt(t *testing.T) {
	// a - b - c, and c answers hellos and acknowledgments, but no queries.
	w := newWorld(t, 1)
	a, b, c := w.node("a", defaults()), w.node("b", defaults()), w.node("c", defaults())
	ab := w.segment("10.0.1.0/24", nil, a, b)
	w.segment("10.0.2.0/24", nil, b, c)
	a.lan("172.16.1.0/24")
	w.boot()
	w.run(10 * time.Second)
	// The reply of c is kept back by never letting it be made.
	c.engine.topology[netip.MustParsePrefix("172.16.1.0/24")].active = true
	w.set(ab, true)
	w.run(10 * time.Minute)
	stuck := false
	for _, e := range b.events {
		if _, ok := e.(Stuck); ok {
			stuck = true
		}
	}
	if !stuck || b.engine.topology[netip.MustParsePrefix("172.16.1.0/24")] != nil && b.engine.topology[netip.MustParsePrefix("172.16.1.0/24")].active {
		w.fail()
	}
}
