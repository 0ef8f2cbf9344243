// Package commands holds the tables: every configuration and exec command of
// the box, one literal each, and the text of every event.
//
// The configuration half: global.go, interface.go and line.go are the modes,
// each a list of subjects (global_*, interface_*, passwords) in the order of
// running-config; iftypes are the argument types. A line that nothing acts on
// yet is kept with the reason: noise.go has what every saved configuration
// carries, the kept_* files whole sections that wait for their protocol. What a
// line asks for becomes a field of the values in model.go. EIGRP has router_eigrp* and interface_eigrp, and its keys key_chain;
// eigrp_show* print it. secrets.go is how
// passwords are stored (RFC 7914 scrypt, RFC 8018 PBKDF2, md5-crypt),
// type6.go has what is sealed by a master key,
// interface_overlap.go keeps two interfaces out of one network, explicit.go
// writes down what newer versions leave to their defaults, factory.go is what a
// new box has. acl.go, acl_edit.go and acl_entry.go are access lists, privilege.go
// says which level a command takes; commands of configuration mode that are no
// configuration act (crypto_key.go). Left out: views, and lines of platforms that
// this box is not.
//
// The exec half: exec.go joins the exec commands into one Table, which matches
// a line for a privilege level; setup.go and setup_questions.go are the dialogue
// that makes a first configuration, out of lines that it enters; the commands stand by subject in exec_session,
// terminal, show_*, clear, ping, traceroute, write, event_trace, capture and debug. They know the box
// as Router and the user as Session (session.go), and print to the Session
// alone. Layouts are those that programs written for IOS parse, to the last
// blank; numbers are those the box has, and where it measures nothing the line
// is left out. log_*.go gives events their words, debug_nhrp.go packets; zone.go
// is local time and when summer begins.
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

// table gives the commands of one subject the words they share: what a
// command's own help lacks is taken from words.
func table(words help, commands ...*command) []*command {
	for _, c := range commands {
		c.Words = words
	}
	return commands
}

// Message is what goes to the log: an event in words.
type Message struct {
	Facility string // "NHRP"; "" is a sentence, without a name in front
	Severity int    // 0-7
	Mnemonic string // "REGISTERED"
	Text     string
}
