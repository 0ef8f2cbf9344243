package world

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"weft/dataplane/packet"
)

// NAT is an address translator in the cloud: what comes from the addresses inside
// goes on from the one outside, with a port that tells them apart. Nobody outside
// reaches those inside unless they have spoken first.
type NAT struct {
	Outside netip.Addr
	inside  []netip.Addr
	ports   map[netip.AddrPort]uint16 // outside, by who is inside
	next    uint16
	// last is who inside used a protocol without ports last: all its packets from
	// outside go there.
	last map[uint8]netip.Addr
}

// NAT puts the addresses inside behind one.
func (w *World) NAT(outside netip.Addr, inside ...netip.Addr) *NAT {
	n := &NAT{Outside: outside, inside: inside, next: 61000}
	n.Rebind()
	w.nats = append(w.nats, n)
	return n
}

// Rebind forgets who has which port, as a translator does that was started
// again: everybody gets another one.
func (n *NAT) Rebind() { n.ports, n.last = map[netip.AddrPort]uint16{}, map[uint8]netip.Addr{} }

// translate changes the addresses of a packet in the cloud and returns where it
// goes from and to; it reports false for one that gets nowhere.
func (w *World) translate(b []byte) (from, to netip.Addr, ok bool) {
	for _, n := range w.nats {
		p, _ := packet.ParseIPv4(b)
		in, out := slices.Contains(n.inside, p.Destination()), slices.Contains(n.inside, p.Source())
		switch {
		case in && !out:
			return from, to, false // there is no way to a private address
		case in == out && p.Destination() != n.Outside:
		case out:
			n.leave(p)
		case !n.enter(p):
			return from, to, false
		}
	}
	p, _ := packet.ParseIPv4(b)
	return p.Source(), p.Destination(), true
}

// leave gives a packet from inside its address outside.
func (n *NAT) leave(p packet.IPv4) {
	if p.Protocol() == packet.ProtocolUDP {
		d := p.Payload()
		who := netip.AddrPortFrom(p.Source(), binary.BigEndian.Uint16(d))
		if n.ports[who] == 0 {
			n.next++
			n.ports[who] = n.next
		}
		binary.BigEndian.PutUint16(d, n.ports[who])
	}
	n.last[p.Protocol()] = p.Source()
	readdress(p, 12, n.Outside)
}

// enter gives a packet from outside the address that it is for.
func (n *NAT) enter(p packet.IPv4) bool {
	if p.Protocol() != packet.ProtocolUDP {
		to, known := n.last[p.Protocol()]
		if known {
			readdress(p, 16, to)
		}
		return known
	}
	d := p.Payload()
	port := binary.BigEndian.Uint16(d[2:])
	for who, outside := range n.ports {
		if outside == port { // nobody else has it
			binary.BigEndian.PutUint16(d[2:], who.Port())
			readdress(p, 16, who.Addr())
			return true
		}
	}
	return false
}

// readdress writes an address into a header. Nobody here checks UDP's checksum.
func readdress(p packet.IPv4, at int, a netip.Addr) {
	copy(p[at:], a.AsSlice())
	binary.BigEndian.PutUint16(p[10:], 0)
	binary.BigEndian.PutUint16(p[10:], packet.Checksum(p[:p.HeaderLen()]))
}
