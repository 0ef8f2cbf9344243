package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"weft/dataplane"
	"weft/dataplane/fib"
)

// The addresses of all tests: a hub and two spokes, a LAN behind each.
var (
	hubNBMA, spoke1NBMA, spoke2NBMA = addr("192.0.2.1"), addr("198.51.100.11"), addr("203.0.113.12")
	hubIn, spoke1In, spoke2In       = addr("10.0.0.1"), addr("10.0.0.11"), addr("10.0.0.12")
	pc0, pc1, pc2                   = addr("172.16.0.10"), addr("172.16.11.10"), addr("172.16.12.10")
)

func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// plain is a peer whose packets come without UDP.
func plain(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, 0) }

// network is an underlay in memory: it hands each outer packet to the box that
// has the address.
type network struct {
	boxes map[netip.Addr]*box
	wire  [][]byte // every packet that was on it
}

// box is one pipeline with what stands around it.
type box struct {
	*dataplane.Pipeline
	network   *network
	clock     time.Time
	delivered [][]byte // inner packets
	events    []dataplane.Event
	full      bool // the event queue
	refuse    int  // the datagram of the next batch that cannot be sent, from 1
	unplugged bool // the TUN refuses packets
	longest   int  // batch sent
	// kernel is what the box does with delivered packets; nil keeps them.
	kernel func(tunnel string, b []byte)
}

func newBox(n *network, nbma netip.Addr) *box {
	b := &box{network: n, clock: time.Unix(1_700_000_000, 0)}
	b.Pipeline = dataplane.New(b, b, b.event, func() time.Time { return b.clock })
	if n != nil {
		n.boxes[nbma] = b
	}
	return b
}

func (b *box) event(e dataplane.Event) bool {
	if b.full {
		return false
	}
	b.events = append(b.events, e)
	return true
}

func (b *box) Send(batch []dataplane.Datagram) (int, error) {
	if b.network == nil && b.refuse == 0 {
		return len(batch), nil // many goroutines may be here
	}
	b.longest = max(b.longest, len(batch))
	for i, d := range batch {
		if b.refuse == i+1 {
			b.refuse = 0
			return i, bytes.ErrTooLarge
		}
		if b.network == nil {
			continue
		}
		b.network.wire = append(b.network.wire, bytes.Clone(d.Packet))
		if to := b.network.boxes[d.To.Addr()]; to != nil {
			to.FromUnderlay(bytes.Clone(d.Packet))
		}
	}
	return len(batch), nil
}

func (b *box) Deliver(tunnel string, packets [][]byte, offset int) error {
	if b.unplugged {
		return bytes.ErrTooLarge
	}
	for _, p := range packets {
		if b.kernel != nil {
			b.kernel(tunnel, bytes.Clone(p[offset:]))
			continue
		}
		if b.network != nil {
			b.delivered = append(b.delivered, bytes.Clone(p[offset:]))
		}
	}
	return nil
}

// fromTunnel feeds packets as a TUN reader does.
func (b *box) fromTunnel(packets ...[]byte) {
	var buffers [][]byte
	for _, p := range packets {
		buffers = append(buffers, append(make([]byte, dataplane.Headroom), p...))
	}
	b.FromTunnel("Tunnel0", buffers, dataplane.Headroom)
}

func hubTunnel() dataplane.Tunnel {
	return dataplane.Tunnel{Name: "Tunnel0", Source: hubNBMA, Multipoint: true, Key: 100, HasKey: true,
		MTU: 1400, Addresses: []netip.Addr{hubIn}, Up: true, Unreachables: true}
}

// spokeTunnel is the point-to-point side.
func spokeTunnel(source, inside netip.Addr) dataplane.Tunnel {
	t := hubTunnel()
	t.Source, t.Multipoint, t.Destination, t.Addresses = source, false, hubNBMA, []netip.Addr{inside}
	return t
}

func routes(entries ...fib.Entry) (t fib.Table) {
	for _, e := range entries {
		t = t.With(e)
	}
	return t
}

func via(p string, gateways ...netip.Addr) fib.Entry {
	e := fib.Entry{Prefix: prefix(p)}
	for _, g := range gateways {
		e.NextHops = append(e.NextHops, fib.NextHop{Gateway: g, Interface: "Tunnel0"})
	}
	return e
}

func newHub(n *network) *box {
	hub := newBox(n, hubNBMA)
	hub.SetTunnels([]dataplane.Tunnel{hubTunnel()})
	hub.SetRoutes("", routes(via("10.0.0.0/24", netip.Addr{}),
		via("172.16.11.0/24", spoke1In), via("172.16.12.0/24", spoke2In)))
	hub.Learn("Tunnel0", prefix("10.0.0.11/32"), plain(spoke1NBMA))
	hub.Learn("Tunnel0", prefix("10.0.0.12/32"), plain(spoke2NBMA))
	hub.SetMulticast("Tunnel0", []netip.AddrPort{plain(spoke1NBMA), plain(spoke2NBMA)})
	return hub
}

func newSpoke(n *network, nbma, inside netip.Addr) *box {
	spoke := newBox(n, nbma)
	spoke.SetTunnels([]dataplane.Tunnel{spokeTunnel(nbma, inside)})
	spoke.SetRoutes("", routes(via("10.0.0.0/24", netip.Addr{}), via("172.16.0.0/16", hubIn)))
	return spoke
}

func hubAndSpokes() (hub, spoke1, spoke2 *box) {
	n := &network{boxes: map[netip.Addr]*box{}}
	return newHub(n), newSpoke(n, spoke1NBMA, spoke1In), newSpoke(n, spoke2NBMA, spoke2In)
}

// ipv4 is a packet made by an independent encoder.
func ipv4(t testing.TB, from, to netip.Addr, change func(*layers.IPv4), all ...gopacket.SerializableLayer) []byte {
	t.Helper()
	header := &layers.IPv4{Version: 4, TTL: 63, Id: 7, Protocol: layers.IPProtocolUDP, SrcIP: from.AsSlice(), DstIP: to.AsSlice()}
	if change != nil {
		change(header)
	}
	for _, l := range all {
		if l, ok := l.(interface {
			SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
		}); ok {
			l.SetNetworkLayerForChecksum(header)
		}
	}
	return serialize(t, append([]gopacket.SerializableLayer{header}, all...)...)
}

func serialize(t testing.TB, all ...gopacket.SerializableLayer) []byte {
	t.Helper()
	buffer := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, all...)
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// udp is a datagram of so many octets in a packet.
func udp(t testing.TB, from, to netip.Addr, size int) []byte {
	t.Helper()
	return ipv4(t, from, to, nil, &layers.UDP{SrcPort: 1000, DstPort: 2000}, gopacket.Payload(make([]byte, size)))
}

// outer wraps inner as a peer would.
func outer(t testing.TB, from, to netip.Addr, g layers.GRE, inner []byte) []byte {
	t.Helper()
	return ipv4(t, from, to, func(h *layers.IPv4) { h.Protocol = layers.IPProtocolGRE }, &g, gopacket.Payload(inner))
}

// greIPv4 is the GRE header of the tests' tunnels.
func greIPv4() layers.GRE {
	return layers.GRE{Protocol: layers.EthernetTypeIPv4, KeyPresent: true, Key: 100}
}

func wantDrops(t *testing.T, got []dataplane.Drop, want ...dataplane.Drop) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("dropped %v, want %v", got, want)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("dropped %v, want %v", got, want)
		}
	}
}
