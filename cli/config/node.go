package config

import (
	"cmp"
	"slices"
	"strings"
)

// A Node is one section: the line that opens it and the lines inside.
type Node struct {
	tree   *Tree
	table  *table
	parent *Node
	head   *Line

	lines map[place]*Line
	heads map[string]*Line // lines that open a section, by text

	// sorted is the lines in order as of some time ago, added those that have
	// come since; Lines merges the two. A line that has gone is in lines no more.
	sorted []*Line
	added  []*Line
	stale  bool

	revision uint64 // of the node and all below
	own      uint64 // of the node's own lines
	state    any    // compiled at revision compiled of its own lines
	compiled uint64
}

// place is where a line stands: two lines in one place replace each other.
type place struct {
	command *Command
	key     string
}

// Mode is the mode whose commands the section has.
func (n *Node) Mode() *Mode { return n.table.mode }

// Head is the line that opens the section; nil for the root.
func (n *Node) Head() *Line { return n.head }

// Parent is the section around this one; nil for the root.
func (n *Node) Parent() *Node { return n.parent }

// Revision changes when the node or anything below it changes. It is never the
// same for two states of one tree.
func (n *Node) Revision() uint64 { return n.revision }

// Find returns the line of a command whose keys, in the order of Command.Key,
// have these canonical values; nil if there is none. An optional word that is
// not given is "".
func (n *Node) Find(c *Command, key ...string) *Line {
	return n.lines[place{c, strings.Join(key, keySeparator)}]
}

// Lines returns the lines in printing order. The slice is not to be changed; it
// stays as it is when the node changes.
func (n *Node) Lines() []*Line {
	if !n.stale {
		return n.sorted
	}
	slices.SortFunc(n.added, n.compare)
	merged := make([]*Line, 0, len(n.lines))
	i := 0
	for _, line := range n.added {
		for ; i < len(n.sorted) && n.compare(n.sorted[i], line) < 0; i++ {
			merged = n.appendLive(merged, n.sorted[i])
		}
		merged = n.appendLive(merged, line)
	}
	for ; i < len(n.sorted); i++ {
		merged = n.appendLive(merged, n.sorted[i])
	}
	n.sorted, n.added, n.stale = merged, nil, false
	return merged
}

// appendLive appends a line that is still there, once.
func (n *Node) appendLive(lines []*Line, line *Line) []*Line {
	if n.lines[line.place()] != line || len(lines) > 0 && lines[len(lines)-1] == line {
		return lines
	}
	return append(lines, line)
}

// compare is printing order: that of the mode's table, then the command's own,
// then the order of entry.
func (n *Node) compare(a, b *Line) int {
	if a.Command != b.Command {
		return n.table.place[a.Command] - n.table.place[b.Command]
	}
	if less := a.Command.Less; less != nil {
		switch {
		case less(a.Args, b.Args):
			return -1
		case less(b.Args, a.Args):
			return 1
		}
	}
	return cmp.Compare(a.entry, b.entry)
}

func (l *Line) place() place { return place{l.Command, l.key} }

// put stores a line in its place. It reports whether that changed anything.
func (n *Node) put(line *Line) bool {
	old := n.lines[line.place()]
	if old != nil {
		if old.Text == line.Text && old.Section == line.Section {
			return false
		}
		line.entry = old.entry
	}
	n.tree.touch(n)
	if old == nil {
		line.entry = n.tree.revision
	}
	n.replace(old, line)
	n.tree.undo(func() { n.replace(line, old) })
	return true
}

// remove takes a line away, and the section it opens with it.
func (n *Node) remove(line *Line) {
	n.tree.touch(n)
	n.replace(line, nil)
	n.tree.undo(func() { n.replace(nil, line) })
}

// replace puts one line in the place of another; either may be nil.
func (n *Node) replace(old, line *Line) {
	if old != nil {
		delete(n.lines, old.place())
		if old.Section != nil {
			delete(n.heads, old.Text)
		}
	}
	n.indexed(old, line)
	n.stale = true
	if line == nil {
		return
	}
	n.lines[line.place()] = line
	n.added = append(n.added, line)
	if line.Section != nil {
		n.heads[line.Text] = line
		line.Section.head = line
	}
}

// clear takes all lines away.
func (n *Node) clear() {
	for _, line := range n.Lines() {
		n.remove(line)
	}
}

// touch counts a change of the node's own lines.
func (t *Tree) touch(n *Node) {
	t.revision++
	n.own = t.revision
	for ; n != nil; n = n.parent {
		n.revision = t.revision
	}
}

func (n *Node) clone(t *Tree, parent *Node, head *Line) *Node {
	c := t.node(n.table.mode, parent, head)
	c.revision, c.own, c.state, c.compiled = n.revision, n.own, n.state, n.compiled
	lines := n.Lines()
	c.sorted = make([]*Line, len(lines))
	for i, line := range lines {
		if line.Section != nil {
			own := *line
			own.Section = line.Section.clone(t, c, &own)
			line = &own
			c.heads[line.Text] = line
		}
		c.sorted[i] = line
		c.lines[line.place()] = line
	}
	return c
}

// Compile is the desired state that the section's lines ask for: Mode.New, then
// Apply of every line in order. Sections inside compile for themselves. The
// value is kept until the section's own lines change, and is not to be changed.
func (n *Node) Compile() any {
	if n.Mode().New == nil {
		return nil
	}
	if n.state == nil || n.compiled != n.own {
		n.state, n.compiled = n.Mode().New(), n.own
		for _, line := range n.Lines() {
			if apply := line.Command.Apply; apply != nil {
				apply(n.state, line.Args, line.Negative)
			}
		}
	}
	return n.state
}
