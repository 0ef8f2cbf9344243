package ssh

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"
)

func TestUserLogsInWithPasswordEitherWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		interactive := ssh.KeyboardInteractive(func(_, _ string, questions []string, echo []bool) ([]string, error) {
			if len(questions) != 1 || questions[0] != "Password: " || echo[0] {
				t.Errorf("asked %q %v", questions, echo)
			}
			return []string{"wonderland"}, nil
		})
		for _, method := range []ssh.AuthMethod{ssh.Password("wonderland"), interactive} {
			client, banner, err := w.login("alice", method)
			if err != nil {
				t.Fatal(err)
			}
			if banner != "who is there?\r\n" {
				t.Errorf("banner %q", banner)
			}
			if v := string(client.ServerVersion()); v != "SSH-2.0-Weft" {
				t.Error(v)
			}
			client.Close()
		}
	})
}

func TestWrongPasswordsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		for _, user := range []string{"alice", "nobody"} {
			tries := 0
			wrong := ssh.RetryableAuthMethod(ssh.PasswordCallback(func() (string, error) {
				tries++
				return "wrong", nil
			}), 10)
			if _, _, err := w.login(user, wrong); err == nil || tries != 2 {
				t.Errorf("%s: %v after %d tries", user, err, tries)
			}
		}
	})
}

func TestCommandGivesItsAnswerAndStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		for _, c := range []struct {
			command, want string
			status        int
		}{
			{"show privilege", "Current privilege level is 15\n", 0},
			{"show privilege | count level", "Number of lines which match regexp = 1\n", 0},
			{"show zeal", "show zeal\n     ^\n% Invalid input detected at '^' marker.\n\n", 1},
			{"conf t\nhostname R2\ndo show privilege", "Enter configuration commands, one per line.  End with CNTL/Z.\nCurrent privilege level is 15\n", 0},
		} {
			session, err := w.alice().NewSession()
			if err != nil {
				t.Fatal(err)
			}
			out, err := session.Output(c.command)
			status := 0
			if exit := (*ssh.ExitError)(nil); errors.As(err, &exit) {
				status = exit.ExitStatus()
			} else if err != nil {
				t.Error(err)
			}
			if string(out) != c.want || status != c.status {
				t.Errorf("%q: %q, status %d, want %q, %d", c.command, out, status, c.want, c.status)
			}
		}
	})
}

func TestSixthSessionFindsNoLineUntilOneIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		var first *tty
		for n := range 5 {
			u := openTTY(t, w.alice(), "vt100", 80, 24)
			u.says("", "R1#")
			if n == 0 {
				first = u
			}
		}
		refused, err := w.alice().NewSession()
		if err != nil {
			t.Fatal(err)
		}
		stderr, _ := refused.StderrPipe()
		stdout, _ := refused.StdoutPipe()
		if err := refused.Shell(); err != nil {
			t.Error(err) // it might not show what it is told
		}
		var exit *ssh.ExitError
		if err := refused.Wait(); !errors.As(err, &exit) || exit.ExitStatus() != 1 {
			t.Errorf("the sixth session ended with %v", err)
		}
		if text, _ := io.ReadAll(stdout); len(text) > 0 {
			t.Errorf("a sixth session was let in: %q", text)
		}
		if text, _ := io.ReadAll(stderr); string(text) != "% All lines are in use\r\n" {
			t.Errorf("%q", text)
		}
		first.says("exit\r", "exit\r\n")
		if err := first.session.Wait(); err != nil {
			t.Error(err)
		}
		openTTY(t, w.alice(), "vt100", 80, 24).says("", "R1#")
	})
}

func TestLogLinesAreShownToWhoAsksForThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		quiet, asking := openTTY(t, w.alice(), "vt100", 80, 24), openTTY(t, w.alice(), "vt100", 80, 24)
		quiet.says("", "R1#")
		asking.says("terminal monitor\r", "R1#terminal monitor\r\nR1#")
		quiet.says("conf t\rend\r", "conf t\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#end\r\nR1#")
		if got := asking.screen(); !strings.HasPrefix(got, "\r\n%SYS-5-CONFIG_I: Configured from console by alice on vty") || !strings.HasSuffix(got, " (192.0.2.50)\r\n") {
			t.Errorf("%q", got)
		}
	})
}

func TestPagesAreAsLongAsTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "interface Tunnel0\ninterface Tunnel1\ninterface Tunnel2\ninterface Tunnel3\n")
		pages := func(u *tty) int {
			u.typed("show running-config\r")
			out := u.screen()
			u.typed("q\r\x03")
			u.screen()
			if !strings.HasSuffix(out, " --More-- ") {
				t.Errorf("no page: %q", out)
			}
			return strings.Count(out, "\n") - 1
		}
		zero := openTTY(t, w.alice(), "xterm", 132, 0)
		zero.screen()
		if n := pages(zero); n != 23 {
			t.Errorf("%d lines on the page of a window of no size", n)
		}
		ten := openTTY(t, w.alice(), "xterm", 80, 10)
		ten.screen()
		if n := pages(ten); n != 9 {
			t.Errorf("%d lines on a page of 10", n)
		}
		if err := ten.session.WindowChange(6, 80); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := pages(ten); n != 5 {
			t.Errorf("%d lines on a page of 6", n)
		}
	})
}

func TestKeepAliveIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newWorld(t, "").alice()
		if _, _, err := client.SendRequest("keepalive@openssh.com", true, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestOnlySessionsAreServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newWorld(t, "").alice()
		if _, err := client.Dial("tcp", "198.51.100.1:80"); err == nil {
			t.Error("a connection was forwarded")
		}
		session, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if session.RequestSubsystem("sftp") == nil {
			t.Error("a subsystem was started")
		}
	})
}

func TestSilentSessionsAndConnectionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, " exec-timeout 5 0\n")
		idle := w.alice()
		u := openTTY(t, w.alice(), "vt100", 80, 24)
		u.says("", "R1#")
		start := time.Now()
		idle.Wait()
		if after := time.Since(start); after != lingering {
			t.Errorf("a connection without a session ended after %v", after)
		}
		u.session.Wait()
		if after := time.Since(start); after != 5*time.Minute {
			t.Errorf("a silent session ended after %v", after)
		}
	})
}

func TestStrangersAreNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		conn := w.dial()
		start := time.Now()
		io.Copy(io.Discard, conn)
		if after := time.Since(start); after != time.Minute {
			t.Errorf("closed after %v", after)
		}
		var strangers []net.Conn
		for range 64 {
			c := w.dial()
			go io.Copy(io.Discard, c)
			strangers = append(strangers, c)
		}
		synctest.Wait()
		if n, err := w.dial().Read(make([]byte, 1)); n != 0 || err == nil {
			t.Error("one connection too many is served")
		}
		for _, c := range strangers {
			c.Close()
		}
		synctest.Wait()
		w.alice()
	})
}

func TestGarbageEndsAConnectionAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		random := rand.New(rand.NewPCG(1, 2))
		for _, start := range []string{"", "SSH-2.0-x\r\n", "GET / HTTP/1.1\r\n\r\n"} {
			conn := w.dial()
			go io.Copy(io.Discard, conn)
			garbage := []byte(start)
			for range 1 << 12 {
				garbage = append(garbage, byte(random.Uint32()))
			}
			conn.Write(garbage)
			conn.Close()
		}
		u := openTTY(t, w.alice(), "vt100", 80, 24)
		u.says("", "R1#")
		u.typed(strings.Repeat("x", 1<<20) + "\r")
		u.typed(strings.Repeat("\x00\xff\x1b[", 1<<12) + "\x03")
		u.screen()
		u.says("show privilege\r", "show privilege\r\nCurrent privilege level is 15\r\nR1#")
	})
}
