package commands

import (
	"strings"
	"testing"
	"time"

	"weft/dataplane/fib"
	"weft/routing/rib"
)

func route(p string, source rib.Source, distance uint8, via, iface string) rib.Route {
	r := rib.Route{Candidate: rib.Candidate{Prefix: prefix(p), Source: source, Distance: distance, Interface: iface}, Since: noon.Add(-31 * time.Second)}
	if via != "" {
		r.NextHop = addr(via)
	}
	return r
}

func routed() *fakeRouter {
	r := newFakeRouter()
	shortcut := route("10.22.0.0/16", rib.NHRP, 250, "10.99.0.22", "Tunnel0")
	shortcut.Metric = 255
	null := route("172.20.0.0/16", rib.Static, 1, "", "")
	null.Discard = true
	r.routes = []rib.Route{
		route("0.0.0.0/0", rib.Static, 1, "192.0.2.254", ""),
		shortcut,
		route("10.99.0.0/24", rib.Connected, 0, "", "Tunnel0"),
		route("10.99.0.1/32", rib.Local, 0, "", "Tunnel0"),
		route("10.99.0.22/32", rib.NHRP, 250, "", "Tunnel0"),
		route("172.16.0.0/24", rib.Connected, 0, "", "GigabitEthernet0/2"),
		route("172.16.11.0/24", rib.Static, 1, "10.99.0.11", ""),
		null,
		route("192.0.2.0/24", rib.Connected, 0, "", "GigabitEthernet0/0"),
		route("192.0.2.1/32", rib.Local, 0, "", "GigabitEthernet0/0"),
		route("192.168.0.0/16", rib.Static, 1, "10.99.0.11", "Tunnel0"),
		route("192.168.20.0/24", rib.Static, 5, "10.99.0.11", ""),
		route("192.168.20.0/24", rib.Static, 5, "10.99.0.12", ""),
		route("192.168.30.0/24", rib.Static, 1, "", "Tunnel0"),
	}
	return r
}

func TestShowIPRoute(t *testing.T) {
	golden(t, "show_ip_route.txt", routed(), "show ip route", "show ip route connected", "show ip route static", "show ip route summary",
		"show ip route 10.99.0.7", "show ip route 172.16.11.9", "show ip route 192.168.20.0", "show ip route 192.168.0.0 255.255.0.0", "show ip route 10.22.9.9",
		"show ip route 172.16.99.1", "show ip route 8.8.8.8", "show ip route 0.0.0.0", "show ip route 172.20.1.1")
}

func TestShowIPRouteOfAnEmptyTable(t *testing.T) {
	got := output(t, newFakeRouter(), "show ip route")
	if !strings.HasSuffix(got, "connected\n\nGateway of last resort is not set\n\n") {
		t.Errorf("it ends in %q", got[len(got)-80:])
	}
}

// The row of an overridden route is marked; what overrides it shows only if asked for.
func TestOverriddenRouteIsMarked(t *testing.T) {
	r := newFakeRouter()
	over := route("192.168.4.0/24", rib.Static, 1, "10.99.0.1", "Tunnel0")
	over.Override, over.Overridden = []fib.NextHop{{Gateway: addr("10.99.0.22"), Interface: "Tunnel0"}}, noon.Add(-12*time.Second)
	subnet := route("10.0.3.0/24", rib.Static, 1, "10.99.0.1", "Tunnel0")
	subnet.Override, subnet.Overridden = over.Override, over.Overridden
	r.routes = []rib.Route{subnet, route("10.99.0.0/24", rib.Connected, 0, "", "Tunnel0"), over}
	plain := "S   % 192.168.4.0/24 [1/0] via 10.99.0.1, Tunnel0\n"
	if got := output(t, r, "show ip route"); !strings.Contains(got, plain) || strings.Contains(got, "[NHO]") {
		t.Errorf("show ip route prints\n%s", got)
	}
	got := output(t, r, "show ip route next-hop-override")
	for _, want := range []string{
		plain + "                     [NHO][1/255] via 10.99.0.22, 00:00:12, Tunnel0\n",
		"S   %    10.0.3.0/24 [1/0] via 10.99.0.1, Tunnel0\n                     [NHO][1/255] via 10.99.0.22, 00:00:12, Tunnel0\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it prints\n%swithout\n%s", got, want)
		}
	}
}

// Rows as IOS prints them, by the shape of the network they are in.
func TestRouteRows(t *testing.T) {
	got := output(t, routed(), "show ip route")
	for _, want := range []string{
		"\nGateway of last resort is 192.0.2.254 to network 0.0.0.0\n\nS*    0.0.0.0/0 [1/0] via 192.0.2.254\n",
		"      10.0.0.0/8 is variably subnetted, 4 subnets, 3 masks\n",
		"H        10.22.0.0/16 [250/255] via 10.99.0.22, 00:00:31, Tunnel0\n",
		"C        10.99.0.0/24 is directly connected, Tunnel0\n",
		"H        10.99.0.22/32 is directly connected, 00:00:31, Tunnel0\n",
		"      172.16.0.0/24 is subnetted, 2 subnets\n",
		"S     172.20.0.0/16 is directly connected, Null0\n",
		"      192.0.2.0/24 is variably subnetted, 2 subnets, 2 masks\n",
		"S     192.168.0.0/16 [1/0] via 10.99.0.11, Tunnel0\n",
		"S     192.168.20.0/24 [5/0] via 10.99.0.11\n                      [5/0] via 10.99.0.12\n",
		"S     192.168.30.0/24 is directly connected, Tunnel0\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("show ip route prints\n%swithout\n%s", got, want)
		}
	}
}
