package commands

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestAccessListsAreShownWithTheirMatches(t *testing.T) {
	r := newFakeRouter("ip access-list extended GUARD", " permit tcp any host 192.0.2.1 eq 22", " deny ip any any log", "access-list 10 permit 10.0.0.0 0.0.0.255",
		"access-list 10 permit 192.0.2.7", "access-list 10 deny any log")
	r.access.matches = map[string]map[string]uint64{"10": {"permit 10.0.0.0 0.0.0.255": 12, "deny any log": 1}, "GUARD": {"permit tcp any host 192.0.2.1 eq 22": 8}}
	const standard = "Standard IP access list 10\n    10 permit 10.0.0.0, wildcard bits 0.0.0.255 (12 matches)\n    20 permit 192.0.2.7\n    30 deny   any log (1 match)\n"
	const extended = "Extended IP access list GUARD\n    10 permit tcp any host 192.0.2.1 eq 22 (8 matches)\n    20 deny ip any any log\n"
	for line, want := range map[string]string{"show access-lists": standard + extended, "show ip access-list": standard + extended,
		"show access-lists 10": standard, "show ip access-lists GUARD": extended, "show access-lists 99": ""} {
		if got := output(t, r, line); got != want {
			t.Errorf("%s\n%s\nnot\n%s", line, got, want)
		}
	}
	output(t, r, "clear access-list counters GUARD")
	if got := output(t, r, "show access-lists GUARD"); strings.Contains(got, "match") {
		t.Errorf("cleared, and yet\n%s", got)
	}
}

func TestShowLogin(t *testing.T) {
	plain := newFakeRouter()
	if got, want := output(t, plain, "show login"), "     No login delay has been applied.\n     No Quiet-Mode access list has been configured.\n\n     Router NOT enabled to watch for login Attacks\n"; got != want {
		t.Errorf("%s", got)
	}
	if got := output(t, plain, "show login failures"); got != "*** No logged failed login attempts with the device.***\n" {
		t.Errorf("%s", got)
	}
	r := newFakeRouter("login block-for 120 attempts 3 within 60", "login quiet-mode access-class 10")
	r.access.logins = LoginState{Window: 2, WindowLeft: 41 * time.Second, Total: 7,
		Failures: []LoginFailure{{User: "root\x1b[A", Source: netip.MustParseAddr("192.0.2.50"), Port: 22, Count: 5, Last: noon}}}
	const head = "     A default login delay of 1 second is applied.\n     Quiet-Mode access list 10 is applied.\n\n     Router enabled to watch for login Attacks.\n" +
		"     If more than 3 login failures occur in 60 seconds or less,\n     logins will be disabled for 120 seconds.\n\n"
	if got, want := output(t, r, "show login"), head+"     Router presently in Normal-Mode.\n     Current Watch Window\n         Time remaining: 41 seconds.\n"+
		"         Login failures for current window: 2.\n     Total login failures: 7.\n"; got != want {
		t.Errorf("%s", got)
	}
	if got, want := output(t, r, "show login failures"), "Total failed logins: 7\nDetailed information about last 50 failures\n\n"+
		"Username        SourceIPAddr    lPort Count TimeStamp\nroot\\x1b[A      192.0.2.50      22    5     12:00:00 UTC Mon Jan 5 2026\n"; got != want {
		t.Errorf("%s", got)
	}
	r.access.logins.QuietLeft = 93 * time.Second
	if got, want := output(t, r, "show login"), head+"     Router presently in Quiet-Mode.\n     Will remain in Quiet-Mode for 93 seconds.\n"+
		"     Restricted logins filtered by applied ACL 10.\n"; got != want {
		t.Errorf("%s", got)
	}
}

func TestEventsAtTheDoorReadAsOnIOS(t *testing.T) {
	peer, box := netip.MustParseAddr("192.0.2.50"), netip.MustParseAddr("192.0.2.1")
	for want, event := range map[string]any{
		"%SEC-6-IPACCESSLOGS: list 10 denied 192.0.2.50 1 packet ":                                                                                                                                          AccessListMatch{List: "10", Source: peer, Packets: 1},
		"%SEC-6-IPACCESSLOGP: list G permitted tcp 192.0.2.50(50000) -> 192.0.2.1(22), 7 packets ":                                                                                                          AccessListMatch{List: "G", Extended: true, Permit: true, Protocol: 6, Source: peer, SourcePort: 50000, Destination: box, Port: 22, Packets: 7},
		"%SEC_LOGIN-5-QUIET_MODE_OFF: Quiet Mode is OFF, because block period timed out at " + noonText:                                                                                                     QuietModeOff{TimedOut: true, At: noon},
		"%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 3 secs, [user: x] [Source: 192.0.2.50] [localport: 22] [Reason: Login Authentication Failed] [ACL: sl_def_acl] at " + noonText: QuietModeOn{Left: 3 * time.Second, User: "x", Source: peer, Port: 22, List: "sl_def_acl", At: noon},
		"%SSH-5-SSH2_SESSION: SSH2 Session request from 192.0.2.50 (tty = 0) using crypto cipher 'aes256-ctr', hmac 'hmac-sha2-256' Succeeded":                                                              SSHSessionEvent{Source: "192.0.2.50", SSHAlgorithms: SSHAlgorithms{"aes256-ctr", "hmac-sha2-256"}},
		"%SSH-5-SSH2_CLOSE: SSH2 Session from 192.0.2.50 (tty = 1) for user 'a' using crypto cipher 'c', hmac 'm' closed":                                                                                   SSHSessionEvent{Kind: SSHClose, Line: 1, User: "a", Source: "192.0.2.50", SSHAlgorithms: SSHAlgorithms{"c", "m"}},
	} {
		m, ok := EventText(event)
		if got := "%" + m.Facility + "-" + string(rune('0'+m.Severity)) + "-" + m.Mnemonic + ": " + m.Text; !ok || got != want {
			t.Errorf("%s\nnot\n%s", got, want)
		}
	}
}

const noonText = "12:00:00 UTC Mon Jan 5 2026"
