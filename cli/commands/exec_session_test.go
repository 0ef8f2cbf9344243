package commands

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
)

func withSecret(t *testing.T) *fakeRouter {
	t.Helper()
	hash, err := HashSecret(9, "right", bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return newFakeRouter("enable secret " + hash)
}

// withLevelSecret is the same with a secret of level 7.
func withLevelSecret(t *testing.T) *fakeRouter {
	r := withSecret(t)
	return newFakeRouter(strings.Replace(strings.TrimSpace(r.tree.Text(config.TextOptions{})), "!\nenable secret ", "enable secret level 7 ", 1))
}

func TestEnable(t *testing.T) {
	for _, row := range []struct {
		name    string
		router  *fakeRouter
		console bool
		line    string
		answers []string
		out     string
		err     string
		level   int
	}{
		{"right at once", withSecret(t), false, "enable", []string{"right"}, "Password: \n", "", 15},
		{"right at the third try", withSecret(t), false, "enable", []string{"no", "", "right"}, strings.Repeat("Password: \n", 3), "", 15},
		{"three times wrong", withSecret(t), false, "enable", []string{"a", "b", "c"}, strings.Repeat("Password: \n", 3), "% Bad secrets", 1},
		{"enable password", newFakeRouter("enable password plain"), false, "enable", []string{"x", "x", "x"}, strings.Repeat("Password: \n", 3), "% Bad passwords", 1},
		{"secret asked on the console too", withSecret(t), true, "enable", []string{"right"}, "Password: \n", "", 15},
		{"nothing set, console", newFakeRouter(), true, "enable", nil, "", "", 15},
		{"nothing set, vty", newFakeRouter(), false, "enable", nil, "", "% No password set", 1},
		{"a level", withLevelSecret(t), false, "enable 7", []string{"right"}, "Password: \n", "", 7},
		{"a level's secret opens no other", withLevelSecret(t), false, "enable", nil, "", "% No password set", 1},
		{"a level without a secret", withSecret(t), false, "enable 7", nil, "", "% No password set", 1},
		{"no higher than now", withSecret(t), false, "enable 1", nil, "", "", 1},
		{"hung up", withSecret(t), false, "enable", nil, "Password: \n", errHangup.Error(), 1},
	} {
		s := newFakeSession(row.router, row.answers...)
		s.privilege, s.console = 1, row.console
		err := s.run(t, row.line)
		if s.out.String() != row.out || s.privilege != row.level || row.err == "" && err != nil || row.err != "" && (err == nil || err.Error() != row.err) {
			t.Errorf("%s: prints %q, error %v, level %d", row.name, s.out.String(), err, s.privilege)
		}
	}
}

func TestDisableGoesDownOnly(t *testing.T) {
	s := newFakeSession(newFakeRouter())
	if err := s.run(t, "disable 5"); err != nil || s.privilege != 5 {
		t.Errorf("level %d, %v", s.privilege, err)
	}
	if err := s.run(t, "disable"); err != nil || s.privilege != 1 {
		t.Errorf("level %d, %v", s.privilege, err)
	}
	if err := s.run(t, "disable 15"); err == nil || s.privilege != 1 {
		t.Errorf("disable raised the level to %d", s.privilege)
	}
}

func TestConfigure(t *testing.T) {
	const sentence = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
	for _, row := range []struct {
		line, answer, out, mode string
	}{
		{"configure terminal", "", sentence, "config"},
		{"conf t", "", sentence, "config"},
		{"configure", "", "Configuring from terminal, memory, or network [terminal]? \n" + sentence, "config"},
		{"configure", "t", "Configuring from terminal, memory, or network [terminal]? t\n" + sentence, "config"},
		{"configure", "network", "Configuring from terminal, memory, or network [terminal]? network\n", ""},
	} {
		s := newFakeSession(newFakeRouter(), row.answer)
		err := s.run(t, row.line)
		if s.out.String() != row.out || s.mode != row.mode || (err != nil) != (row.mode == "") {
			t.Errorf("%s %q: prints %q, mode %q, %v", row.line, row.answer, s.out.String(), s.mode, err)
		}
	}
}

func TestExitAndLogoutEndTheSession(t *testing.T) {
	for _, line := range []string{"exit", "logout", "lo"} {
		s := newFakeSession(newFakeRouter())
		s.privilege = 1
		if err := s.run(t, line); err != nil || s.mode != "gone" || s.out.Len() > 0 {
			t.Errorf("%s: %v, %q, prints %q", line, err, s.mode, s.out.String())
		}
	}
}

func TestTerminalSettingsPrintNothing(t *testing.T) {
	s := newFakeSession(newFakeRouter())
	s.privilege = 1
	for _, row := range []struct {
		line string
		want Terminal
	}{
		{"terminal length 0", Terminal{Length: 0, Width: 80, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal width 0", Terminal{Length: 0, Width: 0, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal width 511", Terminal{Length: 0, Width: 511, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"term width 512", Terminal{Length: 0, Width: 512, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal monitor", Terminal{Length: 0, Width: 512, Monitor: true, HistorySize: 20, Timestamp: false}},
		{"terminal no monitor", Terminal{Length: 0, Width: 512, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal history size 256", Terminal{Length: 0, Width: 512, Monitor: false, HistorySize: 256, Timestamp: false}},
		{"terminal no history", Terminal{Length: 0, Width: 512, Monitor: false, HistorySize: 0, Timestamp: false}},
		{"terminal history", Terminal{Length: 0, Width: 512, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal no length", Terminal{Length: 24, Width: 512, Monitor: false, HistorySize: 20, Timestamp: false}},
		{"terminal no width", Terminal{Length: 24, Width: 80, Monitor: false, HistorySize: 20, Timestamp: false}},
	} {
		if err := s.run(t, row.line); err != nil || s.terminal != row.want || s.out.Len() > 0 {
			t.Errorf("%s: %+v, %v, prints %q", row.line, s.terminal, err, s.out.String())
		}
	}
}

func TestShowHistoryIsIndented(t *testing.T) {
	s := newFakeSession(newFakeRouter())
	s.history = []string{"enable", "show history"}
	if err := s.run(t, "show history"); err != nil || s.out.String() != "  enable\n  show history\n" {
		t.Errorf("%q, %v", s.out.String(), err)
	}
}

func TestClear(t *testing.T) {
	for _, row := range []struct{ line, answer, out, did string }{
		{"clear ip nhrp", "", "", `clear nhrp "" invalid Prefix`},
		{"clear ip nhrp 10.0.0.11", "", "", `clear nhrp "" 10.0.0.11/32`},
		{"clear ip nhrp 10.0.0.11 255.255.255.0", "", "", `clear nhrp "" 10.0.0.0/24`},
		{"clear ip nhrp interface tu0", "", "", `clear nhrp "Tunnel0" invalid Prefix`},
		{"clear ip nhrp counters", "", "", `clear nhrp counters ""`},
		{"clear counters", "", "Clear \"show interface\" counters on all interfaces [confirm]\n", `clear counters ""`},
		{"clear counters tu0", "y", "Clear \"show interface\" counters on this interface [confirm]\n", `clear counters "Tunnel0"`},
		{"clear counters", "n", "Clear \"show interface\" counters on all interfaces [confirm]\n", ""},
		{"clear logging", "", "Clear logging buffer [confirm]\n", "clear logging"},
		{"clear logging", "q", "Clear logging buffer [confirm]\n", ""},
	} {
		r := branch()
		if got := output(t, r, row.line, row.answer); got != row.out || strings.Join(r.did, ";") != row.did {
			t.Errorf("%s %q: prints %q, does %q", row.line, row.answer, got, r.did)
		}
	}
}

func TestDebugSwitchesTopics(t *testing.T) {
	r := newFakeRouter()
	for _, row := range []struct{ line, out string }{
		{"debug nhrp packet", "NHRP activity debugging is on\n"},
		{"debug tunnel", "Tunnel Interface debugging is on\n"},
		{"undebug nhrp packet", "NHRP activity debugging is off\n"},
		{"debug nhrp", "NHRP activity debugging is on\nNHRP cache debugging is on\nNHRP errors debugging is on\n"},
		{"no debug nhrp error", "NHRP errors debugging is off\n"},
		{"show debugging", "NHRP:\n  NHRP activity debugging is on\n  NHRP cache debugging is on\nTunnel:\n  Tunnel Interface debugging is on\n"},
		{"u all", "All possible debugging has been turned off\n"},
		{"show debugging", ""},
		{"no debug all", "All possible debugging has been turned off\n"},
	} {
		if got := output(t, r, row.line); got != row.out {
			t.Errorf("%s prints %q, want %q", row.line, got, row.out)
		}
	}
}

func TestErrorsOfTheSessionArePassedOn(t *testing.T) {
	for _, line := range []string{"configure", "copy running-config startup-config", "erase startup-config", "clear counters", "ping"} {
		if err := newFakeSession(branch()).run(t, line); !errors.Is(err, errHangup) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
