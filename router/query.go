package router

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dhcp"
	"weft/nhrp"
	"weft/routing/rib"
)

// Hostname is what the router calls itself.
func (r *Router) Hostname() string {
	if r.box.Global == nil || r.box.Global.Hostname == "" {
		return "Router"
	}
	return r.box.Global.Hostname
}

// Interfaces tells the state of the interfaces that keep chooses (nil: all), in
// IOS order, without the counters, which the data plane has.
func (r *Router) Interfaces(keep func(name string) bool) []commands.InterfaceState {
	var all []commands.InterfaceState
	for _, name := range r.order {
		if keep != nil && !keep(name) {
			continue
		}
		i := r.interfaces[name]
		p := r.ports[name]
		virtual := isTunnel(name) || isLoopback(name)
		config := *i.config
		s := commands.InterfaceState{
			Interface:  &config,
			Exists:     virtual || p.Exists,
			AdminUp:    !i.config.Shutdown,
			LineUp:     i.lineUp,
			ProtocolUp: i.protocolUp,
			MAC:        p.MAC,
			Speed:      p.Speed,
			Method:     "unset",
			Source:     i.source,
			DownCause:  i.cause,
			Since:      i.since,
		}
		switch {
		case i.config.DHCP != nil:
			s.Method = "DHCP"
		case i.config.Address.IsValid() && r.saved[name] == i.config.Address:
			s.Method = "NVRAM"
		case i.config.Address.IsValid():
			s.Method = "manual"
		}
		all = append(all, s)
	}
	return all
}

// NHRP tells what NHRP knows.
func (r *Router) NHRP(f nhrp.Filter) nhrp.State { return r.nhrp.State(f) }

// DHCP tells what the DHCP clients have.
func (r *Router) DHCP() dhcp.State { return r.dhcp.State() }

// Traces tells what NHRP has traced.
func (r *Router) Traces() nhrp.Traces { return r.nhrp.Traces() }

// Routes tells the routes in force that keep chooses.
func (r *Router) Routes(vrf string, keep func(*rib.Route) bool) []rib.Route {
	return r.rib.Routes(vrf, keep)
}

// Logging tells the logging buffer, its settings, and what went where. What
// became of the datagrams for log servers the box knows.
func (r *Router) Logging() commands.Log {
	c, l := &r.box.Global.Logging, &r.log
	state := commands.Log{
		Off: c.Off, Lines: slices.Clone(l.lines), BufferSize: c.BufferSize, Source: c.Source, Sequence: c.Sequence,
		ConsoleLogged: l.consoled, MonitorLogged: l.monitored, BufferLogged: l.buffered, TrapLogged: l.trapped,
		RateLimited:  l.limit.refused,
		ConsoleLevel: c.Console, MonitorLevel: c.Monitor, BufferLevel: c.Buffer, TrapLevel: c.Trap,
	}
	state.Counting = c.Count
	state.Counts = slices.SortedFunc(maps.Values(l.counts), func(a, b commands.LogCount) int {
		return cmp.Or(strings.Compare(a.Facility, b.Facility), strings.Compare(a.Mnemonic, b.Mnemonic), a.Severity-b.Severity)
	})
	for _, h := range c.Hosts {
		state.Hosts = append(state.Hosts, commands.LogHostState{LogHost: h})
	}
	return state
}

// Debugs are the topics that are on.
func (r *Router) Debugs() []commands.DebugTopic { return slices.Sorted(maps.Keys(r.debugs)) }

// DebugConditions limit what debug prints.
func (r *Router) DebugConditions() []commands.DebugCondition { return slices.Clone(r.conditions) }

// Booted is when the router started.
func (r *Router) Booted() time.Time { return r.options.Booted }

// Crypto tells what IKE knows and is to do; the traffic of its associations the
// data plane knows.
func (r *Router) Crypto() commands.CryptoState {
	return commands.CryptoState{State: r.ike.State(), Config: r.box.IKE}
}
