package nhrp

import "net/netip"

// pass sends a packet of others on, RFC 2332 section 5.2: one hop less, we in the
// record, and the authentication made anew. out may be another tunnel than the
// one it came by.
func (t *tunnel) pass(m *message, out *tunnel, nbma netip.AddrPort) {
	if m.HopCount <= 1 {
		t.refuse(m, HopCountExceeded, DropHopCount, 9)
		return
	}
	record := ReverseTransitNHS
	if m.Type.isRequest() {
		record = ForwardTransitNHS
	}
	p := m.Packet
	p.HopCount--
	p.Extensions = nil
	for _, e := range m.Extensions {
		switch e.Type {
		case Authentication:
			continue
		case record:
			e.Value = append(append([]byte(nil), e.Value...), out.responder(m.Underlay, m.Overlay)...)
		case ResponderAddress, ForwardTransitNHS, ReverseTransitNHS, VendorPrivate, NATAddress:
		}
		p.Extensions = append(p.Extensions, e)
	}
	out.traffic.Forwarded[p.Type]++
	out.authenticate(m, &p)
	out.send(nbma, &p)
}

// authenticate gives a packet that is passed on our own authentication, in the
// place of the one it had. If we have none it goes on with what it came with.
func (t *tunnel) authenticate(m *message, p *Packet) {
	had, at, ok := m.extension(Authentication)
	switch {
	case t.config.Authentication != "":
		had = t.authentication()
	case !ok:
		return
	}
	if !ok {
		at = len(p.Extensions)
	}
	p.Extensions = append(p.Extensions[:at:at], append([]Extension{had}, p.Extensions[at:]...)...)
}

// passToClient passes a packet on to a client of ours and reports whether it is
// for one.
func (t *tunnel) passToClient(m *message, station netip.Addr) bool {
	if !station.IsValid() || station == t.address() {
		return false
	}
	b := t.cache.get(host(station))
	if b == nil || !b.client() || b.peer() == m.peer() {
		return false
	}
	t.pass(m, t, b.peer())
	return true
}
