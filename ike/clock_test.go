package ike

import (
	"slices"
	"testing"
	"time"
)

// A clock that jumps ahead ends much at once, and it comes back.
func TestClockThatJumps(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	for range 3 {
		w.now = w.now.Add(36 * time.Hour)
		for _, n := range []*node{hub, spoke} {
			n.carryOut(n.engine.Tick(w.now))
		}
		w.run(2 * time.Minute)
		w.joined(hub, spoke)
	}
	for _, n := range []*node{hub, spoke} {
		if s := n.engine.State(); len(s.SAs) != 1 || len(s.Children) != 1 {
			t.Errorf("%s: %d, %d", n.name, len(s.SAs), len(s.Children))
			w.fail()
		}
	}
}

// RFC 7296 section 1.5: a peer that has lost a pair, and not the association, says so.
func TestLostPairIsReplaced(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	x := hub.engine.sortedAssociations()[0].exchanger.(*sa2)
	lost := hub.engine.State().Children[0]
	x.ask(&request{exchange: exchangeInform, build: func(*sa2) []payload { return []payload{notice(noticeInvalidSPI, spiBytes(lost.In)...)} }})
	hub.carryOut(hub.engine.Tick(w.now))
	w.run(5 * time.Second)
	if spoke.flaps != 1 {
		t.Errorf("it flaps %d times", spoke.flaps)
	}
	w.joined(hub, spoke)
}

// A hub that was reloaded, and is told to, makes its spokes begin anew at their
// first packet.
func TestInvalidSPIBeginsAnew(t *testing.T) {
	for _, recovery := range []bool{false, true} {
		w, hub, spoke := two(t)
		w.up(hub, spoke)
		hub.config.SPIRecovery = recovery
		w.boot(hub, 1)
		for range 100 {
			hub.step(UnknownSPI{Local: at(hubAddr), From: at(spokeAddr), SPI: 12345})
		}
		logged := slices.DeleteFunc(slices.Clone(hub.events), func(e Event) bool { _, is := e.(InvalidSPI); return !is })
		if len(logged) != 1 || hub.dropped(dropInvalidSPI) != 100 {
			t.Errorf("%d lines, %v", len(logged), hub.engine.drops)
		}
		w.run(time.Second)
		if got := hub.secured[pair(spokeAddr)]; got != recovery {
			t.Errorf("recovery %v: secured %v", recovery, got)
		}
		if recovery {
			w.joined(hub, spoke)
			if s := spoke.engine.State(); len(s.SAs) != 1 {
				t.Errorf("%d associations", len(s.SAs))
			}
		}
	}
}

// What one peer can make us hold has a bound, even if it has proved itself.
func TestOnePeerCannotHoardPairs(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	x := spoke.engine.sortedAssociations()[0].exchanger.(*sa2)
	for range 40 {
		o := &childOffer{session: x.session, endpoint: x.endpoint, spi: spoke.engine.newSPI(), nonce: spoke.engine.random(32)}
		x.ask(&request{exchange: exchangeCreate, build: func(x *sa2) []payload { return o.payloads(x) }})
		spoke.carryOut(spoke.engine.Tick(w.now))
		w.run(100 * time.Millisecond)
	}
	if n := len(hub.inbound); n != maxChildren || hub.dropped(dropChildren) == 0 {
		t.Errorf("%d pairs", n)
	}
}
