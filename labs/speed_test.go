package labs

import (
	"testing"
	"time"
)

// A contender is one way from h1 to h2.
type contender struct {
	name string
	lab  *speedLab
	sum  flow
}

// BenchmarkProtectedThroughput measures one TCP flow from h1 to h2 through a GRE
// tunnel protected with AES-GCM between r1 and r2, in ESP and in ESP in UDP, and
// through WireGuard's daemon in the same place.
func BenchmarkProtectedThroughput(b *testing.B) {
	compare(b, besideWireGuard(b), "Mbit", 1e6, (*speedLab).stream)
}

// BenchmarkProtectedThroughputApart is BenchmarkProtectedThroughput where no card
// joins the frames that arrive.
func BenchmarkProtectedThroughputApart(b *testing.B) {
	all := besideWireGuard(b)
	for _, c := range all {
		c.lab.likeCards(false)
	}
	compare(b, all, "Mbit", 1e6, (*speedLab).stream)
}

// besideWireGuard brings up ours and, last, the peer.
func besideWireGuard(b *testing.B) []contender {
	b.Helper()
	peer := speedUp(b, "testdata/speed-peer")
	wireguardPeers(b, peer)
	return joined(append(ours(b, "esp-gcm", "esp-gcm"), contender{name: "WireGuard", lab: peer}))
}

// BenchmarkProtectedThroughputCBC is BenchmarkProtectedThroughput with
// AES-256-CBC and SHA-256, beside strongSwan's own ESP.
func BenchmarkProtectedThroughputCBC(b *testing.B) {
	peer := speedUp(b, "testdata/speed-peer")
	strongswanPeers(b, peer)
	all := joined(append(ours(b, "esp-aes 256 esp-sha256-hmac", "esp-256-aes esp-sha256-hmac"), contender{name: "strongSwan", lab: peer}))
	compare(b, all, "Mbit", 1e6, (*speedLab).stream)
}

// ours are two labs with a transform set, which "show crypto ipsec sa" shows in
// other words: ESP and ESP in UDP.
func ours(b *testing.B, transforms, shown string) []contender {
	b.Helper()
	change := func(old, new string) func(dir string) {
		return func(dir string) {
			for _, file := range []string{"/r1.cfg", "/r2.cfg"} {
				edit(b, dir+file, old, new)
			}
		}
	}
	transform := change("transform-set SPEED esp-gcm\n", "transform-set SPEED "+transforms+"\n")
	force := change(" keyring local SPEED\n", " keyring local SPEED\n nat force-encap\n")
	all := joined([]contender{
		{name: "ESP", lab: speedUp(b, "testdata/speed", transform)},
		{name: "NAT-T", lab: speedUp(b, "testdata/speed", transform, force)},
	})
	has(b, time.Minute, all[0].lab.dir, "r1", "show crypto ipsec sa", "transform: "+shown)
	has(b, time.Minute, all[0].lab.dir, "r1", "show crypto ipsec sa", "in use settings ={Transport, }")
	has(b, time.Minute, all[1].lab.dir, "r1", "show crypto ipsec sa", "in use settings ={Transport UDP-Encaps, }")
	return all
}

func joined(all []contender) []contender {
	for _, c := range all {
		c.lab.joined()
	}
	return all
}

// compare measures all in turns, so that the machine is the same to all, and
// reports of each its rate and what a second of the routers' processor time
// moves; and for all but the last the ratio to the last: of the rate, of what
// the routers' time moves, and of what their time and that of both ends of the
// flow moves. Work of the kernel in no process's name is missing in all of them.
func compare(b *testing.B, all []contender, unit string, scale float64, measure func(*speedLab) flow) {
	b.Helper()
	for b.Loop() {
		for i := range all {
			all[i].sum.add(measure(all[i].lab))
		}
	}
	last := all[len(all)-1]
	for _, c := range all {
		b.ReportMetric(c.sum.rate/float64(b.N)/scale, c.name+"-"+unit+"/s")
		b.ReportMetric(c.sum.units/c.sum.routers.Seconds()/scale, c.name+"-"+unit+"/router-CPU-s")
		if c.lab == last.lab {
			continue
		}
		against := c.name + "/" + last.name
		b.ReportMetric(c.sum.rate/last.sum.rate, against)
		b.ReportMetric(c.sum.units/last.sum.units*last.sum.routers.Seconds()/c.sum.routers.Seconds(), against+"-by-router-CPU")
		b.ReportMetric(c.sum.units/last.sum.units*last.sum.all.Seconds()/c.sum.all.Seconds(), against+"-by-all-CPU")
	}
}
