package router

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/ike"
	"weft/nhrp"
)

func endpointAt(a netip.Addr) nhrp.Endpoint { return nhrp.Endpoint{NBMA: a} }

// bare: the tunnel sends in clear, and a peer wants protection. If others are
// content, the peer is the odd one; else this router is.
func (w *walk) bare(p *peer, report commands.RungReport) ([]commands.RungReport, *commands.Fault) {
	var r *ike.Refusal
	for _, x := range w.refusals(p.NBMA, false) {
		if x.Reason == ike.ReasonNotConfigured && w.now.Sub(x.At) < latelyRefused && !healed(p, x.At) {
			r = x
			break
		}
	}
	if r == nil {
		return nil, nil
	}
	report.Failed = true
	report.Evidence = []string{fmt.Sprintf("%s of %s, the last %s ago, and nothing protects this tunnel", r.Text, p.NBMA, w.ago(r.At))}
	f := &commands.Fault{At: "this router", Wrong: fmt.Sprintf("%s wants protection, and the tunnel has none", p.NBMA)}
	content := slices.DeleteFunc(w.heardSince(r.At.Add(-latelyRefused)), func(a netip.Addr) bool { return a == p.NBMA })
	if len(content) > 0 {
		f.At = p.NBMA.String()
		f.Wrong = fmt.Sprintf("%s wants protection; %s of this tunnel do without", p.NBMA, plural(uint64(len(content)), "client"))
		f.Enter = w.there(p, "no tunnel protection ipsec profile PROFILE")
		return []commands.RungReport{report}, f
	}
	f.Enter = w.here("tunnel protection ipsec profile " + w.profileFor(r.Text == "IKEv2"))
	return []commands.RungReport{report}, f
}

// profileFor is the only IPsec profile of a version that there is; else it is for
// the reader to say.
func (w *walk) profileFor(version2 bool) string {
	name := "PROFILE"
	for _, p := range w.want.IPsec {
		if p.Name != "default" && (p.IKEv2Profile != "") == version2 {
			if name != "PROFILE" {
				return "PROFILE"
			}
			name = p.Name
		}
	}
	return name
}

// unarmed is what keeps the tunnel from protecting anything: names that nobody
// has.
func (w *walk) unarmed() *commands.Fault {
	f, ep := &commands.Fault{At: "this router"}, w.endpoint()
	if !slices.ContainsFunc(w.want.IPsec, func(p ike.IPsec) bool { return p.Name == ep.IPsec.Name }) {
		f.Wrong = fmt.Sprintf("there is no IPsec profile %s", ep.IPsec.Name)
		f.Enter = w.profileInstead(ep)
		return f
	}
	if ep.Version == 1 {
		return w.unarmed1(ep)
	}
	profile := w.profile2(ep)
	switch {
	case profile == nil:
		f.Wrong = fmt.Sprintf("there is no IKEv2 profile %s", ep.Profile)
		f.Enter = configure("crypto ikev2 profile "+ep.Profile, "match identity remote any", "authentication remote pre-share", "authentication local pre-share", "keyring local KEYRING")
		for _, other := range w.want.Profiles2 {
			if len(w.want.Profiles2) == 1 || strings.EqualFold(other.Name, ep.Profile) {
				f.Enter = configure("crypto ipsec profile "+ep.IPsec.Name, "set ikev2-profile "+other.Name)
			}
		}
	case profile.Shutdown:
		f.Wrong, f.Enter = fmt.Sprintf("the IKEv2 profile %s is shut down", profile.Name), configure("crypto ikev2 profile "+profile.Name, "no shutdown")
	case len(profile.Match) == 0:
		f.Wrong = fmt.Sprintf("the IKEv2 profile %s matches no identity", profile.Name)
		f.Enter = configure("crypto ikev2 profile "+profile.Name, "match identity remote any")
	case len(profile.Keys) == 0:
		return w.noKey(ep, netip.Addr{})
	default:
		return nil
	}
	return f
}

func (w *walk) unarmed1(ep *ike.Endpoint) *commands.Fault {
	f := &commands.Fault{At: "this router"}
	switch {
	case ep.Profile != "" && w.profile1(ep) == nil:
		f.Wrong = fmt.Sprintf("there is no ISAKMP profile %s", ep.Profile)
		f.Enter = configure("crypto ipsec profile "+ep.IPsec.Name, "no set isakmp-profile "+ep.Profile)
		for _, other := range w.want.Profiles {
			if len(w.want.Profiles) == 1 || strings.EqualFold(other.Name, ep.Profile) {
				f.Enter = configure("crypto ipsec profile "+ep.IPsec.Name, "set isakmp-profile "+other.Name)
			}
		}
	case !slices.ContainsFunc(w.want.Policies, func(p ike.Policy) bool { return p.Authentication == ike.PreShared }):
		f.Wrong = "no ISAKMP policy has pre-shared keys"
		f.Enter = configure(fmt.Sprintf("crypto isakmp policy %d", w.freePriority()), "encr aes 256", "hash sha", "authentication pre-share", "group 14")
	default:
		return nil
	}
	return f
}

// profileInstead is the profile that was meant, if its name differs by case alone
// or there is no other; else a new one, of what there is.
func (w *walk) profileInstead(ep *ike.Endpoint) []commands.Entering {
	shared := ""
	if ep.Shared {
		shared = " shared"
	}
	var others []string
	for _, p := range w.want.IPsec {
		if strings.EqualFold(p.Name, ep.IPsec.Name) {
			return w.here("tunnel protection ipsec profile " + p.Name + shared)
		}
		if p.Name != "default" {
			others = append(others, p.Name)
		}
	}
	if len(others) == 1 {
		return w.here("tunnel protection ipsec profile " + others[0] + shared)
	}
	lines := []string{"crypto ipsec profile " + ep.IPsec.Name}
	var sets []string
	for _, t := range w.want.Transforms {
		if t.Name != "default" {
			sets = append(sets, t.Name)
		}
	}
	if len(sets) > 0 {
		lines = append(lines, "set transform-set "+strings.Join(sets, " "))
	}
	if len(w.want.Profiles2) == 1 {
		lines = append(lines, "set ikev2-profile "+w.want.Profiles2[0].Name)
	}
	return configure(lines...)
}

func (w *walk) profile2(ep *ike.Endpoint) *ike.Profile2 {
	i := slices.IndexFunc(w.want.Profiles2, func(p ike.Profile2) bool { return p.Name == ep.Profile })
	if i < 0 {
		return nil
	}
	return &w.want.Profiles2[i]
}

func (w *walk) profile1(ep *ike.Endpoint) *ike.Profile {
	i := slices.IndexFunc(w.want.Profiles, func(p ike.Profile) bool { return p.Name == ep.Profile })
	if i < 0 {
		return nil
	}
	return &w.want.Profiles[i]
}

// unkeyed: there is no association of IKE. What was the last that went wrong?
func (w *walk) unkeyed(p *peer, report *commands.RungReport) *commands.Fault {
	w.attempts(p, report)
	ep := w.endpoint()
	if w.keyless(ep, p.NBMA) {
		return w.noKey(ep, p.NBMA)
	}
	for _, s := range p.strangers {
		if s.InClear == w.i.Name {
			report.Evidence = append(report.Evidence, fmt.Sprintf("GRE of %s in clear: %s, the last %s ago", s.From, times(s.Count), w.ago(s.Last)))
			return &commands.Fault{At: p.NBMA.String(), Wrong: "it sends in clear, and this tunnel takes nothing in clear",
				Enter: w.there(p, w.protectionLine())}
		}
	}
	r := telling(w.refusals(p.NBMA, false))
	if r == nil {
		if w.begun(p.NBMA) {
			report.Evidence = append(report.Evidence, "a negotiation is under way, and the peer has answered")
			return w.unanswered(p, &ike.Refusal{Text: ike.FellSilent})
		}
		report.Evidence = append(report.Evidence, fmt.Sprintf("no message of %s is on record", p.NBMA))
		if len(report.Evidence) > 1 {
			return w.unanswered(p, &ike.Refusal{})
		}
		return &commands.Fault{Wrong: "nothing has come from it that could be wrong", At: "that router, or the way from it (UDP port 500)", Enter: w.ask(p.NBMA)}
	}
	report.Evidence = append(report.Evidence, w.refusalText(r)...)
	if r.ByPeer {
		return &commands.Fault{At: fmt.Sprintf("this router or %s", p.NBMA), Wrong: fmt.Sprintf("%s refuses: %s; it knows what both sides have", p.NBMA, r.Text), Enter: w.ask(p.NBMA)}
	}
	switch r.Reason {
	case ike.ReasonUnreachable:
		return w.unanswered(p, r)
	case ike.ReasonProposal:
		return w.policyFault(p, r)
	case ike.ReasonAuthenticate:
		return w.secretFault(p, r)
	case ike.ReasonNoKey:
		return w.noKey(ep, p.NBMA)
	case ike.ReasonNoProfile:
		return w.identityFault(p, r)
	case ike.ReasonNotConfigured:
		return w.versionFault(p, r)
	}
	return &commands.Fault{At: fmt.Sprintf("this router or %s", p.NBMA), Wrong: fmt.Sprintf("IKE fails: %s", r.Reason), Enter: w.ask(p.NBMA)}
}

// begun tells whether the peer has answered in a negotiation that is under way.
func (w *walk) begun(nbma netip.Addr) bool {
	return slices.ContainsFunc(w.ike.SAs, func(sa ike.SA) bool {
		return sa.Initiator && sa.Created.IsZero() && !sa.Deleted && sa.RemoteSPI != 0 && sa.Remote.Addr() == nbma && sa.Local.Addr() == w.i.Source
	})
}

// attempts tells how what this router wants of the peer fares.
func (w *walk) attempts(p *peer, report *commands.RungReport) {
	for _, x := range w.ike.Wants {
		if x.Tunnel != w.i.Name || x.Peer.Addr() != p.NBMA || x.Tries == 0 {
			continue
		}
		text := plural(uint64(x.Tries), "attempt") + " to begin"
		if !x.Next.IsZero() {
			text += fmt.Sprintf(", the next in %s", commands.Elapsed(x.Next.Sub(w.now)))
		}
		report.Evidence = append(report.Evidence, text)
	}
}

// refusalText is a failure with what both sides wanted, one above the other.
func (w *walk) refusalText(r *ike.Refusal) []string {
	who := "this router refused"
	switch {
	case r.ByPeer:
		who = fmt.Sprintf("%s refused", r.Peer.Addr())
	case r.Reason == ike.ReasonUnreachable:
		who = fmt.Sprintf("%s is silent", r.Peer.Addr())
	}
	text := []string{fmt.Sprintf("%s %s ago: %s (%s)", who, w.ago(r.At), r.Text, r.Reason)}
	for _, o := range r.Ours {
		text = append(text, "ours:   "+o)
	}
	for _, o := range r.Theirs {
		text = append(text, "theirs: "+o)
	}
	return text
}

func (w *walk) unanswered(p *peer, r *ike.Refusal) *commands.Fault {
	f := &commands.Fault{Enter: w.ask(p.NBMA)}
	if r.Text == ike.FellSilent {
		f.Wrong = fmt.Sprintf("%s answers until this router proves who it is: most likely the pre-shared keys differ", p.NBMA)
		f.At = fmt.Sprintf("this router or %s", p.NBMA)
		return f
	}
	f.Wrong = fmt.Sprintf("%s does not answer IKE at all: what is wrong can be seen there alone", p.NBMA)
	f.At = fmt.Sprintf("%s, or the way there and back (UDP port 500), or the address itself if nobody has it", p.NBMA)
	return f
}

// odd tells whether this router is the one that differs: nobody else is up, or
// more fail in the same way than are.
func (w *walk) odd(p *peer, r *ike.Refusal) bool {
	up, alike := map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for k := range w.ike.SAs {
		if sa := &w.ike.SAs[k]; sa.Local.Addr() == w.i.Source && !sa.Created.IsZero() && !sa.Deleted && (!r.Child || len(w.pairs(sa.Remote.Addr())) > 0) {
			up[sa.Remote.Addr()] = true
		}
	}
	for k := range w.ike.Refusals {
		o := &w.ike.Refusals[k]
		if o.Reason == r.Reason && o.Child == r.Child && !o.ByPeer && o.Local.Addr() == w.i.Source && !w.mended(o) {
			alike[o.Peer.Addr()] = true
		}
	}
	delete(up, p.NBMA)
	delete(alike, p.NBMA)
	return len(up) == 0 || len(alike) > len(up)
}

// identityFault: no profile is for the peer's identity.
func (w *walk) identityFault(p *peer, r *ike.Refusal) *commands.Fault {
	ep := w.endpoint()
	f := &commands.Fault{Wrong: fmt.Sprintf("no profile here matches its identity %s", r.Text), At: fmt.Sprintf("this router, or %s if it should call itself otherwise", p.NBMA)}
	if ep.Version == 1 {
		f.Enter = configure("crypto isakmp profile "+ep.Profile, "match identity "+identityWords(r.Text, "host", "user"))
		return f
	}
	f.Enter = configure("crypto ikev2 profile "+ep.Profile, "match identity remote "+identityWords(r.Text, "fqdn", "email"))
	return f
}

func identityWords(id, name, mail string) string {
	if a, err := netip.ParseAddr(id); err == nil {
		return fmt.Sprintf("address %s 255.255.255.255", a)
	}
	if strings.Contains(id, "@") {
		return mail + " " + id
	}
	return name + " " + id
}

// versionFault: the peer speaks the other version.
func (w *walk) versionFault(p *peer, r *ike.Refusal) *commands.Fault {
	ep := w.endpoint()
	f := &commands.Fault{Wrong: fmt.Sprintf("it speaks %s, and this tunnel IKEv%d", r.Text, ep.Version), At: "this router"}
	line := "no set ikev2-profile " + ep.Profile
	there := "set ikev2-profile " + ep.Profile
	if ep.Version == 1 {
		line, there = "set ikev2-profile IKEV2-PROFILE", "no set ikev2-profile IKEV2-PROFILE"
		if len(w.want.Profiles2) == 1 {
			line = "set ikev2-profile " + w.want.Profiles2[0].Name
			there = "no " + line
		}
	}
	if w.odd(p, r) {
		f.Enter = configure("crypto ipsec profile "+ep.IPsec.Name, line)
		return f
	}
	f.At = p.NBMA.String()
	f.Enter = w.configureThere(p, "crypto ipsec profile "+ep.IPsec.Name, there)
	return f
}
