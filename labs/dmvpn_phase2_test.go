package labs

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const phase2 = "dmvpn-phase2"

var packetsOutput = regexp.MustCompile(`(\d+) packets output`)

// sentByHub is how many packets the hub has sent into its tunnel.
func sentByHub(t testing.TB, dir string) int {
	t.Helper()
	text := must(t, "exec", dir, "hub", "show interfaces Tunnel0")
	m := packetsOutput.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no packets output in\n%s", text)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// secondHop is who takes the time to live of a ping from pc1 to pc2 to zero
// after spoke1.
func secondHop(t testing.TB, dir string) string {
	t.Helper()
	return lab(t, "exec", dir, "pc1", "ping -c 1 -W 2 -t 2 "+pc2Address).stdout
}

// movesToDirectWay pings across the time in which the direct way is found, and
// then requires that nothing passes the hub any more.
func movesToDirectWay(t *testing.T, dir string) {
	t.Helper()
	if got := must(t, "exec", dir, "pc1", "ping -c 40 -i 0.05 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("while the direct way was found:\n%s", got)
	}
	if got := secondHop(t, dir); !strings.Contains(got, "From "+spoke2Tunnel+" ") {
		t.Errorf("the second hop is not spoke2:\n%s", got)
	}
	before := sentByHub(t, dir)
	if got := must(t, "exec", dir, "pc1", "ping -c 100 -i 0.01 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") || !strings.Contains(got, "ttl=62") {
		t.Errorf("on the direct way:\n%s", got)
	}
	// It goes on answering registrations.
	if n := sentByHub(t, dir) - before; n > 10 {
		t.Errorf("the hub sent %d packets while 200 went between the spokes", n)
	}
}

func TestPhase2SpokesFindTheDirectWay(t *testing.T) {
	dir := up(t, phase2)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	shows(t, 12*time.Second, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
	shows(t, 12*time.Second, dir, "spoke2", peer{hubNBMA, hubTunnel, "UP", "S"})
	wire := capture(t, dir, "isp", "proto gre")
	movesToDirectWay(t, dir)
	shows(t, 0, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"}, peer{spoke2NBMA, spoke2Tunnel, "UP", "D"})
	shows(t, 0, dir, "spoke2", peer{hubNBMA, hubTunnel, "UP", "S"}, peer{spoke1NBMA, spoke1Tunnel, "UP", "D"})
	counted(t, dir, "spoke1", `(?s)Sent:.* [1-9]\d* Resolution Request .*Rcvd:.* [1-9]\d* Resolution Reply `)
	counted(t, dir, "hub", `(?s)Sent:.* [1-9]\d* Resolution Reply .*Rcvd:.* [1-9]\d* Resolution Request `)
	wire.stop(t)
	noMalformed(t, wire)

	// A spoke that takes its leave is forgotten, and traffic waits for its return.
	must(t, "exec", dir, "spoke2", "conf t", "int tu0", "shutdown")
	shows(t, 5*time.Second, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
	must(t, "exec", dir, "spoke2", "conf t", "int tu0", "no shutdown")
	eventually(t, 12*time.Second, "pc1 reaches pc2 again", func() (bool, string) {
		r := lab(t, "exec", dir, "pc1", "ping -c 1 -W 1 "+pc2Address)
		return r.status == 0, r.stdout
	})
}

// counted requires that "show ip nhrp traffic" of a node matches.
func counted(t *testing.T, dir, node, pattern string) {
	t.Helper()
	if got := must(t, "exec", dir, node, "show ip nhrp traffic"); !regexp.MustCompile(pattern).MatchString(got) {
		t.Errorf("%s does not match %s:\n%s", node, pattern, got)
	}
}

// noMalformed has a dissector that is not ours find nothing wrong on the wire.
func noMalformed(t *testing.T, w *wire) {
	t.Helper()
	if bad := w.dissect(t, "_ws.malformed || (nhrp && _ws.expert.severity >= 6291456)", "frame.number", "_ws.expert.message"); bad != "" {
		t.Errorf("the dissector objects to\n%s", bad)
	}
}
