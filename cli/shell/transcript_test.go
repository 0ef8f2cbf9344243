package shell

import (
	"context"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/terminal"
	"weft/cli/terminal/terminaltest"
)

// The transcripts under testdata are of a small table of commands, so that each
// behaviour of the shell shows once.
func TestSessionsLookLikeThis(t *testing.T) {
	terminaltest.Play(t, "testdata/*.txt", func(t *testing.T, how string) *terminaltest.User { return setUp(t, how).User })
}

// A user is the other end of a line.
type user struct {
	*terminaltest.User
	box    *Box
	router *fakeRouter
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
	typist, ours := terminaltest.Connect(t)
	typist.Log = func(line string) { box.Lines.Notify(line, true, true) }
	u := &user{User: typist, box: box, router: router}
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
	t.Cleanup(cancel)
	return u
}
