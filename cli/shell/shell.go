// Package shell is one session of the command line: which mode it is in, what
// privilege it has, and what a line typed there does. It knows the tables and
// the router, and neither keys nor sockets.
//
//	shell.go      Session and how a terminal drives it
//	session.go    Session as exec commands see it
//	exec.go       exec lines, with their output modifiers
//	redirect.go   output that goes to a file
//	configure.go  configuration lines, many at a time, and texts over several lines
//	act.go        lines of configuration mode that are no configuration
//	alias.go      words that stand for others
//	config_log.go who entered what ("archive log config"); command_log.go all lines
//	answer.go     what a line that is not understood is told
//	help.go       "?" and Tab
//	prompt.go     the prompt and its length
//	login.go      who is there, asked on the line itself
//	console.go    the console, session after session; greeting.go before the first
//	lines.go      the lines of the box: who is where, and who sees log lines
//	batch.go      lines without a user: "weft lab exec", ssh with a command
//
// The life of a session: New, with the privilege that the login gave; a
// terminal's Run, which asks State for the prompt and hands each line to
// Execute; Logout, or the end of the line.
//
// An exec line runs on the session's own goroutine, so that it may take its
// time. Configuration lines are entered on the router's, inside Router.Config,
// together with all lines that wait behind them: the router compiles and
// applies what they asked for once, and only then does the user get an answer.
//
// Left out: names of hosts as commands. There is no resolver on the box yet, so
// a word that is no command is told what a failed look-up is told.
package shell

import (
	"sync/atomic"

	"weft/cli/access"
	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/grammar"
	"weft/cli/terminal"
)

// A Box is what all sessions of a router share.
type Box struct {
	Router commands.Router
	Exec   ExecTable
	// Compile says what the running-config asks for: compile.Compile.
	Compile func(*config.Tree) compile.Box
	Lines   *Lines
	Guard   access.Guard
	// Happened, if set, takes events for the log: types of package commands.
	Happened func(event any)

	compiled compiled
	tables   tables
}

// ExecTable is the exec commands, as a user of a privilege level sees them:
// commands.ExecTable.
type ExecTable interface {
	Match(line string, privilege int) (*commands.Exec, grammar.Args, *grammar.Error)
	Choices(line string, privilege int) ([]grammar.Choice, *grammar.Error)
	Complete(line string, privilege int) (string, bool)
}

// Settings is what the running-config asks for now; of a router that has
// stopped, nothing.
func (b *Box) Settings() compile.Box {
	settings := compile.Box{Global: &commands.Global{Hostname: defaultName}}
	b.Router.Config(func(t *config.Tree, _ config.Env) { settings = b.compiled.of(t, b.Compile) })
	return settings
}

// compiled keeps what a tree came to until it changes: strangers cost no more
// than a look at it. The goroutine of the router has it.
type compiled struct {
	tree     *config.Tree
	revision uint64
	box      compile.Box
}

func (c *compiled) of(t *config.Tree, compile func(*config.Tree) compile.Box) compile.Box {
	if c.tree != t || c.revision != t.Revision() {
		c.tree, c.revision, c.box = t, t.Revision(), compile(t)
	}
	return c.box
}

// A Line is what a session talks through: a terminal, or lines given at once.
type Line interface {
	Write(p []byte) (int, error)
	Next() (terminal.Line, bool)
	Begin() terminal.Output
	ReadLine(prompt string, echo bool) (string, error)
	ReadKey(prompt string) (byte, error)
	History(config bool) []string
	Resized() (width, length int, ok bool)
}

// Options say who starts a session, and where.
type Options struct {
	User      string // "" if the line did not ask
	Origin    string // "console", "vty0 (192.0.2.50)"
	VTY       int    // number of the virtual terminal, unless Console
	Location  string // where the user comes from; "" at the console
	Console   bool
	Privilege int
	Group     *commands.LineGroup // nil: no paging, no history
}

// Session is one user's session. It belongs to one goroutine.
type Session struct {
	box  *Box
	line Line
	who  Options

	privilege int
	settings  commands.Terminal
	monitor   atomic.Bool // settings.Monitor, for whoever has a log line
	hostname  string
	execTable ExecTable           // as the privilege lines have it
	rules     commands.Privileges // those of other modes
	done      bool
	failed    bool // a line has been answered by an error
	typed     terminal.Line

	told        []any // events of lines entered, not yet in the log
	lineChanged bool  // what is said of lines has changed, perhaps of this one

	out  *answer // of the exec command that runs
	conf *configuring
}

// New starts a session on a line.
func New(box *Box, line Line, o Options) *Session {
	s := &Session{box: box, line: line, who: o, privilege: o.Privilege, hostname: defaultName, execTable: box.Exec}
	if g := o.Group; g != nil {
		s.settings = commands.Terminal{Length: g.Length, Width: g.Width, HistorySize: g.HistorySize}
	}
	box.Router.Config(func(t *config.Tree, _ config.Env) { s.look(t) })
	return s
}

// look takes from the running-config what a session depends on.
func (s *Session) look(t *config.Tree) {
	s.hostname = hostname(t)
	g, _ := t.Root().Compile().(*commands.Global)
	if g == nil {
		return
	}
	s.rules = g.Privileges
	s.execTable = s.box.tables.of(s.box.Exec, g)
}

// tables keeps the exec commands as "privilege" lines have them, until some
// global line changes. The goroutine of the router has it.
type tables struct {
	global *commands.Global
	table  ExecTable
}

func (c *tables) of(base ExecTable, g *commands.Global) ExecTable {
	real, ok := base.(*commands.Table)
	if !ok {
		return base
	}
	if c.table == nil {
		c.table = real
	}
	if c.global != g {
		c.global, c.table = g, c.table.(*commands.Table).Under(g.Privileges)
	}
	return c.table
}

// State says how the next line is asked for.
func (s *Session) State() terminal.State {
	// A user who has turned paging off keeps it off in a window of any size.
	if width, length, ok := s.line.Resized(); ok {
		s.settings.Width = resized(s.settings.Width, width)
		s.settings.Length = resized(s.settings.Length, length)
	}
	s.monitor.Store(s.settings.Monitor)
	state := terminal.State{Prompt: s.prompt(), Config: s.conf != nil, History: s.settings.HistorySize,
		Length: s.settings.Length, Width: s.settings.Width, Done: s.done}
	if s.conf != nil && s.conf.text != nil {
		state.Prompt, state.Text = "", true
	}
	return state
}

func resized(now, told int) int {
	if now == 0 || told <= 0 {
		return now
	}
	return told
}

// Execute does what one line asks for, and perhaps what the next ones do.
func (s *Session) Execute(l terminal.Line) {
	s.typed = l
	if s.settings.Watched {
		s.settings.Watched = s.box.Router.StillThere(s.who.Origin)
	}
	s.remember(l.Text)
	if s.conf != nil {
		s.configure(l)
	} else if l.By == terminal.Enter {
		s.exec(request{line: l.Text, prompt: s.prompt()})
	}
	if s.conf == nil && !s.done {
		s.box.Router.Config(func(t *config.Tree, _ config.Env) { s.look(t) })
	}
}

// End is called when the line has gone, however it ended.
func (s *Session) End() {
	s.done = true
	if s.conf != nil {
		s.leave()
	}
}
