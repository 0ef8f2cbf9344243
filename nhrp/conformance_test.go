package nhrp

import (
	"net/netip"
	"testing"
	"time"
)

// What is known to be wrong or missing in another implementation of NHRP, one
// test each: these are the rules that are easily got wrong.

func TestPurgeRequestIsAnsweredAndObeyedAtOnce(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(time.Second)
	if _, ok := spoke1.routes[farLAN]; !ok {
		t.Fatal("there is no shortcut")
	}
	w.step(spoke2, Clear{})
	w.run(time.Second)
	if _, ok := spoke1.routes[farLAN]; ok {
		t.Error("the shortcut outlives its purge")
	}
	if n := spoke2.tunnel().Traffic.Received[PurgeReply]; n == 0 || spoke2.dropped(DropPurgeUnanswered) != 0 {
		t.Errorf("%d purges were answered", n)
	}
}

func TestDuplicateUniqueRegistrationIsAnsweredWithCode14(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := request()
	p.Flags |= FlagUnique
	ask(t, w, hub, "198.51.100.11", p)
	p.SourceNBMA = addr("203.0.113.66")
	if a := ask(t, w, hub, "203.0.113.66", p); len(a) != 1 || a[0].CIEs[0].Code != 14 {
		t.Errorf("answered %+v", a)
	}
	if e, _ := hub.entry("10.0.0.11"); e.NBMA != addr("198.51.100.11") {
		t.Errorf("the binding moved: %+v", e)
	}
}

// Section 6.2.1: the source of a Resolution Request is cached only if it is
// stable and gives a time, and need not be at all; we take answers from whoever
// is asked about alone.
func TestSourceOfAResolutionRequestIsNotCached(t *testing.T) {
	for flags, hold := range map[uint16]uint16{0: 600, FlagSourceStable: 0, FlagSourceStable | FlagRouter: 600} {
		w := newWorld()
		hub := w.add("hub", "192.0.2.1", 100, hubConfig())
		p := Packet{Type: ResolutionRequest, HopCount: 64, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr("198.51.100.11"),
			Source: addr("10.0.0.11"), Destination: addr("10.0.0.1"), Flags: flags, RequestID: 7, CIEs: []CIE{{PrefixLength: 32, HoldingTime: hold}}}
		ask(t, w, hub, "198.51.100.11", p)
		if e, ok := hub.entry("10.0.0.11"); ok {
			t.Errorf("flags %04x, holding time %d: the asker became %+v", flags, hold, e)
		}
	}
}

func TestNegativeAnswersHaveNoHoldingTime(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := Packet{Type: ResolutionRequest, HopCount: 64, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr("198.51.100.11"),
		Source: addr("10.0.0.11"), Destination: addr("10.0.0.99"), RequestID: 7, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}}}
	a := ask(t, w, hub, "198.51.100.11", p)
	if len(a) != 1 || len(a[0].CIEs) != 1 || a[0].CIEs[0].Code == Success || a[0].CIEs[0].HoldingTime != 0 {
		t.Errorf("answered %+v", a)
	}
}

func TestNoBindingIsCode12(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := Packet{Type: ResolutionRequest, HopCount: 64, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr("198.51.100.11"),
		Source: addr("10.0.0.11"), Destination: addr("10.0.0.99"), RequestID: 7, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}}}
	if a := ask(t, w, hub, "198.51.100.11", p); len(a) != 1 || a[0].CIEs[0].Code != 12 {
		t.Errorf("answered %+v", a)
	}
}

// And code 11, which others send for it, is taken as what it is: no.
func TestOldCodeForNoBindingIsUnderstood(t *testing.T) {
	w, _, spoke1, _ := phase3()
	w.lose = func(_, to netip.Addr) bool { return true }
	w.want(spoke1, "10.0.0.99")
	q := spoke1.engine.tunnels[0].questions.byTarget[addr("10.0.0.99")]
	p := Packet{Type: ResolutionReply, HopCount: 64, Underlay: IPv4, Overlay: IPv4, SourceNBMA: spoke1.nbma, Source: addr("10.0.0.11"),
		Destination: addr("10.0.0.99"), RequestID: q.id, CIEs: []CIE{{Code: 11, PrefixLength: 32}}, Extensions: []Extension{spoke1.engine.tunnels[0].authentication()}}
	w.step(spoke1, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.1")), Packet: encoded(t, p)})
	if len(spoke1.engine.tunnels[0].questions.byID) != 0 {
		t.Error("the question is still open")
	}
}

func TestLoopIsErrorCode3(t *testing.T) {
	for _, kind := range []ExtensionType{ForwardTransitNHS, ReverseTransitNHS} {
		w := newWorld()
		hub := w.add("hub", "192.0.2.1", 100, hubConfig())
		p := request()
		ours, err := entryExtension(kind, true, IPv4, IPv4, CIE{NBMA: addr("192.0.2.1"), Protocol: addr("10.0.0.1")})
		if err != nil {
			t.Fatal(err)
		}
		p.Extensions = []Extension{ours}
		if a := ask(t, w, hub, "198.51.100.11", p); len(a) != 1 || a[0].Type != ErrorIndication || a[0].Error != 3 {
			t.Errorf("answered %+v", a)
		}
	}
}

// Section 5.3.1: a reply whose responder we are ourselves has gone in a circle.
func TestReplyFromOurselvesIsALoop(t *testing.T) {
	w, _, spoke1, _ := phase3()
	w.lose = func(_, to netip.Addr) bool { return true }
	w.want(spoke1, "10.0.0.12")
	tunnel := spoke1.engine.tunnels[0]
	ours, err := entryExtension(ResponderAddress, true, IPv4, IPv4, CIE{NBMA: spoke1.nbma, Protocol: addr("10.0.0.11")})
	if err != nil {
		t.Fatal(err)
	}
	p := Packet{Type: ResolutionReply, HopCount: 64, Underlay: IPv4, Overlay: IPv4, SourceNBMA: spoke1.nbma, Source: addr("10.0.0.11"),
		Destination: addr("10.0.0.12"), RequestID: tunnel.questions.byTarget[addr("10.0.0.12")].id,
		CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600, NBMA: addr("203.0.113.12"), Protocol: addr("10.0.0.12")}}, Extensions: []Extension{ours, tunnel.authentication()}}
	w.step(spoke1, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.1")), Packet: encoded(t, p)})
	if e, ok := spoke1.entry("10.0.0.12"); ok && e.Type != Incomplete || spoke1.dropped(DropLoop) != 1 {
		t.Errorf("the entry is %+v; %d loops are counted", e, spoke1.dropped(DropLoop))
	}
}

func TestErrorsAreNeverAStorm(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := request()
	p.HopCount = 0
	for range 10000 {
		w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(addr("198.51.100.11")), Packet: encoded(t, p)})
	}
	if n := hub.tunnel().Traffic.Sent[ErrorIndication]; n != errorsPerSecond || hub.dropped(DropErrorLimit) != 10000-errorsPerSecond {
		t.Errorf("%d errors for 10000 packets at once, %d counted as suppressed", n, hub.dropped(DropErrorLimit))
	}
}

func TestRequestIDsDoNotBeginAnewAfterARestart(t *testing.T) {
	w := newWorld()
	spoke := w.add("spoke", "198.51.100.11", 1<<31, spokeConfig("10.0.0.11/24"))
	before := spoke.tunnel().NHS[0].RequestID
	w.boot(spoke, 1<<30)
	if after := spoke.tunnel().NHS[0].RequestID; after == before || before != 1<<31 || after != 1<<30 {
		t.Errorf("ids %d, and %d after a restart: they come from the entropy given", before, after)
	}
}

func TestIPv6UnderlayAndOverlayWork(t *testing.T) {
	for _, c := range []struct{ hubNBMA, spokeNBMA, hub, spoke string }{
		{"2001:db8:f::1", "2001:db8:f::11", "10.0.0.1", "10.0.0.11"},
		{"192.0.2.1", "198.51.100.11", "2001:db8::1", "2001:db8::11"},
	} {
		w := newWorld()
		bits := "/24"
		if addr(c.hub).Is6() {
			bits = "/64"
		}
		h, s := hubConfig(), spokeConfig(c.spoke+bits)
		h.Address = netip.MustParsePrefix(c.hub + bits)
		s.NHS = []NHS{{Protocol: addr(c.hub), NBMA: addr(c.hubNBMA)}}
		h.Authentication, s.Authentication = "WEFT6", "WEFT6"
		hub := w.add("hub", c.hubNBMA, 100, h)
		spoke := w.add("spoke", c.spokeNBMA, 200, s)
		w.run(time.Second)
		if e, ok := hub.entry(c.spoke); !ok || e.NBMA != spoke.nbma {
			t.Errorf("%s over %s: the hub's entry is %+v", c.spoke, c.spokeNBMA, e)
		}
	}
}

// The tunnel address has the mask of its network, not of one host.
func TestPrefixRegistrationIsRefusedWithACode(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	p := request()
	p.CIEs[0].PrefixLength = 24
	if a := ask(t, w, hub, "198.51.100.11", p); len(a) != 1 || a[0].CIEs[0].Code == Success {
		t.Errorf("answered %+v", a)
	}
}

// What the server answers is what it was asked in, authenticated once.
func TestEveryPacketIsAuthenticatedExactlyOnce(t *testing.T) {
	for _, b := range ownPackets(t) {
		p := decoded(t, b)
		n := 0
		for _, e := range p.Extensions {
			if e.Type == Authentication {
				n++
				if len(e.Value) == 0 {
					t.Errorf("%v: an empty authentication", p.Type)
				}
			}
		}
		want := 1
		if p.Type == ErrorIndication {
			want = 0 // section 5.2.7
		}
		if n != want {
			t.Errorf("%v: authenticated %d times", p.Type, n)
		}
	}
}

// A server that already has the way answers nevertheless.
func TestResponderWithAShortcutStillAnswers(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
	w.run(time.Second)
	back := data()
	copy(back[12:], []byte{172, 16, 12, 10, 172, 16, 11, 10})
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke2.nbma), back})
	w.run(time.Second)
	if _, ok := spoke2.routes[netip.MustParsePrefix("172.16.11.0/24")]; !ok {
		t.Errorf("spoke1, which has a shortcut, has not answered: spoke2 has %v", spoke2.routes)
	}
}

// Half of the others' trouble with a lost server: we go on asking, every minute
// at least, whatever has happened.
func TestLostServerIsAskedForEver(t *testing.T) {
	w := newWorld()
	w.lose = func(_, _ netip.Addr) bool { return true }
	spoke := w.add("spoke", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Hour)
	before := spoke.tunnel().NHS[0].Sent
	w.run(time.Hour)
	if n := spoke.tunnel().NHS[0].Sent - before; n < 55 {
		t.Errorf("%d requests in the second hour", n)
	}
}
