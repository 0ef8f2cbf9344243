package labs

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asFound prints all that a router must leave as it was. Left out of the
// addresses is what the kernel is still making of a link that came up, and the
// qdisc: a link that was never up has none, and there is no way back to that.
const asFound = `
ip -j -p address | grep -v -e operstate -e valid_life_time -e '"flags"' -e '"tentative"' -e '"qdisc"'
for family in -4 -6; do
	echo $family
	ip -j -p $family route show table all
	ip -j -p $family rule
done
ip -o link show up | cut -d: -f2
cd /proc/sys/net
grep -s . ipv4/ip_forward ipv4/icmp_errors_use_inbound_ifaddr ipv4/ip_local_reserved_ports
grep -s . ipv4/conf/*/rp_filter ipv4/conf/*/send_redirects ipv4/conf/*/accept_redirects ipv4/conf/*/arp_announce \
	ipv4/conf/*/arp_ignore ipv4/conf/*/forwarding ipv6/conf/*/forwarding ipv6/conf/*/accept_ra ipv6/conf/*/disable_ipv6
true`

// difference lists the lines that only one of two texts has.
func difference(before, now string) string {
	var out strings.Builder
	for _, x := range []struct{ sign, has, lacks string }{{"-", before, now}, {"+", now, before}} {
		for line := range strings.Lines(x.has) {
			if !strings.Contains(x.lacks, line) {
				out.WriteString(x.sign + line)
			}
		}
	}
	return out.String()
}

// A visitor is a router that was started by hand on a Linux node.
type visitor struct{ dir, node, pid string }

func startVisitor(t *testing.T, dir, node string) visitor {
	t.Helper()
	folder := t.TempDir()
	out := must(t, "exec", dir, node, weftBinary+" router -config router.cfg -nvram "+folder+" -console none > "+
		filepath.Join(folder, "log")+" 2>&1 & echo $!")
	return visitor{dir, node, strings.TrimSpace(out)}
}

// ends sends a signal and waits until the router has ended.
func (g visitor) ends(t *testing.T, signal string) {
	t.Helper()
	must(t, "exec", g.dir, g.node, "kill -"+signal+" "+g.pid)
	eventually(t, 8*time.Second, "the router ends", func() (bool, string) {
		r := lab(t, "exec", g.dir, g.node, "test ! -e /proc/"+g.pid)
		return r.status == 0, r.stdout + r.stderr
	})
}

func TestRouterLeavesTheNamespaceAsFound(t *testing.T) {
	dir := up(t, "testdata/foreign")
	snapshot := func() string { return must(t, "exec", dir, "box", asFound) }
	rules := func() {
		t.Helper()
		eventually(t, 8*time.Second, "the router rules the ports", func() (bool, string) {
			text := must(t, "exec", dir, "box", "ip address; ip rule; ip route show table all")
			return strings.Contains(text, "inet 10.0.0.1/24") && strings.Contains(text, "10.255.0.1/32") && !strings.Contains(text, "192.168.7.1/24") &&
				strings.Contains(text, "default via 10.0.0.254") && strings.Contains(text, "172.16.0.0/16 "), text
		})
	}
	// Each link gives itself an address once it is up.
	eventually(t, 5*time.Second, "the links have their addresses", func() (bool, string) {
		text := must(t, "exec", dir, "box", "ip -6 address show tentative; ip -6 address show scope link")
		return strings.Count(text, "inet6 fe80") == 2 && !strings.Contains(text, "tentative"), text
	})
	before := snapshot()
	asBefore := func(when string) {
		t.Helper()
		eventually(t, 5*time.Second, "the namespace is as it was found, after "+when, func() (bool, string) {
			now := snapshot()
			return now == before, difference(before, now)
		})
	}

	g := startVisitor(t, dir, "box")
	rules()
	g.ends(t, "TERM")
	asBefore("SIGTERM")

	g = startVisitor(t, dir, "box")
	rules()
	g.ends(t, "KILL")
	if snapshot() == before {
		t.Error("after SIGKILL nothing is left to be put back: this test is about nothing")
	}
	// The next one knows what its predecessor found.
	g = startVisitor(t, dir, "box")
	rules()
	g.ends(t, "TERM")
	asBefore("SIGKILL, a second run and SIGTERM")
}

// Two would undo each other's work, and the first to end would put back what
// the other had made.
func TestSecondRouterInANamespaceIsRefused(t *testing.T) {
	dir := up(t, "testdata/router")
	before := must(t, "exec", dir, "r1", "show running-config", "show ip route")
	second := inNetworkOf(processes(t, dir)["r1"], weftBinary, "router", "-config", filepath.Join(dir, "r1.cfg"), "-nvram", t.TempDir(), "-console", "none")
	said, err := second.CombinedOutput()
	if err == nil || second.ProcessState.ExitCode() != 1 || string(said) != "weft router: another router runs in this network namespace\n" {
		t.Errorf("%v: %s", err, said)
	}
	if now := must(t, "exec", dir, "r1", "show running-config", "show ip route"); now != before {
		t.Errorf("the first has changed:\n%s", difference(before, now))
	}
	// One that was killed does not stand in its own way.
	must(t, "kill", dir, "r1")
	must(t, "start", dir, "r1")
}
