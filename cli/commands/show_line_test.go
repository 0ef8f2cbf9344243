package commands

import (
	"strings"
	"testing"
	"time"
)

func TestShowLineAndItsKind(t *testing.T) {
	r := branch()
	configureLines(t, r, "line vty 0 4", "access-class 10 in", "line vty 5 6", "logging count")
	r.sessions = []LineUser{{Number: 0, Line: "con 0", Origin: "console"}, {Number: 3, Line: "vty 1", User: "admin", Origin: "vty1 (192.0.2.50)", Location: "192.0.2.50"}}
	r.log.Counting = true
	r.log.Counts = []LogCount{
		{"LINEPROTO", "UPDOWN", 5, 12, noon.Add(time.Minute)}, {"SYS", "CONFIG_I", 5, 3, noon}, {"SYS", "RESTART", 5, 1, noon.Add(-time.Hour)},
	}
	golden(t, "show_line.txt", r, "show line", "show line summary", "show protocols", "show logging count")
}

func TestARPEntriesAreForgottenByInterfaceAndAddress(t *testing.T) {
	r := branch()
	for _, line := range []string{"clear arp-cache", "clear arp-cache interface gi0/0", "clear arp-cache 192.0.2.9"} {
		if got := output(t, r, line); got != "" {
			t.Errorf("%s prints %q", line, got)
		}
	}
	if got := strings.Join(r.did, ";"); got != `clear arp "" invalid IP;clear arp "GigabitEthernet0/0" invalid IP;clear arp "" 192.0.2.9` {
		t.Errorf("%s", got)
	}
}

func TestChangesOfPrivilegeAreToldIfTheyAreToBe(t *testing.T) {
	for _, told := range []bool{true, false} {
		r := newFakeRouter("enable password 0 s3cret")
		if told {
			configureLines(t, r, "logging userinfo")
		}
		for _, answers := range [][]string{{"wrong", "wrong", "wrong"}, {"s3cret"}} {
			s := newFakeSession(r, answers...)
			s.privilege, s.user, s.origin = 1, "bob", "vty0 (192.0.2.50)"
			s.run(t, "enable")
		}
		want := "%SYS-5-PRIV_AUTH_FAIL: Authentication to Privilege level 15 failed by bob on vty0 (192.0.2.50);%SYS-5-PRIV_AUTH_PASS: Privilege level set to 15 by bob on vty0 (192.0.2.50)"
		if !told {
			want = ""
		}
		if got := strings.Join(r.did, ";"); got != want {
			t.Errorf("logged %q", got)
		}
	}
}

func TestShowLogIsShowLogging(t *testing.T) {
	for _, line := range []string{"show log", "sh log", "sh logg", "show logging"} {
		if e, _, err := execTable.Match(line, privileged); err != nil || e.Syntax != "show log" && e.Syntax != "show logging" {
			t.Errorf("%q: %v %v", line, e, err)
		}
	}
	if _, _, err := execTable.Match("show logi", privileged); err != nil {
		t.Errorf("show logi: %v", err)
	}
}
