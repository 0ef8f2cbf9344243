// Package nhrp is the Next Hop Resolution Protocol, RFC 2332, as DMVPN uses it:
// the clients of a nonbroadcast network (spokes) tell the servers (hubs) which
// NBMA address - the outside of the tunnel - belongs to their protocol address,
// and servers answer for them.
//
// The package is a machine: Step takes what happens (input.go) and returns what
// to do about it (output.go), Tick does what has come due, and nothing else goes
// in or out. What is wanted is one value (config.go), what show commands see is
// another (state.go).
//
//	packet.go decode.go cie.go extension.go checksum.go codes.go   octets and back
//	receive.go authentication.go error_indication.go drop.go       what every packet passes
//	registration.go standby.go name.go                             the client's half of a registration
//	server.go answer.go                                            the server's half
//	question.go learnt.go shortcut.go                              asking, and what an answer brings
//	resolution.go transit.go requester.go                          answering, and passing on
//	purge.go redirect.go                                           the other exchanges
//	tunnel.go cache.go choice.go multicast.go timer.go debug.go    what a tunnel remembers and tells
//	protection.go                                                  peers that are lost or move
//	incident.go trace.go stats.go                                  what went wrong, and with whom; what happened
//
// The life of a registration: configure makes one for each next hop server, and
// the tunnel coming up begins it. It sends a Registration Request, again after
// 1, 2, 4 ... 64 seconds if there is no answer, and afresh when a third of the
// holding time is over (section 5.2.3). At the server the request passes receive,
// becomes a binding in the cache with a timer for its holding time, and a Learn
// for the data plane; the reply tells the client that its server responds. When
// the tunnel goes down, or the server leaves the configuration, a Purge Request
// takes the binding back (section 5.2.5); a client that just disappears is
// forgotten when the timer rings. Of several servers each cluster uses as many as
// it may, and the next best for one that is gone; a server known by its name has
// that looked up (Lookup, Found), and says itself which protocol address it has.
//
// The life of a shortcut: data for a next hop without binding (Unresolved), or a
// server's Traffic Indication for a destination, makes a question. It holds its
// place in the cache with an incomplete entry and goes along the routed way; each
// server on it adds itself to the record, and the first that knows answers: the
// server of the client asked for, or the router where the route to the
// destination leaves the tunnel, with the length of that route. The answer
// becomes a Learn for the next hop and, with "ip nhrp shortcut", Routes. Near its
// end it is renewed if data uses it (Watch, Used), else it expires. Who answered
// remembers who asked, and purges what is no longer so; who asked gives the
// shortcut up by itself when the route that it shortens changes. Until there is
// an answer, and when it goes, data takes the way by the server.
//
// A peer is an NBMA address, and a port too if its packets come in UDP through an
// address translator: several clients behind one address are several peers. Who
// only heard of a peer knows no port, and then any will do.
//
// Followed: RFC 2332 for IPv4 and IPv6 on either side, the plain-text
// authentication, NAT address extension and Traffic Indication that Cisco added.
// All answers come from whoever is asked about, so that nothing that was heard in
// passing is kept or told. NSAP and E.164 addresses, subaddresses and the SPI form of
// authentication are left out: no DMVPN has them.
package nhrp

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"time"

	"weft/dataplane/fib"
)

// Engine is an engine.Machine for all tunnels of one router.
type Engine struct {
	now       time.Time
	tunnels   []*tunnel // by name
	byName    map[string]*tunnel
	names     map[string]*name // by host
	requestID uint32
	timers    timers
	routes    fib.Table // without our own
	debug     Debugging
	strays    uint64
	strayed   map[strayKey]*Stray
	events    trace
	errors    trace
	out       []Out
}

// New returns an engine without tunnels. entropy is read once, for the first
// request id: after a restart, ids in use before must not come again (RFC 2332
// section 5.2.0.1).
func New(entropy io.Reader) *Engine {
	var seed [4]byte
	_, _ = io.ReadFull(entropy, seed[:]) // what is missing stays zero: ids then begin at 1
	return &Engine{byName: map[string]*tunnel{}, names: map[string]*name{}, strayed: map[strayKey]*Stray{},
		requestID: binary.BigEndian.Uint32(seed[:])}
}

// Step takes one input and returns what is to be done about it, in order.
func (e *Engine) Step(now time.Time, in In) []Out {
	e.now = now
	switch in := in.(type) {
	case Configure:
		e.configure(in.Want)
	case Interface:
		if t := e.byName[in.Tunnel]; t != nil {
			t.lineProtocol(in)
		}
	case Receive:
		e.receive(in)
	case Routes:
		e.routes = in.Table
		e.followRoutes()
	case Used:
		e.used(in)
	case Unresolved:
		if t := e.byName[in.Tunnel]; t != nil {
			t.resolve(in.NextHop)
		}
	case Hairpin:
		if t := e.byName[in.Tunnel]; t != nil {
			t.redirect(in)
		}
	case Unsecured:
		if t := e.byName[in.Tunnel]; t != nil && t.up {
			t.unsecured(in.Peer)
		}
	case Secured:
		if t := e.byName[in.Tunnel]; t != nil && t.up {
			t.secured(in.Peer)
		}
	case Moved:
		for _, t := range e.tunnels {
			t.moved(in.Was, in.Is)
		}
	case Found:
		e.found(in)
	case Renamed:
		for _, t := range e.tunnels {
			t.lookUp(true)
		}
	case Clear:
		for _, t := range e.named(in.Tunnel) {
			t.clear(in)
		}
	case ClearCounters:
		for _, t := range e.named(in.Tunnel) {
			t.traffic, t.drops = Traffic{}, dropCounts{}
		}
	case ClearStats:
		for _, t := range e.named(in.Tunnel) {
			t.stats = Stats{}
		}
	case Tracing:
		e.tracing(in)
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
	for t := e.timers.due(e.now); t != nil; t = e.timers.due(e.now) {
		t.owner.ring(e)
	}
	out := e.out
	e.out = nil
	return out
}

func (e *Engine) do(o Out) {
	e.countOut(o)
	e.out = append(e.out, o)
}

func (e *Engine) log(event Event) {
	e.traceOf(event)
	e.do(Log{event})
}

// configure makes the tunnels those of want.
func (e *Engine) configure(want Config) {
	keep := make([]*tunnel, 0, len(want.Tunnels))
	for _, t := range e.tunnels {
		i := slices.IndexFunc(want.Tunnels, func(c Tunnel) bool { return c.Name == t.config.Name })
		if i < 0 {
			t.close()
			e.log(Unconfigured{t.config.Name, t.config.NetworkID, t.local()})
			delete(e.byName, t.config.Name)
			continue
		}
		keep = append(keep, e.reconfigure(t, want.Tunnels[i]))
	}
	for _, c := range want.Tunnels {
		if e.byName[c.Name] == nil {
			t := newTunnel(e, c)
			e.byName[c.Name] = t
			keep = append(keep, t)
		}
	}
	slices.SortFunc(keep, func(a, b *tunnel) int { return strings.Compare(a.config.Name, b.config.Name) })
	e.tunnels = keep
	e.events.resize(want.TraceEvents)
	e.errors.resize(want.TraceErrors)
	e.forgetNames()
}

// reconfigure follows a change of one tunnel. One that changes its mode is
// another tunnel on the same interface.
func (e *Engine) reconfigure(t *tunnel, c Tunnel) *tunnel {
	if c.Multipoint == t.config.Multipoint && c.Destination == t.config.Destination {
		t.configure(c)
		return t
	}
	up := t.up
	t.close()
	again := newTunnel(e, c)
	again.traffic, again.drops, again.incidents, again.stats = t.traffic, t.drops, t.incidents, t.stats
	again.stats.ModeChange++
	if up {
		again.lineProtocol(Interface{Tunnel: c.Name, Up: true, NBMA: t.nbma})
	}
	e.byName[c.Name] = again
	return again
}

// named lists the tunnels of a name, which is all for "".
func (e *Engine) named(name string) []*tunnel {
	if name == "" {
		return e.tunnels
	}
	if t := e.byName[name]; t != nil {
		return []*tunnel{t}
	}
	return nil
}

// used notes that data went through a binding.
func (e *Engine) used(in Used) {
	if t := e.byName[in.Tunnel]; t != nil {
		t.used(in.Protocol)
	}
}

// nextRequestID gives the next number; zero is none.
func (e *Engine) nextRequestID() uint32 {
	e.requestID++
	if e.requestID == 0 {
		e.requestID = 1
	}
	return e.requestID
}
