package world

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/nhrp"
)

// settled boots a lab, has its spokes register once and then no more often than
// they must, and forgets how it came to be.
func settled(t *testing.T, folder string) (w *World, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w, hub, spoke1, spoke2 = lab(t, folder)
	spoke1.PC(pc1)
	spoke2.PC(pc2)
	for _, s := range []*Node{spoke1, spoke2} {
		configure(t, s, "interface Tunnel0", "no ip nhrp registration timeout")
	}
	w.Run(5 * time.Second)
	w.Transcript()
	return w, hub, spoke1, spoke2
}

// at is the NBMA address that a node has for a protocol address; the zero address
// if it has none.
func at(n *Node, protocol netip.Addr) netip.Addr {
	for _, tunnel := range n.Router.NHRP(nhrp.Filter{}).Tunnels {
		for _, e := range tunnel.Cache {
			if e.Protocol == netip.PrefixFrom(protocol, protocol.BitLen()) && e.Type != nhrp.Incomplete {
				return e.NBMA
			}
		}
	}
	return netip.Addr{}
}

// The hub in use dies, the other takes over; the first returns, and has its
// clients back when it has answered for ten seconds.
func TestDualHubFailoverAndFallback(t *testing.T) {
	w, hub, spoke1, spoke2 := lab(t, "dmvpn-dual-hub")
	hub2 := w.bootOf(t, "dmvpn-dual-hub", "hub2")
	for _, s := range []*Node{spoke1, spoke2} {
		configure(t, s, "interface Tunnel0", "no ip nhrp nhs 10.0.0.2", "ip nhrp nhs 10.0.0.2 priority 2",
			"ip nhrp nhs 10.0.0.1 priority 1", "ip nhrp nhs cluster 0 max-connections 1", "ip nhrp nhs fallback 10")
	}
	spoke1.PC(pc1)
	spoke2.PC(pc2)
	w.Run(30 * time.Second)
	w.Transcript()
	if registered(hub) != 2 || registered(hub2) != 0 {
		t.Errorf("%d clients at the hub, %d at hub2", registered(hub), registered(hub2))
	}
	w.Note("-- the hub dies")
	running := configOf(hub)
	hub.Kill()
	if !w.Until(40*time.Second, func() bool { return registered(hub2) == 2 }) {
		t.Errorf("%d clients at hub2 in 40 seconds", registered(hub2))
	}
	w.Run(time.Second)
	if lost := pings(w, spoke1, 10, 100*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost by hub2", lost)
	}
	w.Note("-- it returns")
	hub.Boot(running)
	if !w.Until(60*time.Second, func() bool { return registered(hub) == 2 && registered(hub2) == 0 }) {
		t.Errorf("%d clients are back at the hub, %d left at hub2", registered(hub), registered(hub2))
	}
	w.Run(time.Second)
	if lost := pings(w, spoke1, 10, 100*time.Millisecond); lost > 0 {
		t.Errorf("%d pings lost", lost)
	}
	golden(t, w)
}

// A spoke gets another NBMA address while others send to it.
func TestSpokeIsRenumbered(t *testing.T) {
	w, hub, spoke1, spoke2 := settled(t, "dmvpn-phase3")
	pings(w, spoke1, 5, 100*time.Millisecond)
	w.Transcript()
	w.Note("-- spoke2 moves from 203.0.113.12 to 203.0.113.22")
	moved := netip.MustParseAddr("203.0.113.22")
	configure(t, spoke2, "interface "+wan, "ip address 203.0.113.22 255.255.255.0")
	if !w.Until(5*time.Second, func() bool { return at(hub, tunnel2) == moved }) {
		t.Errorf("the hub has spoke2 at %v", at(hub, tunnel2))
	}
	w.Run(time.Second)
	if lost := pings(w, spoke1, 10, 100*time.Millisecond); lost > 0 || at(spoke1, tunnel2) == netip.MustParseAddr("203.0.113.12") {
		t.Errorf("%d pings lost; spoke1 has spoke2 at %v", lost, at(spoke1, tunnel2))
	}
	golden(t, w)
}

// Two spokes with one tunnel address: the first keeps it, the second says why it
// is not up, and has it when the first has left.
func TestDuplicateOverlayAddress(t *testing.T) {
	w, hub, spoke1, spoke2 := settled(t, "dmvpn-phase1")
	w.Note("-- spoke2 takes spoke1's tunnel address")
	configure(t, spoke2, "interface Tunnel0", "ip address 10.0.0.11 255.255.255.0", "ip nhrp registration timeout 60")
	w.Run(10 * time.Second)
	if a := at(hub, tunnel1); a != netip.MustParseAddr("198.51.100.11") {
		t.Errorf("the hub has it at %v", a)
	}
	w.Note("-- spoke1 leaves")
	configure(t, spoke1, "interface Tunnel0", "shutdown")
	if !w.Until(65*time.Second, func() bool { return at(hub, tunnel1) == netip.MustParseAddr("203.0.113.12") }) {
		t.Errorf("the hub has it at %v", at(hub, tunnel1))
	}
	w.Run(time.Second)
	golden(t, w)
}

// The translator in front of a spoke gets another address. A unique registration
// holds the old one until its time is over; one that is not moves at once.
func TestNATRebinding(t *testing.T) {
	outside, other := netip.MustParseAddr("203.0.113.200"), netip.MustParseAddr("203.0.113.201")
	w, hub, _, spoke2 := lab(t, "dmvpn-phase1")
	nat := w.NAT(outside, netip.MustParseAddr("203.0.113.12"))
	configure(t, spoke2, "interface Tunnel0", "no ip nhrp registration timeout", "ip nhrp holdtime 60", "ip nhrp registration no-unique")
	w.Run(25 * time.Second)
	w.Transcript()
	if a := at(hub, tunnel2); a != outside {
		t.Errorf("the hub has spoke2 at %v", a)
	}
	w.Note("-- the translator moves from %v to %v", outside, other)
	nat.Outside = other
	nat.Rebind()
	if !w.Until(21*time.Second, func() bool { return at(hub, tunnel2) == other }) {
		t.Errorf("the hub has spoke2 at %v", at(hub, tunnel2))
	}
	w.Run(time.Second)
	w.Note("-- the same with unique registrations")
	configure(t, spoke2, "interface Tunnel0", "no ip nhrp registration no-unique")
	w.Run(time.Second)
	nat.Outside = outside
	nat.Rebind()
	w.Run(25 * time.Second)
	if a := at(hub, tunnel2); a != other {
		t.Errorf("the hub has let spoke2 move to %v", a)
	}
	if !w.Until(100*time.Second, func() bool { return at(hub, tunnel2) == outside }) {
		t.Errorf("the hub has spoke2 at %v", at(hub, tunnel2))
	}
	w.Run(time.Second)
	golden(t, w)
}

// A purge and what it takes back cross on the way: whoever of the two arrives
// first, nobody goes on sending to who has left.
func TestPurgeRaces(t *testing.T) {
	for step := range 12 {
		w, _, spoke1, spoke2 := settled(t, "dmvpn-phase3")
		spoke1.Ping(pc1, pc2, 1)
		w.Run(time.Duration(step) * 5 * time.Millisecond)
		w.Note("-- spoke2 shuts its tunnel %d ms after the first ping of spoke1", 5*step)
		configure(t, spoke2, "interface Tunnel0", "shutdown")
		w.Run(5 * time.Second)
		if a := at(spoke1, tunnel2); a.IsValid() {
			t.Errorf("%d ms after the ping: spoke1 still has spoke2 at %v\n%s", 5*step, a, w.Transcript())
		}
		configure(t, spoke2, "interface Tunnel0", "no shutdown")
		w.Run(15 * time.Second)
		if lost := pings(w, spoke1, 5, 100*time.Millisecond); lost > 0 {
			t.Errorf("%d ms after the ping: %d pings are lost after spoke2's return", 5*step, lost)
		}
		if step == 6 {
			golden(t, w)
		}
	}
}

// Somebody who is no spoke tries to register as one: without the string, with a
// wrong one, and with the right one under a client's address.
func TestMaliciousRegistrant(t *testing.T) {
	w, hub, spoke1, spoke2 := settled(t, "dmvpn-phase3")
	strange := strings.NewReplacer("hostname spoke2", "hostname mallory", "203.0.113.12", "203.0.113.66", "10.0.0.12", "10.0.0.66",
		" ip nhrp authentication WEFTLAB\n", " shutdown\n")
	mallory := w.Router("mallory", strange.Replace(configOf(spoke2)), wan, lan)
	w.Transcript()
	try := func(what string, lines ...string) {
		w.Note("-- mallory %s", what)
		configure(t, mallory, append([]string{"interface Tunnel0", "shutdown"}, lines...)...)
		configure(t, mallory, "interface Tunnel0", "no shutdown")
		w.Run(5 * time.Second)
		if at(hub, tunnel1) != netip.MustParseAddr("198.51.100.11") || at(hub, tunnel2) != netip.MustParseAddr("203.0.113.12") {
			t.Errorf("mallory %s, and the hub has spoke1 at %v, spoke2 at %v", what, at(hub, tunnel1), at(hub, tunnel2))
		}
	}
	try("does not authenticate", "ip nhrp registration timeout 3")
	try("guesses", "ip nhrp authentication GUESS")
	try("knows the string and wants spoke2's address", "ip nhrp authentication WEFTLAB", "ip address 10.0.0.12 255.255.255.0")
	if lost := pings(w, spoke1, 5, 100*time.Millisecond); lost > 0 {
		t.Errorf("%d pings to spoke2 are lost", lost)
	}
	golden(t, w)
}
