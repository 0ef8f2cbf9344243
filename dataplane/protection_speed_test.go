package dataplane_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"

	"weft/dataplane"
	"weft/dataplane/esp"
)

func TestProtectedFastPathDoesNotAllocate(t *testing.T) {
	if underRaceDetector {
		t.Skip("allocations cannot be counted under the race detector")
	}
	for _, port := range []uint16{0, 4500} {
		hub, wire := speedPair(t, gcm, port, 1024)
		out, fresh := roomy(outbound(t)), outbound(t)
		i := 0
		for name, f := range map[string]func(){
			"FromTunnel":        func() { refill(out, fresh); hub.FromTunnel("Tunnel0", out, dataplane.Headroom) },
			"FromUnderlayBatch": func() { hub.FromUnderlayBatch(wire[i : i+1]); i++ },
		} {
			f()
			if n := testing.AllocsPerRun(200, f); n >= 1 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
		if c := hub.Counters("Tunnel0"); c.Drops != nil || hub.Drops() != nil || c.PacketsIn < 200 {
			t.Errorf("that was not the fast path: %+v %v", c, hub.Drops())
		}
	}
}

// speedPair is a hub with nothing around it, and what a spoke has sent to it.
func speedPair(t testing.TB, suite esp.Suite, port uint16, count int) (hub *box, wire [][]byte) {
	full, spoke1, _ := protected(nil)
	full.network.boxes = nil
	hub = newBox(nil, hubNBMA)
	w := hubTunnel()
	w.Protected = true
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.SetRoutes("", routes(via("172.16.11.0/24", spoke1In)))
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(spoke1NBMA))
	secure(t, 0x100, hub, spoke1, netip.AddrPortFrom(hubNBMA, port), netip.AddrPortFrom(spoke1NBMA, port), suite, esp.Transport)
	for range count {
		spoke1.fromTunnel(udp(t, pc1, pc0, 1372))
	}
	return hub, full.network.wire
}

// roomy gives each packet capacity behind it, as a TUN reader does.
func roomy(packets [][]byte) [][]byte {
	for i, b := range packets {
		packets[i] = append(make([]byte, 0, len(b)+64), b...)
	}
	return packets
}

// refill makes packets what they were: they are sealed where they lie.
func refill(packets, fresh [][]byte) {
	for i := range packets {
		copy(packets[i], fresh[i])
	}
}

func BenchmarkSealedOut(b *testing.B) {
	for name, suite := range map[string]esp.Suite{"gcm": gcm, "cbc-sha256": cbc} {
		for _, port := range []uint16{0, 4500} {
			b.Run(fmt.Sprintf("%s/%d", name, port), func(b *testing.B) {
				hub, _ := speedPair(b, suite, port, 1)
				out, fresh := roomy(outbound(b)), outbound(b)
				b.ReportAllocs()
				b.SetBytes(1400)
				b.ResetTimer()
				for i := 0; i < b.N; i += len(out) {
					refill(out, fresh)
					hub.FromTunnel("Tunnel0", out, dataplane.Headroom)
				}
			})
		}
	}
}

// FuzzProtected holds that every packet has one outcome at a protected tunnel, and
// that nothing gets in by luck.
func FuzzProtected(f *testing.F) {
	_, plainWire := speedPair(f, gcm, 0, 1)
	_, udpWire := speedPair(f, gcm, 4500, 1)
	f.Add(plainWire[0])
	f.Add(udpWire[0])
	f.Add(outer(f, spoke1NBMA, hubNBMA, greIPv4(), udp(f, pc1, pc0, 10)))
	f.Fuzz(func(t *testing.T, b []byte) {
		hub, spoke1, _ := protected(nil)
		p := sa(0x101, plain(spoke1NBMA), plain(hubNBMA), gcm, esp.Transport)
		p.Encryption[0] ^= 1 // not the seeds' key
		install(t, spoke1, hub, p)
		hub.FromUnderlay(bytes.Clone(b))
		wantOneOutcome(t, hub, hub.taken()+int(hub.Keepalives()))
		if len(hub.delivered) != 0 {
			t.Errorf("%x is delivered", hub.delivered)
		}
	})
}
