package labs

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// reaches waits until a host of the lab is answered from an address.
func reaches(t *testing.T, dir, node, to string) {
	t.Helper()
	eventually(t, 30*time.Second, node+" reaches "+to, func() (bool, string) {
		r := lab(t, "exec", dir, node, "ping -c 1 -W 1 "+to)
		return r.status == 0, r.stdout
	})
}

// hops waits until the answers to a node's pings have come so many hops.
func hops(t *testing.T, dir, node, to, ttl string) {
	t.Helper()
	eventually(t, 30*time.Second, node+" is answered by "+to+" with ttl "+ttl, func() (bool, string) {
		r := lab(t, "exec", dir, node, "ping -c 2 -i 0.2 -W 1 "+to)
		return strings.Contains(r.stdout, "ttl="+ttl+" "), r.stdout
	})
}

// lossless pings across a change, and nothing may be lost.
func lossless(t *testing.T, dir, node, to string) {
	t.Helper()
	if got := must(t, "exec", dir, node, "ping -c 20 -i 0.1 -W 3 "+to); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("%s to %s:\n%s", node, to, got)
	}
}

// The same guests and routers play all parts, one after the other.
func TestWeftAmongFRR(t *testing.T) {
	dir := up(t, "testdata/frr")
	guests := frrGuests(t, dir, 3)
	t.Run("in clear", func(t *testing.T) { amongFRRInClear(t, dir, guests) })
	t.Run("in ESP", func(t *testing.T) { amongFRRInESP(t, dir, guests) })
}

func amongFRRInClear(t *testing.T, dir string, guests []*frr) {
	wire := capture(t, dir, "wire", "proto gre")
	server, frrSpoke, other := guests[0], guests[1], guests[2]
	lans := [][2]string{{"10.1.11.0/24", "172.30.0.11"}, {"10.1.12.0/24", "172.30.0.12"}, {"10.1.51.0/24", "172.30.0.51"}, {"10.1.52.0/24", "172.30.0.52"}}
	ofServer := [2]string{"172.30.0.1", "192.0.2.1"}
	ofWeft := [2]string{"172.30.0.50", "192.0.2.50"}
	spokeOf := func(number int, s [2]string) frrRole {
		return frrRole{number: number, server: s, routes: [][2]string{{"10.1.0.0/16", s[0]}, {"172.30.0.0/24", s[0]}}}
	}

	// What follows a part builds on it.
	part := func(name string, play func(t *testing.T)) {
		if !t.Failed() {
			t.Run(name, play)
		}
	}

	part("spoke of FRR's hub, phase 1", func(t *testing.T) {
		all(t, func() error { return server.becomes(t, frrRole{number: 1, routes: lans}) },
			func() error { return frrSpoke.becomes(t, spokeOf(11, ofServer)) },
			func() error { return other.becomes(t, spokeOf(12, ofWeft)) })
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.51 +192\.0\.2\.51 `)
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.11 `)
		shows(t, 30*time.Second, dir, "spoke", peer{"192.0.2.1", "172.30.0.1", "UP", "S"})
		reaches(t, dir, "pc1", "10.1.1.1")
		// pc1, spoke, the hub, FRR's spoke.
		hops(t, dir, "pc1", "10.1.11.1", "62")
	})
	part("behind NAT", func(t *testing.T) {
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.52 +192\.0\.2\.30 +198\.51\.100\.52`)
		shows(t, 30*time.Second, dir, "natted", peer{"192.0.2.1", "172.30.0.1", "UP", "S"})
		reaches(t, dir, "pc2", "10.1.1.1")
	})
	part("FRR's hub restarts", func(t *testing.T) {
		server.does(t, frrStop+frrStart)
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.51 `)
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.52 `)
		reaches(t, dir, "pc1", "10.1.1.1")
		reaches(t, dir, "pc2", "10.1.1.1")
	})
	part("spoke of FRR's hub, phase 3", func(t *testing.T) {
		role := spokeOf(11, ofServer)
		role.shortcut = true
		all(t, func() error { return frrSpoke.becomes(t, role) },
			func() error { return server.becomes(t, frrRole{number: 1, shortcut: true, routes: lans}) })
		for _, spoke := range []string{"spoke", "natted"} {
			must(t, "exec", dir, spoke, "conf t", "int tu0", "no tunnel destination", "tunnel mode gre multipoint",
				"ip nhrp map 172.30.0.1 192.0.2.1", "ip nhrp shortcut")
			shows(t, 30*time.Second, dir, spoke, peer{"192.0.2.1", "172.30.0.1", "UP", "S"})
		}
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.11 `)
		reaches(t, dir, "pc1", "10.1.11.1")
		hops(t, dir, "pc1", "10.1.11.1", "63")
		lossless(t, dir, "pc1", "10.1.11.1")
		frrSpoke.says(t, "show ip nhrp shortcut", `10\.1\.51\.0/24`)
		has(t, 0, dir, "spoke", "show ip route", "H        10.1.11.0/24 [250/255] via 172.30.0.11, ")
		reaches(t, dir, "pc2", "10.1.11.1")
		hops(t, dir, "pc2", "10.1.11.1", "63")
		lossless(t, dir, "pc2", "10.1.11.1")
		frrSpoke.says(t, "show ip nhrp cache", `172\.30\.0\.52 +192\.0\.2\.30 `)
		has(t, 0, dir, "natted", "show ip route", "H        10.1.11.0/24 [250/255] via 172.30.0.11, ")
	})
	part("hub of FRR's spokes, phase 1", func(t *testing.T) {
		all(t, func() error { return frrSpoke.becomes(t, spokeOf(11, ofWeft)) })
		shows(t, 30*time.Second, dir, "hub", peer{"192.0.2.11", "172.30.0.11", "UP", "D"}, peer{"192.0.2.12", "172.30.0.12", "UP", "D"})
		frrSpoke.does(t, "ping -c 3 -W 3 172.30.0.50; ping -c 3 -W 3 -I 10.1.11.1 10.1.50.1")
		if got := frrSpoke.does(t, "ping -c 3 -W 3 -I 10.1.11.1 10.1.12.1"); !strings.Contains(got, "ttl=63 ") {
			t.Errorf("from one FRR spoke to the other:\n%s", got)
		}
	})
	part("hub of FRR's spokes, phase 3, one behind NAT", func(t *testing.T) {
		must(t, "exec", dir, "hub", "conf t", "int tu0", "ip nhrp redirect")
		near, far := spokeOf(11, ofWeft), spokeOf(12, ofWeft)
		near.shortcut, far.shortcut, far.inside = true, true, true
		all(t, func() error { return frrSpoke.becomes(t, near) }, func() error { return other.becomes(t, far) })
		shows(t, 60*time.Second, dir, "hub", peer{"192.0.2.11", "172.30.0.11", "UP", "D"}, peer{"192.0.2.31", "172.30.0.12", "UP", "DN"})
		has(t, 0, dir, "hub", "show ip nhrp", "(Claimed NBMA address: 198.51.100.12)")
		direct := regexp.MustCompile(`ttl=64 `)
		eventually(t, 30*time.Second, "the FRR spokes reach each other directly", func() (bool, string) {
			got := frrSpoke.does(t, "ping -c 3 -W 2 -I 10.1.11.1 10.1.12.1 || true")
			return direct.MatchString(got), got
		})
		frrSpoke.says(t, "show ip nhrp shortcut", `10\.1\.12\.0/24`)
		frrSpoke.says(t, "show ip nhrp cache", `172\.30\.0\.12 +192\.0\.2\.31 `)
	})
	part("FRR's spoke restarts", func(t *testing.T) {
		frrSpoke.does(t, frrStop+frrStart)
		frrSpoke.says(t, "show ip nhrp cache", `nhs +172\.30\.0\.50 +192\.0\.2\.50 `)
		eventually(t, 30*time.Second, "the FRR spokes reach each other", func() (bool, string) {
			got := frrSpoke.does(t, "ping -c 1 -W 2 -I 10.1.11.1 10.1.12.1 || true")
			return strings.Contains(got, " 0% packet loss"), got
		})
	})
	wire.stop(t)
	noMalformed(t, wire)
	for _, kind := range []string{"1", "2", "3", "4", "8"} {
		if wire.dissect(t, "nhrp.hdr.op.type == "+kind, "frame.number") == "" {
			t.Errorf("no NHRP packet of type %s was on the wire", kind)
		}
	}
}
