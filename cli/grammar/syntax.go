package grammar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A token is one place in a Syntax string: a word or an argument there.
type token struct {
	rule   *rule
	word   string // the keyword, or the name of the argument
	folded string // in lower case
	typ    *Type  // nil: a keyword
	last   bool   // the line may end behind it
	follow []edge
	places []place // the & groups it stands in, outermost first
	key    uint64  // its bit, if it is a key
	ahead  uint64  // the keys that may still come behind it
}

// An edge leads to a token that may come next. enters has a bit for each
// alternative of an & group that is begun by going there, which a line may do once.
type edge struct {
	to     *token
	enters uint64
}

// A place is one alternative of one & group.
type place struct{ group, alternative int }

// A fragment is a piece of syntax: where it begins, where it may end, and
// whether it may be left out.
type fragment struct {
	first []edge
	last  []*token
	empty bool
}

func (f fragment) then(g fragment) fragment {
	link(f.last, g.first)
	if f.empty {
		f.first = slices.Concat(f.first, g.first)
	}
	if g.empty {
		g.last = slices.Concat(f.last, g.last)
	}
	return fragment{f.first, g.last, f.empty && g.empty}
}

func link(from []*token, to []edge) {
	for _, t := range from {
		for _, e := range to {
			if !slices.Contains(t.follow, e) {
				t.follow = append(t.follow, e)
			}
		}
	}
}

// parser is a recursive descent over the fields of a Syntax.
type parser struct {
	fields       []string
	types        func(name string) (*Type, bool)
	tokens       []*token
	places       []place
	groups       int
	alternatives int
	repeating    int
	err          error
}

var spaced = strings.NewReplacer("(", " ( ", ")", " ) ", "[", " [ ", "]", " ] ",
	"{", " { ", "}", " } ", "|", " | ", "&", " & ")

func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.fields = nil
}

func (p *parser) peek() string {
	if len(p.fields) == 0 {
		return ""
	}
	return p.fields[0]
}

func (p *parser) take() string {
	f := p.peek()
	if f != "" {
		p.fields = p.fields[1:]
	}
	return f
}

func (p *parser) expect(f string) {
	if p.err == nil && p.take() != f {
		p.fail(fmt.Errorf("no %q where it is due", f))
	}
}

// choice reads a | b | c.
func (p *parser) choice() fragment {
	f := p.anyOrder()
	for p.peek() == "|" {
		p.take()
		g := p.anyOrder()
		f = fragment{slices.Concat(f.first, g.first), slices.Concat(f.last, g.last), f.empty || g.empty}
	}
	return f
}

// anyOrder reads a & b & c.
func (p *parser) anyOrder() fragment {
	group, start := p.groups, len(p.tokens)
	p.groups++
	alternatives := []fragment{p.sequence()}
	bounds := []int{start, len(p.tokens)}
	for p.peek() == "&" {
		p.take()
		alternatives = append(alternatives, p.sequence())
		bounds = append(bounds, len(p.tokens))
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	if p.repeating > 0 {
		p.fail(errors.New("& inside { } has no canonical order"))
	}
	for i := range alternatives {
		if p.alternatives == 64 {
			p.fail(errors.New("more than 64 alternatives of &"))
			break
		}
		alternatives[i].first = entering(alternatives[i].first, 1<<p.alternatives)
		p.alternatives++
		for _, t := range p.tokens[bounds[i]:bounds[i+1]] {
			t.places = slices.Insert(t.places, 0, place{group, i})
		}
	}
	var f fragment
	for i, a := range alternatives {
		f.first = append(f.first, a.first...)
		f.last = append(f.last, a.last...)
		f.empty = f.empty || a.empty
		for j, b := range alternatives {
			if i != j {
				link(a.last, b.first)
			}
		}
	}
	return f
}

func entering(edges []edge, bit uint64) []edge {
	edges = slices.Clone(edges)
	for i := range edges {
		edges[i].enters |= bit
	}
	return edges
}

// sequence reads a b c.
func (p *parser) sequence() fragment {
	f := fragment{empty: true}
	for p.peek() != "" && !strings.Contains(")]}|&", p.peek()) {
		f = f.then(p.term())
	}
	return f
}

func (p *parser) term() fragment {
	switch word := p.take(); word {
	case "(":
		f := p.choice()
		p.expect(")")
		return f
	case "[":
		f := p.choice()
		p.expect("]")
		f.empty = true
		return f
	case "{":
		p.repeating++
		f := p.choice()
		p.repeating--
		p.expect("}")
		link(f.last, f.first)
		return f
	default:
		t := &token{word: word, folded: strings.ToLower(word)}
		if name, typ, ok := strings.Cut(word, ":"); ok {
			t.word = name
			if t.typ, ok = p.types(typ); !ok || name == "" {
				p.fail(fmt.Errorf("no type is written %q", typ))
			}
		}
		p.tokens = append(p.tokens, t)
		return fragment{first: []edge{{to: t}}, last: []*token{t}}
	}
}
