package ike

import (
	"net/netip"
	"slices"
	"time"
)

// watch looks after the peer from time to time (RFC 3706 section 5, RFC 7296
// section 2.4): on demand only when data goes out and none comes back.
func (a *association) watch() {
	if a.DPD.Interval > 0 {
		a.e.timers.Set(&a.alive, a.e.now.Add(a.DPD.Interval), a.look)
	}
}

func (a *association) look() {
	a.watch()
	asked := false
	for _, c := range a.children {
		if c.installed {
			a.e.do(Ask{c.in, c.out})
			asked = true
		}
	}
	if !asked && a.DPD.Periodic && a.silent() {
		a.exchanger.probe()
	}
}

// silent tells that nothing came from the peer for an interval.
func (a *association) silent() bool { return a.e.now.Sub(a.lastIn) >= a.DPD.Interval }

// heard takes what the data plane knows of a pair.
func (c *child) heard(in Heard) {
	e := c.e
	if c.gone {
		return
	}
	if !in.In.IsZero() && c.ready.Running() {
		// The peer uses it, and so may we.
		e.timers.Stop(&c.ready)
		c.session.use(c)
	}
	if idle := c.terms.idle; idle > 0 {
		last := c.created
		for _, at := range []time.Time{in.In, in.Out} {
			if at.After(last) {
				last = at
			}
		}
		if e.now.Sub(last) >= idle {
			c.withdraw(ReasonIdle)
			return
		}
		e.timers.Set(&c.idle, last.Add(idle), c.askIdle)
	}
	a := c.sa
	if a == nil || !a.up || a.DPD.Interval == 0 {
		return
	}
	if in.In.After(a.lastIn) {
		a.lastIn = in.In
	}
	if a.silent() && (a.DPD.Periodic || in.Outgoing) {
		a.exchanger.probe()
	}
}

// askIdle asks whether a pair was used of late.
func (c *child) askIdle() {
	c.e.timers.Set(&c.idle, c.e.now.Add(c.terms.idle), c.askIdle)
	c.e.do(Ask{c.in, c.out})
}

// askReady asks, until the first packet comes, whether the peer uses a pair that
// it has negotiated: each time later, for it may never.
func (c *child) askReady() {
	c.e.timers.Set(&c.ready, c.e.now.Add(time.Second+c.e.now.Sub(c.created)/2), c.askReady)
	c.e.do(Ask{c.in, c.out})
}

// keepFresh keeps the memory of a translator in front of us.
func (a *association) keepFresh() {
	if !a.NAT.Local {
		return
	}
	every := a.e.config.NATKeepalive
	if every == 0 {
		every = 20 * time.Second
	}
	a.e.timers.Set(&a.fresh, a.e.now.Add(every), func() {
		a.e.do(Keepalive{VRF: a.VRF, Local: a.Local, To: a.Remote})
		a.keepFresh()
	})
}

// moved follows a peer behind a translator that has changed its address or port
// (RFC 7296 section 2.23). Only something authentic and new makes it so. Between
// two translators either end follows the other, though the RFC would have neither
// do so: they would not find each other again.
func (a *association) moved(from netip.AddrPort) {
	if a.gone || !a.up || !a.NAT.Remote || a.Remote == from {
		return
	}
	e, s, old := a.e, a.session, a.Remote
	a.Remote = from
	for _, c := range a.children {
		if c.peer != old {
			continue
		}
		c.unname()
		c.peer = from
		if c.installed {
			e.outbound[peerSPI{c.out, from}] = c
		}
		e.do(Move{SPI: c.in, Inbound: true, Old: old, New: from})
		e.do(Move{SPI: c.out, Old: old, New: from})
	}
	if s != nil && s.peer.Addr() == old.Addr() && s.peer != placed(from) {
		s.relocate(place{s.vrf, s.local, placed(from)})
	}
}

// relocate names a session, and what is wanted of it, by where its peer is now.
// A name that another session has still is left to it: that one's peer has moved
// as well, as its next packet is going to say. Until then packets go where they
// should under the old name.
func (s *session) relocate(to place) {
	e := s.e
	if o := e.sessions[to]; o != nil && o != s {
		if s.heading == (place{}) {
			e.heading++
		}
		s.heading = to
		return
	}
	if s.heading != (place{}) {
		e.heading--
	}
	from := s.place
	delete(e.sessions, from)
	e.sessions[to] = s
	s.place, s.heading = to, place{}
	var wants []*want
	for _, w := range s.wants {
		delete(e.wants, w.Pair)
		if w.Peer = to.peer; e.wants[w.Pair] == nil { // else it went by two names
			e.wants[w.Pair] = w
			wants = append(wants, w)
		}
	}
	s.wants = wants
	var served []Pair
	for _, p := range s.served {
		moved := Pair{p.Tunnel, to.peer}
		if !slices.Contains(served, moved) {
			served = append(served, moved)
		}
		e.do(Moved{Old: p, New: moved})
	}
	s.served = served
	if s.current != nil {
		s.point(s.current)
	}
	e.vacated(from)
}

// vacated lets a session take the name that has become free.
func (e *Engine) vacated(at place) {
	if e.heading == 0 {
		return
	}
	for _, s := range e.sortedSessions() {
		if s.heading == at {
			s.relocate(at)
			return
		}
	}
}

// doubt asks the peer of a pair whether it is there.
func (e *Engine) doubt(p Pair) {
	w := e.wants[p]
	if w == nil || w.session == nil {
		return
	}
	if a := w.session.established(); a != nil {
		a.exchanger.probe()
	}
}
