package eigrp

import (
	"net/netip"
	"slices"
	"time"
)

// What we say of ourselves: classic metrics, so that routers which know wide
// ones send us those that we understand.
var ourRelease = release{software: [2]uint8{1, 0}, tlv: [2]uint8{1, 2}}

// greet says hello, and goes on to. With static neighbours each gets its own.
func (i *iface) greet() {
	e := i.e
	p := &packet{opcode: Hello, parameters: &parameters{e.config.Weights, uint16(i.holdTime() / time.Second)}, release: &ourRelease, stub: e.config.Stub}
	for _, to := range i.targets() {
		i.send(to, p)
	}
	e.timers.Set(&i.hello, e.now.Add(i.helloTime()), i.greet)
}

// targets are where hellos go.
func (i *iface) targets() []netip.Addr {
	if len(i.config.Neighbors) > 0 {
		return i.config.Neighbors
	}
	return []netip.Addr{Group}
}

// goodbye tells a neighbour, or all, that we go: all K values are 255.
func (i *iface) goodbye(to netip.Addr) {
	p := &packet{opcode: Hello, parameters: &parameters{Weights{255, 255, 255, 255, 255, 0}, uint16(i.holdTime() / time.Second)}, release: &ourRelease}
	if to != Group || len(i.config.Neighbors) == 0 {
		i.send(to, p)
		return
	}
	for _, to := range i.config.Neighbors {
		i.send(to, p)
	}
}

// send puts a packet on the interface.
func (i *iface) send(to netip.Addr, p *packet) {
	e := i.e
	p.as = e.config.AS
	b := i.config.Authentication.authenticate(p.encode(), i.link.Address.Addr(), e.now)
	e.count(p, 0)
	if p.opcode == Hello && p.ack == 0 {
		i.hellos[0]++
	}
	if e.debug.Packets {
		e.do(Debug{TopicPackets, PacketEvent{true, i.name, to, p.opcode, p.flags, p.sequence, p.ack, p.as, len(b) - headerSize}})
	}
	e.do(Send{i.name, to, b})
}

// count counts a packet: way 0 is sent, 1 received.
func (e *Engine) count(p *packet, way int) {
	t := &e.traffic
	switch {
	case p.opcode == Hello && p.ack != 0:
		t.Acks[way]++
	case p.opcode == Hello:
		t.Hellos[way]++
	case p.opcode == Update:
		t.Updates[way]++
	case p.opcode == Query:
		t.Queries[way]++
	case p.opcode == Reply:
		t.Replies[way]++
	case p.opcode == SIAQuery:
		t.SIAQueries[way]++
	case p.opcode == SIAReply:
		t.SIAReplies[way]++
	}
}

// receive takes a packet from the network.
func (e *Engine) receive(in Receive) {
	i := e.interfaces[in.Interface]
	if i == nil || i.passive {
		e.drop(dropInterface)
		return
	}
	if in.From == i.link.Address.Addr() || slices.ContainsFunc(i.link.Secondary, func(p netip.Prefix) bool { return p.Addr() == in.From }) {
		e.drop(dropOwn)
		return
	}
	p, err := decode(in.Packet)
	if err != nil {
		e.dropped(err)
		return
	}
	switch {
	case p.as != e.config.AS:
		e.drop(dropAS)
		return
	case p.router != 0:
		e.drop(dropRouter)
		return
	case !i.on(in.From):
		e.drop(dropSubnet)
		e.log(Mismatch{e.config.AS, in.From, i.name, "not on common subnet"})
		return
	case len(i.config.Neighbors) > 0 && !slices.Contains(i.config.Neighbors, in.From):
		e.drop(dropStatic)
		return
	}
	if err := i.config.Authentication.accepts(p, in.Packet, in.From, e.now); err != nil {
		e.dropped(err)
		return
	}
	e.count(p, 1)
	if e.debug.Packets {
		e.do(Debug{TopicPackets, PacketEvent{false, i.name, in.From, p.opcode, p.flags, p.sequence, p.ack, p.as, len(in.Packet) - headerSize}})
	}
	n := i.neighbors[in.From]
	if p.opcode == Hello {
		i.hellos[1]++
		if n = i.heard(n, in.From, p); n == nil {
			return
		}
	}
	if n == nil {
		e.drop(dropStranger)
		return
	}
	n.take(p)
}

// heard takes a hello, which makes a neighbour of a stranger.
func (i *iface) heard(n *neighbor, from netip.Addr, p *packet) *neighbor {
	e := i.e
	if p.parameters == nil {
		return n // an acknowledgment
	}
	if p.goodbye {
		if n != nil {
			n.down("Interface PEER-TERMINATION received")
		}
		return nil
	}
	if n != nil && slices.Contains(p.ended, i.link.Address.Addr()) {
		n.down("Interface PEER-TERMINATION received")
		return nil
	}
	if [5]uint8(p.parameters.weights[:5]) != [5]uint8(e.config.Weights[:5]) {
		e.drop(dropWeights)
		if n != nil {
			n.down("K-value mismatch")
		} else {
			e.log(Mismatch{e.config.AS, from, i.name, "K-value mismatch"})
		}
		return nil
	}
	if n != nil && !sameStub(n.stub, p.stub) && n.hellos > 0 {
		n.down("peer info changed")
		n = nil
	}
	if n == nil {
		n = i.meet(from)
	}
	n.hellos++
	n.hold, n.stub = time.Duration(p.parameters.hold)*time.Second, p.stub
	if p.release != nil {
		n.release = *p.release
	}
	n.alive()
	return n
}
