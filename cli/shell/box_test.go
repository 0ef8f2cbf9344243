package shell

import (
	"errors"
	"fmt"
	"io"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/grammar"
)

// A fakeRouter has a running-config of a few commands and nothing else.
type fakeRouter struct {
	commands.Router
	tree    *config.Tree
	lines   *Lines
	applied int // times that a changed configuration was applied
	noted   []string
	files   map[string]string
}

var errFull = errors.New("no space left on device")

// A fakeStorage has the files that output went to.
type fakeStorage struct {
	commands.Storage
	files map[string]string
}

func (r *fakeRouter) Storage() commands.Storage { return fakeStorage{files: r.files} }

func (f fakeStorage) ReadFile(volume, name string) (string, error) {
	if text, ok := f.files[volume+":"+name]; ok {
		return text, nil
	}
	return "", commands.ErrNoFile
}

func (f fakeStorage) WriteFile(volume, name, text string) error {
	if name == "full" {
		return errFull
	}
	f.files[volume+":"+name] = text
	return nil
}

func newBox(settings compile.Box) (*Box, *fakeRouter) {
	r := &fakeRouter{tree: config.New(fakeGlobal), lines: &Lines{}, files: map[string]string{}}
	r.Config(func(t *config.Tree, env config.Env) { t.Enter(config.Cursor{}, "hostname R1", env) })
	r.applied = 0
	return &Box{Router: r, Exec: newFakeTable(), Lines: r.lines, Compile: func(t *config.Tree) compile.Box {
		if settings.Global == nil {
			settings.Global = &commands.Global{}
		}
		settings.Global.Hostname = hostname(t)
		return settings
	}}, r
}

func (r *fakeRouter) Config(f func(*config.Tree, config.Env)) {
	before := r.tree.Revision()
	f(r.tree, config.Env{})
	if r.tree.Revision() != before {
		r.applied++
	}
}

func (r *fakeRouter) NoteConfigured(origin, user string) {
	text := "%SYS-5-CONFIG_I: Configured from console by " + origin
	if user != "" {
		text = "%SYS-5-CONFIG_I: Configured from console by " + user + " on " + origin
	}
	r.noted = append(r.noted, text)
	r.lines.Notify(text, true, true)
}

func (r *fakeRouter) Note(event any) {
	if m, ok := commands.EventText(event); ok {
		r.noted = append(r.noted, m.String())
		kept, local := event.(commands.LineKept)
		r.lines.Notify(m.String(), !kept.Seen, !local)
	}
}

func (r *fakeRouter) Now() time.Time { return time.Now() }

// interfaceMode keeps the modes from referring to each other while they are made.
var interfaceMode func() *config.Mode

func init() { interfaceMode = func() *config.Mode { return fakeInterface } }

var moves = []*config.Command{
	{Syntax: "exit", Move: config.Up, Help: grammar.Help{"exit": "Exit from configure mode"}},
	{Syntax: "end", Move: config.Top, Help: grammar.Help{"end": "Exit from configure mode"}},
	{Syntax: "do line:LINE", Move: config.Do, Help: grammar.Help{"do": "To run exec commands in config mode", "line": "Exec Command"}},
}

var fakeGlobal = &config.Mode{Name: "global", Tag: "config", Title: "Configure commands:",
	Commands: func() []*config.Command { return globalLines }}

var globalLines = append([]*config.Command{
	{Syntax: "hostname name:WORD", Help: grammar.Help{"hostname": "Set system's network name", "name": "This system's network name"}},
	{Syntax: "interface name:WORD", Key: "name", Help: grammar.Help{"interface": "Select an interface to configure", "name": "Interface"},
		Opens: func(grammar.Args) *config.Mode { return interfaceMode() }},
	{Syntax: "banner motd text:TEXT", Help: grammar.Help{"banner": "Define a login banner", "motd": "Set Message of the Day banner", "text": "c banner-text c, where 'c' is a delimiting character"}},
	{Syntax: "ip routing", Help: grammar.Help{"ip": "Global IP configuration subcommands", "routing": "Enable IP routing"}},
	{Syntax: "user name:WORD", Key: "name", Confirm: "Remove the user? [confirm]", Help: grammar.Help{"user": "Somebody", "name": "Name"}},
	{Syntax: "idle", Kept: "nothing is idle", Help: grammar.Help{"idle": "Be idle"}},
}, moves...)

var fakeInterface = &config.Mode{Name: "interface", Tag: "config-if", Title: "Interface configuration commands:",
	Commands: func() []*config.Command { return interfaceLines }}

var interfaceLines = append([]*config.Command{
	{Syntax: "description text:LINE", Help: grammar.Help{"description": "Interface specific description", "text": "Up to 200 characters describing this interface"}},
	{Syntax: "ip address addr:A.B.C.D mask:A.B.C.D", Help: grammar.Help{"ip": "Interface Internet Protocol config commands", "address": "Set the IP address of an interface", "addr": "IP address", "mask": "IP subnet mask"},
		Enter: func(_ *config.Edit, a grammar.Args) error {
			if a.Word("addr") == "10.0.0.1" {
				return errors.New("% 10.0.0.0 overlaps with Tunnel1")
			}
			return nil
		}},
	{Syntax: "shutdown", Help: grammar.Help{"shutdown": "Shutdown the selected interface"}},
}, moves...)

// A fakeTable has the commands that the shell's own behaviour shows in.
type fakeTable struct {
	levels [2]*grammar.Automaton
	execs  [2][]*commands.Exec
}

func newFakeTable() *fakeTable {
	t := &fakeTable{}
	for level := range t.levels {
		var rules []grammar.Rule
		for _, e := range fakeExecs {
			if e.Privilege == 0 || level == 1 {
				rules = append(rules, grammar.Rule{Syntax: e.Syntax, Help: e.Help, Hidden: e.Hidden})
				t.execs[level] = append(t.execs[level], e)
			}
		}
		a, err := grammar.Compile(rules)
		if err != nil {
			panic(err)
		}
		t.levels[level] = a
	}
	return t
}

func (t *fakeTable) Match(line string, privilege int) (*commands.Exec, grammar.Args, *grammar.Error) {
	m, err := t.levels[privilege/15].Match(line, grammar.Positive)
	if err != nil {
		return nil, grammar.Args{}, err
	}
	return t.execs[privilege/15][m.Rule], m.Args, nil
}

func (t *fakeTable) Choices(line string, privilege int) ([]grammar.Choice, *grammar.Error) {
	return t.levels[privilege/15].Choices(line, grammar.Positive)
}

func (t *fakeTable) Complete(line string, privilege int) (string, bool) {
	return t.levels[privilege/15].Complete(line, grammar.Positive)
}

const secret = "s3cret"

var fakeExecs = []*commands.Exec{
	{Syntax: "enable", Help: grammar.Help{"enable": "Turn on privileged commands"}, Run: func(s commands.Session, _ grammar.Args) error {
		for range 3 {
			typed, err := s.Ask("Password: ", true)
			if err != nil {
				return err
			}
			if typed == secret {
				s.SetPrivilege(15)
				return nil
			}
		}
		return errors.New("% Bad secrets")
	}},
	{Syntax: "disable", Privilege: 15, Help: grammar.Help{"disable": "Turn off privileged commands"}, Run: func(s commands.Session, _ grammar.Args) error {
		s.SetPrivilege(1)
		return nil
	}},
	{Syntax: "configure [terminal]", Privilege: 15, Help: grammar.Help{"configure": "Enter configuration mode", "terminal": "Configure from the terminal"},
		Run: func(s commands.Session, _ grammar.Args) error {
			s.Printf("Enter configuration commands, one per line.  End with CNTL/Z.\n")
			s.Configure()
			return nil
		}},
	{Syntax: "exit", Help: grammar.Help{"exit": "Exit from the EXEC"}, Run: func(s commands.Session, _ grammar.Args) error {
		s.Logout()
		return nil
	}},
	{Syntax: "show", Hidden: true, Help: grammar.Help{"show": "Show running system information"}, Run: func(s commands.Session, _ grammar.Args) error {
		s.Printf("%% Type \"show ?\" for a list of subcommands\n")
		return nil
	}},
	{Syntax: "write terminal", Privilege: 15, Help: grammar.Help{"write": "Write running configuration", "terminal": "Write to terminal"},
		Run: func(s commands.Session, _ grammar.Args) error {
			s.Printf("hostname R1\nend\n")
			return nil
		}},
	{Syntax: "show version", Help: grammar.Help{"show": "Show running system information", "version": "System hardware and software status"},
		Run: func(s commands.Session, _ grammar.Args) error {
			s.Printf("Cisco IOS Software, Weft\nR1 uptime is 1 minute\n")
			return nil
		}},
	{Syntax: "more url:WORD", Help: grammar.Help{"more": "Display the contents of a file", "url": "File"},
		Run: func(s commands.Session, a grammar.Args) error {
			u, _, _ := commands.ParseURL(a.Word("url"))
			text, err := s.Router().Storage().ReadFile(u.Device, u.Name)
			s.Printf("%s", text)
			return err
		}},
	{Syntax: "show privilege", Help: grammar.Help{"privilege": "Show current privilege level"}, Run: func(s commands.Session, _ grammar.Args) error {
		s.Printf("Current privilege level is %d\n", s.Privilege())
		return nil
	}},
	{Syntax: "show history", Help: grammar.Help{"history": "Display the session command history"}, Run: func(s commands.Session, _ grammar.Args) error {
		for _, line := range s.History() {
			s.Printf("  %s\n", line)
		}
		return nil
	}},
	{Syntax: "show running-config", Privilege: 15, Help: grammar.Help{"running-config": "Current operating configuration"},
		Run: func(s commands.Session, _ grammar.Args) error {
			var text string
			s.Router().Config(func(t *config.Tree, _ config.Env) { text = t.Text(config.TextOptions{}) })
			_, err := io.WriteString(s, text)
			return err
		}},
	{Syntax: "show lines count:<1-100000>", Help: grammar.Help{"lines": "Many lines", "count": "Number of lines"}, Run: func(s commands.Session, a grammar.Args) error {
		for i := range a.Int("count") {
			if s.Context().Err() != nil {
				return s.Context().Err()
			}
			s.Printf("line %d\n", i+1)
		}
		return nil
	}},
	{Syntax: "terminal (length | width | monitor) [count:<0-512>]", Help: grammar.Help{"terminal": "Set terminal line parameters", "length": "Set number of lines on a screen",
		"width": "Set width of the display terminal", "monitor": "Copy debug output to the current terminal line", "count": "Number"},
		Run: func(s commands.Session, a grammar.Args) error {
			switch {
			case a.Has("length"):
				s.Terminal().Length = a.Int("count")
			case a.Has("width"):
				s.Terminal().Width = a.Int("count")
			case a.Has("monitor"):
				s.Terminal().Monitor = true
			}
			return nil
		}},
	{Syntax: "write memory", Privilege: 15, Help: grammar.Help{"write": "Write running configuration", "memory": "Write to NV memory"},
		Run: func(s commands.Session, _ grammar.Args) error {
			s.Printf("Building configuration...\n[OK]\n")
			return nil
		}},
	{Syntax: "copy running-config startup-config", Privilege: 15, Help: grammar.Help{"copy": "Copy from one file to another", "running-config": "Current", "startup-config": "Saved"},
		Run: func(s commands.Session, _ grammar.Args) error {
			if _, err := s.Ask("Destination filename [startup-config]? ", false); err != nil {
				return err
			}
			s.Printf("Building configuration...\n[OK]\n")
			return nil
		}},
	{Syntax: "reload", Privilege: 15, Help: grammar.Help{"reload": "Halt and perform a cold restart"}, Run: func(s commands.Session, _ grammar.Args) error {
		for {
			answer, err := s.Ask("System configuration has been modified. Save? [yes/no]: ", false)
			if err != nil {
				return err
			}
			if answer == "yes" || answer == "no" {
				break
			}
			s.Printf("%% Please answer 'yes' or 'no'.\n")
		}
		yes, err := s.Confirm("Proceed with reload? [confirm]")
		s.Printf("reload: %v\n", yes)
		return err
	}},
	{Syntax: "ping target:A.B.C.D", Help: grammar.Help{"ping": "Send echo messages", "target": "Ping destination address"}, Run: func(s commands.Session, _ grammar.Args) error {
		s.Printf("Type escape sequence to abort.\n")
		ctx := s.Context()
		for range 5 {
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
				s.Printf(".")
			}
		}
		s.Printf("\nSuccess rate is 0 percent\n")
		return nil
	}},
	{Syntax: "clear it", Help: grammar.Help{"clear": "Reset functions", "it": "Whatever it is"}, Run: func(s commands.Session, _ grammar.Args) error {
		fmt.Fprint(s, "half a line")
		return errors.New("% Nothing to clear")
	}},
}
