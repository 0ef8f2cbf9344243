package commands

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"weft/cli/grammar"
)

// Restarts, now or later. The type INTERVAL is [hhh:]mm.
var reloadExecs = execs(help{
	"show":     "Show running system information",
	"reload":   "Halt and perform a cold restart",
	"in":       "Reload after a time interval",
	"at":       "Reload at a specific time/date",
	"cancel":   "Cancel pending reload",
	"interval": "Time from now",
	"clock":    "Time to reload (hh:mm)",
	"month":    "Month",
	"day":      "Day of the month",
	"reason":   "Reason for reload",
},
	&Exec{Syntax: "reload", Privilege: privileged, Run: reloadNow},
	&Exec{Syntax: "reload in interval:INTERVAL [reason:LINE]", Privilege: privileged, Run: reloadIn},
	&Exec{Syntax: "reload at clock:hh:mm [(month:MONTH day:<1-31> | day:<1-31> month:MONTH)] [reason:LINE]", Privilege: privileged, Run: reloadAt},
	&Exec{Syntax: "reload cancel", Privilege: privileged, Run: reloadCancel},
	&Exec{Syntax: "show reload", Help: help{"reload": "Scheduled reload information"}, Run: showReload},
)

const defaultReason = "Reload Command"

func reason(a args) string {
	if a.Has("reason") {
		return a.Word("reason")
	}
	return defaultReason
}

func reloadNow(s Session, _ args) error {
	if err := askToSave(s); err != nil {
		return err
	}
	yes, err := s.Confirm("Proceed with reload? [confirm]")
	if err != nil || !yes {
		return err
	}
	if err := s.Router().Reload(s.Origin(), s.User(), defaultReason); err != nil {
		return fmt.Errorf("%% Reload failed: %v", err)
	}
	return nil
}

// askToSave asks what is to become of changes that nobody has saved.
func askToSave(s Session) error {
	changed, _, written := s.Router().ConfigChanged()
	for unsaved := changed.After(written); unsaved; {
		answer, err := s.Ask("System configuration has been modified. Save? [yes/no]: ", false)
		if err != nil {
			return err
		}
		switch answer = strings.ToLower(strings.TrimSpace(answer)); {
		case answer == "":
			s.Printf("%% Please answer 'yes' or 'no'.\n")
		case strings.HasPrefix("yes", answer):
			return save(s)
		case strings.HasPrefix("no", answer):
			return nil
		default:
			s.Printf("%% Please answer 'yes' or 'no'.\n")
		}
	}
	return nil
}

func reloadIn(s Session, a args) error {
	in, _, _ := parseInterval(a.Word("interval"))
	return planReload(s, s.Router().Now().Add(in), reason(a))
}

func reloadAt(s Session, a args) error {
	c := s.Router().Clock()
	now := c.Local(c.Now)
	clock, err := time.Parse("15:04", a.Word("clock"))
	if err != nil {
		return err
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
	if a.Has("month") {
		name, err := time.Parse("Jan", a.Word("month"))
		if err != nil {
			return err
		}
		at = time.Date(now.Year(), name.Month(), a.Int("day"), clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if at.Month() != name.Month() {
			return errors.New("% There is no such day in that month")
		}
		if !at.After(now) {
			at = at.AddDate(1, 0, 0)
		}
	} else if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	if at.Sub(now) > longestInterval {
		return errors.New("% Reload can be scheduled for the next 24 days only")
	}
	return planReload(s, c.Now.Add(at.Sub(now)), reason(a))
}

// longestInterval is the longest time that a reload may be planned ahead.
const longestInterval = 24 * day

func planReload(s Session, at time.Time, why string) error {
	if err := askToSave(s); err != nil {
		return err
	}
	now := s.Router().Now()
	plan := ReloadPlan{At: at, Asked: now, Reason: why, Origin: s.Origin(), User: s.User()}
	tellPlan(s, plan, now)
	yes, err := s.Confirm("Proceed with reload? [confirm]")
	if err != nil || !yes {
		return err
	}
	s.Router().PlanReload(plan)
	return nil
}

func tellPlan(s Session, p ReloadPlan, now time.Time) {
	s.Printf("Reload scheduled for %s (in %s) by %s\nReload reason: %s\n", dateTime(s.Router().Clock().Local(p.At)), remaining(p.At.Sub(now).Round(time.Second)), actor(p.User, p.Origin), p.Reason)
}

// remaining is "5 minutes" or "1 hour and 20 minutes" or "30 seconds".
func remaining(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		length time.Duration
		name   string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := d / u.length; n > 0 {
			parts = append(parts, plural(uint64(n), u.name))
		}
		d %= u.length
	}
	if len(parts) == 0 {
		return "0 seconds"
	}
	return strings.Join(parts[:min(len(parts), 2)], " and ")
}

func reloadCancel(s Session, _ args) error {
	if !s.Router().CancelReload(s.Origin(), s.User()) {
		return errors.New("%No reload is scheduled.")
	}
	s.Printf("\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n\n")
	return nil
}

func showReload(s Session, _ args) error {
	if p, planned := s.Router().ReloadPlanned(); planned {
		tellPlan(s, p, s.Router().Now())
		return nil
	}
	s.Printf("No reload is scheduled.\n")
	return nil
}

// ShutdownNotice is what the terminals are told before a planned restart.
func ShutdownNotice(left time.Duration) string {
	return fmt.Sprintf("***\n*** --- SHUTDOWN in %d:%02d:%02d ---\n***", left/time.Hour, left%time.Hour/time.Minute, left%time.Minute/time.Second)
}

// interval is the argument type INTERVAL: minutes, or hours and minutes.
var interval = grammar.Type{
	Name: "INTERVAL", Glyph: "Delay before reload (mmm or hhh:mm)", Sample: []string{"5", "1:30"},
	Parse: func(text string) (string, int, int) {
		_, taken, good := parseInterval(text)
		return text[:taken], taken, good
	},
}

func parseInterval(text string) (d time.Duration, taken, good int) {
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		end = len(text)
	}
	hours, minutes, colon := strings.Cut(text[:end], ":")
	if !colon {
		hours, minutes = "0", hours
	}
	h, err1 := strconv.ParseUint(hours, 10, 16)
	m, err2 := strconv.ParseUint(minutes, 10, 16)
	d = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if err1 != nil || err2 != nil || colon && (len(minutes) != 2 || m > 59) || d > longestInterval {
		return 0, 0, 0
	}
	return d, end, end
}
