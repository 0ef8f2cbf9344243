package router

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/dataplane"
)

// iface is one interface: what the configuration asks, and what is.
type iface struct {
	config     *commands.Interface // with the address that was leased
	written    *commands.Interface // as the configuration has it
	lineUp     bool
	protocolUp bool
	cause      string // why the line protocol is down, for people
	since      time.Time
	known      bool // its state has been evaluated once
	wasAdminUp bool

	// Of tunnels:
	open      bool // packets can go in and out, whatever the line protocol waits for
	source    netip.Addr
	heldUntil time.Time // recursion: down until then
}

// noServer is why a tunnel with "if-state nhrp" is down that packets of NHRP go
// through all the same.
const noServer = "no next hop server responds"

func isTunnel(name string) bool   { return strings.HasPrefix(name, "Tunnel") }
func isLoopback(name string) bool { return strings.HasPrefix(name, "Loopback") }

// portChanged notes what the box has behind a name. A port that the
// configuration does not mention yet appears in it shut down, as on a new box.
func (r *Router) portChanged(p Port) {
	r.ports[p.Name] = p
	r.stirred = true
	r.addPorts()
}

// addPorts sees to it that every port that exists has its section.
func (r *Router) addPorts() {
	configured := map[string]bool{}
	for _, c := range r.box.Interfaces {
		configured[c.Name] = true
	}
	added := false
	for _, name := range slices.Sorted(maps.Keys(r.ports)) {
		if r.ports[name].Exists && !configured[name] && r.addPort(name) {
			added = true
		}
	}
	if added {
		r.recompile()
	}
}

// addPort writes an interface section for a port that has none.
func (r *Router) addPort(name string) bool {
	at := config.Cursor{}
	for _, line := range []string{"interface " + name, "no ip address", "shutdown"} {
		result, err := r.tree.Enter(at, line, config.Env{Loading: true})
		if err != nil {
			return false // a name that no command takes: the port stays unused
		}
		at = result.Cursor
	}
	return true
}

// evaluateInterfaces works out the state of every interface and reports
// whether any changed.
func (r *Router) evaluateInterfaces(now time.Time) (moved bool) {
	for _, name := range r.order {
		i := r.interfaces[name]
		source, was := i.source, i.cause
		line, protocol, cause := r.evaluate(now, i)
		i.cause = cause
		if isTunnel(name) && (i.source != source || cause != was || !i.known) {
			r.debug(now, commands.DebugTunnel, commands.TunnelEvaluated{Interface: name, Source: i.source, Up: protocol, Cause: cause})
		}
		if i.known && line == i.lineUp && protocol == i.protocolUp && i.wasAdminUp == !i.config.Shutdown {
			continue
		}
		moved = true
		r.announce(now, i, line, protocol)
		if protocol != i.protocolUp || !i.known {
			i.since = now
		}
		i.lineUp, i.protocolUp, i.wasAdminUp, i.known = line, protocol, !i.config.Shutdown, true
		r.rib.SetInterface(name, protocol)
	}
	return moved
}

func (r *Router) evaluate(now time.Time, i *iface) (line, protocol bool, cause string) {
	switch {
	case i.config.Shutdown:
		i.open, i.source, i.heldUntil = false, netip.Addr{}, time.Time{} // whoever raises it again has seen to it
		return false, false, "administratively down"
	case isLoopback(i.config.Name):
		return true, true, ""
	case isTunnel(i.config.Name):
		cause := r.tunnelDown(now, i)
		i.open = cause == ""
		if i.open && i.config.IfState && !r.served[i.config.Name] {
			cause = noServer
		}
		return true, cause == "", cause
	}
	p, ok := r.ports[i.config.Name]
	switch {
	case !ok || !p.Exists:
		return false, false, "no such port"
	case !p.Carrier:
		return false, false, "no carrier"
	}
	return true, true, ""
}

// announce logs the changes that IOS logs: the link, then the line protocol.
func (r *Router) announce(now time.Time, i *iface, line, protocol bool) {
	name, shut := i.config.Name, i.config.Shutdown
	if !i.known && !protocol {
		return // a new interface that is down is no news
	}
	switch {
	case shut && i.wasAdminUp:
		r.event(now, commands.AdminDown{Interface: name})
	case line != i.lineUp && !shut:
		r.event(now, commands.LinkUpDown{Interface: name, Up: line})
	}
	if protocol != i.protocolUp {
		r.event(now, commands.LineProtocolUpDown{Interface: name, Up: protocol})
	}
}

// link is what the kernel must make of an interface.
func (r *Router) link(i *iface) (dataplane.Link, bool) {
	l := dataplane.Link{Interface: i.config.Name, Up: !i.config.Shutdown, MTU: i.config.MTU}
	switch {
	case isTunnel(i.config.Name):
		l.Kind, l.Up, l.MTU = dataplane.TUN, i.protocolUp, r.tunnelMTU(i.config)
	case isLoopback(i.config.Name):
		l.Kind = dataplane.Loopback
	default:
		if p := r.ports[i.config.Name]; !p.Exists {
			return l, false
		}
		l.Kind = dataplane.Port
	}
	if i.config.Address.IsValid() {
		l.Addresses = append(l.Addresses, i.config.Address)
		l.Addresses = append(l.Addresses, i.config.Secondary...)
	}
	return l, true
}
