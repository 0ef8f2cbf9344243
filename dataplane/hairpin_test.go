package dataplane_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"weft/dataplane"
	"weft/dataplane/fib"
)

// hairpins are the reported ones: who sent the packet, and where it goes.
func hairpins(events []dataplane.Event) (all [][2]netip.Addr) {
	for _, e := range events {
		if h, ok := e.(dataplane.Hairpin); ok {
			all = append(all, [2]netip.Addr{h.From.Addr(), netip.AddrFrom4([4]byte(h.Packet[16:20]))})
		}
	}
	return all
}

func redirecting() (hub, spoke1 *box) {
	hub, spoke1, _ = hubAndSpokes()
	w := hubTunnel()
	w.Redirect, w.Network = 8*time.Second, 1
	hub.SetTunnels([]dataplane.Tunnel{w})
	return hub, spoke1
}

func TestHairpinIsReportedOnceInAWhile(t *testing.T) {
	hub, spoke1 := redirecting()
	for range 3 {
		spoke1.fromTunnel(udp(t, pc1, pc2, 1))
		hub.clock = hub.clock.Add(time.Second)
	}
	want := [][2]netip.Addr{{spoke1NBMA, pc2}}
	if got := hairpins(hub.events); !slices.Equal(got, want) {
		t.Errorf("the router heard of %v", got)
	}
	hub.clock = hub.clock.Add(8 * time.Second)
	spoke1.fromTunnel(udp(t, pc1, pc2, 1))
	if got := hairpins(hub.events); len(got) != 2 || len(hub.delivered) != 4 {
		t.Errorf("the router heard of %v; %d packets went on", got, len(hub.delivered))
	}
}

func TestOnlyWhatTurnsRoundInTheNetworkIsReported(t *testing.T) {
	hub, spoke1 := redirecting()
	spoke1.fromTunnel(udp(t, pc1, pc0, 1))   // stays here
	spoke1.fromTunnel(udp(t, pc1, hubIn, 1)) // the hub itself
	if got := hairpins(hub.events); got != nil {
		t.Errorf("the router heard of %v", got)
	}
	// Out of another tunnel: only if that is of the same network.
	for network, reported := range map[uint32]int{1: 1, 2: 0} {
		hub, spoke1 := redirecting()
		in, out := hubTunnel(), hubTunnel()
		in.Redirect, in.Network = 8*time.Second, 1
		out.Name, out.Key, out.Network, out.Addresses = "Tunnel1", 200, network, nil
		hub.SetTunnels([]dataplane.Tunnel{in, out})
		hub.SetRoutes("", fib.Table{}.With(fib.Entry{Prefix: prefix("172.16.12.0/24"), NextHops: []fib.NextHop{{Gateway: addr("10.1.0.2"), Interface: "Tunnel1"}}}))
		spoke1.fromTunnel(udp(t, pc1, pc2, 1))
		if got := hairpins(hub.events); len(got) != reported {
			t.Errorf("out of network %d: %v", network, got)
		}
	}
}

// Flows are reported once each however many there are, and those that share a
// slot of the memory no more often.
func TestManyFlowsAreReportedOnceEach(t *testing.T) {
	hub, spoke1 := redirecting()
	destination := addr("172.16.12.1")
	var flows [][]byte
	for range 200 {
		flows = append(flows, udp(t, pc1, destination, 1))
		destination = destination.Next()
	}
	for range 50 {
		for _, p := range flows {
			spoke1.fromTunnel(p)
		}
	}
	if n := len(hairpins(hub.events)); n < 150 || n > len(flows) {
		t.Errorf("%d reports for %d flows", n, len(flows))
	}
}
