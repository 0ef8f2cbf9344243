package nhrp

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// phase2 is a hub with two spokes that have registered.
func phase2() (w *world, hub, spoke1, spoke2 *node) {
	w = newWorld()
	hub = w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke1 = w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	spoke2 = w.add("spoke2", "203.0.113.12", 300, spokeConfig("10.0.0.12/24"))
	w.run(time.Second)
	return w, hub, spoke1, spoke2
}

var spoke2Host = host(addr("10.0.0.12"))

// want is data that waits for a next hop.
func (w *world) want(n *node, nextHop string) {
	w.step(n, Unresolved{n.config.Name, addr(nextHop)})
}

func TestSpokeResolvesANextHopAtTheHub(t *testing.T) {
	w, _, spoke1, spoke2 := phase2()
	if spoke1.server != addr("192.0.2.1") {
		t.Errorf("meanwhile data goes to %v", spoke1.server)
	}
	w.want(spoke1, "10.0.0.12")
	w.want(spoke1, "10.0.0.12")
	if e, _ := spoke1.entry("10.0.0.12"); e.Type != Incomplete || e.RequestID == 0 {
		t.Errorf("while it is asked for, the entry is %+v", e)
	}
	w.run(time.Second)
	e, _ := spoke1.entry("10.0.0.12")
	if e.Type != Dynamic || e.Flags != Router|NHOP || spoke1.bindings[spoke2Host] != spoke2.nbma || len(spoke1.routes) != 0 {
		t.Errorf("the entry is %+v; the data plane has %v, the routing table %v", e, spoke1.bindings, spoke1.routes)
	}
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n != 1 {
		t.Errorf("%d requests were sent", n)
	}
	// Who was told of spoke2 is told when it goes.
	w.step(spoke2, Interface{Tunnel: "Tunnel0"})
	w.run(time.Second)
	if _, ok := spoke1.entry("10.0.0.12"); ok || spoke1.bindings[spoke2Host].IsValid() {
		t.Errorf("spoke2 has gone and spoke1 has %v", spoke1.bindings)
	}
	w.golden(t, "phase2-resolution")
}

func TestRequestIsRepeatedUnderOneIDAndThenLetGo(t *testing.T) {
	w, _, spoke1, _ := phase2()
	w.lose = func(from, to netip.Addr) bool { return to == addr("192.0.2.1") }
	w.want(spoke1, "10.0.0.12")
	first, _ := spoke1.entry("10.0.0.12")
	for range 100 { // data goes on, and on
		w.run(time.Second)
		w.want(spoke1, "10.0.0.12")
	}
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n != questionTries || spoke1.dropped(DropResolutionUnanswered) != 1 {
		t.Errorf("%d requests, given up %d times", n, spoke1.dropped(DropResolutionUnanswered))
	}
	if e, _ := spoke1.entry("10.0.0.12"); e != first || e.Flags&Negative == 0 {
		t.Errorf("the entry was %+v and is %+v", first, e)
	}
	w.lose = func(_, _ netip.Addr) bool { return false }
	w.run(deadTime)
	w.want(spoke1, "10.0.0.12")
	w.run(time.Second)
	if !spoke1.bindings[spoke2Host].IsValid() {
		t.Error("when its time is over, the next hop is not asked for again")
	}
}

func TestUnknownNextHopIsNotAskedForAgainSoon(t *testing.T) {
	w, hub, spoke1, _ := phase2()
	for range 100 {
		w.want(spoke1, "10.0.0.77")
		w.run(time.Second)
	}
	if n := hub.tunnel().Traffic.Received[ResolutionRequest]; n != 1 {
		t.Errorf("the hub was asked %d times", n)
	}
	if e, _ := spoke1.entry("10.0.0.77"); e.Type != Incomplete || e.Flags&Negative == 0 {
		t.Errorf("the entry is %+v", e)
	}
}

func TestFloodOfUnknownNextHopsIsBounded(t *testing.T) {
	w, _, spoke1, _ := phase2()
	for i := range 250 {
		w.want(spoke1, fmt.Sprintf("10.0.0.%d", 1+i%254))
	}
	sent := spoke1.tunnel().Traffic.Sent[ResolutionRequest]
	if dropped := spoke1.dropped(DropResolutionLimit); sent != questionsPerSecond || dropped == 0 {
		t.Errorf("%d requests in a moment, %d suppressed", sent, dropped)
	}
}

func TestNobodyIsAskedWithoutServer(t *testing.T) {
	w, hub, _, _ := phase2()
	w.want(hub, "10.0.0.77")
	w.want(hub, "10.0.0.77")
	if e, _ := hub.entry("10.0.0.77"); e.Type != Incomplete {
		t.Errorf("what data wanted is %+v", e)
	}
	if hub.dropped(DropUnresolved) != 1 || hub.tunnel().Traffic.Sent[ResolutionRequest] != 0 || hub.server.IsValid() {
		t.Errorf("the hub asked, or sends its data to %v", hub.server)
	}
}

// use reports what the data plane would: a packet through each watched binding.
func (w *world) use(n *node) {
	list := n.watched
	n.watched = nil
	for _, p := range list {
		w.step(n, Used{n.config.Name, p.Addr()})
	}
}

func TestUsedAnswerOutlivesItsHoldingTimeAndIdleOneDoesNot(t *testing.T) {
	w, _, spoke1, _ := phase2()
	w.want(spoke1, "10.0.0.12")
	w.run(time.Second)
	learnt, _ := spoke1.entry("10.0.0.12")
	for end := w.now.Add(10 * 600 * time.Second); w.now.Before(end); {
		w.run(time.Second)
		w.use(spoke1)
		if !spoke1.bindings[spoke2Host].IsValid() {
			t.Fatalf("lost after %v", w.now.Sub(learnt.Created))
		}
	}
	// From here on nobody uses it.
	e, _ := spoke1.entry("10.0.0.12")
	w.run(e.Expires.Sub(w.now) + time.Second)
	if _, ok := spoke1.entry("10.0.0.12"); ok || spoke1.bindings[spoke2Host].IsValid() {
		t.Errorf("idle since %v, it is still there", w.now.Sub(e.Expires))
	}
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n < 10 || n > 16 {
		t.Errorf("%d requests in ten holding times", n)
	}
}

func TestAnswersThatWouldLeadAstrayAreRefused(t *testing.T) {
	for name, change := range map[string]func(p *Packet){
		"our own address":              func(p *Packet) { p.CIEs[0].Protocol = addr("10.0.0.11") },
		"our own NBMA address":         func(p *Packet) { p.CIEs[0].NBMA = addr("198.51.100.11") },
		"next hop outside the network": func(p *Packet) { p.CIEs[0].Protocol = addr("172.16.12.1"); p.Destination = addr("172.16.12.10") },
		"no holding time":              func(p *Packet) { p.CIEs[0].HoldingTime = 0 },
		"no NBMA address":              func(p *Packet) { p.CIEs[0].NBMA = netip.Addr{} },
		"multicast":                    func(p *Packet) { p.CIEs[0].NBMA = addr("224.0.0.1") },
	} {
		w, _, spoke1, _ := phase2()
		w.lose = func(_, _ netip.Addr) bool { return true }
		target := addr("10.0.0.12")
		if name == "next hop outside the network" {
			target = addr("172.16.12.10")
		}
		w.want(spoke1, target.String())
		q := spoke1.engine.tunnels[0].questions.byTarget[target]
		p := *spoke1.engine.tunnels[0].resolutionRequestOf(q)
		p.Type, p.CIEs = ResolutionReply, []CIE{{PrefixLength: 32, HoldingTime: 600, NBMA: addr("203.0.113.12"), Protocol: addr("10.0.0.12")}}
		change(&p)
		w.step(spoke1, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.1")), Packet: encoded(t, p)})
		if len(spoke1.bindings) != 1 || spoke1.dropped(DropResolutionReply) != 1 {
			t.Errorf("%s: the data plane has %v, refused %d", name, spoke1.bindings, spoke1.dropped(DropResolutionReply))
		}
	}
}

func TestErrorAboutARequestEndsIt(t *testing.T) {
	w, hub, spoke1, _ := phase2()
	c := hub.config
	c.Authentication = "OTHER"
	w.configure(hub, c)
	w.want(spoke1, "10.0.0.12")
	w.run(time.Minute)
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n != 1 {
		t.Errorf("%d requests were sent to a server that refuses them", n)
	}
}

func TestReturningServerIsAskedWhatNobodyKnew(t *testing.T) {
	w, hub, spoke1, _ := phase2()
	w.want(spoke1, "10.0.0.13")
	w.run(time.Second)
	w.step(hub, Interface{Tunnel: "Tunnel0"})
	w.run(700 * time.Second) // registrations go unanswered
	if spoke1.server.IsValid() {
		t.Errorf("the server is gone and data goes to %v", spoke1.server)
	}
	w.step(hub, Interface{Tunnel: "Tunnel0", Up: true, NBMA: hub.nbma})
	w.want(spoke1, "10.0.0.13")
	w.run(time.Minute + 10*time.Second)
	if _, ok := spoke1.entry("10.0.0.13"); ok || !spoke1.server.IsValid() {
		t.Errorf("the server is back at %v, and what nobody knew is kept: %v", spoke1.server, ok)
	}
}

func TestClientThatRegistersReplacesWhatWasAskedFor(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.want(hub, "10.0.0.11")
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	e, _ := hub.entry("10.0.0.11")
	if e.Type != Dynamic || hub.bindings[e.Protocol] != addr("198.51.100.11") || hub.engine.tunnels[0].questions.incomplete != 0 {
		t.Errorf("the entry is %+v, bound %v", e, hub.bindings)
	}
}

func TestServerOnlyNeverAsks(t *testing.T) {
	w, _, spoke1, _ := phase2()
	c := spoke1.config
	c.ServerOnly = true
	w.configure(spoke1, c)
	w.want(spoke1, "10.0.0.12")
	w.run(time.Second)
	if n := spoke1.tunnel().Traffic.Sent[ResolutionRequest]; n != 0 || len(spoke1.bindings) != 1 {
		t.Errorf("it asks %d times and knows %v", n, spoke1.bindings)
	}
	spoke1.uses(t, "R10.0.0.1")
}

func TestRequestsWithoutRecord(t *testing.T) {
	w := newWorld()
	w.add("hub", "192.0.2.1", 100, hubConfig())
	c := spokeConfig("10.0.0.11/24")
	c.NoRecord = true
	w.add("spoke1", "198.51.100.11", 200, c)
	p := decoded(t, w.flying[0].packet)
	for _, e := range p.Extensions {
		if e.Type == ForwardTransitNHS || e.Type == ReverseTransitNHS {
			t.Errorf("the request has extension %d", e.Type)
		}
	}
}
