package commands

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
	"weft/cli/grammar"
)

// privileges are those of a configuration.
func privileges(t *testing.T, lines string) Privileges {
	t.Helper()
	return configures(t, lines).tree.Root().Compile().(*Global).Privileges
}

func TestPrivilegeLinesMoveCommandsBetweenLevels(t *testing.T) {
	const clears = "privilege exec level 5 clear counters"
	for _, c := range []struct {
		lines, command string
		level          int // the least that sees it
	}{
		{"", "show running-config", 15},
		{"privilege exec level 5 show running-config", "show running-config", 5},
		{"privilege exec level 5 sh run", "show running-config all", 5},
		{"privilege exec level 5 show running-config", "show running-config interface Tunnel0", 15},
		{"privilege exec all level 5 show running-config", "show running-config interface Tunnel0", 5},
		{"privilege exec level 5 show running-config", "show version", 5}, // "show" needs 5 now
		{"privilege exec level 5 show running-config\nprivilege exec level 1 show", "show version", 1},
		{"privilege exec level 5 show running-config\nprivilege exec level 1 show", "show running-config", 5},
		{clears, "clear counters", 5}, {clears, "clear logging", 15},
		{clears + "\nprivilege exec reset clear counters", "clear counters", 15},
		{clears + "\nno " + clears, "clear counters", 15},
		{"privilege exec level 15 ping", "ping 192.0.2.1", 15},
		{"privilege exec all level 3 debug", "debug nhrp packet", 3},
		{"privilege exec all level 3 debug\nprivilege exec level 9 debug nhrp", "debug nhrp packet", 9},
		{"privilege exec level 7 configure terminal", "configure terminal", 7},
		{"privilege exec all level 9 debug\nprivilege exec level 3 debug nhrp packet", "debug nhrp packet", 3},
		{"privilege exec level 9 show ip route connected", "show ip route connected", 9},
		{"privilege exec level 0 show version", "show version", 0},
	} {
		table := ExecTable().Under(privileges(t, c.lines))
		for level := range privileged + 1 {
			_, _, err := table.Match(c.command, level)
			if sees := err == nil; sees != (level >= c.level) {
				t.Errorf("%q: level %d sees %q: %v", c.lines, level, c.command, sees)
			}
		}
	}
}

func TestCommandsOfAHigherLevelAreNotThere(t *testing.T) {
	table := ExecTable().Under(privileges(t, "privilege exec level 5 show running-config\nprivilege exec level 1 show\nprivilege exec level 10 ping"))
	for _, c := range []struct {
		line   string
		level  int
		column int
	}{{"show running-config", 4, 5}, {"ping 10.0.0.1", 9, 0}, {"configure terminal", 5, 0}} {
		if _, _, err := table.Match(c.line, c.level); err == nil || err.Kind != grammar.Invalid || err.Column < c.column || err.Column > c.column+2 {
			t.Errorf("%q at level %d: %v", c.line, c.level, err)
		}
	}
	has := func(level int, line, token string) bool {
		choices, _ := table.Choices(line, level)
		for _, c := range choices {
			if c.Token == token {
				return true
			}
		}
		return false
	}
	if has(4, "show ", "running-config") || !has(5, "show ", "running-config") || has(9, "", "ping") || !has(10, "", "ping") {
		t.Error("? lists what is not there, or does not list what is")
	}
}

// At its level a user configures what the privilege lines give, and nothing else.
func TestConfigurationHasLevelsToo(t *testing.T) {
	s := configures(t, "privilege configure level 5 interface\nprivilege interface level 5 shutdown\nprivilege interface all level 5 ip nhrp\ninterface Tunnel0\nip mtu 1400\nexit")
	g := s.tree.Root().Compile().(*Global)
	s.at = config.Cursor{Sight: g.Privileges.Sight(5)}
	s.types("interface tu0\nshut\nno shutdown\nip nhrp network-id 7\nexit\ninterface lo1\nexit")
	for line, column := range map[string]int{"hostname X": 0, "no hostname": 3, "username x privilege 15 password y": 0, "privilege exec level 0 reload": 0, "line vty 0 4": 0} {
		_, err := s.tree.Enter(s.at, line, config.Env{})
		var failed *grammar.Error
		if !errors.As(err, &failed) || failed.Kind != grammar.Invalid || failed.Column > column+1 {
			t.Errorf("%q: %v", line, err)
		}
	}
	s.types("interface tu0")
	if answer := s.enter("ip mtu 1300"); !strings.HasPrefix(answer, "ip mtu 1300\n   ") {
		t.Errorf("ip mtu is answered %q", answer)
	}
	choices, err := s.tree.Choices(s.at, "ip ")
	if err != nil || len(choices) != 1 || choices[0].Token != "nhrp" {
		t.Errorf("? lists %v, %v", choices, err)
	}
	s.at = config.Cursor{}
	s.types("hostname R1")
	s.has(" ip nhrp network-id 7", true)
	s.has(" ip mtu 1400", true)
}

func TestALineAboutACommandBringsOneAboutItsFirstWords(t *testing.T) {
	s := configures(t, "privilege exec level 7 show ip nhrp\nprivilege exec level 3 show startup")
	text := s.text()
	for _, line := range []string{"privilege exec level 7 show ip nhrp\nprivilege exec level 7 show ip\nprivilege exec level 7 show\n", "privilege exec level 3 show startup-config\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("no\n%sin\n%s", line, text)
		}
	}
	for line, want := range map[string]string{"privilege exec level 7 show nonsense": "privilege exec level 7 show nonsense\n                             ^",
		"privilege interface level 7 hostname": "privilege interface level 7 hostname\n                            ^"} {
		if got := s.enter(line); !strings.HasPrefix(got, line+"\n") || strings.Index(got[len(line):], "^") < strings.LastIndex(line, " ") {
			t.Errorf("%q is answered\n%s\nnot like\n%s", line, got, want)
		}
	}
}

func TestRunningConfigIsShownAsFarAsOneCouldWriteIt(t *testing.T) {
	r := newFakeRouter("hostname R1", "username a password 0 hush", "privilege configure level 5 hostname", "privilege exec level 5 show running-config")
	s := newFakeSession(r)
	s.privilege = 5
	show := ExecTable()
	e, args, err := show.Match("show running-config", privileged)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(s, args); err != nil {
		t.Fatal(err)
	}
	if got := s.out.String(); !strings.Contains(got, "hostname R1\n") || strings.Contains(got, "hush") || strings.Contains(got, "privilege") || !strings.HasSuffix(got, "end\n\n") {
		t.Errorf("%s", got)
	}
}
