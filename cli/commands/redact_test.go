package commands

import (
	"strings"
	"testing"
)

func TestSecretsStayOutOfTheLog(t *testing.T) {
	for line, want := range map[string]string{
		"crypto isakmp key cisco123 address 0.0.0.0":    "crypto isakmp key ***",
		" username bob privilege 15 secret 0 bobsecret": "username bob privilege 15 secret ***",
		"usernam bob pass bobsecret":                    "usernam bob pass ***",
		"  pre-shared-key cisco123":                     "pre-shared-key ***",
		"ip nhrp authentication NINECHARS":              "ip nhrp authentication ***",
		"snmp-server community private RO":              "snmp-server community ***",
		"key chain EIGRP":                               "key chain EIGRP",
		"ip address 10.0.0.1 255.0.0.0 secondary":       "ip address 10.0.0.1 255.0.0.0 secondary",
		"authentication pre-share":                      "authentication pre-share",
		"service password-encryption":                   "service password-encryption",
		"enable secret":                                 "enable secret",
	} {
		if got := redact(line); got != want {
			t.Errorf("%q is logged as %q, want %q", line, got, want)
		}
	}
	for _, event := range []any{
		StartupRefused{Number: 3, Line: "usernam bob pass hunter2", Reason: `nothing matches at column 13: "pass hunter2"`},
		StartupKept{Number: 3, Line: "crypto isakmp key hunter2 address 0.0.0.0", Reason: "there is no IPsec yet"},
	} {
		if m, _ := EventText(event); strings.Contains(m.Text, "hunter2") || m.Text == "" {
			t.Errorf("logged %q", m.Text)
		}
	}
}
