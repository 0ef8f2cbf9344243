package router

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/esp"
	"weft/ike"
)

// latelyRefused is how long a failure with a station of which nothing else is
// known keeps it among the peers. Whoever goes on trying does so every minute.
const latelyRefused = 5 * time.Minute

// protection climbs the rungs IKE and IPSEC to a peer. A tunnel that nothing
// protects has none, unless the peer wants them.
func (w *walk) protection(p *peer) ([]commands.RungReport, *commands.Fault) {
	report := commands.RungReport{Rung: commands.RungIKE}
	if w.i.Tunnel.Profile == "" {
		return w.bare(p, report)
	}
	sa, pairs := w.keyed(p.NBMA), w.pairs(p.NBMA)
	if sa == nil && len(pairs) == 0 && p.server != nil && w.inReserve(p.server) {
		return nil, nil
	}
	var fault *commands.Fault
	switch {
	case sa == nil && len(pairs) == 0:
		if fault = w.unarmed(); fault == nil && p.NBMA.IsValid() {
			fault = w.unkeyed(p, &report)
		} else if fault == nil {
			return nil, nil // whoever it is, it is not known where: the rung NHRP says so
		}
	case sa == nil:
		report.Evidence = []string{"the association has ended, and its pairs go on without"}
	default:
		report.Evidence = w.keyedText(sa)
	}
	if fault != nil {
		report.Failed = true
		return []commands.RungReport{report}, fault
	}
	pair := commands.RungReport{Rung: commands.RungIPsec}
	if len(pairs) == 0 {
		fault = w.unpaired(p, sa, &pair)
	} else {
		fault = w.paired(p, pairs, &pair)
	}
	pair.Failed = fault != nil
	return []commands.RungReport{report, pair}, fault
}

// endpoint is what IKE is told of the tunnel.
func (w *walk) endpoint() *ike.Endpoint {
	for k := range w.want.Endpoints {
		if w.want.Endpoints[k].Tunnel == w.i.Name {
			return &w.want.Endpoints[k]
		}
	}
	return &ike.Endpoint{Tunnel: w.i.Name, Version: 1, IPsec: ike.IPsec{Name: w.i.Tunnel.Profile}}
}

// keyed is the newest IKE association with an address that is established.
func (w *walk) keyed(nbma netip.Addr) *ike.SA {
	for k := range slices.Backward(w.ike.SAs) {
		if sa := &w.ike.SAs[k]; sa.Remote.Addr() == nbma && sa.Local.Addr() == w.i.Source && !sa.Created.IsZero() && !sa.Deleted {
			return sa
		}
	}
	return nil
}

// pairs are those of the tunnel with an address.
func (w *walk) pairs(nbma netip.Addr) (all []*ike.Child) {
	for k := range w.ike.Children {
		if c := &w.ike.Children[k]; c.Peer.Addr() == nbma && slices.Contains(c.Tunnels, w.i.Name) {
			all = append(all, c)
		}
	}
	return all
}

func (w *walk) keyedText(sa *ike.SA) []string {
	side := map[bool]string{true: "begun here", false: "begun there"}[sa.Initiator]
	algorithms := []string{sa.Cipher.String(), sa.Hash.String()}
	if sa.Version == 2 && sa.Integrity != 0 {
		algorithms = append(algorithms, "integrity "+sa.Integrity.String())
	}
	text := []string{
		fmt.Sprintf("IKEv%d association %d with %s, %s %s ago, good for another %s", sa.Version, sa.ID, sa.Remote, side, w.ago(sa.Created), commands.Elapsed(sa.Expires.Sub(w.now))),
		fmt.Sprintf("identities: %v here, %v there", sa.LocalID, sa.RemoteID),
		fmt.Sprintf("%s, group %d, pre-shared keys", strings.Join(algorithms, ", "), sa.Group),
	}
	if sa.Profile != "" {
		text[2] += ", profile " + sa.Profile
	}
	if sa.NAT != (ike.NAT{}) {
		text = append(text, fmt.Sprintf("an address translator is on the way: here %t, there %t", sa.NAT.Local, sa.NAT.Remote))
	}
	return text
}

// paired is the rung of pairs that exist: what has passed by them. Where nothing
// has come from a client that is not registered, its ESP does not arrive; a
// client whose server says nothing cannot tell that from a server that is silent.
func (w *walk) paired(p *peer, pairs []*ike.Child, report *commands.RungReport) *commands.Fault {
	var in, out dataplane.AssociationState
	oldest := w.now
	for _, c := range pairs {
		for _, s := range w.Associations {
			switch {
			case s.Inbound && s.SPI == c.In:
				in.Packets += s.Packets
				in.Last = later(in.Last, s.Last)
			case !s.Inbound && s.SPI == c.Out && s.Peer.Addr() == p.NBMA:
				out.Packets += s.Packets
				out.Last = later(out.Last, s.Last)
			}
		}
		if c.Created.Before(oldest) {
			oldest = c.Created
		}
		if c.Current {
			report.Evidence = append(report.Evidence, fmt.Sprintf("SPI 0x%08X in, 0x%08X out, %s, %s, made %s ago, good for another %s",
				c.In, c.Out, strings.TrimSpace(c.Transform), modeText(c), w.ago(c.Created), commands.Elapsed(c.Expires.Sub(w.now))))
		}
	}
	report.Evidence = append(report.Evidence, fmt.Sprintf("%s out, the last %s ago; %s in, the last %s ago",
		plural(out.Packets, "packet"), w.ago(out.Last), plural(in.Packets, "packet"), w.ago(in.Last)))
	known := p.server != nil || p.entry != nil
	if in.Packets > 0 || known || w.now.Sub(oldest) < 10*time.Second {
		return nil
	}
	return w.filtered(p, pairs[0])
}

func modeText(c *ike.Child) string {
	text := "tunnel"
	if c.Mode == esp.Transport {
		text = "transport"
	}
	if c.Peer.Port() != 0 {
		text += " mode in UDP"
	} else {
		text += " mode"
	}
	return text
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// filtered: UDP 500 passes and ESP does not. Version 2 has a line that puts ESP
// into UDP; else it is whoever filters that must let it pass.
func (w *walk) filtered(p *peer, c *ike.Child) *commands.Fault {
	f := &commands.Fault{
		Wrong: fmt.Sprintf("IKE passes and ESP does not: nothing of %s has come by its pair", p.NBMA),
		At: fmt.Sprintf("whatever filters between %s and %s: an access list there needs %q and %q", p.NBMA, w.i.Source,
			fmt.Sprintf("permit esp host %s host %s", p.NBMA, w.i.Source), fmt.Sprintf("permit esp host %s host %s", w.i.Source, p.NBMA)),
	}
	if ep := w.endpoint(); ep.Version == 2 && c.Peer.Port() == 0 {
		f.Wrong += "; where the filter cannot be changed, ESP in UDP 4500 may pass"
		f.Enter = w.configureThere(p, "crypto ikev2 profile "+ep.Profile, "nat force-encap")
		f.Enter[0].Lines = append(f.Enter[0].Lines, "clear crypto session remote "+w.outside().String())
	}
	return f
}

// refusals are the failures with an address that nothing has healed since, the
// latest first: those about pairs, or those about the association of IKE.
func (w *walk) refusals(nbma netip.Addr, child bool) (all []*ike.Refusal) {
	for k := range w.ike.Refusals {
		r := &w.ike.Refusals[k]
		if r.Peer.Addr() != nbma || r.Local.Addr() != w.i.Source || r.Child != child || w.mended(r) {
			continue
		}
		all = append(all, r)
	}
	return all
}

// mended tells whether what was refused has come to be since.
func (w *walk) mended(r *ike.Refusal) bool {
	if slices.ContainsFunc(w.pairs(r.Peer.Addr()), func(c *ike.Child) bool { return c.Created.After(r.At) }) {
		return true
	}
	sa := w.keyed(r.Peer.Addr())
	return !r.Child && sa != nil && sa.Created.After(r.At)
}

// telling is the failure that says most: a peer that is silent in between tells
// nothing.
func telling(all []*ike.Refusal) *ike.Refusal {
	if len(all) == 0 {
		return nil
	}
	for _, r := range all {
		if r.Reason != ike.ReasonUnreachable && all[0].At.Sub(r.At) < 90*time.Second {
			return r
		}
	}
	return all[0]
}

// stationsOfIKE adds whoever has tried to be a peer and got no further than IKE.
func (w *walk) stationsOfIKE(s *stations) {
	for k := range w.ike.Refusals {
		r := &w.ike.Refusals[k]
		if r.Local.Addr() != w.i.Source || w.now.Sub(r.At) > latelyRefused || w.mended(r) {
			continue
		}
		if wanted := w.i.Tunnel.Profile != "" || r.Reason == ike.ReasonNotConfigured; wanted && len(s.at[r.Peer.Addr()]) == 0 {
			s.speaker(endpointAt(r.Peer.Addr())).tried = true
		}
	}
	for k := range w.ike.SAs {
		sa := &w.ike.SAs[k]
		if w.i.Tunnel.Profile != "" && sa.Local.Addr() == w.i.Source && !sa.Created.IsZero() && len(s.at[sa.Remote.Addr()]) == 0 && w.ours(sa) {
			s.speaker(endpointAt(sa.Remote.Addr())).tried = true
		}
	}
}

// ours tells whether an association may be for this tunnel: it serves it, or none.
func (w *walk) ours(sa *ike.SA) bool {
	served := false
	for k := range w.ike.Children {
		if c := &w.ike.Children[k]; c.Peer.Addr() == sa.Remote.Addr() {
			served = true
		}
	}
	return !served || len(w.pairs(sa.Remote.Addr())) > 0
}
