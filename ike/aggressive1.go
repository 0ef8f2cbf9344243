package ike

import "bytes"

// Aggressive mode, RFC 2409 section 5.4: three messages, the first two in clear.
// The responder knows the initiator's name before it needs the key for it.
func (x *sa1) advanceAggressive(h header, in Receive, parts parts1, encrypted bool, next []byte) {
	switch {
	case x.Initiator && x.step == 1 && !encrypted:
		x.answerAggressive(h, in, parts)
	case !x.Initiator && x.step == 1:
		hash, ok := parts.body(hash1)
		if !ok || !sameHash(hash, x.keys.proof(x.gxi(), x.gxr(), x.RemoteSPI, x.LocalSPI, x.sai, x.idi)) {
			x.e.drop(dropProof1)
			x.mismatch("the hash is wrong: the pre-shared keys differ")
			return
		}
		x.took(in, next)
		if !encrypted {
			x.iv = x.keys.firstIV(x.gxi(), x.gxr())
		}
		x.detect(parts)
		x.contact(parts)
		x.ready()
	default:
		x.e.drop(dropUnexpected)
	}
}

// beginAggressive makes our value first: it is in the first message.
func (x *sa1) beginAggressive(policies []Policy) {
	group := policies[0].Group
	same := policies[:0:0]
	for _, p := range policies { // of one group only: there is one value
		if p.Group == group {
			same = append(same, p)
		}
	}
	x.choose(same[0], same[0].Lifetime)
	x.Stage = AggressiveNoState
	x.exchangeValues(func() {
		x.idi = x.name()
		x.Stage = AggressiveInit
		parts := parts1{x.offerPolicies(same), {key1, x.own.public}, {nonce1, x.ni}, {identity1, x.idi}}
		x.say(append(parts, x.vendors1()...), false, true)
	})
}

// firstAggressive answers the first message.
func (x *sa1) firstAggressive(parts parts1, answer part1) {
	e := x.e
	id, ok := parts.body(identity1)
	if !ok || !x.values(parts) || !x.recognize(id) {
		e.drop(dropMalformed)
		x.discard()
		return
	}
	x.Stage = AggressiveInit
	x.idi, x.nr = bytes.Clone(id), e.random(nonceSize1)
	x.exchangeValues(func() {
		x.secretThen(func() {
			x.idr = x.name()
			list := parts1{answer, {key1, x.own.public}, {nonce1, x.nr}}
			list = append(append(list, x.proof(x.idr, x.gxr(), x.gxi())...), x.vendors1()...)
			x.Stage = AggressiveAuth
			x.say(append(list, x.places()...), false, false)
		})
	})
}

// answerAggressive takes the second message, and sends the third.
func (x *sa1) answerAggressive(h header, in Receive, parts parts1) {
	x.RemoteSPI = h.responder
	id, ok := parts.body(identity1)
	if !ok || !x.agreed(parts) || !x.values(parts) {
		x.RemoteSPI = 0
		x.e.drop(dropMalformed)
		return
	}
	x.secretThen(func() {
		if !x.proved(parts, x.gxr(), x.gxi()) {
			x.RemoteSPI = 0
			return
		}
		x.idr = bytes.Clone(id)
		x.took(in, nil)
		x.iv = x.keys.firstIV(x.gxi(), x.gxr())
		x.detect(parts)
		places := x.places()
		if x.udp {
			x.float()
		}
		proof := part1{hash1, x.keys.proof(x.gxi(), x.gxr(), x.LocalSPI, x.RemoteSPI, x.sai, x.idi)}
		x.say(append(append(parts1{proof}, places...), x.initial()...), true, false)
		x.ready()
	})
}
