package nhrp

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// crowdedHub is a server with so many clients; it redirects.
func crowdedHub(b *testing.B, size int) (e *Engine, now time.Time) {
	e = benchmarkHub()
	c := e.tunnels[0].config
	c.Redirect = 8 * time.Second
	e.Step(time.Time{}, Configure{Config{Tunnels: []Tunnel{c}}})
	return e, registerAll(e, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), registrations(b)[:size])
}

var crowds = []int{10, 100, clients}

// BenchmarkResolve: what an answer costs does not depend on how many clients
// there are.
func BenchmarkResolve(b *testing.B) {
	for _, size := range crowds {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			e, now := crowdedHub(b, size)
			asker, nbma := clientAddresses(0)
			asked, _ := clientAddresses(size - 1)
			packet := encoded(b, Packet{Type: ResolutionRequest, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: nbma,
				Source: asker, Destination: asked, RequestID: 9, CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}}})
			b.ReportAllocs()
			for b.Loop() {
				if outs := e.Step(now, Receive{Tunnel: "Tunnel0", From: anyPort(nbma), Packet: packet}); len(outs) != 1 {
					b.Fatalf("answered %v", outs)
				}
			}
		})
	}
}

// BenchmarkRedirect is a packet that turns round at the hub: first one whose
// sender is told, then one of a flow that has been told of.
func BenchmarkRedirect(b *testing.B) {
	for _, size := range crowds {
		for _, told := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/told=%v", size, told), func(b *testing.B) {
				e, now := crowdedHub(b, size)
				_, from := clientAddresses(0)
				packet := data()
				flow := uint32(0)
				b.ReportAllocs()
				for b.Loop() {
					if !told {
						flow++
						binary.BigEndian.PutUint32(packet[12:], flow)
						now = now.Add(10 * time.Millisecond)
					}
					e.Step(now, Hairpin{"Tunnel0", anyPort(from), packet})
				}
			})
		}
	}
}

// BenchmarkIdleHub is an hour of a hub whose clients register every 200 seconds
// and do nothing else: CPU-s/h is what it costs of an hour of one core.
func BenchmarkIdleHub(b *testing.B) {
	packets := registrations(b)
	e := benchmarkHub()
	now := registerAll(e, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), packets)
	nbma := make([]netip.Addr, clients)
	for i := range nbma {
		_, nbma[i] = clientAddresses(i)
	}
	for b.Loop() {
		for range 18 {
			for i, p := range packets {
				now = now.Add(200 * time.Second / clients)
				if due := e.Deadline(); !due.IsZero() && !due.After(now) {
					e.Tick(now)
				}
				e.Step(now, Receive{Tunnel: "Tunnel0", From: anyPort(nbma[i]), Packet: p})
			}
		}
	}
	if n := e.tunnels[0].cache.table.Size(); n != clients {
		b.Fatalf("%d clients are left", n)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "CPU-s/h")
}
