package dataplane_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"weft/dataplane"
)

// speedHub is a hub whose underlay and overlay do nothing, so that only the
// pipeline is measured.
func speedHub() *box {
	return newHub(nil)
}

// outbound is a full batch of packets for a spoke, in buffers to be used again.
func outbound(t testing.TB) [][]byte {
	var buffers [][]byte
	for range 128 {
		buffers = append(buffers, append(make([]byte, dataplane.Headroom), udp(t, pc0, pc1, 1372)...))
	}
	return buffers
}

func inbound(t testing.TB) [][]byte {
	var buffers [][]byte
	for range 64 {
		buffers = append(buffers, outer(t, spoke1NBMA, hubNBMA, greIPv4(), udp(t, pc1, pc0, 1372)))
	}
	return buffers
}

var underRaceDetector bool

func TestFastPathDoesNotAllocate(t *testing.T) {
	if underRaceDetector {
		t.Skip("allocations cannot be counted under the race detector")
	}
	hub := speedHub()
	out, in := outbound(t), inbound(t)
	for name, f := range map[string]func(){
		"FromTunnel":        func() { hub.FromTunnel("Tunnel0", out, dataplane.Headroom) },
		"FromUnderlayBatch": func() { hub.FromUnderlayBatch(in) },
		"FromUnderlay":      func() { hub.FromUnderlay(in[0]) },
	} {
		f()
		if n := testing.AllocsPerRun(200, f); n >= 1 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	if c := hub.Counters("Tunnel0"); c.Drops != nil || c.PacketsIn == 0 || c.PacketsOut == 0 {
		t.Errorf("that was not the fast path: %+v", c)
	}
}

// TestPacketsPassWhileEverythingChanges is for the race detector.
func TestPacketsPassWhileEverythingChanges(t *testing.T) {
	quiet := newBox(nil, hubNBMA)
	hub := dataplane.New(quiet, quiet, func(dataplane.Event) bool { return true }, func() time.Time { return time.Unix(1, 0) })
	var packets sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		out, in := outbound(t)[:8], inbound(t)[:8]
		packets.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					hub.FromTunnel("Tunnel0", out, dataplane.Headroom)
					hub.FromUnderlayBatch(in)
				}
			}
		})
	}
	for i := range 500 {
		w := hubTunnel()
		w.Up = i%5 != 0
		hub.SetTunnels([]dataplane.Tunnel{w})
		hub.SetRoutes("", routes(via("172.16.11.0/24", spoke1In)))
		hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain([]netip.Addr{spoke1NBMA, spoke2NBMA}[i%2]))
		hub.SetMulticast("Tunnel0", []netip.AddrPort{plain(spoke1NBMA)})
		hub.SendControl("Tunnel0", plain(spoke1NBMA), 0x2001, []byte("hello"))
		if i%7 == 0 {
			hub.Forget("Tunnel0", prefix("10.0.0.11/32"))
		}
		hub.Counters("Tunnel0")
	}
	close(done)
	packets.Wait()
}

// FuzzFromUnderlay holds that every packet has exactly one outcome.
func FuzzFromUnderlay(f *testing.F) {
	f.Add(outer(f, spoke1NBMA, hubNBMA, greIPv4(), udp(f, pc1, pc0, 10)))
	g := greIPv4()
	g.Protocol = 0x2001
	f.Add(outer(f, spoke1NBMA, hubNBMA, g, []byte("registration")))
	f.Fuzz(func(t *testing.T, b []byte) {
		hub := newHub(&network{boxes: map[netip.Addr]*box{}})
		hub.FromUnderlay(bytes.Clone(b))
		wantOneOutcome(t, hub, len(hub.delivered)+hub.taken()+int(hub.Keepalives()))
	})
}

func FuzzFromTunnel(f *testing.F) {
	f.Add(udp(f, pc0, pc1, 10))
	f.Add(udp(f, pc0, addr("10.0.0.99"), 10))
	f.Fuzz(func(t *testing.T, b []byte) {
		hub := newHub(&network{boxes: map[netip.Addr]*box{}})
		hub.fromTunnel(b)
		wantOneOutcome(t, hub, min(1, len(hub.network.wire)))
	})
}

func wantOneOutcome(t *testing.T, hub *box, passed int) {
	t.Helper()
	for _, d := range append(hub.Drops(), hub.Counters("Tunnel0").Drops...) {
		passed += int(d.Count)
	}
	if passed != 1 {
		t.Errorf("%d outcomes: delivered %v, events %v, dropped %v %v", passed, hub.delivered, hub.events,
			hub.Drops(), hub.Counters("Tunnel0").Drops)
	}
}

func BenchmarkEncapsulate(b *testing.B) {
	hub, out := speedHub(), outbound(b)
	b.ReportAllocs()
	b.SetBytes(1400)
	for i := 0; i < b.N; i += len(out) {
		hub.FromTunnel("Tunnel0", out, dataplane.Headroom)
	}
}

func BenchmarkDecapsulate(b *testing.B) {
	hub, in := speedHub(), inbound(b)
	b.ReportAllocs()
	b.SetBytes(1400)
	for i := 0; i < b.N; i += len(in) {
		hub.FromUnderlayBatch(in)
	}
}

// BenchmarkLearn is the cost of one binding while so many are learnt: it must
// not grow with their number.
func BenchmarkLearn(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				hub := speedHub()
				for i := range n {
					inside := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
					hub.Learn("Tunnel0", netip.PrefixFrom(inside, 32), plain(spoke1NBMA))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/binding")
		})
	}
}
