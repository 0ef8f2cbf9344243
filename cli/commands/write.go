package commands

import (
	"errors"
	"fmt"
	"strings"

	"weft/cli/config"
)

// Commands that move configurations between memory and NVRAM, and reload,
// which asks whether they have been.
var writeExecs = execs(help{
	"write":          "Write running configuration to memory, network, or terminal",
	"memory":         "Write to NV memory",
	"terminal":       "Write to terminal",
	"write erase":    "Erase NV memory",
	"copy":           "Copy from one file to another",
	"erase":          "Erase a filesystem",
	"running-config": "Current system configuration",
	"startup-config": "Startup configuration",
	"reload":         "Halt and perform a cold restart",
},
	&Exec{Syntax: "write [memory]", Privilege: privileged, Run: func(s Session, _ args) error { return save(s) }},
	&Exec{Syntax: "write terminal", Privilege: privileged, Run: func(s Session, _ args) error { return printRunning(s, config.TextOptions{}) }},
	&Exec{Syntax: "write erase", Privilege: privileged, Run: eraseStartup},
	&Exec{Syntax: "copy running-config startup-config", Privilege: privileged, Run: copyRunning},
	&Exec{Syntax: "copy startup-config running-config", Privilege: privileged, Run: copyStartup},
	&Exec{Syntax: "erase startup-config", Privilege: privileged, Run: eraseStartup},
	&Exec{Syntax: "reload", Privilege: privileged, Run: reload},
)

// save writes running-config to NVRAM.
func save(s Session) error {
	s.Printf("Building configuration...\n")
	r := s.Router()
	text := ConfigText(r, config.TextOptions{})
	if room := r.System().NVRAMBytes; room > 0 && int64(len(text)) > room {
		return fmt.Errorf("%% Configuration of %d bytes does not fit %d bytes of non-volatile memory", len(text), room)
	}
	if err := r.Storage().Save(text); err != nil {
		return fmt.Errorf("%%Error opening nvram:startup-config (%v)", err)
	}
	s.Printf("[OK]\n")
	return nil
}

func copyRunning(s Session, _ args) error {
	if err := askFile(s, "startup-config"); err != nil {
		return err
	}
	return save(s)
}

func copyStartup(s Session, _ args) error {
	if err := askFile(s, "running-config"); err != nil {
		return err
	}
	return loadStartup(s)
}

// askFile asks where a copy goes. There are no other files than the two configurations.
func askFile(s Session, name string) error {
	answer, err := s.Ask("Destination filename ["+name+"]? ", false)
	if err != nil {
		return err
	}
	if answer = strings.TrimSpace(answer); answer != "" && answer != name {
		return fmt.Errorf("%%Error opening %s (No such device)", answer)
	}
	return nil
}

// loadStartup enters the lines of startup-config on top of running-config.
func loadStartup(s Session) error {
	r := s.Router()
	text, ok, err := r.Storage().StartupConfig()
	switch {
	case err != nil:
		return fmt.Errorf("%%Error opening nvram:startup-config (%v)", err)
	case !ok:
		return errors.New("%% Non-volatile configuration memory is not present")
	}
	began := r.Now()
	var reports []config.Report
	r.Config(func(t *config.Tree, env config.Env) {
		env.Loading = true
		reports, err = t.Load(strings.NewReader(text), env)
	})
	if err != nil {
		return fmt.Errorf("%%Error reading nvram:startup-config (%v)", err)
	}
	for _, report := range reports {
		if report.Refused != "" {
			s.Printf("%s\n", refusal(report.Number, report.Line, report.Refused))
		}
	}
	r.NoteConfigured(s.Origin(), s.User())
	took := r.Now().Sub(began).Seconds()
	s.Printf("%d bytes copied in %.3f secs", len(text), took)
	if took > 0 {
		s.Printf(" (%.0f bytes/sec)", float64(len(text))/took)
	}
	s.Printf("\n")
	return nil
}

func eraseStartup(s Session, _ args) error {
	yes, err := s.Confirm("Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]")
	if err != nil || !yes {
		return err
	}
	if err := s.Router().Storage().Erase(); err != nil {
		return fmt.Errorf("%%Error erasing nvram: (%v)", err)
	}
	s.Printf("[OK]\nErase of nvram: complete\n")
	return nil
}

func reload(s Session, _ args) error {
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
			if err := save(s); err != nil {
				return err
			}
			unsaved = false
		case strings.HasPrefix("no", answer):
			unsaved = false
		default:
			s.Printf("%% Please answer 'yes' or 'no'.\n")
		}
	}
	yes, err := s.Confirm("Proceed with reload? [confirm]")
	if err != nil || !yes {
		return err
	}
	if err := s.Router().Reload(s.Origin(), s.User(), "Reload Command"); err != nil {
		return fmt.Errorf("%% Reload failed: %v", err)
	}
	return nil
}
