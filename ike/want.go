package ike

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// want is a standing want: Protect without Unprotect.
type want struct {
	Pair
	since   time.Time
	session *session // nil while its tunnel is not configured or has no source
}

func comparePairs(a, b Pair) int {
	return cmp.Or(strings.Compare(a.Tunnel, b.Tunnel), a.Peer.Compare(b.Peer))
}

// sortedWants lists them, so that nothing depends on the order of a map.
func (e *Engine) sortedWants() []*want {
	return slices.SortedFunc(maps.Values(e.wants), func(a, b *want) int { return comparePairs(a.Pair, b.Pair) })
}

func (e *Engine) sortedSessions() []*session {
	return slices.SortedFunc(maps.Values(e.sessions), func(a, b *session) int { return a.place.compare(b.place) })
}

func (e *Engine) sortedAssociations() []*association {
	return slices.SortedFunc(maps.Values(e.associations), func(a, b *association) int { return a.ID - b.ID })
}

func (e *Engine) protect(p Pair) {
	if w := e.wants[p]; w != nil {
		// Whoever asks again wants to hear it again, or cannot wait.
		if s := w.session; s != nil && s.current != nil {
			e.do(Secured{p})
		} else if s != nil {
			s.hurry()
		}
		return
	}
	w := &want{Pair: p, since: e.now}
	e.wants[p] = w
	e.settle(w)
}

func (e *Engine) unprotect(p Pair) {
	w := e.wants[p]
	if w == nil {
		return
	}
	delete(e.wants, p)
	if s := w.session; s != nil {
		s.leave(w)
	}
}

// settle puts a want into the session that its tunnel has with the peer, and
// begins to fulfil it.
func (e *Engine) settle(w *want) {
	ep := e.endpoint(w.Tunnel)
	if ep == nil || !ep.Local.IsValid() {
		if w.session != nil {
			w.session.leave(w)
		}
		w.session = nil
		return
	}
	at := place{ep.VRF, ep.Local, placed(w.Peer)}
	if s := w.session; s != nil && s.place == at {
		if s.current == nil && !s.busy {
			// What was changed may be what was wrong.
			s.e.timers.Stop(&s.retry)
			s.tries = 0
			s.begin()
		}
		return
	}
	if w.session != nil {
		w.session.leave(w)
	}
	s := e.sessionAt(at)
	w.session = s
	s.wants = append(s.wants, w)
	slices.SortFunc(s.wants, func(a, b *want) int { return comparePairs(a.Pair, b.Pair) })
	if s.current != nil {
		s.tell(ReasonNone)
		return
	}
	s.begin()
}

// configure makes the desired state that of want. What the change does not touch
// goes on: a pair of associations keeps what was agreed until it is replaced.
func (e *Engine) configure(want Config) {
	if reflect.DeepEqual(e.config, want) {
		return
	}
	e.config = want
	for _, s := range e.sortedSessions() {
		s.reconsider()
	}
	for _, w := range e.sortedWants() {
		e.settle(w)
	}
}

// reconsider ends what the configuration no longer has a tunnel for.
func (s *session) reconsider() {
	left := s.e.endpoints(s.vrf, s.local, s.peer.Addr(), 0)
	keeps := func(profile string, version int) bool {
		return slices.ContainsFunc(left, func(ep *Endpoint) bool {
			return (profile == "" || ep.IPsec.Name == profile) && (version == 0 || ep.Version == version)
		})
	}
	for _, c := range slices.Clone(s.children) {
		if !keeps(c.profile, 0) {
			c.withdraw(ReasonConfiguration)
		}
	}
	for _, a := range slices.Clone(s.associations) {
		if !keeps("", a.Version) {
			a.close(ReasonConfiguration)
		}
	}
	s.tell(ReasonConfiguration)
	s.reap()
}
