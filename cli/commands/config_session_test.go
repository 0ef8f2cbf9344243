package commands

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

// A configuring types lines in configuration mode, as a user would.
type configuring struct {
	t    *testing.T
	tree *config.Tree
	at   config.Cursor
}

func configures(t *testing.T, lines string) *configuring {
	t.Helper()
	c := &configuring{t: t, tree: config.New(GlobalMode)}
	c.types(lines)
	return c
}

// types enters lines that must be taken.
func (c *configuring) types(lines string) {
	c.t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		if answer := c.enter(line); answer != "" {
			c.t.Errorf("%q is answered\n%s", line, answer)
		}
	}
}

// enter types one line; the answer has the caret below the line itself.
func (c *configuring) enter(line string) string {
	r, err := c.tree.Enter(c.at, line, config.Env{Salt: saltLetters{}})
	c.at = r.Cursor
	var failed *grammar.Error
	switch {
	case errors.As(err, &failed) && failed.Kind == grammar.Invalid:
		return line + "\n" + strings.Repeat(" ", failed.Column) + "^"
	case errors.As(err, &failed):
		return failed.Kind.String()
	case err != nil:
		return err.Error()
	}
	for _, k := range r.Kept {
		r.Notices = append(r.Notices, KeptNotice(k.Line, k.Why))
	}
	return strings.Join(r.Notices, "\n")
}

func (c *configuring) text() string { return c.tree.Text(config.TextOptions{}) }

// has checks that running-config has (or has not) a line.
func (c *configuring) has(line string, want bool) {
	c.t.Helper()
	if got := strings.Contains("\n"+c.text(), "\n"+line+"\n"); got != want {
		c.t.Errorf("%q in running-config: %v, want %v:\n%s", line, got, want, c.text())
	}
}
