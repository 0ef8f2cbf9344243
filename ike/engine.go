// Package ike is the Internet Key Exchange, versions 1 (RFC 2408, 2409) and 2
// (RFC 7296), as the protection of tunnels needs it: it agrees on keys with a
// peer, hands pairs of associations to the data plane, and replaces them before
// they wear out.
//
// The package is a machine: Step takes what happens (input.go) and returns what
// to do about it (output.go), Tick does what has come due, and nothing else goes
// in or out. What is wanted is one value (config.go), what show commands see is
// another (state.go). Diffie-Hellman is handed out (compute.go, group.go), and
// every secret comes from the entropy that New is given (entropy.go).
//
// What both versions share:
//
//	want.go endpoint.go session.go          who is to be protected, and how it fares
//	association.go duplicate.go clear.go    an IKE association, from the first message to the last
//	child.go liveness.go                    a pair of IPsec associations, and whether the peer lives
//	receive.go header.go retransmit.go nat.go
//	hash.go cipher.go transform.go identity.go defaults.go drop.go show.go
//
// and what each brings, files that end in 1 and in 2: payloads and proposals,
// what they say of a peer that was refused (offer2.go), keys, the exchanges of the first phase (main1.go aggressive1.go; init2.go
// init2_responder.go auth2.go), of pairs (quick1.go; child2.go
// child2_responder.go create2.go), of everything else (inform1.go; inform2.go),
// fragments (fragment1.go; fragment.go), and in version 2 the replacement of the
// association itself (renew2.go), cookies (cookie.go) and traffic selectors
// (selector.go).
//
// The life of a pair: Protect makes a want, which finds the endpoint of its
// tunnel and joins the session between the two addresses. A session has one IKE
// association and one pair, however many tunnels want it, and begins to negotiate
// if it has none; when that fails it tries again, later each time. The exchanger
// of the version goes through its messages, waiting for Computed where arithmetic
// is slow, and ends in newChild: the inbound half is installed before the peer
// can use it, the outbound half and Outbound come when the peer can receive by it,
// and Secured tells every tunnel that it serves. Near the end of its time or
// traffic a pair is replaced while it still works: whoever negotiated it does so,
// the other end only if that does not happen. The new one is installed, packets
// are switched to it, and the old one is deleted, but received on a little longer.
// The same happens one storey up to the IKE association, which hands its pairs on.
// A session ends when nobody wants it any more, when the peer deletes it or does
// not answer, and when the configuration has no tunnel for it; Unsecured says so,
// and the keys are overwritten.
//
// When both ends do the same at the same time - begin, replace a pair, replace the
// association - both results work for a while, and both ends know from the nonces
// which one stays: nothing flaps.
//
// What nobody has authenticated changes nothing but an association in negotiation,
// and of those there are limits, in all and by source; beyond a configured number
// a peer must first return a cookie. Whatever is refused counts under a name
// (drop.go), and what failed with a peer is remembered with both sides' proposals
// (Refusal).
//
// Followed: RFC 2407, 2408, 2409, 3706, 3947 and 7296, 7383, 5282, 5903, 6989; RFC
// 4868 for the hashes. Pre-shared keys are the only authentication yet; certificates
// get their place beside it. Left out, for tunnels of GRE do not need them: EAP,
// configuration payloads, MOBIKE, more than one request at a time, and IP
// compression.
package ike

import (
	"io"
	"net/netip"
	"time"

	"weft/appliance/engine"
)

// Engine is an engine.Machine for all key exchange of one router.
type Engine struct {
	now      time.Time
	entropy  io.Reader
	config   Config
	timers   engine.Timers
	wants    map[Pair]*want
	sessions map[place]*session
	// associations are IKE's own, by our SPI or cookie; offers are those in
	// negotiation that a peer began, by what it calls them.
	associations map[uint64]*association
	offers       map[offer]*association
	identities   map[Identity][]*association // the established ones, by the peer's identity
	inbound      map[uint32]*child           // by our SPI
	outbound     map[peerSPI]*child
	reserved     map[uint32]bool // our SPIs, from when they are chosen
	work         map[uint64]func([]byte)
	lastWork     uint64
	lastID       int
	sources      map[netip.Addr]int // associations in negotiation that each address began
	drops        map[drop]uint64
	refusals     []Refusal
	complained   map[place]time.Time // when an invalid SPI was last logged
	heading      int                 // sessions that wait for a name
	stats        Statistics
	debug        Debugging
	cookies      cookies
	leaving      map[uint64]*leave // of deletions that nobody has answered yet
	afterwards   []func()          // when the input has been worked on
	out          []Out
}

// New returns an engine without tunnels. entropy is where SPIs, nonces and
// private values come from; it must not end.
func New(entropy io.Reader) *Engine {
	return &Engine{
		entropy: entropy, wants: map[Pair]*want{}, sessions: map[place]*session{},
		associations: map[uint64]*association{}, offers: map[offer]*association{},
		identities: map[Identity][]*association{}, outbound: map[peerSPI]*child{},
		inbound: map[uint32]*child{}, reserved: map[uint32]bool{}, work: map[uint64]func([]byte){},
		sources: map[netip.Addr]int{}, drops: map[drop]uint64{}, complained: map[place]time.Time{}, leaving: map[uint64]*leave{},
	}
}

// Step takes one input and returns what is to be done about it, in order.
func (e *Engine) Step(now time.Time, in In) []Out {
	e.now = now
	switch in := in.(type) {
	case Configure:
		e.configure(in.Want)
	case Protect:
		e.protect(in.Pair)
	case Unprotect:
		e.unprotect(in.Pair)
	case Doubt:
		e.doubt(in.Pair)
	case Receive:
		e.receive(in)
	case Computed:
		e.computed(in)
	case SoftLimit:
		if c := e.childOf(in.SPI, in.Inbound, in.Peer); c != nil {
			c.renew()
		}
	case HardLimit:
		if c := e.childOf(in.SPI, in.Inbound, in.Peer); c != nil {
			c.expire()
		}
	case UnknownSPI:
		e.unknownSPI(in)
	case PeerMoved:
		if c := e.inbound[in.SPI]; c != nil && c.sa != nil {
			c.sa.moved(in.From)
		}
	case Heard:
		if c := e.inbound[in.SPI]; c != nil {
			c.heard(in)
		}
	case Clear:
		e.clear(in)
	case Debugging:
		e.debug = in
	}
	return e.done()
}

// Tick does what has come due.
func (e *Engine) Tick(now time.Time) []Out {
	e.now = now
	return e.done()
}

// Deadline is when Tick is next wanted, or the zero time.
func (e *Engine) Deadline() time.Time { return e.timers.Next() }

// done rings the timers that are due and hands out what there is to do.
func (e *Engine) done() []Out {
	e.finish()
	for e.timers.RingNext(e.now) {
		e.finish()
	}
	out := e.out
	e.out = nil
	return out
}

// finish does what had to wait until something else was whole.
func (e *Engine) finish() {
	for len(e.afterwards) > 0 {
		next := e.afterwards[0]
		e.afterwards = e.afterwards[1:]
		next()
	}
}

func (e *Engine) do(o Out) { e.out = append(e.out, o) }

func (e *Engine) log(event Event) { e.do(Log{event}) }
