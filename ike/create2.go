package ike

import (
	"bytes"
	"encoding/binary"
	"time"

	"weft/dataplane/esp"
)

// rekeying is the replacement of a pair: by us, by the peer, or by both at once
// (RFC 7296 section 2.8.1).
type rekeying struct {
	mine   bool   // we have begun one
	theirs *child // what the peer has made in its place
	low    []byte // the lower nonce of that
}

// protect negotiates a pair in a CREATE_CHILD_SA exchange; old is the one that
// it is to replace, or nil.
func (x *sa2) protect(s *session, old *child) {
	e := x.e
	ep := s.endpoint()
	if ep == nil || ep.Version != 2 || ep.Profile != "" && ep.Profile != x.profile.Name {
		if old == nil {
			s.failed(ReasonConfiguration)
		}
		return
	}
	if old != nil {
		if old.rekey != nil {
			return
		}
		old.rekey = &rekeying{mine: true}
	}
	o := &childOffer{session: s, endpoint: ep, spi: e.newSPI(), group: ep.IPsec.PFS, nonce: e.random(nonceSize), old: old}
	if o.group == 0 {
		x.askChild(o)
		return
	}
	e.newExchange(o.group, func(own *exchange) {
		// Meanwhile another association may have taken the place of this one.
		now := x.latest()
		if own == nil || now == nil {
			e.releaseSPI(o.spi)
			o.dropped(ReasonKeyExchange)
			return
		}
		o.exchange = own
		now.askChild(o)
	})
}

// latest is x, or what has replaced it, or nil if that has gone.
func (x *sa2) latest() *sa2 {
	for x.gone || x.Deleted {
		if x.heir == nil {
			return nil
		}
		x = x.heir
	}
	return x
}

func (x *sa2) askChild(o *childOffer) {
	x.ask(&request{exchange: exchangeCreate, kind: requestChild,
		build: func(x *sa2) []payload {
			if !o.needed() {
				o.release(x.e)
				o.dropped(ReasonNone)
				return nil
			}
			x.trace("Sending CREATE_CHILD_SA request")
			return o.payloads(x)
		},
		answer: func(x *sa2, m *message) { x.created(o, m) },
		cancel: func() { o.release(x.e) },
	})
}

// needed tells whether a pair is still wanted when it is its turn.
func (o *childOffer) needed() bool {
	if o.old == nil {
		return o.session.current == nil
	}
	return !o.old.gone && !o.old.withdrawing && o.old.rekey.theirs == nil
}

// dropped ends an offer that came to nothing; what it was to replace is tried
// again later.
func (o *childOffer) dropped(reason Reason) {
	s, old := o.session, o.old
	if old == nil {
		if s.busy = false; reason != ReasonNone && s.current == nil {
			s.failed(reason)
		}
		return
	}
	if old.rekey.theirs == nil {
		old.rekey = nil
	}
	if left := old.expires.Sub(s.e.now); reason != ReasonNone && !old.gone && left > 0 {
		s.e.timers.Set(&old.soft, s.e.now.Add(left/3), old.renew)
	}
}

// soon is when to ask again what the peer could not do just now (section 2.25).
func (e *Engine) soon() time.Duration { return e.between(time.Second, 4*time.Second) }

// created takes the answer to a CREATE_CHILD_SA request of ours about a pair.
func (x *sa2) created(o *childOffer, m *message) {
	e, s, old := x.e, o.session, o.old
	nonce, okNonce := m.body(payloadNonce)
	if n, found := m.complaint(); found {
		o.release(e)
		x.trace("Received " + n.kind.String())
		switch {
		case n.kind == noticeTemporary && old == nil:
			s.busy = false
			s.again(e.soon())
		case n.kind == noticeTemporary:
			o.dropped(ReasonNone)
			if !old.gone && !old.withdrawing {
				e.timers.Set(&old.soft, e.now.Add(e.soon()), old.renew)
			}
		case n.kind == noticeChildNotFound && old != nil:
			// The peer has forgotten it, or has replaced it meanwhile.
			old.remove(ReasonDeleted)
		case n.kind == noticeNoAdditional:
			o.dropped(ReasonNone)
			x.close(ReasonAdmission)
		default:
			x.refuseChild(o.endpoint, m, n.kind, true)
			o.dropped(n.kind.reason())
		}
		return
	}
	if !okNonce || !goodNonce(nonce) {
		e.drop(dropMalformed)
		o.release(e)
		o.dropped(ReasonPayload)
		return
	}
	if o.exchange == nil {
		x.finish(o, m, nonce, nil)
		return
	}
	body, _ := m.body(payloadKE)
	group, public, ok := decodeKey(body)
	if !ok || group != o.group {
		e.drop(dropGroup)
		o.release(e)
		o.dropped(ReasonKeyExchange)
		return
	}
	e.agree(o.exchange, public, func(secret esp.Key) {
		o.exchange.wipe()
		if x.gone {
			return // and the pair with it
		}
		if secret == nil {
			o.release(e)
			o.dropped(ReasonKeyExchange)
			return
		}
		x.finish(o, m, nonce, secret)
		secret.Wipe()
	})
}

// finish installs a pair, and settles what it replaces.
func (x *sa2) finish(o *childOffer, m *message, nr []byte, secret esp.Key) {
	s, old := o.session, o.old
	c := x.childResponse(o, m, o.nonce, nr, secret)
	switch {
	case c == nil && old != nil:
		o.dropped(ReasonProposal)
	case c == nil:
	case x.heir != nil:
		// The association was replaced while this was computed.
		x.handOver(x.heir)
		fallthrough
	default:
		x.settleRekey(s, old, c, lower(o.nonce, nr))
	}
}

// settleRekey switches to a pair of ours. If the peer has made one in the same
// place at the same time, the one with the lowest of the four nonces is closed by
// whoever made it (section 2.8.1).
func (x *sa2) settleRekey(s *session, old, c *child, low []byte) {
	if old == nil {
		s.use(c)
		return
	}
	if r := old.rekey; r != nil && r.theirs != nil && !r.theirs.gone && bytes.Compare(low, r.low) < 0 {
		c.withdraw(ReasonReplaced)
		return
	}
	s.use(c)
	old.withdraw(ReasonReplaced)
}

// collide notes that the peer has made c in place of old.
func (x *sa2) collide(c, old *child, ni, nr []byte) {
	if old == nil {
		return
	}
	if old.rekey == nil {
		old.rekey = &rekeying{}
	}
	old.rekey.theirs, old.rekey.low = c, bytes.Clone(lower(ni, nr))
}

// createRequest takes a CREATE_CHILD_SA request of the peer's (section 1.3).
func (x *sa2) createRequest(m *message) {
	sa, _ := m.body(payloadSA)
	theirs, ok := decodeProposals(sa)
	nonce, okNonce := m.body(payloadNonce)
	if !ok || !okNonce || !goodNonce(nonce) {
		x.malformed(m)
		return
	}
	if theirs[0].protocol == protocolIKE {
		x.renewRequest(m, theirs, nonce)
		return
	}
	// Section 2.25.1: not while the association itself is replaced or closed.
	if x.successor != nil || x.Deleted {
		x.respond(m, []payload{notice(noticeTemporary)})
		return
	}
	var old *child
	if n, found := m.notified(noticeRekey); found {
		x.tracef("The peer rekeys the child SA with SPI 0x%x", n.spi)
		if len(n.spi) != 4 {
			x.malformed(m)
			return
		}
		spi := binary.BigEndian.Uint32(n.spi)
		if old = x.childBy(spi); old == nil {
			x.respond(m, []payload{notify{protocol: protocolESP, kind: noticeChildNotFound, spi: n.spi}.payload()})
			return
		}
		if old.withdrawing {
			x.respond(m, []payload{notice(noticeTemporary)})
			return
		}
	}
	x.childRequest(m, nil, nonce, x.e.random(nonceSize), old)
}

// childBy finds a pair by the SPI that the peer receives on.
func (x *sa2) childBy(spi uint32) *child {
	for _, c := range x.children {
		if c.out == spi {
			return c
		}
	}
	return nil
}
