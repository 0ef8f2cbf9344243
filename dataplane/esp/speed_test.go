package esp

import (
	"bytes"
	"fmt"
	"testing"
)

var underRaceDetector bool

func TestPacketsDoNotAllocate(t *testing.T) {
	if underRaceDetector {
		t.Skip("allocations cannot be counted under the race detector")
	}
	for _, s := range suites {
		p := parameters(s)
		p.Window = 0
		out, in := pair(t, p)
		b := make([]byte, out.Head()+1400, 2000)
		sealed := inside(t, seal(t, out, make([]byte, 1400), 47))
		work := make([]byte, len(sealed))
		if n := testing.AllocsPerRun(100, func() { out.Seal(b, out.Head(), 47, Header{}) }); n >= 1 {
			t.Errorf("%v: %v allocations to seal", s, n)
		}
		if n := testing.AllocsPerRun(100, func() { copy(work, sealed); in.Open(work) }); n >= 1 {
			t.Errorf("%v: %v allocations to open", s, n)
		}
		if in.Counters().Faults != nil {
			t.Errorf("%v: %+v", s, in.Counters())
		}
	}
}

// FuzzOpen: nothing that an attacker can send panics, passes, or moves a window.
func FuzzOpen(f *testing.F) {
	for i, s := range suites {
		out, err := NewOutbound(parameters(s))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), inside(f, seal(f, out, []byte("payload of some length"), 47)))
	}
	f.Add(uint8(0), []byte(nil))
	f.Fuzz(func(t *testing.T, suite uint8, b []byte) {
		s := suites[int(suite)%len(suites)]
		p := parameters(s)
		for i := range p.Encryption { // other keys than those of the seeds
			p.Encryption[i] ^= 0x55
		}
		for i := range p.Integrity {
			p.Integrity[i] ^= 0x55
		}
		for _, esn := range []bool{false, true} {
			p.ESN = esn
			in, err := NewInbound(p)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, fault := in.Open(bytes.Clone(b)); fault == None {
				t.Errorf("%v believes %x", s, b)
			}
			if c := in.Counters(); c.Packets != 0 || c.Sequence != 0 || len(c.Faults) != 1 {
				t.Errorf("%v: %+v", s, c)
			}
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	each(b, func(b *testing.B, out *Outbound, _ *Inbound, n int) {
		buffer := make([]byte, out.Head()+n, 2000)
		for b.Loop() {
			out.Seal(buffer, out.Head(), 47, Header{})
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	each(b, func(b *testing.B, out *Outbound, in *Inbound, n int) {
		sealed := inside(b, seal(b, out, make([]byte, n), 47))
		work := make([]byte, len(sealed))
		for b.Loop() {
			copy(work, sealed)
			if _, _, f := in.Open(work); f != None {
				b.Fatal(f)
			}
		}
	})
}

func each(b *testing.B, run func(b *testing.B, out *Outbound, in *Inbound, n int)) {
	for _, s := range suites {
		for _, n := range []int{64, 576, 1400} {
			b.Run(fmt.Sprintf("%v/%d", s, n), func(b *testing.B) {
				p := parameters(s)
				p.Window = 0
				out, in := pair(b, p)
				b.ReportAllocs()
				b.SetBytes(int64(n))
				run(b, out, in, n)
			})
		}
	}
}
