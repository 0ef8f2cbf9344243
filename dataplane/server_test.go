package dataplane_test

import (
	"slices"
	"testing"

	"weft/dataplane"
)

// What has no binding goes by the server, and the router hears of it all the same.
func TestUnresolvedNextHopGoesByTheServer(t *testing.T) {
	hub, spoke1, _ := hubAndSpokes()
	hub.SetServer("Tunnel0", plain(spoke1NBMA))
	stranger := addr("10.0.0.99")
	hub.fromTunnel(udp(t, pc0, stranger, 1))
	hub.fromTunnel(udp(t, pc0, stranger, 1))
	if len(spoke1.delivered) != 2 || hub.Counters("Tunnel0").ByServer != 2 {
		t.Errorf("the server got %d packets, counted %+v", len(spoke1.delivered), hub.Counters("Tunnel0"))
	}
	if want := []dataplane.Event{dataplane.Unresolved{Tunnel: "Tunnel0", NextHop: stranger}}; !slices.Equal(hub.events, want) {
		t.Errorf("the router heard %v", hub.events)
	}
	hub.SetServer("Tunnel0", plain(addr("::1")))
	hub.fromTunnel(udp(t, pc0, stranger, 1))
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAdjacency, Count: 1})
}

func TestWatchedBindingReportsItsNextUse(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	used := dataplane.Used{Tunnel: "Tunnel0", Protocol: spoke1In}
	if want := []dataplane.Event{used}; !slices.Equal(hub.events, want) {
		t.Fatalf("the router heard %v", hub.events)
	}
	hub.Watch("Tunnel0", spoke1In)
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if want := []dataplane.Event{used, used}; !slices.Equal(hub.events, want) {
		t.Errorf("watched, it is reported as %v", hub.events)
	}
}
