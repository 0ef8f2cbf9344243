package router

import (
	"time"

	"weft/cli/commands"
)

// clock is the time of day as the box tells it. The instants of protocols and
// timers are not touched by it: setting the clock moves what is printed, and
// nothing else.
type clock struct {
	offset      time.Duration // from the instants that come in
	set, synced bool          // somebody, or the host, has said that it is right
}

func (c *clock) trusted() bool { return c.set || c.synced }

// SetClock says what the time of day is now, and what it was taken for just
// before. If Adopted, the machine's own clock has been set, and the instants
// that come in are the new ones.
type SetClock struct {
	From         commands.Clock
	To           time.Time
	Adopted      bool
	Origin, User string
}

func (r *Router) setClock(now time.Time, s SetClock) {
	r.clock.set = true
	if s.Adopted {
		r.clock.offset = 0
	} else {
		r.clock.offset = s.To.Sub(now)
	}
	r.event(now, commands.ClockSet{From: s.From.Local(s.From.Now), To: s.From.Zone.In(s.To), Origin: s.Origin, User: s.User})
}

// Clock tells the time of day.
func (r *Router) Clock(now time.Time) commands.Clock {
	c := commands.Clock{Now: now, Offset: r.clock.offset, Zone: r.box.Global.Zone, Trusted: r.clock.trusted()}
	if r.clock.set {
		c.Source = "user configuration"
	}
	return c
}

// face is an instant as timestamps of a kind show it.
func (r *Router) face(now time.Time, ts commands.Timestamp) time.Time {
	if ts.Localtime {
		return r.Clock(now).Local(now)
	}
	return now.Add(r.clock.offset).UTC()
}
