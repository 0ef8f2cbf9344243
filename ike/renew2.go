package ike

import (
	"bytes"
	"encoding/binary"
	"slices"

	"weft/dataplane/esp"
)

// renewal is the replacement of an association (RFC 7296 sections 1.3.2, 2.18)
// by us, and perhaps by the peer at the same time.
type renewal struct {
	exchange *exchange
	nonce    []byte
	spi      uint64
	offered  []Proposal
	theirs   *sa2   // what the peer has made in its place
	low      []byte // the lower nonce of that
}

// renew replaces the association.
func (x *sa2) renew() {
	e := x.e
	if x.gone || x.Deleted || x.successor != nil || x.session == nil || len(x.children) == 0 && x.session.established() != x.association {
		return
	}
	offered := e.proposals(x.session.place)
	group := x.suite.group
	if !slices.ContainsFunc(offered, func(p Proposal) bool { return slices.Contains(p.Groups, group) }) {
		if len(offered) == 0 || len(offered[0].Groups) == 0 {
			return
		}
		group = offered[0].Groups[0]
	}
	x.renewWith(offered, group)
}

func (x *sa2) renewWith(offered []Proposal, group Group) {
	e := x.e
	r := &renewal{nonce: e.random(nonceSize), spi: e.newCookie(), offered: offered}
	x.successor = r
	e.newExchange(group, func(own *exchange) {
		if x.gone || own == nil {
			x.successor = nil
			return
		}
		r.exchange = own
		x.ask(&request{exchange: exchangeCreate, kind: requestIKE,
			build: func(x *sa2) []payload {
				if r.theirs != nil && !r.theirs.gone {
					// The peer was faster.
					x.successor = nil
					x.handOver(r.theirs)
				}
				if x.successor != r || x.Deleted {
					own.wipe()
					return nil
				}
				x.trace("Sending CREATE_CHILD_SA request to rekey the IKE SA")
				return []payload{encodeProposals(offerIKE(r.offered, cookieBytes(r.spi))), {kind: payloadNonce, body: r.nonce}, keyPayload(own)}
			},
			answer: func(x *sa2, m *message) { x.renewed(r, m) },
		})
	})
}

func cookieBytes(spi uint64) []byte { return binary.BigEndian.AppendUint64(nil, spi) }

// renewed takes the answer.
func (x *sa2) renewed(r *renewal, m *message) {
	e := x.e
	fail := func() {
		r.exchange.wipe()
		x.successor = nil
		if r.theirs != nil && !r.theirs.gone {
			x.handOver(r.theirs)
		}
	}
	if n, found := m.complaint(); found {
		x.trace("Received " + n.kind.String())
		fail()
		switch {
		case n.kind == noticeInvalidKE && len(n.data) == 2:
			g := Group(binary.BigEndian.Uint16(n.data))
			if g != r.exchange.group && slices.ContainsFunc(r.offered, func(p Proposal) bool { return slices.Contains(p.Groups, g) }) {
				x.renewWith(r.offered, g)
			}
		case n.kind == noticeTemporary:
			e.timers.Set(&x.soft, e.now.Add(e.soon()), x.renew)
		}
		return
	}
	sa, _ := m.body(payloadSA)
	nonce, _ := m.body(payloadNonce)
	ke, _ := m.body(payloadKE)
	answer, okAnswer := decodeProposals(sa)
	group, public, okKey := decodeKey(ke)
	if !okAnswer || !okKey || !goodNonce(nonce) || len(answer) != 1 || len(answer[0].spi) != 8 {
		e.drop(dropMalformed)
		fail()
		return
	}
	chosen, _, ok := chooseIKE(r.offered, answer, group)
	if !ok || chosen.group != group || group != r.exchange.group {
		e.drop(dropProposal)
		fail()
		return
	}
	spi := binary.BigEndian.Uint64(answer[0].spi)
	e.agree(r.exchange, public, func(secret esp.Key) {
		if x.gone {
			return
		}
		if secret == nil || spi == 0 {
			fail()
			return
		}
		y := x.replacement(true, r.spi, spi, chosen, x.keys.nextKeys(chosen, secret, r.nonce, nonce, r.spi, spi))
		secret.Wipe()
		r.exchange.wipe()
		x.successor = nil
		y.tiebreak = bytes.Clone(lower(r.nonce, nonce))
		x.settleRenewal(y, r)
	})
}

// settleRenewal hands over to what we have made. If the peer has made one as
// well, that with the lowest nonce is closed by whoever made it, and the old one
// by who made the other (section 2.8.2).
func (x *sa2) settleRenewal(y *sa2, r *renewal) {
	if r.theirs != nil && !r.theirs.gone && bytes.Compare(y.tiebreak, r.low) < 0 {
		x.handOver(r.theirs)
		y.retire()
		return
	}
	x.handOver(y)
	x.retire()
	if o := r.theirs; o != nil && !o.gone {
		// The peer may not have noticed that it has made one: its request was
		// answered, and the association deleted before it got to see the answer.
		x.e.timers.Set(&o.patience, x.e.now.Add(overlap), func() { o.close(ReasonReplaced) })
	}
}

// replacement enters the association that takes the place of x.
func (x *sa2) replacement(initiator bool, own, peer uint64, s suite2, keys *keys2) *sa2 {
	e := x.e
	a := e.newAssociation(2, initiator, x.VRF, x.Local, x.Remote)
	delete(e.associations, a.LocalSPI)
	a.LocalSPI, a.RemoteSPI = own, peer
	e.associations[own] = a
	y := &sa2{association: a, keys: keys, profile: x.profile, endpoint: x.endpoint, fragments: x.fragments}
	a.exchanger = y
	y.choose(s)
	a.Stage, a.Profile, a.LocalID, a.RemoteID = Ready, x.Profile, x.LocalID, x.RemoteID
	a.NAT, a.udp, a.DPD, a.Fragmentation = x.NAT, x.udp, x.DPD, x.Fragmentation
	a.join(x.session)
	a.established(x.Lifetime)
	y.trace("IKEv2 SA rekeyed")
	return y
}

// handOver gives the pairs, and what waits to be asked, to the replacement
// (section 2.18).
func (x *sa2) handOver(y *sa2) {
	x.heir = y
	for _, c := range x.children {
		c.sa = y.association
	}
	y.children = append(y.children, x.children...)
	x.children = nil
	y.queue = append(y.queue, x.queue...)
	x.queue = nil
	x.Deleted = true
	x.e.afterwards = append(x.e.afterwards, y.next)
}

// retire deletes an association that another one stands in for.
func (x *sa2) retire() {
	x.Deleted = true
	x.ask(&request{exchange: exchangeInform,
		build:  func(*sa2) []payload { return []payload{deletion{protocol: protocolIKE}.payload()} },
		answer: func(x *sa2, _ *message) { x.end(ReasonReplaced) },
	})
}

// renewRequest takes the peer's wish to replace the association.
func (x *sa2) renewRequest(m *message, theirs []proposal, nonce []byte) {
	e := x.e
	if x.Deleted || x.pending != nil && x.pending.kind == requestChild {
		x.respond(m, []payload{notice(noticeTemporary)}) // section 2.25.2
		return
	}
	ke, _ := m.body(payloadKE)
	group, public, ok := decodeKey(ke)
	if !ok {
		x.malformed(m)
		return
	}
	ours := e.proposals(x.session.place)
	chosen, answer, ok := chooseIKE(ours, theirs, group)
	var peer uint64
	for _, t := range theirs {
		if t.number == answer.number && len(t.spi) == 8 {
			peer = binary.BigEndian.Uint64(t.spi)
		}
	}
	if !ok || peer == 0 {
		e.drop(dropProposal)
		x.respond(m, []payload{notice(noticeNoProposal)})
		return
	}
	if chosen.group != group {
		e.drop(dropGroup)
		x.respond(m, []payload{notice(noticeInvalidKE, binary.BigEndian.AppendUint16(nil, uint16(chosen.group))...)})
		return
	}
	x.answering = true
	e.newExchange(group, func(own *exchange) {
		if x.gone || own == nil {
			return
		}
		e.agree(own, public, func(secret esp.Key) {
			defer own.wipe()
			if x.gone {
				return
			}
			if secret == nil {
				x.respond(m, []payload{notice(noticeInvalidSyntax)})
				return
			}
			x.renewAnswer(m, answer, chosen, own, secret, nonce, peer)
			secret.Wipe()
		})
	})
}

// renewAnswer makes the replacement that the peer asks for.
func (x *sa2) renewAnswer(m *message, answer proposal, chosen suite2, own *exchange, secret, ni []byte, peer uint64) {
	e := x.e
	nr, spi := e.random(nonceSize), e.newCookie()
	y := x.replacement(false, spi, peer, chosen, x.keys.nextKeys(chosen, secret, ni, nr, peer, spi))
	y.tiebreak = bytes.Clone(lower(ni, nr))
	answer.spi = cookieBytes(spi)
	x.respond(m, []payload{encodeProposals([]proposal{answer}), {kind: payloadNonce, body: nr}, keyPayload(own)})
	if r := x.successor; r != nil {
		r.theirs, r.low = y, y.tiebreak
		return
	}
	x.handOver(y)
}
