package world

import (
	"net/netip"

	"weft/dataplane"
	"weft/router"
)

// say carries a packet of a routing protocol on a port to the routers on the same
// link: those with a port in the same network that listen.
func (w *World) say(from *Node, o router.SendRouting) {
	source, ok := from.host.port(o.Interface)
	if !ok || from.pulled[o.Interface] {
		return
	}
	for _, n := range w.nodes {
		if n == from || n.Router == nil {
			continue
		}
		for _, s := range n.host.speaking {
			at, ok := n.host.port(s.Interface)
			if !ok || n.pulled[s.Interface] || s.Protocol != o.Protocol || at.Masked() != source.Masked() || o.To != s.Group && o.To != at.Addr() {
				continue
			}
			heard := router.RoutingPacket{Interface: s.Interface, From: source.Addr(), To: o.To, Protocol: o.Protocol, Packet: o.Packet}
			w.errands = append(w.errands, errand{w.now.Add(w.Latency), func() { n.Step(heard) }})
		}
	}
}

// port is the address of a port that is up.
func (h *host) port(name string) (netip.Prefix, bool) {
	for _, l := range h.links {
		if l.Interface == name && l.Kind == dataplane.Port && l.Up && len(l.Addresses) > 0 {
			return l.Addresses[0], true
		}
	}
	return netip.Prefix{}, false
}
