package world

import (
	"encoding/binary"
	"net/netip"

	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/router"
)

// host stands for the Linux kernel under a router: addresses, two routing
// tables, forwarding, and answers to pings. It implements dataplane.Overlay.
type host struct {
	node   *Node
	links  []dataplane.Link
	tables [2]fib.Table // by dataplane.Table
	echoed map[uint16]bool
	pcs    map[netip.Addr]bool // on its LANs

	speaking []router.Speaking // routing protocols on its ports
}

func newHost(n *Node) *host {
	return &host{node: n, echoed: map[uint16]bool{}, pcs: map[netip.Addr]bool{}}
}

func (h *host) setRoute(r dataplane.Route) {
	t := &h.tables[r.Table]
	if len(r.NextHops) == 0 && !r.Discard {
		*t = t.Without(r.Prefix)
		return
	}
	e := fib.Entry{Prefix: r.Prefix, Discard: r.Discard}
	for _, n := range r.NextHops {
		e.NextHops = append(e.NextHops, fib.NextHop{Gateway: n.Gateway, Interface: n.Interface})
	}
	*t = t.With(e)
}

// hasAddress reports whether the node would take a packet off the wire that is
// addressed to a: a living node, a link that is up, its own address.
func (n *Node) hasAddress(a netip.Addr) bool {
	return n.Router != nil && n.host.owns(a, func(l dataplane.Link) bool {
		return l.Kind == dataplane.Port && l.Up && !n.pulled[l.Interface]
	})
}

func (h *host) owns(a netip.Addr, on func(dataplane.Link) bool) bool {
	for _, l := range h.links {
		for _, p := range l.Addresses {
			if p.Addr() == a && on(l) {
				return true
			}
		}
	}
	return false
}

// canSend reports whether the underlay table leads to a out of a port with a cable.
func (n *Node) canSend(a netip.Addr) bool {
	e, ok := n.host.tables[dataplane.UnderlayTable].Lookup(a)
	return ok && len(e.NextHops) > 0 && !n.pulled[e.NextHops[0].Interface]
}

// receive takes an outer packet off the wire.
func (n *Node) receive(packet []byte) {
	n.pipe.FromUnderlay(packet)
	n.drain()
}

// Deliver takes packets that came out of a tunnel.
func (h *host) Deliver(_ string, packets [][]byte, offset int) error {
	for _, p := range packets {
		h.input(append([]byte(nil), p[offset:]...))
	}
	return nil
}

// input delivers a packet to the node itself, or forwards it.
func (h *host) input(p []byte) {
	src, dst := addresses(p)
	if !h.pcs[dst] && !h.owns(dst, func(dataplane.Link) bool { return true }) {
		if p[8]--; p[8] > 0 {
			h.output(p)
		}
		return
	}
	const icmp, echoReply, echoRequest = 1, 0, 8
	if p[9] != icmp || len(p) < 28 {
		return
	}
	switch p[20] {
	case echoRequest:
		h.output(echo(echoReply, dst, src, binary.BigEndian.Uint16(p[26:])))
	case echoReply:
		h.echoed[binary.BigEndian.Uint16(p[26:])] = true
	}
}

// output routes a packet; only tunnels lead anywhere in this world.
func (h *host) output(p []byte) {
	_, dst := addresses(p)
	e, ok := h.tables[dataplane.MainTable].Lookup(dst)
	if !ok || len(e.NextHops) == 0 {
		return
	}
	for _, l := range h.links {
		if l.Interface == e.NextHops[0].Interface && l.Kind == dataplane.TUN && l.Up {
			buf := append(make([]byte, dataplane.Headroom), p...)
			h.node.pipe.FromTunnel(l.Interface, [][]byte{buf}, dataplane.Headroom)
			h.node.drain()
			return
		}
	}
}

// PC puts a host on a node's LAN that answers pings, until the node boots again.
func (n *Node) PC(a netip.Addr) { n.host.pcs[a] = true }

// Ping sends one echo request and reports, once the world has run on, whether
// the answer came.
func (n *Node) Ping(src, dst netip.Addr, sequence uint16) (answered func() bool) {
	n.host.output(echo(8, src, dst, sequence))
	return func() bool { return n.host.echoed[sequence] }
}

func addresses(p []byte) (src, dst netip.Addr) {
	src, _ = netip.AddrFromSlice(p[12:16])
	dst, _ = netip.AddrFromSlice(p[16:20])
	return src, dst
}

// echo makes an ICMP echo message in an IPv4 packet. Nobody in this world
// checks ICMP's checksum; the IPv4 header's is the pipeline's business.
func echo(kind byte, src, dst netip.Addr, sequence uint16) []byte {
	p := make([]byte, 28)
	p[0], p[8], p[9] = 0x45, 64, 1
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	copy(p[12:], src.AsSlice())
	copy(p[16:], dst.AsSlice())
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(p[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(p[10:], ^uint16(sum))
	p[20] = kind
	binary.BigEndian.PutUint16(p[26:], sequence)
	return p
}
