package nhrp

import (
	"net/netip"
	"time"
)

// resolutionRequest answers for ourselves, for our clients and for what lies
// behind us, or passes the request on along the routed way, RFC 2332 section 5.2.1.
func (t *tunnel) resolutionRequest(m *message) {
	asked := m.Destination
	if len(m.CIEs) == 0 || !asked.IsValid() {
		t.refuse(m, ProtocolError, DropNoEntry, m.extensionOffset(0))
		return
	}
	b := t.cache.get(host(asked))
	client := b != nil && b.client()
	route, behind := t.engine.behind(t, asked)
	if asked != t.address() && !client && !behind {
		if out, nbma := t.onward(asked); nbma.IsValid() && !same(nbma, m.peer()) && nbma.Addr() != m.SourceNBMA {
			t.pass(m, out, nbma)
			return
		}
	}
	switch {
	case !t.comprehends(m):
	case asked == t.address():
		t.resolvedHere(m, host(asked))
	case client:
		t.resolvedClient(m, b)
	case behind:
		t.resolvedHere(m, answerable(route, asked))
	default:
		// Section 5.2.2: no route leads there, or back to where the request came from.
		t.declined(m, NoBinding)
		t.resolved(m, CIE{Code: NoBinding, PrefixLength: uint8(asked.BitLen())}, 0, netip.Addr{})
	}
}

// onward is the next station on the way to an address, and the tunnel to it.
func (t *tunnel) onward(asked netip.Addr) (*tunnel, netip.AddrPort) {
	out := t
	if route, ok := t.engine.routes.Lookup(asked); ok {
		if route.Discard || len(route.NextHops) == 0 {
			return t, netip.AddrPort{}
		}
		if other := t.engine.sameNetwork(t, route.NextHops[0].Interface); other != nil {
			out = other
		}
	} else if !t.config.Address.Masked().Contains(asked) {
		return t, netip.AddrPort{}
	}
	return out, out.towards(asked)
}

// resolvedHere answers that a prefix is behind this router, and remembers whom
// it has told, unless it is our own address, which a purge of ours is about anyway.
func (t *tunnel) resolvedHere(m *message, prefix netip.Prefix) {
	ours := CIE{PrefixLength: uint8(prefix.Bits()), MTU: t.config.MTU, HoldingTime: t.holdtime(), NBMA: t.nbma, Protocol: t.address()}
	if b := t.localEntry(prefix); b != nil {
		b.remember(m, t.wayBack(m), t.engine.now, t.config.Holdtime)
	}
	t.resolved(m, ours, FlagUniqueResolution, t.public())
}

// wayBack is where a reply goes: straight to who asked, or by the way the request
// came if NAT may keep strangers from it.
func (t *tunnel) wayBack(m *message) netip.AddrPort {
	forwarded := false
	if e, _, ok := m.extension(ForwardTransitNHS); ok {
		forwarded = len(e.Value) > 0
	}
	if !forwarded || !m.SourceNBMA.IsValid() || FamilyOf(m.SourceNBMA) != FamilyOf(t.nbma) || t.translated(m, m.Source).IsValid() {
		return m.peer()
	}
	return anyPort(m.SourceNBMA)
}

// resolvedClient answers from a registration. The holding time is what is left
// of it. Of a client behind NAT, who knows the NAT extension is told both addresses.
func (t *tunnel) resolvedClient(m *message, b *binding) {
	left := b.Expires.Sub(t.engine.now) + time.Second - 1
	c := CIE{PrefixLength: uint8(b.Protocol.Bits()), MTU: b.MTU, HoldingTime: seconds(left), NBMA: b.NBMA, Protocol: b.NextHop}
	b.remember(m, t.wayBack(m), t.engine.now, left)
	var flags uint16
	if b.Flags&Unique != 0 {
		flags = FlagUniqueResolution
	}
	var public netip.Addr
	if e, _, ok := m.extension(NATAddress); ok && e.holdsCIEs() && b.Claimed.IsValid() {
		c.NBMA, public = b.Claimed, b.NBMA
	}
	t.resolved(m, c, flags, public)
}

// resolved sends the reply with its one entry. What we say is authoritative, for
// we have it from the client itself.
func (t *tunnel) resolved(m *message, c CIE, flags uint16, public netip.Addr) {
	if !m.Underlay.holds(c.NBMA) || !m.Underlay.holds(public) {
		c = CIE{Code: NoBinding, PrefixLength: c.PrefixLength} // no address of the family asked for
		flags, public = 0, netip.Addr{}
	}
	reply := t.answer(m, ResolutionReply)
	reply.Flags = m.Flags&(FlagRouter|FlagSourceStable|FlagNAT) | flags
	if c.Code == Success {
		reply.Flags |= FlagAuthoritative | FlagDestinationStable
	}
	reply.CIEs = []CIE{c}
	if public.IsValid() {
		for i := range reply.Extensions {
			if reply.Extensions[i].Type == NATAddress {
				reply.Extensions[i].Value = nil // the asker's own address is no news to it
			}
		}
		addNAT(reply, public, c.Protocol)
	}
	t.send(t.wayBack(m), reply)
}
