package commands

import (
	"slices"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// Exec is one exec command.
type Exec struct {
	Syntax    string
	Help      help
	words     help // see grammar.Rule
	Privilege int  // least level that sees it; 0 means 1, user exec
	// Run does it. An error is printed as it stands, on a line of its own; one
	// that came out of the session (Ask, Confirm, Context) is passed on as it is.
	Run    func(s Session, a args) error
	Hidden bool
}

const (
	anyone     = -1 // also level 0
	privileged = 15
)

// execs gives the commands of one subject the words they share.
func execs(words help, list ...*Exec) []*Exec {
	for _, e := range list {
		e.words = words
	}
	return list
}

// ExecCommands are all exec commands.
func ExecCommands() []*Exec {
	return slices.Concat(
		sessionExecs, terminalExecs,
		showConfigExecs, showConfigPartExecs, showSystemExecs, showSessionExecs, clockExecs, showLoggingExecs, lintExecs, supportExecs, aliasExecs, showLineExecs, promptExecs, archiveLogExecs,
		showProcessExecs, showInventoryExecs, showCEFExecs, techSupportExecs, conditionExecs,
		showInterfaceExecs, showIPExecs, showRouteExecs, showTrafficExecs, eigrpExecs, protocolExecs,
		showNHRPExecs, showDMVPNExecs, diagnosisExecs, dhcpExecs, showISAKMPExecs, showIKEv2Execs, showIPsecExecs, showCryptoExecs,
		clearExecs, clearCryptoExecs, pingExecs, tracerouteExecs, accessExecs, keyPairExecs, sshExecs, writeExecs, fileExecs, folderExecs, copyExecs, replaceExecs, archiveExecs, reloadExecs, debugExecs, setupExecs,
	)
}

// execTypes are the types of arguments that exec commands have beside the built-in ones.
var execTypes = []grammar.Type{interfaceName, fileURL, flashVolume, interval, clockTime, monthName}

// Table is the exec commands as each privilege level sees them. It is immutable
// and may be used by many goroutines.
type Table struct {
	views []view // the least privileged first
	rules Privileges
}

// A view is what one level sees.
type view struct {
	level     int
	execs     []*Exec
	automaton *grammar.Automaton
}

// ExecTable compiles the exec commands.
func ExecTable() *Table { return execTableUnder(nil) }

// Under is the table as the "privilege exec" lines of a configuration have it.
func (t *Table) Under(p Privileges) *Table {
	if slices.Equal(t.rules, p) {
		return t
	}
	return execTableUnder(p)
}

func execTableUnder(p Privileges) *Table {
	t := &Table{rules: p}
	all := ExecCommands()
	needs := make([]int, len(all))
	levels := []int{0, 1, privileged}
	for i, e := range all {
		stem, _ := stemOf(e.Syntax)
		needs[i] = p.needs("exec", stem, e.level())
		levels = append(levels, needs[i])
	}
	slices.Sort(levels)
	for _, level := range slices.Compact(levels) {
		v := view{level: level}
		var rules []grammar.Rule
		for i, e := range all {
			if needs[i] <= level {
				v.execs = append(v.execs, e)
				rules = append(rules, grammar.Rule{Syntax: e.Syntax, Help: e.Help, Words: e.words, Hidden: e.Hidden})
			}
		}
		automaton, err := grammar.Compile(rules, execTypes...)
		if err != nil {
			panic("commands: " + err.Error()) // a table that does not compile is a mistake in this package
		}
		v.automaton = automaton
		t.views = append(t.views, v)
	}
	return t
}

func (e *Exec) level() int {
	if e.Privilege == 0 {
		return 1
	}
	return max(e.Privilege, 0)
}

func (t *Table) view(privilege int) view {
	v := t.views[0]
	for _, other := range t.views {
		if other.level <= privilege {
			v = other
		}
	}
	return v
}

// Match finds the command that a line spells for a user of a privilege level.
// The caller has cut off an output modifier.
func (t *Table) Match(line string, privilege int) (*Exec, grammar.Args, *grammar.Error) {
	v := t.view(privilege)
	x := expandAlias(line)
	m, err := v.automaton.Match(x.text, grammar.Positive)
	if err != nil {
		return nil, grammar.Args{}, x.asTyped(err)
	}
	stem, _ := stemOf(v.execs[m.Rule].Syntax)
	if at := t.rules.tooHigh("exec", stem, m.Text, privilege); at >= 0 {
		return nil, grammar.Args{}, x.asTyped(&grammar.Error{Kind: grammar.Invalid, Line: x.text, Column: wordAt(x.text, strings.Count(m.Text[:at], " "))})
	}
	return v.execs[m.Rule], m.Args, nil
}

// wordAt is the column of the n-th word of a line.
func wordAt(line string, n int) int {
	at := len(line) - len(strings.TrimLeft(line, " \t"))
	for ; n > 0; n-- {
		blank := strings.IndexAny(line[at:], " \t")
		if blank < 0 {
			return len(line)
		}
		at = len(line) - len(strings.TrimLeft(line[at+blank:], " \t"))
	}
	return at
}

// Choices answers "?" after line.
func (t *Table) Choices(line string, privilege int) ([]grammar.Choice, *grammar.Error) {
	v := t.view(privilege)
	x := unexpanded(line)
	word := strings.TrimLeft(line, " \t")
	inFirst := !strings.ContainsAny(word, " \t")
	if !inFirst {
		x = expandAlias(line)
	}
	choices, err := v.automaton.Choices(x.text, grammar.Positive)
	if inFirst && word != "" {
		for _, a := range aliases {
			if strings.HasPrefix(a.name, strings.ToLower(word)) && v.begins(a.means) {
				choices = append(choices, grammar.Choice{Token: "*" + a.name + "=" + a.means})
				err = nil
			}
		}
		slices.SortStableFunc(choices, func(a, b grammar.Choice) int { return strings.Compare(a.Token, b.Token) })
	}
	return choices, x.asTyped(err)
}

// Complete answers Tab: the line with its last word completed.
func (t *Table) Complete(line string, privilege int) (string, bool) {
	v := t.view(privilege)
	x := expandAlias(line)
	if x.typed != "" && !strings.ContainsAny(line[len(x.before)+len(x.typed):], " \t") {
		x = unexpanded(line) // still in the first word, which need not be the alias
	}
	completed, ok := v.automaton.Complete(x.text, grammar.Positive)
	if !ok {
		return line, false
	}
	if rest, expanded := strings.CutPrefix(completed, x.before+x.means); x.typed != "" && expanded {
		completed = x.before + x.typed + rest
	}
	return completed, true
}

// begins reports whether a command of the view has word first.
func (v view) begins(word string) bool {
	return slices.ContainsFunc(v.execs, func(e *Exec) bool {
		first, _, _ := strings.Cut(e.Syntax, " ")
		return first == word
	})
}

// aliases are the words that IOS defines out of the box.
var aliases = []struct{ name, means string }{
	{"h", "help"}, {"lo", "logout"}, {"p", "ping"}, {"r", "resume"},
	{"s", "show"}, {"u", "undebug"}, {"un", "undebug"}, {"w", "where"},
}

// An expansion is a line whose first word may have been an alias.
type expansion struct {
	line, text           string // as typed; with the alias replaced
	before, typed, means string // the blanks in front, the alias, what it stands for; "" if it was none
}

func unexpanded(line string) expansion { return expansion{line: line, text: line} }

func expandAlias(line string) expansion {
	word := strings.TrimLeft(line, " \t")
	before := line[:len(line)-len(word)]
	if end := strings.IndexAny(word, " \t"); end >= 0 {
		word = word[:end]
	}
	for _, a := range aliases {
		if strings.EqualFold(word, a.name) {
			return expansion{line, before + a.means + line[len(before)+len(word):], before, word, a.means}
		}
	}
	return unexpanded(line)
}

// asTyped moves an error about the expanded line to the line as typed.
func (x expansion) asTyped(err *grammar.Error) *grammar.Error {
	if err == nil {
		return nil
	}
	moved := *err
	moved.Line = x.line
	switch end := len(x.before) + len(x.means); {
	case moved.Column >= end:
		moved.Column -= len(x.means) - len(x.typed)
	case moved.Column > len(x.before):
		moved.Column = len(x.before)
	}
	return &moved
}

// runningGlobal is what the global lines of running-config ask for.
func runningGlobal(r Router) (g Global) {
	r.Config(func(t *config.Tree, _ config.Env) {
		if state, ok := t.Root().Compile().(*Global); ok {
			g = *state
		}
	})
	return g
}
