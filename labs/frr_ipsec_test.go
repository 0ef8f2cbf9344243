package labs

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What the Weft routers of the cloud say to protect their tunnels, with one
// profile per version of IKE.
var weftProtection = []string{"conf t",
	"crypto ikev2 proposal GCM", "encryption aes-gcm-128", "prf sha256", "group 19",
	"crypto ikev2 policy GCM", "proposal GCM",
	"crypto ikev2 keyring ANY", "peer ANY", "address 0.0.0.0 0.0.0.0", "pre-shared-key " + frrSecret,
	"crypto ikev2 profile ANY", "match identity remote address 0.0.0.0", "authentication remote pre-share",
	"authentication local pre-share", "keyring local ANY", "dpd 10 2 periodic",
	"crypto ipsec transform-set GCM esp-gcm", "mode transport",
	"crypto ipsec profile IKE2", "set transform-set GCM", "set ikev2-profile ANY",
	"crypto isakmp policy 10", "encryption aes 256", "authentication pre-share", "group 14",
	"crypto isakmp key " + frrSecret + " address 0.0.0.0",
	"crypto isakmp keepalive 10 2 periodic",
	"crypto ipsec transform-set CBC esp-aes 256 esp-sha-hmac", "mode transport",
	"crypto ipsec profile IKE1", "set transform-set CBC",
}

// protect has Weft routers use a version of IKE.
func protect(t *testing.T, dir string, ike int) {
	t.Helper()
	for _, node := range []string{"hub", "spoke", "natted"} {
		must(t, append([]string{"exec", dir, node}, append(weftProtection, "int tu0", fmt.Sprintf("tunnel protection ipsec profile IKE%d", ike))...)...)
	}
}

// Two clouds at once: FRR's hub with Weft's spokes, and the other way round. In
// each, one spoke is behind NAT. strongSwan does FRR's part of IKE, its kernel
// that of ESP, in transport mode.
func amongFRRInESP(t *testing.T, dir string, guests []*frr) {
	t.Cleanup(func() {
		for _, g := range guests {
			if t.Failed() {
				t.Logf("%s:\n%s", g.tap, g.does(t, "tail -n 60 /var/log/charon.log; swanctl --list-sas; vtysh -c 'show ip nhrp cache' -c 'show ip nhrp shortcut' -c 'show ip route'; ip route; ip neigh; true"))
			}
		}
		for _, node := range []string{"hub", "spoke", "natted"} {
			if t.Failed() {
				t.Logf("%s:\n%s", node, must(t, "exec", dir, node, "show dmvpn", "show ip nhrp", "show ip route", "show crypto session", "show logging"))
			}
		}
	})
	must(t, "exec", dir, "hub", "conf t", "int tu0", "ip nhrp redirect")
	for _, node := range []string{"spoke", "natted"} {
		must(t, "exec", dir, node, "conf t", "int tu0", "no tunnel destination", "tunnel mode gre multipoint",
			"ip nhrp map 172.30.0.1 192.0.2.1", "ip nhrp shortcut")
	}
	for _, ike := range []int{2, 1} {
		if !t.Failed() {
			t.Run(fmt.Sprintf("IKEv%d", ike), func(t *testing.T) { amongStrongSwans(t, dir, guests, ike) })
		}
	}
}

func amongStrongSwans(t *testing.T, dir string, guests []*frr, ike int) {
	server, frrSpoke, other := guests[0], guests[1], guests[2]
	ofServer, ofWeft := [2]string{"172.30.0.1", "192.0.2.1"}, [2]string{"172.30.0.50", "192.0.2.50"}
	lans := [][2]string{{"10.1.11.0/24", "172.30.0.11"}, {"10.1.51.0/24", "172.30.0.51"}, {"10.1.52.0/24", "172.30.0.52"}}
	spokeOf := func(number int, s [2]string, inside bool) frrRole {
		return frrRole{number: number, server: s, inside: inside, shortcut: true, ike: ike,
			routes: [][2]string{{"10.1.0.0/16", s[0]}, {"172.30.0.0/24", s[0]}}}
	}
	toServer := peer{"192.0.2.1", "172.30.0.1", "UP", "S"}
	agreed := map[int][2]string{1: {"show crypto isakmp sa", "QM_IDLE"}, 2: {"show crypto ikev2 sa", "READY"}}[ike]

	protect(t, dir, ike)
	all(t, func() error { return server.becomes(t, frrRole{number: 1, shortcut: true, routes: lans, ike: ike}) },
		func() error { return frrSpoke.becomes(t, spokeOf(11, ofWeft, false)) },
		func() error { return other.becomes(t, spokeOf(12, ofWeft, true)) })
	wire := capture(t, dir, "wire", "proto gre or proto 50 or udp")
	part := func(name string, play func(t *testing.T)) {
		if !t.Failed() {
			t.Run(name, play)
		}
	}

	part("hub of FRR's spokes", func(t *testing.T) {
		shows(t, 60*time.Second, dir, "hub", peer{"192.0.2.11", "172.30.0.11", "UP", "D"}, peer{"192.0.2.31", "172.30.0.12", "UP", "DN"})
		has(t, 0, dir, "hub", agreed[0], agreed[1])
		frrSpoke.does(t, "ping -c 3 -W 3 172.30.0.50; ping -c 3 -W 3 -I 10.1.11.1 10.1.50.1")
		other.does(t, "ping -c 3 -W 3 172.30.0.50; ping -c 3 -W 3 -I 10.1.12.1 10.1.50.1")
		frrSpoke.meets(t, "10.1.11.1", "10.1.12.1")
	})
	part("spoke of FRR's hub", func(t *testing.T) {
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.51 +192\.0\.2\.51 `)
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.52 +192\.0\.2\.30 +198\.51\.100\.52`)
		for _, spoke := range []string{"spoke", "natted"} {
			shows(t, 30*time.Second, dir, spoke, toServer)
			has(t, 0, dir, spoke, agreed[0], agreed[1])
		}
		reaches(t, dir, "pc1", "10.1.1.1")
		reaches(t, dir, "pc2", "10.1.1.1")
		lossless(t, dir, "pc1", "10.1.1.1")
		lossless(t, dir, "pc2", "10.1.1.1")
	})
	part("strongSwan restarts", func(t *testing.T) {
		all(t, func() error { _, err := frrSpoke.Run(slow, strongswanStop+strongswanStart); return err },
			func() error { _, err := server.Run(slow, strongswanCrash+strongswanStart); return err })
		frrSpoke.meets(t, "10.1.11.1", "10.1.50.1")
		// Nobody told Weft: it has to find out that its peer does not answer.
		for _, pc := range []string{"pc1", "pc2"} {
			eventually(t, 90*time.Second, pc+" reaches FRR's hub", func() (bool, string) {
				r := lab(t, "exec", dir, pc, "ping -c 1 -W 1 10.1.1.1")
				return r.status == 0, r.stdout
			})
		}
	})
	part("spoke to spoke", func(t *testing.T) {
		all(t, func() error { return frrSpoke.becomes(t, spokeOf(11, ofServer, false)) })
		server.says(t, "show ip nhrp cache", `dynamic +172\.30\.0\.11 `)
		// Of IKEv1, FRR's first answer comes on the heels of quick mode's last message,
		// but its kernel has the SA only after strongSwan has read that. FRR asks again
		// when it has forgotten that it asked, half a minute later. Until then both
		// spokes speak: what nobody uses goes, and from outside nobody gets it back
		// through the translator.
		pcs := []string{"pc1", "pc2"}
		eventually(t, 90*time.Second, "Weft's spokes and FRR's use the direct way, both ways", func() (bool, string) {
			direct, seen := true, ""
			for _, pc := range pcs {
				r := lab(t, "exec", dir, pc, "ping -c 2 -i 0.2 -W 1 10.1.11.1")
				direct = direct && strings.Contains(r.stdout, "ttl=63 ")
				seen += r.stdout
			}
			return direct, seen
		})
		for _, pc := range pcs {
			lossless(t, dir, pc, "10.1.11.1")
		}
		for _, spoke := range []string{"spoke", "natted"} {
			has(t, 0, dir, spoke, "show crypto ipsec sa", "remote crypto endpt.: 192.0.2.11")
		}
	})
	wire.stop(t)
	if clear := wire.dissect(t, "gre", "frame.number"); clear != "" {
		t.Errorf("%d GRE packets on the wire", strings.Count(clear, "\n"))
	}
	for _, kind := range []string{"esp && !udp", "esp && udp.port == 4500"} {
		if wire.dissect(t, kind, "frame.number") == "" {
			t.Errorf("no packet of %s was on the wire", kind)
		}
	}
}

// meets waits until the guest is answered.
func (g *frr) meets(t testing.TB, from, to string) {
	t.Helper()
	eventually(t, 60*time.Second, g.tap+" is answered by "+to, func() (bool, string) {
		got := g.does(t, "ping -c 2 -W 2 -I "+from+" "+to+" || true")
		return strings.Contains(got, " 0% packet loss"), got
	})
}
