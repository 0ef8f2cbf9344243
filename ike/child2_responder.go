package ike

import (
	"encoding/binary"

	"weft/dataplane/esp"
)

// maxChildren bounds how many pairs one peer can make us hold: one is used, and
// more there are only while it is replaced.
const maxChildren = 16

const dropChildren drop = "too many pairs with one peer"

// childRequest answers the peer's wish for a pair; before are the payloads that
// come first in the answer. In IKE_AUTH old is nil and the nonces are the
// association's.
func (x *sa2) childRequest(m *message, before []payload, ni, nr []byte, old *child) {
	first := m.exchange == exchangeAuth
	var keyed Group
	var public []byte
	if body, found := m.body(payloadKE); found && !first {
		var ok bool
		if keyed, public, ok = decodeKey(body); !ok {
			x.respond(m, []payload{notice(noticeInvalidSyntax)})
			return
		}
	}
	if len(x.session.children) >= maxChildren {
		x.e.drop(dropChildren)
		x.respond(m, append(before, notice(noticeNoAdditional)))
		return
	}
	a, kind := agreed{}, noticeNoProposal
	var ep *Endpoint
	for _, ep = range x.e.profiled(x, x.profile) {
		if a, kind = x.child(m, ep, keyed, first, false); kind == 0 || kind == noticeInvalidKE {
			break
		}
	}
	if kind != 0 {
		x.refuseChild(ep, m, kind, false)
		n := notice(kind)
		if kind == noticeInvalidKE {
			n = notice(kind, binary.BigEndian.AppendUint16(nil, uint16(a.terms.pfs))...)
		}
		x.respond(m, append(before, n))
		return
	}
	if a.terms.pfs == 0 {
		x.childAnswer(m, before, a, nil, nil, ni, nr, old)
		return
	}
	// The exchange of its own, and then the answer.
	x.answering = true
	x.e.newExchange(a.terms.pfs, func(own *exchange) {
		if x.gone || own == nil {
			return
		}
		x.e.agree(own, public, func(secret esp.Key) {
			own.private.Wipe()
			if x.gone {
				return
			}
			if secret == nil {
				x.respond(m, append(before, notice(noticeInvalidSyntax)))
				return
			}
			x.childAnswer(m, before, a, own, secret, ni, nr, old)
			secret.Wipe()
		})
	})
}

// childAnswer installs a pair and answers. What the peer may send at once can be
// received before the answer goes; we do not send by it before the peer can have
// it.
func (x *sa2) childAnswer(m *message, before []payload, a agreed, own *exchange, secret esp.Key, ni, nr []byte, old *child) {
	e := x.e
	s := x.session
	in := e.newSPI()
	c := x.enter(s, a, in, false)
	keys := x.keys.material(a.terms.transform.Suite, secret, ni, nr, false)
	a.answer.spi = spiBytes(in)
	payloads := before
	if a.terms.mode == esp.Transport {
		payloads = append(payloads, notice(noticeTransport))
	}
	payloads = append(payloads, notice(noticeNoPadding), encodeProposals([]proposal{a.answer}))
	if m.exchange == exchangeCreate {
		payloads = append(payloads, payload{kind: payloadNonce, body: nr})
	}
	if own != nil {
		payloads = append(payloads, keyPayload(own))
	}
	payloads = append(payloads, encodeSpans(payloadTSi, a.tsi), encodeSpans(payloadTSr, a.tsr))
	c.receiveWith(keys)
	x.respond(m, payloads)
	c.sendWith(keys)
	if s.current == nil {
		s.use(c)
		return
	}
	// It is sent by when the peer uses it, or deletes the one before.
	c.askReady()
	x.collide(c, old, ni, nr)
}
