package shell

import (
	"errors"
	"strings"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/cli/grammar"
	"weft/cli/terminal"
)

// together is the most lines entered on the router's goroutine at once: enough
// that a long paste is compiled a few times only, few enough that protocols
// get their turn in between.
const together = 1000

// The longest text (a banner) that is collected.
const maxText = 64 << 10

// configuring is the state of a session in configuration mode.
type configuring struct {
	cursor  config.Cursor
	tag     string           // of the mode at cursor, for the prompt
	global  *commands.Global // with the aliases; nil until they are asked for
	text    *collecting
	session int // in the log of configuration lines; 0 until there is one
}

// collecting is a text argument over several lines, as far as it has come.
type collecting struct {
	line      strings.Builder
	delimiter string
	prompt    string // of its first line
}

// configure enters a line and those that wait behind it.
func (s *Session) configure(l terminal.Line) {
	var then func()
	s.box.Router.Config(func(t *config.Tree, env config.Env) {
		s.conf.learn(t)
		for n := 1; ; n++ {
			if then = s.enter(t, env, l); then != nil || s.conf == nil || n == together {
				return
			}
			var waits bool
			if l, waits = s.line.Next(); !waits {
				return
			}
			s.typed = l
			s.remember(l.Text)
		}
	})
	s.tellLog()
	if s.lineChanged {
		s.adjust()
	}
	if s.conf == nil {
		s.box.Router.NoteConfigured(s.who.Origin, s.who.User)
	}
	if then != nil {
		then()
	}
}

// enter enters one line. It returns what is left to be done off the router's
// goroutine: what "do" asks for, or a question.
func (s *Session) enter(t *config.Tree, env config.Env, l terminal.Line) (then func()) {
	if l.By == terminal.Interrupt {
		s.conf = nil
		return nil
	}
	prompt := s.prompt()
	line, whole := l.Text, true
	if s.conf.text != nil {
		prompt = s.conf.text.prompt
		line, whole = s.collect(l)
	}
	if text := strings.TrimLeft(line, " \t"); whole && text != "" && text[0] != '!' {
		if question := t.Question(s.conf.cursor, line); question != "" {
			then = func() { s.confirm(question, line, prompt) }
		} else {
			then = s.enterLine(t, env, line, prompt)
		}
	}
	if l.By == terminal.CtrlZ {
		s.conf = nil
	}
	return then
}

// confirm enters a line if the user says yes.
func (s *Session) confirm(question, line, prompt string) {
	yes, err := s.Confirm(question)
	if err != nil || !yes {
		return
	}
	s.box.Router.Config(func(t *config.Tree, env config.Env) {
		if s.conf != nil {
			s.enterLine(t, env, line, prompt)
		}
	})
	s.tellLog()
}

func (s *Session) enterLine(t *config.Tree, env config.Env, typed, prompt string) func() {
	alias := unalias(s.conf.aliasesOf(), typed)
	line := alias.line
	result, err := t.Enter(s.conf.cursor, line, env)
	var wrong *grammar.Error
	switch {
	case errors.As(err, &wrong) && wrong.Kind == grammar.Unfinished:
		s.conf.text = &collecting{delimiter: wrong.Delimiter, prompt: prompt}
		s.conf.text.line.WriteString(line)
		s.print("Enter TEXT message.  End with the character '" + wrong.Delimiter + "'.\n")
		return nil
	case wrong != nil && t.Gone(s.conf.cursor) != "":
		// The line was meant for a section that another session has removed.
		s.printError("% " + t.Gone(s.conf.cursor) + " has been removed meanwhile")
		for t.Gone(s.conf.cursor) != "" {
			s.conf.cursor = config.Cursor{Path: s.conf.cursor.Path[:len(s.conf.cursor.Path)-1]}
		}
		s.conf.tag = t.At(s.conf.cursor).Mode().Tag
		return nil
	case wrong != nil:
		s.refuse(typed, prompt, "", alias.fault(wrong))
		return nil
	case err != nil:
		s.printError(err.Error())
		return nil
	}
	if result.Move != config.Do {
		s.logLine(t, s.conf.cursor, line)
	}
	for _, n := range result.Notices {
		s.print(n + "\n")
	}
	for _, k := range result.Kept {
		s.keeps(k)
	}
	s.conf.cursor = result.Cursor
	s.conf.tag = t.At(result.Cursor).Mode().Tag
	if result.Changed {
		s.hostname = hostname(t)
		if teaches(line) {
			s.conf.learn(t)
		}
		s.lineChanged = s.lineChanged || s.conf.tag == lineTag
	}
	if result.Acts != nil {
		return func() { s.act(result) }
	}
	switch result.Move {
	case config.Top:
		s.conf = nil
	case config.Do:
		at := min(result.RestAt, len(line))
		return func() { s.exec(request{line: result.Rest, prompt: prompt, do: line[:at]}) }
	case config.Stay, config.Up:
	}
	return nil
}

// keeps tells of a line that nothing acts on: on the console at once, and in the
// log when the router's goroutine is free. A virtual terminal hears nothing of
// it, since who types there may be a program.
func (s *Session) keeps(k config.Kept) {
	event := commands.LineKept{Line: k.Line, Reason: k.Why, Seen: s.who.Console}
	if s.who.Console {
		s.print(commands.KeptNotice(k.Line, k.Why) + "\n")
	}
	s.told = append(s.told, event)
}

func (s *Session) tellLog() {
	for _, event := range s.told {
		s.box.Router.Note(event)
	}
	s.told = nil
}

// collect takes a further line of a text. It gives the whole line when the
// delimiter has come.
func (s *Session) collect(l terminal.Line) (line string, whole bool) {
	c := s.conf.text
	c.line.WriteString("\n" + l.Text)
	switch {
	case c.line.Len() > maxText:
		s.printError("% The text is too long")
	case grammar.TextEnds(l.Text, c.delimiter):
		line, whole = c.line.String(), true
	case l.By == terminal.Enter:
		return "", false
	}
	s.conf.text = nil
	return line, whole
}

// lineTag is that of the modes in which lines are configured.
const lineTag = "config-line"

// adjust lets what is now said of the session's own line hold at once: who
// turns a timeout off does not want to be thrown out by it. The size of the
// screen is the session's own from the start.
func (s *Session) adjust() {
	s.lineChanged = false
	kind, number := "vty", s.who.VTY
	if s.who.Console {
		kind, number = "con", 0
	}
	g := groupOf(s.box.Settings().Lines, kind, number)
	t, attached := s.line.(*terminal.Terminal)
	if g == nil || !attached {
		return
	}
	t.Idle, t.Synchronous = g.ExecTimeout, g.Synchronous
	own := *g
	s.who.Group = &own
}

// leave ends configuration mode.
func (s *Session) leave() {
	s.conf = nil
	s.box.Router.NoteConfigured(s.who.Origin, s.who.User)
}

func (s *Session) print(text string) { s.line.Write([]byte(text)) }
