package commands

import (
	"fmt"
	"regexp"
	"strings"

	"weft/cli/config"
)

var techSupportExecs = execs(help{
	"show":         "Show running system information",
	"tech-support": "Show system information for tech support",
}, &Exec{Syntax: "show tech-support", Privilege: privileged, Run: showTechSupport})

// techSupport is what whoever helps wants to see first.
var techSupport = []struct {
	line string
	run  func(s Session, a args) error
}{
	{"show clock", showClock},
	{"show version", showVersion},
	{"show running-config", func(s Session, _ args) error { return printRunning(s, config.TextOptions{}) }},
	{"show configuration lint", showLint},
	{"show inventory", showInventory},
	{"show interfaces", showInterfaces},
	{"show interfaces summary", showInterfaceSummary},
	{"show arp", showARP},
	{"show ip route", showIPRoute},
	{"show ip cef", showCEF},
	{"show adjacency", showAdjacency},
	{"show dmvpn", showDMVPN},
	{"show ip nhrp", showNHRP},
	{"show processes cpu", showProcessesCPU},
	{"show processes memory", showProcessesMemory},
	{"show memory statistics", showMemory},
	{"show debugging", showDebugging},
	{"show logging", showLogging},
}

func showTechSupport(s Session, _ args) error {
	secrets := regexp.MustCompile(afterWords)
	for _, t := range techSupport {
		if err := s.Context().Err(); err != nil {
			return err
		}
		s.Printf("\n------------------ %s ------------------\n\n", t.line)
		r := &redacted{Session: s, secrets: secrets}
		if err := t.run(r, args{}); err != nil {
			return err
		}
		r.flush()
	}
	return nil
}

// redacted is a session that prints no secrets: what is shown to strangers has
// "<removed>" in their place.
type redacted struct {
	Session
	secrets *regexp.Regexp
	line    strings.Builder // that has no end yet
}

// afterWords is a secret, the words before it, and the type of its storage, if
// given. Where a line may end in words with blanks, all of the rest is secret.
const afterWords = `(?m)((?:(?:^|\s)(?:secret|key-string|authentication-key|message-digest-key \d+ md5)| password)(?: [0-9])?) .+$|` +
	`((?:^|\s)(?:isakmp key|(?:tacacs|radius)-server (?:host .*)?key|nhrp authentication|snmp-server community|standby \d+ authentication|hmac-sha-256|` +
	`pre-shared-key(?: (?:address|hostname) \S+(?: \d+\.\d+\.\d+\.\d+)? key| (?:local|remote))?|auth (?:md5|sha)|priv aes 128|` +
	`ipsec spi \d+ (?:md5|sha1))(?: (?:[0-9]|hex))?|^ key(?: [0-9])?|^snmp-server host (?:\S+ )+) ?\S+`

func (r *redacted) Write(p []byte) (int, error) {
	r.line.Write(p)
	text := r.line.String()
	if end := strings.LastIndexByte(text, '\n'); end >= 0 {
		r.line.Reset()
		r.line.WriteString(text[end+1:])
		if _, err := r.Session.Write([]byte(r.secrets.ReplaceAllString(text[:end+1], "$1$2 <removed>"))); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (r *redacted) Printf(format string, values ...any) { fmt.Fprintf(r, format, values...) }

func (r *redacted) flush() {
	if r.line.Len() > 0 {
		r.Write([]byte("\n"))
	}
}
