package router

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/nhrp"
)

// clientRung is the rung NHRP of a server: has the client registered, and if
// not, what came from it?
func (w *walk) clientRung(p *peer, report *commands.RungReport) *commands.Fault {
	registered := p.entry != nil && p.entry.Flags&nhrp.Registered != 0
	if registered {
		report.Evidence = append(report.Evidence, fmt.Sprintf("registered %s ago by request %d, expires in %s",
			w.ago(p.entry.Heard), p.entry.RequestID, commands.Elapsed(p.entry.Expires.Sub(w.now))))
		if p.entry.Claimed.IsValid() {
			report.Evidence = append(report.Evidence, fmt.Sprintf("behind NAT: it believes to be at %s", p.entry.Claimed))
		}
	}
	switch {
	case len(p.incidents) > 0:
		return w.incidentFault(p, &p.incidents[0], report)
	case len(p.strangers) > 0:
		return w.strangerFault(p, &p.strangers[0], report)
	case registered:
		return nil
	}
	who := "it"
	if p.NBMA.IsValid() {
		who = p.NBMA.String()
	}
	report.Evidence = append(report.Evidence, fmt.Sprintf("no NHRP packet of %s, nor GRE that fits no tunnel, is on record", who))
	f := &commands.Fault{Wrong: "nothing has come from it that could be wrong", At: "that router, or the way from it (GRE is IP protocol 47)"}
	if p.NBMA.IsValid() {
		f.Enter = w.ask(p.NBMA)
	}
	return f
}

// mappedRung is that of an entry which does not come from a registration.
func (w *walk) mappedRung(p *peer, report *commands.RungReport) *commands.Fault {
	e := p.entry
	if e.Type != nhrp.Static {
		report.Evidence = []string{fmt.Sprintf("resolved by request %d %s ago, expires in %s", e.RequestID, w.ago(e.Created), commands.Elapsed(e.Expires.Sub(w.now)))}
		return nil
	}
	report.Evidence = []string{"mapped by configuration: ip nhrp map"}
	if !w.unregistered() || !w.likelyServer(e) {
		return nil
	}
	report.Evidence = append(report.Evidence, "no next hop server is configured: nothing is registered anywhere, and nobody has registered here")
	return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%s is mapped but no next hop server", e.NextHop), Enter: w.here("ip nhrp nhs " + e.NextHop.String())}
}

// unregistered tells a tunnel that is neither client nor server.
func (w *walk) unregistered() bool {
	return len(w.t.NHS) == 0 && !w.i.NHRP.MulticastDynamic &&
		!slices.ContainsFunc(w.t.Cache, func(e nhrp.Entry) bool { return e.Flags&nhrp.Registered != 0 })
}

// likelyServer is the map that multicast goes to, or the only one.
func (w *walk) likelyServer(e *nhrp.Entry) bool {
	return slices.Contains(w.i.NHRP.Multicast, e.NBMA) || len(w.i.NHRP.Maps) == 1
}

// alone: the tunnel speaks NHRP, and there is nobody.
func (w *walk) alone(d *commands.Diagnosis) {
	evidence := []string{"no next hop server is configured, nobody has registered, and nothing has come that was not understood"}
	if w.counters.PacketsIn > 0 {
		evidence = append(evidence, fmt.Sprintf("%s came out of the tunnel, the last %s ago", plural(w.counters.PacketsIn, "packet"), w.ago(w.counters.LastIn)))
	}
	d.Rungs = append(d.Rungs, commands.RungReport{Rung: commands.RungNHRP, Failed: true, Evidence: evidence})
	d.Faults = append(d.Faults, commands.Fault{Wrong: "there is no peer: a server waits for clients; a client needs ip nhrp nhs", At: "the clients, or the way from them (GRE is IP protocol 47)"})
}

// incidentFault says what was wrong with a station's latest packet, and at whom.
func (w *walk) incidentFault(p *peer, i *nhrp.Incident, report *commands.RungReport) *commands.Fault {
	what := i.Reason.String()
	if i.Code != nhrp.Success {
		what = fmt.Sprintf("refused: %s(%d)", i.Code, i.Code)
	}
	packet := "packet"
	if i.Packet != 0 {
		packet = i.Packet.String()
	}
	report.Evidence = append(report.Evidence, fmt.Sprintf("%s of %s: %s, %s, the last %s ago", packet, addressText(i.Protocol), what, times(i.Count), w.ago(i.Last)))
	f := &commands.Fault{At: p.NBMA.String(), Wrong: what}
	switch {
	case i.Code == nhrp.UniqueRegistered:
		return w.uniqueFault(p, i)
	case i.Code == nhrp.AdministrativelyProhibited:
		return w.prohibitedFault(p, i)
	case i.Code != nhrp.Success:
	case i.Reason == nhrp.DropAuthentication:
		return w.authenticationFault(p, i)
	case i.Reason == nhrp.DropNotForUs && i.Target.IsValid():
		f.Wrong = fmt.Sprintf("it takes this router for %s, which is %s", i.Target, w.i.Address.Addr())
		f.Enter = w.there(p, fmt.Sprintf("no ip nhrp nhs %s", i.Target), fmt.Sprintf("ip nhrp nhs %s nbma %s", w.i.Address.Addr(), w.i.Source))
	default:
		f.Wrong = "its packets cannot be taken: " + what
	}
	return f
}

// there are lines for a peer's own tunnel.
func (w *walk) there(p *peer, lines ...string) []commands.Entering {
	return []commands.Entering{{Router: p.NBMA, Tunnel: w.outside(), Lines: lines}}
}

// authenticationFault: whoever stands alone is at fault. If others have been
// heard since, it is the peer; if several fail with one and the same string, this
// router.
func (w *walk) authenticationFault(p *peer, i *nhrp.Incident) *commands.Fault {
	ours := w.i.NHRP.Authentication
	alike := 0
	for _, other := range w.t.Incidents {
		if other.Reason == nhrp.DropAuthentication && other.Code == nhrp.Success && other.Told == i.Told && other.Offered == i.Offered {
			alike++
		}
	}
	others := slices.DeleteFunc(w.heardSince(i.First), func(a netip.Addr) bool { return a == p.NBMA })
	if alike > 1 && len(others) == 0 {
		f := &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%d stations fail alike and none is heard: the authentication string here is not theirs", alike)}
		switch {
		case !i.Told:
			f.Enter = w.here("no ip nhrp authentication " + string(ours))
		case typable(string(i.Offered)):
			f.Enter = w.here("ip nhrp authentication " + string(i.Offered))
		}
		markSecret(f.Enter)
		return f
	}
	f := &commands.Fault{At: p.NBMA.String(), Wrong: wrongAuthentication(i)}
	if len(others) > 0 {
		f.Wrong += fmt.Sprintf("; stations heard since then: %d", len(others))
	}
	f.Enter = w.there(p, "ip nhrp authentication "+string(ours))
	markSecret(f.Enter)
	return f
}

func wrongAuthentication(i *nhrp.Incident) string {
	if !i.Told {
		return "it sends no authentication string, and this router wants one"
	}
	return "its authentication string is not that of this router"
}

func markSecret(all []commands.Entering) {
	for k := range all {
		all[k].Secret = true
	}
}

// typable tells strings that a line of configuration can hold.
func typable(s string) bool {
	return s != "" && len(s) <= 8 && !slices.ContainsFunc([]byte(s), func(c byte) bool { return c <= ' ' || c > '~' || c == '?' })
}

// uniqueFault: two stations claim one address. If the one that has it still
// speaks they are two, and the other needs an address of its own; if not, what
// is registered is left over.
func (w *walk) uniqueFault(p *peer, i *nhrp.Incident) *commands.Fault {
	holder := w.entryOf(i.Protocol)
	if holder == nil {
		return &commands.Fault{At: p.NBMA.String(), Wrong: fmt.Sprintf("%s was registered by another and no longer is: its next request will do", i.Protocol)}
	}
	if !holder.Heard.Before(i.First) {
		return &commands.Fault{At: p.NBMA.String(), Wrong: fmt.Sprintf("%s belongs to %s too, which was heard %s ago: two routers have one address", i.Protocol, holder.NBMA, w.ago(holder.Heard)),
			Enter: w.freeAddress(p)}
	}
	return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%s is still registered from %s, which has not been heard for %s", i.Protocol, holder.NBMA, w.ago(holder.Heard)),
		Enter: []commands.Entering{{Lines: []string{"clear ip nhrp " + i.Protocol.String()}}}}
}

func (w *walk) prohibitedFault(p *peer, i *nhrp.Incident) *commands.Fault {
	holder := w.entryOf(i.Protocol)
	switch {
	case i.Protocol == w.i.Address.Addr():
		return &commands.Fault{At: p.NBMA.String(), Wrong: fmt.Sprintf("it has this router's own tunnel address %s", i.Protocol), Enter: w.freeAddress(p)}
	case holder != nil && holder.Type == nhrp.Static && holder.NBMA != p.NBMA:
		return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%s is mapped to %s by configuration, and it comes from %s", i.Protocol, holder.NBMA, p.NBMA),
			Enter: w.here(fmt.Sprintf("no ip nhrp map %s %s", i.Protocol, holder.NBMA))}
	}
	return &commands.Fault{At: p.NBMA.String(), Wrong: fmt.Sprintf("what it wants to register cannot be: %s", i.Protocol)}
}

func (w *walk) entryOf(protocol netip.Addr) *nhrp.Entry {
	k := slices.IndexFunc(w.t.Cache, func(e nhrp.Entry) bool { return e.Protocol.IsSingleIP() && e.Protocol.Addr() == protocol })
	if k < 0 {
		return nil
	}
	return &w.t.Cache[k]
}

// freeAddress is the first address of the tunnel's network that nobody here has.
func (w *walk) freeAddress(p *peer) []commands.Entering {
	network := w.i.Address.Masked()
	taken := map[netip.Addr]bool{network.Addr(): true, w.i.Address.Addr(): true}
	for _, e := range w.t.Cache {
		taken[e.NextHop] = true
	}
	for a := network.Addr(); network.Contains(a.Next()); a = a.Next() { // the last one is the broadcast address
		if !taken[a] {
			return w.there(p, fmt.Sprintf("ip address %s %s", a, commands.MaskOf(network)))
		}
	}
	return nil
}

// strangerFault: GRE comes from a station and fits no tunnel. Either the tunnel
// listens to one other station alone, or the keys differ; then whoever stands
// alone is at fault.
func (w *walk) strangerFault(p *peer, s *dataplane.Stranger, report *commands.RungReport) *commands.Fault {
	report.Evidence = append(report.Evidence, fmt.Sprintf("GRE from %s with %s is for no tunnel here: %s, the last %s ago",
		s.From, keyText(s.HasKey, s.Key), times(s.Count), w.ago(s.Last)))
	t := &w.i.Tunnel
	if !t.Multipoint && t.Destination != s.From {
		return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%s is point-to-point: it hears %s alone", w.i.Name, t.Destination),
			Enter: w.here("no tunnel destination", "tunnel mode gre multipoint")}
	}
	ours, theirs := keyText(t.HasKey, t.Key), keyText(s.HasKey, s.Key)
	if ours == theirs {
		return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("GRE from %s fits %s now and did not when it came", s.From, w.i.Name)}
	}
	alike := 0
	for _, other := range w.Strangers {
		if other.To == s.To && other.HasKey == s.HasKey && other.Key == s.Key && !w.heardLater(other.From, other.Last) {
			alike++
		}
	}
	others := slices.DeleteFunc(w.heardSince(s.First), func(a netip.Addr) bool { return a == s.From })
	if alike > 1 && len(others) == 0 {
		return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%d stations send with %s and none is heard with %s", alike, theirs, ours), Enter: w.here(keyLine(s.HasKey, s.Key))}
	}
	return &commands.Fault{At: s.From.String(), Wrong: fmt.Sprintf("it sends with %s, this tunnel has %s", theirs, ours), Enter: w.there(p, keyLine(t.HasKey, t.Key))}
}

func (w *walk) heardLater(nbma netip.Addr, at time.Time) bool {
	return slices.ContainsFunc(w.t.Cache, func(e nhrp.Entry) bool { return e.NBMA == nbma && e.Heard.After(at) })
}
