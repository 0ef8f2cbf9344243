package terminaltest

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// A User is the other end of a line.
type User struct {
	Log  func(line string) // has a log line shown; nil if nothing is logged
	t    *testing.T
	conn net.Conn
	row  row

	mu  sync.Mutex // guards out
	out bytes.Buffer
}

// Connect makes a line: what is under test has one end, and the user the other.
func Connect(t *testing.T) (*User, net.Conn) {
	ours, theirs := net.Pipe()
	u := &User{t: t, conn: theirs}
	go u.read()
	t.Cleanup(func() {
		ours.Close()
		theirs.Close()
	})
	return u, ours
}

func (u *User) read() {
	buf := make([]byte, 4096)
	for {
		n, err := u.conn.Read(buf)
		u.mu.Lock()
		u.out.Write(buf[:n])
		if err != nil {
			u.out.WriteString("(closed)")
		}
		u.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Type types keys.
func (u *User) Type(keys string) {
	if _, err := u.conn.Write([]byte(keys)); err != nil {
		u.t.Error(err)
	}
}

// HangUp closes the user's end.
func (u *User) HangUp() { u.conn.Close() }

// Screen is every byte that has come back since the last call, once all is quiet.
func (u *User) Screen() string {
	synctest.Wait()
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.out.Reset()
	return u.out.String()
}

// show writes what has come back, as transcripts have it: the bytes, and then
// the rows with backspaces as they look.
func (u *User) show(transcript *strings.Builder) {
	var seen strings.Builder
	for i, text := range strings.Split(u.Screen(), "\r\n") {
		if i > 0 {
			u.row = row{}
		}
		u.row.print(text)
		fmt.Fprintln(transcript, "|"+legible(text))
		if strings.Contains(text, "\b") {
			fmt.Fprintln(&seen, ": "+u.row.String())
		}
	}
	transcript.WriteString(seen.String())
}

// legible spells out what has no picture.
func legible(text string) string {
	return strings.NewReplacer("\n", "␊", "\b", "⌫", "\r", "␍", "\x07", "␇", "\x1b", "␛", "\x00", "␀").Replace(text)
}
