package compile

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/cli/commands"
	"weft/cli/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each file is a configuration as people have them. The golden file has what
// "weft check" says of it, the running-config it becomes, and what is asked for.
func TestSavedConfigurations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.cfg")
	if err != nil || len(files) == 0 {
		t.Fatalf("no configurations: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".cfg")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(t, name, text)
			golden := strings.TrimSuffix(file, ".cfg") + ".golden"
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
				t.Errorf("%s differs from %s: %s", name, golden, firstDifference(got, string(want)))
			}
			if refuses := strings.Contains(got, ": refused: "); refuses != (name == "refused") {
				t.Errorf("lines are refused: %v", refuses)
			}
		})
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %q, not %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(g), len(w))
}

func describe(t *testing.T, name string, text []byte) string {
	t.Helper()
	var b strings.Builder
	reports, lines, acted, kept, refused := Check(name, bytes.NewReader(text))
	for _, r := range reports {
		switch {
		case r.Refused != "":
			fmt.Fprintf(&b, "%s:%d: refused: %s\n", name, r.Number, r.Refused)
		case r.Kept != "":
			fmt.Fprintf(&b, "%s:%d: kept: %s\n", name, r.Number, r.Kept)
		}
		for _, n := range r.Notices {
			fmt.Fprintf(&b, "%s:%d: %s\n", name, r.Number, n)
		}
	}
	fmt.Fprintf(&b, "%d lines, %d acted on, %d kept, %d refused\n", lines, acted, kept, refused)

	tree, _, err := Load(bytes.NewReader(text), config.Env{Salt: noSalt{}})
	if err != nil {
		t.Fatal(err)
	}
	running := tree.Text(config.TextOptions{})
	fmt.Fprintf(&b, "\n--- running-config\n%s", running)

	again, reports, err := Load(strings.NewReader(running), config.Env{Salt: noSalt{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if r.Refused != "" {
			t.Errorf("running-config line %d, %q, is refused: %s", r.Number, r.Line, r.Refused)
		}
	}
	if twice := again.Text(config.TextOptions{}); twice != running {
		t.Errorf("running-config entered again is\n%s\nnot\n%s", twice, running)
	}

	box := Compile(tree)
	fmt.Fprintf(&b, "\n--- asks for\n")
	show := func(what string, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		raw, _ = json.Marshal(said(fields))
		fmt.Fprintf(&b, "%s %s\n", what, raw)
	}
	show("global", box.Global)
	for _, i := range box.Interfaces {
		show(i.Name, i)
	}
	for _, l := range box.Lines {
		show(fmt.Sprintf("line %s %d %d", l.Kind, l.First, l.Last), l)
	}
	for _, n := range box.NHRP.Tunnels {
		show("nhrp "+n.Name, n)
	}
	return b.String()
}

// said leaves out the fields that are zero.
func said(fields map[string]any) map[string]any {
	for name, v := range fields {
		if inner, ok := v.(map[string]any); ok {
			fields[name] = said(inner)
		}
		if v == nil || v == "" || v == false || v == 0.0 || fmt.Sprint(v) == "map[]" {
			delete(fields, name)
		}
	}
	return fields
}

func TestFactoryConfigComesBackAsItIs(t *testing.T) {
	tree, reports, err := Load(strings.NewReader(commands.FactoryConfig), config.Env{})
	if err != nil || len(reports) != 0 {
		t.Fatalf("%v, %+v", err, reports)
	}
	box := Compile(tree)
	if len(box.Lines) != 3 || box.Lines[2].Kind != "vty" || len(box.Lines[2].Transport) != 0 || !box.Global.Routing {
		t.Errorf("a new box asks for %+v", box)
	}
}

func TestCompileKeepsWhatDidNotChange(t *testing.T) {
	tree, _, err := Load(strings.NewReader("interface Tunnel0\n ip address 10.0.0.1 255.255.255.0\nip route 10.9.0.0 255.255.0.0 Null0\n"), config.Env{})
	if err != nil {
		t.Fatal(err)
	}
	before := Compile(tree)
	if _, err := tree.Enter(config.Cursor{Path: []string{"interface Tunnel0"}}, "ip mtu 1400", config.Env{}); err != nil {
		t.Fatal(err)
	}
	after := Compile(tree)
	if before.Global != after.Global {
		t.Error("a line in an interface compiles the global section again")
	}
	if before.Interfaces[0].IPMTU != 0 || after.Interfaces[0].IPMTU != 1400 {
		t.Errorf("ip mtu went from %d to %d", before.Interfaces[0].IPMTU, after.Interfaces[0].IPMTU)
	}
}

func TestOverlappingTerminalRangesAddUp(t *testing.T) {
	tree, _, err := Load(strings.NewReader("line vty 0 15\n transport input ssh\n login local\nline vty 5 9\n no login\n"), config.Env{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range Compile(tree).Lines {
		got = append(got, fmt.Sprintf("%s %d-%d %d %v", l.Kind, l.First, l.Last, l.Login, l.Transport))
	}
	want := "[con 0-0 0 [] vty 0-4 2 [ssh] vty 5-9 0 [ssh] vty 10-15 2 [ssh]]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
