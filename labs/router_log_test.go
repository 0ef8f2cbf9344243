package labs

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// logServer is pc0, on the hub's LAN.
const logServer = "172.16.0.10"

func TestLogServerHearsWhatTheHubLogs(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	wire := capture(t, dir, "pc0", "udp port 514")
	must(t, "exec", dir, "hub", "conf t", "service sequence-numbers", "logging host "+logServer,
		"logging source-interface GigabitEthernet0/2", "logging facility local3", "logging trap notifications", "end")
	must(t, "exec", dir, "spoke2", "conf t", "interface Tunnel0", "shutdown", "end")
	// tshark says what is in the datagrams: the facility and severity of RFC 3164, and the text.
	for _, want := range []struct{ filter, text string }{
		{"syslog.facility == 19 && syslog.level == 5 && ip.src == 172.16.0.1 && udp.dstport == 514", "%SYS-5-CONFIG_I: Configured from console by console"},
		{"syslog.facility == 19 && syslog.level == 5", "%DMVPN-5-NHRP_NHC_DOWN: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.12 NBMA: 203.0.113.12 )"},
	} {
		eventually(t, 10*time.Second, want.text, func() (bool, string) {
			seen := wire.dissect(t, want.filter, "syslog.msg")
			return strings.Contains(seen, want.text), seen
		})
	}
	wire.stop(t)
	heard := strings.Count(wire.dissect(t, "syslog", "frame.number"), "\n")
	if log := must(t, "exec", dir, "hub", "show logging"); !strings.Contains(log, fmt.Sprintf("Trap logging: level notifications, %d message lines logged\n", heard)) ||
		!strings.Contains(log, fmt.Sprintf("              %d message lines logged, \n", heard)) {
		t.Errorf("the server has heard %d messages:\n%s", heard, log)
	}
}

func TestForwardingIsShownAsItIs(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	for command, want := range map[string]string{
		"show ip cef " + pc2Address:        "172.16.12.0/24\n  nexthop 10.0.0.12 Tunnel0\n",
		"show ip cef 198.51.100.7":         "0.0.0.0/0\n  nexthop 192.0.2.254 GigabitEthernet0/1\n",
		"show ip cef 10.0.0.0 255.255.0.0": "%Prefix not found\n",
	} {
		if got := lab(t, "exec", dir, "hub", command).stdout; got != want {
			t.Errorf("%s: %q", command, got)
		}
	}
	adjacent := func() string { return must(t, "exec", dir, "hub", "show adjacency Tunnel0") }
	for _, spoke := range []string{"10.0.0.11(2)", "10.0.0.12(2)"} {
		if got := adjacent(); !strings.Contains(got, " "+spoke+"\n") {
			t.Errorf("%s is missing:\n%s", spoke, got)
		}
	}
	must(t, "exec", dir, "spoke2", "conf t", "interface Tunnel0", "shutdown", "end")
	eventually(t, 10*time.Second, "spoke2 is adjacent no more", func() (bool, string) {
		got := adjacent()
		return !strings.Contains(got, "10.0.0.12(") && strings.Contains(got, "10.0.0.11("), got
	})
	must(t, "exec", dir, "hub", "conf t", "no ip route 172.16.12.0 255.255.255.0 10.0.0.12", "end")
	if got := must(t, "exec", dir, "hub", "show ip cef "+pc2Address); !strings.HasPrefix(got, "0.0.0.0/0\n") {
		t.Errorf("without the route: %s", got)
	}
}
