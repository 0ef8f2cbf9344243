package ike

import "time"

// repeater sends a message until it is answered.
type repeater struct {
	timer timer
	sent  int // how often
}

// patience is how long to wait before a message is sent again, and how often it
// is sent before its receiver counts as unreachable.
type patience struct {
	first  time.Duration
	factor int // of each wait over the one before it
	most   time.Duration
	sends  int
}

// Version 2 waits longer each time (RFC 7296 section 2.4); version 1 waits ten seconds, as IOS does.
var (
	patience1 = patience{10 * time.Second, 1, 10 * time.Second, 5}
	patience2 = patience{2 * time.Second, 2, 16 * time.Second, 6}
)

// repeat sends now, and again and again; giveUp is called when nobody answers.
func (e *Engine) repeat(r *repeater, p patience, send, giveUp func()) {
	send()
	r.sent = 1
	wait := p.first
	var again func()
	again = func() {
		if r.sent >= p.sends {
			e.drop(dropTimeout)
			giveUp()
			return
		}
		r.sent++
		send()
		wait = min(wait*time.Duration(p.factor), p.most)
		e.timers.set(&r.timer, e.now.Add(wait), again)
	}
	e.timers.set(&r.timer, e.now.Add(wait), again)
}

// answered ends the repetition.
func (e *Engine) answered(r *repeater) { e.timers.stop(&r.timer) }
