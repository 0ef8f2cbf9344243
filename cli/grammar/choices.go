package grammar

import (
	"slices"
	"strings"
)

// Choices answers "?". Behind a blank it lists everything that may come next;
// otherwise what the word under the cursor may become. The list is in ASCII
// order with CR last; nothing to list is an error.
func (a *Automaton) Choices(line string, sign Sign) ([]Choice, *Error) {
	for _, hidden := range []bool{false, true} {
		m := a.menu(line, sign, hidden)
		if list := m.list(); len(list) > 0 {
			return list, nil
		}
	}
	w := a.follow(line, nil)
	if len(w.states) > 0 {
		w.failed = failure{column: w.end, word: w.end}
	}
	return nil, w.failed.in(line)
}

// Complete is Tab: the line with its last word completed and a blank behind it,
// if only one keyword begins like that.
func (a *Automaton) Complete(line string, sign Sign) (string, bool) {
	head, typed := lastWord(line)
	if typed == "" {
		return line, false
	}
	word := ""
	for token, c := range a.menu(line, sign, false).tokens {
		if !c.word || !hasPrefixFold(token, typed) {
			continue
		}
		if word != "" {
			return line, false
		}
		word = token
	}
	if word == "" {
		return line, false
	}
	return head + word + " ", true
}

// lastWord cuts off the word that a line ends in.
func lastWord(line string) (head, word string) {
	i := strings.LastIndexAny(line, " \t") + 1
	return line[:i], line[i:]
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// menu collects choices.
type menu struct {
	typed  string
	hidden bool              // offer hidden rules too
	tokens map[string]choice // by Token
	loose  map[string]choice // those offered if there are no others
	end    bool              // the line may end here
}

type choice struct {
	help string
	word bool // to be typed as it stands: Tab may complete it
}

func (m *menu) add(to map[string]choice, token, help string, word bool) {
	if c, ok := to[token]; !ok || c.help == "" {
		to[token] = choice{help, word}
	}
}

func (m *menu) list() []Choice {
	tokens := m.tokens
	if len(tokens) == 0 {
		tokens = m.loose
	}
	list := make([]Choice, 0, len(tokens)+1)
	for token, c := range tokens {
		list = append(list, Choice{token, c.help})
	}
	slices.SortFunc(list, func(a, b Choice) int { return strings.Compare(a.Token, b.Token) })
	if m.end {
		list = append(list, Choice{Token: CR})
	}
	return list
}

// menu walks the line as far as its last word and collects what may be there.
func (a *Automaton) menu(line string, sign Sign, hidden bool) *menu {
	head, typed := lastWord(line)
	m := &menu{typed: typed, hidden: hidden, tokens: map[string]choice{}, loose: map[string]choice{}}
	w := a.follow(head, func(t *token, pos int) { m.underWay(t, line[pos:]) })
	if w.failed.set && w.failed.kind == Ambiguous {
		return m
	}
	folded := strings.ToLower(typed)
	for _, s := range w.states {
		if s.node != nil {
			low, high := s.node.under(folded)
			for _, n := range s.node.next[low:high] {
				if hidden || !n.hidden {
					m.add(m.tokens, n.word, n.help, true)
				}
			}
			continue
		}
		if hidden || !s.at.rule.Hidden {
			m.behind(s, folded)
		}
		said := w.skip(0) < w.end && (s.at.last || sign == Negative && s.identified())
		m.end = m.end || said && typed == ""
	}
	return m
}

// behind collects what may follow one state.
func (m *menu) behind(s state, folded string) {
	r := s.at.rule
	if t := s.at.typ; t != nil && t.rest {
		m.add(m.tokens, t.Glyph, r.plainHelp(s.at.word), false) // it goes on
	}
	for _, e := range s.at.follow {
		t := e.to
		help := r.help(s.at.word, t.word)
		switch {
		case s.used&e.enters != 0:
		case t.typ == nil:
			if strings.HasPrefix(t.folded, folded) {
				m.add(m.tokens, t.word, help, true)
			}
		case t.typ.Choices != nil:
			m.ask(t.typ, m.typed)
		case m.typed == "":
			m.add(m.tokens, t.typ.Glyph, help, false)
		case t.typ.Loose || t.typ.text:
			m.add(m.loose, t.typ.Glyph, help, false)
		case t.typ.grows(m.typed):
			m.add(m.tokens, t.typ.Glyph, help, false)
		}
	}
}

// underWay collects from an argument that began in an earlier word and that
// the line may still be inside of.
func (m *menu) underWay(t *token, text string) {
	whole := strings.TrimRight(text, " \t")
	switch {
	case t.rule.Hidden && !m.hidden:
	case t.typ.text:
		if _, delimiter, taken, _ := parseText(text); taken == 0 && delimiter != "" {
			m.add(m.tokens, t.typ.Glyph, t.rule.plainHelp(t.word), false)
		}
	case t.typ.Choices != nil && len(whole) > 0 && strings.ContainsAny(text, " \t"):
		if _, taken, good := t.typ.Parse(whole); taken == len(text) || taken == 0 && good >= len(whole) {
			m.ask(t.typ, text)
		}
	}
}

// ask adds a type's own choices.
func (m *menu) ask(typ *Type, typed string) {
	for _, c := range typ.Choices(typed) {
		glyph := strings.HasPrefix(c.Token, "<") || c.Token == strings.ToUpper(c.Token)
		m.add(m.tokens, c.Token, c.Help, !glyph)
	}
}

// grows reports whether typed is a value or the beginning of one.
func (t *Type) grows(typed string) bool {
	if t.begins != nil {
		return t.begins(typed)
	}
	_, taken, good := t.Parse(typed)
	return taken == len(typed) || taken == 0 && good == len(typed)
}
