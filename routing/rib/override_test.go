package rib

import (
	"testing"
	"time"
)

func TestNHRPOverridesTheNextHopOfARouteItDoesNotOwn(t *testing.T) {
	r := newRIB("10.0.0.0/24 connected Tunnel0", "172.16.12.0/24 via 10.0.0.1")
	r.Settle(start)
	routed := r.Routed("")
	shortcut := offer("172.16.12.0/24 via 10.0.0.12 Tunnel0 nhrp")
	r.Add(shortcut)
	later := start.Add(time.Minute)
	r.Settle(later)
	want(t, r.Table(""), "172.16.12.0/24", "10.0.0.12@Tunnel0")
	routes := r.Routes("", func(x *Route) bool { return x.Prefix == shortcut.Prefix })
	if len(routes) != 1 || routes[0].Source != Static || len(routes[0].Override) != 1 || !routes[0].Overridden.Equal(later) || !routes[0].Since.Equal(start) {
		t.Errorf("the route is %+v", routes)
	}
	if r.Routed("") != routed {
		t.Error("the table without NHRP has changed")
	}
	r.Remove(shortcut)
	r.Settle(later)
	want(t, r.Table(""), "172.16.12.0/24", "10.0.0.1@Tunnel0")
}

// The table without NHRP shows that a route moves even while it is overridden.
func TestMoveOfAnOverriddenRouteShowsInTheTableWithoutNHRP(t *testing.T) {
	r := newRIB("172.16.12.0/24 via 10.0.0.1 Tunnel0", "172.16.12.0/24 via 10.0.0.12 Tunnel0 nhrp", "172.16.13.0/24 via 10.0.0.13 Tunnel0 nhrp")
	r.Settle(start)
	want(t, r.Table(""), "172.16.13.0/24", "10.0.0.13@Tunnel0")
	want(t, r.Routed(""), "172.16.13.0/24", "")
	want(t, r.Routed(""), "172.16.12.0/24", "10.0.0.1@Tunnel0")
	before := r.Routed("")
	r.Add(offer("172.16.12.0/24 via 10.0.0.2 Tunnel0"))
	r.Remove(offer("172.16.12.0/24 via 10.0.0.1 Tunnel0"))
	if changes := r.Settle(start); len(changes) != 0 {
		t.Errorf("forwarding changed: %+v", changes)
	}
	if r.Routed("") == before {
		t.Error("the table without NHRP is the same")
	}
	want(t, r.Routed(""), "172.16.12.0/24", "10.0.0.2@Tunnel0")
}

func TestNHRPDoesNotOverrideWhatLeavesAnotherWay(t *testing.T) {
	r := newRIB("172.16.12.0/24 via 192.0.2.9 Gi0", "172.16.12.0/24 via 10.0.0.12 Tunnel0 nhrp",
		"172.16.11.0/24 connected Tunnel0", "172.16.11.0/24 via 10.0.0.12 Tunnel0 nhrp")
	r.Settle(start)
	want(t, r.Table(""), "172.16.12.0/24", "192.0.2.9@Gi0")
	want(t, r.Table(""), "172.16.11.0/24", "Tunnel0")
}
