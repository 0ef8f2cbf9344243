package config

// This file is the outside of the tree. A Tree is owned by one goroutine.

import (
	"io"

	"weft/cli/grammar"
)

// Tree is a running-config.
//
//	func New(global *Mode) *Tree
//	func (t *Tree) Clone() *Tree
//	func (t *Tree) Root() *Node
//
//	// Enter takes one line as typed, in the mode at c, and returns where the
//	// session stands afterwards. Notices are warnings that do not refuse the line.
//	func (t *Tree) Enter(c Cursor, line string, env Env) (Result, error)
//	func (t *Tree) Choices(c Cursor, line string) ([]grammar.Choice, error)    // "?", with no/default/do understood
//	func (t *Tree) Complete(c Cursor, line string) (string, bool)               // Tab
//
//	// Load enters a whole text, as startup-config or paste: it goes on after bad lines and reports each.
//	func (t *Tree) Load(r io.Reader, env Env) ([]Report, error)
//
//	// Text prints the tree in IOS order, one-space indents, "!" separators,
//	// without the header and the final "end" (commands prints those).
//	func (t *Tree) Text(o TextOptions) string
//	func (t *Tree) Section(c Cursor) (string, bool)                              // one section with its head line
//	func (t *Tree) Diff(to *Tree) []string                                       // lines that turn t into to, with their sections
//	func (t *Tree) Revision() uint64                                             // changes with every change
type Tree struct {
	root     *Node
	global   *Mode
	revision uint64
}

// A Node is one section: the line that opens it and the lines inside.
//
//	func (n *Node) Mode() *Mode
//	func (n *Node) Head() *Line                     // nil for the root
//	func (n *Node) Lines() []*Line                  // in printing order
//	func (n *Node) Find(c *Command, key ...string) *Line
//	func (n *Node) Revision() uint64                // changes when the node or anything below it changes
//	func (n *Node) Compile() any                    // Mode.New, then Apply of every line in order; cached until the node changes
type Node struct{}

// A Line is a command as entered, in its canonical form.
type Line struct {
	Command  *Command
	Args     grammar.Args
	Text     string // canonical, with "no " in front if Negative
	Negative bool
	Section  *Node // the section it opens; nil if none
}

// A Cursor says where in the tree a session stands: the head lines of the
// sections it is in, outermost first. The zero Cursor is global configuration mode.
type Cursor struct{ Path []string }

// Env is what entering a line may need from outside.
type Env struct {
	Salt io.Reader // entropy for password hashes
	// Loading is set while a whole text is read: no dialogue, no notices for kept lines.
	Loading bool
}

// Result is what entering a line came to.
type Result struct {
	Cursor  Cursor
	Move    Move     // Top: leave configuration mode; Do: run Rest
	Rest    string   // for Do
	RestAt  int      // column of Rest in the line, for the caret
	Notices []string // to print, without a newline at the end
	Changed bool
}

// A Report is one line of a loaded text that was not simply taken.
type Report struct {
	Number  int    // of the line, from 1
	Line    string // as written
	Refused string // why it was refused; "" if it was kept
	Kept    string // why nothing acts on it
	Column  int
}

// TextOptions choose what Text prints.
type TextOptions struct {
	All bool // with the lines that are defaults
}

// Edit is what Enter and Leave hooks may do. All lines they name are canonical
// or abbreviated text, entered as if typed in the same section.
//
//	func (e *Edit) Node() *Node            // the section the line is entered in
//	func (e *Edit) Tree() *Tree
//	func (e *Edit) Enter(line string) error   // another line in this section
//	func (e *Edit) EnterGlobal(line string) error
//	func (e *Edit) Rewrite(line string) error // store this instead of the line typed
//	func (e *Edit) Notice(text string)
//	func (e *Edit) Salt() io.Reader
type Edit struct{}
