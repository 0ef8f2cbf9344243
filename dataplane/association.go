package dataplane

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"weft/dataplane/esp"
)

// associations are the live security associations. Each is made once and lives
// in one place, whatever else changes: a copy would use its sequence numbers
// again. They come and go one by one, so they are not part of the snapshot.
type associations struct {
	inbound  shards[uint32, *receiving]
	outbound shards[handle, *sending]
	chosen   shards[ends, []choice] // which one packets leave by

	unknown [unknownSlots]everySoOften // SPIs that were reported, by hash
}

// handle names an outbound association: its peer has chosen the SPI.
type handle struct {
	spi  uint32
	peer netip.AddrPort
}

// sending is an association that packets leave by.
type sending struct {
	*esp.Outbound
	esp.Suite
	handle   atomic.Pointer[handle]
	local    netip.Addr
	df       esp.DF
	from, to netip.Addr // of the packet inside, in tunnel mode
}

// receiving is one that they arrive by.
type receiving struct {
	*esp.Inbound
	from, to netip.Addr // of the packet inside, in tunnel mode
	moved    everySoOften
}

const (
	unknownSlots    = 64
	unknownInterval = 10 * time.Second
	movedInterval   = time.Second
	// clearInterval is how often clear text for a protected tunnel is reported, as
	// IOS does.
	clearInterval = time.Minute
)

// Install makes the live association of p. One that lives already is never made
// again. What cannot be installed is reported as Refused, too.
func (p *Pipeline) Install(sa esp.Parameters) error {
	err := p.install(sa)
	if err != nil {
		p.events(Refused{sa.SPI, sa.Inbound, sa.Peer, err.Error()})
	}
	return err
}

func (p *Pipeline) install(sa esp.Parameters) error {
	a := &p.sas
	from, to := sa.Local.Addr(), sa.Peer.Addr()
	if !from.Is4() || !to.Is4() {
		return fmt.Errorf("dataplane: an association from %v to %v", from, to)
	}
	if sa.PrivateLocal.Is4() {
		from = sa.PrivateLocal
	}
	if sa.PrivatePeer.Is4() {
		to = sa.PrivatePeer
	}
	if sa.Inbound {
		if _, lives := a.inbound.get(sa.SPI, sa.SPI); lives {
			return fmt.Errorf("dataplane: inbound SPI %#x lives", sa.SPI)
		}
		in, err := esp.NewInbound(sa)
		if err == nil {
			a.inbound.put(sa.SPI, sa.SPI, &receiving{Inbound: in, from: to, to: from})
		}
		return err
	}
	h := handle{sa.SPI, sa.Peer}
	if _, lives := a.outbound.get(h.spi, h); lives {
		return fmt.Errorf("dataplane: outbound SPI %#x of %v lives", sa.SPI, sa.Peer)
	}
	out, err := esp.NewOutbound(sa)
	if err != nil {
		return err
	}
	s := &sending{Outbound: out, Suite: sa.Suite, local: sa.Local.Addr(), df: sa.DF, from: from, to: to}
	s.handle.Store(&h)
	a.outbound.put(h.spi, h, s)
	return nil
}

// Outbound makes an installed association the one that packets from local to
// peer leave by. A peer without port is named so by the key exchange, wherever
// its association goes to.
func (p *Pipeline) Outbound(local netip.Addr, peer netip.AddrPort, spi uint32) {
	if sa := p.sas.find(spi, local, peer); sa != nil && local.Is4() {
		p.sas.choose(local, peer, sa)
	}
}

// find is the newest of the associations of an SPI that may be those of a peer.
func (a *associations) find(spi uint32, local netip.Addr, peer netip.AddrPort) (found *sending) {
	if sa, ok := a.outbound.get(spi, handle{spi, peer}); ok {
		return sa
	}
	for h, sa := range a.outbound.shard(spi) {
		if h.spi == spi && h.peer.Addr() == peer.Addr() && sa.local == local && (found == nil || h.peer.Port() < found.handle.Load().peer.Port()) {
			found = sa
		}
	}
	return found
}

// Remove ends an association. Packets that it was chosen for have none then.
func (p *Pipeline) Remove(spi uint32, inbound bool, peer netip.AddrPort) {
	a := &p.sas
	if inbound {
		a.inbound.remove(spi, spi)
		return
	}
	h := handle{spi, peer}
	sa, ok := a.outbound.get(spi, h)
	if !ok {
		return
	}
	a.outbound.remove(spi, h)
	a.unchoose(sa, peer)
}

// Move changes where the packets of an association go, and where they are from.
func (p *Pipeline) Move(spi uint32, inbound bool, old, peer netip.AddrPort) {
	a := &p.sas
	if inbound {
		if sa, ok := a.inbound.get(spi, spi); ok {
			sa.Inbound.Move(sa.Local(), peer)
		}
		return
	}
	h := handle{spi, old}
	sa, ok := a.outbound.get(spi, h)
	if !ok || !peer.Addr().Is4() {
		return
	}
	a.outbound.remove(spi, h)
	h.peer = peer
	sa.handle.Store(&h)
	a.outbound.put(spi, h, sa)
	sa.Outbound.Move(sa.Local(), peer)
	if a.exactly(sa.local, old) == sa {
		a.unchoose(sa, old)
		a.choose(sa.local, peer, sa)
	}
}

// Ask has Heard said of an inbound association and of its twin.
func (p *Pipeline) Ask(inbound, outbound uint32) {
	in, ok := p.sas.inbound.get(inbound, inbound)
	if !ok {
		return
	}
	h := Heard{SPI: inbound}
	last := in.Last()
	if last != 0 {
		h.In = time.Unix(0, last)
	}
	if out := p.sas.find(outbound, in.Local().Addr(), in.Peer()); out != nil && out.Last() != 0 {
		h.Out = time.Unix(0, out.Last())
		h.Outgoing = out.Last() > last
	}
	p.events(h)
}
