package commands

import (
	"fmt"
	"strings"

	"weft/cli/config"
)

// Commands that move the configuration between memory and NVRAM.
var writeExecs = execs(help{
	"write":          "Write running configuration to memory, network, or terminal",
	"memory":         "Write to NV memory",
	"terminal":       "Write to terminal",
	"write erase":    "Erase NV memory",
	"erase":          "Erase a filesystem",
	"startup-config": "Contents of startup configuration",
	"nvram":          "nvram:",
},
	&Exec{Syntax: "write [memory]", Privilege: privileged, Run: func(s Session, _ args) error { return save(s) }},
	&Exec{Syntax: "write terminal", Privilege: privileged, Run: func(s Session, _ args) error { return printRunning(s, config.TextOptions{}) }},
	&Exec{Syntax: "write erase", Privilege: privileged, Run: eraseStartup},
	&Exec{Syntax: "erase (startup-config | nvram:URL)", Privilege: privileged, Run: eraseFilesystem},
)

// save writes running-config to NVRAM.
func save(s Session) error {
	s.Printf("Building configuration...\n")
	if err := saveText(s, ConfigText(s.Router(), config.TextOptions{})); err != nil {
		return err
	}
	s.Printf("[OK]\n")
	return archiveSaved(s.Router())
}

// saveText makes a text startup-config.
func saveText(s Session, text string) error {
	r := s.Router()
	if room := r.System().NVRAMBytes; room > 0 && int64(len(text)) > room {
		return fmt.Errorf("%% Configuration of %d bytes does not fit %d bytes of non-volatile memory", len(text), room)
	}
	if err := keepRefused(s); err != nil {
		return err
	}
	if err := r.Storage().Save(text); err != nil {
		return fileError("opening", startupURL, err)
	}
	return nil
}

func eraseFilesystem(s Session, a args) error {
	if u := urlOf(a, "nvram"); a.Has("nvram") && u != (URL{Device: "nvram"}) && u != startupURL {
		return fmt.Errorf("%%Error erasing %s (Can't erase this file system)", u)
	}
	return eraseStartup(s, a)
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
	s.Router().Note(NVRAMErased{})
	return nil
}

// refusedURL is where a startup-config goes that had lines which were refused.
var refusedURL = URL{"nvram", "startup-config.refused"}

// keepRefused puts startup-config aside before it is written over, if it has
// lines that this box does not take: they are in no running-config, and somebody
// may want them yet.
func keepRefused(s Session) error {
	r := s.Router()
	text, ok, err := r.Storage().StartupConfig()
	if err != nil || !ok {
		return nil // there is nothing to keep
	}
	var target *config.Tree
	var env config.Env
	r.Config(func(t *config.Tree, e config.Env) { target, env = t.Empty(), e })
	if target == nil {
		return nil
	}
	env.Loading = true
	reports, _ := target.Load(strings.NewReader(text), env)
	refused := 0
	for _, report := range reports {
		if report.Refused != "" {
			refused++
		}
	}
	if refused == 0 {
		return nil
	}
	if err := r.Storage().WriteFile(refusedURL.Device, refusedURL.Name, text); err != nil {
		return fileError("writing", refusedURL, err)
	}
	r.Note(RefusedKept{Lines: refused, File: refusedURL.String()})
	return nil
}
