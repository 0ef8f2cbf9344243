package labs

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
)

const anyHostKey = " -e none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=3 "

// sshTo is a shell command that logs in to r1 with OpenSSH's client.
func sshTo(password, rest string) string {
	return "sshpass -p " + password + " ssh" + anyHostKey + rest
}

func login(t *testing.T, dir, password, rest string) result {
	t.Helper()
	r := lab(t, "exec", dir, "pc", sshTo(password, rest))
	r.stdout = strings.ReplaceAll(r.stdout, "\r", "")
	return r
}

// listens waits until SSH is open, or refuses connections.
func listens(t *testing.T, dir string, open bool) {
	t.Helper()
	eventually(t, 8*time.Second, fmt.Sprintf("SSH is open: %v", open), func() (bool, string) {
		r := login(t, dir, "weft", "admin@10.0.0.1 'show privilege'")
		if open {
			return r.status == 0 && strings.Contains(r.stdout, "Current privilege level is 15\n"), r.stdout + r.stderr
		}
		return r.status == 255 && strings.Contains(r.stderr, "Connection refused"), r.stdout + r.stderr
	})
}

// openSSH opens SSH on r1 for the user admin.
func openSSH(t *testing.T, dir string) {
	t.Helper()
	must(t, "exec", dir, "r1", "conf t", "username admin privilege 15 secret weft", "line vty 0 4", "login local", "transport input ssh")
	listens(t, dir, true)
}

func TestSSHIsOpenWhileALineAllowsIt(t *testing.T) {
	dir := up(t, "testdata/router")
	listens(t, dir, false)
	must(t, "exec", dir, "r1", "conf t", "username admin privilege 15 secret weft", "line vty 0 4", "login local", "transport input none")
	listens(t, dir, false)
	openSSH(t, dir)

	session := login(t, dir, "weft", `-tt admin@10.0.0.1 <<'END'
show privilege
configure terminal
interface GigabitEthernet0/1
description entered over SSH
end
show users
exit
END`)
	if session.status != 0 || !strings.Contains(session.stdout, "r1#show privilege\nCurrent privilege level is 15\nr1#") ||
		!strings.Contains(session.stdout, "r1(config-if)#") || !strings.Contains(session.stdout, "* ") || !strings.Contains(session.stdout, "10.0.0.10") {
		t.Errorf("a session, status %d:\n%s%s", session.status, session.stdout, session.stderr)
	}
	if got := must(t, "exec", dir, "r1", "show running-config interface gi0/1"); !strings.Contains(got, " description entered over SSH\n") {
		t.Errorf("what was configured over SSH is not there:\n%s", got)
	}
	if log := must(t, "exec", dir, "r1", "show logging"); !strings.Contains(log, "%SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.0.0.10)") {
		t.Errorf("the log does not tell who configured:\n%s", log)
	}
	if r := login(t, dir, "wrong", "-o NumberOfPasswordPrompts=1 admin@10.0.0.1 'show privilege'"); r.status == 0 || strings.Contains(r.stdout, "privilege level") {
		t.Errorf("a wrong password: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if r := login(t, dir, "weft", "-o NumberOfPasswordPrompts=1 nobody@10.0.0.1 'show privilege'"); r.status == 0 || strings.Contains(r.stdout, "privilege level") {
		t.Errorf("an unknown user: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}

	hostKey := func() string {
		return must(t, "exec", dir, "pc", "ssh-keyscan -t ed25519,rsa,ecdsa 10.0.0.1 2>/dev/null | sort")
	}
	key := hostKey()
	if !strings.Contains(key, "10.0.0.1 ssh-ed25519 ") {
		t.Errorf("the host key is %q", key)
	}
	must(t, "exec", dir, "r1", "write memory")
	lab(t, "exec", dir, "r1", "reload", "")
	eventually(t, 12*time.Second, "r1 has reloaded", func() (bool, string) {
		r := lab(t, "exec", dir, "r1", "show version")
		return strings.Contains(r.stdout, "by reload"), r.stdout + r.stderr
	})
	listens(t, dir, true)
	if again := hostKey(); again != key {
		t.Errorf("the host key was\n%s and after a reload is\n%s", key, again)
	}

	must(t, "exec", dir, "r1", "conf t", "line vty 0 4", "transport input none")
	listens(t, dir, false)
}

func TestUserBeyondTheLastLineIsToldSo(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	for range 5 {
		c := exec.Command(weftBinary, "lab", "exec", dir, "pc", sshTo("weft", "-tt admin@10.0.0.1"))
		stdin, err := c.StdinPipe() // open, and nobody types
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		defer c.Wait()
		defer stdin.Close()
		defer c.Process.Signal(syscall.SIGTERM)
	}
	eventually(t, 8*time.Second, "five lines are in use", func() (bool, string) {
		users := must(t, "exec", dir, "r1", "show users")
		return strings.Count(users, "10.0.0.10") == 5, users
	})
	if r := login(t, dir, "weft", "-tt admin@10.0.0.1 < /dev/null"); r.status == 0 || !strings.Contains(r.stdout+r.stderr, "% All lines are in use") {
		t.Errorf("the sixth: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if r := login(t, dir, "weft", "admin@10.0.0.1 'show privilege'"); r.status == 0 || !strings.Contains(r.stdout+r.stderr, "% All lines are in use") {
		t.Errorf("the sixth, with a command: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	must(t, "exec", dir, "r1", "show users") // who sits at the box still gets in
}

// rubbish is what no terminal sends: a line of a megabyte, and bytes in any
// order. Left out are the keys that end a session, and letters: noise does spell
// "l" for logout.
func rubbish() []byte {
	noise := make([]byte, 64<<10)
	rand.NewChaCha8([32]byte{7}).Read(noise)
	noise = slices.DeleteFunc(noise, func(b byte) bool { return b == 0x04 || b == 0x1d || b < 0x80 && unicode.IsLetter(rune(b)) })
	return slices.Concat(bytes.Repeat([]byte("x"), 1<<20), []byte("\r"), noise, []byte("\r\x03\rshow clock\rexit\r"))
}

func TestRubbishTypedAtARouterLeavesItAnswering(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	before := processes(t, dir)
	running := must(t, "exec", dir, "r1", "show running-config | exclude ^!")
	for _, way := range []struct {
		name     string
		answered bool // by a shell that is to survive it
		args     []string
	}{
		{"SSH", true, []string{"lab", "exec", dir, "pc", sshTo("weft", "-tt admin@10.0.0.1")}},
		{"the port of SSH", false, []string{"lab", "exec", dir, "pc", `exec bash -c 'exec 3<>/dev/tcp/10.0.0.1/22; cat >&3'`}},
		{"the console", true, []string{"lab", "console", dir, "r1"}},
	} {
		var output bytes.Buffer
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		c := exec.CommandContext(ctx, weftBinary, way.args...)
		c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(rubbish()), &output, &output
		err := c.Run() // however it ends
		if ctx.Err() != nil {
			t.Errorf("rubbish on %s had no end (%v)", way.name, err)
		}
		cancel()
		if said := output.String(); way.answered && !strings.Contains(said, " UTC ") {
			t.Errorf("the session on %s did not survive (%v): it said %d bytes, last\n%q", way.name, err, len(said), said[max(0, len(said)-1000):])
		}
		eventually(t, 8*time.Second, "no line is in use after rubbish on "+way.name, func() (bool, string) {
			users := must(t, "exec", dir, "r1", "show users")
			return !strings.Contains(users, "10.0.0.10"), users
		})
		listens(t, dir, true)
	}
	if after := processes(t, dir); after["r1"] != before["r1"] {
		t.Errorf("r1 was process %s and is %s", before["r1"], after["r1"])
	}
	if now := must(t, "exec", dir, "r1", "show running-config | exclude ^!"); now != running {
		t.Errorf("running-config has changed:\n%s", difference(running, now))
	}
}

// A peer that the access list of the lines denies finds the door shut, before
// anybody has said a word; the entry counts it and the log tells.
func TestAccessClassShutsTheDoor(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	must(t, "exec", dir, "r1", "conf t", "access-list 10 deny 10.0.0.10 log", "access-list 10 permit any", "line vty 0 4", "access-class 10 in")
	if r := login(t, dir, "weft", "admin@10.0.0.1 'show privilege'"); r.status != 255 || strings.Contains(r.stdout+r.stderr, "Permission denied") {
		t.Errorf("status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if got := must(t, "exec", dir, "r1", "show ip access-lists"); !strings.Contains(got, "    10 deny   10.0.0.10 log (1 match)\n    20 permit any\n") {
		t.Errorf("the entries are\n%s", got)
	}
	if got := must(t, "exec", dir, "r1", "show logging"); !strings.Contains(got, "%SEC-6-IPACCESSLOGS: list 10 denied 10.0.0.10 1 packet") {
		t.Errorf("the log is\n%s", got)
	}
	must(t, "exec", dir, "r1", "conf t", "ip access-list standard 10", "no 10")
	listens(t, dir, true)
}

// Keys made in configuration mode are what clients are shown.
func TestClientsAreShownTheKeysThatWereMade(t *testing.T) {
	dir := up(t, "testdata/router")
	openSSH(t, dir)
	made := must(t, "exec", dir, "r1", "conf t", "crypto key generate ec keysize 384 label CURVE", "ip ssh server algorithm hostkey ecdsa-sha2-nistp384")
	if !strings.Contains(made, "% Generating 384 bit EC keys, keys will be non-exportable...\n[OK] (elapsed time was ") {
		t.Errorf("made:\n%s", made)
	}
	r := login(t, dir, "weft", "-v -o HostKeyAlgorithms=ecdsa-sha2-nistp384 admin@10.0.0.1 'show ssh'")
	if r.status != 0 || !strings.Contains(r.stdout, "Session started       admin\n") {
		t.Errorf("status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if got := must(t, "exec", dir, "r1", "show running-config"); strings.Contains(got, "crypto key") {
		t.Errorf("keys are in the configuration:\n%s", got)
	}
}
