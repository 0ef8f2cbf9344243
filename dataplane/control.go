package dataplane

import (
	"maps"
	"net/netip"
	"slices"

	"weft/dataplane/fib"
	"weft/dataplane/packet"
)

// controlTOS marks what protocols of the box send: internetwork control.
const controlTOS = 0xc0

// SetTunnels makes want all the tunnels there are. One that was there before
// keeps its counters, its bindings and its multicast list.
func (p *Pipeline) SetTunnels(want []Tunnel) {
	before := p.state.Load()
	tunnels := make([]*tunnel, 0, len(want))
	wanted := make(map[string]bool, len(want))
	for _, w := range want {
		w.Addresses = slices.Clone(w.Addresses)
		l := p.live(w.Name)
		if w.Redirect > 0 && l.flows == nil {
			l.flows = new(flows)
		}
		tunnels = append(tunnels, &tunnel{w, l})
		wanted[w.Name] = true
	}
	for name := range before.tunnels {
		if !wanted[name] {
			delete(p.lives, name)
		}
	}
	p.state.Store(newSnapshot(tunnels, before.routes))
}

// SetRoutes makes t the routes of vrf.
func (p *Pipeline) SetRoutes(vrf string, t fib.Table) {
	after := *p.state.Load()
	after.routes = maps.Clone(after.routes)
	if after.routes == nil {
		after.routes = map[string]fib.Table{}
	}
	after.routes[vrf] = t
	p.state.Store(&after)
}

// Learn binds protocol addresses of a multipoint tunnel to an NBMA address. The
// tunnel may come later. An address that is not IPv4 binds them to nothing.
func (p *Pipeline) Learn(tunnel string, protocol netip.Prefix, nbma netip.AddrPort) {
	if !nbma.Addr().Is4() {
		p.Forget(tunnel, protocol)
		return
	}
	p.live(tunnel).learn(protocol.Masked(), nbma)
}

// Forget takes the binding of exactly these protocol addresses away.
func (p *Pipeline) Forget(tunnel string, protocol netip.Prefix) {
	p.live(tunnel).forget(protocol.Masked())
}

// Watch has the next packet through the binding of a prefix, or if it has none
// to an address in it, reported as Used.
func (p *Pipeline) Watch(tunnel string, prefix netip.Prefix) { p.live(tunnel).watch(prefix.Masked()) }

// Unwatch ends that.
func (p *Pipeline) Unwatch(tunnel string, prefix netip.Prefix) {
	p.live(tunnel).unwatch(prefix.Masked())
}

// SetServer makes nbma the station that takes the data of a multipoint tunnel
// whose next hop has no binding; the zero address is none.
func (p *Pipeline) SetServer(tunnel string, nbma netip.AddrPort) {
	if !nbma.Addr().Is4() {
		nbma = netip.AddrPort{}
	}
	p.live(tunnel).server.Store(&nbma)
}

// SetMulticast makes nbma all the addresses that multicast of a multipoint
// tunnel is copied to. Those that are not IPv4 are left out.
func (p *Pipeline) SetMulticast(tunnel string, nbma []netip.AddrPort) {
	list := slices.DeleteFunc(slices.Clone(nbma), func(a netip.AddrPort) bool { return !a.Addr().Is4() })
	p.live(tunnel).multicast.Store(&list)
}

// SendControl sends payload with a GRE header of the given protocol type to an
// NBMA address; a point-to-point tunnel has only its own. It also goes out of a
// tunnel that is down, because goodbyes do.
func (p *Pipeline) SendControl(tunnel string, to netip.AddrPort, protocol uint16, payload []byte) {
	t := p.state.Load().tunnels[tunnel]
	switch {
	case t == nil:
		p.drops.add(DropTunnelDown, 1)
		return
	case !t.Multipoint:
		to = t.destination()
	}
	switch {
	case !t.Source.Is4():
		t.drops.add(DropTunnelDown, 1)
		return
	case !to.Addr().Is4():
		t.drops.add(DropNoAdjacency, 1)
		return
	case len(payload) > packet.MaxIPv4-t.overhead():
		t.drops.add(DropTooBig, 1)
		return
	}
	sa, reason := p.protected(t, to)
	if reason != forwarded {
		t.drops.add(reason, 1)
		return
	}
	gre, now := t.greHeader(protocol).Len(), p.now().UnixNano()
	head := sa.head() + gre
	b := append(make([]byte, head, head+len(payload)+sa.tail(gre+len(payload))), payload...)
	d, reason := p.outer(t, sa, b, head, protocol, controlTOS, false, to, now)
	if reason != forwarded {
		t.drops.add(reason, 1)
		return
	}
	if sent, _ := p.underlay.Send([]Datagram{d}); sent == 0 {
		t.drops.add(DropUnderlaySend, 1)
		return
	}
	t.countOut(1, len(payload), now)
}

// Counters are those of a tunnel, zero if there is none of that name.
func (p *Pipeline) Counters(tunnel string) Counters {
	if t := p.state.Load().tunnels[tunnel]; t != nil {
		return t.read()
	}
	return Counters{}
}

// Drops are those of packets that belong to no tunnel.
func (p *Pipeline) Drops() []Drop { return p.drops.list() }

// ClearCounters sets those of a tunnel to zero.
func (p *Pipeline) ClearCounters(tunnel string) {
	if t := p.state.Load().tunnels[tunnel]; t != nil {
		t.clear()
	}
}

// live is what lives on of the tunnel of that name.
func (p *Pipeline) live(name string) *live {
	l := p.lives[name]
	if l == nil {
		l = new(live)
		p.lives[name] = l
	}
	return l
}
