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

// serverRung is the rung NHRP of a client: does the server have our registration?
func (w *walk) serverRung(p *peer, report *commands.RungReport) *commands.Fault {
	n := p.server
	asked := fmt.Sprintf("%s sent, %d answered, %d refused", plural(n.Sent, "Registration Request"), n.Received, n.Failed)
	if n.Status == nhrp.Responding {
		report.Evidence = []string{fmt.Sprintf("registered: the reply to request %d came %s ago", n.Acked, w.ago(n.LastReply)), asked}
		if n.Public.IsValid() {
			report.Evidence = append(report.Evidence, fmt.Sprintf("behind NAT: the server sees %s", n.Public))
		}
		return nil
	}
	report.Evidence = []string{asked}
	switch {
	case w.inReserve(n):
		report.Evidence = []string{fmt.Sprintf("in reserve: cluster %d has servers that are better, and answer", n.Cluster)}
		return nil
	case n.Status == nhrp.Waiting:
		return w.hindered(n)
	case n.Error != 0:
		report.Evidence = append(report.Evidence, fmt.Sprintf("Error Indication from %s (%s) %s ago: %s(%d)",
			addressText(n.Refuser), n.NBMA, w.ago(n.FailedAt), n.Error, n.Error))
		return w.errorOf(n)
	case n.Rejection != nhrp.Success:
		report.Evidence = append(report.Evidence, fmt.Sprintf("reply to request %d, %s ago: %s(%d)", n.Acked, w.ago(n.LastReply), n.Rejection, n.Rejection))
		return w.rejected(p)
	}
	if n.Pending {
		report.Evidence = append(report.Evidence, fmt.Sprintf("request %d waits for its answer, sent again every %v", n.RequestID, max(n.Retry, time.Second)))
	}
	if !n.LastReply.IsZero() {
		report.Evidence = append(report.Evidence, fmt.Sprintf("the last reply came %s ago", w.ago(n.LastReply)))
	}
	for _, drop := range w.counters.Drops {
		if drop.Reason == dataplane.DropUnderlaySend {
			report.Evidence = append(report.Evidence, fmt.Sprintf("%s of this tunnel could not be sent", plural(drop.Count, "outer packet")))
		}
	}
	return w.silence(p, report)
}

// inReserve tells whether a server's turn has not come.
func (w *walk) inReserve(n *nhrp.NHSState) bool {
	return n.Status == nhrp.Waiting && !n.InUse && w.t.Up
}

// hindered: a registration cannot even be sent.
func (w *walk) hindered(n *nhrp.NHSState) *commands.Fault {
	f := &commands.Fault{Wrong: n.Failure, At: "this router"}
	switch {
	case !w.i.Address.IsValid():
		f.Wrong = fmt.Sprintf("the tunnel has no address: it needs one of the network of %s", n.Protocol)
		f.Enter = w.here("ip address ADDRESS MASK")
	case n.Protocol == w.i.Address.Addr():
		f.Wrong = fmt.Sprintf("the next hop server %s is this router's own address", n.Protocol)
		f.Enter = w.here("no ip nhrp nhs " + n.Protocol.String())
	case !n.NBMA.IsValid() && n.Host != "":
		f.Wrong = fmt.Sprintf("no name server and no table knows an address of %s", n.Host)
		f.Enter = configure(fmt.Sprintf("ip host %s NBMA-ADDRESS", n.Host))
	case !n.NBMA.IsValid():
		f.Wrong = fmt.Sprintf("nothing says behind which NBMA address %s is", n.Protocol)
		nbma := "NBMA-ADDRESS"
		if known := w.i.NHRP.Multicast; len(known) == 1 {
			nbma = known[0].String() // who gets our multicast is the server
		}
		f.Enter = w.here(fmt.Sprintf("ip nhrp map %s %s", n.Protocol, nbma))
	}
	return f
}

// errorOf: the server found a fault in our request and said which.
func (w *walk) errorOf(n *nhrp.NHSState) *commands.Fault {
	f := &commands.Fault{At: fmt.Sprintf("this router or %s", n.NBMA), Enter: w.ask(n.NBMA)}
	switch {
	case n.Error == nhrp.AuthenticationFailure:
		f.Wrong = "the authentication strings differ; the server knows whether others have its own"
	case n.Error == nhrp.ProtocolError && n.Refuser.IsValid() && n.Refuser != n.Protocol:
		f.Wrong = fmt.Sprintf("the router at %s is %s, and not %s", n.NBMA, n.Refuser, n.Protocol)
		f.At = "this router"
		f.Enter = w.here(w.renameServer(n)...)
	default:
		f.Wrong = fmt.Sprintf("the server cannot take the registration: %s", n.Error)
	}
	return f
}

// renameServer gives a server the address that it calls itself, and moves its map.
func (w *walk) renameServer(n *nhrp.NHSState) (lines []string) {
	mapped := slices.IndexFunc(w.i.NHRP.Maps, func(m nhrp.Map) bool { return m.Protocol.IsSingleIP() && m.Protocol.Addr() == n.Protocol })
	known := slices.ContainsFunc(w.i.NHRP.Maps, func(m nhrp.Map) bool { return m.Protocol.Contains(n.Refuser) && m.NBMA == n.NBMA })
	lines = []string{"no ip nhrp nhs " + n.Protocol.String()}
	if mapped >= 0 {
		lines = append(lines, fmt.Sprintf("no ip nhrp map %s %s", n.Protocol, w.i.NHRP.Maps[mapped].NBMA))
	}
	if slices.ContainsFunc(w.i.NHRP.NHS, func(s nhrp.NHS) bool { return s.Protocol == n.Refuser }) {
		return lines
	}
	switch own := n.NHS; {
	case own.NBMA.IsValid():
		line := fmt.Sprintf("ip nhrp nhs %s nbma %s", n.Refuser, n.NBMA)
		if own.Multicast {
			line += " multicast"
		}
		return append(lines, line)
	case w.i.Tunnel.Multipoint && !known:
		lines = append(lines, fmt.Sprintf("ip nhrp map %s %s", n.Refuser, n.NBMA))
	}
	return append(lines, "ip nhrp nhs "+n.Refuser.String())
}

// rejected: the server answered, and would not have us.
func (w *walk) rejected(p *peer) *commands.Fault {
	n, ours := p.server, w.i.Address.Addr()
	f := &commands.Fault{At: fmt.Sprintf("this router or %s", n.NBMA), Enter: w.ask(n.NBMA)}
	switch n.Rejection {
	case nhrp.UniqueRegistered:
		f.Wrong = fmt.Sprintf("the server has %s registered from another NBMA address; it knows whether that one still speaks", ours)
	case nhrp.AdministrativelyProhibited:
		f.Wrong = fmt.Sprintf("the server does not let %s be registered from here", ours)
	case nhrp.InsufficientResources:
		f.Wrong, f.At = "the server has no room for another client", n.NBMA.String()
	case nhrp.Success, nhrp.NoBinding, nhrp.BindingNotUnique:
		f.Wrong = fmt.Sprintf("the server refuses: %s", n.Rejection)
	default:
		f.Wrong = fmt.Sprintf("the server refuses: %s", n.Rejection)
	}
	return f
}

// silence: requests go out and nothing comes back. What comes from the server and
// fits no tunnel says more; else only the server can.
func (w *walk) silence(p *peer, report *commands.RungReport) *commands.Fault {
	if len(p.strangers) > 0 {
		s := p.strangers[0]
		report.Evidence = append(report.Evidence, fmt.Sprintf("GRE from %s with %s is for no tunnel here: %s, the last %s ago",
			s.From, keyText(s.HasKey, s.Key), times(s.Count), w.ago(s.Last)))
		if s.HasKey != w.i.Tunnel.HasKey || s.Key != w.i.Tunnel.Key {
			return &commands.Fault{At: "this router", Wrong: fmt.Sprintf("the server sends with %s, this tunnel has %s", keyText(s.HasKey, s.Key), keyText(w.i.Tunnel.HasKey, w.i.Tunnel.Key)),
				Enter: w.here(keyLine(s.HasKey, s.Key))}
		}
	}
	return &commands.Fault{
		Wrong: fmt.Sprintf("%s does not answer: what is wrong can be seen there alone", p.NBMA),
		At:    fmt.Sprintf("%s, or the way there and back (GRE is IP protocol 47), or the address itself if nobody has it", p.NBMA),
		Enter: w.ask(p.NBMA),
	}
}

// incompleteRung: somebody was asked for a next hop and has not answered, or knew
// nothing of it.
func (w *walk) incompleteRung(p *peer, report *commands.RungReport) *commands.Fault {
	target := p.entry.Protocol.Addr()
	var latest *nhrp.Incident
	for k := range w.t.Incidents {
		if i := &w.t.Incidents[k]; i.Sent && i.Protocol == target && (latest == nil || i.Last.After(latest.Last)) {
			latest = i
		}
	}
	switch {
	case latest == nil:
		report.Evidence = []string{fmt.Sprintf("asked for %s ago; the answer is not here yet", w.ago(p.entry.Created))}
		return &commands.Fault{Wrong: fmt.Sprintf("%s is being asked for; until the answer comes data goes by the server", target)}
	case latest.Code == nhrp.NoBinding:
		report.Evidence = []string{fmt.Sprintf("Resolution Request %d answered by %s %s ago: %s(%d)", latest.RequestID, latest.NBMA, w.ago(latest.Last), latest.Code, latest.Code)}
		return &commands.Fault{Wrong: fmt.Sprintf("the server knows no %s: it is not registered there", target), At: "the router that should have " + target.String(),
			Enter: askAbout(latest.NBMA, target)}
	case latest.Reason == nhrp.DropResolutionUnanswered:
		report.Evidence = []string{fmt.Sprintf("Resolution Requests to %s unanswered, given up %s ago", latest.NBMA, w.ago(latest.Last))}
		return &commands.Fault{Wrong: fmt.Sprintf("nobody answers for %s", target), At: "the way of the request: the server, or who has the address", Enter: askAbout(latest.NBMA, target)}
	}
	report.Evidence = []string{fmt.Sprintf("%s ago: %s", w.ago(latest.Last), latest.Reason)}
	return &commands.Fault{Wrong: fmt.Sprintf("%s could not be asked for", target), At: "this router"}
}

func askAbout(router, target netip.Addr) []commands.Entering {
	return []commands.Entering{{Router: router, Lines: []string{"show dmvpn why " + target.String()}}}
}

func keyText(has bool, key uint32) string {
	if !has {
		return "no key"
	}
	return fmt.Sprintf("key %d", key)
}

func keyLine(has bool, key uint32) string {
	if !has {
		return "no tunnel key"
	}
	return fmt.Sprintf("tunnel key %d", key)
}
