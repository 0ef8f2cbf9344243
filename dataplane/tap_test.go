package dataplane_test

import (
	"bytes"
	"testing"
)

// A tap sees what is inside a tunnel, both ways, until it is taken away; nothing
// else changes.
func TestTapSeesThePacketsOfATunnel(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	packet := udp(t, pc1, pc0, 1)
	type sight struct {
		inner []byte
		out   bool
	}
	var seen []sight
	tap := func(inner []byte, out bool) { seen = append(seen, sight{bytes.Clone(inner), out}) }
	spoke1.SetTap("Tunnel0", tap)
	hub.SetTap("Tunnel0", tap)
	spoke1.fromTunnel(packet)
	if len(seen) != 2 || !seen[0].out || seen[1].out || !bytes.Equal(seen[0].inner, packet) || !bytes.Equal(seen[1].inner, packet) {
		t.Errorf("seen: %v", seen)
	}
	delivered := len(hub.delivered)
	spoke1.SetTap("Tunnel0", nil)
	hub.SetTap("Tunnel0", nil)
	spoke1.fromTunnel(udp(t, pc1, pc0, 2))
	if len(seen) != 2 || len(hub.delivered) != delivered+1 {
		t.Errorf("without a tap %d were seen and %d delivered", len(seen)-2, len(hub.delivered)-delivered)
	}
}
