package commands

import (
	"slices"
	"strings"
	"testing"
)

func TestShowIPSSHSaysWhetherAnybodyMayComeIn(t *testing.T) {
	r := newFakeRouter("line vty 0 4", " login local", " transport input ssh", "ip ssh time-out 60", "ip ssh server algorithm mac hmac-sha2-512",
		"ip ssh server algorithm encryption aes256-ctr aes128-ctr", "ip ssh server algorithm authentication keyboard", "ip ssh dh min size 4096")
	r.access.host = &HostKey{Type: "ssh-rsa", Label: "R1.example.com", Blob: []byte("key")}
	got := output(t, r, "show ip ssh")
	for _, line := range []string{"SSH Enabled - version 2.0", "Authentication methods:keyboard-interactive", "MAC Algorithms:hmac-sha2-512",
		"Encryption Algorithms:aes128-ctr,aes256-ctr", "Authentication timeout: 60 secs; Authentication retries: 3", "Minimum expected Diffie Hellman key size : 4096 bits",
		"IOS Keys in SECSH format(ssh-rsa, base64 encoded): R1.example.com", "ssh-rsa a2V5"} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
	r = newFakeRouter("line vty 0 4", " login", " transport input ssh")
	got = output(t, r, "show ip ssh")
	if !strings.HasPrefix(got, "SSH Disabled - version 2.0\n% No virtual terminal has both login local and transport input ssh\n"+
		"Authentication methods:publickey,keyboard-interactive,password\n") || !strings.Contains(got, "Authentication timeout: 120 secs; Authentication retries: 3\n") ||
		!strings.HasSuffix(got, "base64 encoded): NONE\n") {
		t.Errorf("printed\n%s", got)
	}
	r = newFakeRouter("line vty 0 4", " login local", " transport input ssh", "ip ssh rsa keypair-name MINE")
	if got := output(t, r, "show ip ssh"); !strings.HasPrefix(got, "SSH Disabled - version 2.0\n%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).\n") {
		t.Errorf("printed\n%s", got)
	}
}

func TestShowSSHListsBothDirections(t *testing.T) {
	r := newFakeRouter()
	const none = "%No SSHv1 server connections running.\n"
	if got := output(t, r, "show ssh"); got != "%No SSHv2 server connections running.\n"+none {
		t.Errorf("%s", got)
	}
	r.access.sessions = []SSHSession{{Line: 1, User: "admin", State: "Session started", In: SSHAlgorithms{"aes256-ctr", "hmac-sha2-256"}, Out: SSHAlgorithms{"aes256-ctr", "hmac-sha2-256"}}}
	if got, want := output(t, r, "show ssh"), "Connection Version Mode Encryption  Hmac          State                 Username\n"+
		"1          2.0     IN   aes256-ctr  hmac-sha2-256 Session started       admin\n"+
		"1          2.0     OUT  aes256-ctr  hmac-sha2-256 Session started       admin\n"+none; got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
}

func TestLinesAreCleared(t *testing.T) {
	r := newFakeRouter()
	r.access.hungUp = true
	for line, want := range map[string]string{"clear line vty 3": "hang up vty 3", "clear line 5": "hang up vty 3", "clear line 1": "hang up aux 0",
		"disconnect ssh vty 2": "hang up vty 2", "disconnect ssh 2": "hang up vty 2"} {
		r.access.did = nil
		got := output(t, r, line, "y")
		if clears := strings.HasPrefix(line, "clear"); clears && !(strings.HasPrefix(got, "[confirm]") && strings.HasSuffix(got, " [OK]\n")) || !clears && got != "" {
			t.Errorf("%s: %q", line, got)
		}
		if !slices.Equal(r.access.did, []string{want}) {
			t.Errorf("%s: %q", line, r.access.did)
		}
	}
	r.access.did = nil
	if got := output(t, r, "clear line 0", "y"); !strings.HasSuffix(got, "% Not allowed to clear current line\n") || len(r.access.did) > 0 {
		t.Errorf("%q, %q", got, r.access.did)
	}
}
