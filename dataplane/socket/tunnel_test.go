package socket_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weft/dataplane"
	"weft/dataplane/packet"
)

// ping sends one echo request of so many octets and waits for the answer.
func (s *space) ping(to netip.Addr, size int) {
	s.t.Helper()
	s.do(func() {
		c, err := net.ListenPacket("ip4:icmp", "")
		if err != nil {
			s.t.Error(err)
			return
		}
		defer c.Close()
		request := make([]byte, 8+size)
		request[0] = packet.ICMPEchoRequest
		rand.NewChaCha8([32]byte{1}).Read(request[4:])
		sum := packet.Checksum(request)
		request[2], request[3] = byte(sum>>8), byte(sum)
		c.SetDeadline(time.Now().Add(patience))
		if _, err := c.WriteTo(request, &net.IPAddr{IP: to.AsSlice()}); err != nil {
			s.t.Error(err)
			return
		}
		for reply := make([]byte, packet.MaxIPv4); ; {
			n, _, err := c.ReadFrom(reply)
			if err != nil {
				s.t.Errorf("ping %v: %v", to, err)
				return
			}
			if reply[0] == packet.ICMPEchoReply && bytes.Equal(reply[4:n], request[4:]) {
				return
			}
		}
	})
}

func TestKernelsPingEachOtherThroughTunnel(t *testing.T) {
	hub, spoke := newTunnel(t, 1400)
	for _, size := range []int{0, 56, 1372, 4000} { // the last one in fragments
		hub.ping(spokeIn, size)
		spoke.ping(hubIn, size)
	}
	for name, r := range map[string]*router{"hub": hub, "spoke": spoke} {
		if c := r.Counters("Tunnel0"); c.PacketsIn < 8 || c.PacketsOut < 8 {
			t.Errorf("the %s counts %+v", name, c)
		}
		if c := r.socket.Counters(); c.Failures != nil || c.Overflows != 0 || r.Drops() != nil {
			t.Errorf("the %s lost packets: %+v, %v", name, c, r.Drops())
		}
	}
}

func TestTCPThroughTunnelArrivesWhole(t *testing.T) {
	hub, spoke := newTunnel(t, 1400)
	sent := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{2}).Read(sent)
	var listener net.Listener
	hub.do(func() {
		var err error
		listener, err = net.Listen("tcp4", netip.AddrPortFrom(hubIn, 5001).String())
		hub.must(err)
	})
	if t.Failed() {
		t.FailNow()
	}
	defer listener.Close()
	got := make(chan [32]byte, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		h := sha256.New()
		_, err = io.Copy(h, c)
		hub.must(err)
		got <- [32]byte(h.Sum(nil))
	}()
	spoke.do(func() {
		c, err := net.DialTimeout("tcp4", listener.Addr().String(), patience)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		_, err = c.Write(sent)
		spoke.must(err)
	})
	if t.Failed() {
		t.FailNow()
	}
	if <-got != sha256.Sum256(sent) {
		t.Error("what arrived is not what was sent")
	}
}

func TestTunnelSurvivesItsLinkGoingDownAndUp(t *testing.T) {
	hub, spoke := newTunnel(t, 1400)
	spoke.ping(hubIn, 56)
	for range 3 {
		spoke.do(func() { spoke.down("tun0") })
		if err := spoke.tuns.Deliver("Tunnel0", [][]byte{make([]byte, 100)}, 24); err == nil {
			t.Error("a link that is down took a packet")
		}
		spoke.do(func() { spoke.up("tun0") })
		spoke.ping(hubIn, 56)
	}
	hub.ping(spokeIn, 56)
}

func TestKernelBelievesThatHostIsUnreachable(t *testing.T) {
	hub, _ := newTunnel(t, 1400)
	lan := netip.MustParseAddr("172.16.0.1") // another address than the tunnel's
	hub.do(func() {
		hub.address("lo", lan, 32)
		c, err := net.DialUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(lan, 0)),
			net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("10.0.0.99"), 9)))
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		// An error that may pass is reported only to those who ask for it.
		raw, err := c.SyscallConn()
		hub.must(err)
		raw.Control(func(fd uintptr) { hub.must(unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR, 1)) })
		c.SetDeadline(time.Now().Add(patience))
		_, err = c.Write([]byte("anybody there?"))
		hub.must(err)
		if _, err = c.Read(make([]byte, 1)); !errors.Is(err, unix.EHOSTUNREACH) {
			t.Errorf("the sender was told %v", err)
		}
	})
}

func TestOuterPacketTooBigForLinkIsFragmented(t *testing.T) {
	hub, spoke := newTunnel(t, 1500) // 1528 outside, on a link of 1500
	spoke.ping(hubIn, 1472)
	hub.ping(spokeIn, 1472)
	if c := spoke.socket.Counters(); c.Failures != nil {
		t.Errorf("failures %v", c.Failures)
	}
}

func TestOuterPacketThatMayNotBeFragmentedIsCounted(t *testing.T) {
	_, spoke := newTunnel(t, 1500)
	want := dataplane.Tunnel{Name: "Tunnel0", Source: spokeNBMA, Destination: hubNBMA, Key: 100, HasKey: true,
		MTU: 1500, DontFragment: true, Up: true}
	spoke.SetTunnels([]dataplane.Tunnel{want})
	inner := make([]byte, dataplane.Headroom+1500)
	packet.IPv4Header{TotalLen: 1500, TTL: 1, Protocol: packet.ProtocolUDP, Source: spokeIn, Destination: hubIn}.Put(inner[dataplane.Headroom:])
	spoke.FromTunnel("Tunnel0", [][]byte{inner}, dataplane.Headroom)
	failures := spoke.socket.Counters().Failures
	if len(failures) != 1 || failures[0].Error.Error() != "message too long" || failures[0].Count != 1 {
		t.Errorf("failures %v", failures)
	}
	var drops uint64
	for _, d := range spoke.Counters("Tunnel0").Drops {
		if d.Reason == dataplane.DropUnderlaySend {
			drops = d.Count
		}
	}
	if drops != 1 {
		t.Errorf("%d drops", drops)
	}
}
