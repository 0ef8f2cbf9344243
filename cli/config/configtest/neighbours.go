package configtest

import (
	"fmt"
	"strings"

	"weft/cli/config"
	"weft/cli/grammar"
)

// neighbours checks that the lines of the modes around a section are not caught
// by the section when all is printed and entered again.
func (l *laws) neighbours(base *config.Tree, around []place, inner place) {
	for _, outer := range around {
		for i, c := range outer.mode.Commands() {
			if c.Move != config.Stay {
				continue
			}
			for _, sample := range outer.automaton.Samples(i, 0, 0) {
				if _, err := inner.automaton.Match(sample.Line, grammar.Positive); err == nil {
					l.beside(base, outer, inner, sample.Line)
				}
				if _, err := inner.automaton.Match(sample.Line, grammar.Negative); err == nil {
					l.beside(base, outer, inner, "no "+sample.Line)
				}
			}
		}
	}
}

func (l *laws) beside(base *config.Tree, outer, inner place, line string) {
	tree := base.Clone()
	if _, err := tree.Enter(outer.at, line, l.env); err != nil {
		return
	}
	if why := l.again(tree); why != "" {
		l.broken = append(l.broken, fmt.Sprintf("mode %s, %q printed beside a section of mode %s: %s", outer.mode.Name, line, inner.mode.Name, why))
	}
}

// again says how what a tree prints fails to enter to the same text; "" if it
// does not.
func (l *laws) again(tree *config.Tree) string {
	text := tree.Text(config.TextOptions{})
	copied := tree.Empty()
	reports, err := copied.Load(strings.NewReader(text), l.env)
	if err != nil {
		return err.Error()
	}
	for _, r := range reports {
		if r.Refused != "" {
			return fmt.Sprintf("running-config line %d %q is refused: %s", r.Number, r.Line, r.Refused)
		}
	}
	if got := copied.Text(config.TextOptions{}); got != text {
		return fmt.Sprintf("running-config is\n%s\nentered again it is\n%s", text, got)
	}
	return ""
}
