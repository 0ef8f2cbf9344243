package config

import (
	"slices"

	"weft/cli/grammar"
)

// Sight is what somebody sees of the language: the other commands are none of
// it to them. It is kept with the cursor, and belongs to the goroutine of the tree.
type Sight struct {
	// Sees reports whether a command of a mode is there.
	Sees func(m *Mode, c *Command) bool

	seen map[*Mode]*seen
}

// seen is what is left of a mode.
type seen struct {
	commands  []*Command // by rule of the automaton
	automaton *grammar.Automaton
}

// of is the commands of a mode as somebody sees them; a nil Sight sees all.
func (s *Sight) of(t *table) *seen {
	if s == nil {
		return &seen{t.commands, t.automaton}
	}
	if found := s.seen[t.mode]; found != nil {
		return found
	}
	part := *t.mode
	part.Commands = func() []*Command {
		return slices.DeleteFunc(slices.Clone(t.commands), func(c *Command) bool { return !s.Sees(t.mode, c) })
	}
	automaton, err := part.Automaton()
	if err != nil {
		panic("config: " + err.Error()) // it compiled as a whole
	}
	found := &seen{part.Commands(), automaton}
	if s.seen == nil {
		s.seen = map[*Mode]*seen{}
	}
	s.seen[t.mode] = found
	return found
}
