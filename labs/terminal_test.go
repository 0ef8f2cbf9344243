package labs

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// expect runs a script of Debian's expect: a terminal with somebody at it.
func expect(t *testing.T, script string) {
	t.Helper()
	if _, err := exec.LookPath("expect"); err != nil {
		t.Skip("SKIPPED: expect is not installed")
	}
	const start = `
set timeout 60
proc await {pattern} {
	expect {
		-re $pattern {}
		timeout { puts "\nNO $pattern"; exit 1 }
		eof { puts "\nEND BEFORE $pattern"; exit 1 }
	}
}
proc ended {} {
	expect {
		eof {}
		timeout { puts "\nNO END"; exit 1 }
	}
	exit [lindex [wait] 3]
}
`
	r := run(t, "expect", "-c", start+script)
	if r.status != 0 {
		t.Errorf("at the terminal (status %d):\n%s%s", r.status, strings.ReplaceAll(r.stdout, "\r", ""), r.stderr)
	}
}

func TestConsoleAttachesATerminalUntilTheEscape(t *testing.T) {
	dir := up(t, "testdata/router")
	expect(t, `
spawn `+weftBinary+` lab console `+dir+` r1
await {Ctrl-\] then q leaves it}
await {r1[>#]}
send "show clock\r"
await {UTC}
await {r1[>#]}
send "\035q"
ended`)
	// The router has not noticed: its console is free for the next.
	expect(t, `
spawn `+weftBinary+` lab console `+dir+` r1
await {r1[>#]}
send "\035q"
ended`)
}

func TestMakeLabShowsTheHubsPrompt(t *testing.T) {
	needsRoot(t)
	dir := copyOf(t, phase1)
	t.Cleanup(func() { lab(t, "down", dir) })
	binary := filepath.Join(t.TempDir(), "weft")
	build := func() {
		t.Helper()
		output, err := exec.CommandContext(t.Context(), "make", "-C", "..", "build", "WEFT="+binary).CombinedOutput()
		if err != nil {
			t.Fatalf("make build: %v\n%s", err, output)
		}
	}
	// The prompt comes within a minute of the build.
	build()
	expect(t, `
spawn make -C .. lab LAB=`+dir+` WEFT=`+binary+`
await {hub[>#]}
send "\035q"
ended`)
	shows(t, 12*time.Second, dir, "hub", bothUp...)
	// The same again: the lab is up already, which is no mistake.
	build()
	expect(t, `
spawn make -C .. lab LAB=`+dir+` WEFT=`+binary+`
await {hub[>#]}
send "enable\r"
await {hub#}
send "show dmvpn\r"
await {UP +\S+ +D\s.*UP +\S+ +D\s}
await {hub#}
send "\035q"
ended`)
}

func TestTheConsoleSaysThatItReloadsBeforeItGoes(t *testing.T) {
	dir := up(t, "testdata/router")
	expect(t, `
spawn `+weftBinary+` lab console `+dir+` r1
await {r1[>#]}
send "enable\r"
await {r1#}
send "reload\r"
expect {
	-re {Save\? \[yes/no\]: } { send "no\r"; exp_continue }
	-re {Proceed with reload\? \[confirm\]} { send "\r" }
	timeout { puts "\nNO QUESTION"; exit 1 }
}
await {%SYS-5-RELOAD: Reload requested by console\. Reload Reason: Reload Command\.}
exit 0`)
}
