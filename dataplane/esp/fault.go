package esp

import "sync/atomic"

// Fault is why an association refuses a packet.
type Fault uint8

const (
	None      Fault = iota
	Truncated       // shorter than header, vector, trailer and ICV, or cut within a block
	Replayed        // it has been here
	Late            // too old for the window
	Forged          // the integrity check failed
	Padding         // authentic, and its pad length makes no sense
	Dummy           // authentic, and without content on purpose (RFC 4303 section 2.6)
	Exhausted       // no sequence number is left
	Expired         // its traffic has reached the limit
	Oversize        // larger than an IP packet may be
	numFaults
)

func (f Fault) String() string {
	switch f {
	case None:
		return "none"
	case Truncated:
		return "truncated"
	case Replayed:
		return "replayed"
	case Late:
		return "outside the replay window"
	case Forged:
		return "integrity check failed"
	case Padding:
		return "bad padding"
	case Dummy:
		return "dummy"
	case Exhausted:
		return "sequence numbers exhausted"
	case Expired:
		return "lifetime in kilobytes expired"
	case Oversize:
		return "too large"
	case numFaults:
	}
	return "unknown"
}

// Counters of an association. Octets are those of payloads.
type Counters struct {
	Packets, Octets uint64
	Sequence        uint64 // the highest, sent or received
	Faults          []Count
}

// Count is how often a fault was met.
type Count struct {
	Fault Fault
	Count uint64
}

// tally is what an association has done.
type tally struct {
	packets, octets atomic.Uint64
	faults          [numFaults]atomic.Uint64
	last            atomic.Int64 // when a packet last passed, in Unix nanoseconds
}

func (t *tally) refuse(f Fault) Fault {
	t.faults[f].Add(1)
	return f
}

// passed counts a payload and returns how many octets there have been.
func (t *tally) passed(octets int) uint64 {
	t.packets.Add(1)
	return t.octets.Add(uint64(octets))
}

// Saw notes when a packet passed, in Unix nanoseconds.
func (t *tally) Saw(now int64) {
	if t.last.Load() != now {
		t.last.Store(now)
	}
}

// Last is when a packet last passed, in Unix nanoseconds; 0 is never.
func (t *tally) Last() int64 { return t.last.Load() }

func (t *tally) read(sequence uint64) Counters {
	c := Counters{Packets: t.packets.Load(), Octets: t.octets.Load(), Sequence: sequence}
	for f := range t.faults {
		if n := t.faults[f].Load(); n > 0 {
			c.Faults = append(c.Faults, Count{Fault(f), n})
		}
	}
	return c
}
