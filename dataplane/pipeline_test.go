package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
)

func TestPacketArrivesAsItWasSent(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	there, back := udp(t, pc1, pc0, 100), udp(t, pc0, pc1, 100)
	spoke1.fromTunnel(there)
	hub.fromTunnel(back)
	if len(hub.delivered) != 1 || !bytes.Equal(hub.delivered[0], there) {
		t.Errorf("the hub got %x, want %x", hub.delivered, there)
	}
	if len(spoke1.delivered) != 1 || !bytes.Equal(spoke1.delivered[0], back) {
		t.Errorf("the spoke got %x, want %x", spoke1.delivered, back)
	}
	for name, b := range map[string]*box{"hub": hub, "spoke": spoke1} {
		c := b.Counters("Tunnel0")
		if c.PacketsIn != 1 || c.PacketsOut != 1 || c.BytesIn != 128 || c.BytesOut != 128 ||
			!c.LastIn.Equal(b.clock) || !c.LastOut.Equal(b.clock) || c.Drops != nil {
			t.Errorf("the %s counts %+v", name, c)
		}
	}
}

func TestSpokeReachesSpokeThroughHub(t *testing.T) {
	hub, spoke1, spoke2 := hubAndSpokes()
	hub.kernel = func(tunnel string, b []byte) { // forwards back into the same TUN
		hub.FromTunnel(tunnel, [][]byte{append(make([]byte, dataplane.Headroom), b...)}, dataplane.Headroom)
	}
	p := udp(t, pc1, pc2, 100)
	spoke1.fromTunnel(p)
	if len(spoke2.delivered) != 1 || !bytes.Equal(spoke2.delivered[0], p) {
		t.Errorf("the other spoke got %x, want %x", spoke2.delivered, p)
	}
}

func TestOuterHeadersAreReadByIndependentDecoder(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	want := hubTunnel()
	want.TTL, want.DontFragment = 64, true
	for _, w := range []dataplane.Tunnel{hubTunnel(), want} {
		hub.SetTunnels([]dataplane.Tunnel{w})
		hub.network.wire = nil
		inner := ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.TOS = 0xb8 }, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("payload"))
		hub.fromTunnel(inner)
		decoded := gopacket.NewPacket(hub.network.wire[0], layers.LayerTypeIPv4, gopacket.Default)
		ip, _ := decoded.Layers()[0].(*layers.IPv4)
		gre, _ := decoded.Layer(layers.LayerTypeGRE).(*layers.GRE)
		if ip == nil || gre == nil || decoded.ErrorLayer() != nil {
			t.Fatalf("read as %v", decoded)
		}
		wantTTL, wantFlags := uint8(255), layers.IPv4Flag(0)
		if w.TTL != 0 {
			wantTTL, wantFlags = w.TTL, layers.IPv4DontFragment
		}
		if ip.TTL != wantTTL || ip.Flags != wantFlags || ip.TOS != 0xb8 || int(ip.Length) != len(inner)+28 ||
			!ip.SrcIP.Equal(hubNBMA.AsSlice()) || !ip.DstIP.Equal(spoke1NBMA.AsSlice()) {
			t.Errorf("outer header %+v", ip)
		}
		if !gre.KeyPresent || gre.Key != 100 || gre.ChecksumPresent || gre.SeqPresent || gre.Protocol != layers.EthernetTypeIPv4 ||
			!bytes.Equal(gre.Payload, inner) {
			t.Errorf("GRE header %+v", gre)
		}
	}
	first, second := hub.network.wire[0], udp(t, pc0, pc1, 1)
	hub.fromTunnel(second)
	if bytes.Equal(first[4:6], hub.network.wire[1][4:6]) {
		t.Error("two outer packets have the same identification")
	}
}

func TestEveryFormOfGREIsAccepted(t *testing.T) {
	for _, keyed := range []bool{false, true} {
		for _, checked := range []bool{false, true} {
			for _, numbered := range []bool{false, true} {
				hub, _, _ := hubAndSpokes()
				w := hubTunnel()
				w.HasKey = keyed
				hub.SetTunnels([]dataplane.Tunnel{w})
				g := layers.GRE{Protocol: layers.EthernetTypeIPv4, KeyPresent: keyed, Key: 100,
					ChecksumPresent: checked, SeqPresent: numbered, Seq: 9}
				inner := udp(t, pc1, pc0, 33)
				hub.FromUnderlay(outer(t, spoke1NBMA, hubNBMA, g, inner))
				if len(hub.delivered) != 1 || !bytes.Equal(hub.delivered[0], inner) {
					t.Errorf("key %v, checksum %v, sequence %v: %v", keyed, checked, numbered, hub.Drops())
				}
			}
		}
	}
}

func TestOuterOptionsAndInnerTrailerAreSkipped(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	inner := udp(t, pc1, pc0, 33)
	g := greIPv4()
	hub.FromUnderlay(ipv4(t, spoke1NBMA, hubNBMA, func(h *layers.IPv4) {
		h.Protocol = layers.IPProtocolGRE
		h.Options = []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}
	}, &g, gopacket.Payload(append(bytes.Clone(inner), "trailer"...))))
	if len(hub.delivered) != 1 || !bytes.Equal(hub.delivered[0], inner) {
		t.Errorf("got %x, want %x", hub.delivered, inner)
	}
}

func TestTunnelIsChosenByAddressesAndKey(t *testing.T) {
	mesh, single, bare := hubTunnel(), hubTunnel(), hubTunnel()
	single.Name, single.Multipoint, single.Destination = "Tunnel1", false, spoke1NBMA
	bare.Name, bare.HasKey = "Tunnel2", false
	hub := newBox(&network{boxes: map[netip.Addr]*box{}}, hubNBMA)
	hub.SetTunnels([]dataplane.Tunnel{mesh, single, bare})
	var got string
	hub.kernel = func(tunnel string, _ []byte) { got = tunnel }
	keyed, bareGRE, wrong := greIPv4(), layers.GRE{Protocol: layers.EthernetTypeIPv4}, greIPv4()
	wrong.Key = 101
	for _, c := range []struct {
		from, to netip.Addr
		gre      layers.GRE
		want     string
	}{
		{spoke1NBMA, hubNBMA, keyed, "Tunnel1"}, // its only peer before everybody's
		{spoke2NBMA, hubNBMA, keyed, "Tunnel0"},
		{spoke2NBMA, hubNBMA, bareGRE, "Tunnel2"},
		{spoke2NBMA, hubNBMA, wrong, ""},
		{spoke2NBMA, spoke1NBMA, keyed, ""},
	} {
		got = ""
		hub.FromUnderlay(outer(t, c.from, c.to, c.gre, udp(t, pc1, pc0, 1)))
		if got != c.want {
			t.Errorf("from %v to %v with %v %d: %q, want %q", c.from, c.to, c.gre.KeyPresent, c.gre.Key, got, c.want)
		}
	}
	wantDrops(t, hub.Drops(), dataplane.Drop{Reason: dataplane.DropNoTunnel, Count: 2})
}

func TestNeighboursOfOneTunnelAreDeliveredTogether(t *testing.T) {
	hub := newHub(&network{boxes: map[netip.Addr]*box{}})
	var batch [][]byte
	for i := range 5 {
		batch = append(batch, outer(t, spoke1NBMA, hubNBMA, greIPv4(), udp(t, pc1, pc0, i)))
	}
	batch[2] = outer(t, spoke1NBMA, spoke2NBMA, greIPv4(), nil)
	hub.FromUnderlayBatch(batch)
	if len(hub.delivered) != 4 {
		t.Fatalf("%d delivered", len(hub.delivered))
	}
	for i, size := range []int{0, 1, 3, 4} {
		if len(hub.delivered[i]) != 28+size {
			t.Errorf("number %d has %d octets: out of order", i, len(hub.delivered[i]))
		}
	}
}

func TestPacketWithoutHeadroomIsSentAllTheSame(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	p := udp(t, pc1, pc0, 100)
	spoke1.FromTunnel("Tunnel0", [][]byte{bytes.Clone(p)}, 0)
	if len(hub.delivered) != 1 || !bytes.Equal(hub.delivered[0], p) {
		t.Errorf("got %x", hub.delivered)
	}
}

func TestControlPacketsPassBetweenRouters(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	spoke1.SendControl("Tunnel0", netip.AddrPort{}, 0x2001, []byte("registration"))
	if len(hub.events) != 1 {
		t.Fatalf("events %v", hub.events)
	}
	got := hub.events[0].(dataplane.Control)
	if got.Tunnel != "Tunnel0" || got.From != plain(spoke1NBMA) || got.To != hubNBMA || got.Protocol != 0x2001 || string(got.Packet) != "registration" {
		t.Errorf("got %+v", got)
	}
	hub.SendControl("Tunnel0", plain(spoke1NBMA), 0x2001, []byte("reply"))
	if len(spoke1.events) != 1 || string(spoke1.events[0].(dataplane.Control).Packet) != "reply" {
		t.Errorf("the answer came as %v", spoke1.events)
	}
	if len(hub.delivered)+len(spoke1.delivered) != 0 {
		t.Error("a control packet reached the kernel")
	}
	if tos := hub.network.wire[0][1]; tos != 0xc0 {
		t.Errorf("TOS %#x", tos)
	}
}

func TestControlPacketIsCountedWhenRouterIsBehind(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	hub.full = true
	spoke1.SendControl("Tunnel0", netip.AddrPort{}, 0x2001, []byte("registration"))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropEventQueue, Count: 1})
}

func TestGoodbyeLeavesTunnelThatIsDown(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	w := spokeTunnel(spoke1NBMA, spoke1In)
	w.Up = false
	spoke1.SetTunnels([]dataplane.Tunnel{w})
	spoke1.SendControl("Tunnel0", netip.AddrPort{}, 0x2001, []byte("purge"))
	if len(hub.events) != 1 {
		t.Error("the goodbye was lost")
	}
}
