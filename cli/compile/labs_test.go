package compile

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"weft/cli/commands"
	"weft/cli/config"
)

// Every line of a lab is acted on; what a lab says must be what happens.
func TestLabConfigurationsLoadWithoutAReport(t *testing.T) {
	files, err := filepath.Glob("../../labs/*/*.cfg")
	if err != nil || len(files) < 3 {
		t.Fatalf("only %d lab configurations: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree, reports, err := Load(bytes.NewReader(text), config.Env{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reports {
			t.Errorf("%s:%d: %+v", file, r.Number, r)
		}
		again, _, err := Load(bytes.NewReader([]byte(tree.Text(config.TextOptions{}))), config.Env{})
		if err != nil {
			t.Fatal(err)
		}
		if lines := tree.Diff(again); len(lines) != 0 {
			t.Errorf("%s comes back changed: %q", file, lines)
		}
	}
}

func TestAdminOfTheLabsLogsIn(t *testing.T) {
	text, err := os.ReadFile("../../labs/dmvpn-phase1/hub.cfg")
	if err != nil {
		t.Fatal(err)
	}
	tree, _, err := Load(bytes.NewReader(text), config.Env{})
	if err != nil {
		t.Fatal(err)
	}
	box := Compile(tree)
	if u := box.Global.Users; len(u) != 1 || !commands.Verify(u[0].Secret, "weft") {
		t.Errorf("admin does not log in with the password in the file: %+v", u)
	}
	if n := box.NHRP.Tunnels; len(n) != 1 || !n[0].MulticastDynamic || !n[0].Multipoint {
		t.Errorf("the hub's NHRP is %+v", n)
	}
}
