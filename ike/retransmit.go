package ike

import (
	"time"

	"weft/appliance/engine"
)

// repeater sends a message until it is answered.
type repeater struct {
	timer engine.Timer
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

// Both wait longer each time (RFC 7296 section 2.4). The first wait is short: a
// router that has just started often finds its peer's not quite up.
var (
	patience1 = patience{time.Second, 2, 10 * time.Second, 8}
	patience2 = patience{time.Second, 2, 16 * time.Second, 7}
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
		e.timers.Set(&r.timer, e.now.Add(wait), again)
	}
	e.timers.Set(&r.timer, e.now.Add(wait), again)
}

// answered ends the repetition.
func (e *Engine) answered(r *repeater) { e.timers.Stop(&r.timer) }
