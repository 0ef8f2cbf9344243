// Package grammar turns a table of commands, written the way a command
// reference prints them, into a command line: parsing, abbreviation, context
// help, completion and canonical text all follow from the one Syntax string.
//
//	ip nhrp map proto:A.B.C.D nbma:A.B.C.D
//	tunnel mode gre (ip | multipoint)
//	transport input (all | none | {ssh | telnet})
//	ip nhrp nhs server:A.B.C.D [nbma address:A.B.C.D [multicast]] [priority level:<0-255> & cluster id:<0-10>]
//
// Words stand for themselves, name:TYPE is an argument, (a | b) is a choice,
// [a] may be left out, {a} is given once or more, and a & b means each at most
// once, in any order (inside [ ] any of them may be missing, inside ( ) at
// least one is given).
//
// A set of rules becomes one Automaton: Glushkov's construction, whose states
// are the words of the syntax and whose follow sets are exactly what "?" lists.
// The package knows nothing of IOS: the wording of errors, modes, and what
// lines mean live above it.
package grammar

import "net/netip"

// Help gives the one-line help of each word and argument of a rule. A key may
// be qualified with the word before it ("multicast dynamic") where one word
// means different things at different places; the qualified key wins.
type Help map[string]string

// A Rule is one command as the grammar sees it.
type Rule struct {
	Syntax string
	Help   Help
	// Key names the arguments (and optional words), blank-separated, that tell
	// two lines of this rule apart. After "no" the words behind the last key
	// may be left out.
	Key string
	// Hidden rules match but are never offered by "?" or Tab.
	Hidden bool
}

// A Type is a kind of argument.
type Type struct {
	Name   string   // as written behind the colon in a Syntax
	Glyph  string   // as "?" shows it
	Sample []string // values for the tables' own tests, canonical ones
	// Parse reads one value from the front of text, which never begins with a
	// blank. It returns the canonical form and the bytes taken; taken is 0 if
	// the text is no such value, and then good is the number of leading bytes
	// that could still have begun one (for the caret).
	Parse func(text string) (canonical string, taken, good int)
	// Choices, if set, replaces the glyph in the answer to "?": typed is the
	// part of the value already there.
	Choices func(typed string) []Choice
	// Loose types (WORD, LINE) rank below an abbreviated keyword.
	Loose bool
}

// A Choice is one thing that may be typed next.
type Choice struct{ Token, Help string }

// CR is the Token of the Choice that says the line may end here.
const CR = "<cr>"

// Kind says what is wrong with a line.
type Kind int

const (
	Invalid    Kind = iota // nothing matches at Column
	Incomplete             // the line stops too early
	Ambiguous              // an abbreviation of several keywords
	Unfinished             // a text argument whose delimiter has not come yet
)

// An Error says why a line is not a sentence of the grammar. Column is the byte
// offset into the line of the first character that nothing matches.
type Error struct {
	Kind      Kind
	Line      string
	Column    int
	Word      int    // index of the offending word; 0 is the first
	Delimiter string // for Unfinished: what ends the text
}

// Match is a line understood.
type Match struct {
	Rule int // index into the rules given to Compile
	Args Args
	Text string // canonical: full words, canonical values, single blanks
}

// Mode of matching.
type Sign int

const (
	Positive Sign = iota
	Negative      // behind "no" or "default": only the key arguments are needed
)

// Args are the arguments and optional words of a line, by name. Asking for a
// name that the syntax does not have panics; the laws see to it that none does.
type Args struct {
	given []given
	names map[string]bool
}

type given struct{ name, value string }

// MakeArgs is for tests and for code that builds a line of its own.
func MakeArgs(pairs ...string) Args {
	a := Args{names: map[string]bool{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		a.given = append(a.given, given{pairs[i], pairs[i+1]})
		a.names[pairs[i]] = true
	}
	return a
}

// Automaton matches lines against a set of rules. It is immutable and may be
// used by many goroutines.
//
//	func Compile(rules []Rule, types ...Type) (*Automaton, error)
//	func (a *Automaton) Match(line string, sign Sign) (Match, *Error)
//	func (a *Automaton) Choices(line string, sign Sign) ([]Choice, *Error)   // answer to "?": word help if line does not end in a blank
//	func (a *Automaton) Complete(line string, sign Sign) (string, bool)      // Tab: the line with its last word completed
//
//	func (a Args) Has(name string) bool
//	func (a Args) Word(name string) string           // "" if not given
//	func (a Args) Words(name string) []string        // all values of a repeated argument
//	func (a Args) Addr(name string) netip.Addr       // zero if not given
//	func (a Args) Prefix(name string) netip.Prefix
//	func (a Args) Uint32(name string) uint32         // 0 if not given
//	func (a Args) Int(name string) int
var _ netip.Addr
