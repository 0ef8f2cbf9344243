package nhrp

import (
	"net/netip"
	"time"

	"github.com/gaissmai/bart"
)

// cache is the NHRP cache of one tunnel, RFC 2332 section 6.2: bindings from
// protocol prefixes to NBMA addresses.
type cache struct{ table bart.Table[*binding] }

// A binding is an entry that may expire.
type binding struct {
	Entry
	timer
	tunnel     *tunnel
	requesters []requester // who have been told of it
	*learnt                // if it is the answer to a question of ours
}

// maxBindings bounds what registrations can make a tunnel remember.
const maxBindings = 65536

func (c *cache) get(p netip.Prefix) *binding {
	b, _ := c.table.Get(p)
	return b
}

// covering finds the longest binding that covers an address.
func (c *cache) covering(a netip.Addr) *binding {
	b, _ := c.table.Lookup(a)
	return b
}

// inside lists the bindings inside a prefix that satisfy keep, by protocol
// address. The zero Prefix holds them all.
func (c *cache) inside(p netip.Prefix, keep func(*binding) bool) (found []*binding) {
	each := func(_ netip.Prefix, b *binding) bool {
		if keep(b) {
			found = append(found, b)
		}
		return true
	}
	if p.IsValid() {
		c.table.Subnets(p.Masked())(each)
	} else {
		c.table.AllSorted()(each)
	}
	return found
}

func every(*binding) bool       { return true }
func dynamic(b *binding) bool   { return b.Type != Static }
func isStatic(b *binding) bool  { return b.Type == Static }
func (b *binding) local() bool  { return b.Flags&LocalFlag != 0 }
func (b *binding) client() bool { return b.Flags&Registered != 0 }

// peer is whom the binding leads to.
func (b *binding) peer() netip.AddrPort { return netip.AddrPortFrom(b.NBMA, b.Port) }

// host is the prefix that holds one address.
func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// add puts a new binding into the cache and into the data plane's map.
func (t *tunnel) add(entry Entry) *binding {
	return t.enter(&binding{Entry: entry, tunnel: t})
}

func (t *tunnel) enter(b *binding) *binding {
	b.Created, b.Changed = t.engine.now, t.engine.now
	t.cache.table.Insert(b.Protocol, b)
	if b.routed() {
		t.routed++
	}
	if b.local() {
		t.locals++
	}
	t.learn(b)
	t.traceCache(TraceCacheAdd, b, "")
	t.debugCache("added", b)
	return b
}

// move gives a binding another NBMA address.
func (t *tunnel) move(b *binding, nbma netip.AddrPort) {
	t.trace(TraceEvent{Kind: TraceAddressChange, Peer: Endpoint{b.NextHop, nbma.Addr()}, Target: b.Protocol, Old: b.NBMA})
	b.NBMA, b.Port, b.Changed = nbma.Addr(), nbma.Port(), t.engine.now
	t.learn(b)
	t.debugCache("changed", b)
}

// remove takes a binding out, unless it has gone already with what it rested on.
// A client that goes is news, with its reason.
func (t *tunnel) remove(b *binding, reason string) {
	if t.cache.get(b.Protocol) != b {
		return
	}
	t.engine.timers.stop(&b.timer)
	t.cache.table.Delete(b.Protocol)
	if b.routed() {
		t.routed--
	}
	if b.local() {
		t.locals--
	}
	t.unlearn(b, reason)
	if t.mapped(b) {
		t.engine.do(Forget{t.config.Name, b.Protocol})
	}
	t.traceCache(TraceCacheDelete, b, reason)
	t.debugCache("deleted", b)
	t.tellRequesters(b)
	if b.client() {
		t.engine.log(PeerDown{Tunnel: t.config.Name, Protocol: b.Protocol.Addr(), NBMA: b.NBMA, Local: t.local(), Reason: reason})
		t.multicastChanged()
	}
}

// mapped tells whether a binding is in the data plane's map. A point-to-point
// tunnel has one peer and no map; what lies behind us, or is not known yet, is
// at no NBMA address; and a route says which next hop a network is behind.
func (t *tunnel) mapped(b *binding) bool {
	return t.config.Multipoint && b.Type != Incomplete && b.Flags&LocalFlag == 0 && (b.learnt == nil || b.Flags&NHOP != 0)
}

// learn tells the data plane.
func (t *tunnel) learn(b *binding) {
	if t.mapped(b) {
		t.engine.do(Learn{t.config.Name, b.Protocol, b.peer()})
	}
}

// expireAfter has the binding go when its holding time is over.
func (t *tunnel) expireAfter(b *binding, d time.Duration) {
	b.Expires = t.engine.now.Add(d)
	t.engine.timers.set(&b.timer, b, b.Expires)
}

// ring is the end of the holding time, RFC 2332 section 6.2.2, or of an answer
// to a question of ours the time to look whether it is worth asking again.
func (b *binding) ring(*Engine) {
	if b.learnt != nil && !b.closing && b.Type == Dynamic {
		b.tunnel.watch(b)
		return
	}
	b.tunnel.remove(b, "holding time expired")
}

// settleStatics makes the static bindings those of the configuration.
func (t *tunnel) settleStatics() {
	order, want := t.bindings()
	for _, b := range t.cache.inside(netip.Prefix{}, isStatic) {
		if _, ok := want[b.Protocol]; !ok {
			t.remove(b, "")
		}
	}
	for _, p := range order {
		b, nbma := t.cache.get(p), want[p]
		if b != nil && b.Type == Static {
			if b.NBMA != nbma {
				t.move(b, anyPort(nbma))
			}
			continue
		}
		if b != nil {
			t.remove(b, "replaced by a static binding")
		}
		t.add(Entry{Protocol: p, NextHop: p.Addr(), NBMA: nbma, Type: Static})
	}
}

// bindings are the static ones that the configuration implies, and their order:
// its maps, and its servers whose addresses are known.
func (t *tunnel) bindings() (order []netip.Prefix, nbma map[netip.Prefix]netip.Addr) {
	nbma = map[netip.Prefix]netip.Addr{}
	add := func(p netip.Prefix, a netip.Addr) {
		if _, twice := nbma[p]; !twice && p.IsValid() && a.IsValid() {
			nbma[p] = a
			order = append(order, p)
		}
	}
	for _, m := range t.config.Maps {
		if !t.config.Multipoint {
			m.NBMA = t.config.Destination
		}
		add(m.Protocol.Masked(), m.NBMA)
	}
	for _, r := range t.registrations {
		if r.Protocol.IsValid() {
			add(host(r.Protocol), r.NBMA)
		}
	}
	return order, nbma
}

// serverNBMA is where a server is: what its line says, or its map.
func (c *Tunnel) serverNBMA(s NHS) netip.Addr {
	if !c.Multipoint {
		return c.Destination
	}
	if s.NBMA.IsValid() {
		return s.NBMA
	}
	best := Map{}
	for _, m := range c.Maps {
		if m.Protocol.Contains(s.Protocol) && m.Protocol.Bits() >= best.Protocol.Bits() {
			best = m
		}
	}
	return best.NBMA
}
