package eigrp

import (
	"net/netip"
	"time"
)

// item is something that a neighbour must be told.
type item struct {
	prefix netip.Prefix
	kind   Opcode
	first  bool // the update that begins everything
	end    bool // the table has been told
}

// outstanding is a reliable packet that is not acknowledged yet: the window is
// one (RFC 7868 section 5.2).
type outstanding struct {
	packet *packet
	sent   time.Time
	tries  int
}

// add lists an item, unless it is listed already: what is said is made when it
// goes.
func (n *neighbor) add(it item) {
	if n.listed[it] {
		return
	}
	n.listed[it] = true
	n.work = append(n.work, it)
	n.wake()
}

// wake has pump called before this step ends.
func (n *neighbor) wake() {
	if !n.awake {
		n.awake = true
		n.iface.e.woken = append(n.iface.e.woken, n)
	}
}

// pump sends the next packet if the last is acknowledged and the interface's
// share of the bandwidth allows it, and an acknowledgment if one is owed that no
// packet took along.
func (n *neighbor) pump() {
	i := n.iface
	e := i.e
	if i.neighbors[n.address] != n {
		return
	}
	for n.outstanding == nil && len(n.work) > 0 {
		if e.now.Before(i.free) {
			if !i.paced.Running() {
				e.timers.Set(&i.paced, i.free, func() {
					for _, n := range i.sorted() {
						n.wake()
					}
				})
			}
			break
		}
		if p := n.compose(); p != nil {
			n.transmit(p)
		}
	}
	if n.owes {
		n.owes = false
		i.send(n.address, &packet{opcode: Hello, ack: n.last})
	}
}

// room is how many octets of routes go into one packet.
func (i *iface) room() int {
	mtu := i.link.MTU
	if mtu < 576 || mtu > 1500 {
		mtu = 1500
	}
	return mtu - 20 - headerSize - tlvHead - authHead - 32
}

// compose makes the next packet of what is listed first and its like: a packet
// is of one kind. nil if there is nothing to say of them any more.
func (n *neighbor) compose() *packet {
	i := n.iface
	kind := n.work[0].kind
	p := &packet{opcode: kind}
	left := i.room()
	took := 0
	for _, it := range n.work {
		if it.kind != kind || it.first && took > 0 {
			break
		}
		if it.first {
			p.flags |= flagInit
			took++
			break
		}
		if !n.up {
			return n.wait(took)
		}
		if it.end {
			p.flags |= flagEnd
			n.full = false
			took++
			continue
		}
		r, ok := i.e.say(n, it)
		if ok {
			if left -= r.size(); left < 0 {
				break
			}
			p.routes = append(p.routes, r)
			n.told(r)
		}
		took++
	}
	for _, it := range n.work[:took] {
		delete(n.listed, it)
	}
	n.work = n.work[took:]
	if p.flags == 0 && len(p.routes) == 0 {
		return nil
	}
	return p
}

// wait drops what cannot be told to one that is not up: it is told all when it is.
func (n *neighbor) wait(int) *packet {
	kept := n.work[:0]
	for _, it := range n.work {
		if it.first {
			kept = append(kept, it)
			continue
		}
		delete(n.listed, it)
	}
	n.work = kept
	return nil
}

// told notes what the neighbour has heard.
func (n *neighbor) told(r route) {
	if r.metric.unreachable() {
		delete(n.advertised, r.prefix)
		return
	}
	n.advertised[r.prefix] = true
}

// transmit sends a reliable packet, and again until it is acknowledged.
func (n *neighbor) transmit(p *packet) {
	e := n.iface.e
	if e.sequence++; e.sequence == 0 {
		e.sequence = 1
	}
	p.sequence = e.sequence
	n.outstanding = &outstanding{packet: p}
	n.try()
}

func (n *neighbor) try() {
	i := n.iface
	e, o := i.e, n.outstanding
	if o.tries == maxTries && e.now.Sub(o.sent) >= n.hold || o.tries > 4*maxTries {
		n.down("retry limit exceeded")
		return
	}
	if o.tries++; o.tries > 1 {
		n.retransmits++
	} else {
		o.sent = e.now
	}
	o.packet.ack = n.last
	n.owes = false
	i.send(n.address, o.packet)
	i.pace(o.packet)
	rto := n.rto
	for k := 1; k < o.tries && rto < maxRTO; k++ {
		rto += rto / 2
	}
	e.timers.Set(&n.retry, e.now.Add(min(rto, maxRTO)), n.try)
}

// pace keeps the interface free for other traffic: EIGRP takes a share of the
// bandwidth.
func (i *iface) pace(p *packet) {
	if gap := i.gap(p.size()); gap > 0 {
		i.free = i.e.now.Add(gap)
	}
}

// gap is how long a packet of a size uses up EIGRP's share.
func (i *iface) gap(size int) time.Duration {
	percent := i.config.Percent
	if percent == 0 {
		percent = defaultPercent
	}
	if i.link.Bandwidth == 0 {
		return 0
	}
	bits := int64(size+20) * 8
	perSecond := int64(i.link.Bandwidth) * 1000 * int64(percent) / 100
	return time.Duration(bits * int64(time.Second) / max(perSecond, 1))
}

func (p *packet) size() int {
	n := headerSize
	for k := range p.routes {
		n += p.routes[k].size()
	}
	return n
}

// acknowledged takes an acknowledgment: the next packet may go.
func (n *neighbor) acknowledged(ack uint32) {
	e, o := n.iface.e, n.outstanding
	if o == nil || o.packet.sequence != ack {
		return // what it has last heard of, once more
	}
	if o.tries == 1 {
		n.measure(e.now.Sub(o.sent))
	}
	e.timers.Stop(&n.retry)
	n.outstanding = nil
	if o.packet.flags&flagInit != 0 {
		n.greeted = true
		n.rise()
	}
	n.wake()
}

// measure follows the round trip time.
func (n *neighbor) measure(rtt time.Duration) {
	if n.srtt == 0 {
		n.srtt = rtt
	} else {
		n.srtt = (n.srtt*8 + rtt*2) / 10
	}
	n.rto = min(max(6*max(n.srtt, n.iface.gap(n.iface.room())), minRTO), maxRTO)
}
