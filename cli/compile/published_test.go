package compile

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/cli/grammar"
)

// A published line stands below the lines that lead to it.
type published struct {
	sections []string
	line     string
}

func publishedLines(t *testing.T) (all []published) {
	t.Helper()
	text, err := os.ReadFile("testdata/published.txt")
	if err != nil {
		t.Fatal(err)
	}
	var sections []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch head, isHead := strings.CutPrefix(line, "@ "); {
		case isHead && head == "(global)":
			sections = nil
		case isHead:
			sections = strings.Split(head, " / ")
		case strings.HasPrefix(line, "  "):
			all = append(all, published{sections, strings.TrimSpace(line)})
		}
	}
	if len(all) < 300 {
		t.Fatalf("only %d lines", len(all))
	}
	return all
}

// a, a, a, ...: salt that is the same in every run.
type sameSalt struct{}

func (sameSalt) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

var publishedEnv = config.Env{Salt: sameSalt{}}

// at is a new tree and the cursor behind the lines that lead to one.
func (p published) at(t *testing.T) (*config.Tree, config.Cursor) {
	t.Helper()
	tree, cursor := config.New(commands.GlobalMode), config.Cursor{}
	for _, line := range p.sections {
		r, err := tree.Enter(cursor, line, publishedEnv)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		cursor = r.Cursor
	}
	return tree, cursor
}

func TestPublishedLinesAreTakenAndComeBack(t *testing.T) {
	for _, p := range publishedLines(t) {
		tree, cursor := p.at(t)
		if _, err := tree.Enter(cursor, p.line, publishedEnv); err != nil {
			t.Errorf("%q: %s: %v", p.sections, p.line, err)
			continue
		}
		declared(t, tree.Root())
		text := tree.Text(config.TextOptions{})
		again, reports, err := Load(strings.NewReader(text), publishedEnv)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			if r.Refused != "" {
				t.Errorf("%s: what is saved is refused: %+v", p.line, r)
			}
		}
		if got := again.Text(config.TextOptions{}); got != text {
			t.Errorf("%s: is saved as\n%s\nand comes back as\n%s", p.line, text, got)
		}
	}
}

// declared checks that every line says what becomes of it: it asks for
// something, opens a section, or is kept for a reason.
func declared(t *testing.T, n *config.Node) {
	for _, line := range n.Lines() {
		c := line.Command
		if c.Kept == "" && c.Apply == nil && c.Opens == nil {
			t.Errorf("%s: nothing acts on it, and it does not say so", line.Text)
		}
		if line.Section != nil {
			declared(t, line.Section)
		}
	}
}

func TestPublishedLinesWithAWordMisspeltAreRefusedThere(t *testing.T) {
	tried := 0
	for _, p := range publishedLines(t) {
		tree, cursor := p.at(t)
		column := 0
		for word := range strings.FieldsSeq(p.line) {
			column += strings.Index(p.line[column:], word)
			end := column + len(word)
			if isKeyword(tree, cursor, p.line[:column], word) {
				tried++
				wrong := p.line[:end] + "qz" + p.line[end:]
				_, err := tree.Enter(cursor, wrong, publishedEnv)
				var failed *grammar.Error
				if !errors.As(err, &failed) || failed.Kind != grammar.Invalid || failed.Column <= column || failed.Column > end+2 {
					t.Errorf("%q: %s: %v", p.sections, wrong, err)
				}
			}
			column = end
		}
	}
	if tried < 1000 {
		t.Errorf("only %d words misspelt", tried)
	}
}

// isKeyword reports whether a word of a line is a keyword there and could not be
// any word. "no" and "default" belong to every command.
func isKeyword(tree *config.Tree, at config.Cursor, before, word string) bool {
	if before == "" && word == "no" {
		return false
	}
	choices, err := tree.Choices(at, before)
	free := func(c grammar.Choice) bool { return c.Token == "WORD" || c.Token == "LINE" }
	return err == nil && !slices.ContainsFunc(choices, free) && slices.ContainsFunc(choices, func(c grammar.Choice) bool {
		return strings.HasPrefix(strings.ToLower(c.Token), strings.ToLower(word))
	})
}

func TestMistypedLinesAreRefused(t *testing.T) {
	text, err := os.ReadFile("testdata/mistyped.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		line := strings.TrimSpace(string(line))
		if line[0] == '#' {
			continue
		}
		for _, sections := range [][]string{nil, {"interface Tunnel0"}, {"router eigrp 100"}, {"router ospf 1"}} {
			tree, at := published{sections, line}.at(t)
			if _, err := tree.Enter(at, line, publishedEnv); err == nil {
				t.Errorf("%q: %s is taken, as\n%s", sections, line, tree.Text(config.TextOptions{}))
			}
		}
	}
}
