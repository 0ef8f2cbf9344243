package nhrp

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func TestSpokeRegistersDespiteLoss(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	lost := 0
	w.lose = func(from, _ netip.Addr) bool { lost++; return lost <= 4 && from == addr("198.51.100.11") }
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(230 * time.Second)
	w.golden(t, "registration-with-loss")

	e, ok := hub.entry("10.0.0.11")
	if !ok || e.NBMA != addr("198.51.100.11") || e.Type != Dynamic || e.Flags != Unique|Registered|NHOP {
		t.Errorf("the hub's entry is %+v", e)
	}
	nhs := spoke.tunnel().NHS[0]
	if nhs.Status != Responding || nhs.Pending || nhs.Sent != 6 || nhs.Received != 2 || nhs.Acked != nhs.RequestID {
		t.Errorf("the spoke's server is %+v", nhs)
	}
}

func TestBackOffDoublesToAMinute(t *testing.T) {
	w := newWorld()
	w.lose = func(_, _ netip.Addr) bool { return true }
	var sent []time.Duration
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	for seen := uint64(0); len(sent) < 10; w.run(500 * time.Millisecond) {
		if nhs := spoke.tunnel().NHS[0]; nhs.Sent != seen {
			seen = nhs.Sent
			sent = append(sent, nhs.Retry)
			if nhs.RequestID != 200 {
				t.Fatalf("request %d is under id %d, not that of the first", nhs.Sent, nhs.RequestID)
			}
		}
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 64, 64, 64} {
		if sent[i] != want*time.Second {
			t.Errorf("after request %d it waits %v, want %d s", i+1, sent[i], want)
		}
	}
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Expecting || nhs.Failure != "no reply" {
		t.Errorf("the server is %+v", nhs)
	}
}

func TestRegistrationTimeoutIsTheIntervalAndCapsTheBackOff(t *testing.T) {
	w := newWorld()
	c := spokeConfig("10.0.0.11/24")
	c.RegistrationTimeout = 10 * time.Second
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, c)
	w.run(95 * time.Second)
	if n := hub.tunnel().Traffic.Received[RegistrationRequest]; n != 10 {
		t.Errorf("%d registrations in 95 s, want one each 10 s", n)
	}
	w.lose = func(_, _ netip.Addr) bool { return true }
	w.run(5 * time.Minute)
	w.lose = func(_, _ netip.Addr) bool { return false }
	w.run(11 * time.Second)
	if s := spoke.tunnel().NHS[0].Status; s != Responding {
		t.Errorf("11 s after the path is back the server is %v", s)
	}
}

func TestSpokesReregisterAfterHubRestart(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	for i, s := range []string{"11", "12"} {
		c := spokeConfig("10.0.0." + s + "/24")
		c.RegistrationTimeout = 10 * time.Second
		w.add("spoke"+s, "198.51.100."+s, uint32(200+100*i), c)
	}
	w.run(15 * time.Second)
	hub.outside = netip.Addr{} // dead, and speechless
	w.run(30 * time.Second)
	w.note("hub restarts")
	hub.outside = hub.nbma
	w.boot(hub, 900)
	w.run(12 * time.Second)
	w.golden(t, "hub-restart")
	for _, p := range []string{"10.0.0.11", "10.0.0.12"} {
		if _, ok := hub.entry(p); !ok {
			t.Errorf("12 s after its restart the hub does not know %s", p)
		}
	}
	if len(hub.multicast) != 2 {
		t.Errorf("the hub copies multicast to %v", hub.multicast)
	}
}

func TestUniqueAddressIsRefusedAndNoUniqueAccepted(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	spoke := w.add("twin", "198.51.100.99", 300, spokeConfig("10.0.0.11/24"))
	w.run(4 * time.Second)
	nhs := spoke.tunnel().NHS[0]
	if nhs.Status != Expecting || nhs.Rejection != UniqueRegistered {
		t.Errorf("the twin's server is %+v", nhs)
	}
	if e, _ := hub.entry("10.0.0.11"); e.NBMA != addr("198.51.100.11") {
		t.Errorf("the refused registration changed the entry to %v", e.NBMA)
	}
	c := spoke.config
	c.NoUnique = true
	w.configure(spoke, c)
	w.run(time.Second)
	w.golden(t, "unique")
	if e, _ := hub.entry("10.0.0.11"); e.NBMA != addr("198.51.100.99") || e.Flags&Unique != 0 {
		t.Errorf("without the unique flag the entry is %+v", e)
	}
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Responding || nhs.Rejection != Success {
		t.Errorf("and the server %+v", nhs)
	}
}

func TestSpokeThatMovesReplacesItsRegistration(t *testing.T) {
	for _, lost := range []int{0, 1, 2} { // of what it sends right after the move
		w := newWorld()
		hub := w.add("hub", "192.0.2.1", 100, hubConfig())
		spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
		w.run(time.Second)
		sent := 0
		w.lose = func(from, _ netip.Addr) bool {
			if from != addr("198.51.100.99") {
				return false
			}
			sent++
			return sent <= lost
		}
		move(w, spoke, "198.51.100.99")
		w.run(10 * time.Second)
		e, _ := hub.entry("10.0.0.11")
		if e.NBMA != addr("198.51.100.99") || e.Flags&Unique == 0 || hub.bindings[e.Protocol] != e.NBMA {
			t.Errorf("with %d packets lost the hub's entry is %+v", lost, e)
		}
		if nhs := spoke.tunnel().NHS[0]; nhs.Status != Responding {
			t.Errorf("with %d packets lost the server is %+v", lost, nhs)
		}
		if !slices.Equal(hub.multicast, []netip.Addr{addr("198.51.100.99")}) {
			t.Errorf("with %d packets lost the hub copies multicast to %v", lost, hub.multicast)
		}
	}
}

func TestPurgeFromBeforeTheLatestRegistrationComesTooLate(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(210 * time.Second) // it has registered twice
	for _, purge := range []struct {
		id   uint32
		from string
		gone bool
	}{
		{200, "198.51.100.11", false}, // the first registration's
		{201, "198.51.100.66", true},  // the second's, after a move
	} {
		p := spoke.engine.tunnels[0].purgeOf(addr("10.0.0.1"), purge.id, host(addr("10.0.0.11")))
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(addr(purge.from)), Packet: b})
		if _, there := hub.entry("10.0.0.11"); there == purge.gone {
			t.Errorf("after purge %d from %s the entry is there: %v", purge.id, purge.from, there)
		}
	}
}

// move gives a node another underlay address.
func move(w *world, n *node, nbma string) {
	n.nbma, n.outside = addr(nbma), addr(nbma)
	w.step(n, Interface{Tunnel: n.config.Name, Up: true, NBMA: n.nbma})
}

func TestUniqueAddressIsFreeAgainWhenItsHoldingTimeIsOver(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.lose = func(from, _ netip.Addr) bool { return from == spoke.nbma }
	w.add("twin", "198.51.100.99", 300, spokeConfig("10.0.0.11/24"))
	w.run(700 * time.Second)
	if e, _ := hub.entry("10.0.0.11"); e.NBMA != addr("198.51.100.99") {
		t.Errorf("the entry is %+v", e)
	}
}

func TestWrongAuthenticationIsRefusedAndLogged(t *testing.T) {
	w := newWorld()
	h, s := hubConfig(), spokeConfig("10.0.0.11/24")
	h.Authentication, s.Authentication = "secret", "sesame"
	hub := w.add("hub", "192.0.2.1", 100, h)
	spoke := w.add("spoke1", "198.51.100.11", 200, s)
	w.run(3 * time.Second)
	s.Authentication = "secret"
	w.configure(spoke, s)
	w.run(time.Second)
	w.golden(t, "authentication")
	if n := hub.dropped(DropAuthentication); n != 2 {
		t.Errorf("the hub counts %d authentication failures, want 2", n)
	}
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Responding || nhs.Failed != 2 || nhs.Failure != "" {
		t.Errorf("with the right string the server is %+v", nhs)
	}
}

func TestReplyWithoutOurAuthenticationIsNoReply(t *testing.T) {
	w := newWorld()
	s := spokeConfig("10.0.0.11/24")
	s.Authentication = "secret"
	spoke := w.add("spoke1", "198.51.100.11", 200, s)
	outs := spoke.engine.Tick(w.now.Add(time.Second)) // the first retransmission
	request, err := Decode(outs[len(outs)-1].(Send).Packet)
	if err != nil {
		t.Fatal(err)
	}
	reply := request
	reply.Type = RegistrationReply
	for i := range reply.Extensions {
		if reply.Extensions[i].Type == Authentication {
			reply.Extensions[i].Value = nil
		}
	}
	b, err := reply.Encode()
	if err != nil {
		t.Fatal(err)
	}
	w.step(spoke, Receive{Tunnel: "Tunnel0", From: anyPort(addr("192.0.2.1")), Packet: b})
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Expecting || spoke.dropped(DropAuthentication) != 1 {
		t.Errorf("the server is %+v", nhs)
	}
}

func TestBindingExpires(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(100 * time.Second)
	w.lose = func(_, _ netip.Addr) bool { return true }
	w.run(500 * time.Second)
	if _, ok := hub.entry("10.0.0.11"); !ok {
		t.Error("the entry went before its holding time was over")
	}
	w.run(time.Second)
	w.golden(t, "expiry")
	if _, ok := hub.entry("10.0.0.11"); ok || len(hub.bindings) != 0 || len(hub.multicast) != 0 {
		t.Errorf("after its holding time the hub has %v, multicast %v", hub.bindings, hub.multicast)
	}
}

func TestSpokeBehindNATLearnsItsPublicAddress(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := &node{name: "spoke3", nbma: addr("192.168.1.3"), outside: addr("203.0.113.30"), config: spokeConfig("10.0.0.13/24")}
	w.nodes = append(w.nodes, spoke)
	w.boot(spoke, 300)
	w.run(time.Second)
	w.golden(t, "nat")
	e, _ := hub.entry("10.0.0.13")
	if e.NBMA != addr("203.0.113.30") || e.Claimed != addr("192.168.1.3") || e.Flags&NAT == 0 {
		t.Errorf("the hub's entry is %+v", e)
	}
	if nhs := spoke.tunnel().NHS[0]; nhs.Public != addr("203.0.113.30") {
		t.Errorf("the spoke takes its public address to be %v", nhs.Public)
	}
}

func TestRequestIDsDifferAfterRestart(t *testing.T) {
	first := map[uint32]bool{}
	for seed := range uint32(4) {
		w := newWorld()
		spoke := w.add("spoke1", "198.51.100.11", 1+seed*1000, spokeConfig("10.0.0.11/24"))
		first[spoke.tunnel().NHS[0].RequestID] = true
	}
	if len(first) != 4 {
		t.Errorf("four starts with different entropy began at %v", first)
	}
}
