package nhrp

import (
	"net/netip"
	"slices"
	"time"

	"weft/dataplane/fib"
)

const (
	// renewalWindow is how long before its end an answer is renewed if data uses
	// it, and renewalShare which part of a short holding time that is at most.
	renewalWindow = 120 * time.Second
	renewalShare  = 3

	// shortestPrefix is the least that an answer may cover; of a shorter one only
	// the address asked for is believed.
	shortestPrefix = 8
)

// learnt is what a binding has that a Resolution Reply brought.
type learnt struct {
	target   netip.Addr // what was asked for
	covering fib.Entry  // the route to the target without it
	closing  bool       // its end is near: it is renewed if it is used
}

// routed tells the bindings that hold only while the routes are as they are.
func (b *binding) routed() bool { return b.learnt != nil || b.Flags&LocalFlag != 0 }

// answer is what a Resolution Reply says.
type answer struct {
	prefix        netip.Prefix
	nextHop       netip.Addr
	nbma, claimed netip.Addr
	port          uint16 // of nbma, if the answer came from there in UDP
	hold          time.Duration
	mtu           uint16
	id            uint32
}

// resolutionReply takes the answer to a question of ours, from whoever knows it,
// or passes one on to the client that asked.
func (t *tunnel) resolutionReply(m *message) {
	if m.Source != t.address() {
		if !t.passToClient(m, m.Source) {
			t.drop(DropTransit, m.from)
		}
		return
	}
	if !t.comprehends(m) {
		return
	}
	q := t.questions.byID[m.RequestID]
	if q == nil || m.Destination != q.target {
		t.drop(DropUnexpected, m.from)
		return
	}
	if len(m.CIEs) == 0 {
		t.drop(DropNoEntry, m.from)
		return
	}
	if code := m.CIEs[0].Code; code != Success {
		t.note(Incident{NBMA: m.from, Protocol: q.target, Code: code, Sent: true, Packet: ResolutionRequest, Target: q.target, RequestID: q.id})
		t.denied(q)
		return
	}
	a, ok := t.understand(m, q.target)
	switch {
	case !ok:
		t.drop(DropResolutionReply, m.from)
		t.denied(q)
		return
	case a.claimed.IsValid() && t.public().IsValid():
		// Two stations behind NAT may not reach each other.
		t.drop(DropBothTranslated, m.from)
		t.denied(q)
		return
	}
	q.end()
	t.keep(a, q.target)
}

// denied: nobody knows the target. What we knew of it is over.
func (t *tunnel) denied(q *question) {
	q.end()
	if b := t.cache.covering(q.target); b != nil && b.learnt != nil && b.target == q.target {
		t.remove(b, "no longer resolved")
	}
}

// understand reads an answer and refuses what would lead data astray: our own
// address, a next hop outside the network (if the tunnel's mask says what that is),
// a prefix that holds outer addresses.
func (t *tunnel) understand(m *message, target netip.Addr) (answer, bool) {
	c := &m.CIEs[0]
	a := answer{nextHop: c.Protocol, nbma: c.NBMA, mtu: c.MTU, id: m.RequestID, hold: time.Duration(c.HoldingTime) * time.Second}
	if !a.nextHop.IsValid() {
		a.nextHop = target
	}
	if public := t.translated(m, a.nextHop); public.IsValid() && public != a.nbma {
		a.nbma, a.claimed = public, a.nbma
	}
	if a.nbma == m.from {
		a.port = m.port // it has spoken for itself
	}
	bits := int(c.PrefixLength)
	network := t.config.Address.Masked()
	// Data looks for it under its own address: a next hop of ours, or without
	// shortcuts whatever a route that names the tunnel alone leads to.
	itself := network.Contains(target) || !t.config.Shortcut
	if bits < shortestPrefix || bits > target.BitLen() || itself {
		bits = target.BitLen()
	}
	a.prefix = netip.PrefixFrom(target, bits).Masked()
	if t.holdsOuter(a.prefix, a.nbma) {
		a.prefix = host(target)
	}
	if a.nextHop == t.address() {
		return answer{}, false
	}
	outside := !network.Contains(a.nextHop) && !network.IsSingleIP()
	if itself {
		a.nextHop = target
	}
	switch {
	case a.hold == 0, !a.nbma.IsValid(), a.nbma.IsUnspecified(), a.nbma.IsMulticast(), a.nbma.IsLoopback(),
		a.nbma == t.nbma, outside && !network.Contains(target), t.holdsOuter(a.prefix, a.nbma):
		return answer{}, false
	}
	return a, true
}

// holdsOuter tells whether a route to a prefix would carry outer packets.
func (t *tunnel) holdsOuter(p netip.Prefix, nbma netip.Addr) bool {
	return p.Contains(nbma) || p.Contains(t.nbma) ||
		slices.ContainsFunc(t.registrations, func(r *registration) bool { return p.Contains(r.NBMA) })
}

// translated is the NBMA address that a packet's NAT address extension gives a
// station.
func (t *tunnel) translated(m *message, station netip.Addr) netip.Addr {
	e, _, ok := m.extension(NATAddress)
	if !ok || !e.holdsCIEs() {
		return netip.Addr{}
	}
	entries, err := m.Entries(e)
	if err != nil {
		return netip.Addr{}
	}
	for _, c := range entries {
		if c.Protocol == station {
			return c.NBMA
		}
	}
	return netip.Addr{}
}

// keep enters an answer: the next hop, and behind it the network if there is one.
func (t *tunnel) keep(a answer, target netip.Addr) {
	old := t.cache.covering(target)
	t.keepBinding(answer{prefix: host(a.nextHop), nextHop: a.nextHop, nbma: a.nbma, port: a.port, claimed: a.claimed, hold: a.hold, mtu: a.mtu, id: a.id}, a.nextHop, NHOP)
	if a.prefix != host(a.nextHop) && t.config.Shortcut {
		t.keepBinding(a, target, 0)
	}
	// What stood in its place goes when the new one is there.
	if old != nil && old.Protocol != a.prefix &&
		(old.incomplete() || old.learnt != nil && old.target == target) {
		t.remove(old, "replaced")
	}
}

func (t *tunnel) keepBinding(a answer, target netip.Addr, kind Flags) {
	b := t.cache.get(a.prefix)
	if b != nil && b.incomplete() {
		t.remove(b, "")
		b = nil
	}
	switch {
	case b == nil:
		entry := Entry{Protocol: a.prefix, NextHop: a.nextHop, NBMA: a.nbma, Port: a.port, Claimed: a.claimed, Type: Dynamic, Flags: Router | kind, RequestID: a.id, MTU: a.mtu}
		if a.claimed.IsValid() {
			entry.Flags |= NAT
		}
		b = t.enter(&binding{Entry: entry, tunnel: t, learnt: &learnt{target: target}})
		t.install(b)
	case b.learnt == nil:
		return // ours, a client's or the operator's: better known than by hearsay
	default:
		b.Claimed, b.RequestID, b.MTU = a.claimed, a.id, a.mtu
		t.unwatch(b)
		if b.NextHop != a.nextHop {
			t.uninstall(b)
			b.NextHop = a.nextHop
			t.install(b)
		}
		if b.NBMA != a.nbma || a.port != 0 && b.Port != a.port {
			t.move(b, netip.AddrPortFrom(a.nbma, a.port))
		} else {
			t.traceCache(TraceCacheUpdate, b, "")
			t.debugCache("refreshed", b)
		}
	}
	b.Flags &^= UsedFlag
	b.Expires = t.engine.now.Add(a.hold)
	t.engine.timers.set(&b.timer, b, b.Expires.Add(-min(renewalWindow, a.hold/renewalShare)))
}

// watch begins the time in which the next use of a binding renews it.
func (t *tunnel) watch(b *binding) {
	b.closing = true
	t.engine.timers.set(&b.timer, b, b.Expires)
	t.engine.do(Watch{t.config.Name, b.Protocol})
}

func (t *tunnel) unwatch(b *binding) {
	if b.closing {
		b.closing = false
		t.engine.do(Unwatch{t.config.Name, b.Protocol})
	}
}

// used notes that data went somewhere, and asks anew for what is about to expire.
// The answer for a network brings its next hop along.
func (t *tunnel) used(to netip.Addr) {
	b := t.cache.covering(to)
	if b == nil {
		return
	}
	b.Flags |= UsedFlag
	if b.learnt == nil || !b.closing || b.Flags&NHOP != 0 && t.renewing(b) {
		return
	}
	t.ask(b.target)
}

// renewing tells whether a network behind a next hop is being asked for.
func (t *tunnel) renewing(nextHop *binding) bool {
	for _, q := range t.questions.byTarget {
		if b := t.cache.covering(q.target); b != nil && b != nextHop && b.learnt != nil && b.NextHop == nextHop.NextHop {
			return true
		}
	}
	return false
}

// unlearn takes back what follows from a binding that goes: its route, and the
// networks behind it.
func (t *tunnel) unlearn(b *binding, reason string) {
	if b.incomplete() {
		t.questions.incomplete--
	}
	if b.learnt == nil {
		return
	}
	t.unwatch(b)
	t.uninstall(b)
	if b.Flags&NHOP == 0 {
		return
	}
	behind := func(x *binding) bool { return x.learnt != nil && x.Flags&NHOP == 0 && x.NextHop == b.NextHop }
	for _, x := range t.cache.inside(netip.Prefix{}, behind) {
		t.remove(x, reason)
	}
}
