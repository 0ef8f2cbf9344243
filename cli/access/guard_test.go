package access

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/routing/policy"
)

func load(t *testing.T, lines string) compile.Box {
	t.Helper()
	tree, reports, err := compile.Load(strings.NewReader(lines), config.Env{Loading: true})
	if err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	return compile.Compile(tree)
}

func peer(source string) policy.Packet {
	return TCP(netip.AddrPortFrom(netip.MustParseAddr(source), 50000), netip.MustParseAddrPort("192.0.2.1:22"))
}

// A log keeps what a guard tells.
type log struct {
	mu    sync.Mutex // guards lines
	lines []string
}

func (l *log) happened(event any) {
	m, _ := commands.EventText(event)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, m.Mnemonic+" "+m.Text)
}

func (l *log) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() { l.lines = nil }()
	return l.lines
}

const lines = "line vty 0 4\n login local\n transport input ssh\n access-class 10 in\n"

func TestPeersAreAdmittedByTheListsOfTheLines(t *testing.T) {
	const list = "access-list 10 permit 10.0.0.0 0.0.0.255\n"
	for _, c := range []struct {
		config, source string
		admitted       bool
	}{
		{list + lines, "10.0.0.9", true},
		{list + lines, "10.0.1.9", false},
		{lines, "10.0.1.9", true}, // a list that does not exist
		{list + lines + "line vty 5 6\n login local\n transport input ssh\n", "10.0.1.9", true},
		{list + lines + "line vty 5 6\n login local\n transport input none\n", "10.0.1.9", false},
		{"ip access-list extended 10X\n permit tcp host 10.0.0.9 host 192.0.2.1 eq 22\n" + strings.Replace(lines, "10 in", "10X in vrf-also", 1), "10.0.0.9", true},
		{"ip access-list extended 10X\n permit tcp host 10.0.0.9 any eq telnet\n" + strings.Replace(lines, "10 in", "10X in", 1), "10.0.0.9", false},
	} {
		if c.config = strings.Replace(strings.Replace(c.config, "10X\n", "G\n", 1), "10X in", "G in", 1); new(Guard).Admit(load(t, c.config), "ssh", peer(c.source)) != c.admitted {
			t.Errorf("%s\n%s is admitted: %v", c.config, c.source, !c.admitted)
		}
	}
}

func TestMatchesAreCountedAndAFlowIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := &Guard{Happened: l.happened}
		box := load(t, "access-list 10 deny 10.0.1.0 0.0.0.255 log\naccess-list 10 permit any\n"+lines)
		for range 5 {
			g.Admit(box, "ssh", peer("10.0.1.9"))
		}
		g.Admit(box, "ssh", peer("10.0.2.9"))
		if m := g.Matches("10"); m["deny 10.0.1.0 0.0.0.255 log"] != 5 || m["permit any"] != 1 {
			t.Errorf("counted %v", m)
		}
		if got := l.take(); len(got) != 1 || got[0] != "IPACCESSLOGS list 10 denied 10.0.1.9 1 packet " {
			t.Errorf("logged %q", got)
		}
		time.Sleep(logInterval)
		synctest.Wait()
		if got := l.take(); len(got) != 1 || got[0] != "IPACCESSLOGS list 10 denied 10.0.1.9 4 packets " {
			t.Errorf("later logged %q", got)
		}
		time.Sleep(2 * logInterval)
		synctest.Wait()
		if got := l.take(); len(got) != 0 || len(g.flows.open) != 0 {
			t.Errorf("then logged %q, %d flows are open", got, len(g.flows.open))
		}
		g.ClearMatches("10")
		if m := g.Matches("10"); len(m) != 0 {
			t.Errorf("cleared, and yet %v", m)
		}
	})
}

func TestQuietModeBeginsWithTheFailureThatIsTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := &Guard{Happened: l.happened}
		box := load(t, "login block-for 120 attempts 3 within 60\nlogin quiet-mode access-class 20\naccess-list 20 permit 10.0.0.9\n"+lines)
		p := box.Global.Logins
		fail := func() { g.Failed(p, "root", netip.MustParseAddr("198.51.100.7"), 22) }
		fail()
		fail()
		time.Sleep(61 * time.Second) // these two are too old by now
		fail()
		fail()
		if len(l.take()) != 0 || !g.Admit(box, "ssh", peer("198.51.100.7")) {
			t.Error("quiet mode has begun too early")
		}
		time.Sleep(10 * time.Second)
		fail()
		if got := l.take(); len(got) != 1 || !strings.HasPrefix(got[0], "QUIET_MODE_ON Still timeleft for watching failures is 50 secs, [user: root] [Source: 198.51.100.7]") ||
			!strings.Contains(got[0], "[ACL: 20]") {
			t.Errorf("logged %q", got)
		}
		if g.Admit(box, "ssh", peer("198.51.100.7")) || g.Admit(box, "ssh", peer("198.51.100.8")) || !g.Quiet(box, peer("198.51.100.8")) {
			t.Error("somebody is admitted in quiet mode")
		}
		if !g.Admit(box, "ssh", peer("10.0.0.9")) || g.Quiet(box, peer("10.0.0.9")) {
			t.Error("whom the list of the quiet mode permits is not admitted")
		}
		if s := g.Logins(p); s.QuietLeft != 120*time.Second || s.Total != 5 || len(s.Failures) != 1 || s.Failures[0].Count != 5 {
			t.Errorf("the state is %+v", s)
		}
		time.Sleep(120 * time.Second)
		synctest.Wait()
		if got := l.take(); len(got) != 1 || !strings.HasPrefix(got[0], "QUIET_MODE_OFF Quiet Mode is OFF, because block period timed out at ") {
			t.Errorf("logged %q", got)
		}
		if !g.Admit(box, "ssh", peer("198.51.100.7")) {
			t.Error("quiet mode does not end")
		}
	})
}

func TestQuietModeEndsWithItsConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := &Guard{Happened: l.happened}
		box := load(t, "login block-for 120 attempts 1 within 60\n"+lines)
		g.Failed(box.Global.Logins, "x", netip.MustParseAddr("10.0.0.1"), 22)
		box = load(t, lines)
		g.Configured(box.Global.Logins)
		if got := l.take(); len(got) != 2 || !strings.HasPrefix(got[1], "QUIET_MODE_OFF") || !g.Admit(box, "ssh", peer("10.0.0.1")) {
			t.Errorf("logged %q", got)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if got := l.take(); len(got) != 0 {
			t.Errorf("the end is told again: %q", got)
		}
	})
}

// Nothing grows with those who knock.
func TestManySourcesAreRememberedUpToANumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		g := &Guard{Happened: l.happened}
		box := load(t, "access-list 10 deny any log\n"+lines)
		for i := range 20000 {
			source := fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
			g.Admit(box, "ssh", peer(source))
			g.Failed(box.Global.Logins, strings.Repeat("x", 1000), netip.MustParseAddr(source), 22)
		}
		if n := g.Matches("10")["deny any log"]; n != 20000 {
			t.Errorf("%d are counted", n)
		}
		if n := len(l.take()); n != maxFlows || len(g.flows.open) != maxFlows {
			t.Errorf("%d are logged, %d remembered", n, len(g.flows.open))
		}
		if s := g.Logins(box.Global.Logins); s.Total != 20000 || len(s.Failures) != maxFailures || len(s.Failures[0].User) > 100 {
			t.Errorf("%d failures, %d remembered", s.Total, len(s.Failures))
		}
		time.Sleep(2 * logInterval)
		synctest.Wait()
	})
}
