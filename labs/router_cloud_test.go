package labs

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func pingsPC2(t *testing.T, dir string) {
	t.Helper()
	if got := must(t, "exec", dir, "pc1", "ping -c 1 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}
}

func TestHubReloadsWithWhatWasSavedAndItsSpokesReturn(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	routes := func() string { return must(t, "exec", dir, "hub", "show running-config | include ^ip route") }

	must(t, "exec", dir, "hub", "conf t", "ip route 172.30.0.0 255.255.0.0 Null0", "end", "write memory")
	must(t, "exec", dir, "hub", "conf t", "ip route 172.31.0.0 255.255.0.0 Null0", "end", "copy running-config startup-config", "")
	if got := must(t, "exec", dir, "hub", "show startup-config"); !strings.Contains(got, "\nip route 172.30.0.0 255.255.0.0 Null0\n") || !strings.Contains(got, "\nip route 172.31.0.0 255.255.0.0 Null0\n") {
		t.Errorf("startup-config is\n%s", got)
	}
	must(t, "exec", dir, "hub", "conf t", "ip route 172.29.0.0 255.255.0.0 Null0")
	expect(t, `
spawn `+weftBinary+` lab console `+dir+` hub
await {hub>}
send "enable\r"
await {hub#}
send "reload\r"
await {System configuration has been modified\. Save\? \[yes/no\]: }
send "maybe\r"
await {% Please answer 'yes' or 'no'\.\s+System configuration has been modified\. Save\? \[yes/no\]: }
send "no\r"
await {Proceed with reload\? \[confirm\]}
send "\r"
ended`)
	eventually(t, 12*time.Second, "the hub is back", func() (bool, string) {
		r := lab(t, "exec", dir, "hub", "show version")
		return strings.Contains(r.stdout, "by reload"), r.stdout + r.stderr
	})
	if got := routes(); !strings.Contains(got, "172.30.") || !strings.Contains(got, "172.31.") || strings.Contains(got, "172.29.") {
		t.Errorf("after the reload the hub has\n%s", got)
	}
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	pingsPC2(t, dir)
}

// spoke1Down is what the hub logs when it loses spoke1.
var spoke1Down = regexp.MustCompile(`%DMVPN-5-NHRP_NHC_DOWN: .*\(Tunnel: 10\.0\.0\.11 NBMA: 198\.51\.100\.11 ?\).* is DOWN`)

func TestSpokeThatLeavesIsGoneFromTheHubAtOnce(t *testing.T) {
	dir := up(t, phase1)
	for _, c := range []struct {
		name        string
		leave, back []string // in configuration mode of spoke1; none: it does not come back
	}{
		{"no ip nhrp nhs", []string{"interface Tunnel0", "no ip nhrp nhs 10.0.0.1"}, []string{"interface Tunnel0", "ip nhrp nhs 10.0.0.1"}},
		{"no ip nhrp network-id", []string{"interface Tunnel0", "no ip nhrp network-id 1"}, []string{"interface Tunnel0", "ip nhrp network-id 1"}},
		{"shutdown", []string{"interface Tunnel0", "shutdown"}, []string{"interface Tunnel0", "no shutdown"}},
		{"no interface Tunnel0", []string{"no interface Tunnel0"}, nil},
	} {
		shows(t, 12*time.Second, dir, "hub", bothUp...)
		must(t, append([]string{"exec", dir, "spoke1", "conf t"}, c.leave...)...)
		// The registration itself would last for two hours.
		shows(t, 2*time.Second, dir, "hub", bothUp[1])
		t.Logf("%s: gone", c.name)
		if c.back != nil {
			must(t, append([]string{"exec", dir, "spoke1", "conf t"}, c.back...)...)
		}
	}
	if got := must(t, "exec", dir, "hub", "show logging"); len(spoke1Down.FindAllString(got, -1)) != 4 {
		t.Errorf("the hub's log does not tell of four leaves:\n%s", got)
	}
}

func TestHubThatForgotItsClientsLearnsThemAgain(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	must(t, "exec", dir, "hub", "clear ip nhrp")
	if got := must(t, "exec", dir, "hub", "show logging"); !spoke1Down.MatchString(got) {
		t.Errorf("the hub's log does not tell of the loss:\n%s", got)
	}
	// Each spoke registers every ten seconds.
	shows(t, 13*time.Second, dir, "hub", bothUp...)
	pingsPC2(t, dir)
}

// Somebody takes a port down and renames nothing: it is the router's.
func TestPortTakenDownFromOutsideComesBack(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	pids := processes(t, dir)
	for _, node := range []string{"spoke1", "hub"} {
		if out, err := inNetworkOf(pids[node], "ip", "link", "set", "eth1", "down").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		eventually(t, 5*time.Second, "GigabitEthernet0/1 of "+node+" is up, with its address and routes", func() (bool, string) {
			kernel, err := inNetworkOf(pids[node], "sh", "-c", "ip address show dev eth1; ip route show table all").CombinedOutput()
			ours := must(t, "exec", dir, node, "show interfaces GigabitEthernet0/1")
			return err == nil && strings.HasPrefix(ours, "GigabitEthernet0/1 is up, line protocol is up") &&
				strings.Contains(string(kernel), "state UP") && strings.Contains(string(kernel), "default via "), ours + string(kernel)
		})
		eventually(t, 13*time.Second, "pc1 reaches pc2", func() (bool, string) {
			r := lab(t, "exec", dir, "pc1", "ping -c 1 -W 1 "+pc2Address)
			return r.status == 0, r.stdout + must(t, "exec", dir, "hub", "show dmvpn", "show logging")
		})
		shows(t, 13*time.Second, dir, "hub", bothUp...)
	}
	// A port that is to be down is taken down again.
	must(t, "exec", dir, "spoke1", "conf t", "interface GigabitEthernet0/2", "shutdown")
	if out, err := inNetworkOf(pids["spoke1"], "ip", "link", "set", "eth2", "up").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	eventually(t, 5*time.Second, "eth2 of spoke1 is down", func() (bool, string) {
		out, err := inNetworkOf(pids["spoke1"], "ip", "link", "show", "dev", "eth2").CombinedOutput()
		return err == nil && !strings.Contains(string(out), "UP"), string(out)
	})
	// An address that somebody removes is put back, one that is added goes.
	if out, err := inNetworkOf(pids["spoke2"], "sh", "-c", "ip address del 203.0.113.12/24 dev eth1; ip address add 198.18.0.1/24 dev eth1").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	eventually(t, 5*time.Second, "eth1 of spoke2 has its address and its default route", func() (bool, string) {
		out, err := inNetworkOf(pids["spoke2"], "sh", "-c", "ip address show dev eth1; ip route").CombinedOutput()
		return err == nil && strings.Contains(string(out), "203.0.113.12/24") && !strings.Contains(string(out), "198.18.0.1") &&
			strings.Contains(string(out), "default via 203.0.113.254"), string(out)
	})
	shows(t, 13*time.Second, dir, "hub", bothUp...)
}

func TestTunnelDeviceDeletedFromOutsideIsMadeAnew(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	spoke := processes(t, dir)["spoke1"]
	if out, err := inNetworkOf(spoke, "ip", "link", "delete", "Tunnel0").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	eventually(t, 5*time.Second, "pc1 reaches pc2", func() (bool, string) {
		r := lab(t, "exec", dir, "pc1", "ping -c 1 -W 1 "+pc2Address)
		kernel, _ := inNetworkOf(spoke, "sh", "-c", "ip address show; ip route").CombinedOutput()
		return r.status == 0, r.stdout + string(kernel)
	})
}
