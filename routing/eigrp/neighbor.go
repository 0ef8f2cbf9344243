package eigrp

import (
	"net/netip"
	"time"

	"weft/appliance/engine"
)

// neighbor is a router on one of our links. It is up once both have had the
// other's first update acknowledged: only then routes are told.
type neighbor struct {
	iface   *iface
	address netip.Addr
	handle  int
	since   time.Time
	hold    time.Duration
	dead    engine.Timer // the holding time
	hellos  uint64
	release release
	stub    *Stub
	up      bool
	greeted bool   // our first update is acknowledged
	met     bool   // we have its first update
	last    uint32 // sequence number of its last reliable packet; 0: none
	first   uint32 // and of the one that it introduced itself with

	// What it has still to be told (transport.go).
	work        []item
	listed      map[item]bool
	advertised  map[netip.Prefix]bool // what it has heard of, and has not heard withdrawn
	outstanding *outstanding
	owes        bool                       // an acknowledgment
	awake       bool                       // pump is due
	working     map[netip.Prefix]time.Time // computations that it says to be still at
	full        bool                       // the whole table is being told: the last packet says so
	srtt, rto   time.Duration
	retransmits uint64
	retry       engine.Timer
}

const (
	firstRTO = 2 * time.Second
	minRTO   = 100 * time.Millisecond
	maxRTO   = 5 * time.Second
	maxTries = 16
)

// meet makes a neighbour of who said hello. It is answered at once, so that it
// need not wait for our next hello before it listens to our first update.
func (i *iface) meet(from netip.Addr) *neighbor {
	e := i.e
	n := &neighbor{iface: i, address: from, handle: e.handles, since: e.now, listed: map[item]bool{}, advertised: map[netip.Prefix]bool{}, rto: firstRTO}
	e.handles++
	i.neighbors[from] = n
	p := &packet{opcode: Hello, parameters: &parameters{e.config.Weights, uint16(i.holdTime() / time.Second)}, release: &ourRelease, stub: e.config.Stub}
	i.send(from, p)
	n.add(item{kind: Update, first: true})
	return n
}

// alive restarts the holding time.
func (n *neighbor) alive() {
	e := n.iface.e
	e.timers.Set(&n.dead, e.now.Add(n.hold), func() { n.down("holding time expired") })
}

// take takes a packet of a neighbour.
func (n *neighbor) take(p *packet) {
	e := n.iface.e
	n.alive()
	if p.ack != 0 {
		n.acknowledged(p.ack)
	}
	if p.sequence == 0 {
		return
	}
	if p.flags&flagInit != 0 && n.met && p.sequence != n.first {
		// It has begun anew, and so do we.
		n.down("peer restarted")
		n = n.iface.meet(n.address)
		n.hold = defaultHold
		n.alive()
	}
	n.owes = true
	n.wake()
	if n.met && int32(p.sequence-n.last) <= 0 {
		e.drop(dropRepeated)
		return
	}
	if !n.met && p.flags&flagInit == 0 {
		// Routes of one that has not introduced itself: it will repeat them.
		n.owes = false
		e.drop(dropStranger)
		return
	}
	n.last = p.sequence
	if p.flags&flagInit != 0 {
		n.met, n.first = true, p.sequence
		n.rise()
	}
	switch p.opcode {
	case Update, Query, Reply, SIAQuery, SIAReply:
		n.learn(p)
	case Request, Hello:
		e.drop(dropOpcode)
	}
}

// rise brings the neighbour up when both sides are ready, and tells it the table.
func (n *neighbor) rise() {
	if n.up || !n.met || !n.greeted {
		return
	}
	e := n.iface.e
	n.up, n.since = true, e.now
	if !e.config.Silent {
		e.log(NeighborUp{e.config.AS, n.address, n.iface.name})
	}
	n.tellAll()
}

// tellAll lists every prefix.
func (n *neighbor) tellAll() {
	n.full = true
	for _, x := range n.iface.e.entries() {
		n.add(item{kind: Update, prefix: x.prefix})
	}
	n.add(item{kind: Update, end: true})
}

// resync tells a neighbour everything again, and has it told what it must forget.
func (n *neighbor) resync(reason string) {
	e := n.iface.e
	if !n.up {
		return
	}
	if !e.config.Silent {
		e.log(Resync{e.config.AS, n.address, n.iface.name, reason})
	}
	n.tellAll()
}

// down loses a neighbour, and every path through it.
func (n *neighbor) down(reason string) {
	i := n.iface
	e := i.e
	if i.neighbors[n.address] != n {
		return
	}
	delete(i.neighbors, n.address)
	for _, t := range []*engine.Timer{&n.dead, &n.retry} {
		e.timers.Stop(t)
	}
	n.work, n.outstanding, n.owes = nil, nil, false
	was := n.up
	n.up = false
	if was && !e.config.Silent {
		e.log(NeighborDown{e.config.AS, n.address, i.name, reason})
	}
	for _, x := range e.entries() {
		e.lost(x, n)
	}
}
