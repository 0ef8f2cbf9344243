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
// least one is given; & binds tighter than |). An argument never has the name
// of a word of its rule, so that a name says which of the two is meant.
//
// # From syntax to automaton
//
// syntax.go parses one Syntax into tokens, one for each word or argument that
// is written there, and links each to those that may follow it: Glushkov's
// construction (V. M. Glushkov, "The abstract theory of automata", 1961), which
// has no silent moves, so that the tokens behind the place a line has reached
// are exactly what "?" lists. An & group is a loop whose every entrance is a
// bit that a line may set once.
//
// automaton.go joins the rules of one mode. The words that a rule always begins
// with are its stem; the stems of all rules form one tree, searched by halving,
// so a mode with hundreds of commands costs no more than one with ten. Behind
// its stem a rule is followed token by token.
//
// # What a line does
//
// walk.go follows a line through all rules at once, from word to word. What
// the word may be is ranked: keyword in full, typed argument, abbreviation,
// loose argument (WORD, LINE); the best rank wins at once and for good. So
// "ping 10.0.0.1" is an address although it could be a name, and "show ip
// route conn" is connected. Two different keywords abbreviated are ambiguous,
// whatever follows. Where nothing matches, the error points at the first
// character that no keyword and no argument could have had there.
//
// The outcome (match.go) is the rule, its arguments (args.go) and the canonical
// text: full words, canonical values, single blanks, & groups in the order of
// the syntax. Canonical text matches again, to itself. choices.go answers "?" and Tab from
// the same walk.
//
// types.go, address.go and text.go are the types every table may use: A.B.C.D,
// A.B.C.D/nn, MASK, WILDCARD, X:X:X:X::X, X:X:X:X::X/<0-128>, <low-high>, WORD,
// LINE, HH:MM:SS and TEXT. A table brings further ones to Compile. samples.go
// writes lines that a rule must take, for the tables' own tests.
//
// # What is left out
//
// The package knows nothing of IOS: the wording of errors, modes, "no" as a
// word, comments, and what lines mean live above it. There is no quoting: a
// WORD is what stands between blanks. & inside { } is refused, for its canonical
// order would be anyone's guess.
package grammar

// Help gives the one-line help of each word and argument of a rule. A key may
// be qualified with the word or argument before it ("multicast dynamic") where
// one word means different things at different places; the qualified key wins.
// Rules that share a word at the same place share its help.
type Help map[string]string

// A Rule is one command as the grammar sees it.
type Rule struct {
	Syntax string
	Help   Help
	Words  Help // for what Help lacks: the help that the rules of a subject share
	// Key names the arguments (and optional words), blank-separated, that tell
	// two lines of this rule apart. After "no" the words behind the last key
	// may be left out.
	Key string
	// Hidden rules match but are never offered by "?" or Tab, and an
	// abbreviation that means a visible word never means a hidden one.
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
	// that could still have begun one (for the caret). A value may hold blanks
	// ("tunnel 0"); behind it comes a blank or the end of the text, or it is
	// no match.
	Parse func(text string) (canonical string, taken, good int)
	// Choices, if set, replaces the glyph in the answer to "?": typed is the
	// part of the value already there, with the blank behind it if there is
	// one ("tunnel ").
	Choices func(typed string) []Choice
	// Loose types (WORD, LINE) rank below an abbreviated keyword.
	Loose bool

	rest   bool                    // takes the rest of the line: "?" goes on offering it
	text   bool                    // delimited text, which may be unfinished
	begins func(typed string) bool // whether typed could grow into a value, where good does not tell
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

func (k Kind) String() string {
	return [...]string{"invalid input", "incomplete command", "ambiguous command", "unfinished text"}[k]
}

// An Error says why a line is not a sentence of the grammar. Column is the byte
// offset into the line of the first character that nothing matches: for
// Incomplete and Unfinished the end of the line, for Ambiguous the start of
// the word.
type Error struct {
	Kind      Kind
	Line      string
	Column    int
	Word      int    // index of the offending word; 0 is the first
	Delimiter string // for Unfinished: what ends the text, see TextEnds
}

// Match is a line understood.
type Match struct {
	Rule int // index into the rules given to Compile
	Args Args
	// Text is canonical: full words, canonical values, single blanks. After
	// Negative it ends behind the last key, if it means the same rule then.
	Text string
	// Also are the further rules that a Negative line identifies as well as
	// Rule: "no neighbor 10.0.0.1" means every rule whose key that is. Their
	// own Also is empty.
	Also []Match
}

// Sign is the mode of matching.
type Sign int

const (
	Positive Sign = iota
	Negative      // behind "no" or "default": only the key arguments are needed
)
