package labs

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// weftBinary is the product, built once for all tests here: they use it as a
// person would, by its command line.
var weftBinary string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "weft-labs-")
	if err == nil {
		err = os.Chmod(folder, 0o755) // an ordinary user runs it, too
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	weftBinary = filepath.Join(folder, "weft")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", weftBinary, "weft/appliance")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building weft:", err)
		return 1
	}
	return m.Run()
}

// A result is what a command said and how it ended.
type result struct {
	stdout, stderr string
	status         int
}

// run runs a program to its end.
func run(t testing.TB, program string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // cleanups run things, too
	defer cancel()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, program, args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		t.Fatalf("%s %q: %v\n%s%s", program, args, err, stdout.String(), stderr.String())
	}
	return result{stdout.String(), stderr.String(), c.ProcessState.ExitCode()}
}

// lab runs "weft lab" and returns how it went.
func lab(t testing.TB, args ...string) result {
	t.Helper()
	return run(t, weftBinary, append([]string{"lab"}, args...)...)
}

// must runs "weft lab", which has to succeed, and returns its output.
func must(t testing.TB, args ...string) string {
	t.Helper()
	r := lab(t, args...)
	if r.status != 0 {
		t.Fatalf("weft lab %q: exit status %d\n%s%s", args, r.status, r.stdout, r.stderr)
	}
	return r.stdout
}

// copyOf copies the files of a lab's folder, not what a run of it left there.
func copyOf(t testing.TB, folder string) string {
	t.Helper()
	to := t.TempDir()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, f.Name()), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// up brings a copy of a lab up for the length of the test, changed before as
// the test wants.
func up(t testing.TB, folder string, changes ...func(dir string)) string {
	t.Helper()
	needsRoot(t)
	dir := copyOf(t, folder)
	for _, change := range changes {
		change(dir)
	}
	must(t, "up", dir)
	t.Cleanup(func() {
		if t.Failed() {
			showLogs(t, dir)
		}
		run(t, weftBinary, "lab", "down", dir)
	})
	return dir
}

func showLogs(t testing.TB, dir string) {
	logs, _ := filepath.Glob(filepath.Join(stateFolder(dir), "*.log"))
	for _, log := range logs {
		text, err := os.ReadFile(log)
		if err == nil && len(text) > 0 {
			t.Logf("%s ends:\n%s", filepath.Base(log), text[max(0, len(text)-3000):])
		}
	}
}

func needsRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test makes network namespaces and needs root")
	}
}

// eventually waits until condition holds, asking again and again; within is
// the longest it may take. It returns how long it took.
func eventually(t testing.TB, within time.Duration, what string, condition func() (ok bool, seen string)) time.Duration {
	t.Helper()
	begin := time.Now()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		ok, seen := condition()
		if ok {
			return time.Since(begin)
		}
		if time.Since(begin) > within {
			t.Fatalf("not within %v: %s; last seen:\n%s", within, what, seen)
		}
		<-again.C
	}
}

// traces returns what is left of a lab in the machine: processes in one of the
// given namespaces ("net:[4026532001]").
func traces(t testing.TB, namespaces map[string]bool) (left []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/ns/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		// A zombie is but a name on its parent's list.
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(link)), "status"))
		state := statusFields(string(status))["State"]
		if to, err := os.Readlink(link); err == nil && namespaces[to] && len(state) > 0 && state[0] != "Z" {
			left = append(left, link+" "+to)
		}
	}
	return left
}

// namespacesOf returns the network and PID namespaces of some nodes.
func namespacesOf(t testing.TB, dir string, nodes ...string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, n := range nodes {
		for name := range strings.FieldsSeq(must(t, "exec", dir, n, "readlink /proc/self/ns/net /proc/self/ns/pid")) {
			all[name] = true
		}
	}
	if len(all) != len(nodes)+1 {
		t.Fatalf("%v: the nodes %v should share one PID namespace and no network", all, nodes)
	}
	if own, err := os.Readlink("/proc/self/ns/net"); err != nil || all[own] {
		t.Fatalf("a node lives in the network of the host (%v)", err)
	}
	return all
}

// keeperOf returns the number of a lab's keeper process.
func keeperOf(t testing.TB, dir string) int {
	t.Helper()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := l.place.keeper()
	if err != nil {
		t.Fatal(err)
	}
	return id.PID
}
