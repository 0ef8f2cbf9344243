package router

import (
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/nhrp"
)

// protocolNHRP is the GRE protocol type of NHRP, RFC 2332 section 5.
const protocolNHRP = 0x2001

// packet hands what the data plane met to the machine whose business it is.
func (r *Router) packet(now time.Time, e dataplane.Event) {
	switch e := e.(type) {
	case dataplane.Control:
		if e.Protocol == protocolNHRP {
			r.carryNHRP(now, r.nhrp.Step(now, nhrp.Receive{Tunnel: e.Tunnel, From: e.From, To: e.To, Packet: e.Packet}))
		}
	case dataplane.Routing:
		r.heard(now, punted(e))
	case dataplane.Unresolved:
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Unresolved{Tunnel: e.Tunnel, NextHop: e.NextHop}))
	case dataplane.Hairpin:
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Hairpin{Tunnel: e.Tunnel, From: e.From, Packet: e.Packet}))
	case dataplane.Used:
		r.carryNHRP(now, r.nhrp.Step(now, nhrp.Used{Tunnel: e.Tunnel, Protocol: e.Protocol}))
	default:
		r.secrecy(now, e)
	}
}

// carryNHRP carries out what NHRP wants.
func (r *Router) carryNHRP(now time.Time, outs []nhrp.Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case nhrp.Send:
			r.sendNHRP(now, o)
		case nhrp.Learn:
			r.bind(o.Tunnel, o.Protocol, o.NBMA)
			r.do(Learn{o})
		case nhrp.Forget:
			r.unbind(o.Tunnel, o.Protocol)
			r.do(Forget{o})
		case nhrp.Watch:
			r.do(Watch{o})
		case nhrp.Unwatch:
			r.do(Unwatch{o})
		case nhrp.Server:
			r.do(Server{o})
		case nhrp.Served:
			if r.served[o.Tunnel] != o.Any {
				r.served[o.Tunnel] = o.Any
				r.stirred = true
			}
		case nhrp.Lookup:
			r.lookups = append(r.lookups, o.Host)
		case nhrp.Route:
			r.debug(now, commands.DebugNHRPRouting, commands.NHRPRouted{Tunnel: o.Tunnel, Prefix: o.Prefix, NextHop: o.NextHop, Add: true})
			r.offer(shortcut(o.Tunnel, o.Prefix, o.NextHop))
		case nhrp.Withdraw:
			r.debug(now, commands.DebugNHRPRouting, commands.NHRPRouted{Tunnel: o.Tunnel, Prefix: o.Prefix, NextHop: o.NextHop})
			r.takeBack(shortcut(o.Tunnel, o.Prefix, o.NextHop))
		case nhrp.Multicast:
			r.do(Multicast{o})
		case nhrp.Log:
			r.event(now, o.Event)
			r.doubt(o.Event)
		case nhrp.Debug:
			r.debug(now, topics[o.Topic], o.Event)
			if topic, e, more := commands.AlsoDebug(o.Event); more {
				r.debug(now, topic, e)
			}
		}
	}
	r.drain(now)
}

// nhrpInterface is what NHRP must know of a tunnel's state.
func (r *Router) nhrpInterface(tunnel string) nhrp.Interface {
	i := r.interfaces[tunnel]
	if i == nil || !i.open {
		return nhrp.Interface{Tunnel: tunnel}
	}
	return nhrp.Interface{Tunnel: tunnel, Up: true, NBMA: i.source}
}
