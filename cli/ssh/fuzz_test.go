package ssh

import (
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/ssh"
)

// What is said instead of SSH ends the connection; the next user gets in.
func FuzzStrangersSayAnything(f *testing.F) {
	f.Add([]byte("SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14"))
	f.Add([]byte("SSH-2.0-\xff\r\n\xff\xff\xff\xff"))
	f.Add([]byte("GET / HTTP/1.0\r\n\r\n"))
	f.Add([]byte("SSH-1.5-old\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, "")
			conn := w.dial()
			conn.Write(said)
			synctest.Wait()
			conn.Close()
			u := openTTY(t, w.alice(), "vt100", 80, 24)
			u.says("", "R1#")
		})
	})
}

// Whatever a user's client types, with whatever window, leaves the box
// answering the next one.
func FuzzUsersTypeAnything(f *testing.F) {
	f.Add([]byte("conf t\rint tu0\r\x03show run | i x\r q?\t"), 80, 24)
	f.Add([]byte("banner motd #\r\x00\xff\xfe\x1b[A\x16\x03#\rdo exit\r"), 0, 0)
	f.Add([]byte("terminal width 2\rterminal length 2\rshow privilege\rshow ?\r\r/x\r"), 1, 1)
	f.Fuzz(func(t *testing.T, keys []byte, columns, rows int) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, "")
			client := w.alice()
			session, err := client.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			typed, _ := session.StdinPipe()
			if session.RequestPty("vt100", rows&0xffff, columns&0xffff, ssh.TerminalModes{}) != nil || session.Shell() != nil {
				t.Fatal("no shell")
			}
			typed.Write(keys)
			synctest.Wait()
			client.Close()
			u := openTTY(t, w.alice(), "vt100", 80, 24)
			u.typed("show privilege\r")
			if u.screen() == "" {
				t.Error("the next user sees nothing")
			}
		})
	})
}
