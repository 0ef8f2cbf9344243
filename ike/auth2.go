package ike

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// methodShared is authentication by a pre-shared key (RFC 7296 section 3.8).
const methodShared = 2

// sendAuth proves who we are and asks for the first pair, from where IKE_SA_INIT
// has found that it must come (section 2.23).
func (x *sa2) sendAuth() {
	s := x.session
	id := x.profile.identity(x.Local.Addr())
	key := x.profile.key(Identity{}, x.Remote.Addr())
	if key == nil {
		x.refuseKey(Identity{Kind: ByAddress, Address: x.Remote.Addr()})
		x.association.failed(ReasonNoKey, "no pre-shared key for "+x.Remote.Addr().String())
		return
	}
	if len(key.local()) == 0 { // an empty key would prove nothing
		missing := "no pre-shared key for " + x.Remote.Addr().String()
		if key.LocalSealed != "" || key.RemoteSealed != "" {
			_, missing = keyOr(nil, x.Remote.Addr())
		}
		x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonNoKey, Text: missing})
		x.association.failed(ReasonNoKey, missing)
		return
	}
	x.LocalID = id
	body := id.payload()
	auth := x.keys.authenticate(key.local(), x.keys.initiator, x.first, x.nr, body)
	payloads := []payload{{kind: payloadIDi, body: body}, authPayload(auth)}
	if x.profile.InitialForce || !slices.ContainsFunc(s.associations, func(o *association) bool { return o.up }) {
		payloads = append(payloads, notice(noticeInitialContact))
	}
	x.asked = &childOffer{session: s, endpoint: x.endpoint, spi: x.e.newSPI()}
	payloads = append(payloads, x.asked.payloads(x)...)
	x.trace("Sending IKE_AUTH request")
	x.ask(&request{exchange: exchangeAuth, build: func(*sa2) []payload { return payloads }, answer: (*sa2).authResponse})
}

func authPayload(auth []byte) payload {
	return payload{kind: payloadAuth, body: append([]byte{methodShared, 0, 0, 0}, auth...)}
}

// refuseKey remembers that there is no key for a peer.
func (x *sa2) refuseKey(id Identity) {
	x.e.drop(dropIdentity)
	x.e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonNoKey, Text: id.String()})
}

// proves checks what a peer sent to prove itself. d are the keys of its side,
// first its first message and nonce the one that we sent.
func (x *sa2) proves(m *message, id Identity, body []byte, d direction, nonce []byte) (Reason, bool) {
	auth, ok := m.body(payloadAuth)
	key := x.profile.key(id, x.Remote.Addr())
	if key == nil {
		return ReasonNoKey, false
	}
	if len(key.remote()) == 0 {
		return ReasonNoKey, false
	}
	if !ok || len(auth) < 4 || auth[0] != methodShared {
		return ReasonAuthenticate, false
	}
	want := x.keys.authenticate(key.remote(), d, x.theirs, nonce, body)
	if !sameHash(want, auth[4:]) {
		return ReasonAuthenticate, false
	}
	return ReasonNone, true
}

// authResponse takes the peer's proof, and its answer about the first pair.
func (x *sa2) authResponse(m *message) {
	e := x.e
	body, ok := m.body(payloadIDr)
	if !ok {
		n, found := m.complaint()
		if !found {
			n.kind = noticeInvalidSyntax
		}
		e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: true, Reason: n.kind.reason(), Text: n.kind.String()})
		x.association.failed(n.kind.reason(), n.kind.String())
		return
	}
	id, ok := parseIdentity(body)
	reason := ReasonNoProfile
	if ok && x.profile.accepts(id) {
		if reason, ok = x.proves(m, id, body, x.keys.responder, x.ni); ok {
			x.authenticated(m, id)
			asked := x.asked
			x.asked = nil
			if c := x.childResponse(asked, m, x.ni, x.nr, nil); c != nil {
				x.session.use(c)
			}
			x.session.settleDuplicates(x.association)
			x.next()
			return
		}
	}
	e.drop(dropAuth)
	e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: reason, Text: id.String()})
	x.shout(notice(noticeAuthentication)) // section 2.21.2
	x.association.failed(reason, fmt.Sprintf("the peer says to be %v", id))
}

// authenticated follows the end of the negotiation: the peer is who it says.
func (x *sa2) authenticated(m *message, id Identity) {
	x.RemoteID, x.Profile = id, x.profile.Name
	x.Stage = Ready
	if x.DPD = x.profile.DPD; x.DPD.Interval == 0 {
		x.DPD = x.e.config.DPD2
	}
	life := x.profile.Lifetime
	if life == 0 {
		life = 24 * time.Hour
	}
	x.established(life)
	x.NextMessage, x.PeerMessage = x.nextID, x.peerID
	if _, found := m.notified(noticeInitialContact); found {
		x.e.forgetOlder(x.association)
	}
	x.theirs, x.cookie, x.held = nil, nil, nil
	if x.Initiator {
		x.first = nil
	}
	x.tracef("IKEv2 SA established with %v, profile %s, lifetime %v", id, x.Profile, life)
}

// forgetOlder ends what a peer that begins afresh has forgotten (section 2.4).
// What was begun while this was has not been: both ends may begin at once.
func (e *Engine) forgetOlder(a *association) {
	for _, o := range e.identities[a.RemoteID] {
		same := o != a && o.up && o.Version == a.Version && o.VRF == a.VRF && o.Local.Addr() == a.Local.Addr() && o.LocalID == a.LocalID
		// The same private address behind two translators is two peers.
		if same && (a.RemoteID.Kind != ByAddress || o.Remote.Addr() == a.Remote.Addr()) && o.Created.Before(a.began) {
			e.afterwards = append(e.afterwards, func() { o.end(ReasonReplaced) })
		}
	}
}

// authRequest takes a peer's proof, and its wish for the first pair.
func (x *sa2) authRequest(m *message) {
	e := x.e
	body, _ := m.body(payloadIDi)
	id, ok := parseIdentity(body)
	if !ok {
		x.turnAway(m, ReasonPayload, "no identity")
		return
	}
	x.endpoint, x.profile = nil, nil
	for i := range e.config.Profiles2 {
		p := &e.config.Profiles2[i]
		if !p.at(x.VRF, x.Local.Addr()) || !p.accepts(id) {
			continue
		}
		if eps := e.profiled(x, p); len(eps) > 0 {
			x.endpoint, x.profile = eps[0], p
			break
		}
	}
	if x.profile == nil {
		e.drop(dropIdentity)
		x.turnAway(m, ReasonNoProfile, id.String())
		return
	}
	if reason, ok := x.proves(m, id, body, x.keys.initiator, x.nr); !ok {
		e.drop(dropAuth)
		x.turnAway(m, reason, id.String())
		return
	}
	x.admitPeer(m, id)
}

// profiled are the endpoints that a profile may serve for a peer.
func (e *Engine) profiled(x *sa2, p *Profile2) []*Endpoint {
	return slices.DeleteFunc(e.endpoints(x.VRF, x.Local.Addr(), x.Remote.Addr(), 2), func(ep *Endpoint) bool {
		return ep.Profile != "" && ep.Profile != p.Name
	})
}

// turnAway refuses a peer. The answer is kept for a while, for when it asks again.
func (x *sa2) turnAway(m *message, reason Reason, text string) {
	e := x.e
	x.tracef("Authentication of the peer failed: %s (%s)", reason, text)
	e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: reason, Text: text})
	x.respond(m, []payload{notice(noticeAuthentication)})
	e.stats.Failed++
	e.log(Failed{2, x.Local, x.Remote, reason, text})
	x.Stage = Deleting
	e.timers.Set(&x.patience, e.now.Add(halfOpen/2), func() { x.remove(reason) })
}

// admitPeer answers a peer that has proved itself.
func (x *sa2) admitPeer(m *message, id Identity) {
	local := x.profile.identity(x.Local.Addr())
	x.LocalID = local
	key := x.profile.key(id, x.Remote.Addr())
	body := local.payload()
	auth := x.keys.authenticate(key.local(), x.keys.responder, x.first, x.ni, body)
	payloads := []payload{{kind: payloadIDr, body: body}, authPayload(auth)}
	s := x.e.sessionFor(x.association)
	x.join(s)
	x.peerID = m.id + 1
	x.authenticated(m, id)
	if _, found := m.body(payloadSA); !found {
		x.respond(m, payloads) // a pair can come later (RFC 6023)
	} else {
		x.childRequest(m, payloads, x.ni, bytes.Clone(x.nr), nil)
	}
	x.first = nil
	s.settleDuplicates(x.association)
	x.next()
}
