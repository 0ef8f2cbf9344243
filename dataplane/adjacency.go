package dataplane

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gaissmai/bart"
)

const (
	// usedInterval is how often the use of one binding is reported: often
	// enough to know, near the end of a holding time, whether it is worth
	// renewing, and rarely enough to cost ten thousand of them nothing.
	usedInterval = 30 * time.Second

	// waitingInterval is how often one next hop is asked for while data waits,
	// and waitingMost how many are asked for in that time.
	waitingInterval = time.Second
	waitingMost     = 1024
)

// adjacencies say behind which NBMA address a protocol address is. The table is
// persistent: a copy with one more shares the rest.
type adjacencies = bart.Table[*binding]

// binding is one NBMA address that protocol addresses are behind.
type binding struct {
	nbma netip.AddrPort
	used everySoOften
}

// use notes that data went out through b and tells whether to report that.
func (b *binding) use(now int64) bool { return b.used.due(now, usedInterval) }

// none is what a tunnel has that has learnt nothing.
var none adjacencies

func (l *live) adjacencies() *adjacencies {
	if table := l.bindings.Load(); table != nil {
		return table
	}
	return &none
}

// learn binds prefix to nbma. A binding that was already so stays, and with it
// when its use was last reported.
func (l *live) learn(prefix netip.Prefix, nbma netip.AddrPort) {
	table := l.adjacencies()
	if old, ok := table.Get(prefix); ok && old.nbma == nbma {
		return
	}
	l.bindings.Store(table.InsertPersist(prefix, &binding{nbma: nbma}))
}

// watch has the next use of a prefix reported: of the binding that it has, however
// recently the last was, or of whatever is sent there.
func (l *live) watch(prefix netip.Prefix) {
	if b, ok := l.adjacencies().Get(prefix); ok {
		b.used.last.Store(0)
		return
	}
	table := l.watched.Load()
	if table == nil {
		table = &watched{}
	}
	l.watched.Store(table.InsertPersist(prefix, new(everySoOften)))
}

func (l *live) unwatch(prefix netip.Prefix) {
	table := l.watched.Load()
	if table == nil {
		return
	}
	if table = table.DeletePersist(prefix); table.Size() == 0 {
		table = nil // and packets need not look
	}
	l.watched.Store(table)
}

// watched are prefixes without a binding of their own whose use is reported, once
// in a while.
type watched = bart.Table[*everySoOften]

func (l *live) forget(prefix netip.Prefix) {
	l.bindings.Store(l.adjacencies().DeletePersist(prefix))
}

// everySoOften lets one thing through in an interval, for many goroutines.
type everySoOften struct{ last atomic.Int64 }

func (e *everySoOften) due(now int64, interval time.Duration) bool {
	last := e.last.Load()
	if last != 0 && now-last < int64(interval) {
		return false
	}
	return e.last.CompareAndSwap(last, now)
}

// waiting are the next hops that data waits for.
type waiting struct {
	mu    sync.Mutex           // guards asked; only packets that are dropped take it
	asked map[netip.Addr]int64 // when the router was last told, in Unix nanoseconds
}

// due tells whether to tell the router about nextHop. Once waitingMost of them
// have been reported within the interval, others are not: they ask again.
func (w *waiting) due(nextHop netip.Addr, now int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	last, known := w.asked[nextHop]
	if known && now-last < int64(waitingInterval) {
		return false
	}
	if !known && len(w.asked) >= waitingMost && !w.expire(now) {
		return false
	}
	if w.asked == nil {
		w.asked = map[netip.Addr]int64{}
	}
	w.asked[nextHop] = now
	return true
}

func (w *waiting) forget(nextHop netip.Addr) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.asked, nextHop)
}

// expire makes room and tells whether there is any.
func (w *waiting) expire(now int64) bool {
	for nextHop, last := range w.asked {
		if now-last >= int64(waitingInterval) {
			delete(w.asked, nextHop)
		}
	}
	return len(w.asked) < waitingMost
}
