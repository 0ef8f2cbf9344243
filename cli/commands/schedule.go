package commands

import (
	"fmt"
	"time"

	"weft/cli/config"
)

// Schedule is what the router does at an instant that somebody chose.
type Schedule interface {
	// Probation makes the running-config what it was before again at p.At,
	// unless it is confirmed until then. It replaces one that is pending.
	// Without before, the pending one gets another time.
	Probation(p Probation, before *config.Tree)
	// OnProbation is the change that waits to be confirmed.
	OnProbation() (Probation, bool)
	// StillThere says that somebody has just typed at origin: a probation that
	// waits for him to be idle begins again. It is false if there is none.
	StillThere(origin string) bool
	// Confirm keeps the change, RevertNow does not wait; false if none is pending.
	Confirm(origin, user string) bool
	RevertNow(origin, user string) bool

	// PlanReload restarts the router at p.At. It replaces an earlier plan.
	PlanReload(p ReloadPlan)
	ReloadPlanned() (ReloadPlan, bool)
	// CancelReload forgets the plan; false if there is none.
	CancelReload(origin, user string) bool
}

// Probation is a change of the running-config that is undone if nobody confirms it.
type Probation struct {
	At, Asked    time.Time
	Minutes      int
	Idle         bool // the minutes are counted from when Origin was last typed at
	Origin, User string
	Target       string // what the configuration goes back to, for people: "flash:cfg-3"
}

// ReloadPlan is a restart to come.
type ReloadPlan struct {
	At, Asked    time.Time
	Reason       string
	Origin, User string
}

// Events of probations and plans.
type (
	// RollbackBackup is a copy of the configuration that a change may go back to.
	RollbackBackup struct{ Target string }
	// RollbackScheduled is the beginning of a probation.
	RollbackScheduled struct{ Probation }
	// RollbackNear is a probation with a minute to go.
	RollbackNear struct{ Probation }
	// RollbackStarted is its end, nobody having confirmed the change.
	RollbackStarted struct{ Target string }
	// RollbackConfirmed is its end, the change being kept.
	RollbackConfirmed struct{ Origin, User string }
	// ReloadScheduled is a plan to restart.
	ReloadScheduled struct{ ReloadPlan }
	// ReloadCancelled is a plan given up.
	ReloadCancelled struct{ At time.Time }
)

// scheduleText gives these events their words.
func scheduleText(event any) (m Message, ok bool) {
	confirmed := func(mnemonic, format string, values ...any) (Message, bool) {
		return Message{"ARCHIVE_DIFF", 5, "ROLLBK_CNFMD_CHG_" + mnemonic, fmt.Sprintf(format, values...)}, true
	}
	switch e := event.(type) {
	case RollbackBackup:
		return confirmed("BACKUP", "Backing up current running config to %s", e.Target)
	case RollbackScheduled:
		if e.Idle {
			return confirmed("START_IDLETIMER", "User: %s: Scheduled to rollback to config %s if session has been idle for %s", actor(e.User, e.Origin), e.Target, plural(uint64(e.Minutes), "minute"))
		}
		return confirmed("START_ABSTIMER", "User: %s: Scheduled to rollback to config %s in %s", actor(e.User, e.Origin), e.Target, plural(uint64(e.Minutes), "minute"))
	case RollbackNear:
		if e.Idle {
			return confirmed("WARNING_IDLETIMER", "User: %s has been idle for %s. System will rollback to config %s in one minute if it's still idle. Enter \"configure confirm\" if you wish to keep what you've configured",
				actor(e.User, e.Origin), plural(uint64(e.Minutes-1), "minute"), e.Target)
		}
		return confirmed("WARNING_ABSTIMER", "System will rollback to config %s in one minute. Enter \"configure confirm\" if you wish to keep what you've configured", e.Target)
	case RollbackStarted:
		return confirmed("ROLLBACK_START", "Start rolling to: %s", e.Target)
	case RollbackConfirmed:
		return confirmed("CONFIRM", "User: %s: Confirm the configuration change", actor(e.User, e.Origin))
	case ReloadScheduled:
		return Message{"SYS", 5, "SCHEDULED_RELOAD", fmt.Sprintf("Reload requested for %s at %s by %s. Reload Reason: %s.",
			dateTime(e.At), dateTime(e.Asked), actor(e.User, e.Origin), e.Reason)}, true
	case ReloadCancelled:
		return Message{"SYS", 5, "SCHEDULED_RELOAD_CANCELLED", "Scheduled reload cancelled at " + dateTime(e.At)}, true
	}
	return Message{}, false
}
