package kernel

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"weft/dataplane"
)

func prefixes(text string) (all []netip.Prefix) {
	for _, f := range strings.Fields(text) {
		all = append(all, netip.MustParsePrefix(f))
	}
	return all
}

// route reads "10.0.0.0/8 192.0.2.1@GigabitEthernet0/1 @Tunnel0" or
// "10.0.0.0/8 discard"; no hop at all removes.
func route(table dataplane.Table, text string) dataplane.Route {
	fields := strings.Fields(text)
	r := dataplane.Route{Table: table, Prefix: netip.MustParsePrefix(fields[0])}
	for _, f := range fields[1:] {
		if f == "discard" {
			r.Discard = true
			continue
		}
		gateway, iface, _ := strings.Cut(f, "@")
		h := dataplane.RouteHop{Interface: iface}
		if gateway != "" {
			h.Gateway = netip.MustParseAddr(gateway)
		}
		r.NextHops = append(r.NextHops, h)
	}
	return r
}

func main(k *Kernel, routes ...string) {
	for _, text := range routes {
		k.SetRoute(route(dataplane.MainTable, text))
	}
}

func spoke() dataplane.Host {
	return dataplane.Host{Forwarding: true, Links: []dataplane.Link{
		{Interface: "GigabitEthernet0/1", Kind: dataplane.Port, Up: true, Addresses: prefixes("198.51.100.11/24")},
		{Interface: "GigabitEthernet0/2", Kind: dataplane.Port, Up: true, MTU: 1400, Addresses: prefixes("172.16.11.1/24 172.16.11.2/24 10.9.0.1/30")},
		{Interface: "Loopback0", Kind: dataplane.Loopback, Up: true, Addresses: prefixes("10.255.0.11/24")},
		{Interface: "Tunnel0", Kind: dataplane.TUN, Up: true, MTU: 1400, Addresses: prefixes("10.0.0.11/24")},
	}}
}

var spokeRoutes = []string{"198.51.100.0/24 @GigabitEthernet0/1", "172.16.11.0/24 @GigabitEthernet0/2",
	"10.255.0.0/24 @Loopback0", "0.0.0.0/0 198.51.100.254@GigabitEthernet0/1"}

// spokeSettings are two of which the kernel tells when somebody sets them.
const spokeSettings = "sysctl -n net.ipv4.ip_forward net.ipv4.conf.eth1.rp_filter"

const ourRoutes = "ip route show table main; ip route show table 8700 2>/dev/null || true"

func wantSpoke(t *testing.T) {
	t.Helper()
	wantLines(t, spokeSettings, "1", "0")
	wantLines(t, ourRoutes, "default via 198.51.100.254 dev eth1 proto 87 onlink", "blackhole 10.255.0.0/24 proto 87",
		"172.16.11.0/24 dev eth2 proto 87 scope link", "198.51.100.0/24 dev eth1 proto 87 scope link")
	wantLines(t, "ip -4 -o addr show dev eth2 | cut -d: -f2 | cut -d'\\' -f1",
		"eth2 inet 172.16.11.1/24 brd 172.16.11.255 scope global noprefixroute eth2",
		"eth2 inet 10.9.0.1/30 brd 10.9.0.3 scope global noprefixroute eth2",
		"eth2 inet 172.16.11.2/24 brd 172.16.11.255 scope global secondary noprefixroute eth2")
}

func isSpoke(t *testing.T) func() (string, bool) {
	return func() (string, bool) {
		now := run(t, ourRoutes+"; ip addr; ip rule")
		return now, len(lines(t, ourRoutes)) == 4 && len(lines(t, "ip -4 -o addr show dev eth2; ip -4 -o addr show dev eth1; ip rule")) == 3+1+5 &&
			len(lines(t, "ip -o link show up dev eth1; ip -o link show up dev eth2")) == 2 &&
			slices.Equal(lines(t, spokeSettings), []string{"1", "0"})
	}
}

func TestHostBecomesWhatIsWanted(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	k, j := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, spokeRoutes...)
	k.Sync()
	wantSpoke(t)
	wantLines(t, "ip -4 -o addr show dev lo scope global | cut -d: -f2- | cut -d'\\' -f1", "lo inet 10.255.0.11/32 scope global noprefixroute lo:weft")
	wantLines(t, "cd /proc/sys/net; cat ipv4/ip_forward ipv4/conf/all/rp_filter ipv4/conf/eth1/send_redirects ipv6/conf/eth2/accept_ra", "1", "0", "0", "0")
	wantLines(t, "cat /proc/sys/net/ipv4/conf/eth1/arp_announce", "2")
	wantLines(t, "ip rule", "0: from all lookup local", "8700: from all fwmark 0x5765 lookup 8700 proto 87",
		"8701: from all fwmark 0x5765 unreachable proto 87", "32766: from all lookup main", "32767: from all lookup default")
	j.wait(t, "GigabitEthernet0/2", func(p Port) bool {
		return p == Port{Name: "GigabitEthernet0/2", Exists: true, Carrier: true, MAC: "02:00:00:00:00:02", MTU: 1400, Speed: 10000}
	})

	main(k, "0.0.0.0/0", "172.16.12.0/24 198.51.100.254@GigabitEthernet0/1 203.0.113.9@GigabitEthernet0/2", "192.168.0.0/16 discard")
	k.SetRoute(route(dataplane.UnderlayTable, "0.0.0.0/0 198.51.100.254@GigabitEthernet0/1"))
	k.Sync()
	wantLines(t, ourRoutes, "blackhole 10.255.0.0/24 proto 87", "172.16.11.0/24 dev eth2 proto 87 scope link", "172.16.12.0/24 proto 87",
		"nexthop via 198.51.100.254 dev eth1 weight 1 onlink", "nexthop via 203.0.113.9 dev eth2 weight 1 onlink",
		"blackhole 192.168.0.0/16 proto 87", "198.51.100.0/24 dev eth1 proto 87 scope link",
		"default via 198.51.100.254 dev eth1 proto 87 onlink")

	host := spoke()
	host.Forwarding = false
	host.Links[1].Addresses = prefixes("172.16.11.2/24 172.16.11.1/24")
	host.Links[0].Up = false
	host.Links[2].Up = false
	k.SetHost(host)
	main(k, "192.168.0.0/16 172.16.11.9@GigabitEthernet0/2")
	k.Sync()
	wantLines(t, "ip -4 -o addr show dev eth2 | tr -s ' ' | cut -d' ' -f4", "172.16.11.2/24", "172.16.11.1/24")
	wantLines(t, "ip -4 -o addr show dev lo scope global; ip -o link show up dev eth1")
	wantLines(t, ourRoutes, "blackhole 10.255.0.0/24 proto 87", "172.16.11.0/24 dev eth2 proto 87 scope link",
		"172.16.12.0/24 via 203.0.113.9 dev eth2 proto 87 onlink", "192.168.0.0/16 via 172.16.11.9 dev eth2 proto 87 onlink")
	wantLines(t, "cat /proc/sys/net/ipv4/ip_forward", "0")
}

func TestDriftIsRepaired(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	k, j := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, spokeRoutes...)
	k.Sync()
	wantSpoke(t)
	for _, harm := range []string{
		"ip link set eth1 down", "ip link set eth2 down; ip link set eth2 up", "ip addr del 172.16.11.1/24 dev eth2", "ip addr flush dev eth2",
		"ip route flush table main", "ip route replace default dev eth2", "ip route add 10.77.0.0/16 dev eth1 metric 5",
		"ip addr add 192.0.2.77/24 dev eth1", "ip rule del priority 8701; ip rule del priority 8700",
		"ip route del 10.255.0.0/24; ip addr del 198.51.100.11/24 dev eth1",
		"sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.conf.eth1.rp_filter=1",
	} {
		run(t, harm)
		until(t, isSpoke(t))
		k.Sync()
		wantSpoke(t)
	}
	run(t, "ip link del eth1")
	j.wait(t, "GigabitEthernet0/1", func(p Port) bool { return !p.Exists })
	run(t, "ip link add eth1 type veth peer name far1; ip link set far1 up")
	j.wait(t, "GigabitEthernet0/1", func(p Port) bool { return p.Carrier })
	until(t, isSpoke(t))
	k.Sync()
	wantSpoke(t)
	wantLines(t, "cat /proc/sys/net/ipv4/conf/eth1/arp_announce", "2")
}

func TestLostNotificationsAreMadeUpFor(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	k, _ := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, spokeRoutes...)
	k.Sync()
	k.ask(func(w *worker) {
		if err := w.watch.socket.SetReceiveBufferSize(1, false); err != nil { // as small as the kernel allows
			t.Error(err)
		}
		for range 5 { // while the worker hears nothing
			run(t, `for i in 1 2 3 4 5 6 7 8; do ip addr add 192.0.2.$i/32 dev eth2; done; ip addr flush dev eth2; ip route flush table main`)
		}
		run(t, "ip rule del priority 8701") // nothing else tells of rules
	})
	until(t, isSpoke(t))
	k.Sync()
	wantSpoke(t)
	k.ask(func(w *worker) {
		if w.watch.losses == 0 {
			t.Error("no notification was lost")
		}
	})
}

func TestTunnelIsConfiguredWhenItAppears(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	k, _ := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, "10.0.0.0/24 @Tunnel0", "172.16.12.0/24 10.0.0.1@Tunnel0")
	k.Sync()
	wantLines(t, ourRoutes)
	tunnel := func() (string, bool) {
		routes := lines(t, ourRoutes)
		return strings.Join(routes, "\n"), len(routes) == 2
	}
	for range 2 {
		run(t, "ip tuntap add Tunnel0 mode tun")
		until(t, tunnel)
		wantLines(t, "ip -4 -o addr show dev Tunnel0 | cut -d: -f2 | cut -d'\\' -f1", "Tunnel0 inet 10.0.0.11/24 brd 10.0.0.255 scope global noprefixroute Tunnel0")
		wantLines(t, "cat /sys/class/net/Tunnel0/mtu 2>/dev/null || ip -o link show dev Tunnel0 | tr -s ' ' | cut -d' ' -f5", "1400")
		run(t, "ip tuntap del Tunnel0 mode tun")
		k.Sync()
	}
}

func TestDefaultRouteThroughTunnelDoesNotTakeMarkedPackets(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts+"\nip tuntap add Tunnel0 mode tun")
	k, _ := open(t, t.TempDir())
	k.SetHost(spoke())
	main(k, "0.0.0.0/0 10.0.0.1@Tunnel0", "198.51.100.0/24 @GigabitEthernet0/1")
	for _, r := range []string{"198.51.100.0/24 @GigabitEthernet0/1", "192.0.2.0/24 198.51.100.254@GigabitEthernet0/1"} {
		k.SetRoute(route(dataplane.UnderlayTable, r))
	}
	k.Sync()
	where := func(mark string) string {
		return "ip route get 192.0.2.1 " + mark + " | head -1 | tr -s ' ' | grep -o 'dev [A-Za-z0-9]*'"
	}
	wantLines(t, where(""), "dev Tunnel0")
	wantLines(t, where("mark 0x5765"), "dev eth1")
	k.SetRoute(route(dataplane.UnderlayTable, "192.0.2.0/24"))
	k.Sync()
	wantLines(t, where(""), "dev Tunnel0")
	wantLines(t, "ip route get 192.0.2.1 mark 0x5765 2>&1 || true", "RTNETLINK answers: Network is unreachable")
}

func TestNeighborsAreNamedByInterface(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	k, _ := open(t, t.TempDir())
	k.SetHost(spoke())
	k.Sync()
	run(t, "ip neigh add 172.16.11.10 lladdr 02:00:00:00:00:aa dev eth2")
	got, err := k.Neighbors()
	want := Neighbor{Interface: "GigabitEthernet0/2", Address: netip.MustParseAddr("172.16.11.10"), MAC: "02:00:00:00:00:aa", Permanent: true}
	if err != nil || len(got) != 1 || got[0].Interface != want.Interface || got[0].MAC != want.MAC || got[0].Address != want.Address || !got[0].Permanent {
		t.Errorf("%v, %v", got, err)
	}
	k.stop(false)
	if _, err := k.Neighbors(); err != errClosed {
		t.Errorf("neighbours of a closed kernel: %v", err)
	}
}

func TestFaultIsReportedOnceAndTheRestIsDone(t *testing.T) {
	newNamespace(t)
	run(t, twoPorts)
	j := newJournal()
	k, err := Open(Options{Ports: map[string]string{"eth1": "GigabitEthernet0/1"}, State: t.TempDir(), Events: j.add})
	if err != nil {
		t.Fatal(err)
	}
	defer k.stop(false)
	host := spoke()
	host.Links[0].MTU = 1 << 20
	for range 3 {
		k.SetHost(host)
		k.Sync()
	}
	if f := j.faults(); len(f) != 1 || f[0].What != "MTU of eth1" {
		t.Errorf("faults %v", f)
	}
	wantLines(t, "ip -4 -o addr show dev eth1 | tr -s ' ' | cut -d' ' -f4", "198.51.100.11/24")
}

func TestDeviceNames(t *testing.T) {
	for iface, want := range map[string]string{"Tunnel0": "Tunnel0", "Tunnel123456789": "Tunnel123456789", "Tunnel2147483647": "Tu2147483647", "Loopback7": "lo"} {
		if got := DeviceName(iface); got != want || len(got) > 15 {
			t.Errorf("%s is %s, want %s", iface, got, want)
		}
	}
}
