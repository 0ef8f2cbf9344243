package config

import (
	"fmt"
	"strings"

	"weft/cli/grammar"
)

// A table is a Mode compiled.
type table struct {
	mode      *Mode
	commands  []*Command
	place     map[*Command]int // in the order of printing
	keys      map[*Command][]string
	automaton *grammar.Automaton
	moves     map[string]bool // the words that move, in lower case
	closing   string          // what ends its sections in print, beside a smaller indent
}

// tables holds the modes compiled so far. A tree has its own, since trees are
// used by different goroutines; the tables in it never change.
type tables map[*Mode]*table

// of compiles a mode when it is first needed. A mistake in a table is a
// programmer's, and panics.
func (ts tables) of(m *Mode) *table {
	if t := ts[m]; t != nil {
		return t
	}
	t := &table{mode: m, commands: m.Commands(), place: map[*Command]int{},
		keys: map[*Command][]string{}, moves: map[string]bool{}}
	for i, c := range t.commands {
		if _, twice := t.place[c]; twice {
			panic(fmt.Sprintf("config: mode %s has %q twice", m.Name, c.Syntax))
		}
		t.place[c] = i
		t.keys[c] = strings.Fields(c.Key)
		if c.Move == Stay {
			continue
		}
		word, _, _ := strings.Cut(c.Syntax, " ")
		t.moves[strings.ToLower(word)] = true
		if c.Move == Up && word != "exit" && t.closing == "" {
			t.closing = word
		}
	}
	automaton, err := m.Automaton()
	if err != nil {
		panic(fmt.Sprintf("config: mode %s: %v", m.Name, err))
	}
	t.automaton = automaton
	ts[m] = t
	return t
}

// Automaton compiles the mode's syntaxes; its rules are the mode's commands, in order.
func (m *Mode) Automaton() (*grammar.Automaton, error) {
	var rules []grammar.Rule
	for _, c := range m.Commands() {
		rules = append(rules, grammar.Rule{Syntax: c.Syntax, Help: c.Help, Words: c.Words, Key: c.Key, Hidden: c.Hidden})
	}
	var types []grammar.Type
	if m.Types != nil {
		types = m.Types()
	}
	return grammar.Compile(rules, types...)
}

// key is what tells a line of a command from the others of that command.
func (t *table) key(c *Command, a grammar.Args) string {
	switch names := t.keys[c]; len(names) {
	case 0:
		return ""
	case 1:
		return keyPart(a, names[0])
	default:
		parts := make([]string, len(names))
		for i, name := range names {
			parts[i] = keyPart(a, name)
		}
		return strings.Join(parts, keySeparator)
	}
}

// keySeparator is in no value: lines have no control characters.
const keySeparator = "\x00"

func keyPart(a grammar.Args, name string) string {
	words := a.Words(name)
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words, " ")
}
