package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
)

var root = Options{Origin: "console", Console: true, Privilege: 15}

func TestBatchPrintsAnswersAlone(t *testing.T) {
	for _, c := range []struct {
		lines  string
		want   string
		failed bool
	}{
		{"show version", "Cisco IOS Software, Weft\nR1 uptime is 1 minute\n", false},
		{"show version | include uptime", "R1 uptime is 1 minute\n", false},
		{"show lines 100 | count 9", "Number of lines which match regexp = 19\n", false},
		{"conf t\nint Tunnel0\nshutdown", "Enter configuration commands, one per line.  End with CNTL/Z.\n", false},
		{"show foo\nshow privilege", "show foo\n     ^\n% Invalid input detected at '^' marker.\n\nCurrent privilege level is 15\n", true},
		{"conf t\nint Tunnel0\n ip address 10.0.0.1 255.0.0.0\nend\nshow priv", "Enter configuration commands, one per line.  End with CNTL/Z.\n% 10.0.0.0 overlaps with Tunnel1\nCurrent privilege level is 15\n", true},
		{"conf t\ndo sho priv", "Enter configuration commands, one per line.  End with CNTL/Z.\nCurrent privilege level is 15\n", false},
		{"conf t\ndo show foo", "Enter configuration commands, one per line.  End with CNTL/Z.\ndo show foo\n        ^\n% Invalid input detected at '^' marker.\n\n", true},
		{"exit\nshow privilege", "", false},
		{"copy running-config startup-config", "Building configuration...\n[OK]\n", false},
		{"reload", "% Please answer 'yes' or 'no'.\n% An answer is needed: System configuration has been modified. Save? [yes/no]:\n", true},
		{"clear it", "half a line\n% Nothing to clear\n", true},
		{"conf t\nbanner motd #\nx", "Enter configuration commands, one per line.  End with CNTL/Z.\nEnter TEXT message.  End with the character '#'.\n% The text has no end\n", true},
		{"conf t\nidle", "Enter configuration commands, one per line.  End with CNTL/Z.\nidle is kept in the configuration, but nothing acts on it: nothing is idle.\n", false},
	} {
		box, _ := newBox(compile.Box{})
		var out strings.Builder
		failed, err := RunBatch(context.Background(), box, root, strings.Split(c.lines, "\n"), &out)
		if err != nil || failed != c.failed || out.String() != c.want {
			t.Errorf("%q: %v, %v, %q, want %v, %q", c.lines, err, failed, out.String(), c.failed, c.want)
		}
	}
}

func TestBatchIsAppliedOnceAndLeavesConfigurationMode(t *testing.T) {
	box, router := newBox(compile.Box{})
	lines := []string{"configure terminal"}
	for i := range 500 {
		lines = append(lines, fmt.Sprintf("interface Tunnel%d", i), " shutdown")
	}
	if failed, err := RunBatch(context.Background(), box, root, lines, &strings.Builder{}); failed || err != nil {
		t.Error(failed, err)
	}
	if router.applied != 1 {
		t.Errorf("applied %d times", router.applied)
	}
	if len(router.noted) != 1 || router.noted[0] != "%SYS-5-CONFIG_I: Configured from console by console" {
		t.Errorf("logged %q", router.noted)
	}
}

func TestNoLineOfALongBatchIsLost(t *testing.T) {
	box, router := newBox(compile.Box{})
	lines := []string{"configure terminal"}
	for i := range 3*together + 1 {
		lines = append(lines, fmt.Sprintf("interface Tunnel%d", i))
	}
	if failed, err := RunBatch(context.Background(), box, root, lines, &strings.Builder{}); failed || err != nil {
		t.Error(failed, err)
	}
	if n := len(router.tree.Root().Lines()) - 1; n != 3*together+1 {
		t.Errorf("%d of %d lines in running-config", n, 3*together+1)
	}
	if router.applied != 4 {
		t.Errorf("applied %d times", router.applied)
	}
}

func TestBatchEndsWithItsContextOrItsReader(t *testing.T) {
	box, _ := newBox(compile.Box{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := RunBatch(ctx, box, root, []string{"show version"}, &strings.Builder{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := errors.New("broken pipe")
	if _, err := RunBatch(context.Background(), box, root, []string{"show version", "show version"}, brokenPipe{broken}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type brokenPipe struct{ err error }

func (b brokenPipe) Write([]byte) (int, error) { return 0, b.err }

func TestPastedConfigurationIsAppliedOnceBeforeThePrompt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := setUp(t, "now privileged")
		u.Type("conf t\r")
		strings.ReplaceAll(u.Screen(), "\r\n", "\n")
		u.router.applied = 0
		var paste strings.Builder
		for i := range 300 {
			fmt.Fprintf(&paste, "interface Tunnel%d\n shutdown\n!\n", i)
		}
		u.Type(paste.String())
		got := strings.ReplaceAll(u.Screen(), "\r\n", "\n")
		if !strings.HasSuffix(got, "R1(config-if)#!\nR1(config-if)#") || strings.Count(got, "shutdown") != 300 {
			t.Errorf("%.100q ... %d bytes", got, len(got))
		}
		// The paste arrives in reads of 4096 bytes; each is applied at most once.
		if reads := paste.Len()/4096 + 1; u.router.applied > reads {
			t.Errorf("applied %d times for %d reads", u.router.applied, reads)
		}
		if n := len(u.router.tree.Root().Lines()); n != 301 {
			t.Errorf("%d lines in running-config", n)
		}
	})
}

// stopped is a router that answers nothing any more.
type stopped struct{ commands.Router }

func (stopped) Config(func(*config.Tree, config.Env)) {}
func (stopped) NoteConfigured(string, string)         {}
func (stopped) Now() time.Time                        { return time.Now() }

func TestSessionsOutliveTheRouter(t *testing.T) {
	box, _ := newBox(compile.Box{})
	box.Router = stopped{}
	keys := "show privilege\rshow ?\x15enable\rs3cret\rconf t\rint\t?\rexit\r\x03exit\r\r"
	user := &typist{Reader: strings.NewReader(keys)}
	if err := box.Console(t.Context(), user, Idle); err != io.EOF {
		t.Error(err)
	}
	if _, err := RunBatch(t.Context(), box, root, []string{"conf t", "int x", "end", "show privilege"}, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestPromptKeepsTheLengthsThatScriptsExpect(t *testing.T) {
	for _, c := range []struct{ name, tag, want string }{
		{"R1", "config", "R1(config)#"},
		{"Router", "config-service-profile", "Router(config-service-profil)#"},
		{"a-router-with-a-very-long-name", "config", "a-router-with-a-very(config)#"},
		{"a-router-with-a-very-long-name", "config-if", "a-router-with-a-very(config-)#"},
	} {
		if got := configPrompt(c.name, c.tag); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, c.tag, got, c.want)
		}
	}
	s := &Session{hostname: strings.Repeat("x", 70), privilege: 15}
	if got := s.prompt(); got != strings.Repeat("x", 63)+"#" {
		t.Error(got)
	}
}
