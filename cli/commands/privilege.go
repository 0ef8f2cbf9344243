package commands

import (
	"fmt"
	"slices"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// Privilege levels: which level a command needs, and how "privilege" changes
// that. A command is known by the words it always begins with. What is said of
// those very words is what it needs; what is said with "all" of fewer of them
// holds unless more is said; and whoever may not type the first words may not
// type the rest, so that a level higher than the command's own counts wherever
// it stands. As on IOS, a line about "show running-config" brings with it one
// about "show", unless there is one.

// PrivilegeRule is one "privilege" line.
type PrivilegeRule struct {
	Mode    string // "exec", "configure", "interface" ...
	Command string // canonical words
	Level   int
	All     bool // and all that begins so
}

// Privileges are the rules of a configuration.
type Privileges []PrivilegeRule

// needs is the level that a command of a mode takes which needs own if nothing
// is said about it.
func (p Privileges) needs(mode, stem string, own int) int {
	level, specific := own, -1
	for _, r := range p {
		if r.Mode == mode && begins(stem, r.Command) && (r.All || r.Command == stem) && len(r.Command) > specific {
			level, specific = r.Level, len(r.Command)
		}
	}
	for _, r := range p {
		if r.Mode == mode && r.Command != stem && begins(stem, r.Command) && !(r.All && len(r.Command) <= specific) {
			level = max(level, r.Level)
		}
	}
	return level
}

// tooHigh finds in a line, in canonical text, a word behind the stem that needs
// more than a level: the column of that word, or -1.
func (p Privileges) tooHigh(mode, stem, text string, level int) int {
	for _, r := range p {
		if r.Mode == mode && r.Level > level && len(r.Command) > len(stem) && begins(text, r.Command) {
			return strings.LastIndexByte(r.Command, ' ') + 1
		}
	}
	return -1
}

// begins reports whether a line begins with these words.
func begins(line, words string) bool {
	return strings.HasPrefix(line, words) && (len(line) == len(words) || line[len(words)] == ' ')
}

// stemOf are the words that a line of a syntax always begins with, and optional
// the other words that may stand in it.
func stemOf(syntax string) (stem string, optional []string) {
	var words []string
	open := false
	for _, w := range strings.Fields(strings.NewReplacer("(", " ( ", "[", " [ ", "{", " { ", ")", " ", "]", " ", "}", " ", "|", " ", "&", " ").Replace(syntax)) {
		switch {
		case strings.ContainsAny(w, "([{"), strings.Contains(w, ":"):
			open = true
		case open:
			optional = append(optional, w)
		default:
			words = append(words, w)
		}
	}
	return strings.Join(words, " "), optional
}

// privilegeModes are the modes whose commands may be given another level.
var privilegeModes = []struct{ word, help string }{
	{"exec", "Exec mode"}, {"configure", "Global configuration mode"}, {"interface", "Interface configuration mode"}, {"line", "Line configuration mode"},
	{"router", "Router configuration mode"}, {"ipenacl", "IP named extended access-list configuration mode"},
}

// privilegeMode is the word for a configuration mode; "" if its commands stay
// at level 15.
func privilegeMode(m *config.Mode) string {
	switch m.Tag {
	case "config":
		return "configure"
	case "config-if", "config-subif":
		return "interface"
	case "config-line":
		return "line"
	case "config-router":
		return "router"
	case "config-std-nacl", "config-ext-nacl":
		return "ipenacl"
	}
	return ""
}

// syntaxesOf are those of the commands of a mode. It is set at start, since the
// tables have the lines that ask for it.
var syntaxesOf func(mode string) []string

// commandOf is the argument type of commands of a mode.
func commandOf(mode string) grammar.Type {
	samples := map[string][]string{"exec": {"show running-config", "configure"}, "configure": {"interface", "ip route"}, "interface": {"shutdown", "ip address"},
		"line": {"exec-timeout"}, "router": {"network"}, "ipenacl": {"permit"}}
	return grammar.Type{Name: "COMMAND-" + mode, Glyph: "LINE", Sample: samples[mode], Parse: func(text string) (string, int, int) { return spellOut(syntaxesOf(mode), text) }}
}

// spellOut writes the words of a command, or of what several commands begin
// with, in full. good is how much of the text some command begins with.
func spellOut(syntaxes []string, text string) (canonical string, taken, good int) {
	var words []string
	rest := strings.TrimRight(text, " ")
	for at := 0; at < len(rest); {
		word, _, _ := strings.Cut(rest[at:], " ")
		var choices, following []string
		for _, s := range syntaxes {
			stem, optional := stemOf(s)
			next := strings.Fields(stem)
			switch {
			case len(words) >= len(next):
				if len(words) == len(next) && slices.Equal(words, next) || len(words) > len(next) && begins(strings.Join(words, " "), stem) {
					choices, following = append(choices, optional...), append(following, s)
				}
			case slices.Equal(words, next[:len(words)]):
				choices, following = append(choices, next[len(words)]), append(following, s)
			}
		}
		slices.Sort(choices)
		found, ok := abbreviated(slices.Compact(choices), strings.ToLower(word))
		if found == "" {
			return "", 0, at + ok
		}
		words, syntaxes = append(words, found), following
		for at += len(word); at < len(rest) && rest[at] == ' '; {
			at++
		}
	}
	return strings.Join(words, " "), len(text), len(text)
}

func privilegeTypes() (types []grammar.Type) {
	for _, m := range privilegeModes {
		types = append(types, commandOf(m.word))
	}
	return types
}

var privilegeLines = makePrivilegeLines()

func makePrivilegeLines() (lines []*command) {
	for _, m := range privilegeModes {
		words := help{"privilege": "Command privilege parameters", m.word: m.help, "all": "All suboption will be set to the samelevel", "level": "Set privilege level of command",
			"number": "Privilege level", "command": "Initial keywords of the command to modify", "reset": "Reset privilege level of command"}
		set := &command{Syntax: "privilege " + m.word + " [all] level number:<0-15> command:COMMAND-" + m.word, Help: words, Key: "command",
			Less: func(a, b args) bool { return a.Word("command") > b.Word("command") }, // the longer one first
			Apply: to(func(s *Global, a args) {
				s.Privileges = append(s.Privileges, PrivilegeRule{m.word, a.Word("command"), a.Int("number"), a.Has("all")})
			})}
		set.Enter = func(e *config.Edit, a args) error { return openTheWay(e, set, m.word, a) }
		reset := &command{Syntax: "privilege " + m.word + " reset command:COMMAND-" + m.word, Help: words, Key: "command",
			Enter: func(e *config.Edit, a args) error {
				if l := e.Node().Find(set, a.Word("command")); l != nil {
					if err := e.Enter("no " + l.Text); err != nil {
						return err
					}
				}
				return e.Rewrite("default privilege " + m.word + " reset " + a.Word("command"))
			}}
		lines = append(lines, set, reset)
	}
	return lines
}

// openTheWay gives the words before the last one the level of the command,
// unless they have one of their own.
func openTheWay(e *config.Edit, set *command, mode string, a args) error {
	words := a.Word("command")
	at := strings.LastIndexByte(words, ' ')
	if at < 0 || e.Node().Find(set, words[:at]) != nil {
		return nil
	}
	return e.Enter(fmt.Sprintf("privilege %s level %d %s", mode, a.Int("number"), words[:at]))
}

func init() {
	exec := func() (all []string) {
		for _, e := range ExecCommands() {
			if !e.Hidden {
				all = append(all, e.Syntax)
			}
		}
		return all
	}
	tables := map[string][]*command{"configure": globalLines, "interface": slices.Concat(portLines, tunnelModeLines), "line": lineLines,
		"router": slices.Concat(eigrpLines, ospfLines), "ipenacl": slices.Concat(standardEntryLines, extendedEntryLines)}
	syntaxesOf = func(mode string) (all []string) {
		if mode == "exec" {
			return exec()
		}
		for _, c := range tables[mode] {
			switch {
			case c.Hidden || c.Move != config.Stay:
			case mode == "ipenacl":
				all = append(all, "permit", "deny", "remark")
			default:
				all = append(all, c.Syntax)
			}
		}
		return all
	}
}

// Sight is what a level sees of the configuration; nil is all of it.
func (p Privileges) Sight(level int) *config.Sight {
	if level >= privileged {
		return nil
	}
	return &config.Sight{Sees: func(m *config.Mode, c *command) bool {
		if c.Move != config.Stay || c == helpLine {
			return true
		}
		mode := privilegeMode(m)
		stem, _ := stemOf(c.Syntax)
		if stem == "" { // an entry of a list begins with a number
			stem = "permit"
		}
		return p.needs(mode, stem, privileged) <= level
	}}
}
