package esp

import (
	"math"
	"sync/atomic"
)

// Limit is how far an association has gone.
type Limit uint32

const (
	Within Limit = iota
	Soft         // another one is wanted
	Hard         // it refuses packets
)

// softSequence is the sequence number from which on another association is
// wanted, when they are 32 bits wide: time for a thousand million packets more.
const softSequence = math.MaxUint32 - 1<<30

// limits watches an association's traffic.
type limits struct {
	soft, hard    uint64 // octets; 0 is none
	crossed, told atomic.Uint32
}

func newLimits(p *Parameters) limits {
	return limits{soft: p.SoftKilobytes * 1024, hard: p.Kilobytes * 1024}
}

// measure notes how many octets there have been and the sequence number of the
// latest packet.
func (l *limits) measure(octets, sequence uint64, esn bool) {
	if l.soft > 0 && octets >= l.soft || !esn && sequence >= softSequence {
		l.cross(Soft)
	}
}

// spent tells whether there have been too many octets.
func (l *limits) spent(octets uint64) bool {
	if l.hard == 0 || octets < l.hard {
		return false
	}
	l.cross(Hard)
	return true
}

func (l *limits) cross(to Limit) {
	for {
		at := l.crossed.Load()
		if at >= uint32(to) || l.crossed.CompareAndSwap(at, uint32(to)) {
			return
		}
	}
}

// Crossed is the limit that was crossed since it was last asked, Within if none.
func (l *limits) Crossed() Limit {
	at, told := l.crossed.Load(), l.told.Load()
	if at == told || !l.told.CompareAndSwap(told, at) {
		return Within
	}
	return Limit(at)
}

// Recross has what Crossed said said again: nobody heard it.
func (l *limits) Recross() { l.told.Store(uint32(Within)) }
