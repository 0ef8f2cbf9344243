package socket_test

import (
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/dataplane/socket"
	"weft/dataplane/tun"
)

var (
	hubNBMA, spokeNBMA = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.11")
	hubIn, spokeIn     = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.11")
)

// patience is how long a packet may take that is expected to arrive.
const patience = 10 * time.Second

// space is a network namespace that lives as long as its test.
type space struct {
	t      testing.TB
	handle netns.NsHandle
}

func newSpace(t testing.TB) *space {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: network namespaces need root")
	}
	s := &space{t: t}
	onThread(func() {
		var err error
		if s.handle, err = netns.New(); err != nil {
			t.Error(err)
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	t.Cleanup(func() { s.handle.Close() })
	s.do(func() { s.up("lo") })
	return s
}

// onThread runs f on a thread that is thrown away afterwards, with whatever
// namespace f left it in.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		f()
	}()
	<-done
}

// do runs f inside the namespace.
func (s *space) do(f func()) {
	s.t.Helper()
	onThread(func() {
		if err := netns.Set(s.handle); err != nil {
			s.t.Error(err)
			return
		}
		f()
	})
}

func (s *space) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Error(err)
	}
}

func (s *space) link(name string) netlink.Link {
	s.t.Helper()
	l, err := netlink.LinkByName(name)
	if err != nil {
		s.t.Error(err)
		return &netlink.Dummy{}
	}
	return l
}

func (s *space) up(name string)   { s.t.Helper(); s.must(netlink.LinkSetUp(s.link(name))) }
func (s *space) down(name string) { s.t.Helper(); s.must(netlink.LinkSetDown(s.link(name))) }

func (s *space) address(name string, a netip.Addr, bits int) {
	s.t.Helper()
	s.must(netlink.AddrAdd(s.link(name), &netlink.Addr{IPNet: &net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(bits, 32)}}))
}

// newWire joins two namespaces by a cable.
func newWire(t testing.TB) (hub, spoke *space) {
	t.Helper()
	hub, spoke = newSpace(t), newSpace(t)
	hub.do(func() {
		hub.must(netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "eth1"}, PeerName: "eth1",
			PeerNamespace: netlink.NsFd(spoke.handle)}))
		hub.address("eth1", hubNBMA, 24)
		hub.up("eth1")
	})
	spoke.do(func() {
		spoke.address("eth1", spokeNBMA, 24)
		spoke.up("eth1")
	})
	// A packet may wait for the neighbour's address; the first hundred would
	// crowd each other out of that queue.
	hub.ping(spokeNBMA, 0)
	if t.Failed() {
		t.FailNow()
	}
	return hub, spoke
}

// router is a pipeline between the kernels of two namespaces.
type router struct {
	*space
	*dataplane.Pipeline
	socket *socket.Socket
	tuns   *tun.Set
}

func newRouter(s *space, want dataplane.Tunnel) *router {
	s.t.Helper()
	r := &router{space: s}
	r.tuns = tun.NewSet(func(tunnel string, packets [][]byte, offset int) { r.FromTunnel(tunnel, packets, offset) })
	s.do(func() {
		var err error
		r.socket, err = socket.OpenBatch(0, func(packets [][]byte) { r.FromUnderlayBatch(packets) })
		s.must(err)
	})
	if s.t.Failed() {
		s.t.FailNow()
	}
	r.Pipeline = dataplane.New(r.socket, r.tuns, func(dataplane.Event) bool { return true }, time.Now)
	ended := make(chan error, 1)
	go func() { ended <- r.socket.Run() }()
	s.t.Cleanup(func() {
		r.tuns.CloseAll()
		s.must(r.socket.Close())
		s.must(<-ended)
	})
	r.SetTunnels([]dataplane.Tunnel{want})
	r.SetRoutes("", fib.Table{}.With(fib.Entry{Prefix: netip.MustParsePrefix("10.0.0.0/24"), NextHops: []fib.NextHop{{Interface: "Tunnel0"}}}))
	s.do(func() {
		s.must(r.tuns.Open("Tunnel0", "tun0", want.MTU))
		s.address("tun0", want.Addresses[0], 24)
		s.up("tun0")
	})
	return r
}

// newTunnel is a hub and a spoke with a tunnel of that MTU between them.
func newTunnel(t testing.TB, mtu int) (hub, spoke *router) {
	t.Helper()
	hubSpace, spokeSpace := newWire(t)
	multi := dataplane.Tunnel{Name: "Tunnel0", Source: hubNBMA, Multipoint: true, Key: 100, HasKey: true, MTU: mtu,
		Addresses: []netip.Addr{hubIn}, Up: true, Unreachables: true}
	single := multi
	single.Source, single.Multipoint, single.Destination, single.Addresses = spokeNBMA, false, hubNBMA, []netip.Addr{spokeIn}
	hub, spoke = newRouter(hubSpace, multi), newRouter(spokeSpace, single)
	hub.Learn("Tunnel0", netip.PrefixFrom(spokeIn, 32), netip.AddrPortFrom(spokeNBMA, 0))
	if t.Failed() {
		t.FailNow()
	}
	return hub, spoke
}
