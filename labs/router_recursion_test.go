package labs

import (
	"strings"
	"testing"
	"time"
)

func tunnelIs(t *testing.T, within time.Duration, dir, node, state string) (text string) {
	t.Helper()
	eventually(t, within, "Tunnel0 of "+node+" is "+state, func() (bool, string) {
		text = must(t, "exec", dir, node, "show interfaces Tunnel0")
		return strings.HasPrefix(text, "Tunnel0 is "+state), text
	})
	return text
}

// A spoke whose default route leads into the tunnel reaches the hub's NBMA
// address by a route of its own; all else of its LAN's goes through the hub.
func TestDefaultRouteThroughTheTunnel(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	wire := capture(t, dir, "isp", "host "+spoke1NBMA)
	must(t, "exec", dir, "spoke1", "conf t",
		"ip route "+hubNBMA+" 255.255.255.255 198.51.100.254",
		"no ip route 0.0.0.0 0.0.0.0 198.51.100.254",
		"ip route 0.0.0.0 0.0.0.0 "+hubTunnel,
		"no ip route 172.16.12.0 255.255.255.0 "+hubTunnel)
	if got := must(t, "exec", dir, "spoke1", "show ip route"); !strings.Contains(got, "Gateway of last resort is 10.0.0.1 to network 0.0.0.0") ||
		!strings.Contains(got, "\nS*    0.0.0.0/0 [1/0] via 10.0.0.1\n") {
		t.Errorf("the routes are\n%s", got)
	}
	if got := must(t, "exec", dir, "pc1", "ping -c 3 -i 0.2 -W 2 "+pc2Address); !strings.Contains(got, " 0% packet loss") || !strings.Contains(got, "ttl=61") {
		t.Errorf("pc1 to pc2:\n%s", got)
	}
	// What the hub has no route for dies there, and not in the provider's net.
	lab(t, "exec", dir, "pc1", "ping -c 1 -W 1 8.8.8.8")
	tunnelIs(t, 0, dir, "spoke1", "up, line protocol is up")
	shows(t, 0, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
	wire.stop(t)
	if seen := wire.dissect(t, "ip && !gre", "ip.src", "ip.dst", "_ws.col.Info"); seen != "" {
		t.Errorf("spoke1 sent or got what is no GRE:\n%s", seen)
	}
	if seen := wire.dissect(t, "gre && icmp", "ip.src", "ip.dst"); !strings.Contains(seen, spoke1NBMA+","+pc1Address+"\t"+hubNBMA+","+pc2Address) {
		t.Errorf("the echo is not among\n%s", seen)
	}
}

func TestTunnelWhoseDestinationIsRoutedThroughItGoesDown(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
	route := "ip route " + hubNBMA + " 255.255.255.255 " + hubTunnel
	must(t, "exec", dir, "spoke1", "conf t", route)
	if text := tunnelIs(t, 2*time.Second, dir, "spoke1", "up, line protocol is down"); !strings.Contains(text, "Tunnel linestate evaluation down - recursive routing\n") {
		t.Errorf("it does not say why:\n%s", text)
	}
	log := must(t, "exec", dir, "spoke1", "show logging")
	for _, line := range []string{
		"%TUN-5-RECURDOWN: Tunnel0 temporarily disabled due to recursive routing\n",
		"%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel0, changed state to down\n",
	} {
		if !strings.Contains(log, line) {
			t.Errorf("not in the log: %s", line)
		}
	}
	if t.Failed() {
		t.Log(log)
	}
	// The router itself is as reachable as before.
	eventually(t, 5*time.Second, "isp reaches spoke1", func() (bool, string) {
		r := lab(t, "exec", dir, "isp", "ping -c 1 -W 1 "+spoke1NBMA)
		return r.status == 0, r.stdout
	})
	// "Temporarily" is a minute. Whoever has seen to the cause need not wait.
	must(t, "exec", dir, "spoke1", "conf t", "no "+route, "interface Tunnel0", "shutdown")
	tunnelIs(t, 2*time.Second, dir, "spoke1", "administratively down, line protocol is down")
	must(t, "exec", dir, "spoke1", "conf t", "interface Tunnel0", "no shutdown")
	tunnelIs(t, 2*time.Second, dir, "spoke1", "up, line protocol is up")
	shows(t, 12*time.Second, dir, "spoke1", peer{hubNBMA, hubTunnel, "UP", "S"})
}
