package commands

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"weft/cli/config"
)

// One configuration in place of another, and changes that are undone if nobody
// confirms them.
var replaceExecs = execs(help{
	"configure":  "Enter configuration mode",
	"terminal":   "Configure from the terminal",
	"lock":       "Keep others out of configuration mode",
	"replace":    "Replace the running-config with a new config file",
	"url":        "File with the whole configuration",
	"force":      "Without a question",
	"list":       "List the commands that make the difference",
	"ignorecase": "Take capital and small letters for the same",
	"nolock":     "Let others configure meanwhile",
	"time":       "Minutes until the change is undone, unless it is confirmed",
	"minutes":    "Minutes",
	"wait":       "Minutes",
	"revert":     "When to go back to the configuration before",
	"trigger":    "Go back if something happens",
	"error":      "If a line is refused",
	"timer":      "Go back unless the change is confirmed in time",
	"idle":       "Count the time in which nothing is typed here",
	"confirm":    "Confirm replacement of running-config with a new config file",
	"now":        "At once",
},
	&Exec{Syntax: "configure replace url:URL [force & list & ignorecase & nolock & time minutes:<1-120> & revert trigger [error] [timer wait:<1-120>]]",
		Privilege: privileged, Run: replaceConfig},
	&Exec{Syntax: "configure terminal revert timer [idle] minutes:<1-120>", Privilege: privileged, Run: configureRevertTimer},
	&Exec{Syntax: "configure confirm", Privilege: privileged, Run: confirmChange},
	&Exec{Syntax: "configure revert (now | timer [idle] minutes:<1-120>)",
		Help: help{"revert": "Parameters for reverting the configuration"}, Privilege: privileged, Run: revertChange},
)

var errNoProbation = errors.New("%No Rollback Confirmed Change pending")

func replaceConfig(s Session, a args) error {
	if !a.Has("force") {
		s.Printf("This will apply all necessary additions and deletions\nto replace the current running configuration with the\n" +
			"contents of the specified configuration file, which is\nassumed to be a complete configuration, not a partial\n")
		answer, err := s.Ask("configuration. Enter Y if you are sure you want to proceed. ? [no]: ", false)
		if err != nil {
			return err
		}
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "" || !strings.HasPrefix("yes", answer) {
			return nil
		}
	}
	u := urlOf(a, "url")
	text, err := readURL(s, u)
	if err != nil {
		return fmt.Errorf("Error: Could not open file %s for reading", u)
	}
	if !complete(text) {
		return errors.New("%The input file is not a valid config file.")
	}
	minutes := a.Int("minutes") + a.Int("wait")
	target := ""
	if minutes > 0 {
		if target, err = backUp(s); err != nil {
			return err
		}
	}
	done := replaceBy(s.Router(), text)
	switch {
	case done.err != nil:
		return errors.New("%The input file is not a valid config file.")
	case len(done.refused) > 0:
		return refusedReplacement(s, done, a.Has("error"))
	}
	if a.Has("list") {
		s.Printf("!Pass 1\n\n!List of Commands:\n")
		for _, line := range done.lines {
			s.Printf("%s\n", line)
		}
		s.Printf("end\n")
	}
	passes := min(len(done.lines), 1)
	s.Printf("\nTotal number of passes: %d\nRollback Done\n\n", passes)
	if passes > 0 {
		s.Router().NoteConfigured(s.Origin(), s.User())
	}
	if minutes > 0 {
		putOnProbation(s, Probation{Minutes: minutes, Target: target}, done.before)
	}
	return nil
}

// complete reports whether a text goes on to its end: a file that was cut would
// take away everything behind the cut.
func complete(text string) bool {
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \r\n") == "end" {
			return true
		}
	}
	return false
}

// A replacement is what became of one.
type replacement struct {
	before  *config.Tree
	lines   []string // that make the difference
	refused []config.Report
	err     error // of a text that is no configuration at all
}

// replaceBy makes a text the running-config, unless any of its lines is refused:
// then nothing changes.
func replaceBy(r Router, text string) (done replacement) {
	r.Config(func(t *config.Tree, env config.Env) {
		target := t.Empty()
		env.Loading = true
		var reports []config.Report
		if reports, done.err = target.Load(strings.NewReader(text), env); done.err != nil {
			return
		}
		for _, report := range reports {
			if report.Refused != "" {
				done.refused = append(done.refused, report)
			}
		}
		if len(done.refused) > 0 {
			return
		}
		MakeExplicit(target, env)
		if done.lines = t.Diff(target); len(done.lines) == 0 {
			done.before = t.Clone()
			return
		}
		done.before = t.Clone()
		t.Become(target)
	})
	return done
}

// refusedReplacement tells which lines were in the way. Nothing has been applied.
func refusedReplacement(s Session, done replacement, trigger bool) error {
	s.Printf("\n!List of Rollback Commands:\n")
	for _, report := range done.refused {
		s.Printf("%s\n", strings.TrimRight(report.Line, " "))
	}
	s.Printf("end\n\nRollback aborted after 5 passes\nThe following commands are failed to apply to the IOS image.\n")
	s.Printf("********\n")
	for _, report := range done.refused {
		s.Printf("%s\n", refusal(report.Number, report.Line, report.Refused))
	}
	s.Printf("********\n")
	if trigger {
		s.Printf("\nThe original configuration has been successfully restored.\n")
	}
	return nil
}

// backUp keeps what a change may go back to: in the archive if there is one. It
// says what that is called.
func backUp(s Session) (target string, err error) {
	r := s.Router()
	file, on, err := ArchiveConfig(r)
	if err != nil {
		return "", err
	}
	if !on {
		return "running-config of " + dateTime(r.Clock().Local(r.Now())), nil
	}
	s.Printf("Rollback Confirmed Change: Backing up current running config to %s\n\n", file)
	r.Note(RollbackBackup{file.String()})
	return file.String(), nil
}

func putOnProbation(s Session, p Probation, before *config.Tree) {
	p.Asked, p.Origin, p.User = s.Router().Now(), s.Origin(), s.User()
	p.At = p.Asked.Add(time.Duration(p.Minutes) * time.Minute)
	s.Router().Probation(p, before)
	s.Terminal().Watched = p.Idle
}

func configureRevertTimer(s Session, a args) error {
	r := s.Router()
	if _, pending := r.OnProbation(); pending {
		return errors.New("%A Rollback Confirmed Change is pending already: configure confirm keeps it, configure revert undoes it")
	}
	target, err := backUp(s)
	if err != nil {
		return err
	}
	var before *config.Tree
	r.Config(func(t *config.Tree, _ config.Env) { before = t.Clone() })
	putOnProbation(s, Probation{Minutes: a.Int("minutes"), Idle: a.Has("idle"), Target: target}, before)
	enterConfiguration(s)
	return nil
}

func enterConfiguration(s Session) {
	s.Printf("Enter configuration commands, one per line.  End with CNTL/Z.\n")
	s.Configure()
}

func confirmChange(s Session, _ args) error {
	if !s.Router().Confirm(s.Origin(), s.User()) {
		return errNoProbation
	}
	return nil
}

func revertChange(s Session, a args) error {
	r := s.Router()
	p, pending := r.OnProbation()
	switch {
	case !pending:
		return errNoProbation
	case a.Has("now"):
		if !r.RevertNow(s.Origin(), s.User()) {
			return errNoProbation
		}
		s.Printf("\nTotal number of passes: 1\nRollback Done\n\n")
		return nil
	}
	putOnProbation(s, Probation{Minutes: a.Int("minutes"), Idle: a.Has("idle"), Target: p.Target}, nil)
	return nil
}

func showRollbackTimer(s Session, _ args) error {
	p, pending := s.Router().OnProbation()
	if !pending {
		s.Printf("%v\n", errNoProbation)
		return nil
	}
	kind := "absolute"
	if p.Idle {
		kind = "idle"
	}
	s.Printf("Time configured(or reconfigured): %s\nTimer type: %s timer\nTimer value: %d min\nUser: %s\n",
		dateTime(s.Router().Clock().Local(p.Asked)), kind, p.Minutes, actor(p.User, p.Origin))
	return nil
}
