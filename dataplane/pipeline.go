// Package dataplane carries packets between tunnels and the underlay.
//
// The kernel forwards plain IP; everything that enters or leaves a Tunnel
// interface passes through a Pipeline, in batches, and is done with when the
// call returns. A packet that leaves by a tunnel travels like this:
//
//  1. The kernel routes it into the tunnel's TUN and takes one from its TTL;
//     dataplane/tun reads it, with headroom in front, and calls FromTunnel.
//  2. It must be an IPv4 packet, and not one of our own outer packets coming
//     back: that would be a tunnel routed through itself (outbound.go).
//  3. The MSS of a SYN is clamped (mss.go).
//  4. It is looked up among the routes that leave by this tunnel. That gives
//     the next hop, and the tunnel's adjacencies (adjacency.go) give the next
//     hop's NBMA address; a point-to-point tunnel has its destination instead.
//     Nobody there: the router is told of the next hop, and meanwhile the
//     tunnel's server takes the packet; without one the sender gets a host
//     unreachable (icmp.go). Multicast goes to every address of the
//     tunnel's list instead.
//  5. What is larger than the tunnel's MTU is cut into fragments, or, when it
//     may not be, dropped with a message to the sender.
//  6. The GRE header and the outer IPv4 header are written in front of it, in
//     place, and the batch goes to the Underlay. What a protected tunnel sends
//     is sealed by the association with the peer (choice.go, protection.go):
//     headers in front, trailer behind, and nothing leaves without one.
//
// And one that arrives:
//
//  1. dataplane/socket reads it, whole and with a checksum that the kernel has
//     verified, and calls FromUnderlay.
//  2. Outer header, GRE header, then the tunnel: by our address and the key, and
//     by the peer's address where a tunnel has only one peer (inbound.go). ESP,
//     plain or in UDP, is opened first by the association of its SPI, and then its
//     peer is who it comes from, whatever the outer header says. A protected
//     tunnel takes nothing else, and no other tunnel takes that.
//  3. NHRP becomes a Control event for the router, and so does a packet of a
//     routing protocol for this end of the tunnel a Routing event (punt.go): it
//     never sees the kernel. Other IPv4 has its SYNs clamped and goes to the
//     Overlay, which writes it into the TUN; the kernel routes
//     it on. From spoke to spoke through a hub that is back into the same TUN,
//     and a TTL is counted as on any router.
//
// A security association is installed once (association.go) and has one live
// state, esp.Inbound or esp.Outbound, that all packets share: it is no part of any
// snapshot, so that no sequence number can come twice. The key exchange installs
// both directions, chooses the one for a peer (Outbound), and removes old ones;
// what it must hear of packets is in events.go. Its messages share UDP ports 500
// and 4500 with ESP.
//
// Who captures a tunnel sees its packets at step 3 (tap.go).
//
// Whatever does not get through counts under exactly one Reason (drop.go), with
// its tunnel if it had one.
//
// Concurrency: FromTunnel and FromUnderlay may run on many goroutines. What they
// need lies behind one atomic pointer, a snapshot that is replaced and never
// changed (snapshot.go); associations lie in tables of their own (shards.go); bindings change far more often than tunnels do, so each
// tunnel's adjacencies are a persistent table behind a pointer of their own.
// Mutexes are taken only for packets that have no adjacency, or no tunnel
// (stranger.go). The control
// methods (control.go) belong to one goroutine.
//
// RFCs: 791, 792, 1191, 1812 (what a router says and to whom), 2784 and 2890
// (GRE), 3948 (ESP in UDP), 4301 (what may enter by an association), 6040 (congestion
// marks), 6864 (identification). Left out: IPv6 inside and outside, GRE
// keepalives, and path MTU discovery of the outer packet.
package dataplane

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Underlay sends outer packets. Each Datagram is a complete IPv4 packet whose
// header checksum and total length are filled in.
//
// Send stops at the first datagram that it cannot send and returns how many
// went before it; the pipeline counts that one as lost and goes on behind it.
// It must not keep the packets. It may be called by many goroutines at once.
type Underlay interface {
	Send(batch []Datagram) (sent int, err error)
}

// Datagram is one outer packet and where it goes. A port that is not 0 is the
// peer's of ESP in UDP (RFC 3948), whose header the packet holds.
type Datagram struct {
	To     netip.AddrPort
	Packet []byte
}

// Overlay delivers inner packets to the box: writes them into a tunnel's TUN.
// Each packet begins at offset of its buffer; the bytes before it are headroom.
// An error means that none of them arrived. Deliver may overwrite the buffers
// up to their capacity and must not keep them. It may be called by many
// goroutines at once.
type Overlay interface {
	Deliver(tunnel string, packets [][]byte, offset int) error
}

// Headroom is the number of bytes that a buffer given to FromTunnel must have
// in front of the packet; tunnel mode in UDP takes 80. With less, or without the
// capacity behind it that a trailer takes, the packet is copied.
const Headroom = 96

// Pipeline is the packet path of one router. Its control methods belong to one
// goroutine; FromTunnel and FromUnderlay may be called from many.
type Pipeline struct {
	underlay Underlay
	overlay  Overlay
	events   func(Event) bool
	now      func() time.Time

	state     atomic.Pointer[snapshot] // what packets see; never nil
	drops     tally                    // of packets that belong to no tunnel
	strangers                          // who sent them
	id        atomic.Uint32            // identification of the last outer packet

	sas        associations
	keepalives atomic.Uint64 // of peers behind address translators

	lives map[string]*live // by tunnel; the control goroutine's

	outbounds, inbounds sync.Pool // *outbound and *inbound, for their buffers
}

// New returns a pipeline without tunnels. events puts an event in the router's
// queue and returns false if that is full; it must not block. now is asked for
// the time once a batch, so it need not be precise.
func New(u Underlay, o Overlay, events func(Event) bool, now func() time.Time) *Pipeline {
	p := &Pipeline{underlay: u, overlay: o, events: events, now: now, lives: map[string]*live{}}
	p.outbounds.New = func() any { return &outbound{p: p} }
	p.inbounds.New = func() any { return &inbound{p: p} }
	p.state.Store(newSnapshot(nil, nil))
	return p
}

// FromTunnel takes packets read from a tunnel's TUN, each at offset. When it
// returns they have been sent or dropped. It may overwrite the buffers up to
// their capacity.
func (p *Pipeline) FromTunnel(tunnel string, packets [][]byte, offset int) {
	s := p.state.Load()
	t := s.tunnels[tunnel]
	switch {
	case t == nil:
		p.drops.add(DropTunnelDown, len(packets))
		return
	case !t.ready():
		t.drops.add(DropTunnelDown, len(packets))
		return
	}
	o := p.outbounds.Get().(*outbound)
	o.begin(s, t)
	for _, b := range packets {
		if reason := o.packet(b, offset); reason != forwarded {
			t.drops.add(reason, 1)
		}
	}
	o.send()
	p.outbounds.Put(o)
}

// FromUnderlay takes one outer IPv4 packet of protocol 47. When it returns the
// packet has been delivered or dropped. It may overwrite the buffer up to its
// capacity.
func (p *Pipeline) FromUnderlay(packet []byte) {
	one := [1][]byte{packet}
	p.FromUnderlayBatch(one[:])
}

// FromUnderlayBatch is FromUnderlay for several packets, each in a buffer of
// its own. Neighbours of one tunnel are delivered together, which is much
// cheaper for a TUN that joins the segments of a TCP flow.
func (p *Pipeline) FromUnderlayBatch(packets [][]byte) {
	in := p.inbounds.Get().(*inbound)
	in.begin(p.state.Load())
	for _, b := range packets {
		if reason := in.packet(b); reason < numReasons {
			in.counted().add(reason, 1)
		}
	}
	in.deliver()
	p.inbounds.Put(in)
}
