package kernel

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lived is a namespace that has seen use: addresses with and without
// broadcast, routes of several kinds, IPv6, odd sysctls, a port that is down.
const lived = twoPorts + `
	sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.eth1.accept_dad=0 net.ipv6.conf.eth2.accept_dad=0
	sysctl -qw net.ipv4.conf.eth1.rp_filter=1 net.ipv4.conf.eth2.arp_announce=1 net.ipv4.conf.all.send_redirects=1
	ip link set lo up
	ip link set eth1 mtu 1450
	ip link set eth1 up
	ip addr add 192.168.7.1/24 brd + dev eth1
	ip addr add 192.168.8.1/24 dev eth1 noprefixroute
	ip addr add 192.168.7.2/24 dev eth1 label eth1:two
	ip addr add 192.168.9.1 peer 192.168.9.2/32 dev eth1
	ip addr add 2001:db8::1/64 dev eth1 nodad
	ip addr add 10.44.0.1/24 dev eth2
	ip addr add 10.45.0.1/32 dev lo
	ip route add default via 192.168.7.254
	ip route add 10.1.0.0/16 via 192.168.7.253 src 192.168.7.2 metric 20 mtu 1300
	ip route add 10.1.0.0/16 via 192.168.7.252 metric 30
	ip route add 10.2.0.0/16 nexthop via 192.168.7.10 weight 3 nexthop via 192.168.7.11
	ip route add blackhole 10.3.0.0/16
	ip route add 10.4.0.0/16 via 1.2.3.4 dev eth1 onlink
	ip -6 route add 2001:db8:9::/48 via 2001:db8::9
	ip route add 10.66.0.0/16 dev far1
	ip rule add priority 100 from 10.99.0.0/16 lookup 77
	ip route add 10.88.0.0/16 dev eth1 table 77
	ip route add 10.89.0.0/16 via 192.168.7.253 src 192.168.7.2 table 77
	ip -6 route add 2001:db8:88::/48 via 2001:db8::9 table 78`

// dump is everything that must be as before, as the ip command shows it. Left
// out are what the kernel is still making of a link that came up, and the qdisc:
// a link that was never up has none, and there is no way back to that.
func dump(t *testing.T) string {
	return run(t, `ip -j -p addr | grep -v -e operstate -e 'valid_life_time' -e '"flags"' -e '"tentative"' -e '"qdisc"'
		for table in main 77 78; do ip -j -p -4 route show table $table || true; ip -j -p -6 route show table $table || true; done; ip -j -p rule
		ip -o link | sed 's/.*: \(eth[0-9]\|lo\).*\(mtu [0-9]*\).*/\1 \2/'; ip -o link show up | cut -d: -f2
		cd /proc/sys/net; grep -s . ipv4/ip_forward ipv4/icmp_errors_use_inbound_ifaddr
		grep -s . ipv4/conf/*/rp_filter ipv4/conf/*/send_redirects ipv4/conf/*/accept_redirects ipv4/conf/*/arp_announce ipv4/conf/*/forwarding ipv6/conf/*/accept_ra`)
}

// difference lists the lines that only one of two dumps has.
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

func wantAsBefore(t *testing.T, before string) {
	t.Helper()
	until(t, func() (string, bool) {
		now := dump(t)
		return difference(before, now), now == before
	})
}

func TestCloseLeavesTheNamespaceAsFound(t *testing.T) {
	newNamespace(t)
	run(t, lived)
	before, state := dump(t), t.TempDir()
	k, _ := open(t, state)
	k.Sync()
	if now := dump(t); now != before {
		t.Errorf("opening changed something:\n%s", now)
	}
	host := spoke()
	host.Links[0].Up = false // an IPv6 address is lost with it
	k.SetHost(host)
	main(k, spokeRoutes...)
	k.Sync()
	wantLines(t, "ip -4 -o addr show dev eth1 | tr -s ' ' | cut -d' ' -f4", "198.51.100.11/24")
	wantLines(t, "ip route show | sed s/linkdown//", "blackhole 10.3.0.0/16", "10.66.0.0/16 dev far1 scope link",
		"blackhole 10.255.0.0/24 proto 87", "172.16.11.0/24 dev eth2 proto 87 scope link")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	wantAsBefore(t, before)
	if left, err := os.ReadDir(state); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the state folder is left, with %v in it", left)
	}
}

func TestFreshNamespaceIsFreshAfterClose(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	before := dump(t)
	k, _ := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, spokeRoutes...)
	k.Sync()
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	wantAsBefore(t, before)
}

func TestRunAfterAKilledOneRestoresWhatTheFirstFound(t *testing.T) {
	newNamespace(t)
	run(t, lived)
	before, state := dump(t), t.TempDir()
	k, _ := open(t, state)
	k.SetHost(spoke())
	main(k, append(spokeRoutes, "10.66.0.0/16 discard")...)
	k.Sync()
	k.stop(false) // as SIGKILL does: everything stays
	wantLines(t, "ip route show 10.66.0.0/16", "blackhole 10.66.0.0/16 proto 87")

	k, _ = open(t, state)
	k.Sync()
	wantLines(t, "ip route show proto 87")
	k.SetHost(spoke())
	main(k, spokeRoutes...)
	k.Sync()
	wantLines(t, "ip route show proto 87", "default via 198.51.100.254 dev eth1 onlink", "blackhole 10.255.0.0/24",
		"172.16.11.0/24 dev eth2 scope link", "198.51.100.0/24 dev eth1 scope link")
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	wantAsBefore(t, before)
}

func TestPortThatAppearedLaterIsLeftAsItAppeared(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts+"\nip link del eth1")
	state := t.TempDir()
	k, j := open(t, state)
	k.SetHost(spoke())
	run(t, "ip link add eth1 mtu 1450 type veth peer name far1; ip link set far1 up")
	j.wait(t, "GigabitEthernet0/1", func(p Port) bool { return p.Carrier })
	k.Sync()
	wantLines(t, "ip -4 -o addr show dev eth1 | tr -s ' ' | cut -d' ' -f4", "198.51.100.11/24")
	k.stop(false)
	k, _ = open(t, state)
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	wantLines(t, "ip -4 -o addr show dev eth1; ip -o link show up dev eth1")
	wantLines(t, "ip -o link show dev eth1 | tr -s ' ' | cut -d' ' -f5", "1450")
}

func TestForeignRoutesOfAPortGoWhenItIsOurs(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts+"\nip link set eth1 up; ip link set eth2 up; ip route add 10.50.0.0/16 dev eth1; ip route add 10.51.0.0/16 dev eth2")
	k, _ := open(t, t.TempDir())
	host := spoke()
	both := host.Links[:2]
	both[0].Addresses, both[1].Addresses = nil, nil
	host.Links = both[:1]
	k.SetHost(host)
	k.Sync()
	wantLines(t, "ip route show", "10.51.0.0/16 dev eth2 scope link")
	host.Links = both
	k.SetHost(host)
	k.Sync()
	wantLines(t, "ip route show")
}

func TestFileOfAnotherNamespaceIsNotBelieved(t *testing.T) {
	state := t.TempDir()
	t.Run("first", func(t *testing.T) {
		newNamespace(t)
		run(t, lived)
		k, _ := open(t, state)
		k.SetHost(spoke())
		k.Sync()
	})
	t.Run("second", func(t *testing.T) {
		newNamespace(t)
		run(t, twoPorts)
		text, err := os.ReadFile(filepath.Join(state, "found.json"))
		if err != nil || !strings.Contains(string(text), "192.168.7.2/24") {
			t.Fatalf("nothing was saved: %v", err)
		}
		before := dump(t)
		k, _ := open(t, state)
		k.SetHost(spoke())
		k.Sync()
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		wantAsBefore(t, before)
	})
}
