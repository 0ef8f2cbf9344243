package shell

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

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/terminal"
)

var update = flag.Bool("update", false, "rewrite the transcripts under testdata")

// TestSessionsLookLikeThis plays the transcripts under testdata. "> " types
// keys, "@ " waits, "= " sets a line up, "# " is a remark; what stands behind
// "|" is the screen since.
func TestSessionsLookLikeThis(t *testing.T) {
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
	var u *user
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "|") {
			continue
		}
		fmt.Fprintln(&transcript, line)
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "=":
			u = setUp(t, rest)
		case ">":
			keys, err := strconv.Unquote(`"` + strings.ReplaceAll(rest, `"`, `\"`) + `"`)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			u.typed(keys)
		case "@":
			d, err := time.ParseDuration(rest)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
		default:
			continue
		}
		for row := range strings.SplitSeq(u.screen(), "\n") {
			fmt.Fprintln(&transcript, "|"+row)
		}
	}
	return transcript.String()
}

// A user is the other end of a line.
type user struct {
	t      *testing.T
	conn   net.Conn
	box    *Box
	router *fakeRouter

	mu  sync.Mutex // guards out
	out bytes.Buffer
}

var (
	con = commands.LineGroup{Kind: "con", Length: 24, Width: 80, HistorySize: 20, Privilege: 1, ExecTimeout: 10 * time.Minute}
	vty = commands.LineGroup{Kind: "vty", Last: 4, Length: 24, Width: 80, HistorySize: 20, Privilege: 1, ExecTimeout: 10 * time.Minute,
		Login: commands.LoginLocal, Transport: []string{"ssh"}}
	alice = commands.User{Name: "alice", Privilege: 15, Password: "0 wonderland"}
	bob   = commands.User{Name: "bob", Privilege: 1, Password: "0 builder"}
)

func setUp(t *testing.T, how string) *user {
	line, greeting := con, Idle
	global := &commands.Global{Users: []commands.User{alice, bob}}
	for word := range strings.FieldsSeq(how) {
		switch word {
		case "now":
			greeting = AtOnce
		case "started":
			greeting = Started
		case "unboxed":
			greeting = Unboxed
		case "password":
			line.Login, line.Password = commands.LoginPassword, "0 "+secret
		case "login":
			line.Login = commands.LoginPassword
		case "local":
			line.Login = commands.LoginLocal
		case "synchronous":
			line.Synchronous = true
		case "privileged":
			line.Privilege = 15
		case "banners":
			global.Banners = map[string]string{"motd": "message of the day", "login": "login banner", "exec": "exec banner"}
		}
	}
	box, router := newBox(compile.Box{Global: global, Lines: []*commands.LineGroup{&line, &vty}})
	u := &user{t: t, box: box, router: router}
	ours := u.connect()
	ctx, cancel := context.WithCancel(context.Background())
	if strings.Contains(how, "vty") {
		term := terminal.New(ctx, ours)
		go func() {
			box.Attach(term, Options{User: "alice", Origin: "vty0 (192.0.2.50)", Privilege: 15, Group: &vty})
			term.Close()
			ours.Close()
		}()
	} else {
		go box.Console(ctx, ours, greeting)
	}
	t.Cleanup(func() {
		cancel()
		ours.Close()
		u.conn.Close()
	})
	return u
}

func (u *user) connect() (ours net.Conn) {
	ours, u.conn = net.Pipe()
	go func() {
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
	}()
	return ours
}

func (u *user) typed(keys string) {
	if _, err := u.conn.Write([]byte(keys)); err != nil {
		u.t.Error(err)
	}
}

// screen is what has come back since the last call. A backspace is shown as ⌫.
func (u *user) screen() string {
	synctest.Wait()
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.out.Reset()
	text := strings.ReplaceAll(u.out.String(), "\r\n", "\n")
	return strings.ReplaceAll(text, "\b", "⌫")
}
