package ike

import (
	"bytes"
	"time"
)

// overlap is how long two associations that both ends began at once are both
// kept: whatever was sent by either has come by then.
const overlap = 10 * time.Second

// maxAssociations bounds how many of them one peer can make us hold.
const maxAssociations = 8

// settleDuplicates follows the establishment of an association with a peer with
// whom there is one already. Two that were begun at once by both ends are kept
// for a while, and then the one with the lowest nonce is closed by who began it,
// as RFC 7296 section 2.8.1 has it for replacements: both ends know which, and
// nothing is lost. Else the peer has begun anew, and the old one is looked at.
func (s *session) settleDuplicates(a *association) {
	if len(s.associations) > maxAssociations {
		oldest := s.associations[0]
		s.e.afterwards = append(s.e.afterwards, func() { oldest.close(ReasonReplaced) })
	}
	for _, o := range s.associations {
		if o == a || !o.up || o.Deleted || o.Version != a.Version {
			continue
		}
		if o.Initiator != a.Initiator && !o.Created.Add(overlap).Before(a.began) {
			loser, winner := o, a
			if bytes.Compare(a.tiebreak, o.tiebreak) < 0 {
				loser, winner = a, o
			}
			s.prefer(winner)
			s.e.timers.Stop(&loser.soft)
			if loser.Initiator {
				s.e.timers.Set(&loser.patience, s.e.now.Add(overlap), func() { s.closeDuplicate(loser) })
			}
			continue
		}
		s.e.afterwards = append(s.e.afterwards, func() {
			if !o.gone {
				o.exchanger.probe()
			}
		})
	}
}

// prefer makes packets leave by a pair of one association, if it has one.
func (s *session) prefer(a *association) {
	for _, c := range a.children {
		if c.installed && !c.withdrawing && s.current != c {
			s.e.timers.Stop(&c.ready)
			s.use(c)
			return
		}
	}
}

// closeDuplicate closes the loser, if there is another one that works.
func (s *session) closeDuplicate(a *association) {
	if a.gone || s.current == nil || s.current.sa == a {
		return
	}
	a.close(ReasonReplaced)
}
