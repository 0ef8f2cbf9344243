package config

import (
	"fmt"
	"io"
	"slices"

	"weft/cli/grammar"
)

// Edit is what Enter and Leave hooks may do. All lines they name are canonical
// or abbreviated text, entered as if typed in the same section, hooks and all.
// If the hook or anything behind it fails, all of it is undone.
type Edit struct {
	entry   *entry
	path    []*Node
	sign    sign
	instead *statement
	inside  []string
}

// Node is the section the line is entered in.
func (e *Edit) Node() *Node { return e.path[len(e.path)-1] }

// Tree is the tree the line is entered in.
func (e *Edit) Tree() *Tree { return e.entry.tree }

// Salt is entropy for password hashes.
func (e *Edit) Salt() io.Reader { return e.entry.env.Salt }

// Loading reports whether a whole text is being read, so that nobody is there
// to be asked.
func (e *Edit) Loading() bool { return e.entry.env.Loading }

// Fixed reports whether the section with this head line is there whatever the
// configuration says.
func (e *Edit) Fixed(head string) bool {
	return e.entry.env.Fixed != nil && e.entry.env.Fixed(head)
}

// Defaulting tells a Leave hook that the line said "default" and not "no".
func (e *Edit) Defaulting() bool { return e.sign == dflt }

// Notice tells the user something that does not refuse the line.
func (e *Edit) Notice(text string) { e.entry.notices = append(e.entry.notices, text) }

// Enter enters another line in this section.
func (e *Edit) Enter(line string) error { return e.in(e.path, line) }

// EnterGlobal enters a line in global configuration mode.
func (e *Edit) EnterGlobal(line string) error { return e.in(e.path[:1], line) }

// EnterAt enters a line in any section of the tree.
func (e *Edit) EnterAt(section *Node, line string) error {
	var path []*Node
	for n := section; n != nil; n = n.parent {
		path = append(path, n)
	}
	slices.Reverse(path)
	return e.in(path, line)
}

func (e *Edit) in(path []*Node, line string) error {
	_, _, err := e.entry.take(path, line)
	return aside(line, err)
}

// aside words an error about another line than the one typed: a caret under
// that one would point nowhere.
func aside(line string, err error) error {
	if failed, ok := err.(*grammar.Error); ok {
		text, _ := reason(failed)
		return fmt.Errorf("%% %s: %s", line, text)
	}
	return err
}

// Inside enters a line in the section that the present line opens, once that is
// there and only if it is new (or emptied by "default"): what a section has in
// it from the start.
func (e *Edit) Inside(line string) { e.inside = append(e.inside, line) }

// Beside names the head of a further section, next to the one that the present
// line opens, that takes every line entered in that one from now on.
func (e *Edit) Beside(head string) { e.entry.beside = append(e.entry.beside, head) }

// fill enters what Inside was told.
func (e *Edit) fill(section *Node) error {
	path := append(e.path[:len(e.path):len(e.path)], section)
	for _, line := range e.inside {
		if err := e.in(path, line); err != nil {
			return err
		}
	}
	e.inside = nil
	return nil
}

// Rewrite stores another line of this section instead of the one typed. Its
// sign counts, its hooks are not called.
func (e *Edit) Rewrite(line string) error {
	s, failed := locate(e.path[len(e.path)-1:], line, nil)
	if failed != nil {
		return aside(line, failed)
	}
	s.path = e.path
	e.instead = &s
	return nil
}

// journal is how to undo what has been done, last first.
type journal struct{ back []func() }

func (t *Tree) undo(f func()) {
	if t.journal != nil {
		t.journal.back = append(t.journal.back, f)
	}
}

func (j *journal) undo() {
	for i := len(j.back) - 1; i >= 0; i-- {
		j.back[i]()
	}
}
