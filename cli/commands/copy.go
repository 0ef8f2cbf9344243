package commands

import (
	"fmt"
	"strings"
	"time"

	"weft/cli/config"
)

// configNow is running-config as it is saved.
var configNow = config.TextOptions{}

// Files copied from here to there. Copying to running-config enters the lines
// of the file; everything else replaces.
var copyExecs = execs(help{
	"copy":           "Copy from one file to another",
	"running-config": "Current system configuration",
	"startup-config": "Startup configuration",
	"source":         "File to copy",
	"target":         "File to copy to",
},
	copyExec("running-config", "startup-config"),
	copyExec("startup-config", "running-config"),
	copyExec("running-config", "target:URL"),
	copyExec("startup-config", "target:URL"),
	copyExec("source:URL", "running-config"),
	copyExec("source:URL", "startup-config"),
	copyExec("source:URL", "target:URL"),
)

func copyExec(from, to string) *Exec {
	end := func(word, name string, a args) URL {
		switch word {
		case "running-config":
			return runningURL
		case "startup-config":
			return startupURL
		}
		return urlOf(a, name)
	}
	return &Exec{Syntax: "copy " + from + " " + to, Privilege: privileged, Run: func(s Session, a args) error {
		return copyFile(s, end(from, "source", a), end(to, "target", a))
	}}
}

// filePrompt is how many questions "file prompt" lets commands ask.
func filePrompt(s Session) string { return runningGlobal(s.Router()).FilePrompt }

func copyFile(s Session, from, to URL) (err error) {
	quiet := filePrompt(s) == "quiet"
	if from.Device != "null" && from.Name == "" {
		if from.Name, err = askName(s, "Source filename", ""); err != nil {
			return err
		}
	}
	if to, err = askDestination(s, from, to, quiet); err != nil {
		return err
	}
	if from == runningURL && to == startupURL {
		return save(s)
	}
	began := s.Router().Now()
	text, err := readURL(s, from)
	if err != nil {
		return err
	}
	switch {
	case to == runningURL:
		merge(s, text)
	case !quiet && to != startupURL && exists(s, to):
		s.Printf("%%Warning:There is a file already existing with this name \n")
		if yes, err := s.Confirm("Do you want to over write? [confirm]"); err != nil || !yes {
			return err
		}
		began = s.Router().Now()
		fallthrough
	default:
		if err := writeURL(s, to, text); err != nil {
			return err
		}
		switch {
		case to == startupURL:
			s.Printf("[OK]\n")
		case from != runningURL && to.Device != "null" && !quiet:
			s.Printf("Copy in progress...C\n")
		}
	}
	copied(s, len(text), s.Router().Now().Sub(began))
	return nil
}

// loadStartup enters the lines of startup-config on top of running-config.
func loadStartup(s Session) error {
	began := s.Router().Now()
	text, err := readURL(s, startupURL)
	if err != nil {
		return err
	}
	merge(s, text)
	copied(s, len(text), s.Router().Now().Sub(began))
	return nil
}

func copied(s Session, size int, took time.Duration) {
	rate := ""
	if took > 0 {
		rate = fmt.Sprintf(" (%.0f bytes/sec)", float64(size)/took.Seconds())
	}
	s.Printf("%d bytes copied in %.3f secs%s\n", size, took.Seconds(), rate) // at once: log lines come between
}

// askDestination asks where a copy goes. The two configurations have no other names.
func askDestination(s Session, from, to URL, quiet bool) (URL, error) {
	name := to.Name
	if name == "" {
		name = from.Name
	}
	switch {
	case to.Device == "null":
		return to, nil
	case quiet && name != "":
		to.Name = name
		return to, nil
	case to == runningURL || to == startupURL:
		return to, askConfiguration(s, to.Name)
	case to.Device == "system":
		return to, fileError("opening", to, errDenied)
	}
	answer, err := s.Ask("Destination filename ["+name+"]? ", false)
	if err != nil {
		return to, err
	}
	if answer = strings.TrimSpace(answer); answer == "" {
		answer = name
	}
	if strings.Contains(answer, ":") {
		u, _, ok := ParseURL(answer)
		if !ok || u.Name == "" || u.Device == "system" {
			return to, fmt.Errorf("%%Error opening %s (No such device)", answer)
		}
		return u, nil
	}
	to.Name = strings.TrimPrefix(answer, "/")
	if to.Name == "" || badInName(to.Name) >= 0 {
		return to, errFileName
	}
	return to, nil
}

func askConfiguration(s Session, name string) error {
	answer, err := s.Ask("Destination filename ["+name+"]? ", false)
	if err != nil {
		return err
	}
	if answer = strings.TrimSpace(answer); answer != "" && answer != name {
		return fmt.Errorf("%%Error opening %s (No such device)", answer)
	}
	return nil
}

// merge enters the lines of a text on top of running-config, and tells of those
// that are refused.
func merge(s Session, text string) {
	r := s.Router()
	var reports []config.Report
	var err error
	r.Config(func(t *config.Tree, env config.Env) {
		env.Loading = true
		reports, err = t.Load(strings.NewReader(text), env)
	})
	tellRefused(s, reports, err)
	r.NoteConfigured(s.Origin(), s.User())
}

func tellRefused(s Session, reports []config.Report, err error) {
	for _, report := range reports {
		if report.Refused != "" {
			s.Printf("%s\n", refusal(report.Number, report.Line, report.Refused))
		}
		if report.Acts != "" {
			s.Printf("line %d: %q is done when it is typed, not when a file is copied\n", report.Number, report.Acts)
		}
	}
	if err != nil {
		s.Printf("%s\n", strings.TrimPrefix(err.Error(), "config: "))
	}
}
