package config

// Become makes the lines of t those of to, in one step. No hook is called: what
// the lines of to bring about, they have brought about there. Sessions stay in
// the sections that are still there.
func (t *Tree) Become(to *Tree) {
	t.revision = max(t.revision, to.revision) + 1
	t.root = to.root.clone(t, nil, nil)
	t.root.renew(t.revision)
	t.indexes, t.journal = nil, nil
}

// renew gives a section and all below it a revision that none has had before.
// What they compile to stays.
func (n *Node) renew(revision uint64) {
	if n.state != nil && n.compiled == n.own {
		n.compiled = revision
	}
	n.own, n.revision = revision, revision
	for _, line := range n.Lines() {
		if line.Section != nil {
			line.Section.renew(revision)
		}
	}
}
