package ike

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"weft/appliance/engine"
	"weft/dataplane/esp"
)

// child is a pair of IPsec associations with one peer. Its keys were given away
// with Install: nothing is left of them here.
type child struct {
	e           *Engine
	session     *session
	sa          *association // it was negotiated under; nil once that has gone (version 1)
	in, out     uint32
	local, peer netip.AddrPort // of ESP; with ports if it goes in UDP
	terms       terms
	profile     string // the IPsec profile
	initiator   bool   // of its negotiation
	created     time.Time
	expires     time.Time
	soft, hard  engine.Timer
	idle        engine.Timer
	ready       engine.Timer // for the first packet of a pair that the peer negotiated
	installed   bool         // in both directions
	withdrawing bool         // the peer is being told that it goes
	gone        bool
	selectors   selectors
	rekey       *rekeying // version 2: its replacement under way
}

// terms are what both ends agreed on.
type terms struct {
	transform  Transform
	mode       esp.Mode
	pfs        Group
	lifetime   time.Duration
	kilobytes  uint64
	window     int
	df         esp.DF
	idle       time.Duration
	passive    bool // responder-only: it is not replaced by us
	udp        bool
	privLocal  netip.Addr // behind a translator: the selectors' addresses
	privRemote netip.Addr
}

// selectors are the traffic of both ends.
type selectors struct{ local, remote Selector }

// childKeys are the keys of a pair, by who sends with them.
type childKeys struct{ inCipher, inMAC, outCipher, outMAC esp.Key }

// late is how long packets are still received that were under way when a pair
// was replaced.
const late = 5 * time.Second

// newChild enters a pair that was agreed on. in is from newSPI.
func (a *association) newChild(s *session, in, out uint32, t terms, ep *Endpoint) *child {
	e := a.e
	c := &child{e: e, session: s, sa: a, in: in, out: out, terms: t, profile: ep.IPsec.Name, created: e.now}
	c.local, c.peer = netip.AddrPortFrom(a.Local.Addr(), 0), netip.AddrPortFrom(a.Remote.Addr(), 0)
	if t.udp {
		c.local, c.peer = a.Local, a.Remote
	}
	e.inbound[in] = c
	s.children = append(s.children, c)
	a.children = append(a.children, c)
	return c
}

// parameters are what both directions have in common.
func (c *child) parameters() esp.Parameters {
	t := c.terms
	return esp.Parameters{
		Local: c.local, Peer: c.peer, Suite: t.transform.Suite, Mode: t.mode, ESN: t.transform.ESN, Window: t.window, DF: t.df,
		Kilobytes: t.kilobytes, PrivateLocal: t.privLocal, PrivatePeer: t.privRemote,
	}
}

// receiveWith installs the inbound half: from now on the peer may use it.
func (c *child) receiveWith(keys childKeys) {
	p := c.parameters()
	p.SPI, p.Inbound, p.Encryption, p.Integrity = c.in, true, keys.inCipher, keys.inMAC
	p.SoftKilobytes = c.softKilobytes()
	c.e.do(Install{c.session.vrf, p})
}

// sendWith installs the outbound half, and starts the pair's clocks.
func (c *child) sendWith(keys childKeys) {
	e := c.e
	p := c.parameters()
	p.SPI, p.Encryption, p.Integrity = c.out, keys.outCipher, keys.outMAC
	p.SoftKilobytes = c.softKilobytes()
	e.do(Install{c.session.vrf, p})
	c.installed = true
	c.trace("created")
	e.outbound[peerSPI{c.out, c.peer}] = c
	life := c.terms.lifetime
	c.expires = e.now.Add(life)
	e.timers.Set(&c.hard, c.expires, c.expire)
	if !c.terms.passive {
		// Who negotiated it replaces it, and the other end only if that does not
		// happen: seldom both do.
		margin := e.between(life/25, life/14)
		if c.initiator {
			margin = e.between(life/10, life/6)
		}
		e.timers.Set(&c.soft, c.expires.Add(-margin), c.renew)
	}
	if c.terms.idle > 0 {
		e.timers.Set(&c.idle, e.now.Add(c.terms.idle), c.askIdle)
	}
}

// trace tells what becomes of a pair to whoever watches.
func (c *child) trace(what string) {
	if e := c.e; e.debug.IPsec {
		mode := "transport"
		if c.terms.mode == esp.Tunnel {
			mode = "tunnel"
		}
		id, version := 0, 0
		if c.sa != nil {
			id, version = c.sa.ID, c.sa.Version
		}
		e.do(Debug{TopicIPsec, Trace{version, c.peer, id, fmt.Sprintf("SA pair %s: in 0x%08X, out 0x%08X, %s, %s, lifetime %v",
			what, c.in, c.out, c.terms.transform.String(), mode, c.terms.lifetime)}})
	}
}

// softKilobytes is where a pair is replaced for its traffic.
func (c *child) softKilobytes() uint64 {
	k := c.terms.kilobytes
	if k == 0 || c.terms.passive {
		return 0
	}
	percent := 92 + uint64(c.e.random(1)[0])%4
	if c.initiator {
		percent -= 8
	}
	return k/100*percent + k%100*percent/100
}

// tunnels are those that the pair serves, sorted.
func (c *child) tunnels() []string {
	var names []string
	s := c.session
	for _, ep := range c.e.endpoints(s.vrf, s.local, s.peer.Addr(), 0) {
		if ep.IPsec.Name == c.profile {
			names = append(names, ep.Tunnel)
		}
	}
	slices.Sort(names)
	return names
}

// peerSPI names an outbound association: its SPI is of the peer's choosing.
type peerSPI struct {
	spi  uint32
	peer netip.AddrPort
}

// childOf finds the pair of an SPI.
func (e *Engine) childOf(spi uint32, inbound bool, peer netip.AddrPort) *child {
	if inbound {
		return e.inbound[spi]
	}
	return e.outbound[peerSPI{spi, peer}]
}

// renew replaces a pair, while it still works. One that packets do not leave by
// is left to end: its successor is there.
func (c *child) renew() {
	s := c.session
	if c.gone || c.withdrawing || c.terms.passive || s.current != c {
		return
	}
	a := c.sa
	if a == nil || !a.up || a.Deleted {
		a = s.established()
	}
	if a == nil {
		// Version 1, whose first phase may have ended before the second.
		s.replace()
		return
	}
	a.exchanger.protect(s, c)
}

// replace negotiates everything anew beside a pair that still works.
func (s *session) replace() {
	ep := s.endpoint()
	if s.busy || ep == nil || ep.IPsec.Responder {
		return
	}
	s.busy = true
	if ep.Version == 1 {
		s.e.initiate1(s, ep)
	} else {
		s.e.initiate2(s, ep)
	}
}

// expire ends a pair whose time or traffic is used up.
func (c *child) expire() { c.withdraw(ReasonLifetime) }

// withdraw ends a pair and tells the peer. It is received on until the peer
// knows.
func (c *child) withdraw(reason Reason) {
	if c.gone || c.withdrawing {
		return
	}
	c.withdrawing = true
	if a := c.sa; a != nil && a.up && !a.gone {
		a.exchanger.delete(c, func() { c.remove(reason) })
	}
	if c.session.current == c && !c.gone {
		s := c.session
		s.children = slices.DeleteFunc(s.children, func(o *child) bool { return o == c })
		s.lost(reason)
	}
	if c.sa == nil && !c.gone {
		c.remove(reason)
	}
}

// remove takes a pair out of the data plane. If another one has taken its place,
// packets that are under way are still received for a while.
func (c *child) remove(reason Reason) {
	if c.gone {
		return
	}
	c.gone = true
	e, s := c.e, c.session
	for _, t := range []*engine.Timer{&c.soft, &c.hard, &c.idle, &c.ready} {
		e.timers.Stop(t)
	}
	same := func(o *child) bool { return o == c }
	s.children = slices.DeleteFunc(s.children, same)
	if c.sa != nil {
		c.sa.children = slices.DeleteFunc(c.sa.children, same)
	}
	if s.current == c {
		s.lost(reason)
	}
	if c.installed {
		c.trace("deleted: " + string(reason))
		c.unname()
		e.do(Remove{SPI: c.out, Peer: c.peer})
	}
	if s.current != nil && c.installed {
		e.timers.Set(&c.hard, e.now.Add(late), c.forget)
	} else {
		c.forget()
	}
	s.reap()
}

// unname takes the outbound half out of those that are found by name.
func (c *child) unname() {
	if name := (peerSPI{c.out, c.peer}); c.e.outbound[name] == c {
		delete(c.e.outbound, name)
	}
}

// forget ends the inbound half.
func (c *child) forget() {
	delete(c.e.inbound, c.in)
	c.e.releaseSPI(c.in)
	c.e.do(Remove{SPI: c.in, Inbound: true, Peer: c.peer})
}
