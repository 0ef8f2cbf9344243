package nhrp

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/dataplane/fib"
)

// routed gives a node a table: prefix, gateway ("" is on the link), interface.
func (w *world) routed(n *node, routes ...[3]string) {
	var table fib.Table
	for _, r := range routes {
		hop := fib.NextHop{Interface: r[2]}
		if r[1] != "" {
			hop.Gateway = addr(r[1])
		}
		table = table.With(fib.Entry{Prefix: netip.MustParsePrefix(r[0]), NextHops: []fib.NextHop{hop}})
	}
	w.step(n, Routes{table})
}

// phase3 is phase2 with a LAN behind each spoke and one route to all of them by
// the hub. Everybody authenticates.
func phase3() (w *world, hub, spoke1, spoke2 *node) {
	w = newWorld()
	secret := func(c Tunnel) Tunnel {
		c.Authentication, c.Shortcut, c.Redirect = "WEFTLAB", true, 8*time.Second
		return c
	}
	hub = w.add("hub", "192.0.2.1", 100, secret(hubConfig()))
	spoke1 = w.add("spoke1", "198.51.100.11", 200, secret(spokeConfig("10.0.0.11/24")))
	spoke2 = w.add("spoke2", "203.0.113.12", 300, secret(spokeConfig("10.0.0.12/24")))
	network := [3]string{"10.0.0.0/24", "", "Tunnel0"}
	summary := [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"}
	w.routed(hub, network, [3]string{"172.16.11.0/24", "10.0.0.11", "Tunnel0"}, [3]string{"172.16.12.0/24", "10.0.0.12", "Tunnel0"})
	w.routed(spoke1, network, summary, [3]string{"172.16.11.0/24", "", "Gi0/2"})
	w.routed(spoke2, network, summary, [3]string{"172.16.12.0/24", "", "Gi0/2"})
	w.run(time.Second)
	return w, hub, spoke1, spoke2
}

// data is the beginning of a packet from spoke1's LAN to spoke2's.
func data() []byte {
	b := make([]byte, 28)
	b[0] = 0x45
	copy(b[12:], []byte{172, 16, 11, 10, 172, 16, 12, 10})
	return b
}

var farLAN = netip.MustParsePrefix("172.16.12.0/24")

func TestRedirectLeadsToAShortcut(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	for range 3 { // of three packets one is told
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	}
	if c := hub.tunnel().Traffic; c.Sent[TrafficIndication] != 1 || c.Suppressed != 2 {
		t.Errorf("%d redirects sent, %d suppressed", c.Sent[TrafficIndication], c.Suppressed)
	}
	w.run(time.Second)
	if spoke1.routes[farLAN] != addr("10.0.0.12") || spoke1.bindings[spoke2Host] != spoke2.nbma {
		t.Errorf("spoke1 has the routes %v and the bindings %v", spoke1.routes, spoke1.bindings)
	}
	if r := spoke2.tunnel().Requesters; len(r) != 1 || r[0].Entry != farLAN || r[0].Protocol != addr("10.0.0.11") {
		t.Errorf("spoke2 remembers %+v", r)
	}
	if len(spoke2.bindings) != 1 {
		t.Errorf("what lies behind spoke2 is in its own map: %v", spoke2.bindings)
	}
	// Its LAN goes, and who was told hears of it.
	w.routed(spoke2, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"})
	w.run(time.Second)
	if len(spoke1.routes) != 1 || spoke1.routes[farLAN].IsValid() {
		t.Errorf("spoke2 has lost its LAN and spoke1 has the routes %v", spoke1.routes)
	}
	w.golden(t, "phase3-shortcut")
}

func TestShortcutGoesWithTheRouteThatItShortens(t *testing.T) {
	for _, watch := range []bool{true, false} {
		w, hub, spoke1, _ := phase3()
		c := spoke1.config
		c.NoRouteWatch = !watch
		w.configure(spoke1, c)
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
		w.run(time.Second)
		w.routed(spoke1, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"},
			[3]string{"192.168.1.0/24", "", "Gi0/3"})
		if !spoke1.routes[farLAN].IsValid() {
			t.Fatal("gone although its route is as it was")
		}
		w.routed(spoke1, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.2", "Tunnel0"})
		if there := spoke1.routes[farLAN].IsValid(); there == watch {
			t.Errorf("with route-watch %v it is there: %v", watch, there)
		}
	}
}

// passed is what a hub makes of a request for spoke2's LAN.
func passed(t *testing.T, change func(p *Packet)) (sent []Packet, hub *node) {
	t.Helper()
	w, hub, spoke1, _ := phase3()
	p := resolve("172.16.12.10")
	p.Source, p.SourceNBMA = addr("10.0.0.11"), spoke1.nbma
	p.Extensions = append(p.Extensions, hub.engine.tunnels[0].authentication())
	change(&p)
	for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(spoke1.nbma), Packet: encoded(t, p)}) {
		if s, ok := o.(Send); ok {
			sent = append(sent, decoded(t, s.Packet))
		}
	}
	return sent, hub
}

// unknown is an extension that nobody here knows and whoever acts on a packet must.
var unknown = Extension{Type: 0x3801, Compulsory: true, Value: []byte{1, 2, 3}}

func TestUnknownExtensionIsForTheLastStationToRefuse(t *testing.T) {
	sent, hub := passed(t, func(p *Packet) { p.HopCount = 64; p.Extensions = append([]Extension{unknown}, p.Extensions...) })
	if len(sent) != 1 || sent[0].Type != ResolutionRequest || hub.dropped(DropUnknownExtension) != 0 {
		t.Fatalf("the hub sends %+v", sent)
	}
	if e := sent[0].Extensions[0]; e.Type != unknown.Type || !e.Compulsory || string(e.Value) != string(unknown.Value) {
		t.Errorf("it is passed on as %+v", e)
	}

	// The last one refuses, and the hub passes the refusal on to who asked.
	w, hub, spoke1, spoke2 := phase3()
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(latency + time.Millisecond) // spoke1 has asked
	p := decoded(t, w.flying[len(w.flying)-1].packet)
	if p.Type != ResolutionRequest {
		t.Fatalf("spoke1 sends %+v", p)
	}
	p.Extensions = append(p.Extensions, unknown)
	w.flying[len(w.flying)-1].packet = encoded(t, p)
	w.run(time.Second)
	if spoke2.dropped(DropUnknownExtension) != 1 || len(spoke1.routes) != 0 {
		t.Errorf("spoke2 counts %d, and spoke1 has the routes %v", spoke2.dropped(DropUnknownExtension), spoke1.routes)
	}
	if n := spoke1.tunnel().Traffic.Received[ErrorIndication]; n != 1 || len(spoke1.engine.tunnels[0].questions.byID) != 0 {
		t.Errorf("spoke1 has %d errors and still asks %v", n, spoke1.engine.tunnels[0].questions.byID)
	}
	w.golden(t, "unknown-extension")
}

func TestErrorsThatPassAreBounded(t *testing.T) {
	w, hub, _, spoke2 := phase3()
	e := Packet{Type: ErrorIndication, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: spoke2.nbma,
		Source: addr("10.0.0.12"), Destination: addr("10.0.0.11"), Error: ProtocolError, Body: make([]byte, 40)}
	sent := 0
	for range 100 {
		for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(spoke2.nbma), Packet: encoded(t, e)}) {
			if _, ok := o.(Send); ok {
				sent++
			}
		}
	}
	if sent != errorsPerSecond || hub.dropped(DropErrorLimit) != 100-errorsPerSecond {
		t.Errorf("of 100 errors %d pass, %d are counted", sent, hub.dropped(DropErrorLimit))
	}
}

func TestRequestIsPassedOnWithOurRecord(t *testing.T) {
	sent, hub := passed(t, func(p *Packet) { p.HopCount = 64 })
	if len(sent) != 1 || sent[0].Type != ResolutionRequest || sent[0].HopCount != 63 || sent[0].Source != addr("10.0.0.11") {
		t.Fatalf("passed on as %+v", sent)
	}
	record, _, _ := sent[0].extension(ForwardTransitNHS)
	if entries, err := sent[0].Entries(record); err != nil || len(entries) != 1 || entries[0].Protocol != addr("10.0.0.1") || entries[0].NBMA != addr("192.0.2.1") {
		t.Errorf("the record is %+v, %v", entries, err)
	}
	if !hub.engine.tunnels[0].authentic(&sent[0]) {
		t.Errorf("its authentication is not ours: %+v", sent[0].Extensions)
	}
}

func TestLoopsAndTiredPacketsAreNotPassedOn(t *testing.T) {
	for name, test := range map[string]struct {
		change func(p *Packet)
		code   ErrorCode
	}{
		"last hop": {func(p *Packet) { p.HopCount = 1 }, HopCountExceeded},
		"been here": {func(p *Packet) {
			e, err := entryExtension(ForwardTransitNHS, true, IPv4, IPv4, CIE{NBMA: addr("192.0.2.1"), Protocol: addr("10.0.0.1")})
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Extensions {
				if p.Extensions[i].Type == ForwardTransitNHS {
					p.Extensions[i] = e
				}
			}
		}, LoopDetected},
	} {
		sent, _ := passed(t, test.change)
		if len(sent) != 1 || sent[0].Type != ErrorIndication || sent[0].Error != test.code {
			t.Errorf("%s: %+v", name, sent)
		}
	}
	// Back to where it came from is no way.
	sent, _ := passed(t, func(p *Packet) { p.Destination = addr("172.16.11.10") })
	if len(sent) != 1 || sent[0].Type != ResolutionReply || sent[0].CIEs[0].Code != NoBinding {
		t.Errorf("back to its sender: %+v", sent)
	}
}

// Two servers on the way: each adds itself to the record, and the answer comes
// straight from the last router.
func TestRequestGoesThroughAHierarchyOfServers(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	c := hub.config
	c.Address, c.Redirect = netip.MustParsePrefix("10.0.0.2/24"), 8*time.Second
	region := w.add("region", "192.0.2.2", 500, c)
	up := spoke2.config
	up.NHS = []NHS{{Protocol: addr("10.0.0.2"), NBMA: addr("192.0.2.2")}}
	w.configure(spoke2, up)
	c = hub.config
	c.Maps = []Map{{host(addr("10.0.0.2")), addr("192.0.2.2")}}
	w.configure(hub, c)
	network := [3]string{"10.0.0.0/24", "", "Tunnel0"}
	w.routed(hub, network, [3]string{"172.16.12.0/24", "10.0.0.2", "Tunnel0"})
	w.routed(region, network, [3]string{"172.16.12.0/24", "10.0.0.12", "Tunnel0"})
	w.run(time.Second)
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(time.Second)
	if n := region.tunnel().Traffic.Received[ResolutionRequest]; n != 1 || spoke1.routes[farLAN] != addr("10.0.0.12") || spoke1.bindings[spoke2Host] != spoke2.nbma {
		t.Errorf("the second server saw %d requests; spoke1 has the routes %v and the bindings %v", n, spoke1.routes, spoke1.bindings)
	}
	if !strings.Contains(w.log.String(), " 4[10.0.0.1 at 192.0.2.1][10.0.0.2 at 192.0.2.2]") {
		t.Errorf("the record does not name both servers:\n%s", w.log.String())
	}
}

// The reply to a station behind NAT goes back through the server, which passes
// it on.
func TestReplyToAStationBehindNATComesBackByTheServer(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	w.lose = func(_, _ netip.Addr) bool { return true } // there is no NAT yet
	behind := w.add("spoke3", "192.168.1.3", 400, func() Tunnel {
		c := spoke1.config
		c.Address = netip.MustParsePrefix("10.0.0.13/24")
		return c
	}())
	behind.outside = addr("203.0.113.30")
	w.routed(behind, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"})
	w.step(behind, Interface{Tunnel: "Tunnel0"})
	w.lose = func(_, _ netip.Addr) bool { return false }
	w.step(behind, Interface{Tunnel: "Tunnel0", Up: true, NBMA: behind.nbma})
	w.run(time.Second)
	if behind.tunnel().NHS[0].Public != behind.outside {
		t.Fatalf("it does not know that it is behind NAT: %+v", behind.tunnel().NHS[0])
	}
	w.step(hub, Hairpin{"Tunnel0", anyPort(behind.outside), data()})
	w.run(time.Second)
	if hub.tunnel().Traffic.Received[ResolutionReply] != 1 || behind.bindings[spoke2Host] != spoke2.nbma {
		t.Errorf("the hub saw %d replies; the bindings are %v", hub.tunnel().Traffic.Received[ResolutionReply], behind.bindings)
	}
	// What spoke2 was asked by this way it takes back by this way.
	w.routed(spoke2, [3]string{"10.0.0.0/24", "", "Tunnel0"})
	w.run(time.Second)
	if behind.routes[farLAN].IsValid() || spoke2.dropped(DropPurgeUnanswered) != 0 || len(spoke2.engine.tunnels[0].purges) != 0 {
		t.Errorf("after the purge there is %v", behind.routes)
	}
}

func TestRedirectsOfStrangersAreNotFollowed(t *testing.T) {
	for name, test := range map[string]struct {
		from   string
		body   []byte
		change func(c *Tunnel)
	}{
		"from a stranger":     {"192.0.2.66", data(), func(*Tunnel) {}},
		"without a packet":    {"192.0.2.1", data()[:19], func(*Tunnel) {}},
		"for our own network": {"192.0.2.1", append(append(data()[:16:16], 172, 16, 11, 10), 0, 0), func(*Tunnel) {}},
		"switched off":        {"192.0.2.1", data(), func(c *Tunnel) { c.Shortcut = false }},
	} {
		w, hub, spoke1, _ := phase3()
		c := spoke1.config
		test.change(&c)
		w.configure(spoke1, c)
		p := *hub.engine.tunnels[0].packet(TrafficIndication, addr("172.16.11.10"))
		p.Source = addr("10.0.0.77")
		p.Body, p.Extensions = test.body, []Extension{hub.engine.tunnels[0].authentication()}
		w.step(spoke1, Receive{Tunnel: "Tunnel0", From: anyPort(addr(test.from)), Packet: encoded(t, p)})
		if spoke1.tunnel().Traffic.Sent[ResolutionRequest] != 0 || spoke1.dropped(DropTrafficIndication) != 1 {
			t.Errorf("%s: followed", name)
		}
	}
}

// Of two networks behind one spoke each lives as long as it is used itself.
func TestNetworkThatIsNotUsedExpiresBesideOneThatIs(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	second := netip.MustParsePrefix("172.16.13.0/24")
	w.routed(hub, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.11.0/24", "10.0.0.11", "Tunnel0"},
		[3]string{"172.16.12.0/24", "10.0.0.12", "Tunnel0"}, [3]string{"172.16.13.0/24", "10.0.0.12", "Tunnel0"})
	w.routed(spoke2, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"},
		[3]string{"172.16.12.0/24", "", "Gi0/2"}, [3]string{"172.16.13.0/24", "", "Gi0/3"})
	elsewhere := data()
	elsewhere[18] = 13
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), elsewhere})
	w.run(time.Second)
	if len(spoke1.routes) != 3 {
		t.Fatalf("spoke1 has the routes %v", spoke1.routes)
	}
	asked := spoke1.tunnel().Traffic.Sent[ResolutionRequest]
	for range 1300 { // more than two holding times
		w.run(time.Second)
		// Data goes to one of the networks, and by that to their common next hop.
		for _, p := range spoke1.watched {
			if p != second {
				w.step(spoke1, Used{"Tunnel0", p.Addr()})
			}
		}
		spoke1.watched = nil
	}
	if !spoke1.routes[farLAN].IsValid() {
		t.Errorf("the network that is used has gone: %v", spoke1.routes)
	}
	if _, there := spoke1.routes[second]; there {
		t.Errorf("the network that is not used is still there: %v", spoke1.routes)
	}
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest] - asked; n > 4 {
		t.Errorf("it asked %d times in two holding times", n)
	}
}
