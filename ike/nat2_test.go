package ike

import (
	"net/netip"
	"testing"
	"time"
)

// A translator that keeps the port of the first behind it: that one is known by
// its address alone, and by its port once it has to be.
func TestOnlyPeerBehindTranslatorNeedsNoPort(t *testing.T) {
	w := newWorld(t)
	outside := netip.MustParseAddr("192.0.2.30")
	inside := netip.MustParseAddr("10.1.1.11")
	box := &natBox{outside: outside, inside: map[netip.Addr]bool{inside: true}, ports: map[netip.AddrPort]uint16{
		netip.AddrPortFrom(inside, port): port, netip.AddrPortFrom(inside, natPort): natPort}, next: 40000}
	w.nats = append(w.nats, box)
	hub := w.add("hub", hubAddr, config2(hubAddr, "secret"))
	spoke := w.add("spoke", "10.1.1.11", config2("10.1.1.11", "secret"))
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	// NHRP of the hub knows the address, or the port as well: both are this peer.
	plain, ported := Pair{"Tunnel0", netip.AddrPortFrom(outside, 0)}, Pair{"Tunnel0", netip.AddrPortFrom(outside, natPort)}
	hub.step(Protect{plain})
	hub.step(Protect{ported})
	w.run(time.Second)
	if !hub.secured[plain] || !hub.secured[ported] || w.sent != 4 || !hub.send(plain.Peer) || !spoke.send(at(hubAddr)) {
		t.Errorf("%v", hub.secured)
		w.fail()
	}
	hub.step(Unprotect{ported})
	hub.flaps = 0 // that was one, and meant
	box.ports[netip.AddrPortFrom(inside, natPort)] = 41000
	if !spoke.send(at(hubAddr)) {
		t.Error("the spoke is lost")
	}
	moved := netip.AddrPortFrom(outside, 41000)
	if len(hub.moved) != 1 || hub.moved[0] != (Moved{plain, Pair{"Tunnel0", moved}}) || !hub.send(moved) || hub.flaps > 0 {
		t.Errorf("%v, %v", hub.moved, hub.secured)
		w.fail()
	}
	if wants := hub.engine.State().Wants; len(wants) != 1 || wants[0].Peer != moved || !wants[0].Secured {
		t.Errorf("%+v", wants)
	}
	// IKE finds its way, too, in both directions.
	w.run(time.Second)
	a := hub.engine.sortedAssociations()[0]
	a.exchanger.probe()
	hub.carryOut(hub.engine.Tick(w.now))
	w.run(time.Second)
	if a.exchanger.(*sa2).pending != nil {
		t.Error("the spoke does not answer")
		w.fail()
	}
}

// Two spokes behind two translators, that have learnt of each other.
func TestBothEndsBehindTranslators(t *testing.T) {
	w := newWorld(t)
	var nodes []*node
	var outer []netip.AddrPort
	for i, local := range []string{"10.1.1.11", "10.2.1.11"} {
		inside := netip.MustParseAddr(local)
		box := &natBox{outside: netip.AddrFrom4([4]byte{192, 0, 2, byte(30 + i)}), inside: map[netip.Addr]bool{inside: true}, ports: map[netip.AddrPort]uint16{
			netip.AddrPortFrom(inside, port): port, netip.AddrPortFrom(inside, natPort): natPort}}
		w.nats = append(w.nats, box)
		nodes = append(nodes, w.add(local, local, config2(local, "secret")))
		outer = append(outer, netip.AddrPortFrom(box.outside, 0))
	}
	nodes[0].step(Protect{Pair{"Tunnel0", outer[1]}})
	nodes[1].step(Protect{Pair{"Tunnel0", outer[0]}})
	w.run(30 * time.Second)
	for i, n := range nodes {
		s := n.engine.State()
		if !n.send(outer[1-i]) || len(s.SAs) != 1 || len(s.Children) != 1 || n.flaps > 0 {
			t.Errorf("%s: %+v", n.name, s)
			w.fail()
		}
		if !s.SAs[0].NAT.Local || !s.SAs[0].NAT.Remote {
			t.Errorf("%s: %+v", n.name, s.SAs[0].NAT)
		}
	}
}

// The inner addresses go to the data plane, for whoever must mend checksums.
func TestPrivateAddressesAreTold(t *testing.T) {
	w := newWorld(t)
	inside := netip.MustParseAddr("10.1.1.11")
	w.nats = append(w.nats, &natBox{outside: netip.MustParseAddr("192.0.2.30"), inside: map[netip.Addr]bool{inside: true}, ports: map[netip.AddrPort]uint16{}, next: 40000})
	hub := w.add("hub", hubAddr, config2(hubAddr, "secret"))
	spoke := w.add("spoke", "10.1.1.11", config2("10.1.1.11", "secret"))
	spoke.step(Protect{pair(hubAddr)})
	w.run(time.Second)
	for _, l := range hub.inbound {
		if l.PrivatePeer != inside || l.Peer.Addr() != netip.MustParseAddr("192.0.2.30") || l.PrivateLocal != hub.local {
			t.Errorf("%v %v %v", l.PrivatePeer, l.Peer, l.PrivateLocal)
		}
	}
	if c := hub.engine.State().Children; len(c) != 1 || c[0].PeerSelector.Prefix.Addr() != inside {
		t.Errorf("%+v", c)
	}
}
