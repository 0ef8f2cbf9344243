// Package dataplane carries packets between tunnels and the underlay.
package dataplane

import "net/netip"

// Underlay sends outer packets. Each Datagram is a complete IPv4 packet whose
// header checksum and total length are filled in.
type Underlay interface {
	Send(batch []Datagram) (sent int, err error)
}

// Datagram is one outer packet and where it goes.
type Datagram struct {
	To     netip.Addr
	Packet []byte
}

// Overlay delivers inner packets to the box: writes them into a tunnel's TUN.
// Each packet begins at offset of its buffer; the bytes before it are headroom.
type Overlay interface {
	Deliver(tunnel string, packets [][]byte, offset int) error
}

// Headroom is the number of bytes that a buffer given to FromTunnel must have
// in front of the packet.
const Headroom = 64

// Pipeline is the packet path of one router. Its control methods belong to one
// goroutine; FromTunnel and FromUnderlay may be called from many.
//
//	func New(u Underlay, o Overlay, events func(Event) bool) *Pipeline // events returns false if its queue is full
//	func (p *Pipeline) SetTunnels([]Tunnel)
//	func (p *Pipeline) SetRoutes(vrf string, t fib.Table)
//	func (p *Pipeline) Learn(tunnel string, protocol netip.Prefix, nbma netip.Addr)
//	func (p *Pipeline) Forget(tunnel string, protocol netip.Prefix)
//	func (p *Pipeline) SetMulticast(tunnel string, nbma []netip.Addr)
//	func (p *Pipeline) SendControl(tunnel string, to netip.Addr, protocol uint16, payload []byte)
//	func (p *Pipeline) Counters(tunnel string) Counters
//	func (p *Pipeline) Drops() []Drop              // those of no tunnel
//	func (p *Pipeline) ClearCounters(tunnel string)
//
//	// FromTunnel takes packets read from a tunnel's TUN, each at offset.
//	func (p *Pipeline) FromTunnel(tunnel string, packets [][]byte, offset int)
//	// FromUnderlay takes one outer IPv4 packet of protocol 47.
//	func (p *Pipeline) FromUnderlay(packet []byte)
type Pipeline struct{}

var _ netip.Addr
