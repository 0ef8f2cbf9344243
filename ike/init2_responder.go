package ike

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"weft/dataplane/esp"
)

// initRequest takes a peer's first message. Nothing is kept, and nothing slow is
// done, before it has passed everything that costs little.
func (e *Engine) initRequest(h header, in Receive) {
	key := offer{2, in.VRF, in.From, h.initiator}
	if a := e.offers[key]; a != nil {
		if x := a.exchanger.(*sa2); bytes.Equal(x.theirs, in.Packet) && x.first != nil {
			x.reply(in, [][]byte{x.first})
		} else {
			e.drop(dropReplay)
		}
		return
	}
	if h.id != 0 || h.responder != 0 || h.initiator == 0 || h.flags&flagInitiator == 0 {
		e.drop(dropUnexpected)
		return
	}
	if !e.serves(in.VRF, in.Local.Addr(), 2) {
		e.unserved(2, in)
		return
	}
	m := &message{header: h, from: in}
	var ok bool
	if m.payloads, ok = decodePayloads(h.next, in.Packet[headerSize:]); !ok || !m.parse() {
		e.drop(dropMalformed)
		return
	}
	if kind, found := m.strange(); found {
		e.drop(dropCritical)
		e.refuse(m, notice(noticeCritical, kind))
		return
	}
	nonce, ok := m.body(payloadNonce)
	if !ok || !goodNonce(nonce) {
		e.drop(dropMalformed)
		return
	}
	if e.wantsCookies() {
		n, _ := m.notified(noticeCookie)
		if !e.fromHere(n.data, in.From, h.initiator, nonce) {
			e.drop(dropCookie)
			e.stats.CookieChallenges++
			e.refuse(m, notice(noticeCookie, e.cookie(in.From, h.initiator, nonce)...))
			return
		}
		e.stats.CookiePassed++
	}
	if e.admit(in.From.Addr()) {
		e.accept(m, key, nonce)
	}
}

// refuse answers a first message without keeping anything.
func (e *Engine) refuse(m *message, p payload) {
	first, body := encodePayloads([]payload{p})
	h := header{initiator: m.initiator, next: first, major: 2, exchange: exchangeInit, flags: flagResponse}
	e.do(Send{VRF: m.from.VRF, Local: m.from.Local, To: m.from.From, Packet: h.encode(body)})
}

// accept begins an association that a peer asks for, if there is a proposal in
// common.
func (e *Engine) accept(m *message, key offer, nonce []byte) {
	in := m.from
	sa, okSA := m.body(payloadSA)
	ke, okKE := m.body(payloadKE)
	theirs, okTheirs := decodeProposals(sa)
	group, public, okKey := decodeKey(ke)
	if !okSA || !okKE || !okTheirs || !okKey {
		e.drop(dropMalformed)
		return
	}
	ours := e.proposals(place{vrf: in.VRF, local: in.Local.Addr()})
	chosen, answer, ok := chooseIKE(ours, theirs, group)
	if !ok {
		e.drop(dropProposal)
		e.refused(Refusal{VRF: in.VRF, Local: in.Local, Peer: in.From, Reason: ReasonProposal, Ours: describeOurs(ours), Theirs: describeAll(theirs), Offer: offerOfIKE(theirs)})
		e.log(Failed{2, in.Local, in.From, ReasonProposal, "no proposal in common"})
		e.refuse(m, notice(noticeNoProposal))
		return
	}
	if chosen.group != group || len(public) != group.publicSize() {
		e.drop(dropGroup)
		e.refuse(m, notice(noticeInvalidKE, binary.BigEndian.AppendUint16(nil, uint16(chosen.group))...))
		return
	}
	a := e.newAssociation(2, false, in.VRF, in.Local, in.From)
	a.RemoteSPI, a.Stage, a.offer = m.initiator, Negotiating, key
	e.offers[key] = a
	x := &sa2{association: a, ni: nonce, nr: e.random(nonceSize), public: public, theirs: in.Packet, peerID: 1}
	a.exchanger = x
	x.choose(chosen)
	if eps := e.endpoints(in.VRF, in.Local.Addr(), in.From.Addr(), 2); len(eps) > 0 {
		x.endpoint = eps[0] // as far as it can be known
	}
	e.timers.Set(&a.patience, e.now.Add(halfOpen), func() { a.failed(ReasonUnreachable, "it did not go on") })
	e.newExchange(group, func(own *exchange) { x.initAnswer(m, answer, own) })
}

// initAnswer sends the answer to a first message.
func (x *sa2) initAnswer(m *message, answer proposal, own *exchange) {
	if x.gone {
		return
	}
	if own == nil {
		x.association.failed(ReasonKeyExchange, "no value")
		return
	}
	x.exchange = own
	m.responder = 0 // as the peer's hashes were made
	x.detect(m)
	payloads := append([]payload{encodeProposals([]proposal{answer}), keyPayload(own), {kind: payloadNonce, body: x.nr}}, x.aboutUs(x.LocalSPI)...)
	first, body := encodePayloads(payloads)
	x.first = header{initiator: x.RemoteSPI, responder: x.LocalSPI, next: first, major: 2, exchange: exchangeInit, flags: flagResponse}.encode(body)
	x.tracef("Received IKE_SA_INIT request; proposal chosen: %v", x.suite)
	if x.NAT.Local || x.NAT.Remote {
		x.tracef("NAT found: before us %v, before the peer %v", x.NAT.Local, x.NAT.Remote)
	}
	x.trace("Sending IKE_SA_INIT response")
	x.reply(m.from, [][]byte{x.first})
}

// hold keeps the message that proves who the peer is until there are keys to
// read it with: only now are they made, so that a flood of first messages costs
// half.
func (x *sa2) hold(in Receive) {
	if x.exchange == nil || len(x.held) >= maxPortions {
		x.e.drop(dropUnexpected)
		return
	}
	x.held = append(x.held, in)
	if len(x.held) > 1 {
		return
	}
	x.e.agree(x.exchange, x.public, func(secret esp.Key) {
		if x.gone {
			return
		}
		if secret == nil {
			x.association.failed(ReasonKeyExchange, "the peer's value is none")
			return
		}
		x.derive(secret)
		held := x.held
		x.held = nil
		for _, in := range held {
			if h, ok := decodeHeader(in.Packet); ok && !x.gone {
				x.receive(h, in)
			}
		}
	})
}

func describePayload(kind uint8) string { return fmt.Sprintf("critical payload %d", kind) }
