package grammar

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Automaton matches lines against a set of rules. It is immutable and may be
// used by many goroutines.
type Automaton struct {
	root  *node
	rules []*rule
}

// rule is a Rule compiled.
type rule struct {
	Rule
	index   int
	start   *token   // stands before the first word
	tokens  []*token // in the order of the syntax
	stem    []string // the words it always begins with
	behind  *token   // the last word of the stem, or start
	text    string   // the stem as text
	keys    []string
	names   map[string]bool // what may be asked of its Args
	grouped bool            // has an & group
}

// A node is a place in the tree of stems.
type node struct {
	word   string // as in the syntax
	help   string
	hidden bool     // every rule that comes past is
	folded []string // the words that may come next, in lower case, sorted
	next   []*node  // the node of each
	rules  []*rule  // whose stem ends here
}

// Compile makes an automaton of a set of rules. types are those that the
// syntaxes use beside the built-in ones.
func Compile(rules []Rule, types ...Type) (*Automaton, error) {
	byName := map[string]*Type{}
	for i := range types {
		byName[types[i].Name] = &types[i]
	}
	a := &Automaton{root: &node{hidden: true}}
	for i, r := range rules {
		compiled, err := compileRule(r, i, byName)
		if err != nil {
			return nil, fmt.Errorf("grammar: %q: %w", r.Syntax, err)
		}
		a.rules = append(a.rules, compiled)
		a.root.plant(compiled)
	}
	return a, nil
}

func compileRule(r Rule, index int, types map[string]*Type) (*rule, error) {
	p := &parser{fields: strings.Fields(spaced.Replace(r.Syntax)), types: func(name string) (*Type, bool) {
		if t, ok := types[name]; ok {
			return t, true
		}
		t, ok := builtin(name)
		if ok {
			types[name] = t
		}
		return t, ok
	}}
	f := p.choice()
	switch {
	case p.err != nil:
		return nil, p.err
	case len(p.fields) > 0:
		return nil, fmt.Errorf("%q closes nothing", p.peek())
	case f.empty:
		return nil, fmt.Errorf("may be empty")
	}
	for _, t := range f.last {
		t.last = true
	}
	c := &rule{Rule: r, index: index, tokens: p.tokens, keys: strings.Fields(r.Key),
		names: map[string]bool{}, grouped: p.alternatives > 0}
	c.start = &token{rule: c, follow: f.first}
	c.findStem()
	if err := c.name(); err != nil {
		return nil, err
	}
	c.lookAhead()
	return c, nil
}

// findStem takes the words before the first choice, argument or possible end.
func (r *rule) findStem() {
	r.behind = r.start
	for !r.behind.last && len(r.behind.follow) == 1 && r.behind.follow[0].to.typ == nil && len(r.stem) < len(r.tokens) {
		r.behind = r.behind.follow[0].to
		r.stem = append(r.stem, r.behind.word)
	}
	r.text = strings.Join(r.stem, " ")
}

// name gives every token its rule and key, and checks that names are unmistakable.
func (r *rule) name() error {
	words := map[string]bool{}
	for i, t := range r.tokens {
		t.rule = r
		if t.typ == nil {
			words[t.word] = true
		}
		if i >= len(r.stem) {
			r.names[t.word] = true
		}
	}
	for _, t := range r.tokens {
		if t.typ != nil && words[t.word] {
			return fmt.Errorf("an argument has the name of the word %q", t.word)
		}
		if i := slices.Index(r.keys, t.word); i >= 0 {
			t.key = 1 << i
		}
	}
	for _, key := range r.keys {
		if !r.names[key] {
			return fmt.Errorf("the key %q is no argument and no optional word", key)
		}
	}
	return nil
}

// lookAhead finds which keys may come behind each token. The tokens form
// loops, so it goes round until nothing is new.
func (r *rule) lookAhead() {
	for changed := true; changed; {
		changed = false
		for _, t := range append([]*token{r.start}, r.tokens...) {
			ahead := t.ahead
			for _, e := range t.follow {
				ahead |= e.to.key | e.to.ahead
			}
			changed = changed || ahead != t.ahead
			t.ahead = ahead
		}
	}
}

// plant adds a rule to the tree of stems.
func (n *node) plant(r *rule) {
	before := ""
	for _, word := range r.stem {
		folded := strings.ToLower(word)
		i, found := slices.BinarySearch(n.folded, folded)
		if !found {
			n.folded = slices.Insert(n.folded, i, folded)
			n.next = slices.Insert(n.next, i, &node{word: word, hidden: true})
		}
		n = n.next[i]
		n.hidden = n.hidden && r.Hidden
		if n.help == "" {
			n.help = r.help(before, word)
		}
		before = word
	}
	n.rules = append(n.rules, r)
}

// help is the help of a word or argument behind another.
func (r *rule) help(before, word string) string {
	qualified := before + " " + word
	for _, h := range []string{r.Help[qualified], r.Words[qualified], r.Help[word]} {
		if h != "" {
			return h
		}
	}
	return r.Words[word]
}

// plainHelp is the help of an argument, wherever it stands.
func (r *rule) plainHelp(word string) string {
	if h := r.Help[word]; h != "" {
		return h
	}
	return r.Words[word]
}

// Begins reports whether a line may begin with this very word, not abbreviated.
func (a *Automaton) Begins(word string) bool {
	word = strings.ToLower(word)
	low, high := a.root.under(word)
	return low < high && a.root.folded[low] == word
}

// under returns the bounds of those next words that begin with folded.
func (n *node) under(folded string) (low, high int) {
	low = sort.SearchStrings(n.folded, folded)
	high = low
	for high < len(n.folded) && strings.HasPrefix(n.folded[high], folded) {
		high++
	}
	return low, high
}
