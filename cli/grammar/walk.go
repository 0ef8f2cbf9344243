package grammar

import "strings"

// A state is how far a line has come: to a node of the tree of stems, or behind
// a token of one rule.
type state struct {
	node *node
	at   *token
	pos  int // where the next word begins, or the end of the line
	path *step
	used uint64 // alternatives of & groups already begun
	keys uint64 // keys already given
}

// A step is one token given behind the stem. Steps are shared by the states
// that come from them.
type step struct {
	prev  *step
	token *token
	value string // what Args hold
	text  string // what the canonical line holds
}

// The ranks of what a word may be, lowest first.
const (
	none = iota
	loose
	hiddenAbbreviation
	abbreviation
	argument
	exact
)

// walk follows a line through all rules at once.
type walk struct {
	line   string
	end    int // of the line without trailing blanks
	states []state
	failed failure
	// partial, if set, is told of an argument that may be under way at pos when
	// the line ends.
	partial func(t *token, pos int)

	best  int // rank of the states in next
	found string
	next  []state

	space [2][4]state // where states and next begin; few lines have more
}

// follow walks the whole line. What is left in states has reached its end.
func (a *Automaton) follow(line string, partial func(*token, int)) *walk {
	w := &walk{line: line, end: len(strings.TrimRight(line, " \t\r\n")), partial: partial}
	w.states, w.next = w.space[0][:0], w.space[1][:0]
	w.arrive(&w.states, a.root, w.skip(0))
	for {
		pos := w.end
		for _, s := range w.states {
			pos = min(pos, s.pos)
		}
		if pos == w.end {
			return w
		}
		w.word(pos)
	}
}

// skip returns where the next word begins.
func (w *walk) skip(pos int) int {
	for pos < w.end && blank(w.line[pos]) {
		pos++
	}
	return pos
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// arrive puts a node of the stems, and the rules whose stem ends there, on a list.
func (w *walk) arrive(list *[]state, n *node, pos int) {
	if len(n.folded) > 0 {
		*list = append(*list, state{node: n, pos: pos})
	}
	for _, r := range n.rules {
		*list = append(*list, state{at: r.behind, pos: pos})
	}
}

// word takes the states that stand at pos over the word there. A state whose
// argument already reached further stays as it is.
func (w *walk) word(pos int) {
	end := pos
	for end < w.end && !blank(w.line[end]) {
		end++
	}
	folded := strings.ToLower(w.line[pos:end])
	w.best, w.found, w.next = none, "", w.next[:0]
	w.failed.note(failure{kind: Invalid, column: pos, word: pos})
	further := 0
	ambiguous := false
	for _, s := range w.states {
		switch {
		case s.pos != pos:
			w.states[further] = s
			further++
		case s.node != nil:
			ambiguous = w.stem(s.node, folded, pos, end) || ambiguous
		default:
			for _, e := range s.at.follow {
				if s.used&e.enters == 0 {
					ambiguous = w.token(s, e, folded, pos, end) || ambiguous
				}
			}
		}
	}
	if ambiguous && (w.best == abbreviation || w.best == hiddenAbbreviation) {
		w.failed = failure{kind: Ambiguous, column: pos, word: pos, set: true}
		w.next = w.next[:0]
	}
	w.states = append(w.states[:further], w.next...)
}

// stem tries the words of the tree of stems. It reports whether an earlier
// candidate of the same rank meant another word.
func (w *walk) stem(n *node, folded string, pos, end int) (ambiguous bool) {
	low, high := n.under(folded)
	if low == high {
		// The nearest words in order share the longest beginnings.
		for _, i := range []int{low - 1, low} {
			if i >= 0 && i < len(n.folded) {
				w.mismatch(pos, shared(n.folded[i], folded))
			}
		}
	}
	for i := low; i < high; i++ {
		rank := exact
		if len(n.folded[i]) > len(folded) {
			rank = abbreviated(n.next[i].hidden)
		}
		take, other := w.rank(rank, n.folded[i])
		if take {
			w.arrive(&w.next, n.next[i], w.skip(end))
		}
		ambiguous = ambiguous || other
	}
	return ambiguous
}

func abbreviated(hidden bool) int {
	if hidden {
		return hiddenAbbreviation
	}
	return abbreviation
}

// rank says whether a candidate for the present word is as good as the best so
// far; a better one drives the others out. other reports a different keyword of
// the same rank.
func (w *walk) rank(rank int, keyword string) (take, other bool) {
	switch {
	case rank < w.best:
		return false, false
	case rank > w.best:
		w.best, w.found, w.next = rank, keyword, w.next[:0]
		return true, false
	}
	return true, w.found != keyword
}

func (w *walk) mismatch(pos, good int) {
	w.failed.note(failure{kind: Invalid, column: pos + good, word: pos})
}

// shared is the length of the common beginning.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// token tries one token of a rule.
func (w *walk) token(s state, e edge, folded string, pos, end int) (ambiguous bool) {
	t := e.to
	if t.typ != nil {
		w.argument(s, e, pos)
		return false
	}
	rank := exact
	switch {
	case t.folded == folded:
	case strings.HasPrefix(t.folded, folded):
		rank = abbreviated(t.rule.Hidden)
	default:
		w.mismatch(pos, shared(t.folded, folded))
		return false
	}
	take, ambiguous := w.rank(rank, t.folded)
	if take {
		w.reach(s, e, w.skip(end), t.word, t.word)
	}
	return ambiguous
}

func (w *walk) argument(s state, e edge, pos int) {
	typ, text := e.to.typ, w.line[pos:w.end]
	if w.partial != nil {
		w.partial(e.to, pos)
	}
	value, taken, good := "", 0, 0
	if typ.text {
		var delimiter string
		if value, delimiter, taken, good = parseText(text); taken == 0 && delimiter != "" {
			w.failed.note(failure{kind: Unfinished, column: w.end, word: pos, delimiter: delimiter})
			return
		}
	} else {
		value, taken, good = typ.Parse(text)
	}
	if taken > 0 && taken < len(text) && !blank(text[taken]) {
		taken, good = 0, taken
	}
	if taken == 0 {
		w.mismatch(pos, good)
		return
	}
	rank := argument
	if typ.Loose {
		rank = loose
	}
	if take, _ := w.rank(rank, w.found); take {
		canonical := value
		if typ.text {
			canonical = delimited(value)
		}
		w.reach(s, e, w.skip(pos+taken), value, canonical)
	}
}

// reach adds the state behind an edge, unless another way has led there: the
// two would go on alike, and ways multiply with every word.
func (w *walk) reach(s state, e edge, pos int, value, text string) {
	next := state{at: e.to, pos: pos, used: s.used | e.enters, keys: s.keys | e.to.key}
	for i := range w.next {
		if o := &w.next[i]; o.at == next.at && o.pos == pos && o.used == next.used && o.keys == next.keys {
			return
		}
	}
	next.path = &step{s.path, e.to, value, text}
	w.next = append(w.next, next)
}
