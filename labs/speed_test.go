package labs

import (
	"testing"
	"time"
)

// BenchmarkProtectedThroughput measures one TCP flow from h1 to h2 through a GRE
// tunnel protected with AES-GCM between r1 and r2, in ESP and in ESP in UDP, and
// through WireGuard's daemon in the same place. Mbit/s is the rate of each; what
// is "per WireGuard" is the rate divided by WireGuard's, and "by CPU" is the same
// of the bits that a second of processor time moves: of the routers' processes,
// and of those and both ends of the flow. The kernel does some of the work of
// receiving in no process's name: that is missing everywhere.
func BenchmarkProtectedThroughput(b *testing.B) {
	kinds := []struct {
		name string
		lab  *speedLab
		sum  flow
	}{
		{name: "ESP", lab: speedUp(b, "testdata/speed")},
		{name: "NAT-T", lab: speedUp(b, "testdata/speed", func(dir string) {
			for _, file := range []string{"/r1.cfg", "/r2.cfg"} {
				edit(b, dir+file, " keyring local SPEED\n", " keyring local SPEED\n nat force-encap\n")
			}
		})},
		{name: "WireGuard", lab: speedUp(b, "testdata/speed-peer")},
	}
	wireguardPeers(b, kinds[2].lab)
	for _, k := range kinds {
		k.lab.joined()
	}
	has(b, time.Minute, kinds[0].lab.dir, "r1", "show crypto ipsec sa", "in use settings ={Transport, }")
	has(b, time.Minute, kinds[1].lab.dir, "r1", "show crypto ipsec sa", "in use settings ={Transport UDP-Encaps, }")
	for b.Loop() {
		for i := range kinds { // in turns: the machine is the same to all
			kinds[i].sum.add(kinds[i].lab.stream())
		}
	}
	wireguard := kinds[2].sum
	for _, k := range kinds {
		b.ReportMetric(k.sum.rate/float64(b.N)/1e6, k.name+"-Mbit/s")
		if k.lab == kinds[2].lab {
			continue
		}
		b.ReportMetric(k.sum.rate/wireguard.rate, k.name+"/WireGuard")
		b.ReportMetric(perSecond(k.sum.bits, k.sum.routers)/perSecond(wireguard.bits, wireguard.routers), k.name+"/WireGuard-by-router-CPU")
		b.ReportMetric(perSecond(k.sum.bits, k.sum.all)/perSecond(wireguard.bits, wireguard.all), k.name+"/WireGuard-by-all-CPU")
	}
}

func perSecond(n float64, d time.Duration) float64 { return n / d.Seconds() }
