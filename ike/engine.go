// Package ike is the Internet Key Exchange, versions 1 (RFC 2408, 2409) and 2
// (RFC 7296), as the protection of tunnels needs it: it agrees on keys with a
// peer, hands pairs of associations to the data plane, and replaces them before
// they wear out.
//
// The package is a machine: Step takes what happens (input.go) and returns what
// to do about it (output.go), Tick does what has come due, and nothing else goes
// in or out. What is wanted is one value (config.go), what show commands see is
// another (state.go). Diffie-Hellman is handed out (compute.go).
package ike

import (
	"io"
	"net/netip"
	"time"
)

// Engine is an engine.Machine for all key exchange of one router.
type Engine struct {
	now      time.Time
	entropy  io.Reader
	config   Config
	timers   timers
	wants    map[Pair]*want
	sessions map[place]*session
	// associations are IKE's own, by our SPI or cookie; offers are those in
	// negotiation that a peer began, by what it calls them.
	associations map[uint64]*association
	offers       map[offer]*association
	inbound      map[uint32]*child // by our SPI
	reserved     map[uint32]bool   // our SPIs, from when they are chosen
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
func (e *Engine) Deadline() time.Time { return e.timers.next() }

// done rings the timers that are due and hands out what there is to do.
func (e *Engine) done() []Out {
	e.finish()
	for t := e.timers.due(e.now); t != nil; t = e.timers.due(e.now) {
		t.ring()
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
