package kernel

import (
	"fmt"
	"net/netip"
	"testing"

	"weft/dataplane"
)

// BenchmarkRoutes installs 10,000 routes one by one, as a router learns them,
// and takes them away again.
func BenchmarkRoutes(b *testing.B) {
	newNamespace(b)
	run(b, twoPorts)
	k, _ := open(b, b.TempDir())
	k.SetHost(spoke())
	k.Sync()
	const n = 10_000
	set := func(hops ...dataplane.RouteHop) {
		for i := range n {
			prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{20, byte(i >> 8), byte(i), 0}), 24)
			k.SetRoute(dataplane.Route{Prefix: prefix, NextHops: hops})
		}
		k.Sync()
	}
	for b.Loop() {
		set(dataplane.RouteHop{Gateway: netip.MustParseAddr("198.51.100.254"), Interface: "GigabitEthernet0/1"})
		if got := lines(b, "ip route show proto 87 | wc -l"); got[0] != fmt.Sprint(n) {
			b.Fatalf("%s routes", got[0])
		}
		set()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*2*n), "ns/route")
}
