package config

import "strings"

// Diff returns the lines that, entered, turn t into to, with the head lines of
// their sections and one-space indents. What a line brings about besides
// storing itself is undone or completed by further lines.
func (t *Tree) Diff(to *Tree) []string {
	const passes = 5 // effects of effects; more than that go in circles
	var all []string
	from := t
	for range passes {
		lines := from.differences(to)
		if len(lines) == 0 {
			break
		}
		all = append(all, lines...)
		if from == t {
			from = t.Clone()
		}
		from.Load(strings.NewReader(strings.Join(lines, "\n")), Env{})
	}
	return all
}

// differences compares what is stored.
func (t *Tree) differences(to *Tree) []string {
	var d differ
	d.section(t.root, to.root, "")
	return d.lines
}

type differ struct{ lines []string }

// section compares two sections: first what goes, then what comes, in printing
// order, sections inside last, where they cannot catch the lines of this one.
func (d *differ) section(from, to *Node, indent string) {
	doomed := map[*Line]bool{}
	for _, line := range from.lasting() {
		if to.lines[line.place()] == nil {
			doomed[line] = true
		}
	}
	misplaced(from, to, doomed)
	for _, line := range from.lasting() {
		if doomed[line] {
			d.add(indent, removal(line))
		}
	}
	var inside []*Line
	for _, line := range to.lasting() {
		if line.Section != nil {
			inside = append(inside, line)
			continue
		}
		if old := from.lines[line.place()]; old == nil || doomed[old] || old.Text != line.Text {
			d.add(indent, line.Text)
		}
	}
	for _, line := range inside {
		d.subsection(from, line, indent)
	}
}

func (d *differ) subsection(from *Node, line *Line, indent string) {
	old := from.lines[line.place()]
	var inner differ
	if old != nil && old.Section != nil && old.Section.Mode() == line.Section.Mode() {
		inner.section(old.Section, line.Section, indent+" ")
		if len(inner.lines) == 0 && old.Text == line.Text {
			return
		}
	} else {
		inner.section(line.Section.empty(), line.Section, indent+" ")
	}
	d.add(indent, line.Text)
	d.lines = append(d.lines, inner.lines...)
	if closing := line.Section.table.closing; closing != "" {
		d.add(indent, closing)
	}
}

// empty is a section of the same mode without lines.
func (n *Node) empty() *Node { return n.tree.node(n.Mode(), nil, nil) }

func (d *differ) add(indent, line string) { d.lines = append(d.lines, indent+line) }

// removal is what takes a stored line away.
func removal(line *Line) string {
	switch {
	case line.Command.Signed:
		return "default " + strings.TrimPrefix(line.Text, "no ")
	case line.Negative:
		return strings.TrimPrefix(line.Text, "no ")
	}
	return "no " + line.Text
}

// misplaced dooms the lines that must go and come again to stand where they do
// in to: those behind the first one that does not. Only lines in order of entry
// can be misplaced; sections stay, since removing one does more than move it.
func misplaced(from, to *Node, doomed map[*Line]bool) {
	wanted := map[*Command][]*Line{}
	for _, line := range to.lasting() {
		if line.Command.Less == nil && line.Section == nil {
			wanted[line.Command] = append(wanted[line.Command], line)
		}
	}
	next := map[*Command]int{}
	for _, line := range from.lasting() {
		c := line.Command
		if doomed[line] || c.Less != nil || line.Section != nil {
			continue
		}
		if i := next[c]; i >= 0 && i < len(wanted[c]) && wanted[c][i].key == line.key {
			next[c]++
			continue
		}
		next[c] = -1
		doomed[line] = true
	}
}
