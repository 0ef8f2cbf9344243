package nhrp

import (
	"bytes"
	"fmt"
	"math/rand"
	"net/netip"
	"slices"
	"testing"
	"time"
)

func TestConfigureKeepsWhatDidNotChange(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	before, deadline := spoke.tunnel(), spoke.engine.Deadline()
	hubBefore := hub.tunnel()

	c := spoke.config
	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.99/32"), addr("192.0.2.99")}}
	if outs := spoke.engine.Step(w.now, Configure{Config{Tunnels: []Tunnel{c}}}); len(outs) != 1 || outs[0] != (Learn{"Tunnel0", c.Maps[0].Protocol, anyPort(c.Maps[0].NBMA)}) {
		t.Errorf("one more map is %+v", outs)
	}
	if after := spoke.tunnel(); after.NHS[0] != before.NHS[0] || spoke.engine.Deadline() != deadline {
		t.Errorf("the registration became %+v", after.NHS[0])
	}
	if outs := spoke.engine.Step(w.now, Configure{Config{Tunnels: []Tunnel{c}}}); outs != nil {
		t.Errorf("the same configuration again is %+v", outs)
	}
	if outs := spoke.engine.Step(w.now, Interface{Tunnel: "Tunnel0", Up: true, NBMA: spoke.nbma}); outs != nil {
		t.Errorf("the same interface state again is %+v", outs)
	}
	h := hub.config
	h.Multicast = []netip.Addr{addr("192.0.2.99")}
	w.configure(hub, h)
	if after := hub.tunnel(); !slices.Equal(after.Cache, hubBefore.Cache) || after.Traffic.Received != hubBefore.Traffic.Received {
		t.Errorf("the hub's cache became %+v", after.Cache)
	}
}

func TestStaticMapsReachTheDataPlane(t *testing.T) {
	w := newWorld()
	c := spokeConfig("10.0.0.11/24")
	c.NHS[0].NBMA = netip.Addr{} // it has a map instead
	c.NHS[0].Multicast = false
	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.1/32"), addr("192.0.2.1")}}
	c.Multicast = []netip.Addr{addr("192.0.2.1")}
	w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, c)
	w.run(time.Second)
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Responding || nhs.NBMA != addr("192.0.2.1") {
		t.Errorf("the server is %+v", nhs)
	}
	e, _ := spoke.entry("10.0.0.1")
	if e.Type != Static || !e.Expires.IsZero() || len(spoke.bindings) != 1 || len(spoke.multicast) != 1 {
		t.Errorf("the entry is %+v; the data plane has %v, multicast %v", e, spoke.bindings, spoke.multicast)
	}

	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.1/32"), addr("192.0.2.7")}}
	w.configure(spoke, c)
	if spoke.bindings[host(addr("10.0.0.1"))] != addr("192.0.2.7") {
		t.Errorf("after the change the data plane has %v", spoke.bindings)
	}
	c.Maps = nil
	w.configure(spoke, c)
	if nhs := spoke.tunnel().NHS[0]; len(spoke.bindings) != 0 || nhs.Status != Waiting || nhs.Failure == "" {
		t.Errorf("without the map there are %v, and the server is %+v", spoke.bindings, nhs)
	}
}

func TestPointToPointTunnelHasOnePeer(t *testing.T) {
	w := newWorld()
	c := spokeConfig("10.0.0.11/24")
	c.Multipoint, c.Destination = false, addr("192.0.2.1")
	c.NHS[0].NBMA, c.NHS[0].Multicast = netip.Addr{}, false
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, c)
	w.run(time.Second)
	if _, ok := hub.entry("10.0.0.11"); !ok || spoke.tunnel().NHS[0].Status != Responding {
		t.Errorf("the server is %+v", spoke.tunnel().NHS[0])
	}
	if e, _ := spoke.entry("10.0.0.1"); e.NBMA != addr("192.0.2.1") || len(spoke.bindings) != 0 {
		t.Errorf("the entry is %+v, and the data plane was told %v", e, spoke.bindings)
	}
	sent := spoke.tunnel().Traffic.Sent[RegistrationRequest]
	c.Multipoint, c.Destination = true, netip.Addr{}
	c.NHS[0].NBMA = addr("192.0.2.1")
	w.configure(spoke, c)
	w.run(time.Second)
	if spoke.tunnel().NHS[0].Status != Responding || len(spoke.bindings) != 1 || spoke.tunnel().Traffic.Sent[RegistrationRequest] != sent+1 {
		t.Errorf("as a multipoint tunnel: %+v, %v", spoke.tunnel().NHS[0], spoke.bindings)
	}
}

func TestRemovedTunnelTakesEverythingBack(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	for _, n := range []*node{spoke, hub} {
		w.step(n, Configure{})
		w.run(time.Second)
		if len(n.bindings) != 0 || len(n.multicast) != 0 || !n.engine.Deadline().IsZero() || n.engine.State(Filter{}).Tunnels != nil {
			t.Errorf("%s still has %v, multicast %v, something to do at %v", n.name, n.bindings, n.multicast, n.engine.Deadline())
		}
	}
	w.golden(t, "removed")
}

func TestHubForgetsClientsWhenItsTunnelGoesDown(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.step(hub, Interface{Tunnel: "Tunnel0"})
	if len(hub.bindings) != 0 {
		t.Errorf("it still has %v", hub.bindings)
	}
	w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(addr("198.51.100.11")), Packet: encoded(t, request())})
	if len(hub.bindings) != 0 || hub.dropped(DropTunnelDown) != 1 {
		t.Errorf("a tunnel that is down took a registration: %v", hub.bindings)
	}
}

func TestMulticastListIsToldAtMostTenTimesASecond(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	told := 0
	count := func(outs []Out) {
		for _, o := range outs {
			if m, ok := o.(Multicast); ok {
				told++
				hub.multicast = addresses(m.NBMA)
			}
		}
	}
	for i := range 1000 {
		p := request()
		p.Source = netip.AddrFrom4([4]byte{10, 0, byte(1 + i>>8), byte(i)})
		p.SourceNBMA = netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)})
		w.now = w.now.Add(time.Millisecond)
		count(hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(p.SourceNBMA), Packet: encoded(t, p)}))
	}
	w.now = w.now.Add(time.Second)
	count(hub.engine.Tick(w.now))
	if told > 12 || len(hub.multicast) != 1000 || !slices.IsSortedFunc(hub.multicast, netip.Addr.Compare) {
		t.Errorf("told %d times, of %d addresses at last", told, len(hub.multicast))
	}
}

func TestStateFiltersBeforeItCopies(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	for i := range 10 {
		w.add("spoke", fmt.Sprintf("198.51.100.%d", 11+i), uint32(200+i), spokeConfig(fmt.Sprintf("10.0.0.%d/24", 11+i)))
	}
	w.run(time.Second)
	s := hub.engine.State(Filter{Tunnel: "Tunnel0", Cache: func(e *Entry) bool { return e.Protocol.Contains(addr("10.0.0.15")) }})
	if len(s.Tunnels) != 1 || len(s.Tunnels[0].Cache) != 1 || len(s.Tunnels[0].Multicast) != 10 {
		t.Errorf("one entry is %+v", s)
	}
	if s := hub.engine.State(Filter{NoCache: true}); s.Tunnels[0].Cache != nil {
		t.Error("the cache was copied though not wanted")
	}
	if s := hub.engine.State(Filter{Tunnel: "Tunnel1"}); s.Tunnels != nil {
		t.Errorf("a tunnel that is not there is %+v", s)
	}
	all := hub.engine.State(Filter{}).Tunnels[0].Cache
	if len(all) != 10 || !slices.IsSortedFunc(all, func(a, b Entry) int { return a.Protocol.Addr().Compare(b.Protocol.Addr()) }) {
		t.Errorf("the cache is %+v", all)
	}
}

func TestUsedBindingsAreMarkedAndCountersCleared(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.step(hub, Used{"Tunnel0", addr("10.0.0.11")})
	w.step(hub, Unresolved{"Tunnel0", addr("10.0.0.77")})
	w.run(200 * time.Second) // a refresh keeps the mark
	if e, _ := hub.entry("10.0.0.11"); e.Flags&UsedFlag == 0 || hub.dropped(DropUnresolved) != 1 {
		t.Errorf("the used entry is %+v", e)
	}
	w.step(hub, ClearCounters{})
	if s := hub.tunnel().Traffic; s.Received != [9]uint64{} || s.Sent != [9]uint64{} || hub.dropped(DropUnresolved) != 0 {
		t.Errorf("cleared counters are %+v", s)
	}
}

func TestDebugEventsComeOnlyWhenSwitchedOn(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	topics := func(in Packet) (seen []Topic) {
		for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("198.51.100.11")), Packet: encoded(t, in)}) {
			if d, ok := o.(Debug); ok {
				seen = append(seen, d.Topic)
			}
		}
		return seen
	}
	bad := request()
	bad.CIEs = nil
	if seen := append(topics(request()), topics(bad)...); seen != nil {
		t.Errorf("with all topics off there are %v", seen)
	}
	w.step(hub, Debugging{Packet: true, Cache: true, Error: true})
	if seen := topics(request()); !slices.Equal(seen, []Topic{TopicPacket, TopicCache, TopicPacket}) {
		t.Errorf("a registration is %v", seen)
	}
	if seen := topics(bad); !slices.Equal(seen, []Topic{TopicPacket, TopicError, TopicPacket}) {
		t.Errorf("a refused one is %v", seen)
	}
}

// What the log does not say of a refused peer, debugging does.
func TestErrorsNameThePeerThatWasRefused(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.step(hub, Debugging{Error: true})
	bad := request()
	bad.CIEs = nil
	var seen []Event
	for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("198.51.100.99")), Packet: encoded(t, bad)}) {
		if d, ok := o.(Debug); ok {
			seen = append(seen, d.Event)
		}
	}
	want := Dropped{Tunnel: "Tunnel0", Peer: addr("198.51.100.99"), Protocol: addr("10.0.0.11"), Reason: "no client information entry"}
	if !slices.Equal(seen, []Event{want}) {
		t.Errorf("seen are %+v", seen)
	}
}

// The same inputs at the same instants have the same outcome: no map's order shows.
func TestTranscriptsRepeat(t *testing.T) {
	run := func() string {
		w := newWorld()
		r := rand.New(rand.NewSource(3))
		w.lose = func(_, _ netip.Addr) bool { return r.Intn(4) == 0 }
		c := hubConfig()
		for i := range 20 {
			c.Maps = append(c.Maps, Map{host(netip.AddrFrom4([4]byte{10, 0, 0, byte(200 + i)})), addr("203.0.113.1")})
		}
		hub := w.add("hub", "192.0.2.1", 100, c)
		for i := range 20 {
			w.add(fmt.Sprint("spoke", i), fmt.Sprintf("198.51.100.%d", 11+i), uint32(200+i), spokeConfig(fmt.Sprintf("10.0.0.%d/24", 11+i)))
		}
		w.run(700 * time.Second)
		w.step(hub, Clear{})
		w.run(300 * time.Second)
		w.step(hub, Configure{})
		return w.log.String()
	}
	first := run()
	for range 10 {
		if again := run(); again != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestCloudSettlesWhenTheLossIsOver(t *testing.T) {
	w := newWorld()
	r := rand.New(rand.NewSource(4))
	loss := 60
	w.lose = func(_, _ netip.Addr) bool { return r.Intn(100) < loss }
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	for i := range 30 {
		c := spokeConfig(fmt.Sprintf("10.0.0.%d/24", 11+i))
		c.Holdtime = 30 * time.Second
		w.add(fmt.Sprint("spoke", i), fmt.Sprintf("198.51.100.%d", 11+i), uint32(1000*i+1), c)
	}
	w.run(20 * time.Minute)
	loss = 0
	w.run(64*time.Second + 2*latency)
	for _, n := range w.nodes[1:] {
		e, ok := hub.entry(n.config.Address.Addr().String())
		if nhs := n.tunnel().NHS[0]; !ok || e.NBMA != n.nbma || nhs.Status != Responding {
			t.Errorf("%s: the hub has %+v, and its server is %+v", n.name, e, nhs)
		}
	}
	if len(hub.bindings) != 30 || len(hub.multicast) != 30 {
		t.Errorf("the data plane has %d bindings and %d copies", len(hub.bindings), len(hub.multicast))
	}
}

func TestRandomGarbageIsCountedAndChangesNothing(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	before := hub.tunnel()
	r := rand.New(rand.NewSource(2))
	good := encoded(t, request())
	const packets = 20000
	for i := range packets {
		b := make([]byte, r.Intn(200))
		r.Read(b)
		if i%2 == 0 { // or a good packet with one octet changed, which the checksum sees
			b = bytes.Clone(good)
			b[r.Intn(len(b))] ^= byte(1 + r.Intn(255))
		}
		if outs := hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr("203.0.113.66")), Packet: b}); outs != nil {
			t.Fatalf("%x brings about %+v", b, outs)
		}
	}
	after := hub.tunnel()
	var counted uint64
	for _, c := range after.Traffic.Dropped {
		counted += c.Count
	}
	if counted != packets || !slices.Equal(after.Cache, before.Cache) {
		t.Errorf("%d of %d packets are counted as dropped, and the cache is %+v", counted, packets, after.Cache)
	}
}

func TestEveryReasonHasItsOwnName(t *testing.T) {
	seen := map[string]bool{}
	for r := range numReasons {
		if name := r.String(); name == "" || seen[name] {
			t.Errorf("reason %d is named %q", r, name)
		} else {
			seen[name] = true
		}
	}
}
