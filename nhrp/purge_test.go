package nhrp

import (
	"net/netip"
	"testing"
	"time"
)

func TestSpokeTakesItsRegistrationBackWhenTheTunnelGoesDown(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.step(spoke, Interface{Tunnel: "Tunnel0"})
	w.run(time.Second)
	if _, ok := hub.entry("10.0.0.11"); ok {
		t.Error("the hub still has the binding of a tunnel that is shut down")
	}
	if nhs := spoke.tunnel().NHS[0]; nhs.Status != Waiting {
		t.Errorf("the server of the tunnel that is down is %+v", nhs)
	}
	w.step(spoke, Interface{Tunnel: "Tunnel0", Up: true, NBMA: spoke.nbma})
	w.run(time.Second)
	w.golden(t, "purge-on-shutdown")
	if _, ok := hub.entry("10.0.0.11"); !ok {
		t.Error("the tunnel is up again and the hub does not know it")
	}
}

func TestPurgeOfARemovedServerIsRepeatedUntilAnswered(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.lose = func(_, _ netip.Addr) bool { return true }
	c := spoke.config
	c.NHS = nil
	w.configure(spoke, c)
	w.run(500 * time.Millisecond)
	w.lose = func(_, _ netip.Addr) bool { return false }
	w.run(10 * time.Second)
	w.golden(t, "purge-repeated")
	if _, ok := hub.entry("10.0.0.11"); ok {
		t.Error("the hub still has the binding")
	}
	if n := spoke.tunnel().Traffic.Sent[PurgeRequest]; n != 2 {
		t.Errorf("%d purges were sent, want 2", n)
	}
	if len(spoke.bindings) != 0 || !spoke.engine.Deadline().IsZero() {
		t.Errorf("the spoke still has %v, and something to do at %v", spoke.bindings, spoke.engine.Deadline())
	}
}

func TestPurgeThatNobodyAnswersIsGivenUp(t *testing.T) {
	w := newWorld()
	w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	w.lose = func(_, _ netip.Addr) bool { return true }
	w.configure(spoke, hubConfigOf(spoke.config))
	w.run(time.Minute)
	if n := spoke.dropped(DropPurgeUnanswered); n != 1 || spoke.tunnel().Traffic.Sent[PurgeRequest] != purgeTries {
		t.Errorf("%d purges given up after %d packets", n, spoke.tunnel().Traffic.Sent[PurgeRequest])
	}
}

// hubConfigOf is c without servers.
func hubConfigOf(c Tunnel) Tunnel {
	c.NHS = nil
	return c
}

func TestClientsPurgeOnlyThemselves(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	spoke2 := w.add("spoke2", "198.51.100.12", 300, spokeConfig("10.0.0.12/24"))
	w.run(time.Second)
	p := *spoke2.engine.tunnels[0].purgeOf(addr("10.0.0.1"), 7, host(spoke2.config.Address.Addr()))
	p.CIEs[0] = CIE{PrefixLength: 24, Protocol: addr("10.0.0.0")}
	w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(spoke2.nbma), Packet: encoded(t, p)})
	if _, ok := hub.entry("10.0.0.12"); ok {
		t.Error("the client's own binding is still there")
	}
	if _, ok := hub.entry("10.0.0.11"); !ok {
		t.Error("another client's binding is gone")
	}
	if n := hub.tunnel().Traffic.Sent[PurgeReply]; n != 1 {
		t.Errorf("%d replies", n)
	}
	p.Flags |= FlagNoReply
	w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(spoke2.nbma), Packet: encoded(t, p)})
	if n := hub.tunnel().Traffic.Sent[PurgeReply]; n != 1 {
		t.Error("a purge that wants no reply got one")
	}
}

func TestClearRemovesDynamicEntriesOnly(t *testing.T) {
	w := newWorld()
	c := hubConfig()
	c.Maps = []Map{{netip.MustParsePrefix("10.0.0.13/32"), addr("203.0.113.13")}}
	hub := w.add("hub", "192.0.2.1", 100, c)
	w.add("spoke1", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.add("spoke2", "198.51.100.12", 300, spokeConfig("10.0.0.12/24"))
	w.run(time.Second)
	w.step(hub, Clear{Prefix: netip.MustParsePrefix("10.0.0.11/32")})
	if _, ok := hub.entry("10.0.0.11"); ok || len(hub.bindings) != 2 {
		t.Errorf("after clearing 10.0.0.11 there is %v", hub.bindings)
	}
	w.step(hub, Clear{Tunnel: "Tunnel1"})
	if len(hub.bindings) != 2 {
		t.Errorf("after clearing another tunnel there is %v", hub.bindings)
	}
	w.step(hub, Clear{})
	if _, ok := hub.entry("10.0.0.13"); !ok || len(hub.bindings) != 1 {
		t.Errorf("after clearing all there is %v", hub.bindings)
	}
}
