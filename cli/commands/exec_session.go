package commands

import (
	"errors"
	"strings"

	"weft/cli/config"
)

// Commands about the session itself: its privilege, its mode, its end.
var sessionExecs = execs(help{
	"enable":   "Turn on privileged commands",
	"disable":  "Turn off privileged commands",
	"level":    "Privilege level",
	"exit":     "Exit from the EXEC",
	"logout":   "Exit from the EXEC",
	"help":     "Description of the interactive help system",
	"where":    "List active connections",
	"resume":   "Resume an active network connection",
	"terminal": "Configure from the terminal",
	"memory":   "Configure from NV memory",
},
	&Exec{Syntax: "enable [level:<0-15>]", Privilege: anyone, Run: enable},
	&Exec{Syntax: "disable [level:<0-15>]", Privilege: anyone, Run: disable},
	&Exec{Syntax: "exit", Privilege: anyone, Run: leave},
	&Exec{Syntax: "logout", Privilege: anyone, Run: leave},
	&Exec{Syntax: "help", Privilege: anyone, Run: explainHelp},
	&Exec{Syntax: "where", Run: noConnections},
	&Exec{Syntax: "resume", Run: noConnections},
	&Exec{Syntax: "configure [terminal | memory]", Help: help{"configure": "Enter configuration mode"}, Privilege: privileged, Run: configure},
)

const passwordTries = 3

func enable(s Session, a args) error {
	level := privileged
	if a.Has("level") {
		level = a.Int("level")
	}
	if level <= s.Privilege() {
		s.SetPrivilege(level)
		return nil
	}
	g := runningGlobal(s.Router())
	stored, failure := g.EnableSecret, "% Bad secrets"
	if level < privileged {
		stored = g.EnableSecrets[level]
	} else if stored == "" {
		stored, failure = g.EnablePassword, "% Bad passwords"
	}
	if stored == "" {
		if !s.Console() {
			return errors.New("% No password set")
		}
		s.SetPrivilege(level)
		return nil
	}
	for range passwordTries {
		typed, err := s.Ask("Password: ", true)
		if err != nil {
			return err
		}
		if Verify(stored, typed) {
			s.SetPrivilege(level)
			tellPrivilege(s, &g, level, true)
			return nil
		}
	}
	tellPrivilege(s, &g, level, false)
	return errors.New(failure)
}

// tellPrivilege tells the log who has become more than he was, or has tried to,
// if "logging userinfo" says so.
func tellPrivilege(s Session, g *Global, level int, passed bool) {
	if g.Logging.Userinfo {
		s.Router().Note(PrivilegeAsked{User: s.User(), Origin: s.Origin(), Level: level, Passed: passed})
	}
}

func disable(s Session, a args) error {
	level := 1
	if a.Has("level") {
		level = a.Int("level")
	}
	if level > s.Privilege() {
		return errors.New("% New privilege level must be less than current privilege level")
	}
	s.SetPrivilege(level)
	return nil
}

func leave(s Session, _ args) error {
	s.Logout()
	return nil
}

func configure(s Session, a args) error {
	source := "terminal"
	switch {
	case a.Has("memory"):
		source = "memory"
	case !a.Has("terminal"):
		answer, err := s.Ask("Configuring from terminal, memory, or network [terminal]? ", false)
		if err != nil {
			return err
		}
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "" {
			source = answer
		}
	}
	switch {
	case strings.HasPrefix("terminal", source):
		enterConfiguration(s)
		return nil
	case strings.HasPrefix("memory", source):
		return loadStartup(s)
	}
	return errors.New(`?Must be "terminal" or "memory"`)
}

func explainHelp(s Session, _ args) error {
	s.Printf("%s\n", helpText)
	return nil
}

const helpText = `A question mark "?" asks for help at any point of a line.
If nothing matches what stands before it, back up until "?" lists something.
There are two kinds of answer:
1. Behind a blank ("show ?"), the words and arguments that may come
   next, each with a line about it.
2. Behind part of a word ("show pr?"), the words that begin so.
`

// helpLine is help as it is typed in configuration mode; it stores nothing.
var helpLine = &command{
	Syntax: "help",
	Help:   help{"help": "Description of the interactive help system"},
	Enter: func(e *config.Edit, _ args) error {
		e.Notice(helpText)
		return e.Rewrite("default help")
	},
}

// noConnections is the whole truth: the box opens no sessions to other hosts.
func noConnections(s Session, _ args) error {
	return errors.New("% No connections open")
}
