package dataplane_test

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"weft/dataplane"
	"weft/dataplane/esp"
)

// behindPAT puts two spokes behind one address; the translator is in the test's
// hands.
func behindPAT(t *testing.T) (hub, spoke1, spoke2 *box, first, second netip.AddrPort) {
	hub, spoke1, spoke2 = protected(nil)
	outside := addr("203.0.113.99")
	first, second = netip.AddrPortFrom(outside, 4500), netip.AddrPortFrom(outside, 61001)
	inside := map[netip.AddrPort]netip.AddrPort{first: netip.AddrPortFrom(spoke1NBMA, 4500), second: netip.AddrPortFrom(spoke2NBMA, 4500)}
	for i, b := range []*box{spoke1, spoke2} {
		seen := []netip.AddrPort{first, second}[i]
		spi := uint32(0x100 * (i + 1))
		out := sa(spi, netip.AddrPortFrom(hubNBMA, 4500), seen, gcm, esp.Transport)
		if err := hub.Install(out); err != nil {
			t.Fatal(err)
		}
		hub.Outbound(hubNBMA, seen, spi)
		in := sa(spi+1, netip.AddrPortFrom(hubNBMA, 4500), seen, gcm, esp.Transport)
		in.Inbound = true
		if err := hub.Install(in); err != nil {
			t.Fatal(err)
		}
		in.Inbound, in.Local, in.Peer = false, inside[seen], in.Local
		if err := b.Install(in); err != nil {
			t.Fatal(err)
		}
		b.Outbound(in.Local.Addr(), plain(hubNBMA), spi+1) // as it calls its hub
		out.Inbound, out.Local, out.Peer = true, inside[seen], out.Local
		if err := b.Install(out); err != nil {
			t.Fatal(err)
		}
	}
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), first)
	hub.Learn("Tunnel0", prefix("10.0.0.12/32"), second)
	hub.SetMulticast("Tunnel0", []netip.AddrPort{first, second})
	hub.network.boxes = nil
	return hub, spoke1, spoke2, first, second
}

// translate gives the latest packet on the wire other addresses, as a translator does.
func translate(hub *box, from, to netip.AddrPort) []byte {
	b := bytes.Clone(hub.network.wire[len(hub.network.wire)-1])
	copy(b[12:], from.Addr().AsSlice())
	copy(b[16:], to.Addr().AsSlice())
	b[20], b[21] = byte(from.Port()>>8), byte(from.Port())
	b[22], b[23] = byte(to.Port()>>8), byte(to.Port())
	return b
}

func TestSpokesBehindOneAddressAreToldApart(t *testing.T) {
	hub, spoke1, spoke2, first, second := behindPAT(t)
	hubEnd := netip.AddrPortFrom(hubNBMA, 4500)
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	spoke1.FromUnderlay(translate(hub, hubEnd, netip.AddrPortFrom(spoke1NBMA, 4500)))
	hub.fromTunnel(udp(t, pc0, pc2, 2))
	spoke2.FromUnderlay(translate(hub, hubEnd, netip.AddrPortFrom(spoke2NBMA, 4500)))
	if len(spoke1.delivered) != 1 || len(spoke2.delivered) != 1 {
		t.Errorf("%v %v %v", hub.Counters("Tunnel0").Drops, spoke1.Drops(), spoke2.Drops())
	}
	spoke2.SendControl("Tunnel0", netip.AddrPort{}, 0x2001, []byte("from two"))
	hub.FromUnderlay(translate(hub, second, hubEnd))
	if c := eventsOf[dataplane.Control](hub); len(c) == 0 || c[len(c)-1].From != second {
		t.Errorf("who spoke? %+v", c)
	}
	before := len(hub.network.wire)
	hub.fromTunnel(udp(t, hubIn, addr("224.0.0.10"), 20))
	if n := len(hub.network.wire) - before; n != 2 {
		t.Errorf("multicast is copied %d times", n)
	}
	// The address alone names neither.
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(first.Addr()))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAssociation, Count: 1})
	// What comes from the hub is from the hub as its spoke calls it.
	hub.SendControl("Tunnel0", second, 0x2001, []byte("reply"))
	spoke2.FromUnderlay(translate(hub, hubEnd, netip.AddrPortFrom(spoke2NBMA, 4500)))
	if c := eventsOf[dataplane.Control](spoke2); len(c) != 1 || c[0].From != plain(hubNBMA) {
		t.Errorf("the spoke hears %+v", c)
	}
}

func TestPeerThatMovesIsFollowedWhenToldSo(t *testing.T) {
	hub, spoke1, _, first, _ := behindPAT(t)
	hubEnd, elsewhere := netip.AddrPortFrom(hubNBMA, 4500), netip.MustParseAddrPort("203.0.113.98:30000")
	hub.delivered = nil
	for range 3 {
		spoke1.fromTunnel(udp(t, pc1, pc0, 1))
		hub.FromUnderlay(translate(hub, elsewhere, hubEnd))
	}
	if e := eventsOf[dataplane.PeerMoved](hub); len(e) != 1 || e[0] != (dataplane.PeerMoved{SPI: 0x101, From: elsewhere}) {
		t.Errorf("reported %+v", e)
	}
	if len(hub.delivered) == 0 {
		t.Error("authentic packets are lost")
	}
	hub.Move(0x101, true, first, elsewhere)
	hub.Move(0x100, false, first, elsewhere)
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), elsewhere)
	hub.fromTunnel(udp(t, pc0, pc1, 2))
	if b := hub.network.wire[len(hub.network.wire)-1]; !slices.Equal(b[16:20], elsewhere.Addr().AsSlice()) || int(b[22])<<8|int(b[23]) != 30000 {
		t.Errorf("it goes to %v", b[16:24])
	}
	hub.Remove(0x100, false, elsewhere)
	if n := slices.IndexFunc(hub.Associations(), func(s dataplane.AssociationState) bool { return s.SPI == 0x100 }); n >= 0 {
		t.Error("it cannot be removed any more")
	}
	// A forged packet moves nobody.
	hub.events = nil
	hub.clock = hub.clock.Add(time.Minute)
	b := translate(hub, netip.MustParseAddrPort("203.0.113.97:1"), hubEnd)
	b[len(b)-1]++
	hub.FromUnderlay(b)
	if e := eventsOf[dataplane.PeerMoved](hub); len(e) != 0 {
		t.Errorf("a forgery moved the peer: %+v", e)
	}
}
