package configtest

import (
	"strings"

	"weft/cli/grammar"
)

// syntax checks what the grammar alone decides about a sample.
func (s *subject) syntax(sample grammar.Sample) {
	m, err := s.automaton.Match(sample.Line, grammar.Positive)
	if err != nil {
		s.errorf("%q is refused: %v", sample.Line, err)
		return
	}
	if m.Rule != s.rule {
		s.errorf("%q is taken by another command, as %q", sample.Line, m.Text)
		return
	}
	if again, err := s.automaton.Match(m.Text, grammar.Positive); err != nil || again.Text != m.Text {
		s.errorf("%q is %q, and that is %q (%v)", sample.Line, m.Text, again.Text, err)
	}
	for i, word := range sample.Words {
		if !s.command.Hidden {
			s.help(sample.Line[:word.Column])
		}
		if word.Keyword {
			s.misspelt(sample, i)
		}
	}
}

// help looks at the answer to "?" behind a prefix.
func (s *subject) help(prefix string) {
	if s.helped[prefix] {
		return
	}
	s.helped[prefix] = true
	choices, err := s.automaton.Choices(prefix, grammar.Positive)
	if err != nil {
		s.errorf("%q? lists nothing: %v", prefix, err)
	}
	for _, c := range choices {
		if c.Help == "" && c.Token != grammar.CR {
			s.errorf("%q? has no help for %s", prefix, c.Token)
		}
	}
}

// misspelt checks that a line with one keyword misspelt is refused at that
// word, unless anything may stand there.
func (s *subject) misspelt(sample grammar.Sample, i int) {
	word := sample.Words[i]
	end := word.Column + len(word.Text)
	wrong := sample.Line[:end] + "qz" + sample.Line[end:]
	m, err := s.automaton.Match(wrong, grammar.Positive)
	if err != nil && err.Kind == grammar.Invalid && err.Column > word.Column && err.Column <= end+2 {
		return
	}
	choices, _ := s.automaton.Choices(sample.Line[:word.Column], grammar.Positive)
	for _, c := range choices {
		if c.Token == "WORD" || c.Token == "LINE" {
			return
		}
	}
	if err != nil {
		s.errorf("%q is refused elsewhere than at %q: %v", wrong, word.Text+"qz", err)
		return
	}
	s.errorf("%q is taken, as %q", wrong, strings.TrimSpace(m.Text))
}
