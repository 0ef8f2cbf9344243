package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
)

// What a routing protocol sends out of a tunnel never sees the kernel of the other
// end; what only passes through does.
func TestRoutingProtocolsAreHandedToTheRouter(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	own := hubTunnel().Addresses[0]
	group := netip.MustParseAddr("224.0.0.10")
	protocol := func(p layers.IPProtocol) func(*layers.IPv4) {
		return func(h *layers.IPv4) { h.Protocol, h.TTL = p, 2 }
	}
	for _, to := range []netip.Addr{own, group} {
		hub.events = nil
		spoke1.SetMulticast("Tunnel0", []netip.AddrPort{netip.AddrPortFrom(hubNBMA, 0)})
		spoke1.SendPacket("Tunnel0", ipv4(t, netip.MustParseAddr("10.0.0.11"), to, protocol(88), gopacket.Payload("hello")))
		if len(hub.events) != 1 || len(hub.delivered) != 0 {
			t.Fatalf("to %v there are the events %v, and %d packets for the kernel", to, hub.events, len(hub.delivered))
		}
		e, ok := hub.events[0].(dataplane.Routing)
		if !ok || e.Tunnel != "Tunnel0" || e.Protocol != 88 || e.To != to || e.From != netip.MustParseAddr("10.0.0.11") || !bytes.Equal(e.Packet, []byte("hello")) {
			t.Errorf("the event is %+v", hub.events[0])
		}
	}
	hub.events = nil
	spoke1.fromTunnel(ipv4(t, pc1, pc0, protocol(88), gopacket.Payload("transit")))
	spoke1.fromTunnel(ipv4(t, pc1, own, protocol(17), gopacket.Payload("other 12345678")))
	if len(hub.events) != 0 || len(hub.delivered) != 2 {
		t.Errorf("what passes through gives the events %v, and %d packets", hub.events, len(hub.delivered))
	}
}
