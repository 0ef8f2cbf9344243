package labs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A line of a startup-config, and what becomes of it.
type startupLine struct {
	text    string
	refused string // why, as far as it matters
	kept    string
	shown   string // in running-config, if not as written
}

// spoilt is a configuration as people and editors leave them.
var spoilt = []startupLine{
	{text: "hostname r1"},
	{text: "frobnicate the router", refused: `nothing matches at column 2: "robnicate the router"`},
	{text: "interface GigabitEthernet0/1"},
	{text: " ip address 10.0.0.1 255.255.255.0"},
	{text: " ip adress 10.0.0.2 255.255.255.0", refused: "nothing matches at column 7"},
	{text: " no shutdown", shown: "-"},
	{text: "interface Tunnel0"},
	{text: " ip address 10.1.0.1 255.0.255.0", refused: "Bad mask 0xFF00FF00 for address 10.1.0.1"},
	{text: " ip address 10.1.0.1 255.255.255.0"},
	{text: " ip nhrp network-id 0", refused: "nothing matches at column 21"},
	{text: " ip nhrp network-id", refused: "incomplete"},
	{text: " ip nhrp authentication NINECHARS", refused: "9 characters, at most 8"},
	{text: " tunnel mode gre multiprotocol", refused: `nothing matches at column 24: "rotocol"`},
	{text: " tunnel source GigabitEthernet0/1"},
	{text: "interface Loopback0"},
	{text: " ip address 10.0.0.7 255.255.255.0", refused: "10.0.0.0 overlaps with GigabitEthernet0/1"},
	{text: " ip address 10.255.0.1 255.255.255.255"},
	{text: "\x80\x00\xff\x01binary\x1b[A\x7f\x03garbage", refused: "nothing matches at column 1"},
	{text: strings.Repeat("x", 100_000), refused: ""},
	{text: "ip route 172.16.0.0 255.255.0.0 10.0.0.9\r", shown: "ip route 172.16.0.0 255.255.0.0 10.0.0.9"},
	{text: "ip route 172.17.0.0 255.255.0.1 10.0.0.9\r", refused: "mask"},
	{text: "router ospf 1", kept: "there is no OSPF yet"},
	{text: " router-id 10.255.0.1", kept: "there is no OSPF yet"},
	{text: "end", shown: "-"},
}

// outcome is what the line's report must contain.
func (l startupLine) outcome() string {
	switch {
	case l.kept != "":
		return "kept: "
	case l.refused != "" || len(l.text) > 1000:
		return "refused: "
	}
	return ""
}

func writeSpoilt(t *testing.T, file string) {
	t.Helper()
	var text strings.Builder
	for _, l := range spoilt {
		text.WriteString(l.text + "\n")
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBadLinesOfStartupConfigAreReportedAndTheGoodOnesLoad(t *testing.T) {
	dir := up(t, "testdata/router", func(dir string) {
		writeSpoilt(t, filepath.Join(dir, "r1.cfg"))
		edit(t, filepath.Join(dir, "r1.cfg"), "hostname r1\n", "hostname r1\nlogging buffered 65536\n")
	})
	running := "\n" + must(t, "exec", dir, "r1", "show running-config")
	log := must(t, "exec", dir, "r1", "show logging")
	for i, l := range spoilt {
		number := i + 1
		if i > 0 {
			number++ // for the line that was added
		}
		report := fmt.Sprintf("startup-config: line %d %s", number, l.outcome())
		if outcome := l.outcome(); outcome == "" && strings.Contains(log, report) {
			t.Errorf("line %d, %q, is good and was reported", number, l.text)
		} else if outcome != "" && !reported(log, report, l.refused+l.kept) {
			t.Errorf("not in the log: %s… %s%s", report, l.refused, l.kept)
		}
		shown := l.text
		if l.shown != "" {
			shown = l.shown
		}
		if want := l.outcome() != "refused: "; shown != "-" && strings.Contains(running, "\n"+shown+"\n") != want {
			t.Errorf("line %d, %.60q: in running-config should be %v", number, shown, want)
		}
	}
	if t.Failed() {
		t.Logf("running-config:%s\nlog:\n%s", running, log)
	}
	// What was good is at work.
	if got := must(t, "exec", dir, "r1", "show ip interface brief"); !strings.Contains(got, "10.255.0.1") {
		t.Errorf("Loopback0 has no address:\n%s", got)
	}
}

func reported(log, begin, reason string) bool {
	for line := range strings.Lines(log) {
		if strings.Contains(line, begin) && strings.Contains(line, reason) {
			return true
		}
	}
	return false
}

func TestCheckTellsOfEachLineThatIsNotActedOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r1.cfg")
	writeSpoilt(t, file)
	r := run(t, weftBinary, "check", file)
	lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
	var kept, refused int
	for i, l := range spoilt {
		outcome := l.outcome()
		if outcome == "" {
			continue
		}
		if outcome == "kept: " {
			kept++
		} else {
			refused++
		}
		begin := fmt.Sprintf("%s:%d: %s", file, i+1, outcome)
		if !strings.HasPrefix(lines[0], begin) || !strings.Contains(lines[0], l.refused+l.kept) || len(lines[0]) > 500 {
			t.Errorf("%.300q is not %s… %s%s", lines[0], begin, l.refused, l.kept)
		}
		lines = lines[min(1, len(lines)-1):]
	}
	summary := fmt.Sprintf("%d lines, %d acted on, %d kept, %d refused", len(spoilt), len(spoilt)-kept-refused, kept, refused)
	if len(lines) != 1 || lines[0] != summary {
		t.Errorf("the last line is %q, not %s", lines, summary)
	}
	if r.status != 1 || r.stderr != "" {
		t.Errorf("status %d, %q", r.status, r.stderr)
	}

	r = run(t, weftBinary, "check", filepath.Join(phase1, "hub.cfg"), filepath.Join(phase1, "spoke1.cfg"))
	if r.status != 0 || strings.Contains(r.stdout, ":") || !strings.HasSuffix(r.stdout, " 0 kept, 0 refused\n") {
		t.Errorf("a lab's configurations: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if r := run(t, weftBinary, "check", file+".missing"); r.status != 2 || !strings.Contains(r.stderr, ".missing: no such file") {
		t.Errorf("a missing file: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
}
