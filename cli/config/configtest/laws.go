// Package configtest checks what must hold of every table of configuration
// commands, so that a new command is tested by being written down.
//
// Laws walks a mode and all modes that its commands open (laws.go). For every
// command it has the grammar write lines (each token of the syntax, each pair
// of tokens that may stand side by side, and some random ones) and checks that
//
//   - its own command takes the line, and takes its canonical text to itself;
//   - every word and argument on the way has help;
//   - one keyword misspelt is refused at that word (syntax.go);
//   - what is printed after entering the line enters to the same text;
//   - compiling does not panic, as it does where Apply asks for an argument
//     that the syntax does not have;
//   - "no" (or what removes a line of its kind) removes it;
//   - Diff leads back to the tree before the line;
//   - a line refused leaves no trace (lines.go);
//   - the sections printed before a line do not catch it when all is entered
//     again (neighbours.go).
//
// A hook may refuse a sample, such as an address out of place; it may not
// refuse all samples of a command, unless that is there, hidden, for the sake of
// its "no".
package configtest

import (
	"fmt"
	"io"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

// Options fit the laws to a table. The zero value will do for most.
type Options struct {
	Random int       // random lines per command; 0 is 100
	Salt   io.Reader // for hooks that hash
	// Prepare is configuration that is there before every sample.
	Prepare []string
}

// Laws fails the test for every law that the table of a global mode, or of a
// mode below it, breaks.
func Laws(t testing.TB, global *config.Mode, o Options) {
	t.Helper()
	for _, broken := range Broken(global, o) {
		t.Error(broken)
	}
}

// Broken lists the laws that a table breaks, one sentence each; of one command
// only the first sample that breaks one counts.
func Broken(global *config.Mode, o Options) []string {
	if o.Random == 0 {
		o.Random = 100
	}
	l := &laws{options: o, env: config.Env{Salt: o.Salt}, seen: map[*config.Mode]bool{}}
	base := config.New(global)
	for _, line := range o.Prepare {
		if _, err := base.Enter(config.Cursor{}, line, l.env); err != nil {
			l.broken = append(l.broken, fmt.Sprintf("%q, to prepare: %v", line, err))
		}
	}
	l.visit(base, config.Cursor{}, nil, global)
	return l.broken
}

type laws struct {
	options Options
	env     config.Env
	seen    map[*config.Mode]bool
	broken  []string
}

// A place is a mode and where a session stands in it.
type place struct {
	at        config.Cursor
	mode      *config.Mode
	automaton *grammar.Automaton
}

// visit checks one mode, which stands at a cursor of base inside other places.
func (l *laws) visit(base *config.Tree, at config.Cursor, around []place, m *config.Mode) {
	l.seen[m] = true
	automaton, err := m.Automaton()
	if err != nil {
		l.broken = append(l.broken, fmt.Sprintf("mode %s: %v", m.Name, err))
		return
	}
	here := place{at, m, automaton}
	l.neighbours(base, around, here)
	helped := map[string]bool{}
	again := m.Commands()
	for i, c := range m.Commands() {
		if c != again[i] {
			l.broken = append(l.broken, fmt.Sprintf("mode %s has other commands every time it is asked", m.Name))
			return
		}
		samples := automaton.Samples(i, l.options.Random, uint64(i))
		s := subject{laws: l, place: here, base: base, rule: i, command: c, helped: helped}
		for _, sample := range samples {
			s.syntax(sample)
		}
		if c.Move == config.Stay {
			s.lines(samples)
		}
		if c.Opens != nil {
			l.below(base, append(around[:len(around):len(around)], here), samples)
		}
	}
}

// below goes on to the modes that a command opens.
func (l *laws) below(base *config.Tree, around []place, samples []grammar.Sample) {
	at := around[len(around)-1].at
	for _, sample := range samples {
		tree := base.Clone()
		r, err := tree.Enter(at, sample.Line, l.env)
		if err != nil || len(r.Cursor.Path) <= len(at.Path) {
			continue
		}
		if inner := tree.At(r.Cursor).Mode(); !l.seen[inner] {
			l.visit(tree, r.Cursor, around, inner)
		}
	}
}
