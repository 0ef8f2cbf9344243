package labs

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	dualHub              = "dmvpn-dual-hub"
	hub2NBMA, hub2Tunnel = "192.0.2.2", "10.0.0.2"
)

var toHub2 = peer{hub2NBMA, hub2Tunnel, "UP", "S"}

var indications = regexp.MustCompile(`(?s)Sent:.* (\d+) Traffic Indication .*Rcvd:`)

// redirectsOf is how many Traffic Indications a hub has sent.
func redirectsOf(t testing.TB, dir, hub string) int {
	t.Helper()
	text := must(t, "exec", dir, hub, "show ip nhrp traffic")
	m := indications.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no Traffic Indication in\n%s", text)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// meetBy has the spokes forget each other and find each other again by one hub
// and not by the other.
func meetBy(t *testing.T, dir, hub, other string) {
	t.Helper()
	for _, spoke := range []string{"spoke1", "spoke2"} {
		must(t, "exec", dir, spoke, "clear ip nhrp")
	}
	count := func(node string) int {
		if node == "" {
			return 0
		}
		return redirectsOf(t, dir, node)
	}
	before, aside := count(hub), count(other)
	if got := must(t, "exec", dir, "pc1", "ping -c 20 -i 0.05 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("while the spokes meet by %s:\n%s", hub, got)
	}
	if count(hub) == before || count(other) != aside {
		t.Errorf("%s did not bring the spokes together, or %s did", hub, other)
	}
	if got := secondHop(t, dir); !strings.Contains(got, "From "+spoke2Tunnel+" ") {
		t.Errorf("the second hop is not spoke2:\n%s", got)
	}
}

func TestDualHubFailsOverAndBack(t *testing.T) {
	dir := up(t, dualHub)
	for _, node := range []string{"hub", "hub2"} {
		shows(t, 12*time.Second, dir, node, bothUp...)
	}
	for _, spoke := range []string{"spoke1", "spoke2"} {
		shows(t, 12*time.Second, dir, spoke, toHub, toHub2)
	}
	meetBy(t, dir, "hub", "hub2")

	must(t, "kill", dir, "hub")
	// Whoever has found the direct way needs no hub, nor notices that one goes.
	if got := must(t, "exec", dir, "pc1", "ping -c 50 -i 0.01 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("on the direct way, with the hub killed:\n%s", got)
	}
	for _, spoke := range []string{"spoke1", "spoke2"} {
		// It registers every ten seconds, and gives the hub seven to answer.
		has(t, 25*time.Second, dir, spoke, "show ip nhrp nhs", hubTunnel+"   E ")
		has(t, 0, dir, spoke, "show ip nhrp nhs", hub2Tunnel+"  RE ")
	}
	meetBy(t, dir, "hub2", "")

	must(t, "start", dir, "hub")
	shows(t, 15*time.Second, dir, "hub", bothUp...)
	for _, spoke := range []string{"spoke1", "spoke2"} {
		has(t, 15*time.Second, dir, spoke, "show ip nhrp nhs", hubTunnel+"  RE ")
	}
	meetBy(t, dir, "hub", "hub2")
}
