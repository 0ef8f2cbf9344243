package nhrp

import (
	"net/netip"
	"time"
)

// register is the server's half of a registration, RFC 2332 section 5.2.3.
func (t *tunnel) register(m *message) {
	ours := t.address()
	// A client that does not know our address puts its own.
	if d := m.Destination; d.IsValid() && !d.IsUnspecified() && d != ours && d != m.Source {
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
	reply := t.answer(m, RegistrationReply)
	reply.Destination = ours // how such a client learns it
	for i := range reply.CIEs {
		reply.CIEs[i].Code = t.bind(m, &m.CIEs[i])
		if code := reply.CIEs[i].Code; code != Success {
			t.declined(m, code)
		}
	}
	if m.SourceNBMA.IsValid() && m.SourceNBMA != m.from && FamilyOf(m.from) == m.Underlay {
		addNAT(reply, m.from, m.Source)
	}
	t.send(m.peer(), reply)
}

// bind enters one client into the cache, or says with which code it will not.
func (t *tunnel) bind(m *message, c *CIE) Code {
	protocol, claimed := c.Protocol, c.NBMA
	if !protocol.IsValid() {
		protocol = m.Source
	}
	if !claimed.IsValid() {
		claimed = m.SourceNBMA
	}
	if claimed == m.from {
		claimed = netip.Addr{}
	}
	unique := m.Flags&FlagUnique != 0
	if code := t.registrable(protocol, c, unique); code != Success {
		return code
	}
	b := t.cache.get(host(protocol))
	if b != nil && b.Type != Static && !b.client() {
		t.remove(b, "registered") // what was asked, or heard from others
		b = nil
	}
	switch {
	case b == nil:
		if t.cache.table.Size() >= maxBindings {
			return InsufficientResources
		}
	case b.Type == Static && same(b.peer(), m.peer()):
		return Success // and stays as the operator wrote it
	case b.Type == Static:
		return AdministrativelyProhibited
	case unique && b.Flags&Unique != 0 && b.peer() != m.peer() && !(b.NBMA == m.from && b.Claimed == claimed):
		// Section 5.2.3, on the U bit: set in the request and in the cache. A client
		// that only has another port now is the same one.
		return UniqueRegistered
	}
	t.refresh(b, m, protocol, claimed, c)
	return Success
}

// registrable tells whether a client may have a protocol address at all.
func (t *tunnel) registrable(protocol netip.Addr, c *CIE, unique bool) Code {
	single := c.PrefixLength == 0 || c.PrefixLength == uniquePrefix || int(c.PrefixLength) == protocol.BitLen()
	switch {
	case protocol == t.address(), protocol.IsUnspecified(), protocol.IsMulticast(), protocol.IsLoopback(),
		c.HoldingTime == 0:
		return AdministrativelyProhibited
	case !single && unique:
		return AdministrativelyProhibited // section 5.2.0.1: unique means one address
	case !single:
		return BindingNotUnique // a client speaks for itself, not for a network
	}
	return Success
}

// refresh makes the binding what the registration says, from now on.
func (t *tunnel) refresh(b *binding, m *message, protocol, claimed netip.Addr, c *CIE) {
	known := b != nil
	var was netip.AddrPort
	flags := Registered | NHOP
	if m.Flags&FlagUnique != 0 {
		flags |= Unique
	}
	if claimed.IsValid() {
		flags |= NAT
	}
	if !known {
		b = t.add(Entry{Protocol: host(protocol), NextHop: protocol, NBMA: m.from, Port: m.port, Claimed: claimed, Type: Dynamic,
			Flags: flags, RequestID: m.RequestID, MTU: c.MTU})
	} else {
		was = b.peer()
		b.Claimed, b.Flags = claimed, flags|b.Flags&UsedFlag
		b.RequestID, b.MTU = m.RequestID, c.MTU
	}
	b.Heard = t.engine.now
	t.expireAfter(b, time.Duration(c.HoldingTime)*time.Second)
	switch {
	case known && was == m.peer():
		t.traceCache(TraceCacheUpdate, b, "")
		t.debugCache("refreshed", b)
		return
	case known:
		t.engine.log(PeerDown{Tunnel: t.config.Name, Protocol: protocol, NBMA: was.Addr(), Local: t.local(), Reason: "NBMA address changed"})
		t.move(b, m.peer())
		t.tellRequesters(b)
	}
	t.engine.log(PeerUp{Tunnel: t.config.Name, Protocol: protocol, NBMA: m.from, Local: t.local()})
	t.multicastChanged()
}
