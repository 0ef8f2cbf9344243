package labs

import (
	"strings"
	"testing"
	"time"
)

const phase3 = "dmvpn-phase3"

var (
	toHub       = peer{hubNBMA, hubTunnel, "UP", "S"}
	summaryLine = "ip route 172.16.0.0 255.255.0.0 10.0.0.1"
)

// has waits until a command of a node prints a text.
func has(t testing.TB, within time.Duration, dir, node, command, text string) {
	t.Helper()
	eventually(t, within, node+" prints "+text, func() (bool, string) {
		got := strings.ReplaceAll(must(t, "exec", dir, node, command), "\r", "")
		return strings.Contains(got, text), got
	})
}

func TestPhase3SpokesFollowTheRedirectOfTheHub(t *testing.T) {
	dir := up(t, phase3)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	shows(t, 12*time.Second, dir, "spoke1", toHub)
	shows(t, 12*time.Second, dir, "spoke2", toHub)
	wire := capture(t, dir, "isp", "proto gre")
	movesToDirectWay(t, dir)
	counted(t, dir, "hub", `(?s)Sent:.* [1-9]\d* Resolution Request .* [1-9]\d* Traffic Indication .*Rcvd:`) // the request is passed on
	counted(t, dir, "spoke1", `(?s)Sent:.* [1-9]\d* Resolution Request .*Rcvd:.* [1-9]\d* Resolution Reply .* [1-9]\d* Traffic Indication `)
	counted(t, dir, "spoke2", `(?s)Sent:.* [1-9]\d* Resolution Reply .*Rcvd:.* [1-9]\d* Resolution Request `)
	wire.stop(t)
	noMalformed(t, wire)
	for spoke, far := range map[string]peer{
		"spoke1": {spoke2NBMA, spoke2Tunnel, "UP", "DT1"}, "spoke2": {spoke1NBMA, spoke1Tunnel, "UP", "DT1"},
	} {
		got, text := peers(t, dir, spoke)
		if len(got) < 2 || got[0] != toHub || !strings.Contains(text, far.nbma) || !strings.Contains(text, far.attributes) {
			t.Errorf("%s has the peers\n%s", spoke, text)
		}
	}
	has(t, 0, dir, "spoke1", "show ip route", "H        172.16.12.0/24 [250/255] via 10.0.0.12, ")
	has(t, 0, dir, "spoke1", "show ip route", "H        10.0.0.12/32 is directly connected, ")
	has(t, 0, dir, "spoke2", "show ip nhrp detail", "Requester: "+spoke1Tunnel+" Request ID: ")
	has(t, 0, dir, "spoke1", "show ip nhrp 172.16.12.10", "Flags: router rib ")

	// The shortcut goes with the network behind it, and traffic with it.
	must(t, "exec", dir, "spoke2", "conf t", "int gi0/2", "shutdown")
	eventually(t, 5*time.Second, "spoke1 has no shortcut", func() (bool, string) {
		got := must(t, "exec", dir, "spoke1", "show ip route")
		return !strings.Contains(got, "172.16.12.0/24"), got
	})
}

func TestPhase3OverridesTheNextHopOfTheSameRoute(t *testing.T) {
	dir := up(t, phase3, func(dir string) {
		edit(t, dir+"/spoke1.cfg", summaryLine, summaryLine+"\nip route 172.16.12.0 255.255.255.0 10.0.0.1")
	})
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	shows(t, 12*time.Second, dir, "spoke1", toHub)
	shows(t, 12*time.Second, dir, "spoke2", toHub)
	movesToDirectWay(t, dir)
	has(t, 0, dir, "spoke1", "show ip route", "S   %    172.16.12.0/24 [1/0] via 10.0.0.1\n")
	has(t, 0, dir, "spoke1", "show ip route next-hop-override", "[NHO][1/255] via 10.0.0.12, ")
	_, text := peers(t, dir, "spoke1")
	for _, mark := range []string{"DT1", "DT2"} {
		if !strings.Contains(text, mark) {
			t.Errorf("%s is not in\n%s", mark, text)
		}
	}
}
