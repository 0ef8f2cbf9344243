package ike

import (
	"net/netip"
	"slices"
	"time"

	"weft/appliance/engine"
)

// session is all that there is between us and one peer: who wants it, the IKE
// associations, and the pairs of IPsec associations, one of which packets leave
// by. However many tunnels there are between the two addresses, it is one.
type session struct {
	e *Engine
	place
	wants        []*want        // by tunnel
	associations []*association // oldest first
	children     []*child       // oldest first
	current      *child         // packets leave by it
	served       []Pair         // what was told to be secured, sorted
	busy         bool           // we are negotiating a pair of associations
	tries        int
	retry        engine.Timer
	next         time.Time
	reason       Reason         // of the last failure
	failedAt     time.Time      // when that was
	heading      place          // where it has moved, while another session is named so
	live         bool           // packets leave by something, and the log was told
	announced    netip.AddrPort // to the log
	id           Identity       // of the peer
}

// sessionAt returns the session of a place, new if need be.
func (e *Engine) sessionAt(at place) *session {
	s := e.sessions[at]
	if s == nil {
		s = &session{e: e, place: at}
		e.sessions[at] = s
	}
	return s
}

// reap forgets a session in which there is nothing left.
func (s *session) reap() {
	if len(s.wants) == 0 && len(s.associations) == 0 && len(s.children) == 0 {
		s.e.timers.Stop(&s.retry)
		if s.heading != (place{}) {
			s.e.heading--
			s.heading = place{}
		}
		if s.e.sessions[s.place] == s {
			delete(s.e.sessions, s.place)
			s.e.vacated(s.place)
		}
	}
}

// leave takes a want out. With the last one the session ends, whoever began it.
func (s *session) leave(w *want) {
	s.wants = slices.DeleteFunc(s.wants, func(o *want) bool { return o == w })
	w.session = nil
	if len(s.wants) == 0 {
		s.close(ReasonUnwanted)
		return
	}
	s.tell(ReasonUnwanted)
}

// close deletes everything, and tells the peer.
func (s *session) close(reason Reason) {
	s.e.timers.Stop(&s.retry)
	s.busy = false
	for _, c := range slices.Clone(s.children) {
		if c.sa == nil || c.sa.Version == 1 {
			c.withdraw(reason) // else it goes with its association
		}
	}
	for _, a := range slices.Clone(s.associations) {
		a.close(reason)
	}
	s.reap()
}

// endpoint is by which tunnel's configuration the session is negotiated.
func (s *session) endpoint() *Endpoint {
	for _, w := range s.wants {
		if ep := s.e.endpoint(w.Tunnel); ep != nil && ep.VRF == s.vrf && ep.Local == s.local {
			return ep
		}
	}
	if all := s.e.endpoints(s.vrf, s.local, s.peer.Addr(), 0); len(all) > 0 {
		return all[0]
	}
	return nil
}

// established is the association that new pairs are negotiated under.
func (s *session) established() *association {
	for _, a := range slices.Backward(s.associations) {
		if a.up && !a.Deleted {
			return a
		}
	}
	return nil
}

// begin negotiates a pair of associations, if there is none and nobody is at it.
func (s *session) begin() {
	ep := s.endpoint()
	if s.busy || s.current != nil || s.retry.Running() || ep == nil || ep.IPsec.Responder {
		return
	}
	s.tries++
	s.busy = true
	if a := s.established(); a != nil && a.Version == ep.Version {
		a.exchanger.protect(s, nil)
		return
	}
	if limit := s.e.config.Limit; s.e.stats.OutNegotiating >= limit.negotiating() {
		s.failed(ReasonAdmission)
		return
	}
	if ep.Version == 1 {
		s.e.initiate1(s, ep)
	} else {
		s.e.initiate2(s, ep)
	}
}

func (l Limit) negotiating() int {
	if l.Negotiating == 0 {
		return 1000
	}
	return l.Negotiating
}

const (
	firstRetry = 2 * time.Second
	lastRetry  = 30 * time.Second
)

// failed ends a negotiation that came to nothing. A want stands, and is tried
// again, each time later.
func (s *session) failed(reason Reason) {
	s.busy = false
	s.reason, s.failedAt = reason, s.e.now
	if s.current == nil && len(s.wants) > 0 {
		wait := lastRetry
		if s.tries < 6 {
			wait = firstRetry << max(s.tries-1, 0)
		}
		wait = min(wait, lastRetry)
		s.again(s.e.between(wait*3/4, wait*5/4))
	}
	s.reap()
}

// revive follows the end of an association: what was being negotiated under it
// has failed, and what is wanted and has nobody at it begins anew.
func (s *session) revive(reason Reason) {
	for _, a := range s.associations {
		if !a.Deleted && (a.up || a.Initiator) {
			if !a.up || s.current != nil {
				return
			}
		}
	}
	if s.busy || s.current == nil && len(s.wants) > 0 && !s.retry.Running() {
		s.failed(reason)
		return
	}
	s.reap()
}

// hurry begins anew before its time, if it is some time since the last failure.
func (s *session) hurry() {
	if s.e.now.Sub(s.failedAt) >= time.Second {
		s.e.timers.Stop(&s.retry)
	}
	s.begin()
}

// again begins anew after a while.
func (s *session) again(wait time.Duration) {
	s.next = s.e.now.Add(wait)
	s.e.timers.Set(&s.retry, s.next, s.begin)
}

// use makes packets leave by c.
func (s *session) use(c *child) {
	s.busy, s.tries, s.reason = false, 0, ReasonNone
	s.e.timers.Stop(&s.retry)
	if s.current == c {
		return
	}
	s.current = c
	s.point(c)
	if !s.live {
		s.live = true
		s.announced, s.id = c.peer, Identity{}
		if c.sa != nil {
			s.announced, s.id = c.sa.Remote, c.sa.RemoteID
		}
		s.e.log(SessionUp{s.announced, s.vrf, s.id})
	}
	s.tell(ReasonNone)
}

// lost follows the going of the pair that packets left by: the newest that is
// left takes its place.
func (s *session) lost(reason Reason) {
	s.current = nil
	for _, c := range slices.Backward(s.children) {
		if c.installed && !c.withdrawing {
			s.e.timers.Stop(&c.ready)
			s.use(c)
			return
		}
	}
	s.live = false
	s.tell(reason)
	s.e.log(SessionDown{s.announced, s.vrf, s.id, reason})
	if len(s.wants) > 0 && !s.busy {
		s.reason, s.failedAt = reason, s.e.now
		// Both ends may have lost it at once: not both begin again at once.
		s.again(s.e.between(200*time.Millisecond, 1500*time.Millisecond))
	}
}

// tell says which tunnels are secured, as far as it has changed.
func (s *session) tell(reason Reason) {
	var now []Pair
	if s.current != nil {
		for _, tunnel := range s.current.tunnels() {
			for _, peer := range s.named(tunnel) {
				now = append(now, Pair{tunnel, peer})
			}
		}
	}
	for _, p := range s.served {
		if !slices.Contains(now, p) {
			s.e.do(Unsecured{p, reason})
		}
	}
	for _, p := range now {
		if !slices.Contains(s.served, p) {
			s.e.do(Secured{p})
		}
	}
	s.served = now
}

// named is how a tunnel names the peer: as whoever wants it does.
func (s *session) named(tunnel string) (names []netip.AddrPort) {
	for _, w := range s.wants {
		if w.Tunnel == tunnel {
			names = append(names, w.Peer)
		}
	}
	if names == nil {
		names = append(names, s.peer)
	}
	return names
}

// point makes packets leave by c, under every name that the peer has.
func (s *session) point(c *child) {
	names := []netip.AddrPort{s.peer}
	for _, w := range s.wants {
		if !slices.Contains(names, w.Peer) {
			names = append(names, w.Peer)
		}
	}
	for _, name := range names {
		s.e.do(Outbound{VRF: s.vrf, Local: s.local, Peer: name, SPI: c.out})
	}
}
