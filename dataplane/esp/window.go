package esp

import "sync"

// The window is a ring of words, with more of them than the largest window
// needs, so that advancing clears whole words (RFC 6479).
const (
	wordBits  = 64
	ringWords = 32
	maxWindow = 1024
)

// window remembers which sequence numbers have come, RFC 4303 section 3.4.3.
type window struct {
	size uint64 // 0: replays are not refused
	esn  bool

	mu      sync.Mutex // guards the rest
	highest uint64
	ring    [ringWords]uint64
}

// guess is the whole sequence number of a packet that brings the low half, and
// whether it could be taken. Nothing is remembered of it yet.
func (w *window) guess(low uint32) (sequence uint64, f Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sequence = uint64(low)
	if w.esn {
		var ok bool
		if sequence, ok = w.extend(low); !ok {
			return 0, Late
		}
	}
	return sequence, w.look(sequence)
}

// take remembers the sequence number of an authentic packet, unless it has come
// meanwhile.
func (w *window) take(sequence uint64) Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.look(sequence); f != None {
		return f
	}
	word := sequence / wordBits
	if sequence > w.highest {
		last := w.highest / wordBits
		for n := min(word-last, ringWords); n > 0; n-- {
			last++
			w.ring[last%ringWords] = 0
		}
		w.highest = sequence
	}
	w.ring[word%ringWords] |= 1 << (sequence % wordBits)
	return None
}

func (w *window) look(sequence uint64) Fault {
	switch {
	case w.size == 0:
		return None
	case sequence == 0: // the first one is 1, RFC 4303 section 2.2
		return Late
	case sequence > w.highest:
		return None
	case w.highest-sequence >= w.size:
		return Late
	case w.ring[sequence/wordBits%ringWords]&(1<<(sequence%wordBits)) != 0:
		return Replayed
	}
	return None
}

// extend finds the high half of a sequence number: the one that puts it within
// the window or, if none does, behind its right edge (RFC 4303 appendix A2.2).
func (w *window) extend(low uint32) (sequence uint64, ok bool) {
	size := uint32(max(w.size, wordBits))
	top, high := uint32(w.highest), w.highest>>32
	bottom := top - size + 1 // around the corner if the window reaches across
	switch {
	case top >= size-1 && low < bottom:
		high++
	case top < size-1 && low >= bottom:
		if high == 0 {
			return 0, false
		}
		high--
	}
	return high<<32 | uint64(low), high <= 1<<32-1
}

// top is the highest sequence number that has come.
func (w *window) top() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.highest
}
