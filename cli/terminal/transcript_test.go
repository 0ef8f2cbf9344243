package terminal

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var update = flag.Bool("update", false, "rewrite the transcripts under testdata")

// TestKeysGiveTheseBytes plays the transcripts under testdata: "> " types keys,
// "! " is a log line, "@ " waits, "# " is a remark, and "< " is every byte that
// has come back until nothing more comes.
func TestKeysGiveTheseBytes(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			want, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, string(want)) })
			if *update {
				if err := os.WriteFile(script, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Error(difference(got, string(want)))
			}
		})
	}
}

// difference is where two transcripts part.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	at := 0
	for at < min(len(g), len(w)) && g[at] == w[at] {
		at++
	}
	around := func(lines []string) string {
		return strings.Join(lines[max(min(at, len(lines))-3, 0):min(at+6, len(lines))], "\n")
	}
	return fmt.Sprintf("line %d:\n%s\nwant:\n%s", at+1, around(g), around(w))
}

func play(t *testing.T, script string) string {
	var transcript strings.Builder
	u := attach(t)
	first := true
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "< ") {
			continue
		}
		if first && !strings.HasPrefix(line, "#") {
			first = false
			fmt.Fprintf(&transcript, "< %s\n", quote(u.screen()))
		}
		fmt.Fprintln(&transcript, line)
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case ">":
			keys, err := strconv.Unquote(`"` + rest + `"`)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			u.typed(keys)
		case "!":
			u.terminal.Notify(rest)
		case "@":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
		default:
			continue
		}
		fmt.Fprintf(&transcript, "< %s\n", quote(u.screen()))
	}
	return transcript.String()
}

func quote(s string) string {
	q := strconv.Quote(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// A user is the other end of a terminal under test.
type user struct {
	t        *testing.T
	terminal *Terminal
	shell    *fakeShell
	conn     net.Conn
	ended    chan error

	mu  sync.Mutex // guards out
	out bytes.Buffer
}

func attach(t *testing.T) *user {
	ours, theirs := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	u := &user{t: t, conn: theirs, ended: make(chan error, 1)}
	u.terminal = New(ctx, ours)
	u.shell = &fakeShell{t: u.terminal, length: 24, width: 80, history: 20}
	go func() { u.ended <- u.terminal.Run(u.shell) }()
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := theirs.Read(buf)
			u.mu.Lock()
			u.out.Write(buf[:n])
			u.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		ours.Close()
		theirs.Close()
		u.terminal.Close()
	})
	return u
}

func (u *user) typed(keys string) {
	if _, err := u.conn.Write([]byte(keys)); err != nil {
		u.t.Error(err)
	}
}

// screen is what has come back since the last call, once all is quiet.
func (u *user) screen() string {
	synctest.Wait()
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.out.Reset()
	return u.out.String()
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
