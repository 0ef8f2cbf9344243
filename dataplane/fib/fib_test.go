package fib_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"weft/dataplane/fib"
)

func entry(prefix string, hops ...fib.NextHop) fib.Entry {
	return fib.Entry{Prefix: netip.MustParsePrefix(prefix), NextHops: hops}
}

func hop(gateway, iface string) fib.NextHop {
	h := fib.NextHop{Interface: iface}
	if gateway != "" {
		h.Gateway = netip.MustParseAddr(gateway)
	}
	return h
}

func TestLongestPrefixWins(t *testing.T) {
	table := fib.Table{}.
		With(entry("0.0.0.0/0", hop("192.0.2.254", "GigabitEthernet0/1"))).
		With(entry("172.16.0.0/16", hop("10.0.0.1", "Tunnel0"))).
		With(entry("172.16.11.0/24", hop("10.0.0.11", "Tunnel0")))
	for dst, want := range map[string]string{
		"172.16.11.10": "172.16.11.0/24",
		"172.16.12.10": "172.16.0.0/16",
		"198.51.100.1": "0.0.0.0/0",
	} {
		got, ok := table.Lookup(netip.MustParseAddr(dst))
		if !ok || got.Prefix.String() != want {
			t.Errorf("%s is looked up as %v, want %s", dst, got.Prefix, want)
		}
	}
}

func TestEmptyTableFindsNothing(t *testing.T) {
	var table fib.Table
	if _, ok := table.Lookup(netip.MustParseAddr("10.0.0.1")); ok {
		t.Error("an empty table found something")
	}
	if _, ok := table.Via("Tunnel0").Lookup(netip.MustParseAddr("10.0.0.1")); ok {
		t.Error("a view of an empty table found something")
	}
	if table.Len() != 0 || slices.Collect(table.All()) != nil {
		t.Error("an empty table has entries")
	}
	if table.Without(netip.MustParsePrefix("10.0.0.0/8")).Len() != 0 {
		t.Error("taking away from an empty table filled it")
	}
}

func TestViewSeesOnlyItsInterface(t *testing.T) {
	table := fib.Table{}.
		With(entry("172.16.0.0/16", hop("10.0.0.1", "Tunnel0"), hop("10.1.0.1", "Tunnel1"), hop("10.0.0.2", "Tunnel0"))).
		With(entry("172.16.11.0/24", hop("10.1.0.11", "Tunnel1")))
	dst := netip.MustParseAddr("172.16.11.10")
	for iface, want := range map[string][]fib.NextHop{
		"Tunnel0": {hop("10.0.0.1", "Tunnel0"), hop("10.0.0.2", "Tunnel0")}, // not the longer prefix out of Tunnel1
		"Tunnel1": {hop("10.1.0.11", "Tunnel1")},
		"Tunnel2": nil,
	} {
		if got, _ := table.Via(iface).Lookup(dst); !slices.Equal(got, want) {
			t.Errorf("%s via %s is %v, want %v", dst, iface, got, want)
		}
	}
}

func TestReplacedEntryLeavesItsOldInterface(t *testing.T) {
	before := fib.Table{}.With(entry("172.16.0.0/16", hop("10.0.0.1", "Tunnel0"), hop("10.0.0.2", "Tunnel0")))
	after := before.With(entry("172.16.0.0/16", hop("10.1.0.1", "Tunnel1")))
	dst := netip.MustParseAddr("172.16.0.1")
	if got, ok := after.Via("Tunnel0").Lookup(dst); ok {
		t.Errorf("still out of Tunnel0: %v", got)
	}
	if got, _ := before.Via("Tunnel0").Lookup(dst); len(got) != 2 {
		t.Errorf("the older table changed: %v", got)
	}
	gone := after.Without(netip.MustParsePrefix("172.16.0.0/16"))
	if _, ok := gone.Via("Tunnel1").Lookup(dst); ok || gone.Len() != 0 {
		t.Error("a removed entry is still there")
	}
}

func TestDiscardEntryIsFoundWithoutNextHops(t *testing.T) {
	e := entry("10.0.0.0/8")
	e.Discard = true
	got, ok := fib.Table{}.With(e).Lookup(netip.MustParseAddr("10.1.1.1"))
	if !ok || !got.Discard || got.NextHops != nil {
		t.Errorf("got %v, %v", got, ok)
	}
}

// TestTableAgreesWithLinearSearch compares a table that lives through many
// changes with a plain map searched from end to end.
func TestTableAgreesWithLinearSearch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	address := func() netip.Addr { return netip.AddrFrom4([4]byte{10, byte(random.IntN(4)), byte(random.IntN(4)), 1}) }
	table, plain := fib.Table{}, map[netip.Prefix]fib.Entry{}
	for range 3000 {
		p := netip.PrefixFrom(address(), random.IntN(33)).Masked()
		if random.IntN(3) == 0 {
			table = table.Without(p)
			delete(plain, p)
		} else {
			e := fib.Entry{Prefix: p}
			for range 1 + random.IntN(3) {
				e.NextHops = append(e.NextHops, fib.NextHop{Gateway: address(), Interface: fmt.Sprint("Tunnel", random.IntN(3))})
			}
			table = table.With(e)
			plain[p] = e
		}
		dst, iface := address(), fmt.Sprint("Tunnel", random.IntN(3))
		got, _ := table.Via(iface).Lookup(dst)
		if want := search(plain, dst, iface); !slices.Equal(got, want) {
			t.Fatalf("%v via %s is %v, want %v", dst, iface, got, want)
		}
		if table.Len() != len(plain) {
			t.Fatalf("%d entries, want %d", table.Len(), len(plain))
		}
	}
}

func search(plain map[netip.Prefix]fib.Entry, dst netip.Addr, iface string) (best []fib.NextHop) {
	bits := -1
	for p, e := range plain {
		hops := slices.DeleteFunc(slices.Clone(e.NextHops), func(h fib.NextHop) bool { return h.Interface != iface })
		if p.Contains(dst) && p.Bits() > bits && len(hops) > 0 {
			best, bits = hops, p.Bits()
		}
	}
	return best
}

// TestInterfacesWithOneHashAreToldApart uses two names that the hash does not.
func TestInterfacesWithOneHashAreToldApart(t *testing.T) {
	const a, b = "costarring", "liquid"
	table := fib.Table{}.With(entry("10.1.0.0/16", hop("", a))).With(entry("10.2.0.0/16", hop("", b)))
	one, two := netip.MustParseAddr("10.1.0.1"), netip.MustParseAddr("10.2.0.1")
	seen := func(iface string, dst netip.Addr) bool { _, ok := table.Via(iface).Lookup(dst); return ok }
	if !seen(a, one) || seen(a, two) || seen(b, one) || !seen(b, two) {
		t.Error("the routes of two interfaces are mixed up")
	}
	table = table.Without(netip.MustParsePrefix("10.1.0.0/16"))
	if seen(a, one) || !seen(b, two) {
		t.Error("taking a route from one interface took the other's")
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	view := large(1000).Via("Tunnel0")
	dst := netip.MustParseAddr("10.0.1.1")
	table := large(10)
	if n := testing.AllocsPerRun(100, func() { view.Lookup(dst); table.Via("Tunnel0") }); n != 0 {
		t.Errorf("%v allocations a lookup", n)
	}
}

func large(n int) (t fib.Table) {
	for i := range n {
		t = t.With(fib.Entry{
			Prefix:   netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24),
			NextHops: []fib.NextHop{hop("10.255.0.1", "Tunnel0")},
		})
	}
	return t
}

func BenchmarkLookup(b *testing.B) {
	view := large(10_000).Via("Tunnel0")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		view.Lookup(netip.AddrFrom4([4]byte{10, byte(i % 39), byte(i), 7}))
	}
}

// BenchmarkFill is the cost of one route while so many are put in: all out of
// one interface, and each out of its own.
func BenchmarkFill(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		for _, interfaces := range []int{1, n} {
			b.Run(fmt.Sprint(n, " routes out of ", interfaces), func(b *testing.B) {
				for b.Loop() {
					var t fib.Table
					for i := range n {
						t = t.With(fib.Entry{
							Prefix:   netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24),
							NextHops: []fib.NextHop{{Interface: fmt.Sprint("Tunnel", i%interfaces)}},
						})
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/route")
			})
		}
	}
}
