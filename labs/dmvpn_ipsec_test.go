package labs

import (
	"strings"
	"testing"
	"time"
)

const phase1IPsec = "dmvpn-phase1-ipsec"

func TestPhase1WithIKEv1SendsNothingInClear(t *testing.T) {
	dir := up(t, phase1IPsec)
	wire := capture(t, dir, "isp", "proto gre or proto 50 or udp")
	shows(t, 60*time.Second, dir, "hub", bothUp...)
	has(t, 0, dir, "hub", "show crypto isakmp sa", "QM_IDLE")
	for _, text := range []string{"PFS (Y/N): Y, DH group: group14", "in use settings ={Tunnel, }", "transform: esp-256-aes esp-sha-hmac ,"} {
		has(t, 0, dir, "spoke1", "show crypto ipsec sa", text)
	}
	has(t, 0, dir, "hub", "show crypto session", "Session status: UP-ACTIVE")
	if got := must(t, "exec", dir, "pc1", "ping -c 20 -i 0.05 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("from spoke to spoke:\n%s", got)
	}
	wire.stop(t)
	if clear := wire.dissect(t, "gre", "frame.number"); clear != "" {
		t.Errorf("%d GRE packets on the wire", strings.Count(clear, "\n"))
	}
	if n := strings.Count(wire.dissect(t, "esp", "esp.spi"), "\n"); n < 80 {
		t.Errorf("%d ESP packets on the wire", n)
	}
	// What an operator clears comes up again by itself.
	must(t, "exec", dir, "hub", "clear crypto session")
	shows(t, 60*time.Second, dir, "hub", bothUp...)
}

// The key of one spoke is another: that spoke stays out, the other one does not.
func TestPhase1WithAnotherKeyStaysOutAndIsNamed(t *testing.T) {
	dir := up(t, phase1IPsec, func(dir string) {
		edit(t, dir+"/spoke1.cfg", "crypto isakmp key WeftLabKey", "crypto isakmp key Another")
	})
	shows(t, 60*time.Second, dir, "hub", peer{spoke2NBMA, spoke2Tunnel, "UP", "D"})
	has(t, 90*time.Second, dir, "hub", "show logging", "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of IKE exchange failed with peer at "+spoke1NBMA)
	for _, node := range []string{"hub", "spoke1"} {
		for _, show := range []string{"show logging", "show tech-support"} {
			if got := must(t, "exec", dir, node, show); node == "hub" && strings.Contains(got, "Another") || show == "show logging" && strings.Contains(got, "WeftLabKey") {
				t.Errorf("%s of %s tells a key", show, node)
			}
		}
	}
}
