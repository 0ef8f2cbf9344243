package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

const (
	maxRequesters = 1024 // stations that are remembered for one entry

	// maxLocal bounds what others make us remember by asking: beside their
	// registrations, or askers could keep clients out.
	maxLocal = 4096
)

// requester is a station that we have told of a binding. When that goes before
// its time, the station gets a Purge Request (RFC 2332 section 5.2.5).
type requester struct {
	protocol netip.Addr
	nbma     netip.AddrPort
	id       uint32
	until    time.Time
}

// remember notes whom a reply went to.
func (b *binding) remember(m *message, nbma netip.AddrPort, now time.Time, hold time.Duration) {
	b.requesters = slices.DeleteFunc(b.requesters, func(r requester) bool { return r.protocol == m.Source || !r.until.After(now) })
	if len(b.requesters) == maxRequesters {
		b.requesters = slices.Delete(b.requesters, 0, 1)
	}
	b.requesters = append(b.requesters, requester{m.Source, nbma, m.RequestID, now.Add(hold)})
}

// tellRequesters takes back what they were told.
func (t *tunnel) tellRequesters(b *binding) {
	list := b.requesters
	b.requesters = nil
	if !t.ready() {
		return
	}
	for _, r := range list {
		if r.until.After(t.engine.now) {
			p := t.purgeOf(r.protocol, t.engine.nextRequestID(), b.Protocol)
			if ours := host(t.address()); b.Flags&LocalFlag != 0 && b.Protocol != ours && (t.leaving || t.moving) {
				// They have learnt where we are along with what is behind us.
				p.CIEs = append(p.CIEs, CIE{PrefixLength: uint8(ours.Bits()), Protocol: ours.Addr()})
			}
			t.purge(r.nbma, p)
		}
	}
}

// localEntry keeps what we have told of ourselves, to take it back in time.
func (t *tunnel) localEntry(prefix netip.Prefix) *binding {
	b := t.cache.get(prefix)
	if b != nil && b.Flags&LocalFlag == 0 {
		return nil // something else is known of just this prefix
	}
	if b == nil {
		if t.locals >= maxLocal || t.cache.table.Size() >= maxBindings {
			t.drops[DropUnremembered]++
			return nil
		}
		b = t.add(Entry{Protocol: prefix, NextHop: t.address(), NBMA: t.nbma, Type: Dynamic, Flags: Router | Unique | LocalFlag | NoSocket, MTU: t.config.MTU})
	}
	t.expireAfter(b, t.config.Holdtime)
	return b
}
