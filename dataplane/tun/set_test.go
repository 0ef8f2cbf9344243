package tun_test

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/dataplane/tun"
)

const patience = 10 * time.Second

var here, there = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")

// inNamespace runs the rest of a test on a thread with a network of its own,
// which goes away with the thread.
func inNamespace(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: network namespaces need root")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		ns, err := netns.New()
		if err != nil {
			t.Error(err)
			return
		}
		defer ns.Close()
		f()
	}()
	<-done
}

// collect is a feed that hands over copies of UDP packets, and the set it feeds.
func collect(t *testing.T) (*tun.Set, chan []byte) {
	packets := make(chan []byte, 64)
	s := tun.NewSet(func(tunnel string, read [][]byte, offset int) {
		for _, b := range read {
			if p, ok := packet.ParseIPv4(b[offset:]); ok && p.Protocol() == packet.ProtocolUDP {
				packets <- bytes.Clone(p)
			}
		}
		if tunnel != "Tunnel0" || offset != dataplane.Headroom {
			t.Errorf("fed from %s at %d", tunnel, offset)
		}
	})
	return s, packets
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func up(t *testing.T, name string) netlink.Link {
	t.Helper()
	l, err := netlink.LinkByName(name)
	if err != nil {
		t.Error(err)
		return nil
	}
	check(t, netlink.AddrReplace(l, &netlink.Addr{IPNet: &net.IPNet{IP: here.AsSlice(), Mask: net.CIDRMask(24, 32)}}))
	check(t, netlink.LinkSetUp(l))
	return l
}

// say sends a UDP datagram into the tunnel by the kernel.
func say(t *testing.T, text string) {
	t.Helper()
	c, err := net.Dial("udp4", netip.AddrPortFrom(there, 2000).String())
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	_, err = c.Write([]byte(text))
	check(t, err)
}

func wantText(t *testing.T, packets chan []byte, want string) {
	t.Helper()
	select {
	case b := <-packets:
		p, _ := packet.ParseIPv4(b)
		if d, ok := packet.ParseUDP(p.Payload()); !ok || string(d.Payload()) != want ||
			packet.ChecksumWith(d, packet.PseudoHeader(p)) != 0 {
			t.Errorf("read %x", b)
		}
	case <-time.After(patience):
		t.Errorf("%q is not read", want)
	}
}

func TestPacketsPassBothWays(t *testing.T) {
	inNamespace(t, func() {
		s, packets := collect(t)
		check(t, s.Open("Tunnel0", "tun0", 1400))
		defer s.CloseAll()
		if l := up(t, "tun0"); l == nil || l.Attrs().MTU != 1400 {
			t.Errorf("the link is %+v", l)
			return
		}
		say(t, "out")
		wantText(t, packets, "out")

		c, err := net.ListenPacket("udp4", netip.AddrPortFrom(here, 2000).String())
		check(t, err)
		defer c.Close()
		var batch [][]byte
		for _, text := range []string{"one", "two", "three"} {
			b := append(make([]byte, 24+28, 4096), text...)
			d := b[24+20:]
			d[1], d[3], d[5] = 1, 0xd0, byte(len(d)) // ports 1 and 2000; no checksum
			d[2] = 0x07
			packet.IPv4Header{TotalLen: len(b) - 24, TTL: 9, Protocol: packet.ProtocolUDP, Source: there, Destination: here}.Put(b[24:])
			batch = append(batch, b)
		}
		check(t, s.Deliver("Tunnel0", batch, 24))
		check(t, c.SetDeadline(time.Now().Add(patience)))
		for _, want := range []string{"one", "two", "three"} {
			b := make([]byte, 100)
			if n, _, err := c.ReadFrom(b); err != nil || string(b[:n]) != want {
				t.Errorf("the kernel got %q: %v", b[:n], err)
			}
		}
	})
}

func TestOpenIsALevel(t *testing.T) {
	inNamespace(t, func() {
		s, packets := collect(t)
		defer s.CloseAll()
		check(t, s.Open("Tunnel0", "tun0", 0))
		before := up(t, "tun0")
		check(t, s.Open("Tunnel0", "tun0", 0))
		if after := up(t, "tun0"); before == nil || after == nil || after.Attrs().Index != before.Attrs().Index {
			t.Error("opening it again made another device")
		}
		check(t, s.Open("Tunnel0", "tun7", 0)) // by another name
		if _, err := netlink.LinkByName("tun0"); err == nil {
			t.Error("the device of the old name is still there")
		}
		up(t, "tun7")
		say(t, "hello")
		wantText(t, packets, "hello")
	})
}

func TestDeviceDeletedByOthersIsMadeAnew(t *testing.T) {
	inNamespace(t, func() {
		s, packets := collect(t)
		defer s.CloseAll()
		gone := make(chan string, 8)
		s.Gone = func(tunnel string) { gone <- tunnel }
		check(t, s.Open("Tunnel0", "tun0", 0))
		check(t, s.Close("Tunnel0")) // which is nothing to be told of
		check(t, s.Open("Tunnel0", "tun0", 0))
		check(t, netlink.LinkDel(up(t, "tun0")))
		if err := s.Deliver("Tunnel0", [][]byte{make([]byte, 100)}, 24); err == nil {
			t.Error("a device that is gone took a packet")
		}
		if tunnel := <-gone; tunnel != "Tunnel0" || s.Reading("Tunnel0") || len(gone) > 0 {
			t.Errorf("the device of %s is gone, which is still read: %v", tunnel, s.Reading("Tunnel0"))
		}
		check(t, s.Open("Tunnel0", "tun0", 0))
		up(t, "tun0")
		say(t, "again")
		wantText(t, packets, "again")
	})
}

func TestClosedDeviceDisappears(t *testing.T) {
	inNamespace(t, func() {
		s, _ := collect(t)
		check(t, s.Open("Tunnel0", "tun0", 0))
		if got := s.Names(); !slices.Equal(got, []string{"Tunnel0"}) {
			t.Errorf("devices of %v", got)
		}
		up(t, "tun0")
		check(t, s.Close("Tunnel0"))
		check(t, s.Close("Tunnel0"))
		if _, err := netlink.LinkByName("tun0"); err == nil {
			t.Error("the device is still there")
		}
		if err := s.Deliver("Tunnel0", [][]byte{make([]byte, 100)}, 24); err == nil {
			t.Error("a tunnel without a device took a packet")
		}
		if s.Names() != nil {
			t.Errorf("devices of %v", s.Names())
		}
	})
}

func TestDeviceIsReplacedWhileItsReaderDelivers(t *testing.T) {
	inNamespace(t, func() {
		var s *tun.Set
		delivering := make(chan bool, 1)
		s = tun.NewSet(func(tunnel string, read [][]byte, offset int) {
			s.Deliver(tunnel, read, offset)
			select {
			case delivering <- true:
			default:
			}
			s.Deliver(tunnel, read, offset)
		})
		defer s.CloseAll()
		for i := range 20 {
			name := []string{"tun0", "tun1"}[i%2]
			check(t, s.Open("Tunnel0", name, 0))
			up(t, name)
			for range 50 {
				say(t, "hello")
			}
			<-delivering
		}
	})
}

func TestNameInUseIsRefused(t *testing.T) {
	inNamespace(t, func() {
		s, _ := collect(t)
		defer s.CloseAll()
		check(t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "tun0"}, PeerName: "other"}))
		if s.Open("Tunnel0", "tun0", 0) == nil {
			t.Error("a device that is no TUN was opened")
		}
		if s.Open("Tunnel0", "a-name-too-long-for-linux", 0) == nil {
			t.Error("a name longer than the kernel's was opened")
		}
	})
}
