package ike

import "slices"

// prfs are the pseudo-random functions of a proposal: those of its integrity if
// it names none.
func (p Proposal) prfs() []Hash {
	if len(p.PRF) > 0 {
		return p.PRF
	}
	return p.Integrity
}

// offers writes a proposal as it goes out: ciphers that protect integrity
// themselves go separately (RFC 5282 section 8).
func (p Proposal) offers() []proposal {
	var all []proposal
	for _, combined := range []bool{true, false} {
		o := proposal{protocol: protocolIKE}
		for _, c := range p.Ciphers {
			if c.combined() == combined {
				o.transforms = append(o.transforms, c.transform())
			}
		}
		if len(o.transforms) == 0 {
			continue
		}
		for _, h := range p.prfs() {
			o.transforms = append(o.transforms, h.prfTransform())
		}
		if !combined {
			for _, h := range p.Integrity {
				o.transforms = append(o.transforms, h.integrityTransform())
			}
		}
		for _, g := range p.Groups {
			o.transforms = append(o.transforms, g.transform())
		}
		all = append(all, o)
	}
	return all
}

// proposals are those of the policy for an address, in order.
func (e *Engine) proposals(at place) []Proposal {
	var all []Proposal
	for _, p := range e.config.Policies2 {
		if !p.AnyVRF && p.VRF != at.vrf || len(p.Locals) > 0 && !slices.Contains(p.Locals, at.local) {
			continue
		}
		for _, name := range p.Proposals {
			for _, o := range e.config.Proposals {
				if o.Name == name {
					all = append(all, o)
				}
			}
		}
		break // the first that matches
	}
	return all
}

// offerIKE numbers what we offer for an association. spi is empty in IKE_SA_INIT.
func offerIKE(all []Proposal, spi []byte) []proposal {
	var offered []proposal
	for _, p := range all {
		offered = append(offered, p.offers()...)
	}
	for i := range offered {
		offered[i].number, offered[i].spi = uint8(i+1), spi
	}
	return offered
}

// chooseIKE picks the first of ours that the peer offers as well. prefer is the
// group for which the peer sent a value already: it is taken if both have it, for
// that saves a round. answer is the proposal to send back.
func chooseIKE(ours []Proposal, theirs []proposal, prefer Group) (chosen suite2, answer proposal, ok bool) {
	for _, o := range ours {
		for _, t := range theirs {
			if t.protocol != protocolIKE {
				continue
			}
			if chosen, answer, ok = o.match(t, prefer); ok {
				return chosen, answer, true
			}
		}
	}
	return suite2{}, proposal{}, false
}

// match tells what one of ours and one of theirs have in common.
func (p Proposal) match(t proposal, prefer Group) (chosen suite2, answer proposal, ok bool) {
	answer = proposal{number: t.number, protocol: protocolIKE}
	pick := func(tr transform) bool {
		if !slices.Contains(t.of(tr.kind), tr) {
			return false
		}
		answer.transforms = append(answer.transforms, tr)
		return true
	}
	for _, c := range p.Ciphers {
		answer.transforms = nil
		if !pick(c.transform()) {
			continue
		}
		chosen = suite2{cipher: c}
		if c.combined() {
			// An integrity algorithm beside it can only be "none".
			if t.has(transformIntegrity) && !pick(transform{kind: transformIntegrity}) {
				continue
			}
		} else if i := slices.IndexFunc(p.Integrity, func(h Hash) bool { return pick(h.integrityTransform()) }); i >= 0 {
			chosen.integrity = p.Integrity[i]
		} else {
			continue
		}
		i := slices.IndexFunc(p.prfs(), func(h Hash) bool { return pick(h.prfTransform()) })
		if i < 0 {
			continue
		}
		chosen.prf = p.prfs()[i]
		groups := p.Groups
		if slices.Contains(groups, prefer) {
			groups = append([]Group{prefer}, groups...)
		}
		if i = slices.IndexFunc(groups, func(g Group) bool { return pick(g.transform()) }); i < 0 {
			continue
		}
		chosen.group = groups[i]
		// Extended sequence numbers mean nothing here, and some offer them: one of
		// each type that is offered goes back (RFC 7296 section 3.3.6).
		if t.has(transformESN) && !pick(esnTransform(false)) {
			continue
		}
		return chosen, answer, true
	}
	return suite2{}, proposal{}, false
}

// offerESP writes the transform sets of a profile as they go out. group is 0
// without an exchange of their own.
func offerESP(p IPsec, group Group, spi []byte) []proposal {
	var all []proposal
	for i, t := range p.Transforms {
		o := proposal{number: uint8(i + 1), protocol: protocolESP, spi: spi}
		o.transforms = append(o.transforms, espCipher(t.Suite).transform())
		if h := hashOf(t.Suite.MAC); h.known() {
			o.transforms = append(o.transforms, h.integrityTransform())
		}
		if group != 0 {
			o.transforms = append(o.transforms, group.transform())
		}
		o.transforms = append(o.transforms, esnTransform(t.ESN))
		all = append(all, o)
	}
	return all
}

// chooseESP picks the first of our transform sets that the peer offers as well.
// group is what our side wants: 0 takes what the peer wants, if it sent a value
// for it (keyed). In IKE_AUTH there is none (first).
func chooseESP(p IPsec, theirs []proposal, group, keyed Group, first bool) (chosen Transform, with Group, answer proposal, ok bool) {
	for _, ours := range p.Transforms {
		for _, t := range theirs {
			if t.protocol != protocolESP || len(t.spi) != 4 {
				continue
			}
			if answer, with, ok = ours.match(t, group, keyed, first); ok {
				return ours, with, answer, true
			}
		}
	}
	return Transform{}, 0, proposal{}, false
}

func (t Transform) match(offer proposal, group, keyed Group, first bool) (answer proposal, with Group, ok bool) {
	answer = proposal{number: offer.number, protocol: protocolESP}
	wanted := []transform{espCipher(t.Suite).transform()}
	if h := hashOf(t.Suite.MAC); h.known() {
		wanted = append(wanted, h.integrityTransform())
	} else if offer.has(transformIntegrity) {
		wanted = append(wanted, transform{kind: transformIntegrity})
	}
	if !first {
		if with = group; with == 0 && offer.has(transformGroup) {
			with = keyed
			if slices.Contains(offer.of(transformGroup), transform{kind: transformGroup}) {
				with = 0 // "none" is offered beside
				wanted = append(wanted, transform{kind: transformGroup})
			} else if !with.known() {
				return answer, 0, false
			}
		}
		if with != 0 {
			wanted = append(wanted, with.transform())
		}
	}
	if t.ESN || offer.has(transformESN) {
		wanted = append(wanted, esnTransform(t.ESN))
	}
	for _, w := range wanted {
		if !slices.Contains(offer.of(w.kind), w) {
			return answer, 0, false
		}
		answer.transforms = append(answer.transforms, w)
	}
	return answer, with, true
}

// describeOurs puts our proposals into words.
func describeOurs(all []Proposal) []string { return describeAll(offerIKE(all, nil)) }
