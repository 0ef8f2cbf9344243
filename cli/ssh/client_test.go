package ssh

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/shell"
)

// A router has the real tables and nothing to show but its configuration.
type router struct {
	commands.Router
	tree  *config.Tree
	lines *shell.Lines
	busy  chan struct{} // held while the tree is used
	apply func()        // what a change asks for; nil in most tests
}

const startup = `hostname R1
username alice privilege 15 password 0 wonderland
username bob password 0 builder
enable password 0 s3cret
banner login #who is there?#
ip ssh time-out 60
ip ssh authentication-retries 2
line vty 0 4
 login local
 transport input ssh
`

func (r *router) Config(f func(*config.Tree, config.Env)) {
	r.busy <- struct{}{}
	defer func() { <-r.busy }()
	before := r.tree.Revision()
	f(r.tree, config.Env{})
	if r.apply != nil && r.tree.Revision() != before {
		r.apply()
	}
}

func (r *router) Note(any) {}

func (r *router) NoteConfigured(origin, user string) {
	r.lines.Notify("%SYS-5-CONFIG_I: Configured from console by "+user+" on "+origin, true, true)
}

func (r *router) ConfigChanged() (changed time.Time, by string, written time.Time) { return }

func (r *router) Now() time.Time { return time.Now() }

// A world is a server and its clients, in memory.
type world struct {
	t      testing.TB
	calls  chan net.Conn
	box    *shell.Box
	served chan error
	stop   context.CancelFunc
}

func newWorld(t testing.TB, more string) *world {
	tree, reports, err := compile.Load(strings.NewReader(startup+more), config.Env{Loading: true})
	if err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	lines := &shell.Lines{}
	w := &world{t: t, calls: make(chan net.Conn), served: make(chan error, 1),
		box: &shell.Box{Router: &router{tree: tree, lines: lines, busy: make(chan struct{}, 1)}, Exec: commands.ExecTable(), Compile: compile.Compile, Lines: lines}}
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	server := &Server{Box: w.box, HostKeys: func() []crypto.Signer { return []crypto.Signer{ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))} }}
	listening := &listener{w.calls, make(chan struct{}), sync.Once{}}
	go func() { w.served <- server.Serve(ctx, listening) }()
	t.Cleanup(func() {
		cancel()
		if err := <-w.served; err != nil {
			t.Error(err)
		}
	})
	return w
}

type listener struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error { l.once.Do(func() { close(l.closed) }); return nil }

func (l *listener) Addr() net.Addr { return address("192.0.2.1:22") }

type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

type call struct{ net.Conn }

func (call) RemoteAddr() net.Addr { return address("192.0.2.50:50000") }
func (call) LocalAddr() net.Addr  { return address("192.0.2.1:22") }

// dial is a connection nobody has logged in on.
func (w *world) dial() net.Conn {
	ours, theirs := net.Pipe()
	client := &buffered{Conn: theirs, out: make(chan []byte, 64), closed: make(chan struct{})}
	go client.send()
	w.t.Cleanup(func() { client.Close() })
	w.calls <- call{ours}
	return client
}

// A buffered connection takes some bytes before the other end reads, as the
// network does: both ends of SSH begin by writing.
type buffered struct {
	net.Conn
	out    chan []byte
	once   sync.Once
	closed chan struct{}
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case b.out <- bytes.Clone(p):
		return len(p), nil
	case <-b.closed:
		return 0, net.ErrClosed
	}
}

func (b *buffered) send() {
	for {
		select {
		case p := <-b.out:
			if _, err := b.Conn.Write(p); err != nil {
				b.Close()
			}
		case <-b.closed:
			return
		}
	}
}

func (b *buffered) Close() error {
	b.once.Do(func() { close(b.closed) })
	return b.Conn.Close()
}

func (w *world) login(user string, methods ...ssh.AuthMethod) (*ssh.Client, string, error) {
	banner := ""
	conn, channels, requests, err := ssh.NewClientConn(w.dial(), "r1:22", &ssh.ClientConfig{User: user, Auth: methods,
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), BannerCallback: func(text string) error { banner = text; return nil }})
	if err != nil {
		return nil, banner, err
	}
	client := ssh.NewClient(conn, channels, requests)
	w.t.Cleanup(func() { client.Close() })
	return client, banner, nil
}

func (w *world) alice() *ssh.Client {
	w.t.Helper()
	client, _, err := w.login("alice", ssh.Password("wonderland"))
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// A tty is a shell on a client.
type tty struct {
	t       testing.TB
	session *ssh.Session
	keys    io.WriteCloser

	mu   sync.Mutex // guards the rest
	out  bytes.Buffer
	seen func(text string) // hears the end of what has come, if set
}

func openTTY(t testing.TB, client *ssh.Client, term string, columns, rows int) *tty {
	t.Helper()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty(term, rows, columns, ssh.TerminalModes{ssh.ECHO: 0}); err != nil {
		t.Fatal(err)
	}
	u := &tty{t: t, session: session}
	u.keys, _ = session.StdinPipe()
	session.Stdout = u
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	return u
}

func (u *tty) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.out.Write(p)
	if u.seen != nil {
		text := u.out.Bytes()
		u.seen(string(text[max(0, len(text)-200):]))
	}
	return len(p), nil
}

func (u *tty) typed(keys string) {
	if _, err := io.WriteString(u.keys, keys); err != nil {
		u.t.Error(err)
	}
}

// screen is what has come since the last call.
func (u *tty) screen() string {
	synctest.Wait()
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.out.Reset()
	return u.out.String()
}

// says types keys and compares the answer.
func (u *tty) says(keys, want string) {
	u.t.Helper()
	if keys != "" {
		u.typed(keys)
	}
	if got := u.screen(); got != want {
		u.t.Errorf("%q is answered by %q, want %q", keys, got, want)
	}
}
