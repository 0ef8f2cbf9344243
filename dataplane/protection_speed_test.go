package dataplane_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

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

// TestProtectedPacketsPassWhileEverythingChanges is for the race detector.
func TestProtectedPacketsPassWhileEverythingChanges(t *testing.T) {
	full, spoke1, _ := protected(nil)
	full.network.boxes = nil
	quiet := newBox(nil, hubNBMA)
	hub := dataplane.New(quiet, quiet, func(dataplane.Event) bool { return true }, func() time.Time { return time.Unix(1, 0) })
	w := hubTunnel()
	w.Protected = true
	hub.SetTunnels([]dataplane.Tunnel{w})
	hub.SetRoutes("", routes(via("172.16.11.0/24", spoke1In)))
	peer := netip.AddrPortFrom(spoke1NBMA, 4500)
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), peer)
	local := netip.AddrPortFrom(hubNBMA, 4500)
	install(t, spoke1, quiet, sa(0x101, peer, local, gcm, esp.Transport))
	for range 64 {
		spoke1.fromTunnel(udp(t, pc1, pc0, 100))
	}
	in := sa(0x101, peer, local, gcm, esp.Transport)
	in.Inbound, in.Local, in.Peer = true, local, peer
	if err := hub.Install(in); err != nil {
		t.Fatal(err)
	}
	var packets sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		packets.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					hub.FromTunnel("Tunnel0", roomy(outbound(t)[:4]), dataplane.Headroom)
					for _, b := range full.network.wire[:8] {
						hub.FromUnderlay(bytes.Clone(b))
					}
				}
			}
		})
	}
	for i := range uint32(200) {
		spi := 0x1000 + i
		if err := hub.Install(sa(spi, local, peer, []esp.Suite{gcm, cbc}[i%2], esp.Transport)); err != nil {
			t.Fatal(err)
		}
		hub.Outbound(hubNBMA, peer, spi)
		moved := netip.AddrPortFrom(spoke1NBMA, uint16(5000+i))
		hub.Move(spi, false, peer, moved)
		hub.Move(0x101, true, peer, moved)
		hub.Ask(0x101, spi)
		hub.Associations()
		hub.Move(0x101, true, moved, peer)
		hub.Move(spi, false, moved, peer)
		hub.Remove(spi, false, peer)
	}
	close(done)
	packets.Wait()
	if n := len(hub.Associations()); n != 1 {
		t.Errorf("%d associations are left", n)
	}
}
