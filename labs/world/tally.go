package world

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// tell notes what a node has done, or in a terse world counts it by its kind.
func (w *World) tell(kind, format string, args ...any) {
	if !w.Terse {
		w.Note(format, args...)
		return
	}
	if w.tally == nil {
		w.tally = map[string]int{}
	}
	w.tally[kind]++
}

// Tally notes what was counted since the last time, a line for each kind.
func (w *World) Tally() {
	for _, kind := range slices.Sorted(maps.Keys(w.tally)) {
		w.Note("   %5d  %s", w.tally[kind], kind)
	}
	w.tally = nil
}

// mnemonic is what all log lines of one kind have alike.
var mnemonic = regexp.MustCompile(`%[A-Z0-9_]+-[0-7]-[A-Z0-9_]+`)

// kind is a node's name without its number.
func (n *Node) kind() string { return strings.TrimRight(n.Name, "0123456789") }

// who is what tells one packet of a kind from another.
var who = regexp.MustCompile(` \d+ from .*?( to [^:]*)`)

// kindOf is a packet's description without who, to whom and with which number.
func kindOf(description string) string { return who.ReplaceAllString(description, "") }
