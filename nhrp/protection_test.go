package nhrp

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func port(a string, p uint16) netip.AddrPort { return netip.AddrPortFrom(addr(a), p) }

// behindPAT registers a client whose packets come through a translator.
func behindPAT(t *testing.T, w *world, hub *node, protocol, private string, from netip.AddrPort) (outs []Out) {
	p := request()
	p.Source, p.SourceNBMA, p.Flags = addr(protocol), addr(private), p.Flags|FlagUnique
	p.CIEs[0].PrefixLength = uniquePrefix
	outs = hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: from, To: hub.nbma, Packet: encoded(t, p)})
	w.carryOut(hub, outs)
	return outs
}

func learns(outs []Out) (all []Learn) {
	for _, o := range outs {
		if l, ok := o.(Learn); ok {
			all = append(all, l)
		}
	}
	return all
}

func TestClientsBehindOneAddressAreToldApartByPort(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	first, second := port("203.0.113.30", 4500), port("203.0.113.30", 61001)
	for i, from := range []netip.AddrPort{first, second} {
		protocol := []string{"10.0.0.11", "10.0.0.12"}[i]
		outs := behindPAT(t, w, hub, protocol, "192.168.1.3", from)
		if l := learns(outs); len(l) != 1 || l[0].NBMA != from {
			t.Errorf("the client behind %v is learnt as %v", from, l)
		}
		if !slices.ContainsFunc(outs, func(o Out) bool { s, ok := o.(Send); return ok && s.To == from }) {
			t.Errorf("the answer does not go to %v", from)
		}
	}
	var copies []netip.AddrPort
	for _, m := range hub.engine.State(Filter{}).Tunnels[0].Multicast {
		if !m.Static {
			copies = append(copies, netip.AddrPortFrom(m.NBMA, m.Port))
		}
	}
	if !slices.Equal(copies, []netip.AddrPort{first, second}) {
		t.Errorf("multicast is copied to %v", copies)
	}

	w.step(hub, Unsecured{"Tunnel0", second})
	if _, ok := hub.entry("10.0.0.12"); ok {
		t.Error("the client without protection is still there")
	}
	if e, ok := hub.entry("10.0.0.11"); !ok || e.Port != 4500 {
		t.Errorf("its neighbour behind the same address is %+v, %v", e, ok)
	}
}

func TestClientThatMovesIsFoundAtItsNewPort(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	was, is := port("203.0.113.30", 61001), port("203.0.113.31", 62002)
	behindPAT(t, w, hub, "10.0.0.11", "192.168.1.3", was)
	outs := hub.engine.Step(w.now, Moved{was, is})
	if l := learns(outs); len(l) != 1 || l[0].NBMA != is {
		t.Errorf("told the data plane %v", outs)
	}
	w.now = w.now.Add(time.Second)
	outs = hub.engine.Tick(w.now)
	if len(outs) != 1 || !slices.Equal(outs[0].(Multicast).NBMA, []netip.AddrPort{is}) {
		t.Errorf("multicast: %v", outs)
	}
}

func TestUniqueClientMayComeBackAtAnotherPort(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	behindPAT(t, w, hub, "10.0.0.11", "192.168.1.3", port("203.0.113.30", 4500))
	behindPAT(t, w, hub, "10.0.0.11", "192.168.1.3", port("203.0.113.30", 4501))
	if e, _ := hub.entry("10.0.0.11"); e.Port != 4501 {
		t.Errorf("the client is at port %d", e.Port)
	}
	behindPAT(t, w, hub, "10.0.0.11", "192.168.1.4", port("203.0.113.30", 4502))
	if e, _ := hub.entry("10.0.0.11"); e.Port != 4501 {
		t.Errorf("another client has taken the address, from port %d", e.Port)
	}
}

func TestSpokeAsksAgainWhenProtectionIsLost(t *testing.T) {
	w := newWorld()
	w.add("hub", "192.0.2.1", 100, hubConfig())
	spoke := w.add("spoke", "198.51.100.11", 200, spokeConfig("10.0.0.11/24"))
	w.run(time.Second)
	sent := spoke.tunnel().NHS[0].Sent
	w.step(spoke, Unsecured{"Tunnel0", port("192.0.2.1", 0)})
	if s := spoke.tunnel().NHS[0]; s.Sent != sent+1 || s.Status != Expecting || !s.Pending {
		t.Errorf("the registration is %+v", s)
	}
	w.step(spoke, Unsecured{"Tunnel0", port("192.0.2.1", 0)}) // the next try fails too
	if s := spoke.tunnel().NHS[0]; s.Sent != sent+1 {
		t.Errorf("%d requests at once", s.Sent-sent)
	}
}
