package ike

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"

	"weft/dataplane/esp"
)

// nonceSize is the length of our nonces: half of the longest key of a
// pseudo-random function at least (RFC 7296 section 2.10).
const nonceSize = 32

// maxRounds bounds how often IKE_SA_INIT begins anew, with a cookie or another
// group.
const maxRounds = 6

const (
	dropCookie   drop = "cookie missing or wrong"
	dropProposal drop = "no proposal chosen"
	dropGroup    drop = "key exchange of another group"
	dropIdentity drop = "identity without profile or key"
	dropAuth     drop = "authentication failed"
	dropSelector drop = "traffic selectors unacceptable"
)

// initiate2 begins an association with the peer of a session.
func (e *Engine) initiate2(s *session, ep *Endpoint) {
	profile := e.profile2(ep.Profile)
	offered := e.proposals(s.place)
	if profile == nil || len(offered) == 0 || len(offered[0].Groups) == 0 {
		e.refused(Refusal{VRF: s.vrf, Local: netip.AddrPortFrom(s.local, 0), Peer: s.peer, Reason: ReasonNoProfile, Text: ep.Profile})
		s.failed(ReasonNoProfile)
		return
	}
	from, to := uint16(port), uint16(port)
	if s.peer.Port() != 0 {
		from, to = natPort, s.peer.Port()
	}
	a := e.newAssociation(2, true, s.vrf, netip.AddrPortFrom(s.local, from), netip.AddrPortFrom(s.peer.Addr(), to))
	a.Stage, a.Profile = Negotiating, profile.Name
	x := &sa2{association: a, offered: offered, profile: profile, endpoint: ep, ni: e.random(nonceSize)}
	a.exchanger = x
	a.join(s)
	x.begin(offered[0].Groups[0])
}

// begin makes a value of a group and sends the first message.
func (x *sa2) begin(g Group) {
	x.rounds++
	x.Group = g
	x.e.newExchange(g, func(own *exchange) {
		if x.gone {
			return
		}
		if own == nil {
			x.association.failed(ReasonKeyExchange, "no value")
			return
		}
		if x.exchange != nil {
			x.exchange.wipe()
		}
		x.exchange = own
		x.sendInit()
	})
}

// sendInit sends the first message: afresh, for SPIs and nonce stay (RFC 7296
// sections 2.6 and 1.2).
func (x *sa2) sendInit() {
	var payloads []payload
	if x.cookie != nil {
		payloads = append(payloads, notice(noticeCookie, x.cookie...))
	}
	payloads = append(payloads, encodeProposals(offerIKE(x.offered, nil)), keyPayload(x.exchange), payload{kind: payloadNonce, body: x.ni})
	payloads = append(payloads, x.aboutUs(0)...)
	first, body := encodePayloads(payloads)
	x.first = header{initiator: x.LocalSPI, next: first, major: 2, exchange: exchangeInit, flags: flagInitiator}.encode(body)
	if x.pending != nil {
		x.e.answered(&x.pending.repeater)
	}
	x.pending = &request{exchange: exchangeInit, packets: [][]byte{x.first}}
	x.nextID = 1
	x.trace("Sending IKE_SA_INIT request")
	x.e.repeat(&x.pending.repeater, patience2, func() { x.send(x.first) }, x.unanswered)
}

// aboutUs are the notifications of both first messages: where we think to be
// (section 2.23), and that fragments may come.
func (x *sa2) aboutUs(responder uint64) []payload {
	initiator := x.LocalSPI
	if !x.Initiator {
		initiator = x.RemoteSPI
	}
	source := x.Local
	if x.forced() {
		// Encapsulation without need: we say to be elsewhere, and the peer takes us
		// to be behind a translator.
		source = netip.AddrPortFrom(source.Addr(), 0)
	}
	payloads := []payload{
		notice(noticeSourceNAT, natHash(SHA1, initiator, responder, source)...),
		notice(noticeDestinationNAT, natHash(SHA1, initiator, responder, x.Remote)...),
	}
	if x.e.config.MTU2 > 0 {
		payloads = append(payloads, notice(noticeFragmentation))
	}
	return payloads
}

// forced tells that ESP is to go in UDP whatever stands between.
func (x *sa2) forced() bool {
	return x.profile != nil && x.profile.ForceUDP || x.endpoint != nil && x.endpoint.IPsec.ForceUDP
}

// detect finds the translators between us and the peer. What the peer does not
// say cannot be found.
func (x *sa2) detect(m *message) {
	var source, destination bool
	sourceSeen, destinationSeen := false, false
	for _, n := range m.notifies {
		switch n.kind {
		case noticeSourceNAT:
			sourceSeen = true
			source = source || sameHash(n.data, natHash(SHA1, m.initiator, m.responder, m.from.From))
		case noticeDestinationNAT:
			destinationSeen = true
			destination = destination || sameHash(n.data, natHash(SHA1, m.initiator, m.responder, m.from.Local))
		}
	}
	x.NAT = NAT{Local: destinationSeen && !destination, Remote: sourceSeen && !source}
	x.udp = x.NAT.Local || x.NAT.Remote || x.forced() && sourceSeen && destinationSeen
	_, x.fragments = m.notified(noticeFragmentation)
	x.fragments = x.fragments && x.e.config.MTU2 > 0
	x.Fragmentation = x.fragments
}

// keyPayload is a Key Exchange payload (section 3.4).
func keyPayload(x *exchange) payload {
	b := binary.BigEndian.AppendUint16(nil, uint16(x.group))
	return payload{kind: payloadKE, body: append(append(b, 0, 0), x.public...)}
}

func decodeKey(b []byte) (g Group, public []byte, ok bool) {
	if len(b) < 5 {
		return 0, nil, false
	}
	return Group(binary.BigEndian.Uint16(b)), b[4:], true
}

// goodNonce: section 2.10.
func goodNonce(b []byte) bool { return len(b) >= 16 && len(b) <= 256 }

// initResponse takes the answer to our first message. It is not protected:
// whoever can read our first message could have made it.
func (x *sa2) initResponse(h header, in Receive) {
	e := x.e
	if x.pending == nil || x.pending.exchange != exchangeInit || h.flags&flagResponse == 0 || h.id != 0 {
		e.drop(dropUnsolicited)
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
		x.association.failed(ReasonPayload, describePayload(kind))
		return
	}
	if n, found := m.notified(noticeCookie); found && len(n.data) > 0 && len(n.data) <= 64 {
		if x.rounds++; x.rounds > maxRounds {
			x.association.failed(ReasonUnreachable, "too many cookies")
			return
		}
		x.cookie = n.data
		x.trace("Received a cookie to return")
		x.sendInit()
		return
	}
	if n, found := m.complaint(); found {
		x.initRefused(n)
		return
	}
	x.initAccepted(m)
}

// initRefused takes an error for an answer to our first message.
func (x *sa2) initRefused(n notify) {
	e := x.e
	x.tracef("Received %v", n.kind)
	if n.kind == noticeInvalidKE && len(n.data) == 2 {
		// Another group of those we offer (section 1.2). The cookie stays (2.6.1).
		g := Group(binary.BigEndian.Uint16(n.data))
		offered := slices.ContainsFunc(x.offered, func(p Proposal) bool { return slices.Contains(p.Groups, g) })
		if offered && g != x.Group && x.rounds < maxRounds {
			e.answered(&x.pending.repeater)
			x.pending = nil
			x.begin(g)
			return
		}
	}
	e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, ByPeer: true, Reason: n.kind.reason(), Ours: describeOurs(x.offered), Text: n.kind.String()})
	x.association.failed(n.kind.reason(), n.kind.String())
}

// initAccepted takes the peer's choice.
func (x *sa2) initAccepted(m *message) {
	e := x.e
	sa, okSA := m.body(payloadSA)
	ke, okKE := m.body(payloadKE)
	nonce, okNonce := m.body(payloadNonce)
	answer, okAnswer := decodeProposals(sa)
	group, public, okKey := decodeKey(ke)
	if !okSA || !okKE || !okNonce || !okAnswer || !okKey || !goodNonce(nonce) || m.responder == 0 || len(answer) != 1 {
		e.drop(dropMalformed)
		return
	}
	chosen, _, ok := chooseIKE(x.offered, answer, x.exchange.group)
	if !ok || chosen.group != x.exchange.group || group != chosen.group {
		e.drop(dropProposal)
		e.refused(Refusal{VRF: x.VRF, Local: x.Local, Peer: x.Remote, Reason: ReasonProposal, Ours: describeOurs(x.offered), Theirs: describeAll(answer)})
		x.association.failed(ReasonProposal, "the peer chose what was not offered")
		return
	}
	e.answered(&x.pending.repeater)
	x.pending = nil
	x.RemoteSPI, x.nr, x.public, x.theirs = m.responder, nonce, public, m.from.Packet
	x.choose(chosen)
	x.detect(m)
	x.tracef("Proposal chosen: %v", chosen)
	if x.NAT.Local || x.NAT.Remote {
		x.tracef("NAT found: before us %v, before the peer %v", x.NAT.Local, x.NAT.Remote)
	}
	if x.udp {
		x.float()
	}
	x.trace("Received IKE_SA_INIT response")
	e.agree(x.exchange, x.public, func(secret esp.Key) {
		if x.gone {
			return
		}
		if secret == nil {
			x.association.failed(ReasonKeyExchange, "the peer's value is none")
			return
		}
		x.derive(secret)
		x.sendAuth()
	})
}

// choose notes the suite.
func (x *sa2) choose(s suite2) {
	x.suite = s
	x.Cipher, x.Hash, x.Integrity, x.Group = s.cipher, s.prf, s.integrity, s.group
}

// derive makes the keys, and forgets what they are made of.
func (x *sa2) derive(secret esp.Key) {
	spiI, spiR := x.LocalSPI, x.RemoteSPI
	if !x.Initiator {
		spiI, spiR = spiR, spiI
	}
	x.keys = firstKeys(x.suite, secret, x.ni, x.nr, spiI, spiR)
	x.tiebreak = bytes.Clone(lower(x.ni, x.nr))
	secret.Wipe()
	x.exchange.wipe()
}
