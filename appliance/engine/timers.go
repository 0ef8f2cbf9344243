package engine

import (
	"container/heap"
	"time"
)

// A Timer is something that becomes due. It is part of what it belongs to; the
// zero Timer is stopped.
type Timer struct {
	at    time.Time
	seq   uint64 // in which order timers were set: they ring in it when due at once
	place int    // in the heap, from 1; 0 is stopped
	ring  func()
}

// Running tells whether t is going to ring.
func (t *Timer) Running() bool { return t.place != 0 }

// At is when t rings, if it is running.
func (t *Timer) At() time.Time { return t.at }

// Timers are those of one machine, which has thousands of them: a heap, the
// earliest first. The zero value is ready.
type Timers struct {
	heap timerHeap
	seq  uint64
}

// Set starts t, or moves it.
func (ts *Timers) Set(t *Timer, at time.Time, ring func()) {
	ts.seq++
	t.at, t.seq, t.ring = at, ts.seq, ring
	if t.place == 0 {
		heap.Push(&ts.heap, t)
		return
	}
	heap.Fix(&ts.heap, t.place-1)
}

// Stop stops t.
func (ts *Timers) Stop(t *Timer) {
	if t.place != 0 {
		heap.Remove(&ts.heap, t.place-1)
	}
}

// Next is when the earliest is due, or the zero time: a machine's Deadline.
func (ts *Timers) Next() time.Time {
	if len(ts.heap) == 0 {
		return time.Time{}
	}
	return ts.heap[0].at
}

// Ring rings those that are due, each once it is taken out, so that it may set
// itself again.
func (ts *Timers) Ring(now time.Time) {
	for ts.RingNext(now) {
	}
}

// RingNext rings the earliest if it is due, and tells whether it was.
func (ts *Timers) RingNext(now time.Time) bool {
	if len(ts.heap) == 0 || ts.heap[0].at.After(now) {
		return false
	}
	heap.Pop(&ts.heap).(*Timer).ring()
	return true
}

// timerHeap has the methods of heap.Interface.
type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	t.place = len(*h) + 1
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.place = 0
	return t
}
