package rib

import (
	"fmt"
	"net/netip"
	"testing"
)

func manyRoutes(n int) (all []Candidate) {
	all = append(all, offer("192.0.2.0/24 connected Gi0"))
	for i := range n {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(11 + i>>16), byte(i >> 8), byte(i), 0}), 24)
		all = append(all, Candidate{Prefix: p, Source: Static, Distance: 1, NextHop: netip.AddrFrom4([4]byte{192, 0, 2, byte(1 + i%100)})})
	}
	return all
}

// BenchmarkLoad offers recursive routes at once; the time per route must not
// grow with their number.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		routes := manyRoutes(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				r := newRIB()
				for _, c := range routes {
					r.Add(c)
				}
				if changes := r.Settle(start); len(changes) != n+1 {
					b.Fatalf("%d changes", len(changes))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/route")
		})
	}
}

// BenchmarkAdd settles after each of 10,000 routes that join 100,000.
func BenchmarkAdd(b *testing.B) {
	for _, held := range []int{0, 10_000, 100_000} {
		routes := manyRoutes(held + 10_000)
		b.Run(fmt.Sprint(held), func(b *testing.B) {
			r := newRIB()
			for _, c := range routes[:held+1] {
				r.Add(c)
			}
			r.Settle(start)
			for b.Loop() {
				for _, c := range routes[held+1:] {
					r.Add(c)
					if changes := r.Settle(start); len(changes) != 1 {
						b.Fatalf("%d changes", len(changes))
					}
				}
				b.StopTimer()
				for _, c := range routes[held+1:] {
					r.Remove(c)
				}
				r.Settle(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*10_000), "ns/add")
		})
	}
}

// BenchmarkFlap takes down the interface that 100,000 routes resolve through,
// and brings it up again.
func BenchmarkFlap(b *testing.B) {
	r := newRIB()
	for _, c := range manyRoutes(100_000) {
		r.Add(c)
	}
	r.Settle(start)
	for b.Loop() {
		for _, up := range []bool{false, true} {
			r.SetInterface("Gi0", up)
			if changes := r.Settle(start); len(changes) != 100_001 {
				b.Fatalf("%d changes", len(changes))
			}
		}
	}
}
