package ike

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkResponder2 is what one association costs the hub of many: IKE_SA_INIT
// and IKE_AUTH with a pre-shared key, key exchange included.
func BenchmarkResponder2(b *testing.B) {
	for _, group := range []Group{19, 20, 14} {
		b.Run(fmt.Sprintf("group %d", group), func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			now := time.Unix(1000, 0)
			hub := benchEngine("hub", hubAddr, group)
			var spent time.Duration
			for i := range b.N {
				local := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
				spoke := benchEngine("spoke", local.String(), group)
				toHub := work(spoke, now, spoke.Step(now, Protect{pair(hubAddr)}))
				for range 2 {
					in := Receive{Local: toHub[0].To, From: toHub[0].Local, Packet: toHub[0].Packet}
					start := processor(b)
					toSpoke := work(hub, now, hub.Step(now, in))
					spent += processor(b) - start
					in = Receive{Local: toSpoke[0].To, From: toSpoke[0].Local, Packet: toSpoke[0].Packet}
					toHub = work(spoke, now, spoke.Step(now, in))
				}
			}
			if hub.stats.Incoming != b.N {
				b.Fatalf("%+v", hub.stats)
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "hub-cpu-µs/SA")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// processor is the time that this thread has had of the processor.
func processor(b *testing.B) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}

func benchEngine(name, local string, group Group) *Engine {
	w := newWorld(&testing.T{})
	c := config2(local, "secret")
	c.MTU2 = 0
	c.Proposals[0].Groups = []Group{group}
	return w.add(name, local, c).engine
}

// work does what is to be computed, and returns the messages.
func work(e *Engine, now time.Time, outs []Out) (messages []Send) {
	for len(outs) > 0 {
		switch o := outs[0].(type) {
		case Send:
			messages = append(messages, o)
		case Compute:
			result, _ := o.Work.Do()
			outs = append(outs, e.Step(now, Computed{ID: o.ID, Result: result})...)
		}
		outs = outs[1:]
	}
	return messages
}
