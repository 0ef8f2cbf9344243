package router

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"weft/cli/commands"
	"weft/dataplane/esp"
	"weft/ike"
)

// alike tells which end is to change, and has it enter what: ours in the words of
// its offer, or the peer's in ours.
func (w *walk) alike(p *peer, r *ike.Refusal, wrong string, here, there []string) *commands.Fault {
	if w.odd(p, r) || len(there) == 0 {
		f := &commands.Fault{Wrong: wrong, At: fmt.Sprintf("this router or %s", p.NBMA)}
		if len(here) > 0 {
			f.Enter = configure(here...)
		}
		return f
	}
	return &commands.Fault{Wrong: wrong + "; others have what this router has, and names there may differ", At: p.NBMA.String(), Enter: w.configureThere(p, there...)}
}

// policyFault: the associations of IKE that both sides would have are different.
func (w *walk) policyFault(p *peer, r *ike.Refusal) *commands.Fault {
	const wrong = "no proposal for IKE is in common"
	if w.endpoint().Version == 1 {
		var here, there []string
		if o := r.Offer.Policy; o != nil {
			here = policyLines(w.freePriority(), *o)
		}
		for _, own := range w.want.Policies {
			if own.Authentication == ike.PreShared {
				there = policyLines(own.Priority, own)
				break
			}
		}
		return w.alike(p, r, wrong, here, there)
	}
	policy, own := w.proposal2()
	if own == nil {
		return &commands.Fault{At: "this router", Wrong: "the IKEv2 policy in force names no proposal that exists",
			Enter: configure("crypto ikev2 policy "+policy, "proposal default")}
	}
	there := proposalLines(own.Name, own)
	if own.Name != "default" {
		there = append(there, "crypto ikev2 policy "+policy, "proposal "+own.Name)
	}
	var here []string
	if r.Offer.Proposal != nil {
		here = proposalLines(own.Name, r.Offer.Proposal)
	}
	return w.alike(p, r, wrong, here, there)
}

// freePriority is one that no policy has.
func (w *walk) freePriority() int {
	n := 10
	for slices.ContainsFunc(w.want.Policies, func(p ike.Policy) bool { return p.Priority == n }) {
		n += 10
	}
	return n
}

// proposal2 is the first proposal of the policy that is in force.
func (w *walk) proposal2() (policy string, _ *ike.Proposal) {
	for _, p := range w.want.Policies2 {
		if !p.AnyVRF && p.VRF != "" || len(p.Locals) > 0 && !slices.Contains(p.Locals, w.i.Source) {
			continue
		}
		for _, name := range p.Proposals {
			for k := range w.want.Proposals {
				if w.want.Proposals[k].Name == name {
					return p.Name, &w.want.Proposals[k]
				}
			}
		}
		return p.Name, nil
	}
	return "default", nil
}

func policyLines(priority int, p ike.Policy) []string {
	encr := "encr aes " + strconv.Itoa(p.Cipher.Bits)
	switch p.Cipher.Cipher {
	case esp.DES:
		encr = "encr des"
	case esp.TripleDES:
		encr = "encr 3des"
	case esp.Null, esp.AESCBC, esp.AESGCM:
	}
	hash := hashWord(p.Hash)
	if p.Hash == ike.SHA1 {
		hash = "sha"
	}
	return []string{fmt.Sprintf("crypto isakmp policy %d", priority), encr, "hash " + hash, "authentication pre-share", fmt.Sprintf("group %d", p.Group)}
}

func hashWord(h ike.Hash) string {
	return map[ike.Hash]string{ike.MD5: "md5", ike.SHA1: "sha1", ike.SHA256: "sha256", ike.SHA384: "sha384", ike.SHA512: "sha512"}[h]
}

func proposalLines(name string, p *ike.Proposal) []string {
	var ciphers, integrity, prf, groups []string
	for _, c := range p.Ciphers {
		word := "aes-cbc-" + strconv.Itoa(c.Bits)
		switch c.Cipher {
		case esp.AESGCM:
			word = "aes-gcm-" + strconv.Itoa(c.Bits)
		case esp.DES:
			word = "des"
		case esp.TripleDES:
			word = "3des"
		case esp.Null, esp.AESCBC:
		}
		ciphers = append(ciphers, word)
	}
	for _, h := range p.Integrity {
		integrity = append(integrity, hashWord(h))
	}
	for _, h := range p.PRF {
		prf = append(prf, hashWord(h))
	}
	for _, g := range p.Groups {
		groups = append(groups, fmt.Sprint(g))
	}
	lines := []string{"crypto ikev2 proposal " + name}
	for _, l := range []struct {
		word string
		list []string
	}{{"encryption", ciphers}, {"integrity", integrity}, {"prf", prf}, {"group", groups}} {
		if len(l.list) > 0 {
			lines = append(lines, l.word+" "+strings.Join(l.list, " "))
		}
	}
	return lines
}

// unpaired: IKE is done, and there is no pair of associations.
func (w *walk) unpaired(p *peer, sa *ike.SA, report *commands.RungReport) *commands.Fault {
	ep := w.endpoint()
	if len(ep.IPsec.Transforms) == 0 {
		return w.withoutTransforms(ep)
	}
	if f := w.unarmed(); f != nil {
		return f
	}
	r := telling(w.refusals(p.NBMA, true))
	if r == nil {
		report.Evidence = append(report.Evidence, fmt.Sprintf("neither side has asked for a pair since the association was made %s ago, or it is being made", w.ago(sa.Created)))
		return &commands.Fault{Wrong: "there is no pair of associations, and nothing says why", At: fmt.Sprintf("this router or %s", p.NBMA), Enter: w.ask(p.NBMA)}
	}
	report.Evidence = append(report.Evidence, w.refusalText(r)...)
	switch {
	case r.ByPeer:
		return &commands.Fault{At: fmt.Sprintf("this router or %s", p.NBMA), Wrong: fmt.Sprintf("%s refuses the pair: %s; it knows what both sides have", p.NBMA, r.Text), Enter: w.ask(p.NBMA)}
	case r.Reason == ike.ReasonProposal && len(r.Ours) == 0 && ep.Profile != "":
		r := *r
		r.Text = sa.RemoteID.String()
		return w.identityFault(p, &r)
	case r.Reason == ike.ReasonProposal, r.Reason == ike.ReasonKeyExchange:
		return w.transformFault(p, r, ep)
	case r.Reason == ike.ReasonSelectors:
		return &commands.Fault{At: p.NBMA.String(), Wrong: fmt.Sprintf("the traffic it wants to protect is not GRE between %s and %s", p.NBMA, w.i.Source),
			Enter: w.there(p, w.protectionLine())}
	}
	return &commands.Fault{At: fmt.Sprintf("this router or %s", p.NBMA), Wrong: fmt.Sprintf("the pair fails: %s", r.Reason), Enter: w.ask(p.NBMA)}
}

// withoutTransforms: the profile names transform sets, and none of them exists.
func (w *walk) withoutTransforms(ep *ike.Endpoint) *commands.Fault {
	name := "SET"
	if len(ep.IPsec.Lacks) > 0 {
		name = ep.IPsec.Lacks[0]
	}
	f := &commands.Fault{At: "this router", Wrong: fmt.Sprintf("the IPsec profile %s names a transform set %s that does not exist", ep.IPsec.Name, name)}
	var others []string
	for _, t := range w.want.Transforms {
		if t.Name != "default" {
			others = append(others, t.Name)
		}
	}
	for _, other := range others {
		if len(others) == 1 || strings.EqualFold(other, name) {
			f.Enter = configure("crypto ipsec profile "+ep.IPsec.Name, "set transform-set "+other)
			return f
		}
	}
	f.Wrong += "; TRANSFORMS stands for what the peers have"
	f.Enter = configure("crypto ipsec transform-set " + name + " TRANSFORMS")
	return f
}

// transformFault: suites, modes or groups differ. Only what differs is entered.
func (w *walk) transformFault(p *peer, r *ike.Refusal, ep *ike.Endpoint) *commands.Fault {
	o, own := r.Offer, ep.IPsec.Transforms[0]
	if o.Transform == nil {
		return &commands.Fault{At: p.NBMA.String(), Wrong: "it offers nothing for a pair that this router knows", Enter: w.configureThere(p, transformLines(own.Name, own)...)}
	}
	same := slices.ContainsFunc(ep.IPsec.Transforms, func(t ike.Transform) bool {
		return t.Suite == o.Transform.Suite && t.ESN == o.Transform.ESN && (t.Transport == o.Transform.Transport || ep.Version == 2 && !t.Require)
	})
	profile := "crypto ipsec profile " + ep.IPsec.Name
	if same {
		return w.alike(p, r, fmt.Sprintf("perfect forward secrecy: %s here, %s there", groupText(ep.IPsec.PFS), groupText(o.PFS)),
			[]string{profile, pfsLine(o.PFS, ep.IPsec.PFS)}, []string{profile, pfsLine(ep.IPsec.PFS, o.PFS)})
	}
	wrong := "no transform set is in common"
	if own.Suite == o.Transform.Suite && own.ESN == o.Transform.ESN {
		wrong = fmt.Sprintf("one end has %s mode, the other %s", modeWord(own), modeWord(*o.Transform))
	}
	theirs := *o.Transform
	theirs.Name = own.Name
	if ep.Version == 2 && len(r.Theirs) > 0 {
		theirs.Transport = theirs.Transport || own.Transport // both or none: it is not what fails
	}
	return w.alike(p, r, wrong, transformLines(own.Name, theirs), transformLines(own.Name, own))
}

func groupText(g ike.Group) string {
	if g == 0 {
		return "none"
	}
	return fmt.Sprintf("group%d", g)
}

func pfsLine(g, instead ike.Group) string {
	if g == 0 {
		return fmt.Sprintf("no set pfs group%d", instead)
	}
	return fmt.Sprintf("set pfs group%d", g)
}

func modeWord(t ike.Transform) string {
	if t.Transport {
		return "transport"
	}
	return "tunnel"
}

func transformLines(name string, t ike.Transform) []string {
	line := "crypto ipsec transform-set " + name + " "
	switch t.Suite.Cipher {
	case esp.Null:
		line += "esp-null"
	case esp.DES:
		line += "esp-des"
	case esp.TripleDES:
		line += "esp-3des"
	case esp.AESCBC:
		line += "esp-aes " + strconv.Itoa(t.Suite.Bits)
	case esp.AESGCM:
		line += "esp-gcm " + strconv.Itoa(t.Suite.Bits)
	}
	if mac := map[esp.MAC]string{esp.MD5: "md5", esp.SHA1: "sha", esp.SHA256: "sha256", esp.SHA384: "sha384", esp.SHA512: "sha512"}[t.Suite.MAC]; mac != "" {
		line += " esp-" + mac + "-hmac"
	}
	if t.ESN {
		line += " esn"
	}
	mode := "mode " + modeWord(t)
	if t.Require {
		mode += " require"
	}
	return []string{line, mode}
}
