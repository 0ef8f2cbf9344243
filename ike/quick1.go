package ike

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"weft/appliance/engine"
	"weft/dataplane/esp"
)

// quick1 is one quick mode, RFC 2409 section 5.5: three messages that make a pair
// of IPsec associations. It is remembered for a while after its end, for messages
// that come again.
type quick1 struct {
	x         *sa1
	id        uint32
	initiator bool
	session   *session
	endpoint  *Endpoint
	old       *child // that the pair replaces
	began     time.Time
	spi       uint32 // ours
	agreed    chosen1
	own       *exchange // with PFS
	public    []byte
	ni, nr    []byte
	iv        []byte
	step      int
	busy      bool
	last      []byte // our last message
	answered  []byte // the peer's that it answers
	repeater  repeater
	memory    engine.Timer
	keys      childKeys
	child     *child
	local     Selector
	remote    Selector
}

const (
	maxQuicks1 = 64               // at a time with one peer
	quickAge1  = 60 * time.Second // how long one is remembered
	overlap1   = 30 * time.Second // how long a pair that was replaced goes on
)

// protect begins a quick mode.
func (x *sa1) protect(s *session, old *child) {
	e := x.e
	ep := s.endpoint()
	if ep == nil || len(ep.IPsec.Transforms) == 0 || len(x.quicks) >= maxQuicks1 {
		s.failed(ReasonNotConfigured)
		return
	}
	q := &quick1{x: x, initiator: true, session: s, endpoint: ep, old: old, began: e.now, spi: e.newSPI(), ni: e.random(nonceSize1)}
	for q.id == 0 || x.quicks[q.id] != nil {
		q.id = binary.BigEndian.Uint32(e.random(4))
	}
	x.quicks[q.id] = q
	q.iv = x.keys.nextIV(x.iv, q.id)
	q.local, q.remote = hostSelector1(x.Local.Addr()), hostSelector1(x.Remote.Addr())
	if ep.IPsec.PFS == 0 {
		q.offer()
		return
	}
	q.busy = true
	e.newExchange(ep.IPsec.PFS, func(own *exchange) {
		q.busy = false
		switch {
		case x.gone:
		case own == nil:
			q.fail(ReasonKeyExchange, "no value")
		default:
			q.own = own
			q.offer()
		}
	})
}

func hostSelector1(a netip.Addr) Selector {
	return Selector{Prefix: netip.PrefixFrom(a, a.BitLen()), Protocol: protocolGRE}
}

// part is a selector as an ID payload.
func (s Selector) part() part1 {
	kind := byte(idIPv4)
	if s.Prefix.Addr().Is6() {
		kind = idIPv6
	}
	b := []byte{kind, s.Protocol, byte(s.Port >> 8), byte(s.Port)}
	return part1{identity1, append(b, s.Prefix.Addr().AsSlice()...)}
}

// offer sends the first message.
func (q *quick1) offer() {
	x := q.x
	parts := parts1{encodeSecurity1(offerESP1(q.endpoint.IPsec, q.spi, x.udp, x.can.draft())...), {nonce1, q.ni}}
	if q.own != nil {
		parts = append(parts, part1{key1, q.own.public})
	}
	parts = append(parts, q.local.part(), q.remote.part())
	parts = append(parts, q.originals(x.Local.Addr(), x.Remote.Addr())...)
	x.trace("Beginning Quick Mode exchange")
	q.say(parts, nil, func() { q.unanswered() })
}

// originals are the addresses that both ends think to have, for transport mode
// through translators (RFC 3947 section 5.2).
func (q *quick1) originals(initiator, responder netip.Addr) parts1 {
	x := q.x
	if !x.udp || !slices.ContainsFunc(q.endpoint.IPsec.Transforms, func(t Transform) bool { return t.Transport }) {
		return nil
	}
	kind := natOA1
	if x.can.draft() {
		kind = natOADraft1
	}
	return parts1{{kind, original1(initiator)}, {kind, original1(responder)}}
}

func original1(a netip.Addr) []byte {
	kind := byte(idIPv4)
	if a.Is6() {
		kind = idIPv6
	}
	return append([]byte{kind, 0, 0, 0}, a.AsSlice()...)
}

// say sends a message with its hash, which prefix goes into (RFC 2409 section
// 5.5); giveUp is nil if no answer must come.
func (q *quick1) say(parts parts1, prefix []byte, giveUp func()) {
	x := q.x
	first, rest := parts.encode()
	hash := x.keys.hash.prf(x.keys.a, binary.BigEndian.AppendUint32(nil, q.id), prefix, rest)
	_, head := parts1{{hash1, hash}}.encode()
	head[0] = byte(first)
	h := x.head(exchangeQuick1, q.id)
	h.next, h.flags = byte(hash1), flagEncrypted1
	q.last = h.encode(x.keys.encrypt(&q.iv, append(head, rest...)))
	q.step++
	if giveUp == nil {
		x.transmit(q.last)
		return
	}
	x.e.repeat(&q.repeater, patience1, func() { x.transmit(q.last) }, giveUp)
}

// quick takes a message of a quick mode.
func (x *sa1) quick(h header, in Receive) {
	e := x.e
	q := x.quicks[h.id]
	if q != nil && bytes.Equal(q.answered, in.Packet) {
		e.drop(dropReplay)
		if !q.busy && q.last != nil {
			x.transmit(q.last)
		}
		return
	}
	began := q == nil
	if began {
		if len(x.quicks) >= maxQuicks1 {
			e.drop(dropHalfOpen)
			return
		}
		q = &quick1{x: x, id: h.id, began: e.now, iv: x.keys.nextIV(x.iv, h.id)}
	}
	if q.busy {
		e.drop(dropUnexpected)
		return
	}
	plain, next, ok := x.keys.decrypt(q.iv, in.Packet[headerSize:])
	if !ok {
		e.drop(dropMalformed)
		return
	}
	parts, size, ok := decodeParts1(kind1(h.next), plain)
	if !ok || len(parts) == 0 || parts[0].kind != hash1 {
		e.drop(dropMalformed)
		return
	}
	if !sameHash(parts[0].body, q.hash(began, plain[payloadHead1+len(parts[0].body):size])) {
		e.drop(dropHash1)
		return
	}
	x.heardFrom(in)
	q.iv, q.answered = next, bytes.Clone(in.Packet)
	switch {
	case began:
		x.quicks[h.id] = q
		q.request(parts[1:])
	case q.initiator && q.step == 1:
		q.answer(parts[1:])
	case !q.initiator && q.step == 1:
		q.confirmed()
	default:
		e.drop(dropUnexpected)
	}
}

// hash is what a message of the peer's must begin with: HASH(1) over its rest,
// HASH(2) over our nonce as well, or HASH(3) over both nonces alone (RFC 2409
// section 5.5).
func (q *quick1) hash(first bool, rest []byte) []byte {
	k, id := q.x.keys, binary.BigEndian.AppendUint32(nil, q.id)
	switch {
	case first:
		return k.hash.prf(k.a, id, rest)
	case q.initiator:
		return k.hash.prf(k.a, id, q.ni, rest)
	}
	return k.hash.prf(k.a, []byte{0}, id, q.ni, q.nr)
}

// selectors takes the identities: the traffic of a tunnel between the two ends.
// Behind a translator an end writes the address that it has itself.
func (q *quick1) selectors(parts parts1) bool {
	x := q.x
	local, remote := hostSelector1(x.Local.Addr()), hostSelector1(x.Remote.Addr())
	ids := parts.all(identity1)
	if len(ids) == 2 {
		theirs, ok1 := parseSelector1(ids[0])
		ours, ok2 := parseSelector1(ids[1])
		if q.initiator {
			theirs, ours = ours, theirs
		}
		if !ok1 || !ok2 || ours != local && !x.udp || theirs != remote && !x.udp {
			return false
		}
		local, remote = ours, theirs
	} else if len(ids) != 0 {
		return false
	}
	// What an end really has goes before what it calls itself.
	for i, b := range parts.all(natOA1, natOADraft1) {
		if len(b) < identityHead {
			return false
		}
		a, ok := netip.AddrFromSlice(b[identityHead:])
		if ok && (i == 0) != q.initiator && x.NAT.Remote {
			remote = hostSelector1(a)
		}
	}
	q.local, q.remote = local, remote
	return true
}

// parseSelector1 reads an ID payload of phase 2. Some leave the protocol out.
func parseSelector1(b []byte) (Selector, bool) {
	if len(b) < identityHead || b[1] != 0 && b[1] != protocolGRE {
		return Selector{}, false
	}
	value := b[identityHead:]
	switch b[0] {
	case idIPv4, idIPv6:
	case idIPv4Subnet1:
		if len(value) != 8 || binary.BigEndian.Uint32(value[4:]) != 0xffffffff {
			return Selector{}, false
		}
		value = value[:4]
	default:
		return Selector{}, false
	}
	a, ok := netip.AddrFromSlice(value)
	return hostSelector1(a), ok
}

const idIPv4Subnet1 = 4

// request takes the first message of a peer's.
func (q *quick1) request(parts parts1) {
	x, e := q.x, q.x.e
	sa, _ := parts.body(security1)
	nonce, found := parts.body(nonce1)
	theirs, ok := decodeSecurity1(sa)
	if !ok || !found || len(nonce) < 8 || len(nonce) > 256 {
		e.drop(dropMalformed)
		q.forget()
		return
	}
	if !q.selectors(parts) {
		e.drop(dropSelector1)
		q.refuse(noticeInvalidID1, ReasonSelectors, nil)
		return
	}
	if !q.choose(theirs) {
		e.drop(dropTransform1)
		q.refuse(noticeNoProposal1, ReasonProposal, theirs)
		return
	}
	q.ni, q.nr = bytes.Clone(nonce), e.random(nonceSize1)
	q.spi = e.newSPI()
	if q.agreed.terms.pfs == 0 {
		q.respond(parts, nil)
		return
	}
	public, ok := parts.body(key1)
	if !ok || len(public) != q.agreed.terms.pfs.publicSize() {
		e.drop(dropMalformed)
		q.refuse(noticeNoProposal1, ReasonKeyExchange, nil)
		return
	}
	q.public = bytes.Clone(public)
	q.busy = true
	e.newExchange(q.agreed.terms.pfs, func(own *exchange) {
		if x.gone || own == nil {
			q.busy = false
			q.forget()
			return
		}
		q.own = own
		e.agree(own, q.public, func(secret esp.Key) {
			q.busy = false
			if x.gone || secret == nil {
				q.forget()
				return
			}
			q.respond(parts, secret)
			secret.Wipe()
		})
	})
}

// choose finds what one of our tunnels and the peer have in common.
func (q *quick1) choose(theirs []proposal1) bool {
	x := q.x
	for _, ep := range x.e.endpoints(x.VRF, x.Local.Addr(), x.Remote.Addr(), 1) {
		if ep.Profile != "" && ep.Profile != x.Profile {
			continue
		}
		if q.endpoint == nil {
			q.endpoint = ep // at least for telling what we would have liked
		}
		if a, ok := chooseESP1(ep.IPsec, theirs, x.udp); ok {
			q.endpoint, q.agreed = ep, a
			return true
		}
	}
	return false
}

// refuse tells the peer that there is nothing in common.
func (q *quick1) refuse(kind uint16, reason Reason, theirs []proposal1) {
	x, e := q.x, q.x.e
	r := Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: reason, Child: true, Text: "IPSec policy invalidated proposal", Offer: offerOf1(theirs)}
	if q.endpoint != nil {
		r.Ours = describeOurs1(q.endpoint.IPsec)
	}
	r.Theirs = describeESP1(theirs)
	e.refused(r)
	e.log(Failed{1, x.Local, x.Remote, reason, "phase 2 proposal not acceptable"})
	x.notify(notice1{protocol: protocolESP1, kind: kind, spi: spiBytes1(0)})
	q.forget()
}

// respond installs the inbound half and sends the second message.
func (q *quick1) respond(parts parts1, secret esp.Key) {
	x, e := q.x, q.x.e
	if x.session == nil {
		q.forget()
		return
	}
	q.session = x.session
	q.make(secret)
	q.child.receiveWith(q.keys)
	answer := q.agreed.answer
	answer.spi = spiBytes1(q.spi)
	list := parts1{encodeSecurity1(answer), {nonce1, q.nr}}
	if q.own != nil {
		list = append(list, part1{key1, q.own.public})
		q.own.wipe()
	}
	for _, id := range parts.all(identity1) {
		list = append(list, part1{identity1, id})
	}
	list = append(list, q.originals(x.Remote.Addr(), x.Local.Addr())...)
	list = append(list, q.shorter(parts)...)
	q.say(list, q.ni, func() {
		e.log(Failed{1, x.Local, x.Remote, ReasonUnreachable, "quick mode: no third message"})
		q.child.remove(ReasonUnreachable)
		q.forget()
	})
}

// shorter tells a peer of limits that are lower than it wanted (RFC 2407 section
// 4.6.3.1).
func (q *quick1) shorter(parts parts1) parts1 {
	w, a := q.agreed.terms, attributes1{}
	theirs := q.agreed.answer.transforms[0].attributes.list
	if seconds, ok := lifeOf(theirs, attributeLifeKind2, attributeLife2, lifeSeconds); !ok || time.Duration(seconds)*time.Second > w.lifetime {
		a.add(attributeLifeKind2, lifeSeconds)
		a.add(attributeLife2, uint32(w.lifetime/time.Second))
	}
	if kilobytes, ok := lifeOf(theirs, attributeLifeKind2, attributeLife2, lifeKilobytes); w.kilobytes != 0 && (!ok || uint64(kilobytes) > w.kilobytes) {
		a.add(attributeLifeKind2, lifeKilobytes)
		a.add(attributeLife2, uint32(w.kilobytes))
	}
	if len(a.list) == 0 {
		return nil
	}
	return parts1{notice1{protocol: protocolESP1, kind: noticeResponderLifetime1, spi: spiBytes1(q.spi), data: a.encode()}.part()}
}

// make enters the pair, and makes its keys.
func (q *quick1) make(secret esp.Key) {
	x, w := q.x, q.agreed.terms
	if q.local.Prefix.Addr() != x.Local.Addr() || q.remote.Prefix.Addr() != x.Remote.Addr() {
		w.privLocal, w.privRemote = q.local.Prefix.Addr(), q.remote.Prefix.Addr()
	}
	c := x.newChild(q.session, q.spi, q.agreed.spi, w, q.endpoint)
	c.initiator, c.selectors = q.initiator, selectors{q.local, q.remote}
	q.child = c
	q.keys.inCipher, q.keys.inMAC = x.keys.material(w.transform.Suite, secret, q.spi, q.ni, q.nr)
	q.keys.outCipher, q.keys.outMAC = x.keys.material(w.transform.Suite, secret, q.agreed.spi, q.ni, q.nr)
}

// confirmed takes the third message: the peer has installed its half.
func (q *quick1) confirmed() {
	q.x.e.answered(&q.repeater)
	q.step++
	if q.child.gone {
		q.forget()
		return
	}
	q.child.sendWith(q.keys)
	q.session.use(q.child)
	q.settle()
}

// answer takes the second message, and sends the third.
func (q *quick1) answer(parts parts1) {
	x, e := q.x, q.x.e
	e.answered(&q.repeater)
	sa, _ := parts.body(security1)
	nonce, found := parts.body(nonce1)
	theirs, ok := decodeSecurity1(sa)
	if !ok || !found || len(nonce) < 8 || len(nonce) > 256 || len(theirs) != 1 {
		e.drop(dropMalformed)
		q.fail(ReasonPayload, "malformed answer")
		return
	}
	if q.agreed, ok = chooseESP1(q.endpoint.IPsec, theirs, x.udp); !ok {
		e.drop(dropTransform1)
		q.fail(ReasonProposal, "the peer chose what we did not offer")
		return
	}
	if !q.selectors(parts) {
		e.drop(dropSelector1)
		q.fail(ReasonSelectors, "other identities in the answer")
		return
	}
	for _, b := range parts.all(notify1) {
		if n, good := decodeNotice1(b); good && n.kind == noticeResponderLifetime1 {
			if a, good := decodeAttributes1(n.data); good {
				q.agreed.terms.limit1(a.list)
			}
		}
	}
	q.nr = bytes.Clone(nonce)
	if q.own == nil {
		q.finish(nil)
		return
	}
	public, ok := parts.body(key1)
	if !ok {
		e.drop(dropMalformed)
		q.fail(ReasonKeyExchange, "no value in the answer")
		return
	}
	q.busy = true
	e.agree(q.own, bytes.Clone(public), func(secret esp.Key) {
		q.busy = false
		q.own.wipe()
		switch {
		case x.gone:
		case secret == nil:
			q.fail(ReasonKeyExchange, "the peer's value is no good")
		default:
			q.finish(secret)
			secret.Wipe()
		}
	})
}

// finish installs both halves and sends the third message, whose hash stands alone.
func (q *quick1) finish(secret esp.Key) {
	x := q.x
	q.make(secret)
	q.child.receiveWith(q.keys)
	q.child.sendWith(q.keys)
	hash := x.keys.hash.prf(x.keys.a, []byte{0}, binary.BigEndian.AppendUint32(nil, q.id), q.ni, q.nr)
	first, body := parts1{{hash1, hash}}.encode()
	h := x.head(exchangeQuick1, q.id)
	h.next, h.flags = byte(first), flagEncrypted1
	q.last = h.encode(x.keys.encrypt(&q.iv, body))
	q.step++
	x.transmit(q.last)
	q.session.use(q.child)
	q.settle()
}

// settle follows the making of a pair. The one before goes on for a while, for
// packets that are under way; who replaced it deletes it.
func (q *quick1) settle() {
	x, e := q.x, q.x.e
	x.trace("Old State = IKE_QM  New State = IKE_QM_PHASE2_COMPLETE")
	if old := q.old; old != nil && !old.gone && !old.withdrawing {
		e.timers.Stop(&old.soft)
		if end := e.now.Add(overlap1); end.Before(old.expires) {
			e.timers.Set(&old.hard, end, old.expire)
		}
	}
	e.timers.Set(&q.memory, e.now.Add(quickAge1), q.forget)
}

// unanswered follows a quick mode that the peer was silent about: it may have
// forgotten who we are.
func (q *quick1) unanswered() {
	x := q.x
	q.fail(ReasonUnreachable, "quick mode: no answer")
	if !x.gone && x.lastIn.Before(q.began) {
		x.end(ReasonDeadPeer)
	}
}

// fail ends a quick mode of ours. One that was to replace a pair is tried again
// while that lives.
func (q *quick1) fail(reason Reason, text string) {
	x, e := q.x, q.x.e
	e.log(Failed{1, x.Local, x.Remote, reason, text})
	old, s := q.old, q.session
	e.releaseSPI(q.spi)
	q.forget()
	if old != nil {
		if !old.gone && old.expires.Sub(e.now) > overlap1 {
			e.timers.Set(&old.soft, e.now.Add(overlap1/2), old.renew)
		}
		return
	}
	s.failed(reason)
}

// forget ends it.
func (q *quick1) forget() {
	q.stop()
	if q.x.quicks[q.id] == q {
		delete(q.x.quicks, q.id)
	}
}

func (q *quick1) stop() {
	q.x.e.answered(&q.repeater)
	q.x.e.timers.Stop(&q.memory)
	if q.own != nil {
		q.own.wipe()
	}
}
