package shell

import (
	"context"
	"fmt"
	"strings"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/cli/terminal"
)

var _ commands.Session = (*Session)(nil)

// An answer is the output of the exec command that runs.
type answer struct {
	write   func(p []byte) (int, error) // through the filter, if there is one
	context func() context.Context
	midline bool // the last byte was no line end
}

// Write prints.
func (s *Session) Write(p []byte) (int, error) {
	if s.out == nil {
		return s.line.Write(p)
	}
	if len(p) > 0 {
		s.out.midline = p[len(p)-1] != '\n'
	}
	return s.out.write(p)
}

// Printf prints.
func (s *Session) Printf(format string, args ...any) { fmt.Fprintf(s, format, args...) }

// Context is cancelled when the user interrupts the command that runs.
func (s *Session) Context() context.Context {
	if s.out == nil {
		return context.Background()
	}
	return s.out.context()
}

// Ask asks a question and reads a line.
func (s *Session) Ask(prompt string, secret bool) (string, error) {
	defer s.goesOn()
	return s.line.ReadLine(prompt, !secret)
}

// goesOn lets log lines appear again once a question has been answered.
func (s *Session) goesOn() {
	if t, ok := s.line.(*terminal.Terminal); ok && s.out != nil {
		t.Release()
	}
}

// Confirm asks a question that one key answers.
func (s *Session) Confirm(prompt string) (bool, error) {
	key, err := s.line.ReadKey(prompt)
	if err != nil {
		return false, err
	}
	s.line.Write([]byte("\n"))
	s.goesOn()
	return key == '\r' || key == 'y' || key == 'Y', nil
}

// Router is the box.
func (s *Session) Router() commands.Router { return s.box.Router }

// User is who logged in; "" if the line did not ask.
func (s *Session) User() string { return s.who.User }

// Origin is where the session is.
func (s *Session) Origin() string { return s.who.Origin }

// Console reports whether this is the console.
func (s *Session) Console() bool { return s.who.Console }

// Privilege is the level now, 0 to 15.
func (s *Session) Privilege() int { return s.privilege }

// SetPrivilege changes the level.
func (s *Session) SetPrivilege(level int) { s.privilege = level }

// Configure enters configuration mode.
func (s *Session) Configure() {
	s.conf = &configuring{cursor: config.Cursor{Sight: s.rules.Sight(s.privilege)}}
}

// Logout ends the session behind this command.
func (s *Session) Logout() { s.done = true }

// Terminal is what "terminal ..." sets.
func (s *Session) Terminal() *commands.Terminal { return &s.settings }

// History is the lines entered in the mode the user is in, oldest first.
func (s *Session) History() []string { return s.line.History(s.conf != nil) }

// printError prints an error of a command: its own words as they stand.
func (s *Session) printError(text string) {
	s.failed = true
	s.line.Write([]byte(strings.TrimSuffix(text, "\n") + "\n"))
}
