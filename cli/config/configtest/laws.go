// Package configtest checks what must hold of every table of configuration
// commands, so that a new command is tested by being written down.
//
// Laws walks a mode and all modes that its commands open. For every command it
// has the grammar write lines (each token of the syntax, each pair of tokens
// that may stand side by side, and some random ones) and checks that
//
//   - its own command takes the line, and takes its canonical text to itself;
//   - every word and argument on the way has help;
//   - one keyword misspelt is refused at that word (syntax.go);
//   - what is printed after entering the line enters to the same text, also
//     from inside the sections printed before it;
//   - compiling does not panic, as it does where Apply asks for an argument
//     that the syntax does not have;
//   - "no" (or what removes a line of its kind) removes it;
//   - Diff leads back to the tree before the line.
//
// A hook may refuse a sample, such as an address out of place; it may not
// refuse all samples of a command.
package configtest

import (
	"fmt"
	"io"
	"strings"
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

// Laws checks a global mode and all modes below it.
func Laws(t *testing.T, global *config.Mode, o Options) {
	if o.Random == 0 {
		o.Random = 100
	}
	base := config.New(global)
	l := &laws{options: o, env: config.Env{Salt: o.Salt}, empty: base.Clone(), seen: map[*config.Mode]bool{}}
	for _, line := range o.Prepare {
		if _, err := base.Enter(config.Cursor{}, line, l.env); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	l.mode(t, base, config.Cursor{}, global)
}

type laws struct {
	options Options
	env     config.Env
	empty   *config.Tree
	seen    map[*config.Mode]bool
}

// mode checks one mode; base stands at its section.
func (l *laws) mode(t *testing.T, base *config.Tree, at config.Cursor, m *config.Mode) {
	l.seen[m] = true
	automaton, err := m.Automaton()
	if err != nil {
		t.Fatalf("mode %s: %v", m.Name, err)
	}
	helped := map[string]bool{}
	again := m.Commands()
	for i, c := range m.Commands() {
		if c != again[i] {
			t.Fatalf("mode %s has other commands every time it is asked", m.Name)
		}
		samples := automaton.Samples(i, l.options.Random, uint64(i))
		t.Run(c.Syntax, func(t *testing.T) {
			s := subject{t: t, laws: l, base: base, at: at, automaton: automaton, rule: i, command: c, helped: helped}
			for _, sample := range samples {
				s.syntax(sample)
			}
			if c.Move == config.Stay {
				s.lines(samples)
			}
		})
		l.below(t, base, at, m, c, samples)
	}
}

// below goes on to the modes that a command opens.
func (l *laws) below(t *testing.T, base *config.Tree, at config.Cursor, m *config.Mode, c *config.Command, samples []grammar.Sample) {
	if c.Opens == nil {
		return
	}
	for _, sample := range samples {
		tree := base.Clone()
		r, err := tree.Enter(at, sample.Line, l.env)
		if err != nil || len(r.Cursor.Path) <= len(at.Path) {
			continue
		}
		inner := tree.At(r.Cursor).Mode()
		if l.seen[inner] {
			continue
		}
		t.Run(inner.Name, func(t *testing.T) {
			l.mode(t, tree, r.Cursor, inner)
			l.neighbours(t, tree, at, m)
		})
	}
}

// neighbours checks that lines of the mode around a section are not caught by
// the section when all is printed and entered again.
func (l *laws) neighbours(t *testing.T, tree *config.Tree, at config.Cursor, m *config.Mode) {
	automaton, err := m.Automaton()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range m.Commands() {
		if c.Move != config.Stay {
			continue
		}
		for _, sample := range automaton.Samples(i, 0, 0) {
			for _, line := range []string{sample.Line, "no " + sample.Line} {
				both := tree.Clone()
				if _, err := both.Enter(at, line, l.env); err == nil {
					l.again(t, both, fmt.Sprintf("%q beside a section", line))
				}
			}
		}
	}
}

// again checks that what a tree prints enters to the same text.
func (l *laws) again(t *testing.T, tree *config.Tree, what string) {
	t.Helper()
	text := tree.Text(config.TextOptions{})
	copied := l.empty.Clone()
	reports, err := copied.Load(strings.NewReader(text), l.env)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for _, r := range reports {
		if r.Refused != "" {
			t.Errorf("%s: running-config line %d %q is refused: %s", what, r.Number, r.Line, r.Refused)
		}
	}
	if got := copied.Text(config.TextOptions{}); got != text {
		t.Errorf("%s: running-config is\n%s\nentered again it is\n%s", what, text, got)
	}
}
