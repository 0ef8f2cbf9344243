package dataplane

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"weft/dataplane/fib"
)

func TestWhatIsToldOfTheTablesIsWhatPacketsSee(t *testing.T) {
	p := New(nil, nil, func(Event) bool { return true }, time.Now)
	hub := netip.MustParseAddr("192.0.2.1")
	spoke, far := netip.MustParseAddrPort("198.51.100.11:4500"), netip.AddrPortFrom(netip.MustParseAddr("203.0.113.9"), 0)
	p.SetTunnels([]Tunnel{
		{Name: "Tunnel1", Source: hub, Destination: far.Addr(), Up: true},
		{Name: "Tunnel0", Source: hub, Multipoint: true, Up: true},
		{Name: "Tunnel2", Source: hub, Destination: spoke.Addr()}, // down
	})
	p.Learn("Tunnel0", netip.MustParsePrefix("10.0.0.12/32"), far)
	p.Learn("Tunnel0", netip.MustParsePrefix("10.0.0.11/32"), spoke)
	table := fib.Table{}.With(fib.Entry{Prefix: netip.MustParsePrefix("10.0.0.0/24"), NextHops: []fib.NextHop{{Interface: "Tunnel0"}}})
	p.SetRoutes("", table)

	if e, ok := p.Table("").Lookup(netip.MustParseAddr("10.0.0.7")); !ok || e.NextHops[0].Interface != "Tunnel0" || p.Table("").Len() != 1 || p.Table("RED").Len() != 0 {
		t.Errorf("table has %+v, %v", e, ok)
	}
	want := []Adjacency{{"Tunnel0", netip.MustParsePrefix("10.0.0.11/32"), spoke}, {"Tunnel0", netip.MustParsePrefix("10.0.0.12/32"), far}, {"Tunnel1", netip.Prefix{}, far}}
	if got := p.Adjacencies(); !slices.Equal(got, want) {
		t.Errorf("adjacencies %+v", got)
	}
	p.Forget("Tunnel0", netip.MustParsePrefix("10.0.0.12/32"))
	if got := p.Adjacencies(); len(got) != 2 {
		t.Errorf("after one has gone: %+v", got)
	}
}
