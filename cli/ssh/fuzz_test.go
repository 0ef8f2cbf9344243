package ssh

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
	"weft/cli/grammar"
)

// few lets only those exec commands through that the router of these tests can
// answer. What the others do is not for SSH to know.
type few struct{ *commands.Table }

func (f few) Match(line string, privilege int) (*commands.Exec, grammar.Args, *grammar.Error) {
	e, args, err := f.Table.Match(line, privilege)
	if err == nil && e.Syntax != "show privilege" && e.Syntax != "exit" && !strings.HasPrefix(e.Syntax, "configure [") {
		return nil, args, &grammar.Error{Line: line}
	}
	return e, args, err
}

// FuzzExecInput sends commands as "ssh host COMMAND" does: whatever they are,
// they end, and the next one is answered.
func FuzzExecInput(f *testing.F) {
	for _, seed := range []string{"show privilege", "configure terminal\nhostname R2\nend\nshow privilege", "conf t\nbanner motd #x", "\x00\xff\x1b[A?", "show privilege | include (",
		"conf t\nip ssh pubkey-chain\nusername x\nkey-string\nAAAA\nexit", "conf t\naccess-list 10 permit any\nno access-list 10", strings.Repeat("x", 1<<15)} {
		f.Add(seed)
	}
	w := newWorld(f, "")
	w.box.Exec = few{commands.ExecTable()}
	client := w.dialAlice(f)
	f.Fuzz(func(t *testing.T, command string) {
		if strings.Contains(command, "memory") || strings.Contains(command, "crypto key") {
			t.Skip("asks the box, not the session")
		}
		for _, line := range []string{command, "show privilege"} {
			session, err := client.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			out, err := session.Output(line)
			if _, ended := err.(*ssh.ExitError); err != nil && !ended {
				t.Fatalf("%q: %v", line, err)
			}
			if line == "show privilege" && string(out) != "Current privilege level is 15\n" {
				t.Errorf("after %q: %q", command, out)
			}
		}
	})
}

// dialAlice is a connection that stays.
func (w *world) dialAlice(t testing.TB) *ssh.Client {
	client, _, err := w.login("alice", ssh.Password("wonderland"))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// FuzzRequest hands a channel requests that no client sends.
func FuzzRequest(f *testing.F) {
	f.Add("pty-req", []byte("\x00\x00\x00\x05vt100\xff\xff\xff\xff\x00\x00\x00\x18"))
	f.Add("window-change", []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add("exec", []byte("\xff\xff\xff\xffshow"))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		if w, err := ptySize(payload); err == nil && (columns(w.Columns) > 512 || columns(w.Rows) > 512) {
			t.Errorf("a window of %d columns", columns(w.Columns))
		}
		s := &session{}
		if kind != "shell" && kind != "exec" {
			if run := s.request(t.Context(), &ssh.Request{Type: kind, Payload: payload}, false); run != nil {
				t.Errorf("%q runs something", kind)
			}
		}
	})
}

// BenchmarkLogin is the handshake and a password in the clear.
func BenchmarkLogin(b *testing.B) {
	w := newWorld(b, "")
	for b.Loop() {
		w.dialAlice(b).Close()
	}
}
