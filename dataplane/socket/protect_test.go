package socket_test

import (
	"bytes"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/dataplane/socket"
)

// natt is a datagram of ESP in UDP.
func natt(from, to netip.AddrPort, tos uint8, payload []byte) dataplane.Datagram {
	const head = packet.IPv4HeaderLen + packet.UDPHeaderLen
	b := append(make([]byte, head), payload...)
	packet.PutUDP(b[packet.IPv4HeaderLen:], from.Port(), to.Port())
	packet.IPv4Header{TOS: tos, TotalLen: len(b), ID: 1, TTL: 64, Protocol: packet.ProtocolUDP, Source: from.Addr(), Destination: to.Addr()}.Put(b)
	return dataplane.Datagram{To: to, Packet: b}
}

func (s *space) protect(o *socket.Socket, on bool) {
	s.t.Helper()
	s.do(func() { s.must(o.Protect(on)) })
}

// protectedWire are two ends that have their sockets for IPsec open.
func protectedWire(t *testing.T) (sender *socket.Socket, arrived chan []byte, hub *space, receiver *socket.Socket) {
	hub, spoke := newWire(t)
	receiver, arrived = hub.listen(0)
	sender, _ = spoke.listen(0)
	hub.protect(receiver, true)
	spoke.protect(sender, true)
	return sender, arrived, hub, receiver
}

func TestESPAndUDPArriveAsTheyWereSent(t *testing.T) {
	sender, arrived, _, _ := protectedWire(t)
	esp := datagram(spokeNBMA, hubNBMA, []byte("\x00\x00\x01\x00 and so on"))
	esp.Packet[9] = packet.ProtocolESP
	esp.Packet[10], esp.Packet[11] = 0, 0
	var batch []dataplane.Datagram
	for _, port := range []uint16{500, 4500} {
		batch = append(batch, natt(netip.AddrPortFrom(spokeNBMA, port), netip.AddrPortFrom(hubNBMA, port), 0xb9, []byte("a message")))
	}
	batch = append(batch, natt(netip.AddrPortFrom(spokeNBMA, 4500), netip.AddrPortFrom(hubNBMA, 4500), 0, []byte{0xff}))
	for _, d := range append([]dataplane.Datagram{esp}, batch...) {
		if sent, err := sender.Send([]dataplane.Datagram{d}); sent != 1 || err != nil {
			t.Fatal(err)
		}
		p := receive(t, arrived)
		if p.Source() != spokeNBMA || p.Destination() != hubNBMA || p.Protocol() != d.Packet[9] || p.TOS() != d.Packet[1] ||
			!bytes.Equal(p.Payload(), d.Packet[packet.IPv4HeaderLen:]) {
			t.Errorf("%x arrives as %x", d.Packet, []byte(p))
		}
	}
}

// Datagrams that were joined for the kernel, and by it, arrive as if they had not been.
func TestJoinedDatagramsArriveOneByOne(t *testing.T) {
	sender, arrived, _, _ := protectedWire(t)
	from, to := netip.AddrPortFrom(spokeNBMA, 4500), netip.AddrPortFrom(hubNBMA, 4500)
	var batch []dataplane.Datagram
	for i := range 150 {
		size, tos := 1400, uint8(0)
		switch {
		case i%50 == 20:
			size = 600 // a shorter one ends a run
		case i == 75:
			tos = 0xb8
		case i == 100:
			d := datagram(spokeNBMA, hubNBMA, []byte("GRE in between"))
			batch = append(batch, d)
			continue
		}
		batch = append(batch, natt(from, to, tos, bytes.Repeat([]byte{1 + byte(i)}, size)))
	}
	want := map[string]int{}
	for _, d := range batch {
		want[string(d.Packet[packet.IPv4HeaderLen:])]++
	}
	if sent, err := sender.Send(batch); sent != len(batch) || err != nil {
		t.Fatalf("sent %d: %v", sent, err)
	}
	last := byte(0)
	for range batch {
		p := receive(t, arrived)
		if want[string(p.Payload())]--; want[string(p.Payload())] < 0 {
			t.Fatalf("%d octets of %x arrive that nobody sent", len(p), p[28])
		}
		if p.Protocol() == packet.ProtocolUDP {
			if p[28] < last {
				t.Errorf("number %d after %d", p[28], last)
			}
			last = p[28]
		}
	}
	if c := sender.Counters(); c.Sent != uint64(len(batch)) || len(c.Failures) != 0 {
		t.Errorf("counted %+v", c)
	}
}

func TestSocketsForIPsecAreOpenOnlyWhileWanted(t *testing.T) {
	hub, _ := newWire(t)
	s, _ := hub.listen(0)
	free := func() (err error) {
		hub.do(func() {
			var fd int
			if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err == nil {
				err = unix.Bind(fd, &unix.SockaddrInet4{Port: 4500})
				unix.Close(fd)
			}
		})
		return err
	}
	if err := free(); err != nil {
		t.Errorf("port 4500 is taken before anything is protected: %v", err)
	}
	for range 2 {
		hub.protect(s, true)
		hub.protect(s, true) // again
		if free() == nil {
			t.Error("port 4500 is not taken")
		}
		hub.protect(s, false)
		if err := free(); err != nil {
			t.Errorf("port 4500 is taken afterwards: %v", err)
		}
	}
}

func TestPortThatIsTakenIsAnErrorAndLeavesNothingOpen(t *testing.T) {
	hub, _ := newWire(t)
	first, _ := hub.listen(0)
	second, _ := hub.listen(0)
	hub.protect(first, true)
	hub.do(func() {
		if err := second.Protect(true); err == nil {
			t.Error("two have the port")
		}
	})
	hub.protect(first, false)
	hub.protect(second, true)
}
