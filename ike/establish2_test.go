package ike

import (
	"net/netip"
	"testing"
	"time"

	"weft/dataplane/esp"
)

// config2 is a router with one multipoint tunnel and a key for everybody.
func config2(local, secret string) Config {
	ipsec := DefaultIPsec()
	ipsec.Transforms = []Transform{{Name: "t", Suite: esp.Suite{Cipher: esp.AESGCM, Bits: 256}, Transport: true}}
	return Config{
		Endpoints: []Endpoint{{Tunnel: "Tunnel0", Local: netip.MustParseAddr(local), IPsec: ipsec, Profile: "p", Version: 2}},
		Proposals: []Proposal{DefaultProposal()}, Policies2: []Policy2{DefaultPolicy2()},
		Profiles2: []Profile2{{Name: "p", AnyVRF: true, Match: []Match{{Any: true}}, Keys: []Peer2{{Name: "all", Peer: netip.MustParsePrefix("0.0.0.0/0"), Local: esp.Key(secret), Remote: esp.Key(secret)}}}},
		MTU2:      576,
	}
}

const (
	hubAddr   = "192.0.2.1"
	spokeAddr = "192.0.2.11"
	spoke2    = "192.0.2.12"
)

func pair(peer string) Pair { return Pair{"Tunnel0", at(peer)} }

// two are a hub and a spoke that know each other.
func two(t *testing.T) (w *world, hub, spoke *node) {
	w = newWorld(t)
	return w, w.add("hub", hubAddr, config2(hubAddr, "secret")), w.add("spoke", spokeAddr, config2(spokeAddr, "secret"))
}

func (w *world) fail() { w.t.Helper(); w.t.Fatalf("\n%s", w.log.String()) }

// joined checks that both ends are secured and that data gets through both ways.
func (w *world) joined(a, b *node) {
	w.t.Helper()
	if !a.send(netip.AddrPortFrom(b.local, 0)) || !b.send(netip.AddrPortFrom(a.local, 0)) {
		w.t.Errorf("no data between %s and %s", a.name, b.name)
		w.fail()
	}
}

func TestSpokeIsProtectedAfterFourMessages(t *testing.T) {
	w, hub, spoke := two(t)
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	if w.sent != 4 || !spoke.secured[pair(hubAddr)] || !hub.secured[pair(spokeAddr)] {
		t.Errorf("%d messages", w.sent)
		w.fail()
	}
	w.joined(hub, spoke)
	s := spoke.engine.State()
	if len(s.SAs) != 1 || len(s.Children) != 1 || s.SAs[0].Stage != Ready || s.SAs[0].Group != 19 || s.SAs[0].Cipher.String() != "AES-CBC-256" {
		t.Errorf("%+v", s)
	}
	c := s.Children[0]
	if c.Mode != esp.Transport || c.LocalSelector.Prefix.String() != spokeAddr+"/32" || c.PeerSelector.Protocol != 47 || !c.Current || c.Transform != "esp-gcm 256" {
		t.Errorf("%+v", c)
	}
	if !s.Wants[0].Secured || s.Stats.Outgoing != 1 || hub.engine.stats.Incoming != 1 || hub.engine.stats.InNegotiating != 0 {
		t.Errorf("%+v %+v", s.Wants, s.Stats)
	}
}
