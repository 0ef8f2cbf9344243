package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

const (
	questionTries = 5               // after 1, 2, 4, 8 seconds; then 16 more
	deadTime      = 3 * time.Minute // that what nobody knows is not asked for again

	// Data for addresses that do not exist must neither flood the servers nor
	// fill the memory.
	questionsPerSecond = 100
	maxQuestions       = 1024
	maxIncomplete      = 4096
)

// question is a Resolution Request of ours that waits for its answer, RFC 2332
// section 5.2.1.
type question struct {
	timer
	tunnel *tunnel
	target netip.Addr
	id     uint32
	to     netip.AddrPort // NBMA address of the station asked last
	sent   int
}

// questions are those of a tunnel.
type questions struct {
	byID       map[uint32]*question
	byTarget   map[netip.Addr]*question
	pace       limit
	incomplete int // entries of the cache
}

// resolve asks for the NBMA address of a next hop, or for what is next on the
// way to a destination. Until the answer comes an incomplete entry holds its
// place; one that stays without answer keeps us from asking again for a while, and
// shows what data wanted if nobody can be asked.
func (t *tunnel) resolve(target netip.Addr) {
	if t.cache.get(host(target)) != nil {
		return
	}
	if t.cache.table.Size() >= maxBindings || t.questions.incomplete >= maxIncomplete {
		t.dropOf(DropResolutionLimit, Endpoint{Protocol: target})
		return
	}
	var id uint32
	switch q := t.ask(target); {
	case q != nil:
		id = q.id
	case !t.askable(target) || t.towards(target).IsValid():
		return // it is not the time to ask
	}
	t.questions.incomplete++
	b := t.add(Entry{Protocol: host(target), NextHop: target, Type: Incomplete, Flags: Negative | NoSocket, RequestID: id})
	t.expireAfter(b, deadTime)
}

// askable tells whether a target may be asked about at all.
func (t *tunnel) askable(target netip.Addr) bool {
	return t.ready() && target != t.address() && !t.config.ServerOnly
}

// ask sends a request, unless one about the same target is under way.
func (t *tunnel) ask(target netip.Addr) *question {
	qs := &t.questions
	switch {
	case !t.askable(target):
		return nil
	case qs.byTarget[target] != nil:
		return nil
	case !t.towards(target).IsValid():
		t.dropOf(DropUnresolved, Endpoint{Protocol: target})
		return nil
	case len(qs.byID) >= maxQuestions, !qs.pace.allow(t.engine.now, questionsPerSecond, time.Second):
		t.dropOf(DropResolutionLimit, Endpoint{Protocol: target})
		return nil
	}
	if qs.byID == nil {
		qs.byID, qs.byTarget = map[uint32]*question{}, map[netip.Addr]*question{}
	}
	q := &question{tunnel: t, target: target, id: t.engine.nextRequestID()}
	qs.byID[q.id], qs.byTarget[target] = q, q
	q.transmit()
	return q
}

// transmit sends the request to whoever is on the way to the target now.
func (q *question) transmit() {
	t := q.tunnel
	q.sent++
	if to := t.towards(q.target); to.IsValid() {
		q.to = to
		t.send(to, t.resolutionRequestOf(q))
	}
	t.engine.timers.set(&q.timer, q, t.engine.now.Add(firstRetry<<(q.sent-1)))
}

func (q *question) ring(*Engine) {
	if q.sent < questionTries {
		q.transmit()
		return
	}
	q.tunnel.dropOf(DropResolutionUnanswered, Endpoint{q.target, q.to.Addr()})
	q.end()
}

// end forgets the question; the incomplete entry stays.
func (q *question) end() {
	qs := &q.tunnel.questions
	q.tunnel.engine.timers.stop(&q.timer)
	delete(qs.byID, q.id)
	delete(qs.byTarget, q.target)
}

// abandon forgets all questions.
func (t *tunnel) abandon() {
	for _, q := range t.questions.byID {
		t.engine.timers.stop(&q.timer)
	}
	t.questions.byID, t.questions.byTarget = nil, nil
}

// askAgain forgets what nobody knew: a server has come that may.
func (t *tunnel) askAgain() {
	for _, b := range t.cache.inside(netip.Prefix{}, (*binding).incomplete) {
		if t.questions.byTarget[b.Protocol.Addr()] == nil {
			t.remove(b, "")
		}
	}
}

func (b *binding) incomplete() bool { return b.Type == Incomplete }

// towards is the NBMA address of the next station on the way to a target: that
// of the next hop of the route out of this tunnel, or of a server.
func (t *tunnel) towards(target netip.Addr) netip.AddrPort {
	if hops, ok := t.engine.routes.Via(t.config.Name).Lookup(target); ok {
		if next := hops[0].Gateway; next.IsValid() && next != target {
			if nbma := t.station(next); nbma.IsValid() {
				return nbma
			}
		}
	}
	return t.bestServer()
}

// station is the NBMA address of a next hop, as data finds it.
func (t *tunnel) station(nextHop netip.Addr) netip.AddrPort {
	if !t.config.Multipoint {
		return anyPort(t.config.Destination)
	}
	if b := t.cache.covering(nextHop); b != nil && t.mapped(b) {
		return b.peer()
	}
	return netip.AddrPort{}
}

// resolutionRequestOf makes the request. The entry says how long what we say
// about ourselves is good for.
func (t *tunnel) resolutionRequestOf(q *question) *Packet {
	p := t.packet(ResolutionRequest, q.target)
	p.Flags = FlagRouter | FlagAuthoritative | FlagSourceStable | FlagNAT
	p.RequestID = q.id
	p.CIEs = []CIE{{PrefixLength: uint8(q.target.BitLen()), MTU: t.config.MTU, HoldingTime: t.holdtime()}}
	p.Extensions = append(t.requestExtensions(), Extension{Type: NATAddress})
	if public := t.public(); public.IsValid() {
		addNAT(p, public, t.address())
	}
	return p
}

// public is our own NBMA address as the others see it, if NAT changes it.
func (t *tunnel) public() netip.Addr {
	i := slices.IndexFunc(t.registrations, func(r *registration) bool { return r.Public.IsValid() })
	if i < 0 {
		return netip.Addr{}
	}
	return t.registrations[i].Public
}
