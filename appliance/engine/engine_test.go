package engine

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A beat is a machine that does something one interval after each input, and
// then twice as late each time.
type beat struct {
	due      time.Time
	interval time.Duration
}

func (b *beat) Step(now time.Time, in time.Duration) []string {
	b.interval, b.due = in, now.Add(in)
	return []string{"begun"}
}

func (b *beat) Tick(now time.Time) []string {
	b.interval *= 2
	b.due = now.Add(b.interval)
	return []string{"beat"}
}

func (b *beat) Deadline() time.Time { return b.due }

func TestMachineIsTickedExactlyAtItsDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		in, ask := make(chan time.Duration), make(chan func(time.Time))
		start := time.Now()
		var seen []string
		go Run(ctx, &beat{}, in, ask, func(out string) {
			seen = append(seen, fmt.Sprint(out, " ", time.Since(start)))
		})
		time.Sleep(time.Minute) // without a deadline nothing happens
		in <- time.Second
		time.Sleep(20 * time.Second)
		cancel()
		synctest.Wait()
		want := []string{"begun 1m0s", "beat 1m1s", "beat 1m3s", "beat 1m7s", "beat 1m15s"}
		if !slices.Equal(seen, want) {
			t.Errorf("got %q, want %q", seen, want)
		}
	})
}

func TestQuestionsRunBetweenInputsOnTheMachinesGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		in, ask := make(chan time.Duration), make(chan func(time.Time))
		m := &beat{}
		go Run(ctx, m, in, ask, func(string) {})
		in <- time.Hour
		answer := make(chan time.Duration, 1)
		ask <- func(time.Time) { answer <- m.interval }
		if got := <-answer; got != time.Hour {
			t.Errorf("the machine's interval is %v, want 1h", got)
		}
		cancel()
		synctest.Wait()
	})
}

func TestDriverEndsWhenItsInputIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := make(chan time.Duration)
		ended := make(chan bool, 1)
		go func() {
			Run(t.Context(), &beat{}, in, nil, func(string) {})
			ended <- true
		}()
		close(in)
		synctest.Wait()
		if !<-ended {
			t.Error("still running")
		}
	})
}
