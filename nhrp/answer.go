package nhrp

import "net/netip"

// answer turns a request into the reply to it. Every extension of the request
// is in the reply, in its place (RFC 2332 section 5.3): the responder address
// filled, the authentication made anew, the rest as it came.
func (t *tunnel) answer(m *message, kind PacketType) *Packet {
	reply := m.Packet
	reply.Type, reply.HopCount = kind, hopCount
	reply.Extensions = append([]Extension(nil), m.Extensions...)
	for i := range reply.Extensions {
		e := &reply.Extensions[i]
		switch {
		case e.Type == ResponderAddress:
			e.Value = t.responder(m.Underlay, m.Overlay)
		case e.Type == Authentication && t.config.Authentication != "":
			*e = t.authentication()
		}
	}
	return &reply
}

// responder is the entry that says who answered, section 5.3.1.
func (t *tunnel) responder(underlay, overlay Family) []byte {
	ours := CIE{PrefixLength: uint8(t.address().BitLen()), MTU: t.config.MTU, HoldingTime: t.holdtime(),
		NBMA: t.nbma, Protocol: t.address()}
	if FamilyOf(t.nbma) != underlay {
		ours.NBMA = netip.Addr{} // who speaks of other NBMA addresses cannot be told ours
	}
	e, err := entryExtension(ResponderAddress, true, underlay, overlay, ours)
	if err != nil {
		return nil
	}
	return e.Value
}

// addNAT appends an entry to the reply's NAT address extension, if the request
// had one: where NAT has moved a client.
func addNAT(reply *Packet, nbma, protocol netip.Addr) {
	for i := range reply.Extensions {
		e := &reply.Extensions[i]
		if e.Type != NATAddress || !e.holdsCIEs() {
			continue
		}
		entry := CIE{PrefixLength: uint8(protocol.BitLen()), NBMA: nbma, Protocol: protocol}
		if more, err := entryExtension(NATAddress, false, reply.Underlay, reply.Overlay, entry); err == nil {
			e.Value = append(append([]byte(nil), e.Value...), more.Value...)
		}
		return
	}
}
