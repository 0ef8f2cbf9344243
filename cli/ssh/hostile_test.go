package ssh

import (
	"crypto/ed25519"
	"crypto/md5"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"
)

// silence reads what a connection says until it is closed.
func silence(t *testing.T, conn net.Conn) {
	t.Helper()
	if said, err := io.ReadAll(conn); len(said) > 0 {
		t.Errorf("a peer that is refused is told %q, %v", said, err)
	}
}

func TestARefusedPeerIsToldNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "access-list 10 deny 192.0.2.50\naccess-list 10 permit any\nline vty 0 4\n access-class 10 in\n")
		silence(t, w.dial())
		if m := w.box.Guard.Matches("10"); m["deny 192.0.2.50"] != 1 {
			t.Errorf("counted %v", m)
		}
	})
}

// A line whose list does not take the peer is not given to it.
func TestAPeerGetsOnlyLinesThatTakeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "access-list 10 deny 192.0.2.50\nline vty 0 4\n access-class 10 in\nline vty 5\n login local\n transport input ssh\n")
		openTTY(t, w.alice(), "vt100", 80, 24).says("", "R1#")
		session, err := w.alice().NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.Output("show privilege"); err == nil {
			t.Error("a second session has found a line")
		}
	})
}

func TestLoginsAreBlockedAfterTooManyFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "login block-for 100 attempts 3 within 60\n")
		asked := make(chan string)
		go func() { // connected before, and asked for a password when it is too late
			_, _, err := w.login("alice", ssh.PasswordCallback(func() (string, error) { return <-asked, nil }))
			if err == nil {
				t.Error("a peer that was connected logs in while logins are blocked")
			}
		}()
		synctest.Wait()
		for range 2 {
			start := time.Now()
			tries := 0
			w.login("alice", ssh.RetryableAuthMethod(ssh.PasswordCallback(func() (string, error) { tries++; return "wrong", nil }), 10))
			if took := time.Since(start); tries > 0 && took < time.Second {
				t.Errorf("%d wrong passwords took %v", tries, took)
			}
		}
		if _, _, err := w.login("alice", ssh.Password("wonderland")); err == nil {
			t.Error("the right password lets in while logins are blocked")
		}
		silence(t, w.dial())
		asked <- "wonderland"
		synctest.Wait()
		time.Sleep(100 * time.Second)
		w.alice()
	})
}

func TestUsersLogInByTheirKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sign := func(seed byte) ssh.Signer {
			s, err := ssh.NewSignerFromSigner(ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize))))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		hash := md5.Sum(sign(0).PublicKey().Marshal())
		w := newWorld(t, fmt.Sprintf("ip ssh pubkey-chain\n username alice\n  key-hash ssh-ed25519 %X alice@desk\n", hash))
		client, _, err := w.login("alice", ssh.PublicKeys(sign(0)))
		if err != nil {
			t.Fatal(err)
		}
		openTTY(t, client, "vt100", 80, 24).says("", "R1#")
		for _, c := range []struct {
			user string
			key  ssh.Signer
		}{{"alice", sign(1)}, {"bob", sign(0)}, {"nobody", sign(0)}} {
			if _, _, err := w.login(c.user, ssh.PublicKeys(c.key)); err == nil {
				t.Errorf("%s logs in by a key that is not theirs", c.user)
			}
		}
		// An agent with many keys does not use up the passwords.
		if _, _, err := w.login("alice", ssh.PublicKeys(sign(1), sign(2), sign(3), sign(4)), ssh.Password("wonderland")); err != nil {
			t.Error(err)
		}
	})
}

func TestHalfOpenConnectionsTakeABoundedNumberOfGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "ip ssh maxstartups 20\n")
		w.alice().Close() // the limit is known from the first connection on
		synctest.Wait()
		before := runtime.NumGoroutine()
		refused := 0
		for range 3000 {
			conn := w.dial()
			synctest.Wait()
			if closed(conn) {
				refused++
			}
		}
		const held = 10 // half of the places, for one source
		if refused != 3000-held {
			t.Errorf("%d of 3000 are refused", refused)
		}
		// Each connection of the test has a goroutine of its own until the test ends.
		if n := runtime.NumGoroutine() - before - 3000; n > held*12 {
			t.Errorf("%d goroutines for %d connections", n, held)
		}
		time.Sleep(time.Minute) // ip ssh time-out
		w.alice()
	})
}

// closed reports whether a connection has been closed without a word.
func closed(conn net.Conn) bool {
	conn.SetReadDeadline(time.Now())
	_, err := conn.Read(make([]byte, 1))
	return err == io.EOF
}

func TestASlowHandshakeEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		conn := w.dial()
		start := time.Now()
		ended := make(chan struct{})
		defer close(ended)
		go func() {
			for _, b := range []byte("SSH-2.0-" + strings.Repeat("slow", 100)) {
				if _, err := conn.Write([]byte{b}); err != nil {
					return
				}
				select {
				case <-time.After(5 * time.Second):
				case <-ended:
					return
				}
			}
		}()
		io.Copy(io.Discard, conn)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("it ended after %v", took)
		}
	})
}

func TestOversizedInputEndsAConnection(t *testing.T) {
	for name, input := range map[string]string{
		"an identification without an end": "SSH-2.0-" + strings.Repeat("x", 1<<16),
		"lines before it without an end":   strings.Repeat("hello\r\n", 1<<14),
		"a packet of four gigabytes":       "SSH-2.0-x\r\n\xff\xff\xff\xff" + strings.Repeat("x", 1<<16),
		"a packet of no bytes":             "SSH-2.0-x\r\n\x00\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "")
				conn := w.dial()
				start := time.Now()
				go conn.Write([]byte(input))
				io.Copy(io.Discard, conn)
				if took := time.Since(start); took > time.Minute {
					t.Errorf("it ended after %v", took)
				}
				w.alice()
			})
		})
	}
}

func TestAHundredSessionsAndNotOneMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "line vty 0 99\n login local\n transport input ssh\n")
		for range 100 {
			openTTY(t, w.alice(), "vt100", 80, 24)
		}
		synctest.Wait()
		if n := len(w.box.Lines.SSH()); n != 100 {
			t.Errorf("%d sessions", n)
		}
		session, err := w.alice().NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if text, err := session.CombinedOutput("show privilege"); err == nil || string(text) != "% All lines are in use\r\n" {
			t.Errorf("%q, %v", text, err)
		}
		if !w.box.Lines.HangUp("vty", 42) {
			t.Error("nobody is on line 42")
		}
		synctest.Wait()
		openTTY(t, w.alice(), "vt100", 80, 24).says("", "R1#")
	})
}
