package socket_test

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/dataplane/socket"
)

// listen opens a socket that hands over copies of what arrives.
func (s *space) listen(mark uint32) (opened *socket.Socket, arrived chan []byte) {
	s.t.Helper()
	arrived = make(chan []byte, 4096)
	s.do(func() {
		var err error
		opened, err = socket.Open(mark, func(p []byte) { arrived <- append([]byte(nil), p...) })
		s.must(err)
	})
	if s.t.Failed() {
		s.t.FailNow()
	}
	ended := make(chan error, 1)
	go func() { ended <- opened.Run() }()
	s.t.Cleanup(func() {
		opened.Close()
		s.must(<-ended)
	})
	return opened, arrived
}

// datagram is a GRE packet whose payload says only how long it is.
func datagram(from, to netip.Addr, payload []byte) dataplane.Datagram {
	b := append(make([]byte, packet.IPv4HeaderLen), payload...)
	packet.IPv4Header{TotalLen: len(b), ID: 1, TTL: 64, Protocol: packet.ProtocolGRE, Source: from, Destination: to}.Put(b)
	return dataplane.Datagram{To: netip.AddrPortFrom(to, 0), Packet: b}
}

func receive(t *testing.T, arrived chan []byte) packet.IPv4 {
	t.Helper()
	select {
	case b := <-arrived:
		p, ok := packet.ParseIPv4(b)
		if !ok {
			t.Fatalf("%x is no packet", b)
		}
		return p
	case <-time.After(patience):
		t.Fatal("nothing arrives")
		return nil
	}
}

func TestPacketsArriveInOrderAndWhole(t *testing.T) {
	hub, spoke := newWire(t)
	_, arrived := hub.listen(0)
	sender, _ := spoke.listen(0)
	var batch []dataplane.Datagram
	for i := range 300 { // more than the kernel is given at once
		batch = append(batch, datagram(spokeNBMA, hubNBMA, make([]byte, i)))
	}
	if sent, err := sender.Send(batch); sent != 300 || err != nil {
		t.Fatalf("sent %d: %v", sent, err)
	}
	for i := range 300 {
		if p := receive(t, arrived); len(p.Payload()) != i || p.Source() != spokeNBMA {
			t.Fatalf("number %d is %x", i, []byte(p))
		}
	}
}

func TestFragmentsArriveAsOnePacket(t *testing.T) {
	hub, spoke := newWire(t)
	_, arrived := hub.listen(0)
	sender, _ := spoke.listen(0)
	payload := make([]byte, 20_000)
	rand.NewChaCha8([32]byte{3}).Read(payload)
	if sent, err := sender.Send([]dataplane.Datagram{datagram(spokeNBMA, hubNBMA, payload)}); sent != 1 || err != nil {
		t.Fatalf("sent %d: %v", sent, err)
	}
	if p := receive(t, arrived); string(p.Payload()) != string(payload) || p.IsFragment() {
		t.Errorf("%d octets arrived", len(p.Payload()))
	}
}

func TestSendStopsAtWhatHasNoRoute(t *testing.T) {
	_, spoke := newWire(t)
	sender, _ := spoke.listen(0)
	good, lost := datagram(spokeNBMA, hubNBMA, nil), datagram(spokeNBMA, netip.MustParseAddr("203.0.113.9"), nil)
	sent, err := sender.Send([]dataplane.Datagram{good, good, lost, good})
	if sent != 2 || !errors.Is(err, unix.ENETUNREACH) {
		t.Errorf("sent %d: %v", sent, err)
	}
	c := sender.Counters()
	if len(c.Failures) != 1 || c.Failures[0] != (socket.Failure{Error: unix.ENETUNREACH, Count: 1}) || c.Sent != 2 {
		t.Errorf("counted %+v", c)
	}
}

func TestMarkedPacketsGoByTheirOwnTable(t *testing.T) {
	hub, spoke := newWire(t)
	_, arrived := hub.listen(0)
	const mark, table = 0x77, 77
	far := netip.MustParseAddr("198.51.100.1")
	hub.do(func() { hub.address("lo", far, 32) })
	spoke.do(func() {
		rule := netlink.NewRule()
		rule.Mark, rule.Table = mark, table
		spoke.must(netlink.RuleAdd(rule))
		spoke.must(netlink.RouteAdd(&netlink.Route{Table: table, Dst: &net.IPNet{IP: far.AsSlice(), Mask: net.CIDRMask(32, 32)}, Gw: hubNBMA.AsSlice()}))
	})
	plain, _ := spoke.listen(0)
	marked, _ := spoke.listen(mark)
	batch := []dataplane.Datagram{datagram(spokeNBMA, far, make([]byte, 4000))} // its fragments too
	if sent, err := plain.Send(batch); sent != 0 || err == nil {
		t.Errorf("a packet without the mark was sent: %v", err)
	}
	if sent, err := marked.Send(batch); sent != 1 || err != nil {
		t.Fatalf("sent %d: %v", sent, err)
	}
	if p := receive(t, arrived); p.Destination() != far {
		t.Errorf("%x arrived", []byte(p))
	}
}

// TestHostDoesNotRefuseGRE also sees what the host says while no socket is open,
// so that silence means something.
func TestHostDoesNotRefuseGRE(t *testing.T) {
	hub, spoke := newWire(t)
	sender, _ := spoke.listen(0)
	var errs net.PacketConn
	spoke.do(func() {
		var err error
		errs, err = net.ListenPacket("ip4:icmp", spokeNBMA.String())
		spoke.must(err)
	})
	if t.Failed() {
		t.FailNow()
	}
	defer errs.Close()
	// next sends a GRE packet and a ping behind it, and returns what comes back first.
	next := func() byte {
		if _, err := sender.Send([]dataplane.Datagram{datagram(spokeNBMA, hubNBMA, []byte{0, 0, 8, 0})}); err != nil {
			t.Fatal(err)
		}
		ping := []byte{packet.ICMPEchoRequest, 0, 0xf7, 0xff, 0, 0, 0, 0}
		if _, err := errs.WriteTo(ping, &net.IPAddr{IP: hubNBMA.AsSlice()}); err != nil {
			t.Fatal(err)
		}
		first := byte(0xff)
		for b := make([]byte, 1500); ; {
			errs.SetReadDeadline(time.Now().Add(patience))
			if _, _, err := errs.ReadFrom(b); err != nil {
				t.Fatal(err)
			}
			if first == 0xff {
				first = b[0]
			}
			if b[0] == packet.ICMPEchoReply {
				return first
			}
		}
	}
	if got := next(); got != packet.ICMPUnreachable {
		t.Errorf("without a socket the host answers with ICMP type %d", got)
	}
	hub.listen(0)
	if got := next(); got != packet.ICMPEchoReply {
		t.Errorf("with a socket the host answers with ICMP type %d", got)
	}
}

func TestGarbageIsCountedAndNothingElse(t *testing.T) {
	hub, spoke := newTunnel(t, 1400)
	random := rand.New(rand.NewPCG(5, 6))
	const n = 2000
	before := hub.Counters("Tunnel0")
	for range n / 100 {
		var batch []dataplane.Datagram
		for range 100 {
			b := make([]byte, random.IntN(200))
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			if len(b) > 12 && random.IntN(2) == 0 { // a good header with nonsense inside
				copy(b, []byte{0x20, 0, 8, 0, 0, 0, 0, 100})
			}
			batch = append(batch, datagram(spokeNBMA, hubNBMA, b))
		}
		if _, err := spoke.socket.Send(batch); err != nil {
			t.Fatal(err)
		}
	}
	spoke.ping(hubIn, 56) // behind the garbage
	var counted uint64
	for _, d := range append(hub.Drops(), hub.Counters("Tunnel0").Drops...) {
		counted += d.Count
	}
	delivered := hub.Counters("Tunnel0").PacketsIn - before.PacketsIn - 1
	if counted+delivered < n || hub.socket.Counters().Overflows != 0 {
		t.Errorf("%d dropped and %d delivered of %d: %v %v", counted, delivered, n, hub.Drops(), hub.Counters("Tunnel0").Drops)
	}
}

func TestClosedSocketSendsNothing(t *testing.T) {
	_, spoke := newWire(t)
	sender, _ := spoke.listen(0)
	sender.Close()
	if sent, err := sender.Send([]dataplane.Datagram{datagram(spokeNBMA, hubNBMA, nil)}); sent != 0 || err == nil {
		t.Errorf("sent %d: %v", sent, err)
	}
}

func TestPacketsThatNobodyReadsAreCounted(t *testing.T) {
	hub, spoke := newWire(t)
	sender, _ := spoke.listen(0)
	var idle *socket.Socket
	hub.do(func() {
		var err error
		idle, err = socket.Open(0, nil)
		hub.must(err)
	})
	if t.Failed() {
		t.FailNow()
	}
	defer idle.Close()
	big := datagram(spokeNBMA, hubNBMA, make([]byte, 60_000))
	for range 600 { // more than the kernel keeps
		if _, err := sender.Send([]dataplane.Datagram{big}); err != nil {
			t.Fatal(err)
		}
	}
	hub.ping(spokeNBMA, 0) // behind them
	if idle.Counters().Overflows == 0 {
		t.Error("nothing was lost")
	}
}
