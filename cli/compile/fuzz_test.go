package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/cli/config"
)

// FuzzLoad reads anything as a configuration: what it becomes is taken again
// and comes back as it is, and compiles.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.cfg")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.ReplaceAll(string(text), "sec", "SEC"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "sec") { // hashing is slow and has tests of its own
			return
		}
		tree, _, err := Load(strings.NewReader(text), config.Env{Salt: noSalt{}})
		if err != nil {
			return
		}
		Compile(tree)
		running := tree.Text(config.TextOptions{})
		again, reports, err := Load(strings.NewReader(running), config.Env{Salt: noSalt{}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			if r.Refused != "" {
				t.Errorf("line %d %q of running-config is refused: %s", r.Number, r.Line, r.Refused)
			}
		}
		if twice := again.Text(config.TextOptions{}); twice != running {
			t.Errorf("running-config is\n%s\nentered again\n%s", running, twice)
		}
	})
}
