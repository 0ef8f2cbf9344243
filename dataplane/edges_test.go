package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
)

func TestPacketOfExactlyTheMTUIsSentWhole(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	p := ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.Flags = layers.IPv4DontFragment }, gopacket.Payload(make([]byte, 1380)))
	hub.fromTunnel(p)
	if len(spoke1.delivered) != 1 || !bytes.Equal(spoke1.delivered[0], p) {
		t.Errorf("%d delivered, dropped %v", len(spoke1.delivered), hub.Counters("Tunnel0").Drops)
	}
}

func TestPacketThatNoOuterPacketCanHoldIsTooBig(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	w := hubTunnel()
	w.MTU = 70_000
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.fromTunnel(ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.Flags = layers.IPv4DontFragment }, gopacket.Payload(make([]byte, 65_500))))
	hub.SendControl("Tunnel0", plain(spoke1NBMA), 0x2001, make([]byte, 65_510))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropTooBig, Count: 2})
}

func TestNeighboursOfDifferentTunnelsAreNotMixed(t *testing.T) {
	first, second := hubTunnel(), hubTunnel()
	second.Name, second.Key = "Tunnel1", 101
	hub := newBox(&network{boxes: map[netip.Addr]*box{}}, hubNBMA)
	hub.SetTunnels([]dataplane.Tunnel{first, second})
	var got []string
	hub.kernel = func(tunnel string, _ []byte) { got = append(got, tunnel) }
	one, two := greIPv4(), greIPv4()
	two.Key = 101
	p := udp(t, pc1, pc0, 1)
	hub.FromUnderlayBatch([][]byte{outer(t, spoke1NBMA, hubNBMA, one, p), {0x45}, outer(t, spoke1NBMA, hubNBMA, two, p), outer(t, spoke1NBMA, hubNBMA, one, p)})
	if len(got) != 3 || got[0] != "Tunnel0" || got[1] != "Tunnel1" || got[2] != "Tunnel0" {
		t.Errorf("delivered to %v", got)
	}
	wantDrops(t, hub.Drops(), dataplane.Drop{Reason: dataplane.DropTruncated, Count: 1}) // not with its neighbour's tunnel
	wantDrops(t, hub.Counters("Tunnel0").Drops)
}

func TestOfTwoTunnelsAlikeTheOneThatIsUpReceives(t *testing.T) {
	down, up := hubTunnel(), hubTunnel()
	down.Up, up.Name = false, "Tunnel1"
	hub := newBox(&network{boxes: map[netip.Addr]*box{}}, hubNBMA)
	for _, want := range [][]dataplane.Tunnel{{down, up}, {up, down}} {
		hub.SetTunnels(want)
		hub.delivered = nil
		hub.FromUnderlay(outer(t, spoke1NBMA, hubNBMA, greIPv4(), udp(t, pc1, pc0, 1)))
		if len(hub.delivered) != 1 {
			t.Errorf("nothing delivered when %s comes first", want[0].Name)
		}
	}
}

func TestManyReceiversAreSentToInBatches(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	var list []netip.AddrPort
	for range 300 {
		list = append(list, plain(spoke1NBMA))
	}
	hub.SetMulticast("Tunnel0", list)
	hub.fromTunnel(udp(t, hubIn, addr("224.0.0.10"), 20))
	if len(spoke1.delivered) != 300 || hub.longest > 128 {
		t.Errorf("%d delivered, in batches of up to %d", len(spoke1.delivered), hub.longest)
	}
}

func TestNBMAAddressThatIsNotIPv4IsNobody(t *testing.T) {
	hub, _, spoke2 := hubAndSpokes()
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(addr("2001:db8::1")))
	hub.SetMulticast("Tunnel0", []netip.AddrPort{plain(addr("2001:db8::1")), plain(spoke2NBMA), {}})
	hub.fromTunnel(udp(t, pc0, pc1, 1), udp(t, hubIn, addr("224.0.0.10"), 20))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 1})
	if len(spoke2.delivered) != 1 {
		t.Errorf("%d multicasts", len(spoke2.delivered))
	}
}

func TestErrorsAreNotAnsweredWithErrors(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.fromTunnel(ipv4(t, pc0, addr("10.0.0.99"), func(h *layers.IPv4) { h.Protocol = layers.IPProtocolICMPv4 },
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 1)}, gopacket.Payload(make([]byte, 28))))
	if len(hub.delivered) != 0 {
		t.Errorf("told the sender %x", hub.delivered)
	}
}

func TestOnlySYNsHaveTheirSegmentSizeClamped(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	w := hubTunnel()
	w.AdjustMSS = 1000
	hub.SetTunnels([]dataplane.Tunnel{w})
	segment := func(syn bool, change func(*layers.IPv4)) []byte {
		return ipv4(t, pc0, pc1, change, &layers.TCP{SrcPort: 1, DstPort: 2, SYN: syn, ACK: true,
			Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{0x05, 0xb4}}}})
	}
	for name, p := range map[string][]byte{
		"no SYN":           segment(false, func(h *layers.IPv4) { h.Protocol = layers.IPProtocolTCP }),
		"a later fragment": segment(true, func(h *layers.IPv4) { h.Protocol, h.FragOffset = layers.IPProtocolTCP, 100 }),
		"not TCP":          segment(true, func(h *layers.IPv4) { h.Protocol = layers.IPProtocolUDP }),
	} {
		spoke1.delivered = nil
		hub.fromTunnel(p)
		if len(spoke1.delivered) != 1 || !bytes.Equal(spoke1.delivered[0], p) {
			t.Errorf("%s: %x became %x", name, p, spoke1.delivered)
		}
	}
}
