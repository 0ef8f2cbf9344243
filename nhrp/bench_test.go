package nhrp

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

func BenchmarkDecode(b *testing.B) {
	packet := captured(b)[1] // a Registration Reply
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(packet); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	p := decoded(b, captured(b)[1])
	buffer := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.AppendTo(buffer); err != nil {
			b.Fatal(err)
		}
	}
}

const clients = 10000

// registrations are those of so many clients, as IOS sends them.
func registrations(b *testing.B) (packets [][]byte) {
	for i := range clients {
		p := request()
		p.Flags |= FlagUnique
		p.CIEs[0].PrefixLength = uniquePrefix
		p.RequestID = uint32(i)
		p.Source, p.SourceNBMA = clientAddresses(i)
		p.Destination = addr("10.1.255.1")
		packets = append(packets, encoded(b, p))
	}
	return packets
}

func clientAddresses(i int) (protocol, nbma netip.Addr) {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 10<<24|1<<16|uint32(i))
	protocol = netip.AddrFrom4(a)
	binary.BigEndian.PutUint32(a[:], 100<<24|64<<16|uint32(i))
	return protocol, netip.AddrFrom4(a)
}

func benchmarkHub() *Engine {
	e := New(bytes.NewReader(make([]byte, 4)))
	c := hubConfig()
	c.Address = netip.MustParsePrefix("10.1.255.1/16")
	e.Step(time.Time{}, Configure{Config{Tunnels: []Tunnel{c}}})
	e.Step(time.Time{}, Interface{Tunnel: "Tunnel0", Up: true, NBMA: addr("192.0.2.1")})
	return e
}

// registerAll brings in the clients within a second of virtual time.
func registerAll(e *Engine, now time.Time, packets [][]byte) time.Time {
	for i, p := range packets {
		_, nbma := clientAddresses(i)
		now = now.Add(time.Second / clients)
		e.Step(now, Receive{Tunnel: "Tunnel0", From: anyPort(nbma), Packet: p})
	}
	return now
}

// BenchmarkRegister10000 is a hub's worst second: all its clients are new. B/entry
// is what the hub keeps for each.
func BenchmarkRegister10000(b *testing.B) {
	packets := registrations(b)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e := benchmarkHub()
	registerAll(e, start, packets)
	if n := len(e.State(Filter{}).Tunnels[0].Cache); n != clients {
		b.Fatalf("%d clients are registered", n)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := after.HeapAlloc - before.HeapAlloc
	runtime.KeepAlive(e)
	b.ReportAllocs()
	for b.Loop() {
		registerAll(benchmarkHub(), start, packets)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/clients, "ns/registration")
	b.ReportMetric(float64(kept)/clients, "B/entry")
}

// BenchmarkRefresh10000 is every other second of a hub.
func BenchmarkRefresh10000(b *testing.B) {
	packets := registrations(b)
	e := benchmarkHub()
	now := registerAll(e, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), packets)
	b.ReportAllocs()
	for b.Loop() {
		now = registerAll(e, now, packets)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/clients, "ns/registration")
}

func BenchmarkStateOfOneIn10000(b *testing.B) {
	e := benchmarkHub()
	registerAll(e, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), registrations(b))
	_, nbma := clientAddresses(4711)
	one := Filter{NoMulticast: true, Cache: func(e *Entry) bool { return e.NBMA == nbma }}
	b.ReportAllocs()
	for b.Loop() {
		if s := e.State(one); len(s.Tunnels[0].Cache) != 1 {
			b.Fatal("not found")
		}
	}
}
