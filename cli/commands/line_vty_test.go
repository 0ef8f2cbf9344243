package commands

import (
	"strings"
	"testing"
)

// lineSections is what running-config says of the virtual terminals.
func lineSections(s *configuring) string {
	_, lines, _ := strings.Cut(s.text(), "line vty ")
	return strings.TrimSuffix("line vty "+lines, "!\n")
}

func TestWhatIsSaidOfARangeReachesAllItsTerminals(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"line vty 0 4\nno login\ntransport input none\nline vty 0 15\nlogin local\ntransport input ssh\nexec-timeout 5",
			"line vty 0 4\n exec-timeout 5 0\n login local\n transport input ssh\nline vty 5 15\n exec-timeout 5 0\n login local\n transport input ssh\n"},
		{"line vty 0 15\nlength 0\nline vty 0 4\nlogin local\nline con 0\nline vty 5 15\nno login",
			"line vty 0 4\n login local\n length 0\nline vty 5 15\n no login\n length 0\n"},
		{"line vty 0 15\nlength 0\nline vty 5 9\nwidth 132\nline vty 7 7\nno length",
			"line vty 0 4\n length 0\nline vty 5 6\n length 0\n width 132\nline vty 7\n width 132\nline vty 8 9\n length 0\n width 132\nline vty 10 15\n length 0\n"},
		{"line vty 0 1\nline vty 4\nline vty 0 6\nlength 0\nexit\nno line vty 3 15",
			"line vty 0 1\n length 0\nline vty 2\n length 0\n"},
		{"line vty 0 4\nlogin local\nline vty 0 15\nlength 0\nexit\ndefault line vty 0 15", "line vty 0 4\nline vty 5 15\n"},
	} {
		if got := lineSections(configures(t, c.typed)); got != c.want {
			t.Errorf("%s\nis stored as\n%s\nwant\n%s", c.typed, got, c.want)
		}
	}
}

func TestNoticesOfARangeComeOnce(t *testing.T) {
	s := configures(t, "line vty 0 4\nline vty 0 15")
	if got := s.enter("transport input telnet ssh"); strings.Count(got, "\n") != 0 || got == "" {
		t.Errorf("answered %q", got)
	}
}

func TestLoginWithoutAPasswordIsWarnedOf(t *testing.T) {
	s := configures(t, "line con 0\npassword x\nlogin\nline vty 0 1\nlogin local")
	want := "% Login disabled on line 2, until 'password' is set\n% Login disabled on line 3, until 'password' is set"
	if got := s.enter("login"); got != want {
		t.Errorf("answered %q", got)
	}
}

func TestNoExecTimeoutIsNever(t *testing.T) {
	s := configures(t, "line con 0\nno exec-timeout")
	s.has(" exec-timeout 0 0", true)
	s.types("default exec-timeout")
	s.has(" exec-timeout 0 0", false)
}
