package labs

import (
	"strings"
	"testing"
	"time"
)

const eigrpLab = "dmvpn-eigrp"

// Spokes learn one route by the hub, and shorten it.
func TestEIGRPSpokesRouteThroughTheHubAndThenDirectly(t *testing.T) {
	dir := up(t, eigrpLab)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	wire := capture(t, dir, "isp", "proto gre")
	for _, spoke := range []string{spoke1Tunnel, spoke2Tunnel} {
		has(t, 30*time.Second, dir, "hub", "show logging", "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor "+spoke+" (Tunnel0) is up: new adjacency")
	}
	has(t, 10*time.Second, dir, "hub", "show ip route eigrp", "D        172.16.12.0/24 [90/26880256] via 10.0.0.12, ")
	for _, spoke := range []string{"spoke1", "spoke2"} {
		has(t, 10*time.Second, dir, spoke, "show ip route", "D        172.16.0.0/16 [90/26880256] via 10.0.0.1, ")
	}
	has(t, 0, dir, "hub", "show ip eigrp neighbors detail", "   Stub Peer Advertising (CONNECTED SUMMARY ) Routes\n   Suppressing queries\n")
	has(t, 0, dir, "hub", "show ip eigrp topology", "P 172.16.0.0/16, 1 successors, FD is 2816\n        via Summary (2816/0), Null0\n")
	movesToDirectWay(t, dir)
	has(t, 0, dir, "spoke1", "show ip route", "H        172.16.12.0/24 [250/255] via 10.0.0.12, ")
	wire.stop(t)
	noMalformed(t, wire)

	// The network goes with the interface, and the hub hears of it.
	must(t, "exec", dir, "spoke2", "conf t", "int gi0/2", "shutdown")
	eventually(t, 5*time.Second, "the hub has no route", func() (bool, string) {
		got := must(t, "exec", dir, "hub", "show ip route eigrp")
		return !strings.Contains(got, "172.16.12.0/24"), got
	})
}
