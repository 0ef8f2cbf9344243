package commands

import (
	"cmp"
	"fmt"

	"weft/cli/config"
)

// vtyLine opens the section of some virtual terminals. The ranges stored never
// overlap: "line vty 0 15" where 0 to 4 have a section leaves that one, makes
// one of 5 to 15, and what is entered then goes to both. A range that begins or
// ends inside a section cuts it in two that say the same.
var vtyLine = &command{
	Syntax: "line vty first:<0-1869> [last:<1-1869>]",
	Help:   help{"vty": "Virtual terminal"},
	Key:    "first last",
	Opens:  opens(vtyMode),
	Less: func(a, b args) bool {
		return cmp.Or(cmp.Compare(a.Int("first"), b.Int("first")), cmp.Compare(a.Int("last"), b.Int("last"))) < 0
	},
}

func init() {
	vtyLine.Enter = enterTerminals
	vtyLine.Leave = leaveTerminals
}

// A terminals is a range of virtual terminals.
type terminals struct{ first, last int }

// head is the line that opens the range's section.
func (r terminals) head() string {
	if r.first == r.last {
		return fmt.Sprintf("line vty %d", r.first)
	}
	return fmt.Sprintf("line vty %d %d", r.first, r.last)
}

func terminalRange(a args) (terminals, error) {
	r := terminals{a.Int("first"), a.Int("first")}
	if a.Has("last") {
		r.last = a.Int("last")
	}
	if r.last < r.first {
		return r, refuse("%% Last line number %d comes before %d", r.last, r.first)
	}
	return r, nil
}

// sections are the ranges stored, by number.
func terminalSections(e *config.Edit) (all []terminals, lines []*config.Line) {
	for _, l := range e.Tree().Root().Lines() {
		if l.Command == vtyLine {
			r, _ := terminalRange(l.Args)
			all, lines = append(all, r), append(lines, l)
		}
	}
	return all, lines
}

// enterTerminals opens the sections that a range consists of.
func enterTerminals(e *config.Edit, a args) error {
	r, err := terminalRange(a)
	if err != nil {
		return err
	}
	if err := cutTerminals(e, r); err != nil {
		return err
	}
	var parts []terminals
	next := r.first
	stored, _ := terminalSections(e)
	for _, s := range stored {
		if s.last < r.first || s.first > r.last {
			continue
		}
		if next < s.first {
			parts = append(parts, terminals{next, s.first - 1})
		}
		parts = append(parts, s)
		next = s.last + 1
	}
	if next <= r.last {
		parts = append(parts, terminals{next, r.last})
	}
	for _, part := range parts[1:] {
		if err := e.Enter(part.head()); err != nil {
			return err
		}
		e.Beside(part.head())
	}
	return e.Rewrite(parts[0].head())
}

// leaveTerminals removes, or brings back to defaults, all sections of a range.
func leaveTerminals(e *config.Edit, a args) error {
	r, err := terminalRange(a)
	if err != nil {
		return err
	}
	word := "no "
	if e.Defaulting() {
		word = "default "
	}
	if err := cutTerminals(e, r); err != nil {
		return err
	}
	stored, _ := terminalSections(e)
	for _, s := range stored {
		if s != r && r.first <= s.first && s.last <= r.last {
			if err := e.Enter(word + s.head()); err != nil {
				return err
			}
		}
	}
	return nil
}

// cutTerminals cuts the sections that reach beyond a range at its ends.
func cutTerminals(e *config.Edit, r terminals) error {
	stored, lines := terminalSections(e)
	for i, s := range stored {
		var parts []terminals
		rest := s
		if rest.first < r.first && r.first <= rest.last {
			parts = append(parts, terminals{rest.first, r.first - 1})
			rest.first = r.first
		}
		if rest.first <= r.last && r.last < rest.last {
			parts = append(parts, terminals{rest.first, r.last})
			rest.first = r.last + 1
		}
		if len(parts) == 0 {
			continue
		}
		inside := lines[i].Section.Lines()
		if err := e.Enter("no " + s.head()); err != nil {
			return err
		}
		for _, part := range append(parts, rest) {
			if err := copyTerminals(e, part, inside); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyTerminals makes a section of a range with the lines of another.
func copyTerminals(e *config.Edit, r terminals, lines []*config.Line) error {
	if err := e.Enter(r.head()); err != nil {
		return err
	}
	section := e.Tree().At(config.Cursor{Path: []string{r.head()}})
	for _, l := range lines {
		if err := e.EnterAt(section, l.Text); err != nil {
			return err
		}
	}
	return nil
}
