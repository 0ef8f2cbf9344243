package router

import (
	"fmt"
	"net/netip"
	"slices"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/nhrp"
)

// ground climbs the rung INTF of the tunnel itself, and reports whether it holds.
func (w *walk) ground(d *commands.Diagnosis) bool {
	report := commands.RungReport{Rung: commands.RungInterface}
	if w.i.ProtocolUp {
		report.Evidence = []string{fmt.Sprintf("line protocol is up; tunnel source %s", w.sourceText())}
		d.Rungs = append(d.Rungs, report)
		return true
	}
	if w.i.DownCause == noServer { // as if-state nhrp has it; the rung NHRP says why
		report.Evidence = []string{fmt.Sprintf("NHRP goes out; tunnel source %s", w.sourceText()), "line protocol is down: " + noServer}
		d.Rungs = append(d.Rungs, report)
		return true
	}
	report.Failed = true
	report.Evidence = []string{fmt.Sprintf("line protocol is down: %s", w.i.DownCause), "since " + w.ago(w.i.Since)}
	d.Rungs = append(d.Rungs, report)
	d.Faults = append(d.Faults, w.whyDown())
	return false
}

func (w *walk) sourceText() string {
	if name := w.i.Tunnel.SourceInterface; name != "" {
		return fmt.Sprintf("%s (%s)", w.i.Source, name)
	}
	return w.i.Source.String()
}

// whyDown goes through what a tunnel needs to be up, in the order in which the
// router looks for it.
func (w *walk) whyDown() commands.Fault {
	t := &w.i.Tunnel
	fault := commands.Fault{At: "this router"}
	switch {
	case !w.i.AdminUp:
		fault.Wrong, fault.Enter = "the tunnel is shut down", w.here("no shutdown")
		return fault
	case t.SourceInterface != "":
		if source := w.named(t.SourceInterface); source == nil || !source.ProtocolUp || !source.Address.IsValid() {
			return w.sourceFault(source)
		}
	case t.Source.IsValid():
		switch owner := w.owner(t.Source); {
		case owner == nil:
			fault.Wrong = fmt.Sprintf("the tunnel source %s is no address of this router", t.Source)
			fault.Enter = w.betterSource()
			return fault
		case !owner.ProtocolUp:
			return w.sourceFault(owner)
		}
	default:
		fault.Wrong, fault.Enter = "the tunnel has no source", w.betterSource()
		return fault
	}
	switch {
	case !t.Multipoint && !t.Destination.IsValid():
		return w.withoutDestination()
	case !t.Multipoint && !w.hasWay(t.Destination) && w.through(t.Destination) != w.i.Name:
		fault.Wrong, fault.Enter = fmt.Sprintf("no route leads to the tunnel destination %s", t.Destination), w.routeTo(t.Destination)
		return fault
	}
	for _, nbma := range w.outer() {
		if f, ok := w.recursion(nbma); ok {
			return f
		}
	}
	fault.Wrong = w.i.DownCause
	return fault
}

func (w *walk) named(name string) *commands.InterfaceState {
	i := slices.IndexFunc(w.interfaces, func(i commands.InterfaceState) bool { return i.Name == name })
	if i < 0 {
		return nil
	}
	return &w.interfaces[i]
}

func (w *walk) owner(a netip.Addr) *commands.InterfaceState {
	i := slices.IndexFunc(w.interfaces, func(i commands.InterfaceState) bool {
		return i.Address.Addr() == a || slices.ContainsFunc(i.Secondary, func(p netip.Prefix) bool { return p.Addr() == a })
	})
	if i < 0 {
		return nil
	}
	return &w.interfaces[i]
}

// sourceFault is what keeps the interface of the tunnel source from being one.
func (w *walk) sourceFault(source *commands.InterfaceState) commands.Fault {
	f := commands.Fault{At: "this router"}
	switch {
	case source == nil || !source.Exists:
		f.Wrong, f.Enter = fmt.Sprintf("the tunnel source %s does not exist", w.i.Tunnel.SourceInterface), w.betterSource()
	case !source.AdminUp:
		f.Wrong, f.Enter = fmt.Sprintf("the tunnel source %s is shut down", source.Name), configure("interface "+source.Name, "no shutdown")
	case !source.Address.IsValid() && source.DHCP != nil:
		f.Wrong = fmt.Sprintf("the tunnel source %s has no address: no DHCP server has leased it one", source.Name)
		f.At = "the network of " + source.Name
	case !source.Address.IsValid():
		f.Wrong, f.Enter = fmt.Sprintf("the tunnel source %s has no address", source.Name), w.betterSource()
	default:
		f.Wrong = fmt.Sprintf("the tunnel source %s has no carrier: look at its cable, or at the other end", source.Name)
		f.At = "the link of " + source.Name
	}
	return f
}

// betterSource is the interface by which the tunnel's outer packets would leave;
// where that is not known, the first port that has an address and is up.
func (w *walk) betterSource() []commands.Entering {
	for _, nbma := range w.outer() {
		if e, ok := w.underlay.Lookup(nbma); ok && len(e.NextHops) > 0 {
			return w.here("tunnel source " + e.NextHops[0].Interface)
		}
	}
	for _, i := range w.interfaces {
		if i.Kind != commands.TunnelInterface && i.Kind != commands.LoopbackInterface && i.ProtocolUp && i.Address.IsValid() {
			return w.here("tunnel source " + i.Name)
		}
	}
	return nil
}

// outer are the addresses that the tunnel's outer packets go to by configuration.
func (w *walk) outer() (all []netip.Addr) {
	n := &w.i.NHRP
	if d := w.i.Tunnel.Destination; d.IsValid() {
		all = append(all, d)
	}
	for _, s := range n.NHS {
		if s.NBMA.IsValid() {
			all = append(all, s.NBMA)
		}
	}
	for _, m := range n.Maps {
		all = append(all, m.NBMA)
	}
	if w.t != nil {
		for _, e := range w.t.Cache {
			if e.NBMA.IsValid() {
				all = append(all, e.NBMA)
			}
		}
	}
	return all
}

// withoutDestination: the tunnel is point-to-point and has no other end. Who has
// servers needs only theirs; a server needs to be multipoint.
func (w *walk) withoutDestination() commands.Fault {
	f := commands.Fault{Wrong: "the tunnel is point-to-point and has no destination", At: "this router"}
	if n := &w.i.NHRP; len(n.NHS) > 0 {
		to := n.NHS[0].NBMA
		if len(n.Maps) > 0 && !to.IsValid() {
			to = n.Maps[0].NBMA
		}
		if to.IsValid() {
			f.Enter = w.here("tunnel destination " + to.String())
			return f
		}
	}
	f.Enter = w.here("tunnel mode gre multipoint")
	for _, s := range w.Strangers {
		if s.To == w.i.Source {
			f.Wrong += fmt.Sprintf("; GRE from %s has come %s, last %s ago", s.From, times(s.Count), w.ago(s.Last))
			break
		}
	}
	return f
}

func times(n uint64) string { return plural(n, "time") }

func (w *walk) hasWay(a netip.Addr) bool {
	_, ok := w.underlay.Lookup(a)
	return ok
}

// through is the interface by which the routing table sends packets to a, the
// default route apart.
func (w *walk) through(a netip.Addr) string {
	e, ok := w.routes.Lookup(a)
	if !ok || e.Prefix.Bits() == 0 || len(e.NextHops) == 0 {
		return ""
	}
	return e.NextHops[0].Interface
}

// recursion: the way to an outer address leads through the tunnel itself. A
// static route that does so goes, if there is another way; else a better one
// comes. While the tunnel is down its routes are out of the table: those of the
// configuration are looked at.
func (w *walk) recursion(nbma netip.Addr) (f commands.Fault, found bool) {
	f.At = "this router"
	for _, s := range w.box.Global.Routes {
		inside := s.Interface == w.i.Name || s.Interface == "" && w.i.Address.IsValid() && w.i.Address.Masked().Contains(s.NextHop)
		if s.VRF != "" || !inside || s.Prefix.Bits() == 0 || !s.Prefix.Contains(nbma) {
			continue
		}
		f.Wrong = fmt.Sprintf("%q sends the outer packets to %s into %s itself", staticLine(s), nbma, w.i.Name)
		if w.hasWay(nbma) {
			f.Enter = configure("no " + staticLine(s))
		} else {
			f.Enter = w.routeTo(nbma)
		}
		return f, true
	}
	if w.through(nbma) == w.i.Name {
		f.Wrong, f.Enter = fmt.Sprintf("the route to %s leads through %s itself", nbma, w.i.Name), w.routeTo(nbma)
		return f, true
	}
	return f, false
}

func staticLine(s commands.StaticRoute) string {
	text := fmt.Sprintf("ip route %s %s", s.Prefix.Addr(), commands.MaskOf(s.Prefix))
	if s.Interface != "" {
		text += " " + s.Interface
	}
	if s.NextHop.IsValid() {
		text += " " + s.NextHop.String()
	}
	return text
}

// routeTo is a route to an outer address by a next hop that is in use already.
func (w *walk) routeTo(nbma netip.Addr) []commands.Entering {
	gateway := "NEXT-HOP"
	for _, s := range w.box.Global.Routes {
		if e, ok := w.underlay.Lookup(s.NextHop); ok && s.NextHop.IsValid() && e.Prefix.Bits() > 0 {
			gateway = s.NextHop.String()
			break
		}
	}
	return configure(fmt.Sprintf("ip route %s 255.255.255.255 %s", nbma, gateway))
}

// reaches says by which way outer packets go to a peer, and reports whether there
// is one.
func (w *walk) reaches(d *commands.Diagnosis, nbma netip.Addr) bool {
	report := &d.Rungs[len(d.Rungs)-1]
	e, ok := w.underlay.Lookup(nbma)
	if ok && !e.Discard {
		report.Evidence = append(report.Evidence, fmt.Sprintf("%s is reached by %s", nbma, wayText(e)))
		return true
	}
	report.Failed = true
	report.Evidence = append(report.Evidence, fmt.Sprintf("no route outside the tunnels leads to %s", nbma))
	d.Faults = append(d.Faults, commands.Fault{At: "this router", Wrong: fmt.Sprintf("the NBMA address %s cannot be reached", nbma), Enter: w.routeTo(nbma)})
	return false
}

func wayText(e fib.Entry) string {
	if len(e.NextHops) == 0 {
		return e.Prefix.String()
	}
	hop := e.NextHops[0]
	if !hop.Gateway.IsValid() {
		return fmt.Sprintf("%s, connected to %s", e.Prefix, hop.Interface)
	}
	return fmt.Sprintf("%s via %s, %s", e.Prefix, hop.Gateway, hop.Interface)
}

// withoutNHRP: the tunnel is up and NHRP is off.
func (w *walk) withoutNHRP(d *commands.Diagnosis) {
	report := commands.RungReport{Rung: commands.RungNHRP, Failed: true, Evidence: []string{"NHRP is off on this tunnel: it has no network-id"}}
	for _, s := range w.nhrp.Strayed {
		if s.Tunnel == w.i.Name {
			report.Evidence = append(report.Evidence, fmt.Sprintf("%s of %s at %s not taken, the last %s ago",
				plural(s.Count, "packet"), addressText(s.Protocol), s.NBMA, w.ago(s.Last)))
		}
	}
	d.Rungs = append(d.Rungs, report)
	id := max(w.i.Tunnel.Key, 1)
	for slices.ContainsFunc(w.box.Interfaces, func(i *commands.Interface) bool { return i.NHRP.NetworkID == id }) {
		id++
	}
	d.Faults = append(d.Faults, commands.Fault{At: "this router", Wrong: "NHRP needs a network-id; any number will do, it is this router's own affair",
		Enter: w.here(fmt.Sprintf("ip nhrp network-id %d", id))})
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return "a station"
	}
	return a.String()
}

// withoutMulticast: a peer that is up and that multicast does not go to. That is
// a fault as soon as there is some.
func (w *walk) withoutMulticast(p *peer) *commands.Fault {
	var lost uint64
	for _, drop := range w.counters.Drops {
		if drop.Reason == dataplane.DropNoMulticast {
			lost = drop.Count
		}
	}
	listed := slices.ContainsFunc(w.t.Multicast, func(m nhrp.MulticastEntry) bool { return m.NBMA == p.NBMA })
	client := p.entry != nil && p.entry.Flags&nhrp.Registered != 0
	if lost == 0 || listed || !w.i.Tunnel.Multipoint || p.server == nil && !client {
		return nil
	}
	f := &commands.Fault{At: "this router", Wrong: fmt.Sprintf("multicast does not go to this peer; %s had no receiver: routing protocols find no neighbor", plural(lost, "packet"))}
	if client {
		f.Enter = w.here("ip nhrp map multicast dynamic")
	} else {
		f.Enter = w.here("ip nhrp map multicast " + p.NBMA.String())
	}
	return f
}
