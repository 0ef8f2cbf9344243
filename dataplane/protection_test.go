package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
	"weft/dataplane/esp"
)

var (
	gcm = esp.Suite{Cipher: esp.AESGCM, Bits: 128}
	cbc = esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA256}
)

// taken are the events that a packet ends in.
func (b *box) taken() (n int) {
	for _, e := range b.events {
		switch e.(type) {
		case dataplane.Control, dataplane.Message:
			n++
		}
	}
	return n
}

func eventsOf[E dataplane.Event](b *box) (all []E) {
	for _, e := range b.events {
		if e, ok := e.(E); ok {
			all = append(all, e)
		}
	}
	return all
}

// sa is one direction, from a station to another.
func sa(spi uint32, from, to netip.AddrPort, suite esp.Suite, mode esp.Mode) esp.Parameters {
	return esp.Parameters{SPI: spi, Local: from, Peer: to, Suite: suite, Mode: mode, Window: 64,
		Encryption: bytes.Repeat([]byte{byte(spi)}, suite.KeyLen()+suite.SaltLen()),
		Integrity:  bytes.Repeat([]byte{byte(spi + 1)}, suite.MAC.KeyLen())}
}

// install installs one direction at both ends, and has it used.
func install(t testing.TB, from, to *box, p esp.Parameters) {
	t.Helper()
	in := p
	in.Inbound, in.Local, in.Peer, in.PrivateLocal, in.PrivatePeer = true, p.Peer, p.Local, p.PrivatePeer, p.PrivateLocal
	if err := to.Install(in); err != nil {
		t.Fatal(err)
	}
	if err := from.Install(p); err != nil {
		t.Fatal(err)
	}
	from.Outbound(p.Local.Addr(), p.Peer, p.SPI)
}

// secure installs both directions between two stations, with ports if in UDP.
func secure(t testing.TB, spi uint32, a, b *box, from, to netip.AddrPort, suite esp.Suite, mode esp.Mode) {
	t.Helper()
	install(t, a, b, sa(spi, from, to, suite, mode))
	install(t, b, a, sa(spi+1, to, from, suite, mode))
}

// protected are a hub and two spokes whose tunnels are protected.
func protected(change func(*dataplane.Tunnel)) (hub, spoke1, spoke2 *box) {
	hub, spoke1, spoke2 = hubAndSpokes()
	for b, w := range map[*box]dataplane.Tunnel{hub: hubTunnel(), spoke1: spokeTunnel(spoke1NBMA, spoke1In), spoke2: spokeTunnel(spoke2NBMA, spoke2In)} {
		w.Protected = true
		if change != nil {
			change(&w)
		}
		b.SetTunnels([]dataplane.Tunnel{w})
	}
	return hub, spoke1, spoke2
}

func TestProtectedPacketArrivesAsItWasSent(t *testing.T) {
	for _, suite := range []esp.Suite{gcm, cbc} {
		for _, mode := range []esp.Mode{esp.Transport, esp.Tunnel} {
			for _, port := range []uint16{0, 4500} {
				hub, spoke1, _ := protected(nil)
				secure(t, 0x100, hub, spoke1, netip.AddrPortFrom(hubNBMA, port), netip.AddrPortFrom(spoke1NBMA, port), suite, mode)
				there, back := udp(t, pc1, pc0, 100), udp(t, pc0, pc1, 100)
				spoke1.fromTunnel(there)
				hub.fromTunnel(back)
				hub.SendControl("Tunnel0", plain(spoke1NBMA), 0x2001, []byte("purge"))
				if len(hub.delivered) != 1 || !bytes.Equal(hub.delivered[0], there) || len(spoke1.delivered) != 1 || !bytes.Equal(spoke1.delivered[0], back) {
					t.Fatalf("%v %v %d: %x and %x, %v", suite, mode, port, hub.delivered, spoke1.delivered, hub.Drops())
				}
				control := eventsOf[dataplane.Control](spoke1)
				if len(control) != 1 || string(control[0].Packet) != "purge" || control[0].From != netip.AddrPortFrom(hubNBMA, port) || control[0].To != spoke1NBMA {
					t.Errorf("control %+v", control)
				}
				for _, b := range hub.network.wire {
					want := layers.IPProtocolESP
					if port != 0 {
						want = layers.IPProtocolUDP
					}
					ip, _ := gopacket.NewPacket(b, layers.LayerTypeIPv4, gopacket.Default).Layers()[0].(*layers.IPv4)
					if ip == nil || ip.Protocol != want || int(ip.Length) != len(b) {
						t.Errorf("on the wire: %x", b)
					}
				}
				for name, b := range map[string]*box{"hub": hub, "spoke": spoke1} {
					c := b.Counters("Tunnel0")
					if c.BytesOut < 128 || c.BytesOut > 133 || c.Drops != nil {
						t.Errorf("the %s counts %+v", name, c)
					}
				}
			}
		}
	}
}

func TestNothingLeavesAProtectedTunnelInClear(t *testing.T) {
	hub, spoke1, spoke2 := protected(nil)
	secure(t, 0x100, hub, spoke2, plain(hubNBMA), plain(spoke2NBMA), gcm, esp.Transport)
	hub.fromTunnel(udp(t, pc0, pc1, 10))
	hub.SendControl("Tunnel0", plain(spoke1NBMA), 0x2001, []byte("hello"))
	hub.fromTunnel(udp(t, hubIn, addr("224.0.0.10"), 20)) // the other spoke gets it all the same
	if len(spoke1.delivered)+spoke1.taken() != 0 || len(spoke2.delivered) != 1 || len(hub.network.wire) != 1 {
		t.Errorf("%d packets on the wire, %d delivered", len(hub.network.wire), len(spoke2.delivered))
	}
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAssociation, Count: 3})
}

func TestClearTextIsRefusedAndReportedOnceAMinute(t *testing.T) {
	hub, _, _ := protected(nil)
	for range 3 {
		hub.FromUnderlay(outer(t, spoke1NBMA, hubNBMA, greIPv4(), udp(t, pc1, pc0, 10)))
		hub.clock = hub.clock.Add(25 * time.Second)
	}
	want := dataplane.NotProtected{Tunnel: "Tunnel0", From: spoke1NBMA, To: hubNBMA, Protocol: 47}
	if e := eventsOf[dataplane.NotProtected](hub); len(e) != 1 || e[0] != want {
		t.Errorf("reported %+v", e)
	}
	hub.FromUnderlay(outer(t, spoke1NBMA, hubNBMA, greIPv4(), udp(t, pc1, pc0, 10)))
	if e := eventsOf[dataplane.NotProtected](hub); len(e) != 2 {
		t.Errorf("after a minute: %+v", e)
	}
	wantDrops(t, hub.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNotProtected, Count: 4})
}

func TestAssociationLeadsOnlyIntoItsTunnels(t *testing.T) {
	for name, change := range map[string]func(*dataplane.Tunnel){
		"a tunnel that is not protected":   func(w *dataplane.Tunnel) { w.Protected = false },
		"a tunnel of another source":       func(w *dataplane.Tunnel) { w.Source = spoke2NBMA },
		"a tunnel to another destination":  func(w *dataplane.Tunnel) { w.Multipoint, w.Destination = false, spoke2NBMA },
		"a tunnel that is down":            func(w *dataplane.Tunnel) { w.Up = false },
		"a tunnel of another key":          func(w *dataplane.Tunnel) { w.Key = 7 },
		"the right one, to see that it is": nil,
	} {
		hub, spoke1, _ := protected(nil)
		secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
		if change != nil {
			w := hubTunnel()
			w.Protected = true
			change(&w)
			hub.SetTunnels([]dataplane.Tunnel{w})
		}
		spoke1.fromTunnel(udp(t, pc1, pc0, 10))
		if got := len(hub.delivered) == 1; got != (change == nil) {
			t.Errorf("%s: %d delivered", name, len(hub.delivered))
		}
	}
}

// What an association protects in tunnel mode must be GRE between its own ends.
func TestTunnelModeTakesNothingButItsOwnEnds(t *testing.T) {
	for name, private := range map[string]netip.Addr{"another source": addr("10.9.9.9"), "its own": {}} {
		hub, spoke1, _ := protected(nil)
		secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Tunnel)
		p := sa(0x200, plain(spoke1NBMA), plain(hubNBMA), gcm, esp.Tunnel)
		p.PrivateLocal = private
		if err := spoke1.Install(p); err != nil {
			t.Fatal(err)
		}
		p.PrivateLocal, p.Inbound, p.Local, p.Peer = netip.Addr{}, true, p.Peer, p.Local
		if err := hub.Install(p); err != nil {
			t.Fatal(err)
		}
		spoke1.Outbound(spoke1NBMA, plain(hubNBMA), 0x200)
		spoke1.fromTunnel(udp(t, pc1, pc0, 10))
		if got := len(hub.delivered) == 1; got == private.IsValid() {
			t.Errorf("%s: %d delivered", name, len(hub.delivered))
		}
		if private.IsValid() {
			wantDrops(t, hub.Drops(), dataplane.Drop{Reason: dataplane.DropSelector, Count: 1})
		}
	}
}

func TestUnknownSPIIsReportedOnce(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
	hub.Remove(0x101, true, plain(spoke1NBMA))
	for range 5 {
		spoke1.fromTunnel(udp(t, pc1, pc0, 10))
	}
	want := dataplane.UnknownSPI{Local: plain(hubNBMA), From: plain(spoke1NBMA), SPI: 0x101}
	if e := eventsOf[dataplane.UnknownSPI](hub); len(e) != 1 || e[0] != want {
		t.Errorf("reported %+v", e)
	}
	wantDrops(t, hub.Drops(), dataplane.Drop{Reason: dataplane.DropUnknownSPI, Count: 5})
}

func TestAttacksOnESPAreCountedByKind(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
	for range 100 {
		spoke1.fromTunnel(udp(t, pc1, pc0, 10))
	}
	wire := hub.network.wire
	hub.FromUnderlay(bytes.Clone(wire[99]))
	hub.FromUnderlay(bytes.Clone(wire[0]))
	forged := bytes.Clone(wire[99])
	forged[27]++ // another sequence number
	hub.FromUnderlay(forged)
	cut := bytes.Clone(wire[99])[:45]
	cut[3] = 45
	hub.FromUnderlay(cut)
	wantDrops(t, hub.Drops(), dataplane.Drop{Reason: dataplane.DropESPTruncated, Count: 1}, dataplane.Drop{Reason: dataplane.DropESPReplay, Count: 1},
		dataplane.Drop{Reason: dataplane.DropESPLate, Count: 1}, dataplane.Drop{Reason: dataplane.DropESPForged, Count: 1})
	if len(hub.delivered) != 100 {
		t.Errorf("%d delivered", len(hub.delivered))
	}
	var faults uint64
	for _, s := range hub.Associations() {
		for _, f := range s.Faults {
			faults += f.Count
		}
	}
	if faults != 4 {
		t.Errorf("the association counts %d", faults)
	}
}

// Install inbound, then outbound, choose it, remove the old pair: no packet is
// lost in between.
func TestRekeyLosesNoPacket(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
	sent := 0
	ping := func() {
		spoke1.fromTunnel(udp(t, pc1, pc0, sent))
		hub.fromTunnel(udp(t, pc0, pc1, sent))
		sent++
	}
	step := func(f func()) { ping(); f(); ping() }
	fresh := sa(0x201, plain(spoke1NBMA), plain(hubNBMA), cbc, esp.Transport)
	in := fresh
	in.Inbound, in.Local, in.Peer = true, fresh.Peer, fresh.Local
	step(func() { hub.Install(in) })
	step(func() { spoke1.Install(fresh) })
	step(func() { spoke1.Outbound(spoke1NBMA, plain(hubNBMA), 0x201) })
	step(func() { spoke1.Remove(0x101, false, plain(hubNBMA)) })
	step(func() { hub.Remove(0x101, true, plain(spoke1NBMA)) })
	if len(hub.delivered) != sent || len(spoke1.delivered) != sent {
		t.Errorf("of %d each way %d and %d arrived", sent, len(hub.delivered), len(spoke1.delivered))
	}
	// Without any, there is nothing to send by.
	spoke1.Remove(0x201, false, plain(hubNBMA))
	ping()
	wantDrops(t, spoke1.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropNoAssociation, Count: 1})
}

func TestLiveAssociationIsNeverInstalledAgain(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	p := sa(0x100, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
	install(t, hub, spoke1, p)
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if err := hub.Install(p); err == nil {
		t.Error("outbound: its sequence numbers begin again")
	}
	p.Inbound, p.Local, p.Peer = true, p.Peer, p.Local
	if err := spoke1.Install(p); err == nil {
		t.Error("inbound: what has been here may come again")
	}
	// Two peers may choose the same SPI.
	p = sa(0x100, plain(hubNBMA), plain(spoke2NBMA), gcm, esp.Transport)
	if err := hub.Install(p); err != nil {
		t.Error(err)
	}
	hub.Remove(0x100, false, plain(spoke2NBMA))
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if len(spoke1.delivered) != 2 {
		t.Errorf("the first peer's association went with the second's: %v", hub.Counters("Tunnel0").Drops)
	}
}

func TestKeyExchangeGoesByTheSamePorts(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	for _, port := range []uint16{500, 4500} {
		spoke1.SendMessage(netip.AddrPortFrom(spoke1NBMA, port), netip.AddrPortFrom(hubNBMA, port), []byte("proposal"))
		m := eventsOf[dataplane.Message](hub)
		want := dataplane.Message{Local: netip.AddrPortFrom(hubNBMA, port), From: netip.AddrPortFrom(spoke1NBMA, port), Packet: []byte("proposal")}
		if len(m) == 0 || m[len(m)-1].Local != want.Local || m[len(m)-1].From != want.From || string(m[len(m)-1].Packet) != "proposal" {
			t.Errorf("port %d: %+v", port, m)
		}
	}
	spoke1.SendKeepalive(netip.AddrPortFrom(spoke1NBMA, 4500), netip.AddrPortFrom(hubNBMA, 4500))
	if hub.Keepalives() != 1 || hub.Drops() != nil {
		t.Errorf("%d keepalives, %v", hub.Keepalives(), hub.Drops())
	}
}

func TestLimitsOfAssociationsAreReported(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	p := sa(0x100, plain(spoke1NBMA), plain(hubNBMA), gcm, esp.Transport)
	p.SoftKilobytes, p.Kilobytes = 1, 2
	install(t, spoke1, hub, p)
	for range 8 {
		spoke1.fromTunnel(udp(t, pc1, pc0, 472)) // half a kilobyte with GRE's header
	}
	if soft, hard := eventsOf[dataplane.SoftLimit](spoke1), eventsOf[dataplane.HardLimit](spoke1); len(soft) != 1 || len(hard) != 1 ||
		soft[0] != (dataplane.SoftLimit{SPI: 0x100, Peer: plain(hubNBMA)}) || hard[0] != (dataplane.HardLimit{SPI: 0x100, Peer: plain(hubNBMA)}) {
		t.Errorf("%+v", spoke1.events)
	}
	if soft := eventsOf[dataplane.SoftLimit](hub); len(soft) != 1 || !soft[0].Inbound {
		t.Errorf("%+v", hub.events)
	}
	wantDrops(t, spoke1.Counters("Tunnel0").Drops, dataplane.Drop{Reason: dataplane.DropAssociationSpent, Count: 3})
}

func TestAskTellsWhoSpokeLast(t *testing.T) {
	hub, spoke1, _ := protected(nil)
	secure(t, 0x100, hub, spoke1, plain(hubNBMA), plain(spoke1NBMA), gcm, esp.Transport)
	ask := func() dataplane.Heard {
		hub.events = nil
		hub.Ask(0x101, 0x100)
		return eventsOf[dataplane.Heard](hub)[0]
	}
	if h := ask(); h != (dataplane.Heard{SPI: 0x101}) {
		t.Errorf("before anything: %+v", h)
	}
	spoke1.fromTunnel(udp(t, pc1, pc0, 1))
	if h := ask(); !h.In.Equal(hub.clock) || !h.Out.IsZero() || h.Outgoing {
		t.Errorf("after a packet: %+v", h)
	}
	hub.clock = hub.clock.Add(time.Second)
	hub.fromTunnel(udp(t, pc0, pc1, 1))
	if h := ask(); !h.Out.Equal(hub.clock) || !h.Outgoing {
		t.Errorf("after the answer: %+v", h)
	}
}

func TestSealedPacketsFitThePathThatTheyTake(t *testing.T) {
	for _, suite := range []esp.Suite{gcm, cbc} {
		for _, mode := range []esp.Mode{esp.Transport, esp.Tunnel} {
			for _, port := range []uint16{0, 4500} {
				hub, spoke1, _ := protected(func(w *dataplane.Tunnel) { w.MTU, w.Path = 1472, 1500 })
				secure(t, 0x100, hub, spoke1, netip.AddrPortFrom(hubNBMA, port), netip.AddrPortFrom(spoke1NBMA, port), suite, mode)
				p := ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.Flags = layers.IPv4DontFragment }, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload(make([]byte, 1440)))
				hub.fromTunnel(p)
				if len(hub.network.wire) != 0 || len(hub.delivered) != 1 {
					t.Fatalf("%d sent, %d delivered", len(hub.network.wire), len(hub.delivered))
				}
				complaint := hub.delivered[0]
				mtu := int(complaint[26])<<8 | int(complaint[27])
				hub.fromTunnel(udp(t, pc0, pc1, mtu-28))
				if got := len(hub.network.wire[0]); got > 1500 || got < 1500-16-4 {
					t.Errorf("%v %v %d: an MTU of %d makes %d octets", suite, mode, port, mtu, got)
				}
				hub.fromTunnel(udp(t, pc0, pc1, mtu-27)) // in fragments, each sealed
				if len(hub.network.wire) != 3 || len(spoke1.delivered) != 3 {
					t.Errorf("%d on the wire, %d delivered, %v", len(hub.network.wire), len(spoke1.delivered), spoke1.Drops())
				}
			}
		}
	}
}

func TestDFAndCongestionOfTheOuterPacket(t *testing.T) {
	for _, c := range []struct {
		df     esp.DF
		tunnel bool
		want   bool
	}{{esp.CopyDF, false, false}, {esp.CopyDF, true, true}, {esp.SetDF, false, true}, {esp.ClearDF, true, false}} {
		for _, mode := range []esp.Mode{esp.Transport, esp.Tunnel} {
			hub, spoke1, _ := protected(func(w *dataplane.Tunnel) { w.DontFragment = c.tunnel })
			p := sa(0x100, plain(hubNBMA), plain(spoke1NBMA), gcm, mode)
			p.DF = c.df
			install(t, hub, spoke1, p)
			hub.network.boxes = nil
			hub.fromTunnel(ipv4(t, pc0, pc1, func(h *layers.IPv4) { h.TOS = 0xb9 }, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("x")))
			b := hub.network.wire[0]
			if got := b[6]&0x40 != 0; got != c.want || b[1] != 0xb9 {
				t.Errorf("%+v: DF %v, TOS %#x", c, got, b[1])
			}
			b[1] = 0xbb // met congestion
			spoke1.FromUnderlay(b)
			if len(spoke1.delivered) != 1 || spoke1.delivered[0][1] != 0xbb {
				t.Errorf("mode %v: the mark is lost: %x", mode, spoke1.delivered)
			}
		}
	}
}
