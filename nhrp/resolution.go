package nhrp

import (
	"net/netip"
	"time"
)

// resolutionRequest answers for ourselves and for our clients, RFC 2332 section
// 5.2.1. Nothing is forwarded: what lies outside the tunnel's own network is
// somebody else's to answer and stays unanswered.
func (t *tunnel) resolutionRequest(m *message) {
	asked := m.Destination
	if len(m.CIEs) == 0 || !asked.IsValid() {
		t.refuse(m, ProtocolError, DropNoEntry, m.extensionOffset(0))
		return
	}
	b := t.cache.covering(asked)
	switch {
	case asked == t.address():
		ours := CIE{PrefixLength: uint8(asked.BitLen()), MTU: t.config.MTU, HoldingTime: t.holdtime(), NBMA: t.nbma, Protocol: asked}
		t.resolved(m, ours, FlagUniqueResolution, netip.Addr{})
	case b != nil && b.client():
		t.resolvedClient(m, b)
	case t.config.Address.Masked().Contains(asked):
		// Section 5.2.2: we serve this network, and know of no such client.
		t.resolved(m, CIE{Code: NoBinding, PrefixLength: uint8(asked.BitLen())}, 0, netip.Addr{})
	default:
		t.drop(DropResolutionElsewhere, m.from)
	}
}

// resolvedClient answers from a registration. The holding time is what is left
// of it. Of a client behind NAT, who knows the NAT extension is told both addresses.
func (t *tunnel) resolvedClient(m *message, b *binding) {
	left := b.Expires.Sub(t.engine.now) + time.Second - 1
	c := CIE{PrefixLength: uint8(b.Protocol.Bits()), MTU: b.MTU, HoldingTime: seconds(left), NBMA: b.NBMA, Protocol: b.NextHop}
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
	t.send(m.from, reply)
}
