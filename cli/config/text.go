package config

import (
	"slices"
	"strings"
)

// Text prints the tree in IOS order, one-space indents, "!" separators,
// without the header and the final "end".
func (t *Tree) Text(o TextOptions) string {
	p := printer{options: o}
	p.lines(t.root, "")
	return p.String()
}

// Section prints one section with its head line; false if there is none at c.
func (t *Tree) Section(c Cursor) (string, bool) {
	path := t.path(c)
	if len(path) != len(c.Path)+1 {
		return "", false
	}
	n := path[len(path)-1]
	if n.head == nil {
		return t.Text(TextOptions{}), true
	}
	p := printer{options: TextOptions{Sight: c.Sight}}
	p.line(n.head.Text, "")
	p.lines(n, " ")
	return p.String(), true
}

type printer struct {
	strings.Builder
	options TextOptions
	banged  bool // the last line was "!"
	owed    bool // a section has ended: "!" comes unless the next one belongs to it
}

func (p *printer) line(text, indent string) {
	p.WriteString(indent)
	p.WriteString(text)
	p.WriteByte('\n')
	p.banged = false
}

func (p *printer) bang(indent string) {
	if !p.banged {
		p.line("!", indent)
		p.banged = true
	}
}

// lines prints the lines of a section.
func (p *printer) lines(n *Node, indent string) {
	var before *Command
	for _, line := range n.print(p.options) {
		c := line.Command
		if c.Bang && c != before || p.owed && (c.Bang || line.Section == nil) {
			p.bang(indent)
		}
		p.owed = false
		before = c
		if line.Section == nil {
			p.line(line.Text, indent)
			continue
		}
		closing := line.Section.table.closing
		if closing != "" {
			p.bang(indent)
		}
		p.line(line.Text, indent)
		p.lines(line.Section, indent+" ")
		if closing != "" {
			p.line(closing, indent)
		}
		p.owed = indent == ""
	}
	if p.owed && indent == "" {
		p.bang(indent)
		p.owed = false
	}
}

// print is the lines to print: those stored, and those in force by default if
// they are asked for.
func (n *Node) print(o TextOptions) []*Line {
	if o.Sight != nil {
		all := o
		all.Sight = nil
		return slices.DeleteFunc(slices.Clone(n.print(all)), func(l *Line) bool { return !o.Sight.Sees(n.Mode(), l.Command) })
	}
	if !o.All {
		return n.lasting()
	}
	lines := slices.Clone(n.lasting())
	for _, c := range n.table.commands {
		if c.Default == "" {
			continue
		}
		s, err := locate([]*Node{n}, c.Default, nil)
		if err != nil || s.command != c || n.lines[s.place()] != nil {
			continue
		}
		lines = append(lines, &Line{Command: c, Args: s.match.Args, Text: c.Default, Negative: s.sign == no})
	}
	slices.SortStableFunc(lines, n.compare)
	return lines
}

// lasting is the lines without those that are nowhere printed.
func (n *Node) lasting() []*Line {
	all := n.Lines()
	if !slices.ContainsFunc(all, transient) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), transient)
}

func transient(l *Line) bool { return l.Command.Transient }
