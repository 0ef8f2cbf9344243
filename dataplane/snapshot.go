package dataplane

import (
	"net/netip"
	"slices"
	"sync/atomic"

	"weft/dataplane/fib"
	"weft/dataplane/gre"
	"weft/dataplane/packet"
)

// snapshot is what packets see of the configuration. It is replaced as a whole
// and never changed.
type snapshot struct {
	tunnels   map[string]*tunnel
	endpoints map[endpoint]*tunnel
	sources   map[netip.Addr]bool  // outer addresses of ours
	routes    map[string]fib.Table // by VRF
}

// tunnel is a tunnel as configured, with what lives on through configurations.
type tunnel struct {
	Tunnel
	*live
}

// live is what a tunnel keeps while it exists, however its configuration changes.
type live struct {
	counters
	bindings  atomic.Pointer[adjacencies]
	watched   atomic.Pointer[watched] // nil: none, which is usual
	multicast atomic.Pointer[[]netip.AddrPort]
	server    atomic.Pointer[netip.AddrPort]
	waiting   waiting
	flows     *flows // made before packets see that Redirect is set
	errors    icmpLimits
	tap       atomic.Pointer[Tap]
	inClear   everySoOften // NotProtected
}

// endpoint tells tunnels apart by what arrives: our address and the key, and
// the peer's address, which is zero where anyone may send (multipoint).
type endpoint struct {
	local, remote [4]byte
	key           uint32
	hasKey        bool
}

func newSnapshot(tunnels []*tunnel, routes map[string]fib.Table) *snapshot {
	s := &snapshot{
		tunnels:   make(map[string]*tunnel, len(tunnels)),
		endpoints: make(map[endpoint]*tunnel, len(tunnels)),
		sources:   make(map[netip.Addr]bool, len(tunnels)),
		routes:    routes,
	}
	for _, t := range tunnels {
		s.tunnels[t.Name] = t
		if !t.complete() {
			continue // nothing can arrive
		}
		s.sources[t.Source] = true
		e := endpoint{local: t.Source.As4(), hasKey: t.HasKey}
		if t.HasKey {
			e.key = t.Key
		}
		if !t.Multipoint {
			e.remote = t.Destination.As4()
		}
		// Of two that look the same from outside, the one that is up gets the
		// packets, else the first.
		if other := s.endpoints[e]; other == nil || !other.Up && t.Up {
			s.endpoints[e] = t
		}
	}
	return s
}

// receiver is the tunnel that a GRE packet is for, nil if none.
func (s *snapshot) receiver(local, remote netip.Addr, header gre.Header) *tunnel {
	e := endpoint{
		local:  local.As4(),
		remote: remote.As4(),
		key:    header.Key,
		hasKey: header.HasKey,
	}
	if t := s.endpoints[e]; t != nil {
		return t
	}
	e.remote = [4]byte{}
	return s.endpoints[e]
}

// ours tells that an outer packet from source is one that we made.
func (s *snapshot) ours(source netip.Addr) bool { return s.sources[source] }

// complete tells whether both ends of the outer packet are known; who is at the
// far end of a multipoint tunnel is known by the packet.
func (t *tunnel) complete() bool {
	return t.Source.Is4() && (t.Multipoint || t.Destination.Is4())
}

// owns tells whether a is an address of the tunnel interface.
func (t *tunnel) owns(a netip.Addr) bool { return slices.Contains(t.Addresses, a) }

// ready tells whether packets can be sent.
func (t *tunnel) ready() bool { return t.Up && t.complete() }

func (t *tunnel) greHeader(protocol uint16) gre.Header {
	return gre.Header{Protocol: protocol, Key: t.Key, HasKey: t.HasKey}
}

func (t *tunnel) outerTTL() uint8 {
	if t.TTL == 0 {
		return 255
	}
	return t.TTL
}

// overhead is how much longer a packet is outside than inside.
func (t *tunnel) overhead() int {
	return packet.IPv4HeaderLen + t.greHeader(0).Len()
}

// mtu is the longest inner packet that is sent.
func (t *tunnel) mtu() int {
	longest := packet.MaxIPv4 - t.overhead()
	if t.MTU <= 0 {
		return longest
	}
	return min(t.MTU, longest)
}

// destination is the far end of a point-to-point tunnel, by whatever port it is
// reached.
func (t *tunnel) destination() netip.AddrPort { return netip.AddrPortFrom(t.Destination, 0) }

// receivers are the NBMA addresses that multicast is copied to.
func (t *tunnel) receivers() []netip.AddrPort {
	if !t.Multipoint {
		return []netip.AddrPort{t.destination()}
	}
	if list := t.multicast.Load(); list != nil {
		return *list
	}
	return nil
}
