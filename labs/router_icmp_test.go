package labs

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSendersLearnWhyThePacketDidNotArrive(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	pc1 := func(ping string) string {
		r := lab(t, "exec", dir, "pc1", "ping -W 2 -c 1 "+ping) // that fails when nothing comes back
		return r.stdout
	}
	eventually(t, 5*time.Second, "pc1 reaches pc2", func() (bool, string) {
		said := pc1(pc2Address)
		return strings.Contains(said, " 0% packet loss"), said
	})
	for _, c := range []struct{ ping, want string }{
		{"-M do -s 1372 " + pc2Address, " 0% packet loss"},
		{"-M do -s 1452 " + pc2Address, "From 172.16.11.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)"},
		{"-M dont -s 3000 " + pc2Address, "3008 bytes from " + pc2Address + ": icmp_seq=1 ttl=61"},
		{"-t 1 " + pc2Address, "From 172.16.11.1 icmp_seq=1 Time to live exceeded"},
		{"-t 2 " + pc2Address, "From 10.0.0.1 icmp_seq=1 Time to live exceeded"},
		{"-t 3 " + pc2Address, "From 10.0.0.12 icmp_seq=1 Time to live exceeded"},
		{"-t 4 " + pc2Address, " 0% packet loss"},
		{"10.0.0.99", "From 10.0.0.1 icmp_seq=1 Destination Host Unreachable"}, // nobody's in the cloud
		{"-W 5 172.16.12.99", "From 10.0.0.12 icmp_seq=1 Destination Host Unreachable"},
	} {
		if said := pc1(c.ping); !strings.Contains(said, c.want) {
			t.Errorf("ping %s does not say %q:\n%s", c.ping, c.want, said)
		}
	}
	if got := must(t, "exec", dir, "spoke1", "traceroute 172.16.12.10 source 172.16.11.1"); !strings.Contains(got, "  1 10.0.0.1 ") ||
		!strings.Contains(got, "  2 10.0.0.12 ") || !strings.Contains(got, "  3 172.16.12.10 ") {
		t.Errorf("traceroute:\n%s", got)
	}
}

func TestTCPThroughTheTunnelFitsIt(t *testing.T) {
	dir := up(t, phase1)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	wire := capture(t, dir, "isp", "proto gre")
	eventually(t, 5*time.Second, "spoke2's SSH answers pc1", func() (bool, string) {
		r := lab(t, "exec", dir, "pc1", "timeout 2 bash -c 'read -r said < /dev/tcp/172.16.12.1/22; echo $said'")
		return strings.HasPrefix(r.stdout, "SSH-2.0-"), r.stdout + r.stderr
	})
	// Either end offers what its own port could take, 1460.
	for _, syn := range []string{"tcp.flags.syn == 1 && tcp.flags.ack == 0", "tcp.flags.syn == 1 && tcp.flags.ack == 1"} {
		eventually(t, 5*time.Second, syn+" passes with 1360", func() (bool, string) {
			seen := wire.dissect(t, syn, "tcp.options.mss_val")
			return strings.Contains(seen, "1360"), seen
		})
	}
	wire.stop(t)
	if sizes := strings.Fields(wire.dissect(t, "ip.addr == "+spoke1NBMA+" && tcp.flags.syn == 1", "tcp.options.mss_val")); slices.ContainsFunc(sizes, func(s string) bool { return s != "1360" }) {
		t.Errorf("segment sizes %v, want 1360", sizes)
	}
}
