package ike

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/dataplane/esp"
)

// Exchanges of version 1 (RFC 2408 section 3.1, RFC 2409 section 5.5).
const (
	exchangeMain1       = 2
	exchangeAggressive1 = 4
	exchangeInform1     = 5
	exchangeQuick1      = 32
)

const (
	dropEncryption1 drop = "message that should be encrypted"
	dropHash1       drop = "hash of a message wrong"
	dropProof1      drop = "authentication of the peer failed"
	dropMode1       drop = "mode of phase 1 not allowed"
	dropPolicy1     drop = "no policy in common"
	dropTransform1  drop = "no transform set in common"
	dropSelector1   drop = "identities of phase 2 not those of a tunnel"
	dropNoKey1      drop = "no pre-shared key for the peer"
)

// sa1 is an association of version 1. Phase 1 is one exchange of three (aggressive1.go)
// or six messages (main1.go); quick modes (quick1.go) and notifications
// (inform1.go) follow under its keys, each with a message id of its own.
type sa1 struct {
	*association
	endpoint   *Endpoint // by which we began; nil if the peer did
	aggressive bool
	can        abilities1
	policy     Policy
	keys       *keys1
	shared     esp.Key // the pre-shared key: the configuration's, not to be wiped
	step       int     // messages of phase 1 that were sent or taken
	own        *exchange
	public     []byte // the peer's value
	ni, nr     []byte
	sai        []byte // body of the initiator's Security Association payload
	idi        []byte // body of the initiator's identity
	idr        []byte
	iv         []byte // of the next message of phase 1; then what phase 2 begins with

	last     []byte // our last message of phase 1
	answered []byte // the peer's that it answers
	repeater repeater
	busy     bool // a computation is under way
	pending  *session
	old      *child // that quick mode is to replace

	quicks map[uint32]*quick1
	pieces pieces1
	// lastPieces numbers the messages that went in pieces.
	lastPieces     uint16
	initialContact bool     // the peer knows nothing of earlier associations
	held           *Receive // came while a computation was under way
	why            Reason   // what seems to keep phase 1 from ending
	whyText        string
	probing        repeater
	probe1         uint32 // the number of the last question whether the peer is there
}

// initiate1 begins with the peer of a session.
func (e *Engine) initiate1(s *session, ep *Endpoint) {
	policies := e.policies1()
	shared, missing := e.key1(s.vrf, ep.Profile, s.peer.Addr(), Identity{})
	if len(policies) == 0 || shared == nil {
		reason, text := ReasonNoKey, missing
		if shared != nil {
			reason, text = ReasonNoProfile, "no ISAKMP policy with pre-shared keys"
		}
		e.refused(Refusal{VRF: s.vrf, Local: netip.AddrPortFrom(s.local, port), Peer: s.peer, Reason: reason, Text: text})
		s.failed(reason)
		return
	}
	from, to := uint16(port), uint16(port)
	if s.peer.Port() != 0 {
		from, to = natPort, s.peer.Port()
	}
	a := e.newAssociation(1, true, s.vrf, netip.AddrPortFrom(s.local, from), netip.AddrPortFrom(s.peer.Addr(), to))
	x := e.sa1(a)
	x.endpoint, x.shared, x.pending = ep, shared, s
	if p := e.profile1(ep.Profile); p != nil {
		a.Profile = p.Name
		x.aggressive = p.Initiate == Aggressive && !e.config.NoAggressive
	}
	a.join(s)
	x.begin(policies)
}

func (e *Engine) sa1(a *association) *sa1 {
	x := &sa1{association: a, quicks: map[uint32]*quick1{}}
	a.exchanger = x
	// IOS numbers them from 1001.
	a.ID += 1000
	return x
}

// policies1 are those that we can act by, by priority.
func (e *Engine) policies1() []Policy {
	return slices.DeleteFunc(slices.Clone(e.config.Policies), func(p Policy) bool { return !p.usable() })
}

func (e *Engine) profile1(name string) *Profile {
	i := slices.IndexFunc(e.config.Profiles, func(p Profile) bool { return p.Name == name })
	if name == "" || i < 0 {
		return nil
	}
	return &e.config.Profiles[i]
}

// key1 finds the pre-shared key for a peer: in the keyring of the profile, or in
// any; by its name if it has told one, else by where it is, the longest prefix
// first. missing is why there is none.
func (e *Engine) key1(vrf, profile string, at netip.Addr, id Identity) (key esp.Key, missing string) {
	ring := ""
	if p := e.profile1(profile); p != nil {
		ring = p.Keyring
	}
	var best *Key
	for i := range e.config.Keyrings {
		r := &e.config.Keyrings[i]
		if ring != "" && r.Name != ring || r.VRF != vrf {
			continue
		}
		for j := range r.Keys {
			k := &r.Keys[j]
			switch {
			case len(k.Secret) == 0 && k.Sealed == "":
			case k.Host != "" && id.Text != "" && strings.EqualFold(k.Host, id.Text):
				return keyOr(k.Secret, at)
			case k.Peer.IsValid() && k.Peer.Contains(at) && (best == nil || k.Peer.Bits() > best.Peer.Bits()):
				best = k
			}
		}
	}
	if best == nil {
		return nil, "no pre-shared key for " + at.String()
	}
	return keyOr(best.Secret, at)
}

// keyOr is the key for a peer, or if that is stored sealed and could not be
// opened, the reason why there is none.
func keyOr(key esp.Key, at netip.Addr) (esp.Key, string) {
	if len(key) == 0 {
		return nil, "the pre-shared key for " + at.String() + " is stored encrypted and cannot be decrypted"
	}
	return key, ""
}

// receive1 takes a message of version 1.
func (e *Engine) receive1(h header, in Receive) {
	if x := e.find1(h); x != nil {
		x.receive(h, in)
		return
	}
	if h.responder != 0 || h.initiator == 0 {
		e.drop(dropUnknownSA)
		return
	}
	offer := offer{1, in.VRF, in.From, h.initiator}
	if a := e.offers[offer]; a != nil {
		a.exchanger.receive(h, in)
		return
	}
	switch {
	case !e.serves(in.VRF, in.Local.Addr(), 1):
		e.unserved(1, in)
	case h.flags&flagEncrypted1 != 0:
		e.drop(dropUnexpected)
	case h.exchange == exchangeMain1 || h.exchange == exchangeAggressive1 && !e.config.NoAggressive:
		e.respond1(offer, h, in)
	case h.exchange == exchangeAggressive1:
		e.drop(dropMode1)
	default:
		e.drop(dropUnexpected)
	}
}

// find1 finds the association of a message by our cookie in it. The peer's must
// be right as well, once we have it.
func (e *Engine) find1(h header) *sa1 {
	a, theirs := e.associations[h.initiator], h.responder
	if a == nil || !a.Initiator {
		a, theirs = e.associations[h.responder], h.initiator
		if a == nil || a.Initiator {
			return nil
		}
	}
	x, ok := a.exchanger.(*sa1)
	if !ok || a.RemoteSPI != 0 && a.RemoteSPI != theirs || theirs == 0 && h.exchange != exchangeInform1 {
		return nil
	}
	return x
}

// respond1 takes the first message of a peer.
func (e *Engine) respond1(o offer, h header, in Receive) {
	if !e.admit(in.From.Addr()) {
		return
	}
	parts, _, ok := decodeParts1(kind1(h.next), in.Packet[headerSize:])
	if !ok {
		e.drop(dropMalformed)
		return
	}
	a := e.newAssociation(1, false, in.VRF, in.Local, in.From)
	x := e.sa1(a)
	x.RemoteSPI, x.aggressive = h.initiator, h.exchange == exchangeAggressive1
	a.offer = o
	e.offers[o] = a
	e.timers.Set(&a.patience, e.now.Add(halfOpen), x.late)
	x.first(parts, in)
}

// heldBack takes the message that came while a computation was under way.
func (x *sa1) heldBack() {
	in := x.held
	x.held = nil
	if in == nil || x.gone {
		return
	}
	if h, ok := decodeHeader(in.Packet); ok {
		x.receive(h, *in)
	}
}

// late ends a negotiation that the peer did not go on with. That it has another
// key looks like that.
func (x *sa1) late() {
	if x.why == "" {
		x.why, x.whyText = ReasonUnreachable, "no answer"
	}
	x.giveUp(x.why, x.whyText)
}

// giveUp ends phase 1.
func (x *sa1) giveUp(reason Reason, text string) {
	x.Stage = NoState
	x.association.failed(reason, text)
}

// receive takes a message of this association.
func (x *sa1) receive(h header, in Receive) {
	e := x.e
	if h.next == byte(fragment1) {
		x.collect(h, in)
		return
	}
	encrypted := h.flags&flagEncrypted1 != 0
	switch h.exchange {
	case exchangeMain1, exchangeAggressive1:
		if (h.exchange == exchangeAggressive1) != x.aggressive || h.id != 0 {
			e.drop(dropUnexpected)
			return
		}
		x.phase1(h, in, encrypted)
	case exchangeQuick1:
		switch {
		case x.up && encrypted && h.id != 0:
			x.quick(h, in)
		default:
			e.drop(dropUnexpected)
		}
	case exchangeInform1:
		x.inform(h, in, encrypted)
	default:
		e.drop(dropUnexpected)
	}
}

// phase1 takes a message of phase 1. One that came before is answered as before.
func (x *sa1) phase1(h header, in Receive, encrypted bool) {
	e := x.e
	if x.answered != nil && bytes.Equal(x.answered, in.Packet) {
		if x.last != nil && !x.busy {
			e.drop(dropReplay)
			x.resend()
		}
		return
	}
	if x.up {
		e.drop(dropUnexpected)
		return
	}
	if x.busy {
		x.held = &in
		return
	}
	body := in.Packet[headerSize:]
	var next []byte
	if encrypted {
		if x.keys == nil {
			e.drop(dropUnexpected)
			return
		}
		var ok bool
		if body, next, ok = x.keys.decrypt(x.iv, body); !ok {
			e.drop(dropMalformed)
			return
		}
	}
	parts, _, ok := decodeParts1(kind1(h.next), body)
	if !ok {
		// With another key the payloads make no sense.
		e.drop(dropMalformed)
		if encrypted {
			x.mismatch("the message makes no sense: the pre-shared keys differ")
		}
		return
	}
	if x.RemoteSPI == 0 {
		if h.responder == 0 {
			e.drop(dropUnexpected)
			return
		}
	}
	x.advance(h, in, parts, encrypted, next)
}

// mismatch remembers that a peer has not proved to be itself. Nobody is believed
// for it: the message may be anybody's.
func (x *sa1) mismatch(text string) {
	x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonAuthenticate, Text: text})
	x.why, x.whyText = ReasonAuthenticate, text
	x.trace(text)
}

// advance goes on with phase 1 by the message that is next.
func (x *sa1) advance(h header, in Receive, parts parts1, encrypted bool, next []byte) {
	if x.aggressive {
		x.advanceAggressive(h, in, parts, encrypted, next)
		return
	}
	x.advanceMain(h, in, parts, encrypted, next)
}

// took notes a message of the peer's that was taken, and where it came from.
func (x *sa1) took(in Receive, next []byte) {
	x.answered = bytes.Clone(in.Packet)
	x.lastIn = x.e.now
	if next != nil {
		x.iv = next
	}
	x.e.answered(&x.repeater)
	// A translator may have changed its mind; the peer has moved to the port for it.
	x.Local, x.Remote = in.Local, in.From
}

// say sends the next message of phase 1. wait tells that an answer must come.
func (x *sa1) say(parts parts1, encrypted, wait bool) {
	e := x.e
	first, body := parts.encode()
	h := x.head(exchangeMain1, 0)
	if x.aggressive {
		h.exchange = exchangeAggressive1
	}
	h.next = byte(first)
	if encrypted {
		h.flags = flagEncrypted1
		body = x.keys.encrypt(&x.iv, body)
	}
	x.last = h.encode(body)
	x.step++
	if !wait {
		x.resend()
		return
	}
	e.repeat(&x.repeater, patience1, x.resend, x.late)
}

func (x *sa1) resend() { x.transmit(x.last) }

// head is the header of our messages.
func (x *sa1) head(exchange uint8, id uint32) header {
	h := header{initiator: x.RemoteSPI, responder: x.LocalSPI, major: 1, exchange: exchange, id: id}
	if x.Initiator {
		h.initiator, h.responder = x.LocalSPI, x.RemoteSPI
	}
	return h
}

// ready follows the end of phase 1: the peer is who it says to be.
func (x *sa1) ready() {
	e := x.e
	x.Stage = QuickIdle
	if x.tiebreak = x.ni; bytes.Compare(x.nr, x.ni) < 0 {
		x.tiebreak = x.nr
	}
	x.DPD = DPD{}
	if x.can.dpd {
		x.DPD = e.config.Keepalive
		if p := e.profile1(x.Profile); p != nil && p.DPD.Interval > 0 {
			x.DPD = p.DPD
		}
	}
	x.own.wipe()
	s := x.session
	if s == nil {
		s = e.sessionFor(x.association)
		x.join(s)
	}
	x.established(x.Lifetime)
	x.trace("Old State = IKE_P1  New State = IKE_P1_COMPLETE")
	if x.initialContact {
		x.alone()
	}
	s.settleDuplicates(x.association)
	if x.pending != nil && !x.gone {
		p, old := x.pending, x.old
		x.pending, x.old = nil, nil
		x.protect(p, old)
	}
}

// renew lets the association come to its end: pairs outlive it, and the next one
// that is wanted begins another (RFC 2409 section 5.5).
func (x *sa1) renew() {}

// wipe overwrites all keys.
func (x *sa1) wipe() {
	x.keys.wipe()
	if x.own != nil {
		x.own.wipe()
	}
	x.e.answered(&x.repeater)
	x.e.answered(&x.probing)
	for _, q := range x.quicks {
		q.stop()
	}
	x.quicks = nil
}

func (x *sa1) trace(text string) { x.e.trace(1, x.Remote, x.ID, text) }

// choose takes a policy, for as long as it and a transform of the peer's agree.
func (x *sa1) choose(p Policy, life time.Duration) {
	x.policy = p
	x.Cipher, x.Hash, x.Group, x.Lifetime = p.Cipher, p.Hash, p.Group, life
}
