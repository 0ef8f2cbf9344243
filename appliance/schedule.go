package main

import (
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/router"
)

// Note puts an event in the log.
func (v view) Note(event any) {
	v.ask(func(now time.Time) { v.step(now, router.Happened{Event: event}) })
}

func (v view) Probation(p commands.Probation, before *config.Tree) {
	v.command(router.Probation{Probation: p, Before: before})
}

func (v view) OnProbation() (p commands.Probation, pending bool) {
	v.ask(func(time.Time) { p, pending = v.router.OnProbation() })
	return p, pending
}

func (v view) StillThere(origin string) (awaited bool) {
	v.ask(func(now time.Time) {
		p, pending := v.router.OnProbation()
		if awaited = pending && p.Idle && p.Origin == origin; awaited {
			v.step(now, router.Command{Command: router.StillThere{}})
		}
	})
	return awaited
}

func (v view) Confirm(origin, user string) (pending bool) {
	return v.endProbation(router.Confirm{Origin: origin, User: user})
}

func (v view) RevertNow(origin, user string) (pending bool) {
	return v.endProbation(router.RevertNow{})
}

func (v view) endProbation(command any) (pending bool) {
	v.ask(func(now time.Time) {
		if _, pending = v.router.OnProbation(); pending {
			v.step(now, router.Command{Command: command})
		}
	})
	return pending
}

func (v view) PlanReload(p commands.ReloadPlan) { v.command(router.PlanReload{ReloadPlan: p}) }

func (v view) ReloadPlanned() (p commands.ReloadPlan, planned bool) {
	v.ask(func(time.Time) { p, planned = v.router.ReloadPlanned() })
	return p, planned
}

func (v view) CancelReload(origin, user string) (planned bool) {
	v.ask(func(now time.Time) {
		if _, planned = v.router.ReloadPlanned(); planned {
			v.step(now, router.Command{Command: router.CancelReload{}})
		}
	})
	return planned
}

// archiveConfig puts a copy of running-config into the archive when the time
// for it has come.
func (b *box) archiveConfig() {
	if _, _, err := commands.ArchiveConfig(view{b}); err != nil {
		b.tell(router.Happened{Event: commands.HostFault{What: "archive", Reason: commands.OneLine(err.Error())}})
	}
}
