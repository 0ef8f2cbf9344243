package config

import (
	"io"
	"maps"
	"slices"

	"weft/cli/grammar"
)

// Tree is a running-config. It is owned by one goroutine.
type Tree struct {
	root     *Node
	global   *Mode
	tables   tables
	revision uint64
	journal  *journal // what to undo if the line being entered is refused
	indexes  map[*IndexKind]Index
	vault    Vault
}

// New makes an empty tree whose lines are those of the mode global, and of the
// modes that these open. It panics if there is a mistake in a table.
func New(global *Mode) *Tree {
	t := &Tree{global: global, tables: tables{}}
	t.root = t.node(global, nil, nil)
	return t
}

func (t *Tree) node(m *Mode, parent *Node, head *Line) *Node {
	return &Node{tree: t, table: t.tables.of(m), parent: parent, head: head,
		lines: map[place]*Line{}, heads: map[string]*Line{}}
}

// Empty is a tree of the same modes without a line. It comes with what has been
// compiled of them, which New would have to do again.
func (t *Tree) Empty() *Tree {
	e := &Tree{global: t.global, tables: maps.Clone(t.tables), vault: t.vault}
	e.root = e.node(t.global, nil, nil)
	return e
}

// Clone copies a tree. The copy may be given to another goroutine.
func (t *Tree) Clone() *Tree {
	c := t.Empty()
	c.revision = t.revision
	c.root = t.root.clone(c, nil, nil)
	return c
}

// Root is the section of global configuration mode.
func (t *Tree) Root() *Node { return t.root }

// Revision changes with every change.
func (t *Tree) Revision() uint64 { return t.revision }

// A Vault seals secrets, so that a configuration may be shown and stored. What it
// seals with stands in no configuration. It may be used from any goroutine.
type Vault interface {
	// Seal is the stored form of a secret, a word without blanks.
	Seal(secret []byte, entropy io.Reader) (string, error)
	// Open undoes it; false if it was sealed by another.
	Open(sealed string) (secret []byte, ok bool)
}

// Vault is what the tree's secrets are sealed with; nil if nothing.
func (t *Tree) Vault() Vault { return t.vault }

// SetVault changes it. That counts as a change of the tree, since what its
// sealed lines come to is another thing.
func (t *Tree) SetVault(v Vault) {
	t.vault = v
	t.revision++
	t.root.revision = t.revision
}

// A Cursor says where in the tree a session stands: the head lines of the
// sections it is in, outermost first. The zero Cursor is global configuration mode.
type Cursor struct {
	Path []string
	// Beside are the heads of further sections, next to the last of Path: what
	// is entered there is entered in these as well ("line vty 0 15" where
	// terminals 0 to 4 have a section of their own).
	Beside []string
	// Sight is what whoever stands there sees; nil is everything.
	Sight *Sight
}

// CursorOf is where a session stands that is in a section.
func CursorOf(section *Node) (c Cursor) {
	for ; section.parent != nil; section = section.parent {
		c.Path = append(c.Path, section.head.Text)
	}
	slices.Reverse(c.Path)
	return c
}

// At is the section a cursor stands in, or if somebody has removed that, the
// innermost one around it that is still there.
func (t *Tree) At(c Cursor) *Node {
	path := t.path(c)
	return path[len(path)-1]
}

// Gone is the head of the section that a cursor stands in or below and that
// somebody has removed; "" if all of them are there.
func (t *Tree) Gone(c Cursor) (head string) {
	if there := len(t.path(c)) - 1; there < len(c.Path) {
		return c.Path[there]
	}
	return ""
}

// path is the sections from the root to the cursor, as far as they are there.
func (t *Tree) path(c Cursor) []*Node {
	path := []*Node{t.root}
	for _, head := range c.Path {
		line := path[len(path)-1].heads[head]
		if line == nil {
			break
		}
		path = append(path, line.Section)
	}
	return path
}

// A Line is a command as entered, in its canonical form. Lines do not change;
// another one takes their place.
type Line struct {
	Command  *Command
	Args     grammar.Args
	Text     string // canonical, with "no " in front if Negative
	Negative bool
	Section  *Node // the section it opens; nil if none

	key   string
	entry uint64 // when a line first stood in its place: the order of entry
}

// Env is what entering a line may need from outside.
type Env struct {
	Salt io.Reader // entropy for password hashes and what is sealed
	// Vault is what a configuration that is loaded has its secrets sealed with.
	Vault Vault
	// Loading is set while a whole text is read: no dialogue.
	Loading bool
	// Fixed, if set, reports whether the section with this head line is there
	// whatever the configuration says: an interface that is a port of the box.
	Fixed func(head string) bool
	// Thorough reports the silent kept lines as well.
	Thorough bool
}

// Result is what entering a line came to.
type Result struct {
	Cursor  Cursor
	Move    Move     // Top: leave configuration mode; Do: run Rest
	Rest    string   // for Do
	RestAt  int      // column of Rest in the line, for the caret
	Notices []string // to print, without a newline at the end
	Kept    []Kept   // lines stored that were not there before and that nothing acts on
	Changed bool

	Acts     *Command // a command that asks for something to be done, if it was one
	Args     grammar.Args
	Negative bool // it was "no ..."
}

// Kept is a line that nothing acts on, and why.
type Kept struct{ Line, Why string }

// A Report is one line of a loaded text that was not simply taken.
type Report struct {
	Number  int      // of the line, from 1
	Line    string   // as written, or its first 200 bytes
	Refused string   // why it was refused; "" if it was kept
	Kept    string   // why nothing acts on it
	Column  int      // of the mistake, in bytes
	Notices []string // what else there is to say; Refused and Kept may both be empty then
	Acts    string   // a line, in canonical text, that asks for something to be done once the box is up
}

// TextOptions choose what Text prints.
type TextOptions struct {
	All bool // with the lines that are defaults
	// Sight leaves out what whoever reads it could not write; nil is everything.
	Sight *Sight
}
