package configtest

import (
	"errors"
	"fmt"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// A subject is one command under test.
type subject struct {
	*laws
	place
	base    *config.Tree
	rule    int
	command *config.Command
	helped  map[string]bool // prefixes of lines whose "?" has been looked at
	failed  bool
}

func (s *subject) errorf(format string, args ...any) {
	s.failed = true
	s.broken = append(s.broken, fmt.Sprintf("mode %s, %q: ", s.mode.Name, s.command.Syntax)+fmt.Sprintf(format, args...))
}

// lines enters every sample.
func (s *subject) lines(samples []grammar.Sample) {
	var refused error
	taken := 0
	for i, sample := range samples {
		if s.failed {
			return // one sample that shows it is enough
		}
		tree := s.base.Clone()
		switch r, err := tree.Enter(s.at, sample.Line, s.env); {
		case isSyntax(err):
			s.errorf("%q is refused: %v", sample.Line, err)
		case err != nil:
			refused = err
			if got, want := print(tree), print(s.base); got != want {
				s.errorf("%q is refused (%v), and yet\n%s\nhas become\n%s", sample.Line, err, want, got)
			}
		default:
			taken++
			s.holds(tree, sample.Line)
			if i < 10 { // the law is about the tree more than about the sample
				s.differences(tree, sample.Line)
			}
			s.removes(tree, r.Cursor, sample.Line)
			s.negated(sample.Line)
		}
	}
	if takesBack := s.command.Hidden && s.command.Leave != nil; taken == 0 && !takesBack {
		s.errorf("every sample is refused: %v", refused)
	}
	s.byDefault()
}

func isSyntax(err error) bool {
	var e *grammar.Error
	return errors.As(err, &e)
}

func print(t *config.Tree) string { return t.Text(config.TextOptions{}) }

// holds checks what a tree with a line in it must do.
func (s *subject) holds(tree *config.Tree, line string) {
	if why := s.again(tree); why != "" {
		s.errorf("after %q: %s", line, why)
	}
	defer func() {
		if r := recover(); r != nil {
			s.errorf("%q does not compile: %v", line, r)
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

// removes takes away what the line has stored.
func (s *subject) removes(tree *config.Tree, inside config.Cursor, line string) {
	if s.command.Transient {
		return // it goes by itself
	}
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
		if _, err := tree.Enter(inside, undo, s.env); isSyntax(err) {
			s.errorf("after %q, %q is refused: %v", line, undo, err)
		} else if err != nil {
			continue // a hook may hold on to it
		}
		for _, left := range s.own(tree) {
			if left.Text == stored.Text {
				s.errorf("after %q, %q leaves %q", line, undo, left.Text)
			}
		}
	}
}

// negated enters "no" in front of the whole line, alone: it must be understood,
// and what it stores must hold.
func (s *subject) negated(line string) {
	tree := s.base.Clone()
	line = "no " + line
	if _, err := tree.Enter(s.at, line, s.env); isSyntax(err) {
		s.errorf("%q is refused: %v", line, err)
	} else if err == nil {
		s.holds(tree, line)
		s.removes(tree, s.at, line)
	}
}

// byDefault enters the line that holds anyway.
func (s *subject) byDefault() {
	if s.command.Default == "" {
		return
	}
	tree := s.base.Clone()
	if _, err := tree.Enter(s.at, s.command.Default, s.env); err != nil {
		s.errorf("the default %q is refused: %v", s.command.Default, err)
	} else if len(s.own(tree)) > len(s.own(s.base)) {
		s.errorf("the default %q is stored", s.command.Default)
	}
}

// differences checks that Diff leads from the tree with the line to the one
// without, and the other way.
func (s *subject) differences(tree *config.Tree, line string) {
	for _, way := range [][2]*config.Tree{{tree, s.base}, {s.base, tree}} {
		from, to := way[0].Clone(), way[1]
		lines := strings.Join(from.Diff(to), "\n")
		if _, err := from.Load(strings.NewReader(lines), s.env); err != nil {
			s.errorf("after %q the differences do not load: %v", line, err)
		}
		if got, want := print(from), print(to); got != want {
			s.errorf("after %q the differences\n%s\nlead to\n%s\nnot to\n%s", line, lines, got, want)
		}
	}
}
