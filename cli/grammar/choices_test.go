package grammar

import (
	"strings"
	"testing"
)

func TestQuestionMarkListsWhatMayFollow(t *testing.T) {
	a := compile(t)
	for _, c := range []struct{ line, want string }{
		{"tunnel mode gre ", "ip|multipoint"},
		{"tunnel mode gre m", "multipoint"},
		{"ip", "ip|ipv6"},
		{"ip nhrp map ", "A.B.C.D|multicast"},
		{"ip nhrp map 10.0", "A.B.C.D"},
		{"ip nhrp nhs 10.0.0.1 priority 1 ", "cluster|<cr>"},
		{"ip nhrp nhs 10.0.0.1 ", "cluster|nbma|priority|<cr>"},
		{"ip nhrp network-id 5", "<1-4294967295>"},
		{"ip nhrp network-id 5 ", "<cr>"},
		{"transport input ssh ", "ssh|telnet|<cr>"},
		{"description ", "LINE"},
		{"description a b", "LINE"},
		{"description a b ", "LINE|<cr>"},
		{"show ip route ", "A.B.C.D|WORD|connected|<cr>"},
		{"show ip route c", "connected"},
		{"show ip route x", "WORD"},
		{"tunnel source ", "A.B.C.D|Ethernet|Tunnel"},
		{"tunnel source tunnel ", "<0-9>"},
		{"tunnel source tu", "Tunnel"},
		{"tunnel source tu0", "<0-9>"},
		{"tunnel source tu 0", "<0-9>"},
		{"tunnel source tu 0 ", "<cr>"},
		{"sh", "show|shutdown"},
		{"shut-h", "shut-hidden"},
		{"banner motd ", "LINE"},
		{"banner motd #foo ", "LINE"},
		{"bogus ", "-1"},
		{"tunnel zz", "-7"},
		{"t s ", "-0 ambiguous"},
	} {
		choices, err := a.Choices(c.line, Positive)
		var tokens []string
		for _, choice := range choices {
			tokens = append(tokens, choice.Token)
		}
		got := strings.Join(tokens, "|")
		if err != nil {
			got = "-" + string(rune('0'+err.Column))
			if err.Kind == Ambiguous {
				got += " ambiguous"
			}
		}
		if got != c.want {
			t.Errorf("%q? lists %s, want %s", c.line, got, c.want)
		}
	}
}

func TestHelpDependsOnTheWordBefore(t *testing.T) {
	choices, _ := compile(t).Choices("ip nhrp nhs 10.0.0.1 nbma 10.0.0.2 ", Positive)
	for _, c := range choices {
		if c.Token == "multicast" && c.Help != "Replicate" {
			t.Errorf("multicast: %q", c.Help)
		}
	}
}

func TestQuestionMarkAfterNoOffersTheEndBehindTheKeys(t *testing.T) {
	choices, err := compile(t).Choices("ip nhrp map 10.0.0.1 ", Negative)
	if err != nil || len(choices) != 2 || choices[1].Token != CR {
		t.Errorf("%v %v", choices, err)
	}
}

func TestTabCompletesTheOnlyKeyword(t *testing.T) {
	a := compile(t)
	for _, c := range []struct{ line, want string }{
		{"tun", "tunnel "},
		{"tunnel mode gre mu", "tunnel mode gre multipoint "},
		{"sh", "-"},
		{"shut", "shutdown "},
		{"IP NH MAP MULTI", "IP NH MAP multicast "},
		{"tunnel source tu", "tunnel source Tunnel "},
		{"ip address 10", "-"},
		{"zz", "-"},
		{"", "-"},
		{"tunnel ", "-"},
	} {
		got, ok := a.Complete(c.line, Positive)
		if !ok {
			got = "-"
		}
		if got != c.want {
			t.Errorf("%q Tab is %q, want %q", c.line, got, c.want)
		}
	}
}
