// Package commands holds the tables: every configuration and exec command of
// the box, one literal each, and the text of every event.
package commands

import (
	"weft/cli/config"
	"weft/cli/grammar"
)

type (
	command = config.Command
	args    = grammar.Args
	help    = grammar.Help
)

// to makes a typed function the Apply of a command: S is the desired state of
// the mode the command stands in.
func to[S any](f func(s *S, a args)) func(any, args, bool) {
	return func(s any, a args, negative bool) {
		if !negative {
			f(s.(*S), a)
		}
	}
}

// toSigned is to for commands that are also stored as "no ...".
func toSigned[S any](f func(s *S, a args, on bool)) func(any, args, bool) {
	return func(s any, a args, negative bool) { f(s.(*S), a, !negative) }
}

// Exec is one exec command.
type Exec struct {
	Syntax    string
	Help      help
	Privilege int // least level that sees it: 1 if zero... user exec is 1, privileged 15
	Run       func(s Session, a args) error
	Hidden    bool
}

// Event text: a Message is what goes to the log.
//
//	func EventText(event any) (Message, bool)      // nhrp.Event or one of the events of log_system.go
//	func DebugText(event any, topic DebugTopic) []string
//
// Global is the root mode and ExecCommands the exec table:
//
//	var GlobalMode *config.Mode
//	func ExecCommands() []*Exec
//	const FactoryConfig = "..."   // the running-config of a new box, as text
type Message struct {
	Facility string // "NHRP"
	Severity int    // 0-7
	Mnemonic string // "REGISTERED"
	Text     string
}
