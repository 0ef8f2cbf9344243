package commands

import "time"

// The session and those beside it.
var showSessionExecs = execs(help{
	"show":      "Show running system information",
	"users":     "Display information about terminal lines",
	"privilege": "Show current privilege level",
	"history":   "Display the session command history",
	"terminal":  "Display terminal configuration parameters",
},
	&Exec{Syntax: "show users", Run: showUsers},
	&Exec{Syntax: "show privilege", Run: func(s Session, _ args) error {
		s.Printf("Current privilege level is %d\n", s.Privilege())
		return nil
	}},
	&Exec{Syntax: "show history", Run: func(s Session, _ args) error {
		for _, line := range s.History() {
			s.Printf("  %s\n", line)
		}
		return nil
	}},
	&Exec{Syntax: "show history all", Help: help{"all": "Of all users"}, Privilege: privileged, Run: showAllHistory},
	&Exec{Syntax: "show terminal", Run: showTerminal},
)

// TypedLine is a line that a user has entered.
type TypedLine struct {
	At   time.Time
	Text string // may hold secrets
}

func showAllHistory(s Session, _ args) error {
	clock := s.Router().Clock()
	for _, line := range s.Router().CommandLog() {
		s.Printf("CMD: '%s' %s\n", redact(line.Text), dateTime(clock.Local(line.At)))
	}
	return nil
}

func showUsers(s Session, _ args) error {
	s.Printf("    Line       User       Host(s)              Idle       Location\n")
	for _, u := range s.Router().Sessions() {
		mark := " "
		if u.Origin == s.Origin() {
			mark = "*"
		}
		s.Printf("%s%3d %-10s%-11s%-21s%-11s%s\n", mark, u.Number, u.Line, u.User, "idle", elapsed(u.Idle), u.Location)
	}
	s.Printf("\n  Interface    User               Mode         Idle     Peer Address\n\n")
	return nil
}

func showTerminal(s Session, _ args) error {
	t := s.Terminal()
	for _, u := range s.Router().Sessions() {
		if u.Origin == s.Origin() {
			s.Printf("Line %d, Location: \"%s\"\n", u.Number, u.Location)
		}
	}
	s.Printf("Length: %d lines, Width: %d columns\n", t.Length, t.Width)
	switch {
	case s.Console():
		s.Printf("Logging is to this line as \"logging console\" says.\n")
	case t.Monitor:
		s.Printf("Logging to this line is enabled by \"terminal monitor\".\n")
	default:
		s.Printf("Logging to this line is disabled.\n")
	}
	if t.HistorySize == 0 {
		s.Printf("History is disabled.\n")
		return nil
	}
	s.Printf("History is enabled, history size is %d.\n", t.HistorySize)
	return nil
}
