package commands

import (
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
	"erase":          "Erase a filesystem",
	"startup-config": "Startup configuration",
	"reload":         "Halt and perform a cold restart",
},
	&Exec{Syntax: "write [memory]", Privilege: privileged, Run: func(s Session, _ args) error { return save(s) }},
	&Exec{Syntax: "write terminal", Privilege: privileged, Run: func(s Session, _ args) error { return printRunning(s, config.TextOptions{}) }},
	&Exec{Syntax: "write erase", Privilege: privileged, Run: eraseStartup},
	&Exec{Syntax: "erase startup-config", Privilege: privileged, Run: eraseStartup},
	&Exec{Syntax: "reload", Privilege: privileged, Run: reload},
)

// save writes running-config to NVRAM.
func save(s Session) error {
	s.Printf("Building configuration...\n")
	if err := saveText(s, ConfigText(s.Router(), config.TextOptions{})); err != nil {
		return err
	}
	s.Printf("[OK]\n")
	return nil
}

// saveText makes a text startup-config.
func saveText(s Session, text string) error {
	r := s.Router()
	if room := r.System().NVRAMBytes; room > 0 && int64(len(text)) > room {
		return fmt.Errorf("%% Configuration of %d bytes does not fit %d bytes of non-volatile memory", len(text), room)
	}
	if err := r.Storage().Save(text); err != nil {
		return fileError("opening", startupURL, err)
	}
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
