package config

import (
	"slices"
	"strings"

	"weft/cli/grammar"
)

var signs = []grammar.Choice{
	{Token: "default", Help: "Set a command to its defaults"},
	{Token: "no", Help: "Negate a command or set its defaults"},
}

// Choices answers "?" with no and default understood. Of the modes around the
// cursor the innermost answers that understands the line; exit, end and do are
// in every mode. Behind do it offers LINE: what may stand there is not known here.
func (t *Tree) Choices(c Cursor, line string) ([]grammar.Choice, error) {
	sign, prefix, rest := splitSign(line)
	if sign != plain && strings.TrimRight(line, blanks) == line && rest == "" {
		sign, prefix, rest = plain, "", line // "no?" may still become another word
	}
	list, failed := choices(t.path(c), sign, rest, c.Sight)
	if failed != nil {
		return nil, failed.Shift(prefix)
	}
	return list, nil
}

func choices(path []*Node, sign sign, line string, sight *Sight) ([]grammar.Choice, *grammar.Error) {
	how := grammar.Positive
	if sign != plain {
		how = grammar.Negative
	}
	word, behind := firstWord(line)
	first := behind == len(line) && strings.TrimRight(line, blanks) == line || word == ""
	var list []grammar.Choice
	var furthest *grammar.Error
	for depth := len(path) - 1; depth >= 0; depth-- {
		n := path[depth]
		found, err := sight.of(n.table).automaton.Choices(line, how)
		if err != nil && (furthest == nil || err.Column > furthest.Column) {
			furthest = err
		}
		isMove := func(c grammar.Choice) bool { return n.table.moves[strings.ToLower(c.Token)] }
		switch {
		case !first && len(found) > 0:
			return found, nil
		case first && sign != plain && depth < len(path)-1:
			continue
		case first && sign != plain:
			found = slices.DeleteFunc(found, isMove)
		case first && len(list) > 0, word == "" && depth < len(path)-1:
			found = slices.DeleteFunc(found, func(c grammar.Choice) bool { return !isMove(c) })
		}
		list = append(list, found...)
		if n.Mode().NoFallback {
			break
		}
	}
	if first && sign == plain {
		for _, s := range signs {
			if strings.HasPrefix(s.Token, strings.ToLower(word)) {
				list = append(list, s)
			}
		}
	}
	if len(list) == 0 {
		return nil, furthest
	}
	slices.SortStableFunc(list, func(a, b grammar.Choice) int { return strings.Compare(a.Token, b.Token) })
	return slices.CompactFunc(list, func(a, b grammar.Choice) bool { return a.Token == b.Token }), nil
}

// Complete is Tab: the line with its last word completed and a blank behind it.
func (t *Tree) Complete(c Cursor, line string) (string, bool) {
	sign, prefix, rest := splitSign(line)
	if rest == "" {
		sign, prefix, rest = plain, "", line
	}
	how := grammar.Positive
	if sign != plain {
		how = grammar.Negative
	}
	path := t.path(c)
	word, behind := firstWord(rest)
	if word == "" || strings.TrimRight(rest, blanks) != rest {
		return line, false
	}
	if behind == len(rest) { // the first word: no, default and the words that move count too
		list, _ := choices(path, sign, rest, c.Sight)
		list = slices.DeleteFunc(list, func(c grammar.Choice) bool {
			return len(c.Token) < len(word) || !strings.EqualFold(c.Token[:len(word)], word)
		})
		if len(list) != 1 {
			return line, false
		}
		return line[:len(line)-len(word)] + list[0].Token + " ", true
	}
	for depth := len(path) - 1; depth >= 0; depth-- {
		automaton := c.Sight.of(path[depth].table).automaton
		if completed, ok := automaton.Complete(rest, how); ok {
			return prefix + completed, true
		}
		if _, err := automaton.Choices(rest, how); err == nil || path[depth].Mode().NoFallback {
			break
		}
	}
	return line, false
}
