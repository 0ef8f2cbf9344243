package shell

import (
	"context"
	"errors"
	"io"
	"strings"

	"weft/cli/commands"
	"weft/cli/grammar"
	"weft/cli/terminal"
)

// A request is an exec line as it was typed.
type request struct {
	line   string // without an alias
	prompt string // it was typed behind this
	do     string // "do " and what stood before it, if it was typed in configuration mode
	unaliased
}

// exec runs one exec line.
func (s *Session) exec(r request) {
	text := strings.TrimLeft(r.line, " \t")
	if text == "" || text[0] == '!' {
		return
	}
	r.unaliased = unalias(s.execAliases(), r.line)
	r.line = r.unaliased.line
	command, args, filter, err := s.understand(r.line)
	if err != nil {
		s.refuseExec(r, err)
		return
	}
	var missing commands.NoInterface
	if err := s.run(command, args, filter); errors.As(err, &missing) {
		s.refuseRequest(r, &grammar.Error{Kind: grammar.Invalid, Line: r.line, Column: missing.Column(r.line)})
	}
}

// understand finds the command of a line, and what its output goes through.
func (s *Session) understand(line string) (*commands.Exec, grammar.Args, *terminal.Filter, error) {
	head, modifier, modified := strings.Cut(line, "|")
	if modified {
		command, args, err := s.execTable.Match(head, s.privilege)
		switch {
		case err == nil && shows(command):
			filter, wrong := terminal.ParseModifier(modifier)
			if wrong == nil {
				wrong = checkFile(filter.File)
			}
			if wrong != nil {
				wrong.Column += len(head) + 1
				return nil, args, nil, wrong
			}
			return command, args, &filter, nil
		case err != nil && err.Kind == grammar.Incomplete:
			return nil, args, nil, err
		}
		// The bar may be part of an argument.
	}
	command, args, err := s.execTable.Match(line, s.privilege)
	if err != nil {
		return nil, args, nil, err
	}
	return command, args, nil, nil
}

// shows reports whether a command takes output modifiers.
func shows(c *commands.Exec) bool { return showsSomething(c.Syntax) }

func showsSomething(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return word == "show" || word == "more" || strings.HasPrefix(line, "write terminal")
}

// run runs a command, its output filtered and paged, or on its way to a file. It
// returns the command's error, which has been told unless it is about the line.
func (s *Session) run(command *commands.Exec, args grammar.Args, filter *terminal.Filter) error {
	out := s.line.Begin()
	s.out = &answer{write: out.Write, context: out.Context}
	if s.settings.Timestamp && shows(command) {
		commands.PrintLoad(s) // not through the filter
	}
	finish := func(err error) error { return err }
	switch {
	case filter == nil:
	case filter.File != nil:
		finish = s.redirect(*filter.File)
	default:
		filtered := filter.Writer(out)
		s.out.write = filtered.Write
		finish = func(err error) error {
			filtered.Close()
			return err
		}
	}
	err := finish(command.Run(s, args))
	s.finish(out, err)
	return err
}

// perform runs what is no exec command and still prints and asks.
func (s *Session) perform(do func() error) {
	out := s.line.Begin()
	s.out = &answer{write: out.Write, context: out.Context}
	s.finish(out, do())
}

// finish tells of an error, and ends what runs.
func (s *Session) finish(out terminal.Output, err error) {
	if words := wording(err); words != "" {
		if s.out.midline {
			out.Write([]byte("\n"))
		}
		s.failed = true
		out.Write([]byte(words + "\n"))
	}
	s.out = nil
	out.Close()
}

// wording is what a command's error tells the user. Errors of the line itself
// tell nothing: it was the user who interrupted, or there is no user any more.
func wording(err error) string {
	for _, quiet := range []error{terminal.ErrInterrupted, terminal.ErrIdle, context.Canceled, io.EOF, io.ErrClosedPipe} {
		if errors.Is(err, quiet) {
			return ""
		}
	}
	if err == nil || errors.As(err, new(commands.NoInterface)) {
		return ""
	}
	return strings.TrimSuffix(err.Error(), "\n")
}
