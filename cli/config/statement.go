package config

import (
	"strings"

	"weft/cli/grammar"
)

const blanks = " \t"

// sign is what stands in front of a line.
type sign int

const (
	plain sign = iota
	no
	dflt
)

// A statement is a line understood: which command of which section it is.
type statement struct {
	path    []*Node // from the root to the section that took it
	sign    sign
	command *Command
	match   grammar.Match
	rules   []*Command // those that match speaks of
}

func (s statement) node() *Node { return s.path[len(s.path)-1] }

// acts is the canonical text of a line that asks for something to be done.
func (s statement) acts() string {
	if s.sign == plain {
		return s.match.Text
	}
	return "no " + s.match.Text
}

func (s statement) place() place {
	return place{s.command, s.node().table.key(s.command, s.match.Args)}
}

// locate finds the command that a line is of, with its sign.
func locate(path []*Node, line string, sight *Sight) (statement, *grammar.Error) {
	sign, prefix, rest := splitSign(line)
	s, failed := search(path, sign, rest, sight)
	if failed == nil {
		return s, nil
	}
	if sign == plain && failed.Word == 0 {
		if word, behind := firstWord(line); len(word) > 2 && strings.HasPrefix("default", strings.ToLower(word)) {
			if s, abbreviated := search(path, dflt, line[behind:], sight); abbreviated == nil {
				return s, nil
			}
		}
	}
	if prefix != "" {
		failed = failed.Shift(prefix)
	}
	return s, failed
}

// splitSign cuts "no" or "default" off a line.
func splitSign(line string) (s sign, prefix, rest string) {
	word, behind := firstWord(line)
	switch {
	case strings.EqualFold(word, "no"):
		return no, line[:behind], line[behind:]
	case strings.EqualFold(word, "default"):
		return dflt, line[:behind], line[behind:]
	}
	return plain, "", line
}

// firstWord returns the first word of a line and where the next one begins.
func firstWord(line string) (word string, behind int) {
	start := len(line) - len(strings.TrimLeft(line, blanks))
	end := start
	for end < len(line) && line[end] != ' ' && line[end] != '\t' {
		end++
	}
	behind = len(line) - len(strings.TrimLeft(line[end:], blanks))
	return line[start:end], behind
}

// search tries the modes from the innermost outward, first those that have the
// first word in full, then those in which it may be an abbreviation: "key 2"
// behind "key 1" is not a key-string. The error is of the mode that understood
// most.
func search(path []*Node, s sign, line string, sight *Sight) (statement, *grammar.Error) {
	how := grammar.Positive
	if s != plain {
		how = grammar.Negative
	}
	word, _ := firstWord(line)
	word = strings.ToLower(word)
	for depth := len(path) - 1; depth >= 0; depth-- {
		if path[depth].table.moves[word] {
			return try(path[:depth+1], s, line, how, sight)
		}
	}
	var furthest *grammar.Error
	for _, inFull := range []bool{true, false} {
		for depth := len(path) - 1; depth >= 0; depth-- {
			if sight.of(path[depth].table).automaton.Begins(word) == inFull {
				found, err := try(path[:depth+1], s, line, how, sight)
				if err == nil {
					return found, nil
				}
				if furthest == nil || err.Column > furthest.Column {
					furthest = err
				}
				if err.Kind == grammar.Ambiguous || err.Kind == grammar.Unfinished {
					return statement{}, furthest
				}
			}
			if path[depth].Mode().NoFallback {
				break
			}
		}
	}
	return statement{}, furthest
}

func try(path []*Node, s sign, line string, how grammar.Sign, sight *Sight) (statement, *grammar.Error) {
	table := sight.of(path[len(path)-1].table)
	m, err := table.automaton.Match(line, how)
	if err != nil {
		return statement{}, err
	}
	c := table.commands[m.Rule]
	if c.Move != Stay && s != plain {
		return statement{}, &grammar.Error{Kind: grammar.Invalid, Line: line}
	}
	return statement{path: path, sign: s, command: c, match: m, rules: table.commands}, nil
}
