package nhrp

import "net/netip"

// message is a packet on its way through the engine.
type message struct {
	Packet
	from netip.Addr // outer source
	port uint16     // 0 unless it came in UDP
	raw  []byte
}

// peer is whom the message came from.
func (m *message) peer() netip.AddrPort { return netip.AddrPortFrom(m.from, m.port) }

// anyPort is a peer of which only the address is known, from the configuration
// or from another station.
func anyPort(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, 0) }

// same tells whether two may be one peer: a port counts where both are known.
func same(a, b netip.AddrPort) bool {
	return a.Addr() == b.Addr() && (a.Port() == b.Port() || a.Port() == 0 || b.Port() == 0)
}

// receive takes a packet out of a tunnel: first what every packet passes, then
// what its type asks for.
func (e *Engine) receive(in Receive) {
	t := e.byName[in.Tunnel]
	if t == nil {
		e.stray(in)
		return
	}
	if !t.up {
		t.drop(DropTunnelDown, in.From.Addr())
		return
	}
	t.debugPacket(false, in.From.Addr(), in.Packet)
	p, err := Decode(in.Packet)
	if err != nil {
		t.drop(err.(DecodeError).Reason, in.From.Addr())
		return
	}
	t.traffic.Received[p.Type]++
	t.stats.Packets++
	t.tracePacket(TraceReceived, &p, in.From.Addr())
	m := &message{p, in.From.Addr(), in.From.Port(), in.Packet}
	if p.Type == ErrorIndication {
		t.errorIndication(m)
		return
	}
	if !t.admit(m) {
		return
	}
	switch p.Type {
	case ResolutionRequest:
		t.resolutionRequest(m)
	case ResolutionReply:
		t.resolutionReply(m)
	case RegistrationRequest:
		t.register(m)
	case RegistrationReply:
		t.registrationReply(m)
	case PurgeRequest:
		t.purgeRequest(m)
	case PurgeReply:
		t.purgeReply(m)
	case TrafficIndication:
		t.trafficIndication(m)
	}
}

// admit is what all packets must satisfy, Error Indications apart.
func (t *tunnel) admit(m *message) bool {
	ours := t.address()
	switch {
	case !ours.IsValid() || m.Overlay != FamilyOf(ours):
		t.drop(DropFamily, m.from)
		return false
	case !m.Source.IsValid():
		t.drop(DropNoSource, m.from)
		return false
	case m.Type.isRequest() && m.Source == ours && m.SourceNBMA == t.nbma:
		t.drop(DropOwn, m.from)
		return false
	case !t.authentic(&m.Packet):
		at := len(m.raw)
		if _, i, ok := m.extension(Authentication); ok {
			at = m.extensionOffset(i)
		}
		t.refuse(m, AuthenticationFailure, DropAuthentication, at)
		return false
	case m.HopCount == 0:
		t.refuse(m, HopCountExceeded, DropHopCount, 9)
		return false
	}
	return t.admitExtensions(m)
}

// admitExtensions refuses what is malformed, and what has been here before (RFC
// 2332 sections 5.3.2 and 5.3.3).
func (t *tunnel) admitExtensions(m *message) bool {
	for i := range m.Extensions {
		e := &m.Extensions[i]
		if !e.holdsCIEs() || len(e.Value) == 0 {
			continue
		}
		entries, err := m.Entries(*e)
		if err != nil {
			t.refuse(m, InvalidExtension, DropBadExtension, m.extensionOffset(i)+extensionFixed+err.(DecodeError).Offset)
			return false
		}
		if !e.mayLoop(m.Type) {
			continue
		}
		for _, c := range entries {
			if c.Protocol == t.address() {
				t.refuse(m, LoopDetected, DropLoop, m.extensionOffset(i))
				return false
			}
		}
	}
	return true
}

// comprehends refuses what we must know to act on a packet and do not. It is asked
// where the packet ends: who passes one on need not know (RFC 2332 section 5.3).
func (t *tunnel) comprehends(m *message) bool {
	for i := range m.Extensions {
		if e := &m.Extensions[i]; e.Compulsory && !e.known() {
			t.refuse(m, UnrecognizedExtension, DropUnknownExtension, m.extensionOffset(i))
			return false
		}
	}
	return true
}

// mayLoop tells the extensions in which our own address says that a packet has
// gone in a circle. In an answer the forward record is that of the request, which
// may well have passed us, and the responder is somebody else.
func (e *Extension) mayLoop(packet PacketType) bool {
	switch e.Type {
	case ReverseTransitNHS:
		return true
	case ForwardTransitNHS:
		return packet.isRequest()
	case ResponderAddress:
		return !packet.isRequest()
	}
	return false
}
