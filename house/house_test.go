// Package house keeps the rules of the house: what can be tested about the
// shape of the tree is tested here, and each failure says why the rule is there.
package house

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "weft/"

// floors lists the packages from the ground up. A package imports only from
// floors below its own, so that a protocol can be read without the product.
var floors = [][]string{
	{"cli/grammar", "cli/vault", "appliance/engine", "dataplane/packet"},
	{"dataplane/fib", "dataplane/gre", "dataplane/esp"},
	{"routing/policy"},
	{"routing/rib"},
	{"nhrp", "ike", "dhcp", "dataplane", "routing/eigrp", "routing/ospf", "routing/rip", "routing/bgp"},
	{"cli/config"},
	{"cli/config/configtest", "cli/terminal/terminaltest"},
	{"cli/commands"},
	{"cli/compile"},
	{"router"},
	{"dataplane/tun", "dataplane/socket", "dataplane/kernel", "cli/terminal", "labs/world", "image/debian"},
	{"cli/access"},
	{"cli/shell", "labs/guest"},
	{"cli/ssh"},
	{"labs", "image"},
	{"appliance"},
	{"house"},
}

// sansIO packages are protocols and pure functions: their only clock is the one
// they are given and their only way out is what they return.
var sansIO = []string{"nhrp", "ike", "dhcp", "routing/rib", "routing/policy", "routing/eigrp", "routing/ospf", "routing/rip", "routing/bgp", "router", "cli/grammar", "cli/config", "cli/commands",
	"cli/compile", "dataplane/packet", "dataplane/gre", "dataplane/esp"}

// The packet path may guard its snapshots, and nothing else.
var mayLock = []string{"dataplane", "dataplane/fib", "dataplane/esp"}

var (
	bannedImports = []string{"log", "log/slog", "math/rand", "math/rand/v2", "net", "os", "os/exec", "syscall", "golang.org/x/sys/unix"}
	locks         = []string{"sync", "sync/atomic"}
	bannedCalls   = []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After",
		"time.AfterFunc", "time.NewTimer", "time.NewTicker", "time.Tick"}
	bannedNames = []string{"util", "utils", "common", "manager", "helper", "helpers", "base", "misc"}
)

const (
	maxLines    = 600 // a longer file is missing a noun
	maxFunction = 60  // a longer function is missing a name
	medianLines = 150
)

func TestImportsGoDownward(t *testing.T) {
	for _, f := range sources(t) {
		own := floor(f.pkg)
		if own < 0 {
			t.Errorf("%s is on no floor: say where it belongs, so that imports keep going downward", f.pkg)
		}
		if f.test {
			continue
		}
		for _, imported := range f.imports() {
			if other, ours := strings.CutPrefix(imported, module); ours && floor(other) >= own {
				t.Errorf("%s imports %s, which is not below it: packages on one floor know nothing of each other", f.name, other)
			}
		}
	}
}

func TestMachinesHaveNoClockAndNoSocket(t *testing.T) {
	for _, f := range sources(t) {
		locked := slices.Contains(mayLock, f.pkg)
		if f.test || !locked && !slices.Contains(sansIO, f.pkg) {
			continue
		}
		for _, imported := range f.imports() {
			if slices.Contains(bannedImports, imported) || !locked && slices.Contains(locks, imported) {
				t.Errorf("%s imports %s: a machine gets its inputs as values, or its tests need the world", f.name, imported)
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine: one goroutine drives a machine, and it is not the machine's", f.at(n))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && slices.Contains(bannedCalls, x.Name+"."+n.Sel.Name) {
					t.Errorf("%s uses %s.%s: instants come in as arguments, so that timers can be tested in no time", f.at(n), x.Name, n.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestEveryPackageHasOneEssay(t *testing.T) {
	essays := map[string][]string{}
	for _, f := range sources(t) {
		if _, seen := essays[f.pkg]; !seen {
			essays[f.pkg] = nil
		}
		if f.tree.Doc != nil {
			essays[f.pkg] = append(essays[f.pkg], f.name)
		}
	}
	for pkg, files := range essays {
		if len(files) != 1 {
			t.Errorf("%s has %d package comments (%v): one says what the package does, which file does what, and what is left out", pkg, len(files), files)
		}
	}
}

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	var lines []int
	for _, f := range sources(t) {
		lines = append(lines, f.lines)
		if f.lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: a noun is missing", f.name, f.lines, maxLines)
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || f.test {
				continue
			}
			n := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line
			if n > maxFunction && !isTable(fn) {
				t.Errorf("%s: %s has %d lines, more than %d, and is no table", f.at(fn), fn.Name.Name, n, maxFunction)
			}
		}
	}
	slices.Sort(lines)
	if median := lines[len(lines)/2]; median > medianLines {
		t.Errorf("the median file has %d lines, more than %d", median, medianLines)
	}
}

// isTable reports whether a function is one switch or one literal: those may be long.
func isTable(fn *ast.FuncDecl) bool {
	long := 0
	for _, s := range fn.Body.List {
		switch s.(type) {
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.ReturnStmt:
			long++
		}
	}
	return len(fn.Body.List) <= 4 && long > 0
}

func TestFilesAreFormatted(t *testing.T) {
	for _, f := range sources(t) {
		if formatted, err := format.Source(f.text); err != nil || !bytes.Equal(formatted, f.text) {
			t.Errorf("%s is not as gofmt would have it (%v): diffs should show what changed, not who typed it", f.name, err)
		}
	}
}

func TestNamesSayWhatThingsAre(t *testing.T) {
	for _, f := range sources(t) {
		file := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f.name), ".go"), "_test")
		if slices.Contains(bannedNames, file) || slices.Contains(bannedNames, filepath.Base(f.pkg)) {
			t.Errorf("%s: %v are names for things nobody has thought about", f.name, bannedNames)
		}
	}
}

func TestTestsDoNotSleep(t *testing.T) {
	for _, f := range sources(t) {
		if !f.test || f.pkg == "house" || usesVirtualTime(f) {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && s.Sel.Name == "Sleep" {
					t.Errorf("%s sleeps: wait for the thing itself, or use a virtual clock", f.at(n))
				}
			}
			return true
		})
	}
}

func usesVirtualTime(f source) bool { return slices.Contains(f.imports(), "testing/synctest") }

func TestReadmeNamesEveryDependency(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mod)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) < 2 || !strings.Contains(fields[0], ".") || strings.Contains(line, "// indirect") {
			continue
		}
		if !bytes.Contains(readme, []byte(fields[0])) {
			t.Errorf("README.md does not say what %s is for", fields[0])
		}
	}
}

// A source is one Go file of the tree.
type source struct {
	pkg, name string
	test      bool
	lines     int
	text      []byte
	set       *token.FileSet
	tree      *ast.File
}

func (f source) at(n ast.Node) token.Position { return f.set.Position(n.Pos()) }

func (f source) imports() (paths []string) {
	for _, i := range f.tree.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

func floor(pkg string) int {
	return slices.IndexFunc(floors, func(pkgs []string) bool { return slices.Contains(pkgs, pkg) })
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel("..", filepath.Dir(path))
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(pkg), path, strings.HasSuffix(path, "_test.go"), bytes.Count(text, []byte("\n")), text, set, tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d files found: the walk is broken", len(all))
	}
	return all
}
