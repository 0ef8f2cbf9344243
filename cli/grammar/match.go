package grammar

import (
	"slices"
	"strings"
)

// Match finds the rule that a line is a sentence of. Blanks around it do not count.
func (a *Automaton) Match(line string, sign Sign) (Match, *Error) {
	w := a.follow(line, nil)
	var found []state
	complete := false
	if w.skip(0) < w.end {
		found, complete = accepted(w.states, sign)
	}
	if len(found) == 0 {
		if len(w.states) > 0 && !(w.failed.kind == Unfinished && w.failed.set) {
			w.failed = failure{kind: Incomplete, column: w.end, word: w.end}
		}
		if w.failed.kind == Invalid && w.failed.column == w.end && w.failed.word < w.end {
			// All of the last word could begin an argument ("interface tunnel").
			w.failed.kind = Incomplete
		}
		return Match{}, w.failed.in(line)
	}
	m, enough := found[0].match()
	if !complete {
		for _, s := range found[1:] {
			if s.at.rule.index != m.Rule && !slices.ContainsFunc(m.Also, func(o Match) bool { return o.Rule == s.at.rule.index }) {
				also, _ := s.match()
				m.Also = append(m.Also, also)
			}
		}
	}
	if sign == Negative && enough < len(m.Text) {
		// Shorter it must still mean this rule and no other.
		short, err := a.Match(m.Text[:enough], Negative)
		if err == nil && short.Rule == m.Rule && len(short.Also) == 0 && len(short.Text) == enough {
			m.Text = short.Text
		}
	}
	return m, nil
}

// accepted picks the states where a line may end, in the order of the table:
// those where the syntax may end, and if there are none, those where a negative
// line has said enough.
func accepted(states []state, sign Sign) (found []state, complete bool) {
	for _, complete := range []bool{true, false} {
		for _, s := range states {
			if s.at != nil && (complete && s.at.last || !complete && sign == Negative && s.identified()) {
				found = append(found, s)
			}
		}
		if len(found) > 0 {
			slices.SortStableFunc(found, func(a, b state) int { return a.at.rule.index - b.at.rule.index })
			return found, complete
		}
	}
	return nil, false
}

// identified reports whether a line says which one is meant: no key is still to come.
func (s state) identified() bool { return s.at.ahead&^s.keys == 0 }

// match makes the outcome of the state at the end of a line. enough is the
// length of that part of the text behind which no key comes any more.
func (s state) match() (m Match, enough int) {
	r := s.at.rule
	n := 0
	for p := s.path; p != nil; p = p.prev {
		n++
	}
	steps := make([]*step, n)
	for p := s.path; p != nil; p = p.prev {
		n--
		steps[n] = p
	}
	if r.grouped {
		inOrder(steps, 0)
	}
	m = Match{Rule: r.index, Args: Args{names: r.names}, Text: r.text}
	if len(steps) == 0 {
		return m, len(m.Text)
	}
	m.Args.given = make([]given, len(steps))
	var text strings.Builder
	length := len(r.text)
	for _, p := range steps {
		length += 1 + len(p.text)
	}
	text.Grow(length)
	text.WriteString(r.text)
	keys, at := uint64(0), r.behind
	for i, p := range steps {
		m.Args.given[i] = given{p.token.word, p.value}
		if text.Len() > 0 {
			if enough == 0 && at.ahead&^keys == 0 {
				enough = text.Len()
			}
			text.WriteByte(' ')
		}
		text.WriteString(p.text)
		at, keys = p.token, keys|p.token.key
	}
	m.Text = text.String()
	if enough == 0 {
		enough = len(m.Text)
	}
	return m, enough
}

// inOrder puts the alternatives of & groups, at one depth and below, into the
// order of the syntax.
func inOrder(steps []*step, depth int) {
	for i := 0; i < len(steps); {
		j := i + 1
		if len(steps[i].token.places) > depth {
			group := steps[i].token.places[depth].group
			for j < len(steps) && len(steps[j].token.places) > depth && steps[j].token.places[depth].group == group {
				j++
			}
			alternative := func(s *step) int { return s.token.places[depth].alternative }
			run := steps[i:j]
			slices.SortStableFunc(run, func(a, b *step) int { return alternative(a) - alternative(b) })
			for k := 0; k < len(run); {
				l := k + 1
				for l < len(run) && alternative(run[l]) == alternative(run[k]) {
					l++
				}
				inOrder(run[k:l], depth+1)
				k = l
			}
		}
		i = j
	}
}
