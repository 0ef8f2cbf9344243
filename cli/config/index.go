package config

// An Index finds lines by what they say and not by their place: which interface
// has an address in this network. It is told of every line of the commands that
// have its kind as those come and go, also with their sections.
type Index interface {
	Add(section *Node, l *Line)
	Remove(section *Node, l *Line)
}

// An IndexKind is what commands that share an index have in common.
type IndexKind struct{ New func() Index }

// Index is the tree's index of a kind. The first to ask has it made from the
// lines that are there; it follows them from then on.
func (t *Tree) Index(kind *IndexKind) Index {
	if x, ok := t.indexes[kind]; ok {
		return x
	}
	x := kind.New()
	if t.indexes == nil {
		t.indexes = map[*IndexKind]Index{}
	}
	t.indexes[kind] = x
	t.root.Each(func(n *Node, l *Line) {
		if l.Command.Index == kind {
			x.Add(n, l)
		}
	})
	return x
}

// Each visits every line of a section and of the sections inside it, in order.
func (n *Node) Each(visit func(*Node, *Line)) {
	for _, l := range n.Lines() {
		visit(n, l)
		if l.Section != nil {
			l.Section.Each(visit)
		}
	}
}

// indexed tells the indexes that one line has taken the place of another;
// either may be nil.
func (n *Node) indexed(old, line *Line) {
	if n.tree.indexes == nil {
		return
	}
	if old != nil {
		n.told(old, line, Index.Remove)
	}
	if line != nil {
		n.told(line, old, Index.Add)
	}
}

// told tells of a line, and of its section unless the other line has it too.
func (n *Node) told(l, other *Line, tell func(Index, *Node, *Line)) {
	one := func(n *Node, l *Line) {
		if x := n.tree.indexes[l.Command.Index]; l.Command.Index != nil && x != nil {
			tell(x, n, l)
		}
	}
	one(n, l)
	if l.Section != nil && (other == nil || other.Section != l.Section) {
		l.Section.Each(one)
	}
}
