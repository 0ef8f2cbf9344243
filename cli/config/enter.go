package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"weft/cli/grammar"
)

// maxLine and maxText bound what one line and one multi-line text may be, in bytes.
const (
	maxLine = 16 << 10
	maxText = 64 << 10
)

var errTooLong = errors.New("% Line too long")

// Enter takes one line as typed, in the mode at c, and returns where the
// session stands afterwards. Notices are warnings that do not refuse the line.
// The error is a *grammar.Error if the line is none of the language; any other
// is to be printed as it stands. A refused line changes nothing, and the cursor
// stays.
func (t *Tree) Enter(c Cursor, line string, env Env) (Result, error) {
	e := &entry{tree: t, env: env, sight: c.Sight}
	s, stored, err := e.take(t.path(c), line)
	if err != nil {
		return Result{Cursor: c}, err
	}
	r := Result{Cursor: c, Notices: e.notices, Kept: e.fresh, Changed: e.changed}
	depth := len(s.path) - 1
	if s.command != nil && s.command.Acts {
		r.Acts, r.Args, r.Negative = s.command, s.match.Args, s.sign != plain
		return r, nil
	}
	if stays(s, stored) && depth == len(c.Path) {
		err := e.alongside(c, line)
		r.Notices, r.Kept, r.Changed = e.notices, e.fresh, e.changed
		return r, err
	}
	switch {
	case s.command == nil: // nothing to do
		return r, nil
	case s.command.Move == Do:
		r.Move, r.RestAt = Do, restAt(line)
		r.Rest = strings.TrimSpace(line[r.RestAt:])
		return r, nil
	case s.command.Move == Top, s.command.Move == Up && len(c.Path) == 0:
		return Result{Move: Top}, nil
	case s.command.Move == Up:
		r.Move = Up
		if depth == 0 { // the word of every mode: one level up from here
			depth = len(c.Path)
		}
		depth--
	}
	r.Cursor = Cursor{Path: append([]string(nil), c.Path[:depth]...), Sight: c.Sight}
	if stored != nil && stored.Section != nil {
		r.Cursor.Path = append(r.Cursor.Path, stored.Text)
		r.Cursor.Beside = e.beside
	}
	return r, nil
}

// stays reports whether the session stands where the line was taken when it has been.
func stays(s statement, stored *Line) bool {
	return s.command != nil && s.command.Move == Stay && (stored == nil || stored.Section == nil)
}

// alongside enters a line that was taken at the cursor in the sections beside
// it. What each of them has to say is said once.
func (e *entry) alongside(c Cursor, line string) error {
	if len(c.Beside) == 0 {
		return nil
	}
	around := e.tree.path(Cursor{Path: c.Path[:len(c.Path)-1]})
	for _, head := range c.Beside {
		l := around[len(around)-1].heads[head]
		if l == nil { // removed meanwhile
			continue
		}
		said := len(e.notices)
		if _, _, err := e.take(append(around[:len(around):len(around)], l.Section), line); err != nil {
			return err
		}
		again := slices.Clone(e.notices[said:])
		e.notices = e.notices[:said]
		for _, n := range again {
			if !slices.Contains(e.notices, n) {
				e.notices = append(e.notices, n)
			}
		}
	}
	return nil
}

// Question is what to ask the user before a line is entered at c; "" if nothing.
func (t *Tree) Question(c Cursor, line string) string {
	if sign, _, _ := splitSign(line); sign != no {
		return ""
	}
	s, failed := locate(t.path(c), line, c.Sight)
	if failed != nil || s.command.Confirm == "" || s.node().lines[s.place()] == nil {
		return ""
	}
	return s.command.Confirm
}

// restAt is where the second word of a line begins.
func restAt(line string) int {
	body := strings.TrimLeft(line, blanks)
	word, rest, _ := strings.Cut(strings.ReplaceAll(body, "\t", " "), " ")
	return len(line) - len(body) + len(word) + 1 + len(rest) - len(strings.TrimLeft(rest, blanks))
}

// entry is one line being entered, with all that its hooks enter.
type entry struct {
	tree    *Tree
	env     Env
	notices []string
	kept    string   // why nothing acts on the line
	fresh   []Kept   // those of the lines that were not there before
	beside  []string // further sections that the line opens
	changed bool
	depth   int // of hooks entering lines
	sight   *Sight
}

// take understands a line and does what it says. It returns the line that is
// stored now, if any.
func (e *entry) take(path []*Node, line string) (statement, *Line, error) {
	if body := strings.TrimLeft(line, " \t\r\n"); body == "" || body[0] == '!' {
		return statement{path: path}, nil, nil
	}
	if first, _, more := strings.Cut(line, "\n"); len(first) > maxLine || more && len(line) > maxText {
		return statement{}, nil, errTooLong
	}
	sight := e.sight
	e.sight = nil // what hooks enter is not the user's
	s, failed := locate(path, line, sight)
	if failed != nil {
		return statement{}, nil, failed
	}
	switch {
	case s.command.Move != Stay && s.command.Enter != nil:
		return s, nil, s.command.Enter(&Edit{entry: e, path: s.path}, s.match.Args)
	case s.command.Move != Stay || s.command.Acts:
		return s, nil, nil
	}
	stored, err := e.run(s)
	return s, stored, err
}

// run does what a statement says: the hook first, then the line itself. All of
// it is undone if any of it is refused.
func (e *entry) run(s statement) (stored *Line, err error) {
	if e.depth > 8 {
		return nil, fmt.Errorf("%% %s: its effects go in circles", s.match.Text)
	}
	c := s.command
	if c.Enter == nil && c.Leave == nil && c.Opens == nil && len(s.match.Also) == 0 {
		stored, _ = e.settle(s)
		return stored, nil
	}
	if e.tree.journal == nil {
		e.tree.journal = &journal{}
		changed := e.changed
		defer func() {
			if err != nil {
				e.tree.journal.undo()
				e.changed = changed
			}
			e.tree.journal = nil
		}()
	}
	edit := &Edit{entry: e, path: s.path, sign: s.sign}
	e.depth++
	defer func() { e.depth-- }()
	if s.sign != plain {
		return nil, e.negative(s, edit)
	}
	if c.Enter != nil {
		if err := c.Enter(edit, s.match.Args); err != nil {
			return nil, err
		}
	}
	if edit.instead != nil {
		s = *edit.instead
	}
	stored, fresh := e.settle(s)
	if stored != nil && stored.Section != nil && fresh {
		err = edit.fill(stored.Section)
	}
	return stored, err
}

// negative does what "no" and "default" say, for every command that the line identifies.
func (e *entry) negative(s statement, edit *Edit) error {
	for _, m := range append([]grammar.Match{s.match}, s.match.Also...) {
		one := s
		one.match, one.command = m, s.rules[m.Rule]
		one.match.Also = nil
		if one.command.Move != Stay {
			continue
		}
		if one.command.Leave != nil {
			if err := one.command.Leave(edit, m.Args); err != nil {
				return err
			}
		}
		if edit.instead != nil {
			one = *edit.instead
			edit.instead = nil
		}
		e.settle(one)
		if line := one.node().lines[one.place()]; line != nil && line.Section != nil && one.sign == dflt {
			if err := edit.fill(line.Section); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle brings the section to what the statement says. It returns the line
// that is stored for it, if one is, and whether a section was opened.
func (e *entry) settle(s statement) (stored *Line, fresh bool) {
	n, c, at := s.node(), s.command, s.place()
	old := n.lines[at]
	line := &Line{Command: c, Args: s.match.Args, Text: s.match.Text, key: at.key}
	switch {
	case s.sign == plain && c.On && !c.Signed, s.sign == no && !c.On && !c.Signed, s.sign == dflt:
		line = nil
	case s.sign == no:
		line.Negative = true
		line.Text = "no " + s.match.Text
		// What is behind the last key is not stored, neither as text nor as arguments.
		if m, err := n.table.automaton.Match(s.match.Text, grammar.Negative); err == nil && m.Rule == s.match.Rule {
			line.Args = m.Args
		}
	}
	if line == nil || line.Text == c.Default {
		switch {
		case old == nil:
		case s.sign == dflt && old.Section != nil: // "default interface X" leaves X
			e.changed = e.changed || len(old.Section.lines) > 0
			old.Section.clear()
		default:
			n.remove(old)
			e.changed = true
		}
		return nil, false
	}
	if c.Opens != nil && !line.Negative {
		fresh = e.open(n, old, line)
	}
	changed := n.put(line)
	e.changed = e.changed || changed
	if c.Kept != "" && (e.env.Thorough || !c.Silent && !(c.SilentNo && line.Negative)) {
		e.keep(Kept{Line: line.Text, Why: c.Kept}, changed)
	}
	return n.lines[at], fresh
}

// open gives a line its section: the one that the line had before, if that is
// of the same mode. It reports whether the section is new.
func (e *entry) open(n *Node, old, line *Line) (fresh bool) {
	mode := line.Command.Opens(line.Args)
	switch {
	case mode == nil:
		return false
	case old != nil && old.Section != nil && old.Section.Mode() == mode:
		line.Section = old.Section
		return false
	}
	line.Section = e.tree.node(mode, n, line)
	return true
}

// keep notes that nothing acts on a line. A line that stood there already, or
// that another section takes as well, is told of once.
func (e *entry) keep(k Kept, changed bool) {
	e.kept = k.Why
	if changed && !slices.Contains(e.fresh, k) {
		e.fresh = append(e.fresh, k)
	}
}
