package ike

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/dataplane/esp"
)

// config1 is a router with one multipoint tunnel, the policy of every tutorial,
// and a key for everybody.
func config1(local, secret string) Config {
	ipsec := DefaultIPsec()
	ipsec.PFS = 14
	ipsec.Transforms = []Transform{{Name: "t", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA1}}}
	return Config{
		Endpoints: []Endpoint{{Tunnel: "Tunnel0", Local: netip.MustParseAddr(local), IPsec: ipsec, Version: 1}},
		Policies:  []Policy{{Priority: 10, Cipher: Cipher{esp.AESCBC, 256}, Hash: SHA1, Group: 14, Lifetime: 24 * time.Hour}},
		Keyrings:  []Keyring{{Keys: []Key{{Peer: netip.MustParsePrefix("0.0.0.0/0"), Secret: esp.Key(secret)}}}},
		Keepalive: DPD{Interval: 30 * time.Second, Retry: 5 * time.Second},
	}
}

func two1(t *testing.T, change ...func(hub, spoke *Config)) (w *world, hub, spoke *node) {
	w = newWorld(t)
	a, b := config1(hubAddr, "secret"), config1(spokeAddr, "secret")
	for _, f := range change {
		f(&a, &b)
	}
	return w, w.add("hub", hubAddr, a), w.add("spoke", spokeAddr, b)
}

// both applies a change to both ends.
func both(f func(c *Config)) func(hub, spoke *Config) {
	return func(hub, spoke *Config) { f(hub); f(spoke) }
}

func TestMainAndQuickModeTakeNineMessages(t *testing.T) {
	w, hub, spoke := two1(t)
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	if w.sent != 9 || !spoke.secured[pair(hubAddr)] || !hub.secured[pair(spokeAddr)] {
		t.Errorf("%d messages", w.sent)
		w.fail()
	}
	w.joined(hub, spoke)
	s := spoke.engine.State()
	if len(s.SAs) != 1 || len(s.Children) != 1 || s.SAs[0].Stage != QuickIdle || s.SAs[0].ID != 1001 || s.SAs[0].Group != 14 || s.SAs[0].RemoteID.Address != netip.MustParseAddr(hubAddr) {
		t.Errorf("%+v", s)
	}
	if c := s.Children[0]; c.Mode != esp.Tunnel || c.PFS != 14 || c.PeerSelector.Protocol != 47 || c.Transform != "esp-256-aes esp-sha-hmac" {
		t.Errorf("%+v", c)
	}
}

func TestAggressiveModeTakesSixMessages(t *testing.T) {
	w, hub, spoke := two1(t, func(_, spoke *Config) {
		spoke.Profiles = []Profile{{Name: "A", Initiate: Aggressive}}
		spoke.Endpoints[0].Profile = "A"
	})
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	if w.sent != 6 {
		t.Errorf("%d messages", w.sent)
		w.fail()
	}
	w.joined(hub, spoke)
}

func TestAggressiveModeIsRefusedWhereItIsDisabled(t *testing.T) {
	w, hub, spoke := two1(t, func(hub, spoke *Config) {
		hub.NoAggressive = true
		spoke.Profiles = []Profile{{Name: "A", Initiate: Aggressive}}
		spoke.Endpoints[0].Profile = "A"
	})
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Minute)
	if hub.dropped(dropMode1) == 0 || len(hub.engine.State().SAs) != 0 {
		w.fail()
	}
}

func TestEveryTransformOfVersion1Works(t *testing.T) {
	suites := []esp.Suite{{Cipher: esp.DES, MAC: esp.MD5}, {Cipher: esp.TripleDES, MAC: esp.SHA1}, {Cipher: esp.AESCBC, Bits: 128, MAC: esp.SHA256},
		{Cipher: esp.AESCBC, Bits: 192, MAC: esp.SHA384}, {Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA512}, {Cipher: esp.AESGCM, Bits: 128}, {Cipher: esp.AESGCM, Bits: 256}, {MAC: esp.SHA1}}
	ciphers := []Cipher{{esp.DES, 0}, {esp.TripleDES, 0}, {esp.AESCBC, 128}, {esp.AESCBC, 192}, {esp.AESCBC, 256}}
	groups := []Group{1, 2, 5, 14, 15, 16, 19, 20, 21, 24}
	for i := range groups {
		w, hub, spoke := two1(t, both(func(c *Config) {
			c.Policies[0].Cipher, c.Policies[0].Hash, c.Policies[0].Group = ciphers[i%len(ciphers)], Hash(i%5+1), groups[i]
			c.Endpoints[0].IPsec.PFS = groups[len(groups)-1-i]
			c.Endpoints[0].IPsec.Transforms = []Transform{{Name: "t", Suite: suites[i%len(suites)], Transport: i%2 == 0, ESN: i%3 == 0}}
		}))
		spoke.step(Protect{pair(hubAddr)})
		w.run(time.Second)
		w.joined(hub, spoke)
	}
}

func TestMessagesOfVersion1MayBeLost(t *testing.T) {
	for lost := range 9 {
		w, hub, spoke := two1(t)
		n := -1
		w.lose = func(_, _ netip.AddrPort, _ []byte) bool { n++; return n == lost }
		spoke.step(Protect{pair(hubAddr)})
		w.run(25 * time.Second)
		w.joined(hub, spoke)
		if len(hub.engine.State().Children) != 1 || len(spoke.engine.State().SAs) != 1 {
			t.Errorf("message %d lost: %+v", lost, hub.engine.State())
		}
	}
}

func TestComputationsOfVersion1TakeTheirTime(t *testing.T) {
	w, hub, spoke := two1(t)
	w.delay = 50 * time.Millisecond
	spoke.step(Protect{pair(hubAddr)})
	w.run(2 * time.Second)
	if w.sent != 9 {
		t.Errorf("%d messages", w.sent)
	}
	w.joined(hub, spoke)
}

func TestDifferentKeysOfVersion1AreNamed(t *testing.T) {
	w, hub, spoke := two1(t, func(_, spoke *Config) { spoke.Keyrings[0].Keys[0].Secret = esp.Key("other") })
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	if hub.refusal().Reason != ReasonAuthenticate || hub.dropped(dropMalformed)+hub.dropped(dropProof1) == 0 {
		t.Errorf("%+v", hub.refusal())
		w.fail()
	}
	w.run(time.Minute)
	if spoke.engine.State().Wants[0].Reason != ReasonUnreachable || len(spoke.secured) != 0 {
		t.Errorf("%+v", spoke.engine.State().Wants)
	}
	if strings.Contains(w.log.String(), "secret") || strings.Contains(w.log.String(), "other") {
		t.Error("a key is in what was said")
	}
	// It comes up by itself once the keys are the same.
	c := config1(spokeAddr, "secret")
	spoke.step(Configure{c})
	w.run(5 * time.Minute)
	w.joined(hub, spoke)
}

func TestNoPolicyInCommonShowsBoth(t *testing.T) {
	w, hub, spoke := two1(t, func(_, spoke *Config) { spoke.Policies[0].Group = 2 })
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Minute)
	r := hub.refusal()
	if r.Reason != ReasonProposal || len(r.Ours) != 1 || len(r.Theirs) != 1 || !strings.Contains(r.Ours[0], "group 14") || !strings.Contains(r.Theirs[0], "group 2") {
		t.Errorf("%+v", r)
	}
	if r := spoke.refusal(); !r.ByPeer || r.Reason != ReasonProposal {
		t.Errorf("%+v", r)
	}
	if got := spoke.engine.State().Wants[0].Reason; got != ReasonProposal {
		t.Errorf("the want says %v", got)
	}
}

func TestPhase2MustAgreeInModeAndSecrecy(t *testing.T) {
	for name, change := range map[string]func(hub, spoke *Config){
		"mode":              func(hub, _ *Config) { hub.Endpoints[0].IPsec.Transforms[0].Transport = true },
		"PFS asked for":     func(_, spoke *Config) { spoke.Endpoints[0].IPsec.PFS = 0 },
		"PFS of two groups": func(_, spoke *Config) { spoke.Endpoints[0].IPsec.PFS = 5 },
		"transform":         func(_, spoke *Config) { spoke.Endpoints[0].IPsec.Transforms[0].Suite.Bits = 128 },
	} {
		w, hub, spoke := two1(t, change)
		spoke.step(Protect{pair(hubAddr)})
		w.run(5 * time.Second)
		if r := hub.refusal(); r.Reason != ReasonProposal || len(r.Ours) == 0 || len(r.Theirs) == 0 {
			t.Errorf("%s: the hub has %+v", name, r)
		}
		if r := spoke.refusal(); !r.ByPeer || r.Reason != ReasonProposal {
			t.Errorf("%s: the spoke has %+v", name, r)
		}
		s := spoke.engine.State()
		if len(s.SAs) != 1 || s.SAs[0].Stage != QuickIdle || len(s.Children) != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestWhoAsksForNoSecrecyTakesWhatThePeerWants(t *testing.T) {
	w, hub, spoke := two1(t, func(hub, _ *Config) { hub.Endpoints[0].IPsec.PFS = 0 })
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.joined(hub, spoke)
}

func TestTheShorterLifetimeHoldsForBoth(t *testing.T) {
	w, hub, spoke := two1(t, func(hub, _ *Config) {
		hub.Endpoints[0].IPsec.Lifetime = 10 * time.Minute
		hub.Policies[0].Lifetime = time.Hour
	})
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	for _, n := range []*node{hub, spoke} {
		c := n.engine.State().Children[0]
		if life := c.Expires.Sub(c.Created); life > 10*time.Minute+time.Second {
			t.Errorf("%s: the pair lives %v", n.name, life)
		}
	}
	if hub.engine.State().SAs[0].Lifetime != time.Hour {
		t.Errorf("%+v", hub.engine.State().SAs)
	}
}

func TestPairsOfVersion1AreReplacedWithoutALoss(t *testing.T) {
	w, hub, spoke := two1(t, both(func(c *Config) { c.Policies[0].Lifetime = 3 * time.Hour }))
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	for range 24 * 60 {
		w.run(time.Minute)
		w.joined(hub, spoke)
	}
	if spoke.flaps+hub.flaps != 0 {
		t.Errorf("%d flaps", spoke.flaps+hub.flaps)
	}
	if n := len(hub.inbound); n > 2 {
		t.Errorf("%d associations are left at the hub", n)
	}
}

func TestADayWithLossOfVersion1(t *testing.T) {
	w, hub, spoke := two1(t, both(func(c *Config) { c.Policies[0].Lifetime = 3 * time.Hour }))
	w.loss, w.twice, w.spread = 0.1, 0.05, 20*time.Millisecond
	spoke.step(Protect{pair(hubAddr)})
	w.run(2 * time.Minute)
	for range 24 * 60 {
		w.run(time.Minute)
		w.joined(hub, spoke)
	}
}

func TestBothEndsOfVersion1MayBegin(t *testing.T) {
	w, hub, spoke := two1(t)
	spoke.step(Protect{pair(hubAddr)})
	hub.step(Protect{pair(spokeAddr)})
	w.run(5 * time.Minute)
	w.joined(hub, spoke)
	if hub.flaps+spoke.flaps != 0 {
		t.Errorf("%d flaps", hub.flaps+spoke.flaps)
		w.fail()
	}
}

func TestADeadPeerOfVersion1IsFoundAndFoundAgain(t *testing.T) {
	w, hub, spoke := two1(t, both(func(c *Config) { c.Keepalive.Periodic = true }))
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.joined(hub, spoke)
	w.boot(hub, 1) // it has forgotten everything
	w.run(3 * time.Minute)
	w.joined(hub, spoke)
	if len(spoke.reasons) == 0 || spoke.reasons[0] != ReasonDeadPeer {
		t.Errorf("reasons %v", spoke.reasons)
	}
}

func TestAPeerThatBeginsAnewReplacesItself(t *testing.T) {
	w, hub, spoke := two1(t)
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.boot(spoke, 1)
	spoke.step(Protect{pair(hubAddr)})
	w.run(5 * time.Second)
	w.joined(hub, spoke)
	if s := hub.engine.State(); len(s.SAs) != 1 || len(s.Children) != 1 {
		t.Errorf("the hub has %+v", s)
	}
}

func TestWhatOneEndEndsTheOtherForgets(t *testing.T) {
	w, hub, spoke := two1(t)
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	spoke.step(Unprotect{pair(hubAddr)})
	w.run(time.Minute)
	for _, n := range []*node{hub, spoke} {
		if s := n.engine.State(); len(s.SAs)+len(s.Children)+len(n.inbound)+len(n.outs) != 0 {
			t.Errorf("%s keeps %+v", n.name, s)
		}
	}
	if len(hub.secured) != 0 {
		t.Errorf("the hub still has %v", hub.secured)
	}
}

func TestVersion1GoesThroughATranslator(t *testing.T) {
	for _, mode := range []bool{false, true} {
		w, hub, spoke := two1(t, both(func(c *Config) { c.Endpoints[0].IPsec.Transforms[0].Transport = mode }))
		outside := netip.MustParseAddr("198.51.100.30")
		w.nats = []*natBox{{outside: outside, inside: map[netip.Addr]bool{netip.MustParseAddr(spokeAddr): true}, ports: map[netip.AddrPort]uint16{}, next: 40000}}
		spoke.step(Protect{pair(hubAddr)})
		w.run(time.Second)
		s := hub.engine.State()
		if len(s.Children) != 1 || !s.SAs[0].NAT.Remote || s.SAs[0].Local.Port() != 4500 {
			t.Errorf("%+v", s)
			w.fail()
		}
		peer := s.Children[0].Peer
		if peer.Addr() != outside || peer.Port() < 40000 || !hub.secured[Pair{"Tunnel0", peer}] {
			t.Errorf("the spoke is at %v, and %v", peer, hub.secured)
		}
		if !spoke.send(at(hubAddr)) || !hub.send(peer) {
			t.Error("no data")
			w.fail()
		}
		w.run(2 * time.Minute)
		if spoke.keeps == 0 {
			t.Error("nothing keeps the translator's memory fresh")
		}
	}
}

func TestLongMessagesOfVersion1GoInPieces(t *testing.T) {
	w, hub, spoke := two1(t, both(func(c *Config) {
		c.Fragmentation = true
		for i := range 40 {
			p := c.Policies[0]
			p.Priority, p.Lifetime = 20+i, time.Duration(600+i)*time.Second
			c.Policies = append(c.Policies, p)
		}
		var sets []Transform
		for range 40 {
			sets = append(sets, c.Endpoints[0].IPsec.Transforms[0])
		}
		c.Endpoints[0].IPsec.Transforms = sets
	}))
	longest := 0
	w.lose = func(_, _ netip.AddrPort, p []byte) bool {
		if p[18] == exchangeQuick1 {
			longest = max(longest, len(p))
		}
		return false
	}
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	w.joined(hub, spoke)
	if longest == 0 || longest > pieceSize+headerSize+pieceHead {
		t.Errorf("a message of %d octets", longest)
	}
}

func TestTheSameVersion1TwiceIsTheSame(t *testing.T) {
	run := func() string {
		w, _, spoke := two1(t, both(func(c *Config) { c.Policies[0].Lifetime = time.Hour }))
		w.loss = 0.1
		spoke.step(Protect{pair(hubAddr)})
		w.run(3 * time.Hour)
		return w.log.String()
	}
	if a, b := run(), run(); a != b {
		t.Error("the same inputs at the same instants had another outcome")
	}
}
