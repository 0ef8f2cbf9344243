package router

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/ike"
	"weft/nhrp"
)

// Seen is what the data plane remembers, for a diagnosis.
type Seen struct {
	Strangers    []dataplane.Stranger
	Associations []dataplane.AssociationState
	Counters     func(tunnel string) dataplane.Counters
}

// Why climbs the ladder of each peer, or of the one whose NBMA or tunnel address
// is given, and says what holds and what does not.
func (r *Router) Why(now time.Time, about netip.Addr, seen Seen) []commands.Diagnosis {
	return diagnose(facts{
		now: now, box: r.box, interfaces: r.Interfaces(nil), nhrp: r.nhrp.State(nhrp.Filter{}),
		routes: r.rib.Table(""), underlay: r.rib.UnderlayTable(""), Seen: seen,
		ike: r.ike.State(), want: r.ikeConfig(),
	}, about)
}

// facts are all that a diagnosis rests on: copies of what the machines, the
// routing table and the data plane have recorded.
type facts struct {
	now              time.Time
	box              compile.Box
	interfaces       []commands.InterfaceState
	nhrp             nhrp.State
	routes, underlay fib.Table
	ike              ike.State
	want             ike.Config // what IKE is to do
	Seen
}

// A walk is the climb on one tunnel.
type walk struct {
	*facts
	i        *commands.InterfaceState
	t        *nhrp.TunnelState // nil: NHRP is off
	counters dataplane.Counters
}

// A peer is one station, with all that is recorded of it.
type peer struct {
	nhrp.Endpoint
	role      string
	server    *nhrp.NHSState
	entry     *nhrp.Entry
	incidents []nhrp.Incident      // the latest first, none older than what healed it
	strangers []dataplane.Stranger // likewise
	tried     bool                 // IKE knows of it
}

func diagnose(f facts, about netip.Addr) (all []commands.Diagnosis) {
	for n := range f.interfaces {
		w := walk{facts: &f, i: &f.interfaces[n]}
		if !w.relevant() {
			continue
		}
		w.counters = f.Counters(w.i.Name)
		for k := range f.nhrp.Tunnels {
			if f.nhrp.Tunnels[k].Name == w.i.Name {
				w.t = &f.nhrp.Tunnels[k]
			}
		}
		all = append(all, w.climb(about)...)
	}
	return all
}

// relevant tunnels speak NHRP or look as if they should.
func (w *walk) relevant() bool {
	n := &w.i.NHRP
	return w.i.Kind == commands.TunnelInterface &&
		(w.i.Tunnel.Multipoint || n.NetworkID != 0 || len(n.NHS) > 0 || len(n.Maps) > 0 || n.MulticastDynamic)
}

// climb is the ladder of every peer of the tunnel, or of those about which was
// asked. What keeps the tunnel itself from working is told once.
func (w *walk) climb(about netip.Addr) (all []commands.Diagnosis) {
	ground := commands.Diagnosis{Tunnel: w.i.Name, Role: "the tunnel itself"}
	if !w.ground(&ground) {
		return []commands.Diagnosis{ground}
	}
	if w.t == nil {
		w.withoutNHRP(&ground)
		return []commands.Diagnosis{ground}
	}
	peers := w.peers()
	if about.IsValid() {
		peers = slices.DeleteFunc(peers, func(p *peer) bool { return p.NBMA != about && p.Protocol != about && !p.behind(about) })
		if len(peers) == 0 {
			peers = []*peer{w.unknown(about)}
		}
	}
	for _, p := range peers {
		all = append(all, w.ladder(p))
	}
	if len(all) == 0 {
		if fault := w.unarmed(); fault != nil && w.i.Tunnel.Profile != "" {
			ground.Rungs = append(ground.Rungs, commands.RungReport{Rung: commands.RungIKE, Failed: true})
			ground.Faults = append(ground.Faults, *fault)
			return []commands.Diagnosis{ground}
		}
		w.alone(&ground)
		all = append(all, ground)
	}
	return all
}

func (p *peer) behind(a netip.Addr) bool { return p.entry != nil && p.entry.Claimed == a }

// ladder climbs for one peer.
func (w *walk) ladder(p *peer) commands.Diagnosis {
	d := commands.Diagnosis{Tunnel: w.i.Name, Peer: p.Endpoint, Role: p.role}
	if !w.ground(&d) || p.NBMA.IsValid() && !w.reaches(&d, p.NBMA) {
		return d
	}
	rungs, fault := w.protection(p)
	if d.Rungs = append(d.Rungs, rungs...); fault != nil {
		d.Faults = append(d.Faults, *fault)
		return d
	}
	report := commands.RungReport{Rung: commands.RungNHRP}
	fault = w.nhrpRung(p, &report)
	report.Failed = fault != nil
	d.Rungs = append(d.Rungs, report)
	if fault != nil {
		d.Faults = append(d.Faults, *fault)
		return d
	}
	if p.server != nil && w.inReserve(p.server) {
		return d // and is up when its turn comes
	}
	d.Rungs = append(d.Rungs, commands.RungReport{Rung: commands.RungUp, Evidence: []string{w.upSince(p)}})
	if fault := w.withoutMulticast(p); fault != nil {
		d.Faults = append(d.Faults, *fault)
	}
	return d
}

func (w *walk) nhrpRung(p *peer, report *commands.RungReport) *commands.Fault {
	switch {
	case p.server != nil:
		return w.serverRung(p, report)
	case p.entry != nil && p.entry.Type == nhrp.Incomplete:
		return w.incompleteRung(p, report)
	case p.entry != nil && p.entry.Flags&nhrp.Registered == 0 && len(p.incidents)+len(p.strangers) == 0:
		return w.mappedRung(p, report)
	}
	return w.clientRung(p, report)
}

func (w *walk) upSince(p *peer) string {
	at := time.Time{}
	switch {
	case p.server != nil:
		at = p.server.Since
	case p.entry != nil:
		at = p.entry.Changed
	}
	return "since " + w.ago(at)
}

// stations are the peers of a tunnel, as they are found.
type stations struct {
	all []*peer
	at  map[netip.Addr][]*peer // by NBMA address, where it is known
}

func (s *stations) add(p *peer) *peer {
	s.all = append(s.all, p)
	if p.NBMA.IsValid() {
		s.at[p.NBMA] = append(s.at[p.NBMA], p)
	}
	return p
}

func (s *stations) find(e nhrp.Endpoint) *peer {
	for _, p := range s.at[e.NBMA] {
		if p.Protocol == e.Protocol || !e.Protocol.IsValid() || !p.Protocol.IsValid() {
			return p
		}
	}
	return nil
}

// speaker is the peer that a complaint is about.
func (s *stations) speaker(e nhrp.Endpoint) *peer {
	if p := s.find(e); p != nil {
		return p
	}
	return s.add(&peer{Endpoint: e, role: "station"})
}

// peers are the servers of the tunnel, what its cache knows, and whoever has
// spoken and was not understood.
func (w *walk) peers() []*peer {
	s := &stations{at: map[netip.Addr][]*peer{}}
	for k := range w.t.NHS {
		n := &w.t.NHS[k]
		s.add(&peer{Endpoint: nhrp.Endpoint{Protocol: n.Protocol, NBMA: n.NBMA}, role: "next hop server", server: n})
	}
	for k := range w.t.Cache {
		e := &w.t.Cache[k]
		end := nhrp.Endpoint{Protocol: e.NextHop, NBMA: e.NBMA}
		served := slices.ContainsFunc(w.t.NHS, func(n nhrp.NHSState) bool { return n.Protocol == e.NextHop })
		if !served && e.Flags&nhrp.LocalFlag == 0 && (!e.NBMA.IsValid() || s.find(end) == nil) {
			s.add(&peer{Endpoint: end, role: entryRole(e), entry: e})
		}
	}
	for _, i := range w.t.Incidents {
		if i.Sent || !i.NBMA.IsValid() || beside(i.Reason) && i.Code == nhrp.Success {
			continue
		}
		if p := s.speaker(nhrp.Endpoint{Protocol: i.Protocol, NBMA: i.NBMA}); p.server == nil && !healed(p, i.Last) {
			p.incidents = append(p.incidents, i)
		}
	}
	for _, x := range w.Strangers {
		if x.To != w.i.Source || x.InClear != "" && (x.InClear != w.i.Name || len(w.pairs(x.From)) > 0) {
			continue
		}
		if p := s.speaker(nhrp.Endpoint{NBMA: x.From}); !healed(p, x.Last) {
			p.strangers = append(p.strangers, x)
		}
	}
	w.stationsOfIKE(s)
	for _, p := range s.all {
		slices.SortStableFunc(p.incidents, func(a, b nhrp.Incident) int { return b.Last.Compare(a.Last) })
		slices.SortStableFunc(p.strangers, func(a, b dataplane.Stranger) int { return b.Last.Compare(a.Last) })
	}
	return slices.DeleteFunc(s.all, func(p *peer) bool {
		return p.server == nil && p.entry == nil && !p.tried && len(p.incidents)+len(p.strangers) == 0
	})
}

// healed tells whether a peer has been heard since something went wrong.
func healed(p *peer, at time.Time) bool {
	switch {
	case p.server != nil:
		return p.server.Status == nhrp.Responding && p.server.LastReply.After(at)
	case p.entry != nil:
		return p.entry.Heard.After(at)
	}
	return false
}

// beside are drops that keep nobody from being a peer.
func beside(r nhrp.Reason) bool {
	switch r {
	case nhrp.DropUnexpected, nhrp.DropErrorUnmatched, nhrp.DropErrorLimit, nhrp.DropTrafficIndication, nhrp.DropOwn, nhrp.DropTunnelDown:
		return true
	}
	return false
}

func entryRole(e *nhrp.Entry) string {
	switch {
	case e.Flags&nhrp.Registered != 0:
		return "next hop client"
	case e.Type == nhrp.Static:
		return "static map"
	case e.Type == nhrp.Incomplete:
		return "unresolved next hop"
	}
	return "resolved next hop"
}

// unknown is a peer of which nothing is recorded but the question.
func (w *walk) unknown(about netip.Addr) *peer {
	p := &peer{role: "station"}
	if w.i.Address.IsValid() && w.i.Address.Masked().Contains(about) {
		p.Protocol = about
	} else {
		p.NBMA = about
	}
	return p
}

// ago is how long ago something was, for people.
func (w *walk) ago(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return commands.Elapsed(w.now.Sub(at))
}

func sortByAddress(all []netip.Addr) []netip.Addr {
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// heardSince lists the clients of the tunnel that were heard at or after an instant.
func (w *walk) heardSince(at time.Time) (nbma []netip.Addr) {
	for _, e := range w.t.Cache {
		if e.Flags&nhrp.Registered != 0 && !e.Heard.Before(at) {
			nbma = append(nbma, e.NBMA)
		}
	}
	return sortByAddress(nbma)
}

// ask is the way on where this router cannot know more: to ask the other one.
func (w *walk) ask(router netip.Addr) []commands.Entering {
	if !router.IsValid() {
		return nil
	}
	return []commands.Entering{{Router: router, Lines: []string{"show dmvpn why " + w.outside().String()}}}
}

// outside is our NBMA address as others see it.
func (w *walk) outside() netip.Addr {
	for _, n := range w.t.NHS {
		if n.Public.IsValid() {
			return n.Public
		}
	}
	return w.i.Source
}

// here are configuration lines of the tunnel's own section.
func (w *walk) here(lines ...string) []commands.Entering {
	return configure(append([]string{"interface " + w.i.Name}, lines...)...)
}

// configure are lines from the privileged prompt on.
func configure(lines ...string) []commands.Entering {
	return []commands.Entering{{Lines: append([]string{"configure terminal"}, append(lines, "end")...)}}
}

func plural(n uint64, noun string) string {
	return fmt.Sprintf("%d %s%s", n, noun, map[bool]string{true: "s"}[n != 1])
}
