package labs

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

const natLab = "dmvpn-nat"

const (
	natAddress                = "198.51.100.30"
	spoke3NBMA, spoke3Tunnel  = "203.0.113.13", "10.0.0.13"
	pc0AddressNAT, pc3Address = "172.16.0.10", "172.16.13.10"
)

// pairsPing has all pairs of the cloud's PCs meet at once.
func pairsPing(t *testing.T, dir string) {
	t.Helper()
	type result struct{ what, text string }
	results := make(chan result)
	pairs := [][2]string{{"pc1", pc2Address}, {"pc1", pc3Address}, {"pc2", pc3Address}, {"pc0", pc2Address}}
	for _, p := range pairs {
		go func() {
			results <- result{p[0] + " to " + p[1], must(t, "exec", dir, p[0], "ping -c 20 -i 0.1 -W 2 "+p[1])}
		}()
	}
	for range pairs {
		if r := <-results; !strings.Contains(r.text, " 0% packet loss") {
			t.Errorf("%s:\n%s", r.what, r.text)
		}
	}
}

// Two spokes behind one address are two peers, by port, also when the translator
// has forgotten both and gives them other ports.
func TestTwoSpokesBehindOneAddress(t *testing.T) {
	if _, err := exec.LookPath("conntrack"); err != nil {
		t.Skip("SKIPPED: there is no conntrack")
	}
	dir := up(t, natLab)
	all := []peer{{natAddress, "10.0.0.11", "UP", "DN"}, {spoke3NBMA, spoke3Tunnel, "UP", "D"}}
	shows(t, 60*time.Second, dir, "hub", all...)
	has(t, 60*time.Second, dir, "hub", "show dmvpn", "10.0.0.12    UP")
	pairsPing(t, dir)
	before := spisOf(t, dir)
	if len(before) != 3 {
		t.Errorf("the hub sends by %v", before)
	}
	must(t, "exec", dir, "nat", "conntrack -F")
	has(t, 60*time.Second, dir, "hub", "show dmvpn", "10.0.0.12    UP")
	for _, pc := range []string{"pc1", "pc2"} { // who is behind the translator must speak first
		must(t, "exec", dir, pc, "ping -c 3 -i 0.2 -W 2 "+pc0AddressNAT)
	}
	pairsPing(t, dir)
}

// spisOf are the SPIs that the hub sends by, each once.
func spisOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	spis := map[string]bool{}
	for line := range strings.Lines(must(t, "exec", dir, "hub", "show crypto ipsec sa")) {
		if spi, ok := strings.CutPrefix(strings.TrimSpace(line), "current outbound spi: "); ok {
			spis[spi] = true
		}
	}
	return spis
}
