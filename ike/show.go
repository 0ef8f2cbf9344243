package ike

import "slices"

// State copies what show commands ask for.
func (e *Engine) State() State {
	s := State{Counters: e.counters(), Stats: e.stats, Refusals: slices.Clone(e.refusals)}
	for _, a := range e.sortedAssociations() {
		s.SAs = append(s.SAs, a.SA)
	}
	for _, session := range e.sortedSessions() {
		for _, c := range session.children {
			s.Children = append(s.Children, c.state())
		}
	}
	for _, w := range e.sortedWants() {
		s.Wants = append(s.Wants, w.state())
	}
	return s
}

func (c *child) state() Child {
	t, s := c.terms, c.session
	shown := Child{
		Tunnels: c.tunnels(), VRF: s.vrf, Local: c.local, Peer: c.peer, Profile: c.profile, Transform: t.transform.String(),
		Suite: t.transform.Suite, Mode: t.mode, PFS: t.pfs, In: c.in, Out: c.out, ESN: t.transform.ESN, Window: t.window,
		Current: s.current == c, Created: c.created, Expires: c.expires, Kilobytes: t.kilobytes,
		LocalSelector: c.selectors.local, PeerSelector: c.selectors.remote,
	}
	if c.sa != nil {
		shown.SA = c.sa.ID
	}
	return shown
}

func (w *want) state() Want {
	shown := Want{Pair: w.Pair, Since: w.since}
	s := w.session
	if s == nil {
		shown.Reason = ReasonNotConfigured
		return shown
	}
	shown.Secured, shown.Tries, shown.Reason = s.current != nil, s.tries, s.reason
	if s.retry.Running() {
		shown.Next = s.next
	}
	if n := len(s.associations); n > 0 {
		shown.SA, shown.Stage = s.associations[n-1].ID, s.associations[n-1].Stage
	}
	return shown
}
