package dataplane_test

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
)

func TestUnknownNextHopIsAskedForOnceASecond(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	p := udp(t, pc0, addr("10.0.0.99"), 1)
	want := dataplane.Unresolved{Tunnel: "Tunnel0", NextHop: addr("10.0.0.99")}
	for _, step := range []struct {
		after time.Duration
		asked int
	}{{0, 1}, {0, 1}, {999 * time.Millisecond, 1}, {time.Millisecond, 2}} {
		hub.clock = hub.clock.Add(step.after)
		hub.fromTunnel(p)
		if len(hub.events) != step.asked || hub.events[step.asked-1] != want {
			t.Fatalf("%v later: %v", step.after, hub.events)
		}
	}
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 4})
}

func TestUnknownNextHopIsAskedForAgainWhenRouterWasBehind(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.full = true
	hub.fromTunnel(udp(t, pc0, addr("10.0.0.99"), 1))
	hub.full = false
	hub.fromTunnel(udp(t, pc0, addr("10.0.0.99"), 1))
	if len(hub.events) != 1 {
		t.Errorf("events %v", hub.events)
	}
}

func TestScanDoesNotFloodTheRouter(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.SetRoutes("", routes(via("10.0.0.0/8", netip.Addr{})))
	scan := func() {
		for i := range 5000 {
			hub.fromTunnel(udp(t, pc0, netip.AddrFrom4([4]byte{10, 9, byte(i >> 8), byte(i)}), 1))
		}
	}
	scan()
	if len(hub.events) != 1024 {
		t.Errorf("%d events in no time", len(hub.events))
	}
	hub.clock = hub.clock.Add(time.Second)
	scan()
	if len(hub.events) != 2048 {
		t.Errorf("%d events in a second", len(hub.events))
	}
}

func TestUseOfBindingIsReportedNowAndThen(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	want := []dataplane.Event{dataplane.Used{Tunnel: "Tunnel0", Protocol: spoke1In}}
	hub.fromTunnel(udp(t, pc0, pc1, 1), udp(t, pc0, pc1, 1))
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(spoke1NBMA)) // a refresh
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if !slices.Equal(hub.events, want) {
		t.Errorf("events %v", hub.events)
	}
	hub.clock = hub.clock.Add(time.Minute)
	hub.fromTunnel(udp(t, pc0, pc1, 1), udp(t, pc0, pc2, 1))
	if len(hub.events) != 3 {
		t.Errorf("events %v", hub.events)
	}
}

func TestSpokeThatMovesIsFollowed(t *testing.T) {
	hub, _, spoke2 := hubAndSpokes()
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(spoke2NBMA))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if len(spoke2.delivered) != 1 {
		t.Error("the packet did not go to the new address")
	}
	hub.Forget("Tunnel0", prefix("10.0.0.11/32"))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 1})
}

func TestMulticastGoesToEveryoneOnTheList(t *testing.T) {
	hub, spoke1, spoke2 := hubAndSpokes()
	for _, group := range []string{"224.0.0.10", "239.1.2.3", "255.255.255.255"} {
		spoke1.delivered, spoke2.delivered = nil, nil
		p := udp(t, hubIn, addr(group), 20)
		hub.fromTunnel(p)
		for _, spoke := range []*box{spoke1, spoke2} {
			if len(spoke.delivered) != 1 || !bytes.Equal(spoke.delivered[0], p) {
				t.Errorf("%s: a spoke got %x", group, spoke.delivered)
			}
		}
	}
	if n := spoke1.Counters("Tunnel0").MulticastIn; n != 3 {
		t.Errorf("%d multicasts in", n)
	}
	spoke1.fromTunnel(udp(t, spoke1In, addr("224.0.0.10"), 20)) // no list: to the only peer
	if len(hub.delivered) != 1 {
		t.Error("the hub got nothing")
	}
	hub.SetMulticast("Tunnel0", nil)
	hub.fromTunnel(udp(t, hubIn, addr("224.0.0.10"), 20))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoMulticast, Count: 1})
}

func TestLargePacketIsFragmentedBeforeEncapsulation(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	payload := bytes.Repeat([]byte("0123456789"), 400)
	spoke1.fromTunnel(ipv4(t, pc1, pc0, nil, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload(payload)))
	if len(hub.delivered) != 3 {
		t.Fatalf("%d fragments", len(hub.delivered))
	}
	whole := ip4defrag.NewIPv4Defragmenter()
	var got *layers.IPv4
	for _, b := range hub.delivered {
		if len(b) > 1400 {
			t.Errorf("a fragment of %d octets", len(b))
		}
		var header layers.IPv4
		if err := header.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
			t.Fatal(err)
		}
		got, _ = whole.DefragIPv4(&header)
	}
	if got == nil || !bytes.Equal(got.Payload[8:], payload) {
		t.Error("the fragments do not make the packet again")
	}
}

func TestSenderLearnsWhatFits(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	p := ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.Flags = layers.IPv4DontFragment }, gopacket.Payload(make([]byte, 1381)))
	hub.fromTunnel(p)
	wantICMP(t, hub, pc0, layers.CreateICMPv4TypeCode(3, 4), 1400)
}

func TestSenderLearnsThatHostIsUnreachable(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	p := udp(t, pc0, addr("10.0.0.99"), 1)
	hub.fromTunnel(p, p)
	wantICMP(t, hub, pc0, layers.CreateICMPv4TypeCode(3, 1), 0)
	hub.clock = hub.clock.Add(500 * time.Millisecond)
	hub.fromTunnel(p)
	if len(hub.delivered) != 2 {
		t.Errorf("%d messages in half a second", len(hub.delivered))
	}
}

func TestNoUnreachablesAreSentWhenForbidden(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	w := hubTunnel()
	w.Unreachables = false
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.fromTunnel(udp(t, pc0, addr("10.0.0.99"), 1))
	if len(hub.delivered) != 0 {
		t.Errorf("told the sender %x", hub.delivered)
	}
}

func TestBoxDoesNotReportToItself(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.fromTunnel(udp(t, hubIn, addr("10.0.0.99"), 1))
	if len(hub.delivered) != 0 {
		t.Errorf("told itself %x", hub.delivered)
	}
}

// wantICMP asks for one error message from the hub.
func wantICMP(t *testing.T, hub *box, to netip.Addr, want layers.ICMPv4TypeCode, mtu uint16) {
	t.Helper()
	if len(hub.delivered) != 1 {
		t.Fatalf("%d messages", len(hub.delivered))
	}
	decoded := gopacket.NewPacket(hub.delivered[0], layers.LayerTypeIPv4, gopacket.Default)
	ip := decoded.Layers()[0].(*layers.IPv4)
	icmp, ok := decoded.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
	if !ok || icmp.TypeCode != want || icmp.Seq != mtu || !ip.SrcIP.Equal(hubIn.AsSlice()) || !ip.DstIP.Equal(to.AsSlice()) {
		t.Errorf("the sender was told %v", decoded)
	}
}

func TestSegmentSizeIsClampedBothWays(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	syn := func(from, to netip.Addr) []byte {
		return ipv4(t, from, to, func(h *layers.IPv4) { h.Protocol = layers.IPProtocolTCP }, &layers.TCP{SrcPort: 1, DstPort: 2, SYN: true,
			Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{0x05, 0xb4}}}})
	}
	w := hubTunnel()
	w.AdjustMSS = 1360
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.fromTunnel(syn(pc0, pc1))
	spoke1.fromTunnel(syn(pc1, pc0))
	for name, b := range map[string][][]byte{"out": spoke1.delivered, "in": hub.delivered} {
		tcp := gopacket.NewPacket(b[0], layers.LayerTypeIPv4, gopacket.Default).Layer(layers.LayerTypeTCP).(*layers.TCP)
		if got := tcp.Options[0].OptionData; got[0] != 0x05 || got[1] != 0x50 {
			t.Errorf("%s: MSS %x", name, got)
		}
	}
}

func TestCongestionOnTheWayReachesTheReceiver(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	p := ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.TOS = 0x02 }, gopacket.Payload("payload")) // ECT(0)
	hub.fromTunnel(p)
	onWire := hub.network.wire[0]
	if onWire[1] != 0x02 {
		t.Errorf("outer TOS %#x", onWire[1])
	}
	onWire[1] |= 0x03
	spoke1.delivered = nil
	spoke1.FromUnderlay(onWire)
	if got := spoke1.delivered; len(got) != 1 || got[0][1] != 0x03 {
		t.Errorf("delivered %x", got)
	}
}

func TestFlowsKeepToOneOfSeveralNextHops(t *testing.T) {
	hub, spoke1, spoke2 := hubAndSpokes()
	hub.SetRoutes("", routes(via("172.16.0.0/16", spoke1In, spoke2In)))
	for port := range 200 {
		p := ipv4(t, pc0, pc1, nil, &layers.UDP{SrcPort: layers.UDPPort(port), DstPort: 53}, gopacket.Payload("q"))
		before := len(spoke1.delivered)
		hub.fromTunnel(p, p, p)
		if n := len(spoke1.delivered) - before; n != 0 && n != 3 {
			t.Fatalf("port %d: %d of 3 packets went to spoke 1", port, n)
		}
	}
	if a, b := len(spoke1.delivered), len(spoke2.delivered); a < 200 || b < 200 {
		t.Errorf("600 packets went %d and %d ways", a, b)
	}
}

func TestRoutesOutOfOtherInterfacesAreNotConsidered(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	other := via("172.16.11.0/28", spoke2In)
	other.NextHops[0].Interface = "Tunnel1"
	hub.SetRoutes("", routes(via("172.16.11.0/24", spoke1In), other))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if len(spoke1.delivered) != 1 {
		t.Errorf("dropped %v", hub.Counters("Tunnel0").Drops)
	}
}

func TestRoutesOfAnotherVRFAreNotConsidered(t *testing.T) {
	hub, spoke1, spoke2 := hubAndSpokes()
	w := hubTunnel()
	w.VRF = "RED"
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.SetRoutes("RED", routes(via("0.0.0.0/0", spoke2In)))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if len(spoke1.delivered) != 0 || len(spoke2.delivered) != 1 {
		t.Errorf("%d to spoke 1, %d to spoke 2", len(spoke1.delivered), len(spoke2.delivered))
	}
}
