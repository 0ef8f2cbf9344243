package main

import (
	"crypto/rand"
	"maps"
	"net/netip"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/dataplane"
	"weft/dhcp"
	"weft/nhrp"
	"weft/router"
	"weft/routing/eigrp"
	"weft/routing/rib"
)

// A view is the box as the sessions see it: commands.Router. Its methods may be
// called from any goroutine; each runs on the router's.
type view struct{ *box }

// answer asks the router's goroutine for a copied value.
func answer[T any](b *box, f func(r *router.Router) T) (v T) {
	b.ask(func(time.Time) { v = f(b.router) })
	return v
}

func (v view) Now() time.Time    { return time.Now() }
func (v view) Booted() time.Time { return v.started }

// change is when and by whom running-config was last changed.
type change struct {
	at time.Time
	by string
}

// Config lets f edit the running-config, and applies what it changed.
func (v view) Config(f func(*config.Tree, config.Env)) {
	v.ask(func(now time.Time) {
		tree := v.router.Tree()
		before := tree.Revision()
		f(tree, config.Env{Salt: rand.Reader, Fixed: v.isPort})
		if tree.Revision() != before {
			v.changed.at = now
			v.step(now, router.Configured{})
		}
	})
}

// isPort reports whether a line of configuration is the head of a port that the
// box has.
func (v view) isPort(head string) bool {
	name, ok := strings.CutPrefix(head, "interface ")
	if kind := commands.KindOf(name); !ok || kind == commands.TunnelInterface || kind == commands.LoopbackInterface {
		return false
	}
	found := v.router.Interfaces(func(n string) bool { return n == name })
	return len(found) > 0 && found[0].Exists
}

func (v view) ConfigChanged() (changed time.Time, by string, written time.Time) {
	v.ask(func(time.Time) { changed, by = v.changed.at, v.changed.by })
	return changed, by, v.nvram.Written()
}

// NoteConfigured logs that a user has left configuration mode.
func (v view) NoteConfigured(origin, user string) {
	v.ask(func(now time.Time) {
		v.changed.by = user
		v.step(now, router.Left{Origin: origin, User: user})
	})
}

func (v view) Lint() []commands.Finding { return answer(v.box, (*router.Router).Lint) }

func (v view) Interfaces(keep func(string) bool) []commands.InterfaceState {
	all := answer(v.box, func(r *router.Router) []commands.InterfaceState { return r.Interfaces(keep) })
	cleared := map[string]time.Time{}
	v.ask(func(time.Time) { maps.Copy(cleared, v.cleared) })
	for i := range all {
		v.measure(&all[i])
		all[i].Cleared = cleared[all[i].Name]
	}
	return all
}

func (v view) NHRP(f nhrp.Filter) nhrp.State {
	return answer(v.box, func(r *router.Router) nhrp.State { return r.NHRP(f) })
}

func (v view) Why(about netip.Addr) (all []commands.Diagnosis) {
	seen := router.Seen{Strangers: v.pipe.Strangers(), Associations: v.pipe.Associations(), Counters: v.pipe.Counters}
	v.ask(func(now time.Time) { all = v.router.Why(now, about, seen) })
	return all
}

func (v view) EventTrace() nhrp.Traces      { return answer(v.box, (*router.Router).Traces) }
func (v view) SetEventTrace(t nhrp.Tracing) { v.command(t) }

func (v view) Routes(vrf string, keep func(*rib.Route) bool) []rib.Route {
	return answer(v.box, func(r *router.Router) []rib.Route { return r.Routes(vrf, keep) })
}

func (v view) DHCP() dhcp.State       { return answer(v.box, (*router.Router).DHCP) }
func (v view) DHCPCommand(in dhcp.In) { v.command(in) }

func (v view) EIGRP() (all []eigrp.State) {
	v.ask(func(now time.Time) { all = v.router.EIGRP(now) })
	return all
}

func (v view) ClearEIGRP(as uint16, c eigrp.Clear) { v.command(router.ClearEIGRP{AS: as, Clear: c}) }

func (v view) Names(host string) commands.Names {
	return answer(v.box, func(r *router.Router) commands.Names {
		addresses, ask := r.Resolve(host)
		return commands.Names{Addresses: addresses, Full: ask.Names, Servers: ask.Servers}
	})
}

func (v view) ARP() []commands.Neighbor {
	neighbors, err := v.kernel.Neighbors()
	if err != nil {
		return nil
	}
	var all []commands.Neighbor
	for _, i := range v.Interfaces(nil) {
		if i.MAC != "" && i.ProtocolUp && i.Address.IsValid() {
			all = append(all, commands.Neighbor{Address: i.Address.Addr(), MAC: i.MAC, Own: true, Interface: i.Name})
		}
	}
	for _, n := range neighbors {
		all = append(all, commands.Neighbor{Address: n.Address, MAC: dotted(n.MAC), Age: n.Age, Interface: n.Interface, Incomplete: n.MAC == ""})
	}
	return all
}

func (v view) Drops() []dataplane.Drop { return v.pipe.Drops() }

// Underlay tells what the socket of outer packets has carried and lost.
func (v view) Underlay() commands.Underlay {
	c := v.socket.Counters()
	u := commands.Underlay{Received: c.Received, Sent: c.Sent, Overflows: c.Overflows}
	for _, f := range c.Failures {
		u.Failures = append(u.Failures, nhrp.Counter{Name: f.Error.Error(), Count: f.Count})
	}
	for _, tunnel := range v.tuns.Names() {
		u.ReadErrors += v.tuns.ReadErrors(tunnel)
	}
	return u
}

func (v view) Logging() commands.Log {
	l := answer(v.box, (*router.Router).Logging)
	v.services.syslog.count(&l)
	return l
}

func (v view) Sessions() []commands.LineUser { return v.shell.Lines.Users(time.Now()) }

func (v view) ClearNHRP(c nhrp.Clear)            { v.command(c) }
func (v view) ClearNHRPStats(tunnel string)      { v.command(nhrp.ClearStats{Tunnel: tunnel}) }
func (v view) CommandLog() []commands.TypedLine  { return v.shell.Lines.CommandLog() }
func (v view) ConfigLog() []commands.ConfigEntry { return v.shell.Lines.ConfigLog() }
func (v view) LineUses() map[int]uint64          { return v.shell.Lines.Uses() }

func (v view) ClearARP(iface string, address netip.Addr) error {
	return v.kernel.ForgetNeighbors(iface, address)
}

func (v view) ClearNHRPCounters(tunnel string) { v.command(nhrp.ClearCounters{Tunnel: tunnel}) }
func (v view) ClearLogging()                   { v.command(router.ClearLogging{}) }
func (v view) SetDebug(topic commands.DebugTopic, on bool) {
	v.command(router.Debugging{Topic: topic, On: on})
}

func (v view) DebugConditions() []commands.DebugCondition {
	return answer(v.box, (*router.Router).DebugConditions)
}
func (v view) SetDebugConditions(all []commands.DebugCondition) {
	v.command(router.DebugConditions(all))
}

func (v view) command(c any) {
	v.ask(func(now time.Time) { v.step(now, router.Command{Command: c}) })
}

func (v view) Debugs() []commands.DebugTopic { return answer(v.box, (*router.Router).Debugs) }

func (v view) ClearCounters(iface string) {
	for _, i := range v.Interfaces(nil) {
		if iface != "" && i.Name != iface {
			continue
		}
		v.clearMeter(i.Name)
		v.ask(func(now time.Time) { v.cleared[i.Name] = now })
	}
}

// lastWords is how long a terminal may take to show why the box goes down.
const lastWords = 500 * time.Millisecond

// Reload restarts the router; it returns only on error.
func (v view) Reload(origin, user, reason string) error {
	v.ask(func(now time.Time) {
		v.step(now, router.Happened{Event: commands.Reload{Origin: origin, User: user, Reason: reason}})
	})
	v.shell.Lines.Drain(lastWords)
	v.stop(reload{reason})
	<-v.stopped
	return nil
}

// dotted writes a MAC address the IOS way: 5254.0012.3456.
func dotted(mac string) string {
	digits := strings.ReplaceAll(mac, ":", "")
	if len(digits) != 12 {
		return ""
	}
	return digits[:4] + "." + digits[4:8] + "." + digits[8:]
}

func (v view) Access() commands.Access   { return door{v.box} }
func (v view) Storage() commands.Storage { return v.nvram }
func (v view) Network() commands.Network { return network{} }
