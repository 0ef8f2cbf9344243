// Package config is the running-config: an ordered tree of canonical lines,
// and the only state the box has of what it was told.
//
// A Command (this file) is one literal that says all there is to know about a
// line of configuration; a Mode is a list of commands in the order
// running-config prints them; a Tree (tree.go) holds the lines that have been
// entered. Everything printed re-enters to the same tree.
//
// # The life of a line
//
// Enter (enter.go) takes a line as typed, and statement.go understands it: "no"
// or "default" in front give it a sign; the rest is matched in the mode where
// the session stands and, if nothing there takes it, in the modes around it:
// pasted configurations never say exit, and indentation plays no role. A mode
// that has the first word in full comes before one that has it abbreviated. If
// nobody takes the line, the mode that understood most of it says where the
// mistake is.
//
// The command's Enter or Leave hook may then refuse the line, store another
// instead, or enter further ones (edit.go); what it did is undone if it refuses
// in the end. The line is stored in its section (node.go) under (command, key),
// where it replaces its like and keeps that one's place. Commands that open a
// section have a Node of their own behind them.
//
// # Signs
//
// A plain command holds when its line is there, and "no" removes it. A command
// marked On holds by default: its stored form is "no X", and "X" or "default X"
// deletes that line again. A Signed command may be stored in both forms. A line
// that says what holds anyway (Default) is not stored.
//
// # What is derived
//
// Text (text.go) prints; Load (load.go) reads whole files, as saved by others
// too, and reports line by line what it could not take; Diff (diff.go) finds
// the lines that turn one tree into another; Choices and Complete (help.go)
// answer "?" and Tab; Node.Compile is the desired state of a section, kept
// until the section changes. mode.go compiles each mode once into an automaton.
// What a tree's secrets are sealed with (Vault, tree.go) is in no line.
//
// A line costs the same at any size of tree: lines are found in maps, and
// ordered only when somebody looks, by merging what is new into what was
// sorted. Whoever asks for all lines at every line entered is quadratic again:
// a hook that looks for a line by what it says keeps an Index (index.go).
//
// # What is left out
//
// The wording around a tree (headers, "end", prompts, the caret) is the shell's
// and the tables'. Files of other encodings than UTF-8 are refused, not guessed
// at.
package config

import "weft/cli/grammar"

// A Command is one line of configuration.
type Command struct {
	Syntax string
	Help   grammar.Help
	Words  grammar.Help // see grammar.Rule, as for Key
	Key    string

	// On commands hold by default: what is stored is their negation.
	On bool
	// Signed commands may be stored in both forms: "X" and "no X" are both
	// lines of running-config that replace each other ("no ip address" /
	// "ip address ..."), and "default X" removes either.
	Signed bool
	// Default is the line (in canonical text, perhaps with "no") that is
	// in force when none is stored. Entering it removes the stored line; it is
	// printed by "show running-config all" only.
	Default string

	// Enter, if set, is what typing the line does to the tree besides storing
	// itself: refuse it (the error is printed as it stands), add, replace or
	// rewrite other lines. It is not called for "no" and "default".
	Enter func(e *Edit, a grammar.Args) error
	// Leave is the same for "no" and "default", before the line is removed.
	// It is called whether or not there is such a line.
	Leave func(e *Edit, a grammar.Args) error

	// Opens makes the line the head of a section of the mode it returns; nil
	// makes it an ordinary line. "no" removes the section, "default" empties it.
	Opens func(a grammar.Args) *Mode

	// Confirm, if set, is what a user is asked before "no" removes such a line.
	Confirm string

	// Apply says what the line asks for: state is a pointer to the desired
	// state of the mode's section. negative is true for a stored "no X".
	Apply func(state any, a grammar.Args, negative bool)

	// Kept says that the line is accepted, stored and printed but that nothing
	// acts on it, and why. Entering it says so.
	Kept string
	// Silent kept lines are noise that every saved configuration carries
	// ("boot-start-marker"): they are kept without a word.
	Silent bool
	// SilentNo is Silent for "no X" alone: that nothing acts on "no ip http
	// server" is as it should be.
	SilentNo bool

	// Move is set for the words that move between modes and store nothing. Enter
	// is called for them, too.
	Move Move

	// Acts says that the line asks for something to be done now, by whoever types
	// it, and not for a configuration (Result.Acts). Nothing is stored.
	Acts bool
	// Transient lines are there while somebody types and are nowhere printed: the
	// pieces of a key.
	Transient bool

	// Index, if set, is the kind of index that these lines are in (Tree.Index).
	Index *IndexKind

	// Less orders lines of this command; nil keeps the order of entry.
	Less func(a, b grammar.Args) bool
	// Hidden commands match but are not offered by "?".
	Hidden bool
	// Bang prints a "!" line before the first line of this command. Between
	// two sections there is one too if the second has Bang.
	Bang bool
}

// Move is what exit, end and do mean. They are matched before anything else
// when their first word is spelled out, and a mode has those of the modes
// around it. A command with Up that is not called "exit" closes its mode's
// section in running-config too ("exit-address-family").
type Move int

const (
	Stay Move = iota
	Up        // exit: one level
	Top       // end: to exec
	Do        // the rest of the line is an exec command
)

// A Mode is a set of commands, in the order running-config prints them.
type Mode struct {
	Name  string // "interface", for diagnostics
	Tag   string // what the prompt shows: "config-if"
	Title string // heading of "?": "Interface configuration commands:"
	// Commands returns the same commands every time: they are compared by pointer.
	Commands func() []*Command
	// Types are those that the syntaxes use beside the built-in ones; nil if none.
	Types func() []grammar.Type
	// New makes the empty desired state that the mode's Apply functions fill.
	New func() any
	// NoFallback modes do not try the parent modes' commands.
	NoFallback bool
}
