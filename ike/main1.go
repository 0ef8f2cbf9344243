package ike

import (
	"bytes"
	"net/netip"
	"slices"

	"weft/dataplane/esp"
)

// nonceSize1 is the length of our nonces (RFC 2409 section 5: 8 to 256 octets).
const nonceSize1 = 32

// Main mode, RFC 2409 section 5.4: the Security Association payloads, the public
// values and nonces, and, encrypted, who each is and the proof. What a message is
// follows from how many there were.
func (x *sa1) advanceMain(h header, in Receive, parts parts1, encrypted bool, next []byte) {
	e := x.e
	switch {
	case x.Initiator && x.step == 1 && !encrypted:
		x.RemoteSPI = h.responder
		if !x.agreed(parts) {
			x.RemoteSPI = 0
			return
		}
		x.took(in, nil)
		x.Stage = SASetup
		x.exchangeValues(func() { x.sendValues(KeyExchange) })
	case !x.Initiator && x.step == 1 && !encrypted:
		if x.values(parts) {
			x.took(in, nil)
			x.detect(parts)
			x.exchangeValues(func() {
				x.sendValues(KeyExchange)
				x.secret()
			})
		}
	case x.Initiator && x.step == 2 && !encrypted:
		if x.values(parts) {
			x.took(in, nil)
			x.detect(parts)
			if x.udp {
				x.float()
			}
			x.secretThen(x.identify)
		}
	case !x.Initiator && x.step == 2 && encrypted:
		if x.proved(parts, x.gxi(), x.gxr()) {
			x.took(in, next)
			x.contact(parts)
			x.reply()
			x.ready()
		}
	case x.Initiator && x.step == 3 && encrypted:
		if x.proved(parts, x.gxr(), x.gxi()) {
			x.took(in, next)
			x.ready()
		}
	default:
		e.drop(dropUnexpected)
	}
}

// begin sends the first message.
func (x *sa1) begin(policies []Policy) {
	x.ni = x.e.random(nonceSize1)
	x.trace("Old State = IKE_READY  New State = IKE_I_MM1")
	if x.aggressive {
		x.beginAggressive(policies)
		return
	}
	x.say(append(parts1{x.offerPolicies(policies)}, x.vendors1()...), false, true)
}

// offerPolicies is the Security Association payload of all policies.
func (x *sa1) offerPolicies(policies []Policy) part1 {
	p := proposal1{number: 1, protocol: protocolISAKMP1}
	for i, policy := range policies {
		p.transforms = append(p.transforms, policy.transform(i+1))
	}
	sa := encodeSecurity1(p)
	x.sai = sa.body
	return sa
}

// first takes the peer's first message.
func (x *sa1) first(parts parts1, in Receive) {
	e := x.e
	x.Stage = NoState
	x.can.learn(parts)
	sa, _ := parts.body(security1)
	theirs, ok := decodeSecurity1(sa)
	if !ok {
		e.drop(dropMalformed)
		x.discard()
		return
	}
	x.sai = bytes.Clone(sa)
	var choice transform1
	if x.policy, choice, ok = x.pick(theirs); !ok {
		x.noPolicy(theirs)
		return
	}
	x.answered = bytes.Clone(in.Packet)
	answer := encodeSecurity1(proposal1{number: theirs[0].number, protocol: protocolISAKMP1, spi: theirs[0].spi, transforms: []transform1{choice}})
	x.trace("atts are acceptable")
	if x.aggressive {
		x.firstAggressive(parts, answer)
		return
	}
	x.Stage = SASetup
	x.nr = e.random(nonceSize1)
	x.say(append(parts1{answer}, x.vendors1()...), false, false)
}

// discard forgets a negotiation that has not begun.
func (x *sa1) discard() { x.remove(ReasonPayload) }

// pick compares our policies, the best first, with what the peer offers.
func (x *sa1) pick(theirs []proposal1) (Policy, transform1, bool) {
	for _, p := range x.e.policies1() {
		for _, o := range theirs {
			if o.protocol != protocolISAKMP1 {
				continue
			}
			for _, t := range o.transforms {
				if life, ok := p.matches(t); ok {
					x.choose(p, life)
					return p, t, true
				}
			}
		}
	}
	return Policy{}, transform1{}, false
}

// noPolicy tells the peer that there is nothing in common.
func (x *sa1) noPolicy(theirs []proposal1) {
	e := x.e
	e.drop(dropPolicy1)
	r := Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonProposal, Text: "no offers accepted"}
	for _, p := range e.policies1() {
		r.Ours = append(r.Ours, p.String())
	}
	for _, o := range theirs {
		for _, t := range o.transforms {
			r.Theirs = append(r.Theirs, describeTransform1(t))
			if p := policyOf1(t); r.Offer.Policy == nil && p.usable() {
				r.Offer.Policy = &p
			}
		}
	}
	e.refused(r)
	e.log(Failed{1, x.Local, x.Remote, ReasonProposal, "no offers accepted"})
	h := x.head(exchangeInform1, 0)
	first, body := parts1{notice1{protocol: protocolISAKMP1, kind: noticeNoProposal1, spi: cookies1(h.initiator, h.responder)}.part()}.encode()
	h.next = byte(first)
	x.transmit(h.encode(body))
	x.discard()
}

// agreed takes the peer's choice among our policies.
func (x *sa1) agreed(parts parts1) bool {
	e := x.e
	x.can.learn(parts)
	sa, _ := parts.body(security1)
	theirs, ok := decodeSecurity1(sa)
	if !ok || len(theirs) != 1 || len(theirs[0].transforms) != 1 {
		e.drop(dropMalformed)
		return false
	}
	if _, _, ok = x.pick(theirs); !ok {
		e.drop(dropPolicy1)
		return false
	}
	return true
}

// exchangeValues makes our public value.
func (x *sa1) exchangeValues(then func()) {
	x.busy = true
	x.e.newExchange(x.policy.Group, func(own *exchange) {
		x.busy = false
		if x.gone {
			return
		}
		if own == nil {
			x.giveUp(ReasonKeyExchange, "no value")
			return
		}
		x.own = own
		then()
	})
}

// sendValues sends our public value, nonce, and where we and the peer seem to be.
func (x *sa1) sendValues(stage Stage) {
	nonce := x.nr
	if x.Initiator {
		nonce = x.ni
	}
	parts := append(parts1{{key1, x.own.public}, {nonce1, nonce}}, x.places()...)
	if x.Initiator {
		x.Stage = SASetup
	} else {
		x.Stage = stage
	}
	x.say(parts, false, x.Initiator)
}

// places are the hashes of both ends' addresses, the receiver's first (RFC 3947
// section 3.2).
func (x *sa1) places() parts1 {
	if x.can.nat == nil {
		return nil
	}
	kind := natD1
	if x.can.draft() {
		kind = natDDraft1
	}
	source := x.Local
	if x.forced() {
		source = netip.AddrPortFrom(source.Addr(), 0) // nowhere: so that packets go in UDP
	}
	i, r := x.spis()
	return parts1{{kind, natHash(x.Hash, i, r, x.Remote)}, {kind, natHash(x.Hash, i, r, source)}}
}

func (x *sa1) spis() (initiator, responder uint64) {
	if x.Initiator {
		return x.LocalSPI, x.RemoteSPI
	}
	return x.RemoteSPI, x.LocalSPI
}

// forced tells that ESP is to go in UDP whatever stands between.
func (x *sa1) forced() bool {
	if x.endpoint != nil {
		return x.endpoint.IPsec.ForceUDP
	}
	return slices.ContainsFunc(x.e.endpoints(x.VRF, x.Local.Addr(), x.Remote.Addr(), 1), func(ep *Endpoint) bool { return ep.IPsec.ForceUDP })
}

// detect finds the translators between us and the peer.
func (x *sa1) detect(parts parts1) {
	hashes := parts.all(natD1, natDDraft1)
	if x.can.nat == nil || len(hashes) < 2 {
		return
	}
	i, r := x.spis()
	ours, theirs := natHash(x.Hash, i, r, x.Local), natHash(x.Hash, i, r, x.Remote)
	x.NAT.Local = !sameHash(hashes[0], ours)
	x.NAT.Remote = !slices.ContainsFunc(hashes[1:], func(h []byte) bool { return sameHash(h, theirs) })
	x.udp = x.NAT.Local || x.NAT.Remote || x.forced()
}

// values takes the peer's public value and nonce.
func (x *sa1) values(parts parts1) bool {
	public, ok := parts.body(key1)
	nonce, found := parts.body(nonce1)
	if !ok || !found || len(nonce) < 8 || len(nonce) > 256 || len(public) != x.policy.Group.publicSize() {
		x.e.drop(dropMalformed)
		return false
	}
	x.can.learn(parts) // some peers name themselves only here
	x.public = bytes.Clone(public)
	if x.Initiator {
		x.nr = bytes.Clone(nonce)
	} else {
		x.ni = bytes.Clone(nonce)
	}
	return true
}

// secret makes the keys, while the peer's next message is under way.
func (x *sa1) secret() { x.secretThen(func() {}) }

func (x *sa1) secretThen(then func()) {
	e := x.e
	if x.shared == nil {
		var missing string
		if x.shared, missing = e.key1(x.VRF, x.Profile, x.Remote.Addr(), x.RemoteID); x.shared == nil {
			e.drop(dropNoKey1)
			e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonNoKey, Text: missing})
			x.giveUp(ReasonNoKey, missing)
			return
		}
	}
	x.busy = true
	e.agree(x.own, x.public, func(secret esp.Key) {
		x.busy = false
		if x.gone {
			return
		}
		if secret == nil {
			x.giveUp(ReasonKeyExchange, "the peer's value is no good")
			return
		}
		i, r := x.spis()
		x.keys = derive1(x.Hash, x.Cipher, x.shared, secret, x.ni, x.nr, i, r)
		secret.Wipe()
		x.iv = x.keys.firstIV(x.gxi(), x.gxr())
		then()
		x.heldBack()
	})
}

func (x *sa1) gxi() []byte {
	if x.Initiator {
		return x.own.public
	}
	return x.public
}

func (x *sa1) gxr() []byte {
	if x.Initiator {
		return x.public
	}
	return x.own.public
}

// identify tells who we are, and proves it.
func (x *sa1) identify() {
	x.idi = x.name()
	x.Stage = KeyExchange
	x.say(append(x.proof(x.idi, x.gxi(), x.gxr()), x.initial()...), true, true)
}

// initial tells a peer that we know nothing of earlier associations (RFC 2407
// section 4.6.3.3).
func (x *sa1) initial() parts1 {
	if x.session != nil && (slices.ContainsFunc(x.session.associations, func(o *association) bool { return o.up }) || len(x.session.children) > 0) {
		return nil
	}
	i, r := x.spis()
	return parts1{notice1{protocol: protocolISAKMP1, kind: noticeInitialContact1, spi: cookies1(i, r)}.part()}
}

// reply tells a peer that has proved itself who we are.
func (x *sa1) reply() {
	x.idr = x.name()
	x.say(x.proof(x.idr, x.gxr(), x.gxi()), true, false)
}

// proof is an identity and the hash over everything that makes the keys.
func (x *sa1) proof(id, mine, theirs []byte) parts1 {
	return parts1{{identity1, id}, {hash1, x.keys.proof(mine, theirs, x.LocalSPI, x.RemoteSPI, x.sai, id)}}
}

// proved checks a peer's proof. mine is its own public value.
func (x *sa1) proved(parts parts1, mine, theirs []byte) bool {
	e := x.e
	id, okID := parts.body(identity1)
	hash, okHash := parts.body(hash1)
	if !okID || !okHash || len(id) > maxIdentitySize1 {
		e.drop(dropMalformed)
		x.mismatch("the message makes no sense: the pre-shared keys differ")
		return false
	}
	if !sameHash(hash, x.keys.proof(mine, theirs, x.RemoteSPI, x.LocalSPI, x.sai, id)) {
		e.drop(dropProof1)
		x.mismatch("the hash is wrong: the pre-shared keys differ")
		return false
	}
	if !x.recognize(id) {
		return false
	}
	if x.Initiator {
		x.idr = bytes.Clone(id)
	} else {
		x.idi = bytes.Clone(id)
	}
	return true
}

// recognize takes the peer's identity, and the profile that is for it.
func (x *sa1) recognize(body []byte) bool {
	id, ok := parseIdentity(body)
	if !ok {
		x.e.drop(dropMalformed)
		return false
	}
	x.RemoteID = id
	if p := x.e.profile1(x.Profile); x.Initiator && p != nil {
		if len(p.Match) > 0 && !slices.ContainsFunc(p.Match, func(m Match) bool { return m.accepts(id) }) {
			x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonNoProfile, Text: id.String()})
			return false
		}
		return true
	}
	for _, p := range x.e.config.Profiles {
		if slices.ContainsFunc(p.Match, func(m Match) bool { return m.accepts(id) }) {
			x.Profile = p.Name
			break
		}
	}
	return true
}

// name is our identity, as an ID payload: of UDP and the port of IKE, or of
// none with translators between (RFC 3947 section 4).
func (x *sa1) name() []byte {
	c := x.e.config
	id := Identity{Kind: ByAddress, Address: x.Local.Addr()}
	if c.Identity == ByName && c.Hostname != "" {
		id = Identity{Kind: ByName, Text: c.Hostname}
	}
	if p := x.e.profile1(x.Profile); p != nil && p.Identity.Kind != ByAddress {
		if id = p.Identity; id.Kind == ByName && id.Text == "" {
			id.Text = c.Hostname
		}
	}
	x.LocalID = id
	kind, value := id.encode()
	head := []byte{kind, protocolUDP, port >> 8, port & 0xff}
	if x.udp {
		head = []byte{kind, protocolUDP, 0, 0}
	}
	return append(head, value...)
}

const protocolUDP = 17
