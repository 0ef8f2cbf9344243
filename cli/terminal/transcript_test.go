package terminal

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"weft/cli/terminal/terminaltest"
)

// The transcripts under testdata are of a terminal whose shell knows a handful
// of words: "lines 9" prints nine lines, "width 40" sets the width, "conf" is
// configuration mode.
func TestKeysGiveTheseBytes(t *testing.T) {
	terminaltest.Play(t, "testdata/*.txt", func(t *testing.T, _ string) *terminaltest.User { return attach(t).User })
}

// A user is the other end of a terminal under test.
type user struct {
	*terminaltest.User
	terminal *Terminal
	shell    *fakeShell
	ended    chan error
}

func attach(t *testing.T) *user {
	typist, ours := terminaltest.Connect(t)
	ctx, cancel := context.WithCancel(context.Background())
	u := &user{User: typist, ended: make(chan error, 1)}
	u.terminal = New(ctx, ours)
	u.Log = u.terminal.Notify
	u.shell = &fakeShell{t: u.terminal, length: 24, width: 80, history: 20}
	go func() { u.ended <- u.terminal.Run(u.shell) }()
	t.Cleanup(func() {
		cancel()
		u.terminal.Close()
	})
	return u
}

// A fakeShell is called R1 and knows a handful of words.
type fakeShell struct {
	t                      *Terminal
	config, text, done     bool
	length, width, history int
	ran                    []Line
	taken                  int // the most lines that one Execute took
	busy                   bool
}

func (s *fakeShell) State() State {
	st := State{Prompt: "R1#", Config: s.config, Text: s.text, History: s.history, Length: s.length, Width: s.width, Done: s.done}
	if s.config {
		st.Prompt = "R1(config)#"
	}
	if s.text {
		st.Prompt = ""
	}
	return st
}

func (s *fakeShell) Execute(l Line) {
	s.busy = true
	defer func() { s.busy = false }()
	s.ran = append(s.ran, l)
	n := 1
	for s.config && l.By == Enter && l.Text != "end" {
		if l.Text == "banner" {
			s.text = true
		} else if l.Text == "." {
			s.text = false
		}
		next, ok := s.t.Next()
		if !ok {
			s.taken = max(s.taken, n)
			return
		}
		l = next
		s.ran = append(s.ran, l)
		n++
	}
	s.taken = max(s.taken, n)
	if s.config && (l.By != Enter || l.Text == "end") {
		s.config = false
		return
	}
	if l.By == Enter {
		s.exec(l.Text)
	}
}

func (s *fakeShell) exec(line string) {
	word, rest, _ := strings.Cut(line, " ")
	n, _ := strconv.Atoi(rest)
	out := s.t.Begin()
	defer func() { out.Close() }()
	switch word {
	case "conf":
		s.config = true
		fmt.Fprintln(out, "Enter configuration commands")
	case "lines":
		for i := range n {
			fmt.Fprintf(out, "line %d\n", i+1)
		}
	case "wait":
		for out.Context().Err() == nil && n > 0 {
			fmt.Fprint(out, "!")
			select {
			case <-time.After(time.Second):
			case <-out.Context().Done():
			}
			n--
		}
		fmt.Fprintln(out, "\ndone")
	case "width":
		s.width = n
	case "length":
		s.length = n
	case "sync":
		s.t.Synchronous = true
	case "idle":
		s.t.Idle = time.Minute
	case "password":
		got, err := s.t.ReadLine("Password: ", false)
		fmt.Fprintf(out, "got %q %v\n", got, err)
	case "confirm":
		got, err := s.t.ReadKey("Proceed? [confirm]")
		fmt.Fprintf(out, "\ngot %q %v\n", got, err)
	case "exit":
		s.done = true
	}
}

func (s *fakeShell) Help(line string) string { return "  help for " + strconv.Quote(line) + "\n" }

func (s *fakeShell) Complete(line string) (string, bool) {
	return "configure ", strings.HasPrefix("configure", line) && line != ""
}
