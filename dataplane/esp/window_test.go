package esp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// model is the window said plainly.
type model struct {
	size    uint64
	highest uint64
	seen    map[uint64]bool
}

func (m *model) take(s uint64) Fault {
	switch {
	case s == 0, s <= m.highest && m.highest-s >= m.size:
		return Late
	case m.seen[s]:
		return Replayed
	}
	m.seen[s] = true
	m.highest = max(m.highest, s)
	return None
}

func TestWindowRemembersWhatCame(t *testing.T) {
	for _, size := range []uint64{64, 128, 256, 512, 1024} {
		r := rand.New(rand.NewPCG(1, size))
		w, m := window{size: size}, model{size: size, seen: map[uint64]bool{}}
		at := uint64(0)
		for range 20000 {
			s := at
			switch r.IntN(10) {
			case 0:
				at += r.Uint64N(3 * size)
				s = at
			case 1:
				s = at - min(at, r.Uint64N(2*size))
			case 2:
				at += 1 << 12 // further than the ring
			default:
				at++
				s = at - min(at, r.Uint64N(8))
			}
			sequence, f := w.guess(uint32(s))
			if f == None {
				f = w.take(sequence)
			}
			if want := m.take(s); f != want {
				t.Fatalf("window %d: %d after %d: %v, want %v", size, s, m.highest, f, want)
			}
		}
	}
}

func TestLookingAtTheWindowChangesNothing(t *testing.T) {
	w := window{size: 64}
	w.take(10)
	for range 3 {
		if s, f := w.guess(1000); s != 1000 || f != None {
			t.Errorf("%d, %v", s, f)
		}
	}
	if f := w.take(9); f != None {
		t.Errorf("a look has moved the window: %v", f)
	}
}

func TestWithoutWindowEverythingMayComeAgain(t *testing.T) {
	w := window{}
	for _, s := range []uint64{5, 5, 1, 0} {
		if f := w.take(s); f != None {
			t.Errorf("%d: %v", s, f)
		}
	}
	if w.top() != 5 {
		t.Errorf("the highest is %d", w.top())
	}
}

// RFC 4303 appendix A2.2: the high half that is not sent.
func TestExtendedSequenceNumbersAreGuessed(t *testing.T) {
	const turn = 1 << 32
	for _, size := range []uint64{0, 64, 1024} {
		for _, c := range []struct{ highest, want uint64 }{
			{0, 1}, {0, 1 << 31}, {0, 5000},
			{100, 99}, {turn - 1, turn}, {turn - 1, turn + 5}, {turn - 1, turn - 60},
			{turn + 5, turn - 1}, {turn + 5, turn - 50}, {turn + 5, turn + 4}, {turn + 63, turn + 1},
			{5*turn + 10, 5*turn + 2000}, {5*turn + 10, 5*turn - 30}, {5*turn + 1<<31, 6*turn + 1<<30},
		} {
			w := window{size: size, esn: true, highest: c.highest}
			if got, ok := w.extend(uint32(c.want)); !ok || got != c.want {
				t.Errorf("window %d at %#x: %#x, want %#x", size, c.highest, got, c.want)
			}
		}
	}
	for _, c := range []struct {
		highest uint64
		low     uint32
	}{{3, math.MaxUint32}, {math.MaxUint64 - 3, 7}} {
		w := window{size: 64, esn: true, highest: c.highest}
		if s, ok := w.extend(c.low); ok {
			t.Errorf("at %#x the number %#x becomes %#x", c.highest, c.low, s)
		}
	}
}

func TestReorderedPacketsArriveOnceEach(t *testing.T) {
	for _, esn := range []bool{false, true} {
		p := parameters(suites[0])
		p.ESN = esn
		out, in := pair(t, p)
		out.sequence.Store(math.MaxUint32 - 2000)
		in.window.highest = math.MaxUint32 - 2000
		r := rand.New(rand.NewPCG(1, 2))
		var held [][]byte
		passed := 0
		for range 1500 {
			held = append(held, inside(t, seal(t, out, []byte("data"), 47)))
			if len(held) < 20 {
				continue
			}
			i := r.IntN(len(held))
			b := held[i]
			held = append(held[:i], held[i+1:]...)
			again := append([]byte(nil), b...)
			switch _, _, f := in.Open(b); f {
			case None:
				passed++
				if _, _, f := in.Open(again); f != Replayed {
					t.Fatalf("the same packet again: %v", f)
				}
			case Late:
			default:
				// With extended numbers, one that is too late looks like one of the next turn.
				if !esn || f != Forged {
					t.Fatal(f)
				}
			}
		}
		if passed < 1400 {
			t.Errorf("only %d passed", passed)
		}
	}
}
