package shell

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
	"weft/cli/terminal"
)

// Help answers "?" behind line.
func (s *Session) Help(line string) string {
	choices, title, err := s.choices(line)
	switch {
	case err != nil && err.Kind == grammar.Ambiguous:
		return ambiguous(line)
	case err != nil || len(choices) == 0:
		return "% Unrecognized command\n"
	}
	slices.SortStableFunc(choices, func(a, b grammar.Choice) int {
		if last(a) != last(b) {
			return last(a) - last(b)
		}
		return strings.Compare(a.Token, b.Token)
	})
	if line != "" && !strings.HasSuffix(line, " ") {
		return wordHelp(choices, s.settings.Width)
	}
	if strings.TrimSpace(line) != "" {
		title = ""
	}
	return title + commandHelp(choices)
}

// last is more than 0 for the choices that stand below all others.
func last(c grammar.Choice) int {
	switch c.Token {
	case grammar.CR:
		return 2
	case bar:
		return 1
	}
	return 0
}

// commandHelp is one choice a line, with what it means.
func commandHelp(choices []grammar.Choice) string {
	widest := 0
	for _, c := range choices {
		widest = max(widest, len(c.Token))
	}
	var b strings.Builder
	for _, c := range choices {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %s", widest, c.Token, c.Help), " ") + "\n")
	}
	return b.String()
}

// wordHelp is the choices in rows as wide as the screen.
func wordHelp(choices []grammar.Choice, width int) string {
	if width <= 0 {
		width = 80
	}
	var b strings.Builder
	col := 0
	for _, c := range choices {
		if col > 0 && col+len(c.Token)+2 > width {
			b.WriteString("\n")
			col = 0
		}
		b.WriteString(c.Token + "  ")
		col += len(c.Token) + 2
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// bar is how "?" lists that a modifier may follow.
const bar = "|"

// choices is what may come next, and the heading of the mode it comes in.
func (s *Session) choices(line string) (choices []grammar.Choice, title string, err *grammar.Error) {
	if s.conf == nil {
		choices, err = s.execChoices(line)
		return choices, "Exec commands:\n", err
	}
	if rest, ok := cutDo(line); ok {
		choices, err = s.execChoices(rest)
		return choices, "", err
	}
	s.box.Router.Config(func(t *config.Tree, _ config.Env) {
		if m := t.At(s.conf.cursor).Mode(); m.Title != "" {
			title = m.Title + "\n"
		}
		s.conf.learn(t)
		aliases := s.conf.aliasesOf()
		var failure error
		choices, failure = t.Choices(s.conf.cursor, unalias(aliases, line).line)
		if err = asGrammar(failure); err == nil {
			choices = append(choices, aliasChoices(aliases, line)...)
		}
	})
	return choices, title, err
}

// execChoices adds the aliases to what there is.
func (s *Session) execChoices(line string) ([]grammar.Choice, *grammar.Error) {
	aliases := s.execAliases()
	if short := aliasChoices(aliases, line); len(short) > 0 {
		choices, _ := s.commandChoices(line)
		choices = slices.DeleteFunc(choices, func(c grammar.Choice) bool { return replaces(short, c.Token) })
		return append(choices, short...), nil
	}
	return s.commandChoices(unalias(aliases, line).line)
}

// commandChoices adds the modifiers to what the table offers.
func (s *Session) commandChoices(line string) ([]grammar.Choice, *grammar.Error) {
	if head, modifier, ok := strings.Cut(line, bar); ok {
		if c, _, err := s.execTable.Match(head, s.privilege); err == nil && shows(c) {
			return modifierChoices(modifier)
		}
	}
	choices, err := s.execTable.Choices(line, s.privilege)
	ends := slices.ContainsFunc(choices, func(c grammar.Choice) bool { return c.Token == grammar.CR })
	if ends && strings.HasSuffix(line, " ") {
		switch c, _, err := s.execTable.Match(line, s.privilege); {
		case err == nil && c.Hidden: // "show" alone says no more than to ask
			choices = slices.DeleteFunc(choices, func(c grammar.Choice) bool { return c.Token == grammar.CR })
		case err == nil && shows(c):
			choices = append(choices, grammar.Choice{Token: bar, Help: "Output modifiers"})
		}
	}
	return choices, err
}

func modifierChoices(typed string) (choices []grammar.Choice, err *grammar.Error) {
	word, rest, whole := strings.Cut(strings.TrimLeft(typed, " "), " ")
	files := false
	for _, m := range terminal.Modifiers {
		if strings.HasPrefix(m.Word, strings.ToLower(word)) {
			choices = append(choices, grammar.Choice{Token: m.Word, Help: m.Help})
			files = m.Files()
		}
	}
	if whole && len(choices) == 1 && files {
		choices = fileChoices(choices[0].Token, rest)
	} else if whole && len(choices) == 1 {
		choices = []grammar.Choice{{Token: "LINE", Help: "Regular Expression"}}
	} else if whole {
		choices, err = nil, &grammar.Error{Kind: grammar.Invalid}
	}
	return choices, err
}

// Complete answers Tab.
func (s *Session) Complete(line string) (whole string, ok bool) {
	if s.conf == nil {
		return s.completeExec(line)
	}
	if rest, do := cutDo(line); do {
		whole, ok = s.completeExec(rest)
		return line[:len(line)-len(rest)] + whole, ok
	}
	s.box.Router.Config(func(t *config.Tree, _ config.Env) { whole, ok = t.Complete(s.conf.cursor, line) })
	return whole, ok
}

func (s *Session) completeExec(line string) (string, bool) {
	if head, modifier, cut := strings.Cut(line, bar); cut {
		word := strings.TrimLeft(modifier, " ")
		if choices, err := modifierChoices(modifier); err == nil && len(choices) == 1 && word != "" && !strings.Contains(word, " ") {
			return head + bar + modifier[:len(modifier)-len(word)] + choices[0].Token + " ", true
		}
		return line, false
	}
	return s.execTable.Complete(line, s.privilege)
}

// cutDo gives what stands behind "do".
func cutDo(line string) (rest string, ok bool) {
	text := strings.TrimLeft(line, " ")
	if len(text) < 3 || !strings.EqualFold(text[:2], "do") || text[2] != ' ' {
		return "", false
	}
	return strings.TrimLeft(text[3:], " "), true
}

// asGrammar is an error of a line that is not understood.
func asGrammar(err error) *grammar.Error {
	var wrong *grammar.Error
	if err != nil && !errors.As(err, &wrong) {
		wrong = &grammar.Error{Kind: grammar.Invalid}
	}
	return wrong
}
