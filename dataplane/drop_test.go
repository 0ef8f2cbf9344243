package dataplane_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
)

func TestEveryReasonHasItsOwnName(t *testing.T) {
	seen := map[string]dataplane.Reason{}
	for r := range dataplane.DropCongested + 1 {
		name := r.String()
		if other, twice := seen[name]; name == "" || name == "none" || twice {
			t.Errorf("reason %d is called %q, as is %d", r, name, other)
		}
		seen[name] = r
	}
}

func TestBadPacketFromUnderlayCountsUnderOneReason(t *testing.T) {
	inner := udp(t, pc1, pc0, 100)
	keyed := func(change func(*layers.GRE)) []byte {
		g := greIPv4()
		change(&g)
		return outer(t, spoke1NBMA, hubNBMA, g, inner)
	}
	raw := func(gre ...byte) []byte {
		return ipv4(t, spoke1NBMA, hubNBMA, func(h *layers.IPv4) { h.Protocol = layers.IPProtocolGRE }, gopacket.Payload(gre))
	}
	wrapped := func(inner []byte) []byte { return outer(t, spoke1NBMA, hubNBMA, greIPv4(), inner) }
	good := wrapped(inner)
	flipped := keyed(func(g *layers.GRE) { g.ChecksumPresent = true })
	flipped[len(flipped)-1] ^= 1
	for _, c := range []struct {
		name   string
		packet []byte
		want   dataplane.Reason
		tunnel bool // counted with the tunnel
	}{
		{"nothing", nil, dataplane.DropNotIP, false},
		{"IPv6", []byte{0x60, 0, 0, 0}, dataplane.DropNotIP, false},
		{"outer header cut off", good[:19], dataplane.DropTruncated, false},
		{"outer packet cut off", good[:len(good)-1], dataplane.DropTruncated, false},
		{"UDP", udp(t, spoke1NBMA, hubNBMA, 10), dataplane.DropNotGRE, false},
		{"outer fragment", ipv4(t, spoke1NBMA, hubNBMA, func(h *layers.IPv4) {
			h.Protocol, h.FragOffset = layers.IPProtocolGRE, 10
		}, gopacket.Payload("rest")), dataplane.DropFragment, false},
		{"no GRE header", raw(), dataplane.DropTruncated, false},
		{"key cut off", raw(0x20, 0, 8, 0, 0, 0), dataplane.DropTruncated, false},
		{"PPTP", raw(0x20, 1, 0x88, 0x0b, 0, 0, 0, 0), dataplane.DropGREVersion, false},
		{"routing", raw(0x40, 0, 8, 0, 0, 0, 0, 0), dataplane.DropGREFlags, false},
		{"reserved bit", raw(0x04, 0, 8, 0), dataplane.DropGREFlags, false},
		{"bit flipped under the checksum", flipped, dataplane.DropGREChecksum, false},
		{"another key", keyed(func(g *layers.GRE) { g.Key = 7 }), dataplane.DropNoTunnel, false},
		{"no key", keyed(func(g *layers.GRE) { g.KeyPresent = false }), dataplane.DropNoTunnel, false},
		{"another destination", outer(t, spoke1NBMA, spoke2NBMA, greIPv4(), inner), dataplane.DropNoTunnel, false},
		{"Ethernet inside", keyed(func(g *layers.GRE) { g.Protocol = layers.EthernetTypeTransparentEthernetBridging }), dataplane.DropGREProtocol, true},
		{"keepalive", keyed(func(g *layers.GRE) { g.Protocol = 0 }), dataplane.DropGREProtocol, true},
		{"nothing inside", wrapped(nil), dataplane.DropNotIP, true},
		{"IPv6 inside IPv4's type", wrapped([]byte{0x60, 0, 0, 0}), dataplane.DropNotIP, true},
		{"inner header cut off", wrapped(inner[:19]), dataplane.DropTruncated, true},
		{"inner packet cut off", wrapped(inner[:50]), dataplane.DropTruncated, true},
		{"congested", ipv4(t, spoke1NBMA, hubNBMA, func(h *layers.IPv4) {
			h.Protocol, h.TOS = layers.IPProtocolGRE, 3
		}, gopacket.Payload(good[20:])), dataplane.DropCongested, true},
		{"in our own name", wrapped(udp(t, hubIn, pc0, 1)), dataplane.DropOwnSource, true},
	} {
		hub, _, _ := hubAndSpokes()
		hub.FromUnderlay(c.packet)
		want := []dataplane.Drop{{Reason: c.want, Count: 1}}
		ofTunnel, ofNone := want, []dataplane.Drop(nil)
		if !c.tunnel {
			ofTunnel, ofNone = ofNone, ofTunnel
		}
		t.Run(c.name, func(t *testing.T) {
			wantDrops(t, hub.Counters("Tunnel0").Drops, ofTunnel...)
			wantDrops(t, hub.Drops(), ofNone...)
			if len(hub.delivered)+len(hub.events) != 0 {
				t.Errorf("delivered %v, events %v", hub.delivered, hub.events)
			}
		})
	}
}

func TestBadPacketFromTunnelCountsUnderOneReason(t *testing.T) {
	good := udp(t, pc0, pc1, 100)
	for _, c := range []struct {
		name   string
		packet []byte
		want   dataplane.Reason
	}{
		{"nothing", nil, dataplane.DropNotIP},
		{"IPv6", []byte{0x60, 0, 0, 0}, dataplane.DropNotIP},
		{"cut off", good[:60], dataplane.DropTruncated},
		{"no hops left", ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.TTL = 0 }), dataplane.DropTTLExpired},
		{"nowhere to go", udp(t, pc0, addr("8.8.8.8"), 1), dataplane.DropNoRoute},
		{"nobody there", udp(t, pc0, addr("10.0.0.99"), 1), dataplane.DropNoAdjacency},
		{"our own outer packet", outer(t, hubNBMA, spoke1NBMA, greIPv4(), good), dataplane.DropOuterLoop},
		{"too big", ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.Flags = layers.IPv4DontFragment },
			gopacket.Payload(make([]byte, 1381))), dataplane.DropTooBig},
	} {
		hub, _, _ := hubAndSpokes()
		hub.fromTunnel(c.packet)
		t.Run(c.name, func(t *testing.T) {
			wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: c.want, Count: 1})
			if len(hub.network.wire) != 0 {
				t.Error("it was sent")
			}
		})
	}
}

func TestTunnelThatIsDownDropsBothWays(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	down := hubTunnel()
	down.Up = false
	hub.SetTunnels([]dataplane.Tunnel{down})
	spoke1.fromTunnel(udp(t, pc1, pc0, 1))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropTunnelDown, Count: 2})
	if len(hub.delivered)+len(spoke1.delivered) != 0 {
		t.Error("a packet passed")
	}
}

func TestTunnelWithoutDestinationDrops(t *testing.T) {
	spoke := newSpoke(&network{boxes: map[netip.Addr]*box{}}, spoke1NBMA, spoke1In)
	w := spokeTunnel(spoke1NBMA, spoke1In)
	w.Destination = netip.Addr{}
	spoke.SetTunnels([]dataplane.Tunnel{w})
	spoke.fromTunnel(udp(t, pc1, pc0, 1))
	spoke.SendControl("Tunnel0", netip.AddrPort{}, 0x2001, nil)
	wantDrops(t, spoke.Counters("Tunnel0").Drops,
		dataplane.Drop{Reason: dataplane.DropTunnelDown, Count: 1}, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 1})
	spoke.FromTunnel("Tunnel7", [][]byte{nil}, 0)
	wantDrops(t, spoke.Drops(), dataplane.Drop{Reason: dataplane.DropTunnelDown, Count: 1})
}

func TestDatagramThatCannotBeSentDoesNotStopOthers(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	hub.refuse = 2
	hub.fromTunnel(udp(t, pc0, pc1, 1), udp(t, pc0, pc1, 2), udp(t, pc0, pc1, 3))
	c := hub.Counters("Tunnel0")
	wantDrops(t, c.Drops, dataplane.Drop{Reason: dataplane.DropUnderlaySend, Count: 1})
	if c.PacketsOut != 2 || c.BytesOut != 29+31 || len(spoke1.delivered) != 2 {
		t.Errorf("%d packets and %d octets out, %d arrived", c.PacketsOut, c.BytesOut, len(spoke1.delivered))
	}
}

func TestRefusedDeliveryIsCounted(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	hub.unplugged = true
	spoke1.fromTunnel(udp(t, pc1, pc0, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropOverlayWrite, Count: 1})
}

func TestCountersOutliveConfigurationButNotClearing(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.fromTunnel(udp(t, pc0, pc1, 1), udp(t, pc0, addr("8.8.8.8"), 1))
	w := hubTunnel()
	w.MTU = 1300
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.clock = hub.clock.Add(time.Second)
	hub.fromTunnel(udp(t, pc0, pc1, 1)) // also the binding is still there
	if c := hub.Counters("Tunnel0"); c.PacketsOut != 2 || len(c.Drops) != 1 || !c.LastOut.Equal(hub.clock) {
		t.Errorf("after a configuration: %+v", c)
	}
	hub.ClearCounters("Tunnel0")
	if c := hub.Counters("Tunnel0"); c.PacketsOut != 0 || c.BytesOut != 0 || c.Drops != nil || !c.LastOut.Equal(hub.clock) {
		t.Errorf("after clearing: %+v", c)
	}
	hub.SetTunnels(nil)
	hub.SetTunnels([]dataplane.Tunnel{hubTunnel()})
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 1})
}
