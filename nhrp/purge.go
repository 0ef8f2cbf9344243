package nhrp

import (
	"net/netip"
	"slices"
)

// purge is a Purge Request of ours that waits for its answer, RFC 2332 section
// 5.2.5. FRR never answers, so it is repeated a few times and then let go.
type purge struct {
	timer
	tunnel *tunnel
	to     netip.AddrPort
	id     uint32
	packet []byte
	sent   int
}

const (
	purgeTries = 3

	// latePurges is how many ids a purge may lag behind the registration that has
	// overtaken it.
	latePurges = 64
)

// purge sends a Purge Request until it is answered. Where nobody will be there to
// hear the answer, none is asked for.
func (t *tunnel) purge(to netip.AddrPort, p *Packet) {
	if t.leaving {
		p.Flags |= FlagNoReply
	}
	b, err := p.Encode()
	t.tracePacket(TraceSent, p, to.Addr())
	switch {
	case err != nil:
		t.drop(DropUnsendable, to.Addr())
	case t.leaving:
		t.transmit(to, b)
	default:
		x := &purge{tunnel: t, to: to, id: p.RequestID, packet: b}
		t.purges = append(t.purges, x)
		x.transmit()
	}
}

// leave takes our registration back and stops.
func (r *registration) leave(reason string) {
	t := r.tunnel
	if t.ready() && (r.up || r.Pending && r.Acked == 0) {
		// IOS finds the registration by the id of its request.
		id := r.Acked
		if id == 0 {
			id = r.RequestID
		}
		p := t.purgeOf(r.Protocol, id, host(t.address()))
		t.purge(anyPort(r.NBMA), p)
	}
	r.Acked = 0
	r.InUse, r.gone = false, false
	r.stop(reason)
}

// purgeOf makes the request to forget what a station was told of a prefix. Only
// the entry's protocol address and prefix length mean anything.
func (t *tunnel) purgeOf(station netip.Addr, id uint32, prefix netip.Prefix) *Packet {
	p := t.packet(PurgeRequest, station)
	p.RequestID = id
	p.CIEs = []CIE{{PrefixLength: uint8(prefix.Bits()), Protocol: prefix.Addr()}}
	p.Extensions = t.requestExtensions()
	return p
}

func (x *purge) transmit() {
	x.sent++
	x.tunnel.transmit(x.to, x.packet)
	e := x.tunnel.engine
	e.timers.set(&x.timer, x, e.now.Add(firstRetry<<(x.sent-1)))
}

func (x *purge) ring(*Engine) {
	if x.sent < purgeTries {
		x.transmit()
		return
	}
	x.tunnel.drop(DropPurgeUnanswered, x.to.Addr())
	x.tunnel.forgetPurge(x)
}

func (t *tunnel) forgetPurge(x *purge) {
	t.engine.timers.stop(&x.timer)
	t.purges = slices.DeleteFunc(t.purges, func(y *purge) bool { return y == x })
}

func (t *tunnel) purgeReply(m *message) {
	if m.Source != t.address() && t.passToClient(m, m.Source) || !t.comprehends(m) {
		return
	}
	for _, x := range t.purges {
		if x.id == m.RequestID && x.to.Addr() == m.from {
			t.forgetPurge(x)
			return
		}
	}
	t.drop(DropUnexpected, m.from)
}

// takenBackBy tells whether a Purge Request comes from the client of a
// registration: from where it is, or after a move from elsewhere under the id
// that only it knows. One from before the latest registration comes too late.
func (b *binding) takenBackBy(m *message) bool {
	if m.RequestID == b.RequestID && b.Protocol == host(m.Source) {
		return true
	}
	before := b.RequestID - m.RequestID // a client's ids follow each other
	return b.peer() == m.peer() && (before == 0 || before > latePurges)
}

// purgeRequest forgets what lies inside the prefixes of the request, and says so
// unless told not to. A client's registration is taken back by that client only,
// and nobody can tell us what lies behind us.
func (t *tunnel) purgeRequest(m *message) {
	if t.passToClient(m, m.Destination) {
		return
	}
	if d := m.Destination; d.IsValid() && !d.IsUnspecified() && d != t.address() && d != m.Source {
		t.refuse(m, ProtocolError, DropNotForUs, fixedHeader+mandatoryHeader+octets(m.SourceNBMA)+octets(m.Source))
		return
	}
	if !t.comprehends(m) {
		return
	}
	if len(m.CIEs) == 0 {
		t.refuse(m, ProtocolError, DropNoEntry, m.extensionOffset(0))
		return
	}
	for i := range m.CIEs {
		c := &m.CIEs[i]
		protocol, bits := c.Protocol, int(c.PrefixLength)
		if !protocol.IsValid() {
			protocol = m.Source
		}
		if bits == 0 || bits > protocol.BitLen() {
			bits = protocol.BitLen()
		}
		for _, b := range t.cache.inside(netip.PrefixFrom(protocol, bits), dynamic) {
			if b.Type == Incomplete || b.Flags&LocalFlag != 0 || b.client() && !b.takenBackBy(m) {
				continue
			}
			t.remove(b, "purged")
		}
	}
	if m.Flags&FlagNoReply != 0 {
		return
	}
	t.send(m.peer(), t.answer(m, PurgeReply))
}
