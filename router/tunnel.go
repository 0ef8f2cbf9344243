package router

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/packet"
)

// recursionHold is how long a tunnel stays down whose destination was found to
// lead through itself, before it may try again.
const recursionHold = time.Minute

// Bindings are, for each multipoint tunnel, the protocol prefixes and the peers
// they are bound to, and count those at each NBMA address: the addresses its outer
// packets go to.
type bindings struct {
	nbma  map[netip.Prefix]netip.AddrPort
	peers map[netip.Addr]int
}

func (r *Router) bind(tunnel string, protocol netip.Prefix, nbma netip.AddrPort) {
	b := r.bindings[tunnel]
	if b == nil {
		b = &bindings{map[netip.Prefix]netip.AddrPort{}, map[netip.Addr]int{}}
		r.bindings[tunnel] = b
	}
	if b.nbma[protocol] == nbma {
		return
	}
	r.unbind(tunnel, protocol)
	b.nbma[protocol] = nbma
	if b.peers[nbma.Addr()]++; b.peers[nbma.Addr()] == 1 {
		r.checkRecursion(tunnel, nbma.Addr())
	}
	r.use(tunnel, nbma)
}

func (r *Router) unbind(tunnel string, protocol netip.Prefix) {
	b := r.bindings[tunnel]
	if b == nil {
		return
	}
	nbma, ok := b.nbma[protocol]
	if !ok {
		return
	}
	delete(b.nbma, protocol)
	if b.peers[nbma.Addr()]--; b.peers[nbma.Addr()] == 0 {
		delete(b.peers, nbma.Addr())
	}
	r.disuse(tunnel, nbma)
}

// checkRecursion has settle look at a tunnel again if a new peer's address is
// routed through it.
func (r *Router) checkRecursion(tunnel string, nbma netip.Addr) {
	if through, ok := r.routedThrough(nbma); ok && through == tunnel {
		r.stirred = true
	}
}

// tunnelDown says why a tunnel's line protocol is down, "" if it is up. It also
// settles the tunnel's source. The rules are those of IOS: the source must be an
// address of an interface that is up; a point-to-point tunnel needs a
// destination that has a route, and neither it nor (on a multipoint tunnel) a
// peer's NBMA address may be routed through the tunnel itself.
func (r *Router) tunnelDown(now time.Time, i *iface) string {
	t := &i.config.Tunnel
	source, cause := r.tunnelSource(t)
	i.source = source
	if cause != "" {
		return cause
	}
	if !t.Multipoint {
		if !t.Destination.IsValid() {
			return "no tunnel destination"
		}
		if _, ok := r.rib.UnderlayTable("").Lookup(t.Destination); !ok {
			if through, ok := r.routedThrough(t.Destination); ok && through == i.config.Name {
				return r.recursion(now, i)
			}
			return "no route to the tunnel destination " + t.Destination.String()
		}
	}
	if i.heldUntil.After(now) {
		return "recursive routing"
	}
	i.heldUntil = time.Time{}
	for _, nbma := range r.outerDestinations(i) {
		if through, ok := r.routedThrough(nbma); ok && through == i.config.Name {
			return r.recursion(now, i)
		}
	}
	return ""
}

// recursion takes the tunnel down for a while.
func (r *Router) recursion(now time.Time, i *iface) string {
	if !i.heldUntil.After(now) {
		i.heldUntil = now.Add(recursionHold)
		r.event(now, commands.RecurDown{Interface: i.config.Name})
	}
	return "recursive routing"
}

func (r *Router) tunnelSource(t *commands.Tunnel) (netip.Addr, string) {
	switch {
	case t.SourceInterface != "":
		i, ok := r.interfaces[t.SourceInterface]
		switch {
		case !ok:
			return netip.Addr{}, "the tunnel source " + t.SourceInterface + " does not exist"
		case !i.config.Address.IsValid():
			return netip.Addr{}, "the tunnel source " + t.SourceInterface + " has no address"
		case !i.protocolUp:
			return netip.Addr{}, "the tunnel source " + t.SourceInterface + " is down"
		}
		return i.config.Address.Addr(), ""
	case t.Source.IsValid():
		for _, name := range r.order {
			i := r.interfaces[name]
			if i.owns(t.Source) {
				if !i.protocolUp {
					return netip.Addr{}, "the tunnel source's interface " + name + " is down"
				}
				return t.Source, ""
			}
		}
		return netip.Addr{}, "the tunnel source " + t.Source.String() + " is no address of this router"
	}
	return netip.Addr{}, "no tunnel source"
}

func (i *iface) owns(a netip.Addr) bool {
	return i.config.Address.Addr() == a ||
		slices.ContainsFunc(i.config.Secondary, func(p netip.Prefix) bool { return p.Addr() == a })
}

// outerDestinations are the addresses the tunnel's outer packets go to.
func (r *Router) outerDestinations(i *iface) (all []netip.Addr) {
	if !i.config.Tunnel.Multipoint {
		return []netip.Addr{i.config.Tunnel.Destination}
	}
	if b := r.bindings[i.config.Name]; b != nil {
		all = slices.SortedFunc(maps.Keys(b.peers), netip.Addr.Compare)
	}
	return all
}

// routedThrough tells by which interface the routing table would send a packet
// to a, following tunnels down to what carries them. The default route is
// exempt: outer packets never use a route through a tunnel, so a default route
// through Tunnel0 is what it says and no recursion.
func (r *Router) routedThrough(a netip.Addr) (string, bool) {
	e, ok := r.rib.Table("").Lookup(a)
	if !ok || e.Prefix.Bits() == 0 || len(e.NextHops) == 0 {
		return "", false
	}
	return e.NextHops[0].Interface, true
}

// tunnel is what the pipeline must make of a tunnel interface.
func (r *Router) tunnel(i *iface) dataplane.Tunnel {
	c := i.config
	t := dataplane.Tunnel{
		Name:         c.Name,
		Source:       i.source,
		Destination:  c.Tunnel.Destination,
		Multipoint:   c.Tunnel.Multipoint,
		Key:          c.Tunnel.Key,
		HasKey:       c.Tunnel.HasKey,
		TTL:          uint8(c.Tunnel.TTL),
		DontFragment: c.Tunnel.PathMTU,
		MTU:          r.tunnelMTU(c),
		AdjustMSS:    c.AdjustMSS,
		Up:           i.open,
		Unreachables: c.Unreachables,
		Network:      c.NHRP.NetworkID,
		Redirect:     c.NHRP.Redirect,
	}
	if t.Protected = c.Tunnel.Profile != ""; t.Protected && c.IPMTU == 0 {
		t.Path = pathMTU
	}
	if c.Address.IsValid() {
		t.Addresses = append(t.Addresses, c.Address.Addr())
	}
	for _, p := range c.Secondary {
		t.Addresses = append(t.Addresses, p.Addr())
	}
	return t
}

// pathMTU is how large packets may be outside, as nothing says that they may not.
const pathMTU = 1500

// tunnelMTU is the largest inner packet: "ip mtu", or what fits the path behind
// all headers. Of a protected tunnel these are the longest that its transform
// sets make.
func (r *Router) tunnelMTU(c *commands.Interface) int {
	if c.IPMTU != 0 {
		return c.IPMTU
	}
	gre := 4
	if c.Tunnel.HasKey {
		gre = 8
	}
	mtu := pathMTU - packet.IPv4HeaderLen
	for _, ep := range r.box.IKE.Endpoints {
		if ep.Tunnel != c.Name {
			continue
		}
		for _, t := range ep.IPsec.Transforms {
			room := t.Suite.Room(pathMTU, ep.IPsec.ForceUDP)
			if !t.Transport {
				room -= packet.IPv4HeaderLen
			}
			mtu = min(mtu, room)
		}
	}
	return mtu - gre
}
