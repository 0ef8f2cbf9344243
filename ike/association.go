package ike

import (
	"net/netip"
	"slices"
	"time"

	"weft/appliance/engine"
)

// association is an IKE association of either version: what both have. How it
// negotiates is in exchange.
type association struct {
	SA        // as show sees it
	e         *Engine
	session   *session // nil until it is known whose it is
	exchanger exchanger
	children  []*child
	up        bool // established
	counted   bool // among the negotiating, or the established
	began     time.Time
	lastIn    time.Time    // when something authentic came from the peer, IKE or ESP
	tiebreak  []byte       // the lower of the nonces it began with
	udp       bool         // ESP goes in UDP
	offer     offer        // of a peer; zero if we began
	patience  engine.Timer // for the end of the negotiation
	soft      engine.Timer // to be replaced
	hard      engine.Timer // to be given up
	alive     engine.Timer // dead peer detection
	fresh     engine.Timer // keepalives for address translators
	gone      bool
}

// offer is how a peer's first message is recognized when it comes again.
type offer struct {
	version int
	vrf     string
	from    netip.AddrPort
	spi     uint64
}

// exchanger is the half of an association that differs by version.
type exchanger interface {
	// receive takes a message with our SPI or cookie.
	receive(h header, in Receive)
	// protect negotiates a pair of associations; old is the one that it
	// replaces, or nil. It ends with session.use or session.failed.
	protect(s *session, old *child)
	// delete tells the peer that a pair goes, and calls done when it knows.
	delete(c *child, done func())
	// probe asks whether the peer is there; if it is not the association ends.
	probe()
	// renew replaces the association itself.
	renew()
	// farewell tells the peer that the association goes.
	farewell()
	// wipe overwrites all keys.
	wipe()
}

const (
	// halfOpen is how long a peer may take to prove who it is.
	halfOpen = 30 * time.Second
	// fromOneSource is how many associations in negotiation one address may have
	// begun: several peers may sit behind it.
	fromOneSource = 64
)

// newAssociation enters an association that begins. Whoever calls it sets
// exchange.
func (e *Engine) newAssociation(version int, initiator bool, vrf string, local, remote netip.AddrPort) *association {
	e.lastID++
	a := &association{e: e, began: e.now, lastIn: e.now, counted: true, SA: SA{
		ID: e.lastID, Version: version, VRF: vrf, Local: local, Remote: remote, Initiator: initiator, LocalSPI: e.newCookie(),
	}}
	e.associations[a.LocalSPI] = a
	if initiator {
		e.stats.OutNegotiating++
	} else {
		e.stats.InNegotiating++
		e.sources[remote.Addr()]++
	}
	return a
}

// admit tells whether a peer may begin another association; if not, it counts
// why.
func (e *Engine) admit(from netip.Addr) bool {
	switch {
	case e.stats.InNegotiating >= e.config.Limit.negotiating():
		e.drop(dropHalfOpen)
	case e.sources[from] >= fromOneSource:
		e.drop(dropFromSource)
	case e.config.Limit.Associations != 0 && e.stats.Incoming+e.stats.Outgoing >= e.config.Limit.Associations:
		e.drop(dropLimit)
	default:
		return true
	}
	e.stats.Rejected++
	return false
}

// join makes the association one of a session.
func (a *association) join(s *session) {
	if a.session == s {
		return
	}
	if a.session != nil {
		a.part()
	}
	a.session = s
	s.associations = append(s.associations, a)
}

// part takes it out of its session.
func (a *association) part() {
	s := a.session
	s.associations = slices.DeleteFunc(s.associations, func(o *association) bool { return o == a })
}

// established follows the end of the negotiation: the peer is who it says.
func (a *association) established(lifetime time.Duration) {
	e := a.e
	a.uncount()
	a.up, a.counted = true, true
	if a.Initiator {
		e.stats.Outgoing++
	} else {
		e.stats.Incoming++
	}
	e.timers.Stop(&a.patience)
	e.identities[a.RemoteID] = append(e.identities[a.RemoteID], a)
	a.Created, a.Lifetime, a.Expires = e.now, lifetime, e.now.Add(lifetime)
	// Who began renews first, so that seldom both do.
	margin := e.between(lifetime/20, lifetime/12)
	if a.Initiator {
		margin = e.between(lifetime/10, lifetime/6)
	}
	e.timers.Set(&a.soft, a.Expires.Add(-margin), func() { a.exchanger.renew() })
	e.timers.Set(&a.hard, a.Expires, func() { a.close(ReasonLifetime) })
	a.watch()
	a.keepFresh()
}

// uncount takes it out of the statistics that it is in.
func (a *association) uncount() {
	e := a.e
	switch {
	case !a.counted:
	case a.up && a.Initiator:
		e.stats.Outgoing--
	case a.up:
		e.stats.Incoming--
	case a.Initiator:
		e.stats.OutNegotiating--
	default:
		e.stats.InNegotiating--
		from := a.Remote.Addr()
		if e.sources[from]--; e.sources[from] <= 0 {
			delete(e.sources, from)
		}
	}
	a.counted = false
}

// failed ends a negotiation that came to nothing.
func (a *association) failed(reason Reason, text string) {
	if a.gone {
		return
	}
	a.e.stats.Failed++
	a.e.log(Failed{a.Version, a.Local, a.Remote, reason, text})
	s, mine := a.session, a.Initiator
	if mine && reason == ReasonUnreachable {
		if a.RemoteSPI != 0 {
			text = FellSilent
		}
		a.e.refused(Refusal{VRF: a.VRF, Local: a.Local, Peer: a.Remote, Reason: reason, Text: text})
	}
	a.remove(reason)
	if s != nil && mine {
		s.failed(reason)
	}
}

// close ends an association and tells the peer.
func (a *association) close(reason Reason) {
	if a.gone {
		return
	}
	if a.up {
		a.exchanger.farewell()
	}
	a.end(reason)
}

// end ends an association of which the peer knows, or that is dead. Pairs of
// version 2 go with it (RFC 7296 section 1.4.1); those of version 1 live on.
func (a *association) end(reason Reason) {
	if a.gone {
		return
	}
	s := a.session
	a.remove(reason)
	if s == nil {
		return
	}
	s.revive(reason)
}

// remove takes an association out, with everything that hangs on it.
func (a *association) remove(reason Reason) {
	e := a.e
	a.gone, a.Deleted = true, true
	a.uncount()
	for _, t := range []*engine.Timer{&a.patience, &a.soft, &a.hard, &a.alive, &a.fresh} {
		e.timers.Stop(t)
	}
	delete(e.associations, a.LocalSPI)
	same := slices.DeleteFunc(e.identities[a.RemoteID], func(o *association) bool { return o == a })
	if e.identities[a.RemoteID] = same; len(same) == 0 {
		delete(e.identities, a.RemoteID)
	}
	if e.offers[a.offer] == a {
		delete(e.offers, a.offer)
	}
	if a.session != nil {
		a.part()
	}
	for _, c := range slices.Clone(a.children) {
		c.sa = nil
		if a.Version == 2 {
			c.remove(reason)
		}
	}
	a.children = nil
	a.exchanger.wipe()
}
