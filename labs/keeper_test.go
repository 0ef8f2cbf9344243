package labs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const pair = "testdata/pair"

func TestNodesReachEachOtherAndNotTheHost(t *testing.T) {
	dir := up(t, pair)
	if got := must(t, "exec", dir, "a", "ping -c 1 -W 2 10.0.0.2"); !strings.Contains(got, " 0% packet loss") {
		t.Error(got)
	}
	if got := must(t, "exec", dir, "b", "cat /proc/sys/net/ipv4/ip_forward"); got != "1\n" {
		t.Errorf("forwarding in b is %q", got)
	}
	if got := must(t, "exec", dir, "a", "cat /proc/sys/net/ipv4/ip_forward; hostname; ls /sys/class/net"); got != "0\na\neth1\nlo\n" {
		t.Errorf("a has %q", got)
	}
	namespacesOf(t, dir, "a", "b")
}

func TestExecPassesStreamsAndStatusThrough(t *testing.T) {
	dir := up(t, pair)
	c := exec.Command(weftBinary, "lab", "exec", dir, "a", "cat; echo aside >&2", "exit 7")
	c.Stdin = strings.NewReader("through\n")
	var stdout, stderr strings.Builder
	c.Stdout, c.Stderr = &stdout, &stderr
	c.Run()
	if stdout.String() != "through\n" || stderr.String() != "aside\n" || c.ProcessState.ExitCode() != 7 {
		t.Errorf("got %q, %q and status %d", stdout.String(), stderr.String(), c.ProcessState.ExitCode())
	}
	if r := lab(t, "exec", dir, "a", "kill -9 $$"); r.status != 128+9 {
		t.Errorf("a command killed by signal 9 has status %d", r.status)
	}
}

func TestCommandHearsInterruptsAndEndsWithItsCaller(t *testing.T) {
	dir := up(t, pair)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	started := filepath.Join(dir, "started")
	begin := func(command string) *exec.Cmd {
		os.Remove(started)
		c := exec.CommandContext(ctx, weftBinary, "lab", "exec", dir, "a", command)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, 5*time.Second, "the command starts", func() (bool, string) {
			_, err := os.Stat(started)
			return err == nil, ""
		})
		return c
	}
	c := begin("trap 'exit 3' INT; echo > started; while :; do sleep 0.05; done")
	c.Process.Signal(syscall.SIGINT)
	if c.Wait(); c.ProcessState.ExitCode() != 3 {
		t.Errorf("interrupted, the command ended with status %d, not that of its trap", c.ProcessState.ExitCode())
	}
	c = begin("echo > started; exec sleep 1234567")
	c.Process.Kill()
	c.Wait()
	eventually(t, 5*time.Second, "the command ends with its caller", func() (bool, string) {
		processes := must(t, "exec", dir, "a", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
		return !strings.Contains(processes, "sleep 1234567"), processes
	})
}

func TestStatusListsNodes(t *testing.T) {
	dir := up(t, pair)
	const want = `NODE   KIND    PID   MEMORY   UP   STATE
a      linux   -     -        -    ready
b      linux   -     -        -    ready
`
	if got := must(t, "status", dir); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestLabThatIsUpIsNotStartedAgain(t *testing.T) {
	dir := up(t, pair)
	r := lab(t, "up", dir)
	if r.status != 1 || !strings.Contains(r.stderr, "is already up") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	must(t, "exec", dir, "a", "true")
}

func TestTwoLabsAreUpAtOnce(t *testing.T) {
	one, two := up(t, pair), up(t, pair)
	must(t, "exec", one, "a", "ip address add 10.9.9.9/32 dev lo")
	if got := must(t, "exec", two, "a", "ip address show lo"); strings.Contains(got, "10.9.9.9") {
		t.Error("the labs share a node")
	}
	must(t, "down", one)
	if got := must(t, "exec", two, "b", "ping -c 1 -W 2 10.0.0.1"); !strings.Contains(got, " 0% packet loss") {
		t.Error(got)
	}
}

// linger leaves processes in both nodes that nobody waits for.
func linger(t *testing.T, dir string) map[string]bool {
	for _, n := range []string{"a", "b"} {
		must(t, "exec", dir, n, "setsid sleep 3600 < /dev/null > /dev/null 2>&1 &")
	}
	spaces := namespacesOf(t, dir, "a", "b")
	if len(traces(t, spaces)) < 4 {
		t.Fatal("the processes that should linger do not")
	}
	return spaces
}

func TestDownLeavesNothing(t *testing.T) {
	dir := up(t, pair)
	spaces := linger(t, dir)
	must(t, "down", dir)
	nothingLeft(t, dir, spaces)
	if got := must(t, "down", dir); !strings.Contains(got, "is not up") {
		t.Errorf("down, when down, says %q", got)
	}
	must(t, "up", dir)
}

func nothingLeft(t *testing.T, dir string, spaces map[string]bool) {
	t.Helper()
	if left := traces(t, spaces); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{l.place.socket, l.place.lock} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s is left over", name)
		}
	}
}

func TestDownTidiesUpAfterKeeperWasKilled(t *testing.T) {
	dir := up(t, pair)
	spaces := linger(t, dir)
	if err := syscall.Kill(keeperOf(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	must(t, "down", dir)
	nothingLeft(t, dir, spaces)
}

func TestDownEndsAKeeperThatHangs(t *testing.T) {
	dir := up(t, pair)
	spaces := linger(t, dir)
	if err := syscall.Kill(keeperOf(t, dir), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	must(t, "down", dir)
	nothingLeft(t, dir, spaces)
}

func TestLabComesUpAfterKeeperWasKilled(t *testing.T) {
	dir := up(t, pair)
	keeper := keeperOf(t, dir)
	if err := syscall.Kill(keeper, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the lab can be started again", func() (bool, string) {
		r := lab(t, "up", dir)
		return r.status == 0, r.stderr
	})
	if keeperOf(t, dir) == keeper {
		t.Error("the dead keeper is still on record")
	}
}

// A lock that outlived its keeper may name a process number that has passed to
// somebody else.
func TestDownHarmsNoStrangerOfTheSameNumber(t *testing.T) {
	needsRoot(t)
	stranger := exec.Command("sleep", "3600")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer stranger.Process.Kill()
	dir := copyOf(t, pair)
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := identify(stranger.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	id.Started += "0"
	if f, err := id.open(); err == nil {
		f.Close()
		t.Error("a process that started at another time was taken for the one on record")
	}
	lock, err := l.place.take()
	if err != nil {
		t.Fatal(err)
	}
	if err := record(stranger.Process.Pid, lock); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(l.place.lock)
	os.WriteFile(l.place.lock, []byte(strings.Replace(string(text), `"}`, `0"}`, 1)), 0o600)
	lock.Close()
	must(t, "down", dir)
	// Nobody has waited for it: had it been killed, it would be a zombie now.
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", stranger.Process.Pid))
	if state := statusFields(string(status))["State"]; err != nil || len(state) == 0 || state[0] != "S" {
		t.Errorf("the stranger does not sleep on: %v %v", state, err)
	}
}

func TestFailingExecSaysWhyAndLeavesNothing(t *testing.T) {
	needsRoot(t)
	dir := t.TempDir()
	text := "name: failing\ntopology:\n  nodes:\n    a:\n      kind: linux\n      exec: [ip address add 10.0.0.1/24 dev eth7]\n"
	if err := os.WriteFile(filepath.Join(dir, TopologyFile), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r := lab(t, "up", dir)
	if r.status != 1 || !strings.Contains(r.stderr, `node a: exec "ip address add 10.0.0.1/24 dev eth7": exit status 1`) || !strings.Contains(r.stderr, "eth7") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if got := must(t, "down", dir); !strings.Contains(got, "is not up") {
		t.Errorf("after that, down says %q", got)
	}
}

func TestLabCommandsOnTheWrongThing(t *testing.T) {
	dir := up(t, pair)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"exec", dir, "c", "true"}, 1, "there is no node c in this lab"},
		{[]string{"console", dir, "a"}, 1, "a is a Linux node"},
		{[]string{"kill", dir, "a"}, 1, "a is a Linux node"},
		{[]string{"status", t.TempDir()}, 1, "is not a lab: it has no topology.clab.yml"},
		{[]string{"status", copyOf(t, pair)}, 1, "is not up: weft lab up "},
		{[]string{"up"}, 2, "usage: weft lab up [-fresh] DIR"},
		{[]string{"up", "-frosh", dir}, 2, "-frosh"},
		{[]string{"sideways"}, 2, "weft lab up [-fresh] DIR"},
	} {
		if r := lab(t, c.args...); r.status != c.status || !strings.Contains(r.stderr, c.says) {
			t.Errorf("weft lab %q: status %d: %s", c.args, r.status, r.stderr)
		}
	}
}
