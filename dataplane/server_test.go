package dataplane_test

import (
	"net/netip"
	"slices"
	"testing"

	"weft/dataplane"
	"weft/dataplane/fib"
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
	hub.Watch("Tunnel0", netip.PrefixFrom(spoke1In, 32))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if want := []dataplane.Event{used, used}; !slices.Equal(hub.events, want) {
		t.Errorf("watched, it is reported as %v", hub.events)
	}
}

func TestWatchedNetworkReportsItsUseAndNotThatOfOthersBehindTheSameHop(t *testing.T) {
	hub, _, _ := hubAndSpokes()
	hub.SetRoutes("", routes(via("172.16.11.0/24", spoke1In), via("172.16.99.0/24", spoke1In), fib.Entry{Prefix: prefix("10.0.0.0/24"), NextHops: []fib.NextHop{{Interface: "Tunnel0"}}}))
	hub.Watch("Tunnel0", prefix("172.16.99.0/24"))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	hop := dataplane.Used{Tunnel: "Tunnel0", Protocol: spoke1In}
	if want := []dataplane.Event{hop}; !slices.Equal(hub.events, want) {
		t.Fatalf("another network is used, and the router heard %v", hub.events)
	}
	there := addr("172.16.99.7")
	hub.fromTunnel(udp(t, pc0, there, 1))
	hub.fromTunnel(udp(t, pc0, there, 1))
	if want := []dataplane.Event{hop, dataplane.Used{Tunnel: "Tunnel0", Protocol: there}}; !slices.Equal(hub.events, want) {
		t.Errorf("it is used, and the router heard %v", hub.events)
	}
	hub.Unwatch("Tunnel0", prefix("172.16.99.0/24"))
	hub.events = nil
	hub.Watch("Tunnel0", prefix("172.16.98.0/24"))
	hub.fromTunnel(udp(t, pc0, there, 1))
	if len(hub.events) != 0 {
		t.Errorf("watched no more, and the router heard %v", hub.events)
	}
}
