package world

import (
	"net/netip"
	"testing"
	"time"

	"weft/nhrp"
)

// Both spokes of the protected cloud sit behind one address.
func behindPAT(t *testing.T) (w *World, nat *NAT, hub, spoke1, spoke2 *Node) {
	t.Helper()
	w, hub, spoke1, spoke2 = ikev2(t)
	nat = w.NAT(netip.MustParseAddr("203.0.113.99"), netip.MustParseAddr("198.51.100.11"), netip.MustParseAddr("203.0.113.12"))
	spoke1.PC(pcAtSpoke1)
	spoke2.PC(pcAtSpoke2)
	hub.PC(pcAtHub)
	return w, nat, hub, spoke1, spoke2
}

var everything = nhrp.Filter{}

var pcAtHub = netip.MustParseAddr("172.16.0.10")

// ports are the ports at which the hub finds its clients.
func ports(hub *Node) map[uint16]bool {
	all := map[uint16]bool{}
	for _, tunnel := range hub.Router.NHRP(everything).Tunnels {
		for _, e := range tunnel.Cache {
			all[e.Port] = true
		}
	}
	return all
}

func TestSpokesBehindOneAddressAreTwoPeers(t *testing.T) {
	w, nat, hub, spoke1, spoke2 := behindPAT(t)
	if !w.Until(10*time.Second, func() bool { return registered(hub) == 2 }) {
		t.Fatalf("%d clients registered\n%s", registered(hub), w.Transcript())
	}
	if p := ports(hub); len(p) != 2 || p[0] {
		t.Errorf("the clients are at ports %v", p)
	}
	all := func(n uint16) bool {
		answered := []func() bool{
			spoke1.Ping(pcAtSpoke1, pcAtHub, 10*n+1), spoke2.Ping(pcAtSpoke2, pcAtHub, 10*n+2),
			spoke1.Ping(pcAtSpoke1, pcAtSpoke2, 10*n+3), hub.Ping(pcAtHub, pcAtSpoke1, 10*n+4),
		}
		w.Run(time.Second)
		for i, a := range answered {
			if !a() {
				t.Logf("ping %d of round %d is lost", i+1, n)
				return false
			}
		}
		return true
	}
	if !all(1) {
		t.Fatalf("not all answer\n%s", w.Transcript())
	}
	w.Run(30 * time.Second)
	before := ports(hub)
	w.Note("-- the translator is started again")
	nat.Rebind()
	w.Run(30 * time.Second) // keepalives and registrations come from other ports
	after := ports(hub)
	for p := range before {
		if after[p] {
			t.Errorf("a client is still at port %d", p)
		}
	}
	if len(after) != 2 || registered(hub) != 2 {
		t.Errorf("the clients are at ports %v", after)
	}
	if !all(2) {
		t.Errorf("after the translator has rebound its ports not all answer\n%s", w.Transcript())
	}
}
