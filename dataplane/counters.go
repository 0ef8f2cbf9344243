package dataplane

import (
	"sync/atomic"
	"time"
)

// counters of one tunnel, written by packets and read by show. Octets are those
// of the packets inside.
type counters struct {
	packetsIn, octetsIn, packetsOut, octetsOut atomic.Uint64
	multicastIn                                atomic.Uint64
	byServer                                   atomic.Uint64 // packets whose next hop was not resolved
	lastIn, lastOut                            atomic.Int64  // Unix nanoseconds; 0: never
	drops                                      tally
}

func (c *counters) countIn(octets int, multicast bool, now int64) {
	c.packetsIn.Add(1)
	c.octetsIn.Add(uint64(octets))
	if multicast {
		c.multicastIn.Add(1)
	}
	c.lastIn.Store(now)
}

func (c *counters) countOut(packets, octets int, now int64) {
	c.packetsOut.Add(uint64(packets))
	c.octetsOut.Add(uint64(octets))
	c.lastOut.Store(now)
}

func (c *counters) read() Counters {
	return Counters{
		PacketsIn:   c.packetsIn.Load(),
		BytesIn:     c.octetsIn.Load(),
		PacketsOut:  c.packetsOut.Load(),
		BytesOut:    c.octetsOut.Load(),
		MulticastIn: c.multicastIn.Load(),
		ByServer:    c.byServer.Load(),
		LastIn:      instant(c.lastIn.Load()),
		LastOut:     instant(c.lastOut.Load()),
		Drops:       c.drops.list(),
	}
}

// clear sets the counts to zero. When something last passed stays known.
func (c *counters) clear() {
	for _, n := range []*atomic.Uint64{&c.packetsIn, &c.octetsIn, &c.packetsOut, &c.octetsOut, &c.multicastIn, &c.byServer} {
		n.Store(0)
	}
	c.drops.clear()
}

func instant(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}
