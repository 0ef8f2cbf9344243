package compile

import (
	"fmt"
	"net/netip"
	"slices"

	"weft/cli/commands"
)

// A route as the configuration alone knows it.
type knownRoute struct {
	prefix netip.Prefix
	static *commands.StaticRoute // nil: connected
	out    string                // interface, as far as next hops can be followed
}

// outerPath finds NBMA addresses that can be reached through the tunnel alone,
// or that the routing table sends into it: the outer packet would need the
// tunnel that it is to make.
func (l *linter) outerPath() {
	if l.at.Shutdown {
		return
	}
	routes := l.routes()
	for _, peer := range l.outerPeers() {
		best, underlay := knownRoute{}, false
		for _, r := range routes {
			if !r.prefix.Contains(peer.address) {
				continue
			}
			underlay = underlay || !l.isTunnel(r.out)
			if best.out == "" || r.prefix.Bits() > best.prefix.Bits() {
				best = r
			}
		}
		// A default route through the tunnel is what it says: outer packets
		// do not use it, if there is any other way.
		if best.out != l.at.Name || underlay && best.prefix.Bits() == 0 {
			continue
		}
		mend := []string{fmt.Sprintf("ip route %s 255.255.255.255 %s", peer.address, l.gateway(routes))}
		if s := best.static; s != nil && underlay {
			mend = []string{"no " + staticText(s)}
		}
		l.findGlobal(peer.line, fmt.Sprintf("%s can be reached through %s alone: its route is %s", peer.address, l.at.Name, routeWords(best)),
			!l.dynamic, mend...)
	}
}

// An outerPeer is an address that outer packets go to, and the line that says so.
type outerPeer struct {
	address netip.Addr
	line    string
}

func (l *linter) outerPeers() (peers []outerPeer) {
	add := func(a netip.Addr, words string) {
		if a.IsValid() && !slices.ContainsFunc(peers, func(p outerPeer) bool { return p.address == a }) {
			peers = append(peers, outerPeer{a, l.line(words)})
		}
	}
	if !l.at.Tunnel.Multipoint {
		add(l.at.Tunnel.Destination, "tunnel destination")
		return peers
	}
	for _, m := range l.at.NHRP.Maps {
		words := "ip nhrp map " + m.Protocol.Addr().String() + " " + m.NBMA.String()
		if l.line(words) == "" {
			words = "ip nhrp map " + m.Protocol.Addr().String()
		}
		add(m.NBMA, words)
	}
	for _, s := range l.at.NHRP.NHS {
		add(s.NBMA, "ip nhrp nhs "+s.Protocol.String())
	}
	for _, a := range l.at.NHRP.Multicast {
		add(a, "ip nhrp map multicast "+a.String())
	}
	return peers
}

// routes are the connected and static routes of the global table whose next
// hops lead somewhere.
func (l *linter) routes() (routes []knownRoute) {
	for _, i := range l.box.Interfaces {
		if i.Shutdown || !i.Address.IsValid() {
			continue
		}
		for _, p := range append([]netip.Prefix{i.Address}, i.Secondary...) {
			routes = append(routes, knownRoute{prefix: p.Masked(), out: i.Name})
		}
	}
	waiting := slices.Clone(l.box.Global.Routes)
	for found := true; found; {
		found = false
		waiting = slices.DeleteFunc(waiting, func(s commands.StaticRoute) bool {
			out := s.Interface
			if out == "" {
				out = leadsTo(routes, s.NextHop)
			}
			if s.VRF != "" || out == "" {
				return s.VRF != ""
			}
			routes = append(routes, knownRoute{s.Prefix, &s, out})
			found = true
			return true
		})
	}
	return routes
}

// leadsTo is the interface behind which an address is; "" if nowhere.
func leadsTo(routes []knownRoute, a netip.Addr) string {
	best := knownRoute{}
	for _, r := range routes {
		if a.IsValid() && r.prefix.Contains(a) && (best.out == "" || r.prefix.Bits() > best.prefix.Bits()) {
			best = r
		}
	}
	return best.out
}

func (l *linter) isTunnel(name string) bool { return commands.KindOf(name) == commands.TunnelInterface }

// gateway is the next hop of a mend: one that is used already, or else what is
// to be put in its place.
func (l *linter) gateway(routes []knownRoute) string {
	for _, r := range routes {
		if r.static != nil && r.static.NextHop.IsValid() && !l.isTunnel(r.out) {
			return r.static.NextHop.String()
		}
	}
	return "NEXT-HOP"
}

func routeWords(r knownRoute) string {
	if r.static == nil {
		return fmt.Sprintf("the connected network %s", r.prefix)
	}
	return fmt.Sprintf("%q", staticText(r.static))
}

// staticText is the least that identifies a static route.
func staticText(s *commands.StaticRoute) string {
	text := fmt.Sprintf("ip route %s %s", s.Prefix.Addr(), commands.MaskOf(s.Prefix))
	if s.Interface != "" {
		text += " " + s.Interface
	}
	if s.NextHop.IsValid() {
		text += " " + s.NextHop.String()
	}
	return text
}
