package commands

import (
	"errors"
	"fmt"
	"strings"

	"weft/cli/config"
)

// The configurations, as backup programs expect to find them: three lines of
// header, comments, the lines, and "end".
var showConfigExecs = execs(help{
	"show":           "Show running system information",
	"running-config": "Current operating configuration",
	"startup-config": "Contents of startup configuration",
	"interface":      "Show interface configuration",
	"name":           "Interface",
	"all":            "Configuration with defaults",
	"full":           "Full configuration",
	"view":           "View options",
	"linenum":        "Display line numbers in output",
},
	&Exec{Syntax: "show running-config [all | full | view full] [linenum]", Privilege: privileged, Run: func(s Session, a args) error {
		text := ConfigText(s.Router(), config.TextOptions{All: a.Has("all"), Sight: sightOf(s)})
		if !a.Has("linenum") {
			return printConfig(s, text)
		}
		return printNumbered(s, text)
	}},
	&Exec{Syntax: "show running-config interface name:IFNAME", Privilege: privileged, Run: showRunningInterface},
	&Exec{Syntax: "show startup-config", Privilege: privileged, Run: showStartup},
)

// sightOf is what a session sees of the configuration: who has been given "show
// running-config" sees what they could configure.
func sightOf(s Session) *config.Sight {
	if s.Privilege() >= privileged {
		return nil
	}
	return runningGlobal(s.Router()).Privileges.Sight(s.Privilege())
}

// ConfigText is running-config as it is shown and saved: who changed it and
// when, the lines, and "end".
func ConfigText(r Router, o config.TextOptions) string {
	var b strings.Builder
	changed, by, written := r.ConfigChanged()
	b.WriteString("!\n")
	if changed.IsZero() {
		b.WriteString("! No configuration change since last restart\n")
	} else {
		fmt.Fprintf(&b, "! Last configuration change at %s", dateTime(r.Clock().Local(changed)))
		if by != "" {
			fmt.Fprintf(&b, " by %s", by)
		}
		b.WriteString("\n")
	}
	if !written.IsZero() {
		fmt.Fprintf(&b, "! NVRAM config last updated at %s\n", dateTime(r.Clock().Local(written)))
	}
	b.WriteString("!\n")
	var lines string
	r.Config(func(t *config.Tree, _ config.Env) { lines = t.Text(o) })
	b.WriteString(lines)
	if !strings.HasSuffix("\n"+lines, "\n!\n") {
		b.WriteString("!\n")
	}
	b.WriteString("end\n")
	return b.String()
}

func printRunning(s Session, o config.TextOptions) error {
	return printConfig(s, ConfigText(s.Router(), o))
}

func printConfig(s Session, text string) error {
	s.Printf("Building configuration...\n\nCurrent configuration : %d bytes\n%s\n", len(text), text)
	return nil
}

// printNumbered is printConfig with the number of each line in front of it.
func printNumbered(s Session, text string) error {
	s.Printf("Building configuration...\n\nCurrent configuration : %d bytes\n", len(text))
	n := 0
	for line := range strings.Lines(text) {
		n++
		s.Printf("%6d : %s", n, line)
	}
	s.Printf("\n")
	return nil
}

func showRunningInterface(s Session, a args) error {
	var section string
	var ok bool
	sight := sightOf(s)
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		section, ok = t.Section(config.Cursor{Path: []string{"interface " + a.Word("name")}, Sight: sight})
	})
	if !ok {
		return noInterface(a.Word("name"))
	}
	return printConfig(s, "!\n"+section+"end\n")
}

// NoInterface refuses the name of an interface that the box does not have. As
// the numbers that exist are part of IOS's syntax, this is told as a mistake in
// the line, and the shell marks where.
type NoInterface struct{ Name string }

func (e NoInterface) Error() string { return "% Invalid input detected at '^' marker.\n" }

// Column is where a line that names the interface begins to be wrong: at its number.
func (e NoInterface) Column(line string) int {
	number := e.Name[letterCount(e.Name):]
	if at := strings.LastIndex(line, number); at >= 0 {
		return at
	}
	return len(strings.TrimRight(line, " "))
}

func noInterface(name string) error { return NoInterface{name} }

func showStartup(s Session, _ args) error {
	text, ok, err := s.Router().Storage().StartupConfig()
	switch {
	case err != nil:
		return fmt.Errorf("%%Error opening nvram:startup-config (%v)", err)
	case !ok:
		return errors.New("startup-config is not present")
	}
	s.Printf("Using %d out of %d bytes\n%s\n", len(text), s.Router().System().NVRAMBytes, text)
	return nil
}
