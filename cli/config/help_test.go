package config_test

import (
	"strings"
	"testing"
)

func TestQuestionMarkKnowsTheModeAndTheWordsOfEveryMode(t *testing.T) {
	s := newSession(t).enter("interface tu0")
	for _, c := range []struct{ line, want string }{
		{"", "bandwidth default description do end exit ip no shutdown tunnel"},
		{"no ", "bandwidth description ip shutdown tunnel"},
		{"no", "no"},
		{"d", "default description do"},
		{"ex", "exit"},
		{"ip nhrp map ", "A.B.C.D multicast"},
		{"no ip nhrp map 1.1.1.1 ", "A.B.C.D <cr>"},
		{"default ip nhrp s", "shortcut"},
		{"router eigrp ", "<1-65535>"},
		{"host", "hostname"},
		{"do ", "LINE"},
		{"do sh ip", "LINE"},
		{"zz", "% column 0"},
		{"no zz ", "% column 3"},
		{"ip nhrp zz ", "% column 8"},
	} {
		list, err := s.tree.Choices(s.at, c.line)
		var tokens []string
		for _, choice := range list {
			tokens = append(tokens, choice.Token)
		}
		got := strings.Join(tokens, " ")
		if err != nil {
			got = "% column " + string(rune('0'+column(err)))
		}
		if got != c.want {
			t.Errorf("%q? lists %s, want %s", c.line, got, c.want)
		}
	}
}

func TestTabKnowsTheModeAndTheWordsOfEveryMode(t *testing.T) {
	s := newSession(t).enter("interface tu0")
	for _, c := range []struct{ line, want string }{
		{"sh", "shutdown "},
		{"no sh", "no shutdown "},
		{"d", "-"},
		{"def", "default "},
		{"ex", "exit "},
		{"host", "hostname "},
		{"ip nhrp net", "ip nhrp network-id "},
		{"no ip nhrp net", "no ip nhrp network-id "},
		{"router ei", "router eigrp "},
		{"ip ", "-"},
		{"", "-"},
		{"no", "no "},
	} {
		got, ok := s.tree.Complete(s.at, c.line)
		if !ok {
			got = "-"
		}
		if got != c.want {
			t.Errorf("%q Tab is %q, want %q", c.line, got, c.want)
		}
	}
}
