package router

import (
	"time"

	"weft/cli/commands"
	"weft/cli/config"
)

// What an operator may ask of the router for later, as a Command.
type (
	// Probation makes the running-config Before again at its time. Without
	// Before, the pending one gets another time.
	Probation struct {
		commands.Probation
		Before *config.Tree
	}
	// StillThere begins a probation again that waits for a user to be idle.
	StillThere struct{}
	// Confirm ends the probation and keeps the change.
	Confirm struct{ Origin, User string }
	// RevertNow ends it and does not.
	RevertNow struct{}

	// PlanReload has the router restarted at its time.
	PlanReload struct{ commands.ReloadPlan }
	// CancelReload gives that up.
	CancelReload struct{}
)

// schedule is what is to be done at instants that somebody chose, beside what
// protocols have to do.
type schedule struct {
	probation *Probation
	warned    bool // a minute before its end
	reload    *commands.ReloadPlan
	told      time.Duration // what was left of it when the terminals were told last
	period    time.Duration // between two copies in the archive; 0: none
	archived  time.Time     // when one was last due
}

// notices are how long before a restart the terminals are told.
var notices = []time.Duration{time.Hour, 30 * time.Minute, 10 * time.Minute, 5 * time.Minute, time.Minute}

// plan takes a command about the schedule.
func (r *Router) plan(now time.Time, c any) {
	s := &r.schedule
	switch c := c.(type) {
	case Probation:
		if c.Before == nil && s.probation != nil {
			c.Before = s.probation.Before
		}
		if c.Before == nil {
			return
		}
		s.probation, s.warned = &c, c.At.Sub(now) <= time.Minute
		r.event(now, commands.RollbackScheduled{Probation: c.Probation})
	case StillThere:
		if p := s.probation; p != nil && p.Idle {
			p.At, s.warned = now.Add(time.Duration(p.Minutes)*time.Minute), p.Minutes <= 1
		}
	case Confirm:
		if s.probation != nil {
			s.probation = nil
			r.event(now, commands.RollbackConfirmed{Origin: c.Origin, User: c.User})
		}
	case RevertNow:
		r.rollBack(now)
	case PlanReload:
		plan := c.ReloadPlan
		s.reload, s.told = &plan, plan.At.Sub(now)+1
		face := r.Clock(now)
		c.At, c.Asked = face.Local(c.At), face.Local(c.Asked)
		r.event(now, commands.ReloadScheduled{ReloadPlan: c.ReloadPlan})
	case CancelReload:
		if s.reload != nil {
			s.reload = nil
			r.event(now, commands.ReloadCancelled{At: r.Clock(now).Local(now)})
		}
	}
}

// rollBack undoes the change that is on probation.
func (r *Router) rollBack(now time.Time) {
	p := r.schedule.probation
	if p == nil {
		return
	}
	r.schedule.probation = nil
	r.event(now, commands.RollbackStarted{Target: p.Target})
	r.tree.Become(p.Before)
	r.recompile()
	r.addPorts()
	r.do(Replaced{At: now})
}

// keepSchedule does what has come due.
func (r *Router) keepSchedule(now time.Time) {
	s := &r.schedule
	if p := s.probation; p != nil {
		switch {
		case !now.Before(p.At):
			r.rollBack(now)
		case !s.warned && !now.Before(p.At.Add(-time.Minute)):
			s.warned = true
			r.event(now, commands.RollbackNear{Probation: p.Probation})
		}
	}
	if p := s.reload; p != nil {
		left := p.At.Sub(now)
		if left <= 0 {
			s.reload = nil
			r.event(now, commands.Reload{Origin: p.Origin, User: p.User, Reason: p.Reason})
			r.do(Restart{Reason: p.Reason})
			return
		}
		for _, n := range notices {
			if left <= n && n < s.told {
				s.told = n
				r.do(Notice{Text: commands.ShutdownNotice(n)})
			}
		}
	}
	if s.period > 0 && !now.Before(s.archived.Add(s.period)) {
		s.archived = now
		r.do(Archive{})
	}
}

// scheduled is when keepSchedule is next wanted; zero is never.
func (r *Router) scheduled() (at time.Time) {
	s := &r.schedule
	sooner := func(t time.Time) {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	if p := s.probation; p != nil {
		sooner(p.At)
		if !s.warned {
			sooner(p.At.Add(-time.Minute))
		}
	}
	if p := s.reload; p != nil {
		sooner(p.At)
		for _, n := range notices {
			if n < s.told {
				sooner(p.At.Add(-n))
				break
			}
		}
	}
	if s.period > 0 {
		sooner(s.archived.Add(s.period))
	}
	return at
}

// follow takes from the configuration how often it is to go into the archive.
func (s *schedule) follow(now time.Time, t *config.Tree) {
	a, on := commands.ArchiveOf(t)
	if !on {
		a.Period = 0
	}
	if a.Period != s.period {
		s.period, s.archived = a.Period, now
	}
}

// OnProbation is the change that waits to be confirmed.
func (r *Router) OnProbation() (commands.Probation, bool) {
	if p := r.schedule.probation; p != nil {
		return p.Probation, true
	}
	return commands.Probation{}, false
}

// ReloadPlanned is the restart to come.
func (r *Router) ReloadPlanned() (commands.ReloadPlan, bool) {
	if p := r.schedule.reload; p != nil {
		return *p, true
	}
	return commands.ReloadPlan{}, false
}
