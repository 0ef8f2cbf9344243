// Package engine says what a protocol is once its sockets, its clock and its
// goroutines are taken away, and gives it all three back.
package engine

import (
	"context"
	"time"
)

// A Machine is a protocol. It reads no clock, opens no socket, starts no
// goroutine and is used by one goroutine at a time, so that the same inputs at
// the same instants always have the same outcome.
//
// In and Out are the protocol's own: In is all that can happen to it, Out all
// that it can do.
type Machine[In, Out any] interface {
	// Step takes one input and returns what is to be done about it, in order.
	Step(now time.Time, in In) []Out

	// Tick does what has come due.
	Tick(now time.Time) []Out

	// Deadline is when Tick is next wanted, or the zero time if it is not.
	Deadline() time.Time
}

// Run drives m until ctx is done or in is closed: it feeds what arrives on in,
// ticks on time, and has do carry out the outcome. A function that arrives on
// ask runs between two inputs, on the same goroutine. All of m's work happens here.
func Run[In, Out any](ctx context.Context, m Machine[In, Out], in <-chan In, ask <-chan func(now time.Time), do func(Out)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if at := m.Deadline(); at.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(time.Until(at))
		}
		var todo []Out
		select {
		case <-ctx.Done():
			return
		case f := <-ask:
			f(time.Now())
		case x, open := <-in:
			if !open {
				return
			}
			todo = m.Step(time.Now(), x)
		case <-timer.C:
			todo = m.Tick(time.Now())
		}
		for _, o := range todo {
			do(o)
		}
	}
}
