package ike

import (
	"encoding/binary"
	"net/netip"

	"weft/dataplane/esp"
)

// childOffer is a pair of ours under negotiation.
type childOffer struct {
	session  *session
	endpoint *Endpoint
	spi      uint32
	group    Group     // of the exchange of its own, or 0
	exchange *exchange // in CREATE_CHILD_SA with PFS
	nonce    []byte
	old      *child // that it replaces
}

// release gives back what an offer that comes to nothing holds.
func (o *childOffer) release(e *Engine) {
	e.releaseSPI(o.spi)
	if o.exchange != nil {
		o.exchange.wipe()
	}
}

// payloads are the part of a message that is about a pair.
func (o *childOffer) payloads(x *sa2) []payload {
	var all []payload
	p := o.endpoint.IPsec
	if o.old != nil {
		// By the SPI that we receive on (RFC 7296 section 1.3.3).
		all = append(all, notify{protocol: protocolESP, kind: noticeRekey, spi: spiBytes(o.old.in)}.payload())
	}
	if len(p.Transforms) > 0 && p.Transforms[0].Transport {
		all = append(all, notice(noticeTransport))
	}
	all = append(all, notice(noticeNoPadding), encodeProposals(offerESP(p, o.group, spiBytes(o.spi))))
	if o.nonce != nil {
		all = append(all, payload{kind: payloadNonce, body: o.nonce})
	}
	if o.exchange != nil {
		all = append(all, keyPayload(o.exchange))
	}
	return append(all, encodeSpans(payloadTSi, hostGRE(x.Local.Addr())), encodeSpans(payloadTSr, hostGRE(x.Remote.Addr())))
}

func spiBytes(spi uint32) []byte { return binary.BigEndian.AppendUint32(nil, spi) }

// agreed is a pair as both ends want it.
type agreed struct {
	endpoint *Endpoint
	answer   proposal
	spi      uint32 // the peer's
	terms    terms
	tsi, tsr span // as the responder writes them
	local    Selector
	remote   Selector
}

// child finds what our endpoint and a message have in common; if nothing, what
// to say about it. initiator tells that it is the answer to an offer of ours.
func (x *sa2) child(m *message, ep *Endpoint, keyed Group, first, initiator bool) (agreed, noticeType) {
	sa, _ := m.body(payloadSA)
	theirs, ok := decodeProposals(sa)
	if !ok {
		return agreed{}, noticeInvalidSyntax
	}
	group := ep.IPsec.PFS
	if initiator {
		group = keyed
	}
	transform, with, answer, ok := chooseESP(ep.IPsec, theirs, group, keyed, first)
	if !ok {
		return agreed{}, noticeNoProposal
	}
	if with != keyed && with != 0 {
		return agreed{terms: terms{pfs: with}}, noticeInvalidKE
	}
	a := agreed{endpoint: ep, answer: answer, terms: termsOf(ep.IPsec, transform, with, x.udp)}
	for _, t := range theirs {
		if t.number == answer.number {
			a.spi = binary.BigEndian.Uint32(t.spi)
		}
	}
	// Both or none: what one of them does not want is tunnel mode, unless it is
	// required.
	_, transport := m.notified(noticeTransport)
	wanted := transform.Transport
	if initiator {
		wanted = ep.IPsec.Transforms[0].Transport
	}
	switch {
	case transport && wanted:
		a.terms.mode = esp.Transport
	case transform.Require:
		return agreed{}, noticeNoProposal
	}
	if !x.selectors(m, &a, initiator) {
		return agreed{}, noticeSelectors
	}
	return a, 0
}

func termsOf(p IPsec, t Transform, pfs Group, udp bool) terms {
	life := p.Lifetime
	if life == 0 {
		life = DefaultIPsec().Lifetime
	}
	return terms{
		transform: t, mode: esp.Tunnel, pfs: pfs, lifetime: life, kilobytes: p.Kilobytes, window: p.Window, df: p.DF,
		idle: p.IdleTime, passive: p.Responder, udp: udp,
	}
}

// selectors narrows the traffic to that of a tunnel between the two ends. With a
// translator between, an end writes another address than the one it is seen at
// (section 2.23.1).
func (x *sa2) selectors(m *message, a *agreed, initiator bool) bool {
	first, _ := m.body(payloadTSi)
	second, _ := m.body(payloadTSr)
	tsi, okI := decodeSpans(first)
	tsr, okR := decodeSpans(second)
	if !okI || !okR {
		return false
	}
	ours, theirs := tsr, tsi
	if initiator {
		ours, theirs = tsi, tsr
	}
	local, okL := narrowBehind(ours, x.Local.Addr(), x.udp)
	remote, okP := narrowBehind(theirs, x.Remote.Addr(), x.udp)
	if !okL || !okP {
		return false
	}
	if local.firstAddr != x.Local.Addr() || remote.firstAddr != x.Remote.Addr() {
		a.terms.privLocal, a.terms.privRemote = local.firstAddr, remote.firstAddr
	}
	a.local, a.remote = local.selector(), remote.selector()
	if a.terms.mode == esp.Transport {
		local, remote = local.at(x.Local.Addr()), remote.at(x.Remote.Addr())
	}
	a.tsi, a.tsr = remote, local
	return true
}

// narrowBehind narrows to a host, or with a translator between to the address
// that is written in its place.
func narrowBehind(offered []span, host netip.Addr, udp bool) (span, bool) {
	s, ok := narrow(offered, host)
	if inside, one := single(offered); !ok && udp && one {
		return narrow(offered, inside)
	}
	return s, ok
}

// enter makes the pair that was agreed on.
func (x *sa2) enter(s *session, a agreed, in uint32, initiator bool) *child {
	c := x.newChild(s, in, a.spi, a.terms, a.endpoint)
	c.initiator = initiator
	c.selectors = selectors{a.local, a.remote}
	return c
}

// childResponse takes the answer to an offer of ours. It tells the pair, or nil.
func (x *sa2) childResponse(o *childOffer, m *message, ni, nr []byte, secret esp.Key) *child {
	e, s := x.e, o.session
	kind := noticeType(0)
	var a agreed
	if _, found := m.body(payloadSA); !found {
		kind = noticeInvalidSyntax
		if n, found := m.complaint(); found {
			kind = n.kind
		}
		x.refuseChild(o.endpoint, m, kind, true)
	} else if a, kind = x.child(m, o.endpoint, o.group, o.nonce == nil, true); kind != 0 {
		x.refuseChild(o.endpoint, m, kind, false)
		x.disown(o)
	}
	if kind != 0 {
		o.release(e)
		if o.old == nil {
			s.failed(kind.reason())
		}
		return nil
	}
	c := x.enter(s, a, o.spi, true)
	keys := x.keys.material(a.terms.transform.Suite, secret, ni, nr, true)
	c.receiveWith(keys)
	c.sendWith(keys)
	return c
}

// disown deletes a pair that the peer has made and that we cannot take.
func (x *sa2) disown(o *childOffer) {
	d := deletion{protocolESP, []uint32{o.spi}}
	x.ask(&request{exchange: exchangeInform, kind: requestChild, build: func(*sa2) []payload { return []payload{d.payload()} }})
}

// refuseChild remembers why there is no pair.
func (x *sa2) refuseChild(ep *Endpoint, m *message, kind noticeType, byPeer bool) {
	r := Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: byPeer, Reason: kind.reason(), Child: true, Text: kind.String()}
	switch kind {
	case noticeNoProposal:
		x.e.drop(dropProposal)
		if ep != nil {
			r.Ours = describeAll(offerESP(ep.IPsec, ep.IPsec.PFS, nil))
		}
		if sa, found := m.body(payloadSA); found && !byPeer {
			theirs, _ := decodeProposals(sa)
			_, transport := m.notified(noticeTransport)
			r.Theirs, r.Offer = describeAll(theirs), offerOfESP(theirs, transport)
		}
	case noticeSelectors:
		x.e.drop(dropSelector)
	case noticeInvalidKE:
		x.e.drop(dropGroup)
	default:
		x.e.drop(dropMalformed)
	}
	x.tracef("No child SA: %v; ours %q, theirs %q", kind, r.Ours, r.Theirs)
	x.e.refused(r)
	x.e.log(Failed{2, x.Local, x.Remote, kind.reason(), kind.String()})
}
