package ike

import (
	"container/heap"
	"time"
)

// timer is something that becomes due. It is part of what it belongs to; the
// zero timer is stopped.
type timer struct {
	at    time.Time
	seq   uint64 // in which order timers were set: they ring in it when due at once
	place int    // in the heap, from 1; 0 is stopped
	ring  func()
}

// timers is a heap, earliest first: a hub has several for each peer.
type timers struct {
	heap []*timer
	seq  uint64
}

// set starts t, or moves it.
func (ts *timers) set(t *timer, at time.Time, ring func()) {
	ts.seq++
	t.at, t.seq, t.ring = at, ts.seq, ring
	if t.place == 0 {
		heap.Push(ts, t)
		return
	}
	heap.Fix(ts, t.place-1)
}

func (ts *timers) stop(t *timer) {
	if t.place != 0 {
		heap.Remove(ts, t.place-1)
	}
}

// running tells whether t is going to ring.
func (t *timer) running() bool { return t.place != 0 }

// next is when the earliest is due, or the zero time.
func (ts *timers) next() time.Time {
	if len(ts.heap) == 0 {
		return time.Time{}
	}
	return ts.heap[0].at
}

// due takes the earliest out if it is due.
func (ts *timers) due(now time.Time) *timer {
	if len(ts.heap) == 0 || ts.heap[0].at.After(now) {
		return nil
	}
	return heap.Pop(ts).(*timer)
}

// The methods of heap.Interface.

func (ts *timers) Len() int { return len(ts.heap) }

func (ts *timers) Less(i, j int) bool {
	a, b := ts.heap[i], ts.heap[j]
	if a.at.Equal(b.at) {
		return a.seq < b.seq
	}
	return a.at.Before(b.at)
}

func (ts *timers) Swap(i, j int) {
	ts.heap[i], ts.heap[j] = ts.heap[j], ts.heap[i]
	ts.heap[i].place, ts.heap[j].place = i+1, j+1
}

func (ts *timers) Push(x any) {
	t := x.(*timer)
	t.place = len(ts.heap) + 1
	ts.heap = append(ts.heap, t)
}

func (ts *timers) Pop() any {
	last := len(ts.heap) - 1
	t := ts.heap[last]
	ts.heap[last] = nil
	ts.heap = ts.heap[:last]
	t.place = 0
	return t
}
