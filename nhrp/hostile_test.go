package nhrp

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

const stranger = "203.0.113.66"

// What a stranger may try against a server whose client is 10.0.0.11 at
// 198.51.100.11. Each try has its counter, and changes nothing.
func TestSpoofedPacketsAreCountedAndChangeNothing(t *testing.T) {
	tries := map[string]struct {
		change func(p *Packet)
		count  Reason
	}{
		"wrong authentication": {func(p *Packet) {
			p.Extensions[0] = Extension{Authentication, true, append([]byte{0, 0, 0, 1}, "WRONG"...)}
		}, DropAuthentication},
		"no authentication":        {func(p *Packet) { p.Extensions = p.Extensions[1:] }, DropAuthentication},
		"twice authenticated":      {func(p *Packet) { p.Extensions = append(p.Extensions, p.Extensions[0]) }, DropAuthentication},
		"authenticated by nothing": {func(p *Packet) { p.Extensions[0].Value = nil }, DropAuthentication},
		"a client's address":       {func(*Packet) {}, DeclinedUnique},
		"a client's, in an entry": {func(p *Packet) {
			p.Source = addr("10.0.0.66")
			p.CIEs[0].Protocol = addr("10.0.0.11")
		}, DeclinedUnique},
		"the server's address": {func(p *Packet) { p.Source = addr("10.0.0.1") }, DeclinedProhibited},
		"the server's packet":  {func(p *Packet) { p.Source, p.SourceNBMA = addr("10.0.0.1"), addr("192.0.2.1") }, DropOwn},
		"a group's address":    {func(p *Packet) { p.Source = addr("224.0.0.10") }, DeclinedProhibited},
		"nobody's address":     {func(p *Packet) { p.Source = netip.IPv4Unspecified() }, DeclinedProhibited},
		"a whole network":      {func(p *Packet) { p.CIEs[0].PrefixLength = 8 }, DeclinedProhibited},
		"no hops":              {func(p *Packet) { p.HopCount = 0 }, DropHopCount},
		"for another server":   {func(p *Packet) { p.Destination = addr("10.0.0.2") }, DropNotForUs},
		"purge of a client":    {func(p *Packet) { p.Type, p.Flags = PurgeRequest, 0 }, numReasons},
		"purge of everything": {func(p *Packet) {
			p.Type, p.Flags = PurgeRequest, 0
			p.CIEs[0] = CIE{PrefixLength: 1, Protocol: addr("10.0.0.0")}
		}, numReasons},
		"a reply to nothing":   {func(p *Packet) { p.Type = RegistrationReply }, DropUnexpected},
		"an answer to nothing": {func(p *Packet) { p.Type, p.Source = ResolutionReply, addr("10.0.0.1") }, DropUnexpected},
		"an answer for nobody": {func(p *Packet) { p.Type, p.Source = ResolutionReply, addr("10.0.0.77") }, DropTransit},
		"an error about nothing": {func(p *Packet) {
			*p = Packet{Type: ErrorIndication, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: p.SourceNBMA,
				Source: p.Source, Destination: addr("10.0.0.1"), Error: LoopDetected, Body: []byte("nothing")}
		}, DropErrorUnmatched},
		"a redirect": {func(p *Packet) {
			*p = Packet{Type: TrafficIndication, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: p.SourceNBMA,
				Source: p.Source, Destination: addr("10.0.0.1"), Body: data(), Extensions: p.Extensions[:1]}
		}, DropTrafficIndication},
	}
	for name, try := range tries {
		w, hub, spoke1, _ := phase3()
		before, _ := hub.entry("10.0.0.11")
		p := request()
		p.Flags |= FlagUnique
		p.SourceNBMA = addr(stranger)
		p.Extensions = append([]Extension{{Authentication, true, append([]byte{0, 0, 0, 1}, "WEFTLAB"...)}}, p.Extensions...)
		try.change(&p)
		w.step(hub, Receive{Tunnel: "Tunnel0", From: anyPort(addr(stranger)), To: hub.nbma, Packet: encoded(t, p)})
		after, ok := hub.entry("10.0.0.11")
		if !ok || after != before || after.NBMA != spoke1.nbma {
			t.Errorf("%s: the client's entry is %+v", name, after)
		}
		if _, ok := hub.entry("10.0.0.66"); ok {
			t.Errorf("%s: the stranger is in", name)
		}
		if try.count != numReasons && hub.dropped(try.count) != 1 {
			t.Errorf("%s: not counted as %q: %v", name, try.count, hub.tunnel().Traffic.Dropped)
		}
	}
}

// Two servers that send the same packet back and forth tell its source once in a
// while, and the source does not ask whom it cannot reach any better.
func TestRedirectsInACircleEnd(t *testing.T) {
	w, hub, spoke1, spoke2 := phase3()
	// The far LAN is gone, and spoke2 sends what is for it back to the hub.
	w.routed(spoke2, [3]string{"10.0.0.0/24", "", "Tunnel0"}, [3]string{"172.16.0.0/16", "10.0.0.1", "Tunnel0"})
	for range 1000 {
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), data()})
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke2.nbma), data()})
		w.step(spoke2, Hairpin{"Tunnel0", anyPort(hub.nbma), data()})
		w.run(10 * time.Millisecond)
	}
	for _, n := range []*node{hub, spoke1, spoke2} {
		c := n.tunnel().Traffic
		if c.Sent[TrafficIndication] > 6 || c.Sent[ResolutionRequest] > 20 || c.Sent[ErrorIndication] > 4 {
			t.Errorf("%s, in ten seconds of a loop, has sent %d redirects, %d requests, %d errors",
				n.name, c.Sent[TrafficIndication], c.Sent[ResolutionRequest], c.Sent[ErrorIndication])
		}
	}
	if _, ok := spoke1.routes[farLAN]; ok {
		t.Errorf("spoke1 has the routes %v", spoke1.routes)
	}
}

// Who asks for every address there is is answered, makes the server remember no
// more than a little, and keeps no client out.
func TestFloodOfResolutionRequestsIsBounded(t *testing.T) {
	w := newWorld()
	hub := w.add("hub", "192.0.2.1", 100, hubConfig())
	w.routed(hub, [3]string{"0.0.0.0/0", "192.0.2.254", "Gi0/1"}, [3]string{"10.0.0.0/24", "", "Tunnel0"})
	const flood = 20000
	answered := 0
	for i := range flood {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], 172<<24|16<<16|uint32(i))
		p := Packet{Type: ResolutionRequest, HopCount: 255, Underlay: IPv4, Overlay: IPv4, SourceNBMA: addr(stranger), Source: addr("10.0.0.66"),
			Destination: netip.AddrFrom4(a), RequestID: uint32(i + 1), CIEs: []CIE{{PrefixLength: 32, HoldingTime: 600}}}
		for _, o := range hub.engine.Step(w.now, Receive{Tunnel: "Tunnel0", From: anyPort(addr(stranger)), Packet: encoded(t, p)}) {
			if _, ok := o.(Send); ok {
				answered++
			}
		}
	}
	if n := hub.engine.tunnels[0].cache.table.Size(); answered != flood || n != maxLocal || hub.dropped(DropUnremembered) != flood-maxLocal {
		t.Errorf("%d of %d are answered, %d remembered, %d counted as not", answered, flood, n, hub.dropped(DropUnremembered))
	}
	if a := ask(t, w, hub, "198.51.100.11", request()); len(a) != 1 || a[0].CIEs[0].Code != Success {
		t.Errorf("a client is answered %+v", a)
	}
}

// A flood of flows is remembered up to a bound; what is beyond is not told of,
// and counted.
func TestFloodOfFlowsIsBounded(t *testing.T) {
	w, hub, spoke1, _ := phase3()
	packet := data()
	for i := range 3 * maxFlows {
		binary.BigEndian.PutUint16(packet[14:], uint16(i))
		w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), packet})
	}
	c := hub.tunnel().Traffic
	if n := len(hub.engine.tunnels[0].redirects.told); n != maxFlows || c.Sent[TrafficIndication] != maxFlows || c.Suppressed != 2*maxFlows {
		t.Errorf("%d flows are remembered, %d told of, %d not", n, c.Sent[TrafficIndication], c.Suppressed)
	}
	w.run(10 * time.Second)
	w.step(hub, Hairpin{"Tunnel0", anyPort(spoke1.nbma), packet})
	if n := len(hub.engine.tunnels[0].redirects.told); n != 1 {
		t.Errorf("%d flows are remembered after ten quiet seconds", n)
	}
}
