// Package config is the running-config: an ordered tree of canonical lines,
// and the only state the box has of what it was told.
//
// A Command is one literal that says all there is to know about a line of
// configuration; a Mode is a list of commands in the order running-config
// prints them; a Tree holds the lines that have been entered. Entering a line
// finds its command, lets the command's Enter hook refuse or rewrite it, and
// stores it under (command, key): a line costs the same at any size of tree.
// Everything printed re-enters to the same tree.
//
// A line has a sign. A plain command holds when its line is there. A command
// marked On holds by default: its stored form is "no X", and "X" or "default X"
// deletes that line again.
package config

import (
	"weft/cli/grammar"
)

// A Command is one line of configuration.
type Command struct {
	Syntax string
	Help   grammar.Help
	Key    string // see grammar.Rule

	// On commands hold by default: what is stored is their negation.
	On bool
	// Signed commands may be stored in both forms: "X" and "no X" are both
	// lines of running-config that replace each other ("no ip address" /
	// "ip address ..."), and "default X" removes either.
	Signed bool
	// Default is the line (in canonical text, perhaps with "no") that is
	// in force when none is stored; it is printed by "show running-config all" only.
	Default string

	// Enter, if set, is what typing the line does to the tree besides storing
	// itself: refuse it (the error is printed as it stands), add, replace or
	// rewrite other lines. It is not called for "no" and "default".
	Enter func(e *Edit, a grammar.Args) error
	// Leave is the same for "no" and "default", before the line is removed.
	Leave func(e *Edit, a grammar.Args) error

	// Opens makes the line the head of a section of the mode it returns.
	Opens func(a grammar.Args) *Mode

	// Apply says what the line asks for: state is a pointer to the desired
	// state of the mode's section. negative is true for a stored "no X".
	Apply func(state any, a grammar.Args, negative bool)

	// Kept says that the line is accepted, stored and printed but that nothing
	// acts on it, and why. Entering it says so.
	Kept string
	// Silent kept lines are noise that every saved configuration carries
	// ("boot-start-marker"): they are kept without a word.
	Silent bool

	// Move is set for the words that move between modes and store nothing.
	Move Move

	// Less orders lines of this command; nil keeps the order of entry.
	Less func(a, b grammar.Args) bool
	// Hidden commands match but are not offered by "?".
	Hidden bool
	// Bang prints a "!" line before the first line of this command.
	Bang bool
}

// Move is what exit, end and do mean.
type Move int

const (
	Stay Move = iota
	Up        // exit: one level
	Top       // end: to exec
	Do        // the rest of the line is an exec command
)

// A Mode is a set of commands, in the order running-config prints them.
type Mode struct {
	Name     string // "interface", for diagnostics
	Tag      string // what the prompt shows: "config-if"
	Title    string // heading of "?": "Interface configuration commands:"
	Commands func() []*Command
	Types    func() []grammar.Type
	// New makes the empty desired state that the mode's Apply functions fill.
	New func() any
	// NoFallback modes do not try the parent modes' commands.
	NoFallback bool
}
