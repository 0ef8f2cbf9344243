package configtest

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

// mode is a global mode of some commands beside one that is right.
func mode(commands ...*config.Command) *config.Mode {
	commands = append(commands, &config.Command{Syntax: "right", Help: grammar.Help{"right": "R"}})
	return &config.Mode{Name: "test", Commands: func() []*config.Command { return commands }, New: func() any { return new(int) }}
}

var all = grammar.Help{"a": "A", "b": "B", "c": "C", "n": "N", "w": "W", "s": "S", "t": "T"}

func TestEachLawFindsTheTableThatBreaksIt(t *testing.T) {
	inner := mode(&config.Command{Syntax: "b n:<1-9>", Help: all})
	for _, c := range []struct {
		law      string
		commands []*config.Command
		want     string
	}{
		{"nothing is wrong", []*config.Command{{Syntax: "a n:<1-9>", Help: all}}, ""},
		{"help", []*config.Command{{Syntax: "a n:<1-9>", Help: grammar.Help{"a": "A"}}}, "has no help for <1-9>"},
		{"own command", []*config.Command{{Syntax: "a w:WORD", Help: all}, {Syntax: "a n:<1-9>", Help: all}, {Syntax: "a w:A.B.C.D", Help: all},
			{Syntax: "a t:A.B.C.D", Help: all}}, "is taken by another command"},
		{"argument name", []*config.Command{{Syntax: "a n:<1-9>", Help: all,
			Apply: func(_ any, a grammar.Args, _ bool) { a.Int("m") }}}, "does not compile"},
		{"refused by all", []*config.Command{{Syntax: "a n:<1-9>", Help: all,
			Enter: func(*config.Edit, grammar.Args) error { return errors.New("% No") }}}, "every sample is refused: % No"},
		{"default stored", []*config.Command{{Syntax: "a n:<1-9>", Help: all, Default: "a  3"}}, "the default \"a  3\" is stored"},
		{"default refused", []*config.Command{{Syntax: "a n:<1-9>", Help: all, Default: "a 0"}}, "the default \"a 0\" is refused"},
		{"print and enter again", []*config.Command{{Syntax: "a n:<1-9>", Help: all, Enter: func(e *config.Edit, a grammar.Args) error {
			return e.Rewrite("b " + a.Word("n"))
		}}, {Syntax: "b n:<1-9>", Help: all, Enter: func(e *config.Edit, a grammar.Args) error { return errors.New("% No b") }}}, "is refused: No b"},
		{"no removes", []*config.Command{{Syntax: "a", Help: all, Leave: func(e *config.Edit, _ grammar.Args) error { return e.Rewrite("a") }}},
			"after \"a\", \"no a\" leaves \"a\""},
		{"caught by a section", []*config.Command{{Syntax: "s n:<1-9>", Key: "n", Help: all, Opens: func(grammar.Args) *config.Mode { return inner }},
			{Syntax: "b n:<1-9>", Help: all}}, "printed beside a section"},
		{"syntax", []*config.Command{{Syntax: "a ("}}, "no \")\""},
	} {
		t.Run(c.law, func(t *testing.T) {
			defer func() {
				if r := recover(); r != nil && !strings.Contains(r.(string), c.want) {
					t.Error(r)
				}
			}()
			broken := strings.Join(Broken(mode(c.commands...), Options{Random: 5}), "\n")
			if c.want == "" && broken != "" || !strings.Contains(broken, c.want) {
				t.Errorf("broken is %q, which does not say %q", broken, c.want)
			}
		})
	}
}
