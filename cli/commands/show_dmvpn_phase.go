package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"weft/dataplane/fib"
	"weft/nhrp"
	"weft/routing/rib"
)

var showPhaseExecs = execs(help{
	"show":  "Show running system information",
	"dmvpn": "Dynamic Multipoint VPN (DMVPN) information",
	"phase": "Which phase each peer really runs, and because of which lines",
}, &Exec{Syntax: "show dmvpn phase", Run: showPhase})

// A phaseRow is one peer: the phase is what happens, not what was meant.
type phaseRow struct {
	peer, nbma netip.Addr
	phase      string
	data       string
	because    []string
}

func showPhase(s Session, _ args) error {
	for _, t := range s.Router().NHRP(nhrp.Filter{}).Tunnels {
		found := s.Router().Interfaces(func(name string) bool { return name == t.Name })
		if len(found) == 0 {
			continue
		}
		routes := s.Router().Routes("", func(r *rib.Route) bool { return leavesBy(r, t.Name) })
		p := tunnelPhases{&t, &found[0], routes}
		mode := "gre multipoint"
		if !p.i.Tunnel.Multipoint {
			mode = "gre ip, tunnel destination " + addressName(p.i.Tunnel.Destination)
		}
		s.Printf("%s: %s; tunnel mode %s%s\n", t.Name, dmvpnType(&t), mode, p.lines())
		s.Printf("Peer Tunnel Add  Peer NBMA Addr Phase Data goes   Because of\n")
		s.Printf("--------------- --------------- ----- ----------- ----------\n")
		for _, row := range p.rows() {
			s.Printf("%15s %15s %5s %-11s %s\n", addressText(row.peer), addressText(row.nbma), row.phase, row.data, row.because[0])
			for _, more := range row.because[1:] {
				s.Printf("%50s %s\n", "", more)
			}
		}
		s.Printf("\n")
	}
	return nil
}

func leavesBy(r *rib.Route, tunnel string) bool {
	if r.Source == rib.Connected || r.Source == rib.Local {
		return false
	}
	if r.Interface == tunnel {
		return true
	}
	for _, hop := range r.Resolved {
		if hop.Interface == tunnel {
			return true
		}
	}
	return false
}

type tunnelPhases struct {
	t      *nhrp.TunnelState
	i      *InterfaceState
	routes []rib.Route // that leave by the tunnel
}

// lines are those that make phases, as far as they are in effect.
func (p *tunnelPhases) lines() string {
	text := ""
	if p.i.NHRP.Redirect > 0 {
		text += "; ip nhrp redirect"
	}
	if p.i.NHRP.Shortcut {
		text += "; ip nhrp shortcut"
	}
	return text
}

func (p *tunnelPhases) rows() (rows []phaseRow) {
	for k := range p.t.NHS {
		rows = append(rows, p.server(&p.t.NHS[k]))
	}
	for k := range p.t.Cache {
		e := &p.t.Cache[k]
		isServer := slices.ContainsFunc(p.t.NHS, func(n nhrp.NHSState) bool { return n.Protocol == e.NextHop })
		switch {
		case isServer, e.Flags&nhrp.LocalFlag != 0, e.Type == nhrp.Static:
		case e.Flags&nhrp.Registered != 0:
			rows = append(rows, p.client(e))
		case e.Type == nhrp.Incomplete, e.Flags&nhrp.NHOP != 0:
			rows = append(rows, p.spoke(e))
		}
	}
	return rows
}

// server is what this router does with what it does not know a direct way for.
func (p *tunnelPhases) server(n *nhrp.NHSState) phaseRow {
	row := phaseRow{peer: n.Protocol, nbma: n.NBMA, data: "to it"}
	received := plural(p.t.Traffic.Received[nhrp.TrafficIndication], "Traffic Indication") + " received"
	direct := p.hopsBeside()
	switch {
	case !p.i.Tunnel.Multipoint:
		row.phase, row.because = "1", []string{"a point-to-point tunnel: all data goes to its destination"}
	case p.i.NHRP.Shortcut:
		row.phase, row.because = "3", []string{"ip nhrp shortcut: redirects are followed; " + received}
		if p.t.Traffic.Received[nhrp.TrafficIndication] == 0 {
			row.because = append(row.because, "until the server redirects (ip nhrp redirect there) data stays with it")
		}
	case len(direct) > 0:
		row.phase, row.because = "2", []string{"routes name other next hops than the server: " + strings.Join(direct, ", ")}
	default:
		row.phase, row.because = "1", []string{"no ip nhrp shortcut, and no route names another next hop than the server"}
		if p.t.Traffic.Received[nhrp.TrafficIndication] > 0 {
			row.because = append(row.because, received+" and not followed: ip nhrp shortcut would be phase 3")
		}
	}
	return row
}

// hopsBeside are the routes whose next hop is no server, three at most.
func (p *tunnelPhases) hopsBeside() (all []string) {
	for _, r := range p.routes {
		served := slices.ContainsFunc(p.t.NHS, func(n nhrp.NHSState) bool { return n.Protocol == r.NextHop })
		if r.Source != rib.NHRP && r.NextHop.IsValid() && !served && len(all) < 3 {
			all = append(all, fmt.Sprintf("%s via %s", r.Prefix, r.NextHop))
		}
	}
	return all
}

// client is what the data of clients does here.
func (p *tunnelPhases) client(e *nhrp.Entry) phaseRow {
	row := phaseRow{peer: e.NextHop, nbma: e.NBMA, data: "to it"}
	told := slices.ContainsFunc(p.t.Requesters, func(r nhrp.Requester) bool { return r.Entry == e.Protocol })
	sent := p.t.Traffic.Sent[nhrp.TrafficIndication]
	switch {
	case p.i.NHRP.Redirect > 0:
		row.phase, row.because = "3", []string{fmt.Sprintf("ip nhrp redirect: %s sent", plural(sent, "Traffic Indication"))}
	case told || e.Flags&nhrp.NHOP != 0 && p.t.Traffic.Received[nhrp.ResolutionRequest] > 0:
		row.phase, row.because = "2", []string{fmt.Sprintf("no ip nhrp redirect, and clients ask for next hops: %s received", plural(p.t.Traffic.Received[nhrp.ResolutionRequest], "Resolution Request"))}
	default:
		row.phase, row.because = "1", []string{"no ip nhrp redirect, and nobody asks for another client"}
	}
	return row
}

// spoke is another client, to which there may be a direct way.
func (p *tunnelPhases) spoke(e *nhrp.Entry) phaseRow {
	row := phaseRow{peer: e.NextHop, nbma: e.NBMA, data: "directly", phase: "2"}
	for _, r := range p.routes {
		override := slices.ContainsFunc(r.Override, func(h fib.NextHop) bool { return h.Gateway == e.NextHop })
		switch {
		case override:
			row.because = append(row.because, fmt.Sprintf("%s: next hop overridden (%%)", r.Prefix))
		case r.Source == rib.NHRP && (r.NextHop == e.NextHop || r.Prefix == e.Protocol):
			row.because = append(row.because, fmt.Sprintf("%s: route of NHRP (H)", r.Prefix))
		case r.NextHop == e.NextHop && r.Source != rib.NHRP:
			row.because = append(row.because, fmt.Sprintf("%s via it: next hop resolved", r.Prefix))
		}
		if override || r.Source == rib.NHRP && (r.NextHop == e.NextHop || r.Prefix == e.Protocol) {
			row.phase = "3"
		}
	}
	if row.phase == "3" {
		row.because = append([]string{"ip nhrp shortcut here, ip nhrp redirect on the way"}, row.because...)
	}
	if e.Type == nhrp.Incomplete {
		row.data, row.nbma = "by server", netip.Addr{}
		row.because = append(row.because, "asked for, not answered yet")
	}
	if len(row.because) == 0 {
		row.because = []string{"resolved as a next hop"}
	}
	if len(row.because) > 4 {
		row.because = append(row.because[:4], fmt.Sprintf("and %d more", len(row.because)-4))
	}
	return row
}
