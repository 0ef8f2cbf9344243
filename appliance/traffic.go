package main

import (
	"context"
	"math"
	"sync"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/kernel"
	"weft/router"
)

// sampling is how often the counters of every interface are read: for averages,
// and for when a port last saw a packet, which Linux does not tell.
const sampling = 5 * time.Second

// loadInterval is the time over which averages decay, unless configured.
const loadInterval = 5 * time.Minute

// meters remember what the counters of interfaces were.
type meters struct {
	mu     sync.Mutex // guards byName: sessions read while the sampler does
	byName map[string]*meter
}

// A meter is one interface over time.
type meter struct {
	seen   dataplane.Counters // at the last look
	at     time.Time          // of the last average
	then   dataplane.Counters // at that time
	zero   kernel.Statistics  // what "clear counters" has to subtract
	load   [4]float64         // bits and packets in, bits and packets out, per second
	loaded bool               // load has been computed
}

// sample reads all counters again and again until ctx ends.
func (b *box) sample(ctx context.Context) {
	ticker := time.NewTicker(sampling)
	defer ticker.Stop()
	for {
		b.load.take(time.Now()) // what cannot be read is missing from show processes
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			all := answer(b, func(r *router.Router) []commands.InterfaceState { return r.Interfaces(nil) })
			for i := range all {
				b.measure(&all[i])
			}
		}
	}
}

// measure fills in what an interface has carried, and at which rate.
func (b *box) measure(s *commands.InterfaceState) {
	b.meters.mu.Lock()
	defer b.meters.mu.Unlock()
	m := b.meters.byName[s.Name]
	if m == nil {
		m = &meter{}
		b.meters.byName[s.Name] = m
	}
	now := time.Now()
	switch s.Kind {
	case commands.TunnelInterface:
		s.Counters = b.pipe.Counters(s.Name)
	case commands.LoopbackInterface:
		return // what goes to our own addresses is not counted by interface
	default:
		statistics, ok := b.kernel.Statistics(s.Name)
		if !ok {
			return
		}
		s.Counters, s.Errors = m.port(statistics, now)
	}
	interval := loadInterval
	if s.LoadInterval > 0 {
		interval = time.Duration(s.LoadInterval) * time.Second
	}
	m.average(s.Counters, now, interval)
	m.seen = s.Counters
	if m.loaded {
		s.Load = &commands.Load{BitsIn: uint64(m.load[0]), PacketsIn: uint64(m.load[1]), BitsOut: uint64(m.load[2]), PacketsOut: uint64(m.load[3])}
	}
}

// port makes Linux's counters of a port ours: since they were cleared, and with
// the time of the last packet to within the time between two looks.
func (m *meter) port(s kernel.Statistics, now time.Time) (dataplane.Counters, *commands.LinkErrors) {
	c := dataplane.Counters{
		PacketsIn: s.RxPackets - m.zero.RxPackets, BytesIn: s.RxBytes - m.zero.RxBytes,
		PacketsOut: s.TxPackets - m.zero.TxPackets, BytesOut: s.TxBytes - m.zero.TxBytes,
		MulticastIn: s.Multicast - m.zero.Multicast,
		LastIn:      m.seen.LastIn, LastOut: m.seen.LastOut,
	}
	if c.PacketsIn > m.seen.PacketsIn {
		c.LastIn = now
	}
	if c.PacketsOut > m.seen.PacketsOut {
		c.LastOut = now
	}
	return c, &commands.LinkErrors{
		InputErrors: s.RxErrors - m.zero.RxErrors, CRC: s.RxCrcErrors - m.zero.RxCrcErrors,
		Frame: s.RxFrameErrors - m.zero.RxFrameErrors, Overrun: s.RxOverErrors - m.zero.RxOverErrors,
		InputDrops:   s.RxDropped - m.zero.RxDropped,
		OutputErrors: s.TxErrors - m.zero.TxErrors, Collisions: s.Collisions - m.zero.Collisions,
		OutputDrops: s.TxDropped - m.zero.TxDropped,
	}
}

// average lets the rates decay towards those since the last look.
func (m *meter) average(c dataplane.Counters, now time.Time, interval time.Duration) {
	if m.at.IsZero() || c.PacketsIn < m.then.PacketsIn || c.PacketsOut < m.then.PacketsOut {
		m.at, m.then = now, c // the first look, or cleared meanwhile
		return
	}
	elapsed := now.Sub(m.at)
	if elapsed < sampling/2 {
		return // too short to tell
	}
	then := m.then
	m.at, m.then, m.loaded = now, c, true
	weight := math.Exp(-float64(elapsed) / float64(interval))
	for i, count := range []uint64{
		8 * (c.BytesIn - then.BytesIn), c.PacketsIn - then.PacketsIn,
		8 * (c.BytesOut - then.BytesOut), c.PacketsOut - then.PacketsOut,
	} {
		m.load[i] = float64(count)/elapsed.Seconds()*(1-weight) + m.load[i]*weight
	}
}

// clearMeter makes the counters of an interface begin at zero.
func (b *box) clearMeter(name string) {
	b.pipe.ClearCounters(name)
	statistics, ok := b.kernel.Statistics(name)
	b.meters.mu.Lock()
	defer b.meters.mu.Unlock()
	if m := b.meters.byName[name]; m != nil && ok {
		m.zero = statistics
		m.seen = dataplane.Counters{LastIn: m.seen.LastIn, LastOut: m.seen.LastOut}
	}
}
