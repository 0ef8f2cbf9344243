package ike

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// sa2 is an association of version 2: its exchanges, one at a time in each
// direction (a window of one, RFC 7296 section 2.3).
type sa2 struct {
	*association
	suite suite2
	keys  *keys2
	sent  uint64 // sealed messages: the explicit part of AES-GCM's nonces

	// IKE_SA_INIT, until IKE_AUTH is over.
	offered  []Proposal
	exchange *exchange
	public   []byte // the peer's
	ni, nr   []byte
	first    []byte // our first message, which AUTH proves
	theirs   []byte // the peer's
	cookie   []byte
	rounds   int
	held     []Receive // IKE_AUTH, until there are keys
	profile  *Profile2
	endpoint *Endpoint
	asked    *childOffer
	peerKnew string // who the peer said to be, before it proved it

	// Our requests.
	nextID  uint32
	pending *request
	queue   []*request

	// The peer's.
	peerID    uint32   // the one expected
	answers   [][]byte // to the one before
	answering bool     // the answer to peerID waits for a computation

	fragments  bool
	collecting [2]reassembly // of requests, of responses
	successor  *renewal      // of the association itself, under way
	heir       *sa2          // what has replaced it
}

// request is an exchange that we begin when it is its turn.
type request struct {
	exchange uint8
	id       uint32
	patience patience
	kind     requestKind
	// Both get the association that the exchange is of: it may have replaced the
	// one that was asked.
	build    func(x *sa2) []payload   // nil: it is not needed any more
	answer   func(x *sa2, m *message) // nil: whatever it says
	cancel   func()                   // it is given up: nil if there is nothing to give back
	packets  [][]byte
	repeater repeater
}

// requestKind is what a request is about: some do not go together with some of
// the peer's (section 2.25).
type requestKind uint8

const (
	requestOther requestKind = iota
	requestChild             // makes, replaces or deletes a pair
	requestIKE               // replaces the association
)

// ask begins an exchange, or has it wait for its turn.
func (x *sa2) ask(r *request) {
	if r.patience == (patience{}) {
		r.patience = patience2
	}
	x.queue = append(x.queue, r)
	x.next()
}

// next begins the exchange whose turn it is.
func (x *sa2) next() {
	for x.pending == nil && len(x.queue) > 0 && !x.gone {
		r := x.queue[0]
		x.queue = x.queue[1:]
		payloads := r.build(x)
		if payloads == nil {
			continue
		}
		r.id = x.nextID
		x.nextID++
		x.pending = r
		r.packets = x.seal(header{exchange: r.exchange, id: r.id}, payloads)
		x.NextMessage = x.nextID
		x.e.repeat(&r.repeater, r.patience, func() { x.sendAll(r.packets) }, x.unanswered)
	}
}

func (x *sa2) sendAll(packets [][]byte) {
	for _, p := range packets {
		x.send(p)
	}
}

// exchangeName is the exchange as the RFC calls it.
func exchangeName(n uint8) string {
	switch n {
	case exchangeInit:
		return "IKE_SA_INIT"
	case exchangeAuth:
		return "IKE_AUTH"
	case exchangeCreate:
		return "CREATE_CHILD_SA"
	case exchangeInform:
		return "INFORMATIONAL"
	}
	return fmt.Sprint(n)
}

// unanswered ends an association whose peer is not there.
func (x *sa2) unanswered() {
	x.tracef("No answer after %d messages", x.pending.repeater.sent)
	if !x.up {
		x.association.failed(ReasonUnreachable, "no answer")
		return
	}
	x.end(ReasonDeadPeer)
}

// head completes a header with the SPIs and flags of our messages.
func (x *sa2) head(h header) header {
	h.initiator, h.responder, h.major = x.RemoteSPI, x.LocalSPI, 2
	if x.Initiator {
		h.initiator, h.responder = x.LocalSPI, x.RemoteSPI
		h.flags |= flagInitiator
	}
	return h
}

// seal makes a message, in several packets if it is too long for one and the
// peer takes fragments.
func (x *sa2) seal(h header, payloads []payload) [][]byte {
	first, text := encodePayloads(payloads)
	h = x.head(h)
	v6 := x.Remote.Addr().Is6()
	mtu := x.e.config.MTU2
	own := x.keys.by(x.Initiator)
	one, err := x.keys.seal(own, h, first, text, x.newIV(), nil)
	if err != nil {
		panic(err) // the suite is one that match has chosen: its keys fit
	}
	limit := mtu - overhead4
	if v6 {
		limit = mtu - overhead6
	}
	if !x.fragments || mtu == 0 || len(one) <= limit {
		return [][]byte{one}
	}
	room := x.suite.room(mtu, v6)
	total := (len(text) + room - 1) / room
	if total > maxPortions {
		return [][]byte{one}
	}
	var packets [][]byte
	for i := range total {
		part := text[i*room : min((i+1)*room, len(text))]
		inside := first
		if i > 0 {
			inside = payloadNone
		}
		packet, err := x.keys.seal(own, h, inside, part, x.newIV(), portion(i+1, total))
		if err != nil {
			panic(err)
		}
		packets = append(packets, packet)
	}
	return packets
}

// newIV returns one that was not used before: nobody may guess it with CBC, and
// with AES-GCM it may not repeat.
func (x *sa2) newIV() []byte {
	if x.suite.cipher.combined() {
		x.sent++
		return binary.BigEndian.AppendUint64(nil, x.sent)
	}
	return x.e.random(x.suite.cipher.ivSize())
}

// respond answers the peer's request. The answer is kept for when it asks again.
func (x *sa2) respond(m *message, payloads []payload) {
	x.answering = false
	x.answers = x.seal(header{exchange: m.exchange, flags: flagResponse, id: m.id}, payloads)
	x.peerID = m.id + 1
	x.PeerMessage = x.peerID
	x.reply(m.from, x.answers)
}

// reply sends to where the question came from.
func (x *sa2) reply(in Receive, packets [][]byte) {
	for _, p := range packets {
		x.e.do(Send{VRF: x.VRF, Local: in.Local, To: in.From, Packet: p})
	}
}

// receive2 takes a message of version 2.
func (e *Engine) receive2(h header, in Receive) {
	if h.exchange == exchangeInit && h.flags&flagResponse == 0 {
		e.initRequest(h, in)
		return
	}
	own, peer := h.initiator, h.responder
	if h.flags&flagInitiator != 0 {
		own, peer = h.responder, h.initiator
	}
	a := e.associations[own]
	if left := e.leaving[own]; left != nil {
		// It knows that the association has gone, or is going to.
		if h.flags&flagResponse != 0 && h.id == left.id {
			e.answered(&left.repeater)
			delete(e.leaving, own)
		}
		return
	}
	if a == nil || a.Version != 2 || a.VRF != in.VRF || a.Local.Addr() != in.Local.Addr() || a.Initiator == (h.flags&flagInitiator != 0) {
		e.drop(dropUnknownSA)
		return
	}
	if a.RemoteSPI != peer && !(h.exchange == exchangeInit && a.RemoteSPI == 0) {
		e.drop(dropUnknownSA)
		return
	}
	a.exchanger.receive(h, in)
}

// receive takes a message of this association.
func (x *sa2) receive(h header, in Receive) {
	switch {
	case h.exchange == exchangeInit:
		x.initResponse(h, in)
	case x.keys != nil:
		x.sealed(h, in)
	case h.exchange == exchangeAuth && !x.Initiator && h.flags&flagResponse == 0 && h.id == 1:
		x.hold(in)
	default:
		x.e.drop(dropUnexpected)
	}
}

// sealed takes a message that is protected, or should be.
func (x *sa2) sealed(h header, in Receive) {
	m := &message{header: h, from: in}
	response := h.flags&flagResponse != 0
	switch {
	case response && (x.pending == nil || x.pending.id != h.id):
		x.e.drop(dropUnsolicited)
		return
	case !response && h.id != x.peerID && !(h.id+1 == x.peerID && x.answers != nil):
		x.e.drop(dropReplay)
		return
	}
	repeated, complete := x.open(m)
	if !complete {
		return
	}
	x.lastIn = x.e.now
	switch {
	case response:
		x.answered(m)
	case h.id != x.peerID:
		// It did not get our answer (section 2.1).
		if repeated {
			x.reply(in, x.answers)
		}
	case !x.answering:
		x.follow(in)
		x.request(m)
	}
}

// open takes the payloads out of the sealed one, or out of the last of its
// fragments to come. first tells a message whole or its first fragment: a request
// that is repeated in pieces is answered once.
func (x *sa2) open(m *message) (first, complete bool) {
	outer, ok := decodePayloads(m.next, m.from.Packet[headerSize:])
	if !ok || len(outer) == 0 {
		x.e.drop(dropMalformed)
		return false, false
	}
	last := outer[len(outer)-1]
	head := 0
	if last.kind == payloadPortion {
		head = portionHead
	}
	if last.kind != payloadSealed && last.kind != payloadPortion || len(last.body) < head {
		x.e.drop(dropUnprotected)
		return false, false
	}
	at := len(m.from.Packet) - len(last.body)
	text, err := x.keys.open(x.keys.by(!x.Initiator), m.from.Packet, at, head)
	if err != nil {
		x.e.drop(dropIntegrity)
		return false, false
	}
	collecting := &x.collecting[m.flags&flagResponse/flagResponse]
	first, kind := true, last.inside
	if head > 0 {
		number, total := binary.BigEndian.Uint16(last.body), binary.BigEndian.Uint16(last.body[2:])
		first = number == 1
		if m.id+1 == x.peerID && m.flags&flagResponse == 0 {
			return first, true // repeated: its content was seen
		}
		if text, complete = collecting.add(m.id, number, total, last.inside, text); !complete {
			return first, false
		}
		kind = collecting.first
	}
	collecting.drop()
	if m.payloads, ok = decodePayloads(kind, text); !ok || !m.parse() {
		x.malformed(m)
		return first, false
	}
	return first, true
}

// malformed follows an authentic message that makes no sense (section 2.21.3).
func (x *sa2) malformed(m *message) {
	x.e.drop(dropMalformed)
	if m.flags&flagResponse == 0 && m.id == x.peerID && !x.answering {
		x.respond(m, []payload{notice(noticeInvalidSyntax)})
	}
}

// follow goes where an authentic request came from (section 2.23).
func (x *sa2) follow(in Receive) {
	if !x.up {
		x.Local, x.Remote = in.Local, in.From
		return
	}
	x.moved(in.From)
}

// answered takes the answer to our request.
func (x *sa2) answered(m *message) {
	r := x.pending
	x.tracef("Received response to message %d", m.id)
	x.e.answered(&r.repeater)
	x.pending = nil
	if r.answer != nil {
		r.answer(x, m)
	}
	x.next()
}

// request takes a request of the peer's.
func (x *sa2) request(m *message) {
	if !x.up && m.exchange != exchangeAuth {
		// It has overtaken the answer that makes us established, and comes again.
		x.e.drop(dropUnexpected)
		return
	}
	if kind, found := m.strange(); found {
		x.e.drop(dropCritical)
		x.respond(m, []payload{notice(noticeCritical, kind)})
		return
	}
	x.tracef("Received request, message %d, exchange %s", m.id, exchangeName(m.exchange))
	switch {
	case m.exchange == exchangeAuth && !x.up && !x.Initiator:
		x.authRequest(m)
	case m.exchange == exchangeCreate:
		x.createRequest(m)
	case m.exchange == exchangeInform:
		x.informRequest(m)
	default:
		x.e.drop(dropUnexpected)
		x.respond(m, []payload{notice(noticeInvalidSyntax)})
	}
}

const (
	dropUnprotected drop = "message not protected"
	dropCritical    drop = "unknown critical payload"
)

// wipe overwrites all keys.
func (x *sa2) wipe() {
	if x.pending != nil {
		x.e.answered(&x.pending.repeater)
		x.queue = append(x.queue, x.pending)
	}
	for _, r := range x.queue {
		if r.cancel != nil {
			r.cancel()
		}
	}
	x.pending, x.queue, x.answers = nil, nil, nil
	x.keys.wipe()
	if x.exchange != nil {
		x.exchange.wipe()
	}
	if x.asked != nil {
		x.asked.release(x.e)
	}
	if r := x.successor; r != nil && r.exchange != nil {
		r.exchange.wipe()
	}
}

// trace tells a step of the negotiation to whoever watches.
func (x *sa2) trace(text string) { x.e.trace(2, x.Remote, x.ID, text) }

// tracef does so in more words, which cost nothing while nobody watches.
func (x *sa2) tracef(format string, args ...any) {
	if x.e.debug.IKEv2 {
		x.trace(fmt.Sprintf(format, args...))
	}
}

// String names the suite as a proposal's log line does.
func (s suite2) String() string {
	return fmt.Sprintf("encryption %v, integrity %v, prf %v, group %v", s.cipher, s.integrity, s.prf, s.group)
}

func (e *Engine) trace(version int, peer netip.AddrPort, id int, text string) {
	on, topic := e.debug.IKEv2, TopicIKEv2
	if version == 1 {
		on, topic = e.debug.ISAKMP, TopicISAKMP
	}
	if on {
		e.do(Debug{topic, Trace{version, peer, id, text}})
	}
}
