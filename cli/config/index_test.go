package config_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/cli/config"
)

// owners is an index of who has which number.
type owners map[string][]string

func (o owners) Add(section *config.Node, l *config.Line) {
	n := l.Args.Word("n")
	o[n] = append(o[n], section.Head().Text)
}

func (o owners) Remove(section *config.Node, l *config.Line) {
	n := l.Args.Word("n")
	i := slices.Index(o[n], section.Head().Text)
	if o[n] = slices.Delete(o[n], i, i+1); len(o[n]) == 0 {
		delete(o, n)
	}
}

func TestAnIndexFollowsLinesAsTheyComeAndGo(t *testing.T) {
	kind := &config.IndexKind{New: func() config.Index { return owners{} }}
	inner := []*command{
		{Syntax: "number n:<1-9>", Index: kind},
		{Syntax: "fail", Enter: func(e *config.Edit, _ args) error {
			if err := e.Enter("number 9"); err != nil {
				return err
			}
			return errors.New("% No")
		}},
	}
	innerMode := &config.Mode{Name: "inner", Commands: func() []*command { return inner }}
	outer := []*command{{Syntax: "section name:WORD", Key: "name", Opens: func(args) *config.Mode { return innerMode }}}
	s := &session{t: t, tree: config.New(&config.Mode{Name: "outer", Commands: func() []*command { return outer }})}
	s.enter("section a\nnumber 1")
	for _, step := range []struct{ line, want string }{
		{"section b", "1:section a"},
		{"number 1", "1:section a,section b"},
		{"number 2", "1:section a 2:section b"},
		{"section a", "1:section a 2:section b"},
		{"no number", "2:section b"},
		{"default section b", ""},
		{"section b", ""},
		{"number 3", "3:section b"},
		{"no section b", ""},
	} {
		s.enter(step.line)
		if got := listed(s.tree.Index(kind)); got != step.want {
			t.Errorf("after %q the index has %q, want %q", step.line, got, step.want)
		}
	}
	s.enter("section c\nnumber 4").refused("fail", "% No")
	if got := listed(s.tree.Index(kind)); got != "4:section c" {
		t.Errorf("after a refusal the index has %q", got)
	}
	if got := listed(s.tree.Clone().Index(kind)); got != "4:section c" {
		t.Errorf("the index of the clone has %q", got)
	}
}

func listed(x config.Index) string {
	var all []string
	for n, sections := range x.(owners) {
		all = append(all, fmt.Sprintf("%s:%s", n, strings.Join(sections, ",")))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestAWordInFullBeatsAnAbbreviationInTheModeInside(t *testing.T) {
	keys := []*command{{Syntax: "key-string text:LINE"}, {Syntax: "key-chain text:LINE"}}
	keyMode := &config.Mode{Name: "key", Commands: func() []*command { return keys }}
	global := []*command{{Syntax: "key n:<0-9>", Key: "n", Opens: func(args) *config.Mode { return keyMode }}}
	s := &session{t: t, tree: config.New(&config.Mode{Name: "chain", Commands: func() []*command { return global }})}
	s.enter("key 1\nkey-s secret\nkey 2\nkey-string other").want("key 1\n key-string secret\nkey 2\n key-string other\n!")
	s.refused("key- x", "ambiguous command 0")
	closed := *keyMode
	closed.NoFallback = true
	lone := []*command{{Syntax: "key n:<0-9>", Key: "n", Opens: func(args) *config.Mode { return &closed }}}
	s = &session{t: t, tree: config.New(&config.Mode{Name: "chain", Commands: func() []*command { return lone }})}
	s.enter("key 1").refused("key 2", "ambiguous command 0")
}
