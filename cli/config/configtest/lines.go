package configtest

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

// A subject is one command under test.
type subject struct {
	*laws
	t         *testing.T
	base      *config.Tree
	at        config.Cursor
	automaton *grammar.Automaton
	rule      int
	command   *config.Command
	helped    map[string]bool // prefixes of lines whose "?" has been looked at
}

// lines enters every sample.
func (s *subject) lines(samples []grammar.Sample) {
	var refused error
	taken := 0
	for i, sample := range samples {
		tree := s.base.Clone()
		switch r, err := tree.Enter(s.at, sample.Line, s.env); {
		case isSyntax(err):
			s.t.Errorf("%q is refused: %v", sample.Line, err)
		case err != nil:
			refused = err
			if got, want := tree.Text(config.TextOptions{}), s.base.Text(config.TextOptions{}); got != want {
				s.t.Errorf("%q is refused (%v), and yet\n%s\nhas become\n%s", sample.Line, err, want, got)
			}
		default:
			taken++
			s.again(s.t, tree, "after "+sample.Line)
			s.compiles(tree, sample.Line)
			s.back(tree, sample.Line, i < 10)
			s.removes(tree, r.Cursor, sample.Line)
			s.negated(sample.Line)
		}
		if s.t.Failed() {
			return // one sample that shows it is enough
		}
	}
	if taken == 0 {
		s.t.Errorf("every sample is refused: %v", refused)
	}
	if d := s.command.Default; d != "" {
		tree := s.base.Clone()
		if _, err := tree.Enter(s.at, d, s.env); err != nil {
			s.t.Errorf("the default %q is refused: %v", d, err)
		}
		if s.has(tree) && !s.has(s.base) {
			s.t.Errorf("the default %q is stored", d)
		}
	}
}

func isSyntax(err error) bool {
	var e *grammar.Error
	return errors.As(err, &e)
}

// compiles runs every Apply.
func (s *subject) compiles(tree *config.Tree, line string) {
	defer func() {
		if r := recover(); r != nil {
			s.t.Errorf("%q does not compile: %v", line, r)
		}
	}()
	compile(tree.Root())
}

func compile(n *config.Node) {
	n.Compile()
	for _, line := range n.Lines() {
		if line.Section != nil {
			compile(line.Section)
		}
	}
}

// own lists the lines of the command in its section.
func (s *subject) own(tree *config.Tree) (lines []*config.Line) {
	for _, line := range tree.At(s.at).Lines() {
		if line.Command == s.command {
			lines = append(lines, line)
		}
	}
	return lines
}

func (s *subject) has(tree *config.Tree) bool { return len(s.own(tree)) > 0 }

// removes takes away what the line has stored.
func (s *subject) removes(tree *config.Tree, inside config.Cursor, line string) {
	before := map[string]bool{}
	for _, l := range s.own(s.base) {
		before[l.Text] = true
	}
	for _, stored := range s.own(tree) {
		if before[stored.Text] {
			continue
		}
		undo := "no " + stored.Text
		switch {
		case s.command.Signed:
			undo = "default " + strings.TrimPrefix(stored.Text, "no ")
		case stored.Negative:
			undo = strings.TrimPrefix(stored.Text, "no ")
		}
		if _, err := tree.Enter(inside, undo, s.env); err != nil {
			if isSyntax(err) {
				s.t.Errorf("after %q, %q is refused: %v", line, undo, err)
			}
			continue
		}
		for _, left := range s.own(tree) {
			if left.Text == stored.Text {
				s.t.Errorf("after %q, %q leaves %q", line, undo, left.Text)
			}
		}
	}
}

// negated enters "no" in front of the whole line, alone: it must be understood,
// and what it stores must hold.
func (s *subject) negated(line string) {
	tree := s.base.Clone()
	if _, err := tree.Enter(s.at, "no "+line, s.env); err != nil {
		if isSyntax(err) {
			s.t.Errorf("%q is refused: %v", "no "+line, err)
		}
		return
	}
	s.again(s.t, tree, "after no "+line)
	s.compiles(tree, "no "+line)
	s.removes(tree, s.at, "no "+line)
}

// back checks that Diff leads from the tree with the line to the one without,
// and the other way.
func (s *subject) back(tree *config.Tree, line string, check bool) {
	if !check {
		return
	}
	for _, way := range [][2]*config.Tree{{tree, s.base}, {s.base, tree}} {
		from, to := way[0].Clone(), way[1]
		lines := from.Diff(to)
		if _, err := from.Load(strings.NewReader(strings.Join(lines, "\n")), s.env); err != nil {
			s.t.Errorf("after %q: %v", line, err)
		}
		if got, want := from.Text(config.TextOptions{}), to.Text(config.TextOptions{}); got != want {
			s.t.Errorf("after %q the differences\n%s\nlead to\n%s\nnot to\n%s", line, strings.Join(lines, "\n"), got, want)
		}
	}
}
