package ike

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"weft/dataplane/esp"
)

func TestEstablishmentSurvivesLossAndDisorder(t *testing.T) {
	for seed := range 20 {
		w, hub, spoke := two(t)
		w.boot(spoke, byte(seed))
		w.loss, w.twice, w.spread = 0.3, 0.3, 200*time.Millisecond
		w.delay = 5 * time.Millisecond
		spoke.step(Protect{pair(hubAddr)})
		w.run(3 * time.Minute)
		w.joined(hub, spoke)
		if hub.flaps+spoke.flaps > 0 {
			t.Errorf("%d: it flaps", seed)
		}
	}
}

func TestPeerBehindTranslator(t *testing.T) {
	w := newWorld(t)
	outside := netip.MustParseAddr("192.0.2.30")
	box := &natBox{outside: outside, inside: map[netip.Addr]bool{}, ports: map[netip.AddrPort]uint16{}, next: 40000}
	w.nats = append(w.nats, box)
	hub := w.add("hub", hubAddr, config2(hubAddr, "secret"))
	var spokes []*node
	for _, local := range []string{"10.1.1.11", "10.1.1.12"} {
		box.inside[netip.MustParseAddr(local)] = true
		c := config2(local, "secret")
		c.NATKeepalive = 10 * time.Second
		n := w.add("spoke"+local, local, c)
		n.step(Protect{pair(hubAddr)})
		spokes = append(spokes, n)
	}
	w.run(time.Second)
	if len(hub.secured) != 2 {
		t.Errorf("the hub has %v", hub.secured)
		w.fail()
	}
	for _, n := range spokes {
		outer := netip.AddrPortFrom(outside, box.ports[netip.AddrPortFrom(n.local, natPort)])
		if !hub.secured[Pair{"Tunnel0", outer}] || !hub.send(outer) || !n.send(at(hubAddr)) {
			t.Errorf("%s at %v is not secured both ways", n.name, outer)
			w.fail()
		}
		s := n.engine.State()
		if c := s.Children[0]; !s.SAs[0].NAT.Local || s.SAs[0].NAT.Remote || c.Mode != esp.Transport || c.Peer.Port() != natPort {
			t.Errorf("%+v", s)
		}
	}
	w.run(35 * time.Second)
	if spokes[0].keeps < 3 {
		t.Errorf("%d keepalives", spokes[0].keeps)
	}
	// The box forgets, and gives others: the swap of both is the hardest case.
	a, b := netip.AddrPortFrom(spokes[0].local, natPort), netip.AddrPortFrom(spokes[1].local, natPort)
	box.ports[a], box.ports[b] = box.ports[b], 41000
	for _, n := range spokes {
		if !n.send(at(hubAddr)) {
			t.Errorf("%s is lost", n.name)
		}
	}
	for _, n := range spokes {
		outer := netip.AddrPortFrom(outside, box.ports[netip.AddrPortFrom(n.local, natPort)])
		if !hub.send(outer) || !hub.secured[Pair{"Tunnel0", outer}] {
			t.Errorf("the hub does not follow %s to %v: %v", n.name, outer, hub.secured)
			w.fail()
		}
	}
	if hub.flaps > 0 {
		t.Error("it flaps")
	}
	// IKE goes on from there.
	for _, c := range hub.engine.State().Children {
		hub.step(SoftLimit{SPI: c.In, Inbound: true})
	}
	w.run(10 * time.Second)
	for _, n := range spokes {
		if s := n.engine.State(); len(s.Children) != 1 || !n.send(at(hubAddr)) {
			t.Errorf("%s: %+v", n.name, s.Children)
		}
	}
}

func TestEncapsulationIsForced(t *testing.T) {
	w, hub, spoke := two(t)
	spoke.config.Endpoints[0].IPsec.ForceUDP = true
	spoke.step(Configure{spoke.config})
	w.up(hub, spoke)
	for _, n := range []*node{hub, spoke} {
		if c := n.engine.State().Children[0]; c.Peer.Port() != natPort || c.Local.Port() != natPort {
			t.Errorf("%s: %v to %v", n.name, c.Local, c.Peer)
		}
	}
	if !hub.secured[pair(spokeAddr)] {
		t.Errorf("the hub has %v", hub.secured)
	}
}

func TestDeadPeerIsFoundAndFoundAgain(t *testing.T) {
	w, hub, spoke := two(t)
	spoke.config.DPD2 = DPD{Interval: 10 * time.Second, Retry: 2 * time.Second}
	spoke.step(Configure{spoke.config})
	w.up(hub, spoke)
	w.boot(hub, 1) // it has forgotten everything
	w.run(5 * time.Minute)
	if spoke.flaps != 0 {
		t.Error("without traffic nobody asks")
		w.fail()
	}
	dead := w.now
	for len(spoke.secured) > 0 && w.now.Sub(dead) < time.Minute {
		spoke.send(at(hubAddr))
		w.run(time.Second)
	}
	if after := w.now.Sub(dead); after > 25*time.Second || !slices.Contains(spoke.reasons, ReasonDeadPeer) {
		t.Errorf("after %v: %v", after, spoke.reasons)
		w.fail()
	}
	w.run(5 * time.Second)
	w.joined(hub, spoke)
}

func TestPeriodicDPDNeedsNoTraffic(t *testing.T) {
	w, hub, spoke := two(t)
	spoke.config.DPD2 = DPD{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: true}
	spoke.step(Configure{spoke.config})
	w.up(hub, spoke)
	w.run(10 * time.Minute)
	if spoke.flaps > 0 {
		t.Error("it flaps")
	}
	w.boot(hub, 1)
	w.run(40 * time.Second)
	w.joined(hub, spoke)
	if spoke.flaps != 1 {
		t.Errorf("it flaps %d times", spoke.flaps)
	}
}

// A spoke that was reloaded begins afresh: the hub forgets its old associations.
func TestReloadedPeerReplacesItsAssociations(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	w.run(time.Minute)
	w.boot(spoke, 1)
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.joined(hub, spoke)
	if s := hub.engine.State(); len(s.SAs) != 1 || len(s.Children) != 1 || hub.flaps > 0 {
		t.Errorf("%d associations, %d pairs, %d flaps", len(s.SAs), len(s.Children), hub.flaps)
		w.fail()
	}
}

func TestLastWantTakesEverythingWithIt(t *testing.T) {
	w, hub, spoke := two(t)
	w.up(hub, spoke)
	keys := spoke.engine.sortedAssociations()[0].exchanger.(*sa2).keys
	w.lose = func(_, _ netip.AddrPort, packet []byte) bool { return w.chance.IntN(2) == 0 }
	spoke.step(Unprotect{pair(hubAddr)})
	w.run(30 * time.Second)
	for _, n := range []*node{hub, spoke} {
		s := n.engine.State()
		if len(s.SAs)+len(s.Children)+len(n.inbound)+len(n.outs)+len(n.secured)+len(n.engine.sessions)+len(n.engine.inbound)+len(n.engine.reserved)+len(n.engine.leaving) > 0 {
			t.Errorf("%s keeps %+v %d", n.name, s, len(n.engine.reserved))
			w.fail()
		}
	}
	for _, k := range []esp.Key{keys.derive, keys.initiator.encryption, keys.responder.integrity, keys.initiator.auth} {
		if slices.ContainsFunc(k, func(b byte) bool { return b != 0 }) {
			t.Error("a key is not wiped")
		}
	}
	if !slices.Contains(hub.reasons, ReasonDeleted) {
		t.Errorf("the hub says %v", hub.reasons)
	}
}

func TestWrongKeyIsTold(t *testing.T) {
	w := newWorld(t)
	hub, spoke := w.add("hub", hubAddr, config2(hubAddr, "right")), w.add("spoke", spokeAddr, config2(spokeAddr, "wrong"))
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Minute)
	if r := hub.refusal(); r.Reason != ReasonAuthenticate || r.ByPeer || r.Text != spokeAddr {
		t.Errorf("the hub: %+v", r)
	}
	if r := spoke.refusal(); r.Reason != ReasonAuthenticate || !r.ByPeer {
		t.Errorf("the spoke: %+v", r)
	}
	want := spoke.engine.State().Wants[0]
	if want.Secured || want.Reason != ReasonAuthenticate || want.Tries < 3 || want.Tries > 9 {
		t.Errorf("%+v", want)
		w.fail()
	}
	if hub.dropped(dropAuth) == 0 || len(hub.inbound) > 0 {
		t.Errorf("%v", hub.engine.drops)
	}
	// It is mended, and comes up by itself.
	spoke.config.Profiles2[0].Keys[0].Local, spoke.config.Profiles2[0].Keys[0].Remote = esp.Key("right"), esp.Key("right")
	spoke.step(Configure{spoke.config})
	w.run(2 * time.Minute)
	w.joined(hub, spoke)
}

func TestProposalsAreShownSideBySide(t *testing.T) {
	w, hub, spoke := two(t)
	hub.config.Proposals[0].Ciphers = []Cipher{{esp.AESGCM, 256}}
	hub.step(Configure{hub.config})
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	r := hub.refusal()
	if r.Reason != ReasonProposal || len(r.Ours) != 1 || len(r.Theirs) != 1 ||
		r.Ours[0] != "encryption AES-GCM-256, prf SHA512 SHA384, group 19 14 21" ||
		r.Theirs[0] != "encryption AES-CBC-256, prf SHA512 SHA384, integrity SHA512 SHA384, group 19 14 21" {
		t.Errorf("%+v", r)
	}
	if r := spoke.refusal(); r.Reason != ReasonProposal || !r.ByPeer || len(r.Ours) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestTransformSetsAreShownSideBySide(t *testing.T) {
	w, hub, spoke := two(t)
	hub.config.Endpoints[0].IPsec.Transforms[0].Suite = esp.Suite{Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA1}
	hub.step(Configure{hub.config})
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	r := hub.refusal()
	if r.Reason != ReasonProposal || len(r.Ours) != 1 || len(r.Theirs) != 1 || r.Ours[0] != "encryption AES-CBC-128, integrity SHA96, esn no" ||
		r.Theirs[0] != "encryption AES-GCM-256, esn no" {
		t.Errorf("%+v", r)
	}
	// The association is there (QM_IDLE, so to speak), and no pair.
	if s := spoke.engine.State(); len(s.SAs) != 1 || s.SAs[0].Stage != Ready || len(s.Children) != 0 || s.Wants[0].Reason != ReasonProposal {
		t.Errorf("%+v", s)
	}
	hub.config.Endpoints[0].IPsec.Transforms[0].Suite = esp.Suite{Cipher: esp.AESGCM, Bits: 256}
	hub.step(Configure{hub.config})
	w.run(10 * time.Second)
	w.joined(hub, spoke)
}
