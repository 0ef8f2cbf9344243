package labs

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each file of testdata/topology has a .golden beside it: what was understood,
// or why it was refused and where.
func TestTopologyIsUnderstoodOrRefusedWithItsLine(t *testing.T) {
	files, err := filepath.Glob("testdata/topology/*.yml")
	if err != nil || len(files) < 15 {
		t.Fatalf("only %d topologies found (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(parseTopology(file, text))
			golden := strings.TrimSuffix(file, ".yml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

func describe(topology *Topology, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "lab %s\n", topology.Name)
	for _, n := range topology.Nodes {
		fmt.Fprintf(&b, "node %s kind %s router %t config %q exec %q sysctls %v\n", n.Name, n.Kind, n.Router(), n.Config, n.Exec, n.Sysctls)
	}
	for _, l := range topology.Links {
		fmt.Fprintf(&b, "link %v %v\n", l.A, l.B)
	}
	return b.String()
}

func TestFolderWithoutTopologyIsNoLab(t *testing.T) {
	_, err := ReadTopology(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "is not a lab: it has no topology.clab.yml") {
		t.Errorf("got %v", err)
	}
}
