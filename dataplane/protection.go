package dataplane

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"weft/dataplane/esp"
	"weft/dataplane/packet"
)

// Ports of the key exchange, and of ESP in UDP.
const (
	portIKE  = 500
	portNATT = 4500
)

// markerLen is the length of the zeros that tell a message of the key exchange
// on port 4500 from ESP, whose SPI is never zero (RFC 3948 section 2.2).
const markerLen = 4

// head is how many octets sa writes in front of a GRE header, and tail how many
// behind n octets of it with what follows. Without an association it is the
// outer IPv4 header that goes in front.
func (sa *sending) head() int {
	switch {
	case sa == nil:
		return packet.IPv4HeaderLen
	case sa.Mode() == esp.Tunnel:
		return sa.Head() + packet.IPv4HeaderLen
	}
	return sa.Head()
}

func (sa *sending) tail(n int) int {
	switch {
	case sa == nil:
		return 0
	case sa.Mode() == esp.Tunnel:
		return sa.Tail(n + packet.IPv4HeaderLen)
	}
	return sa.Tail(n)
}

// mtu is the longest inner packet that t sends through sa: if "ip mtu" does not
// say it, as much as fits the path when all headers are in front.
func (sa *sending) mtu(t *tunnel) int {
	mtu := t.mtu()
	if sa == nil || t.Path == 0 {
		return mtu
	}
	room := sa.Room(t.Path, sa.Peer().Port() != 0) - t.greHeader(0).Len()
	if sa.Mode() == esp.Tunnel {
		room -= packet.IPv4HeaderLen
	}
	return min(mtu, max(room, packet.IPv4HeaderLen+8))
}

// protected is the association for packets to a peer, nil for a tunnel that
// sends in clear.
func (p *Pipeline) protected(t *tunnel, peer netip.AddrPort) (*sending, Reason) {
	if !t.Protected {
		return nil, forwarded
	}
	sa := p.sas.towards(t.Source, peer)
	if sa == nil {
		return nil, DropNoAssociation
	}
	return sa, forwarded
}

// seal protects what begins with a GRE header at octet at of b and reaches to
// its end. There is room for head in front of it and tail behind it.
func (p *Pipeline) seal(t *tunnel, sa *sending, b []byte, at int, tos uint8, df bool, now int64) (Datagram, Reason) {
	next := uint8(packet.ProtocolGRE)
	if sa.Mode() == esp.Tunnel {
		at -= packet.IPv4HeaderLen
		next = packet.ProtocolIPv4
		p.ipv4Header(t, tos, df, sa.from, sa.to, len(b)-at).Put(b[at:])
	}
	// RFC 6040 section 4.1 in normal mode: the outer header has the ECN field too.
	sealed, fault := sa.Seal(b, at, next, esp.Header{TOS: tos, TTL: t.outerTTL(), ID: uint16(p.id.Add(1)), DontFragment: sa.fragments(df)})
	p.limits(sa, sa.SPI(), false, sa.Peer())
	if fault != esp.None {
		return Datagram{}, faultReasons[fault]
	}
	sa.Saw(now)
	return Datagram{sa.Peer(), sealed}, forwarded
}

// fragments tells whether the outer header has DF set, if the packet inside has it so.
func (sa *sending) fragments(inner bool) bool {
	switch sa.df {
	case esp.CopyDF:
		return inner
	case esp.SetDF:
		return true
	case esp.ClearDF:
	}
	return false
}

// limits reports a limit that an association has crossed.
func (p *Pipeline) limits(sa interface {
	Crossed() esp.Limit
	Recross()
}, spi uint32, inbound bool, peer netip.AddrPort) {
	var e Event
	switch sa.Crossed() {
	case esp.Within:
		return
	case esp.Soft:
		e = SoftLimit{spi, inbound, peer}
	case esp.Hard:
		e = HardLimit{spi, inbound, peer}
	}
	if !p.events(e) {
		sa.Recross()
	}
}

// esp opens the ESP packet that begins at octet at of frame, a whole outer
// packet that came from a peer.
func (in *inbound) esp(frame packet.IPv4, at int, from, local netip.AddrPort) Reason {
	a := &in.p.sas
	spi, ok := esp.SPIOf(frame[at:])
	if !ok {
		return DropESPTruncated
	}
	sa, ok := a.inbound.get(spi, spi)
	if !ok || sa.Local().Addr() != local.Addr() {
		if a.unknown[spi*0x9e3779b1>>26].due(in.now, unknownInterval) {
			in.p.events(UnknownSPI{local, from, spi})
		}
		return DropUnknownSPI
	}
	payload, next, fault := sa.Open(frame[at:])
	in.p.limits(sa, spi, true, sa.Peer())
	if fault != esp.None {
		return faultReasons[fault]
	}
	sa.Saw(in.now)
	if peer := sa.Peer(); from != peer {
		// Who comes without UDP cannot have been moved by a translator.
		if from.Port() == 0 || peer.Port() == 0 {
			return DropSelector
		}
		if sa.moved.due(in.now, movedInterval) {
			in.p.events(PeerMoved{spi, from})
		}
	}
	at += sa.Front()
	return in.inside(sa, frame[:at+len(payload)], at, next)
}

// inside takes what an association protected: GRE between its own two ends.
func (in *inbound) inside(sa *receiving, frame packet.IPv4, at int, next uint8) Reason {
	in.ce = frame.ECN() == packet.CongestionExperienced
	if sa.Mode() == esp.Tunnel {
		header, ok := packet.ParseIPv4(frame[at:])
		switch {
		case next != packet.ProtocolIPv4 || !ok:
			return DropSelector
		case header.Source() != sa.from || header.Destination() != sa.to || header.IsFragment():
			return DropSelector
		}
		in.ce = in.ce || header.ECN() == packet.CongestionExperienced
		frame = frame[:at+len(header)] // what is behind it hid its length
		next, at = header.Protocol(), at+header.HeaderLen()
	}
	if next != packet.ProtocolGRE {
		return DropSelector
	}
	return in.gre(frame, at, in.p.sas.named(sa.Local().Addr(), sa.Peer()), sa.Local().Addr(), true)
}

// udp takes a datagram on one of the ports of the key exchange: a message of it,
// a keepalive, or ESP (RFC 3948 section 2).
func (in *inbound) udp(outer packet.IPv4) Reason {
	d, ok := packet.ParseUDP(outer.Payload())
	if !ok {
		return DropTruncated
	}
	from := netip.AddrPortFrom(outer.Source(), d.SourcePort())
	local := netip.AddrPortFrom(outer.Destination(), d.DestinationPort())
	payload := d.Payload()
	switch {
	case local.Port() != portIKE && local.Port() != portNATT:
		return DropNotGRE
	case local.Port() == portIKE:
	case len(payload) == 1 && payload[0] == 0xff:
		in.p.keepalives.Add(1)
		return consumed
	case len(payload) < markerLen:
		return DropESPTruncated
	case binary.BigEndian.Uint32(payload) != 0:
		at := outer.HeaderLen() + packet.UDPHeaderLen
		return in.esp(outer[:at+len(payload)], at, from, local)
	default:
		payload = payload[markerLen:]
	}
	if !in.p.events(Message{local, from, bytes.Clone(payload)}) {
		return DropEventQueue
	}
	return consumed
}

// SendMessage sends a message of the key exchange. From port 4500 it goes with
// the non-ESP marker.
func (p *Pipeline) SendMessage(local, to netip.AddrPort, message []byte) {
	marker := 0
	if local.Port() == portNATT {
		marker = markerLen
	}
	p.sendUDP(local, to, append(make([]byte, marker), message...))
}

// SendKeepalive keeps an address translator's memory fresh.
func (p *Pipeline) SendKeepalive(local, to netip.AddrPort) { p.sendUDP(local, to, []byte{0xff}) }

func (p *Pipeline) sendUDP(local, to netip.AddrPort, payload []byte) {
	const head = packet.IPv4HeaderLen + packet.UDPHeaderLen
	switch {
	case !local.Addr().Is4() || !to.Addr().Is4():
		p.drops.add(DropUnderlaySend, 1)
		return
	case len(payload) > packet.MaxIPv4-head:
		p.drops.add(DropTooBig, 1)
		return
	}
	b := append(make([]byte, head, head+len(payload)), payload...)
	packet.PutUDP(b[packet.IPv4HeaderLen:], local.Port(), to.Port())
	packet.IPv4Header{TOS: controlTOS, TotalLen: len(b), ID: uint16(p.id.Add(1)), TTL: 255, Protocol: packet.ProtocolUDP,
		Source: local.Addr(), Destination: to.Addr()}.Put(b)
	if sent, _ := p.underlay.Send([]Datagram{{to, b}}); sent == 0 {
		p.drops.add(DropUnderlaySend, 1)
	}
}
