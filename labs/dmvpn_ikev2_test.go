package labs

import (
	"strings"
	"testing"
	"time"
)

const phase3IKEv2 = "dmvpn-phase3-ikev2"

func TestPhase3WithIKEv2SendsNothingInClear(t *testing.T) {
	dir := up(t, phase3IKEv2)
	wire := capture(t, dir, "isp", "proto gre or proto 50 or udp")
	shows(t, 30*time.Second, dir, "hub", bothUp...)
	shows(t, 30*time.Second, dir, "spoke1", toHub)
	shows(t, 30*time.Second, dir, "spoke2", toHub)
	movesToDirectWay(t, dir)
	has(t, 0, dir, "hub", "show crypto ikev2 sa", "READY")
	has(t, 0, dir, "spoke1", "show crypto ipsec sa", "remote crypto endpt.: "+spoke2NBMA)
	has(t, 0, dir, "hub", "show dmvpn detail", `Protect "WEFT"`)
	has(t, 0, dir, "hub", "show dmvpn detail", "remote "+spoke1NBMA+"/500 Active")
	wire.stop(t)
	if clear := wire.dissect(t, "gre", "frame.number"); clear != "" {
		t.Errorf("%d GRE packets on the wire", strings.Count(clear, "\n"))
	}
	// Two hundred pings and their answers crossed isp once or twice.
	if n := strings.Count(wire.dissect(t, "esp", "esp.spi"), "\n"); n < 400 {
		t.Errorf("%d ESP packets on the wire", n)
	}
}

// Without protection at one end nothing passes, and the other end says why.
func TestPhase3WithIKEv2NamesWhoSpeaksInClear(t *testing.T) {
	dir := up(t, phase3IKEv2, func(dir string) {
		edit(t, dir+"/spoke1.cfg", " tunnel protection ipsec profile WEFT\n", "")
	})
	shows(t, 30*time.Second, dir, "hub", peer{spoke2NBMA, spoke2Tunnel, "UP", "D"})
	has(t, 30*time.Second, dir, "hub", "show logging", "%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /"+hubNBMA+", src_addr= "+spoke1NBMA+", prot= 47")
}
