package ike

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// traffic sends a packet each way every so often for a while, and counts those
// that do not arrive.
func (w *world) traffic(a, b *node, every, d time.Duration) (lost int) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.run(every)
		if !a.send(netip.AddrPortFrom(b.local, 0)) {
			lost++
			w.note("%s > %s: data lost", a.name, b.name)
		}
		if !b.send(netip.AddrPortFrom(a.local, 0)) {
			lost++
			w.note("%s > %s: data lost", b.name, a.name)
		}
	}
	return lost
}

// up brings both ends together.
func (w *world) up(a, b *node) {
	w.t.Helper()
	b.step(Protect{pair(a.local.String())})
	w.run(time.Second)
	w.joined(a, b)
}

func TestRekeyingLosesNoPacket(t *testing.T) {
	for _, pfs := range []Group{0, 19, 14} {
		w, hub, spoke := two(t)
		for _, n := range []*node{hub, spoke} {
			n.config.Endpoints[0].IPsec.Lifetime = 2 * time.Minute
			n.config.Endpoints[0].IPsec.PFS = pfs
			n.config.Profiles2[0].Lifetime = 7 * time.Minute
			n.step(Configure{n.config})
		}
		w.up(hub, spoke)
		first := spoke.engine.State()
		if lost := w.traffic(hub, spoke, 200*time.Millisecond, 30*time.Minute); lost > 0 {
			t.Errorf("pfs %d: %d packets lost", pfs, lost)
			w.fail()
		}
		s := spoke.engine.State()
		if len(s.SAs) != 1 || len(s.Children) != 1 || s.SAs[0].ID == first.SAs[0].ID || s.Children[0].In == first.Children[0].In || s.Children[0].PFS != pfs {
			t.Errorf("pfs %d: %+v", pfs, s)
		}
		if hub.flaps+spoke.flaps > 0 {
			t.Errorf("pfs %d: it flaps", pfs)
		}
		if len(hub.inbound) > 2 || len(spoke.outs) > 2 || len(spoke.engine.reserved) > 2 {
			t.Errorf("pfs %d: old associations stay: %d, %d, %d", pfs, len(hub.inbound), len(spoke.outs), len(spoke.engine.reserved))
		}
	}
}

// RFC 7296 section 2.8.1: both ends replace a pair, or the association, at once.
func TestSimultaneousRekeyingLeavesOne(t *testing.T) {
	for _, what := range []string{"child", "association", "both"} {
		for seed := range 40 {
			w, hub, spoke := two(t)
			w.boot(hub, byte(seed))
			w.spread = time.Duration(seed%4) * 20 * time.Millisecond
			w.up(hub, spoke)
			for _, n := range []*node{hub, spoke} {
				for _, c := range n.engine.State().Children {
					if what != "association" {
						n.step(SoftLimit{SPI: c.In, Inbound: true})
					}
				}
				if what != "child" {
					for _, a := range n.engine.sortedAssociations() {
						a.exchanger.renew()
					}
					n.carryOut(n.engine.Tick(w.now))
				}
			}
			if lost := w.traffic(hub, spoke, 5*time.Millisecond, 3*time.Second); lost > 0 {
				t.Errorf("%s, %d: %d packets lost", what, seed, lost)
			}
			w.run(20 * time.Second)
			w.joined(hub, spoke)
			for _, n := range []*node{hub, spoke} {
				s := n.engine.State()
				if len(s.SAs) != 1 || len(s.Children) != 1 || n.flaps > 0 {
					t.Errorf("%s, %d: %s has %d associations and %d pairs", what, seed, n.name, len(s.SAs), len(s.Children))
					w.fail()
				}
			}
			if a, b := hub.engine.State(), spoke.engine.State(); a.Children[0].In != b.Children[0].Out || a.SAs[0].LocalSPI != b.SAs[0].RemoteSPI {
				t.Errorf("%s, %d: the ends have kept different ones", what, seed)
			}
		}
	}
}

// Both spokes of a shortcut begin at the same time: normal, and nothing flaps.
func TestSimultaneousInitiationLeavesOne(t *testing.T) {
	for seed := range 16 {
		w, a, b := two(t)
		w.boot(a, byte(seed))
		w.spread = time.Duration(seed%4) * 30 * time.Millisecond
		b.step(Protect{pair(hubAddr)})
		w.run(time.Duration(seed) * 3 * time.Millisecond)
		a.step(Protect{pair(spokeAddr)})
		w.run(500 * time.Millisecond)
		w.joined(a, b)
		if lost := w.traffic(a, b, 50*time.Millisecond, 20*time.Second); lost > 0 {
			t.Errorf("%d: %d packets lost", seed, lost)
		}
		for _, n := range []*node{a, b} {
			if s := n.engine.State(); len(s.SAs) != 1 || len(s.Children) != 1 || n.flaps > 0 {
				t.Errorf("%d: %s has %d associations, %d pairs, flapped %d times", seed, n.name, len(s.SAs), len(s.Children), n.flaps)
				w.fail()
			}
		}
		if x, y := a.engine.State(), b.engine.State(); x.Children[0].In != y.Children[0].Out {
			t.Errorf("%d: the ends have kept different ones", seed)
		}
	}
}

// A day of rekeying over a bad network loses no association for good, and no
// packet to a rekey.
func TestADayOfRekeyingWithLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	w, hub, spoke := two(t)
	for _, n := range []*node{hub, spoke} {
		n.config.Endpoints[0].IPsec.Lifetime = 10 * time.Minute
		n.config.Profiles2[0].Lifetime = 45 * time.Minute
		n.config.DPD2 = DPD{Interval: 30 * time.Second, Retry: 5 * time.Second}
		n.step(Configure{n.config})
	}
	w.up(hub, spoke)
	w.loss, w.twice, w.spread = 0.1, 0.05, 50*time.Millisecond
	if lost := w.traffic(hub, spoke, 2*time.Second, 24*time.Hour); lost > 0 {
		t.Errorf("%d packets lost", lost)
	}
	w.loss = 0
	w.run(time.Minute)
	w.joined(hub, spoke)
	for _, n := range []*node{hub, spoke} {
		if s := n.engine.State(); len(s.SAs) > 2 || len(s.Children) > 2 || n.flaps > 0 {
			t.Errorf("%s has %d associations and %d pairs, and flapped %d times", n.name, len(s.SAs), len(s.Children), n.flaps)
		}
	}
}

// The same inputs at the same instants have the same outcome.
func TestTranscriptsRepeat(t *testing.T) {
	run := func() string {
		w := newWorld(t)
		hub := w.add("hub", hubAddr, config2(hubAddr, "secret"))
		for i := range 8 {
			local := fmt.Sprintf("192.0.2.%d", 11+i)
			n := w.add("spoke"+local, local, config2(local, "secret"))
			n.step(Protect{pair(hubAddr)})
			hub.step(Protect{pair(local)})
		}
		w.loss, w.spread = 0.1, 30*time.Millisecond
		w.run(time.Minute)
		hub.step(Clear{IKE: true, IPsec: true})
		w.run(3 * time.Hour)
		hub.config.Endpoints = nil
		hub.step(Configure{hub.config})
		w.run(time.Minute)
		return w.log.String()
	}
	first := run()
	for range 5 {
		if again := run(); again != first {
			t.Fatal("another transcript")
		}
	}
}

// Who watches a negotiation can follow it.
func TestNegotiationCanBeFollowed(t *testing.T) {
	w, hub, spoke := two(t)
	for _, n := range []*node{hub, spoke} {
		n.config.Endpoints[0].IPsec.Lifetime = time.Minute
		n.step(Configure{n.config})
		n.step(Debugging{IKEv2: true, IPsec: true})
	}
	w.up(hub, spoke)
	w.run(time.Minute)
	said := w.log.String()
	for _, step := range []string{
		"Sending IKE_SA_INIT request", "Received IKE_SA_INIT request; proposal chosen: encryption AES-CBC-256, integrity SHA512, prf SHA512, group 19",
		"Sending IKE_AUTH request", "IKEv2 SA established with " + spokeAddr, "SA pair created", "esp-gcm 256, transport", "Sending CREATE_CHILD_SA request",
		"The peer rekeys the child SA", "Sending DELETE of a child SA", "Received DELETE of a child SA", "SA pair deleted: " + string(ReasonReplaced),
	} {
		if !strings.Contains(said, step) {
			t.Errorf("nothing says %q", step)
		}
	}
	if t.Failed() {
		w.fail()
	}
}
