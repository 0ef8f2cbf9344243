package ssh

import (
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"

	"weft/cli/access"
	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/shell"
	"weft/cli/terminal"
)

// A session is one channel.
type session struct {
	*connection
	channel ssh.Channel
	pty     *window // nil if none was asked for
	// terminal is set once the shell runs.
	terminal *terminal.Terminal
}

// A window is the size of the user's terminal in characters; 0 is unknown.
type window struct{ Columns, Rows, Width, Height uint32 }

// session answers a channel's requests (RFC 4254 section 6) until its shell or
// its command has ended, or the user has gone.
func (c *connection) session(ctx context.Context, channel ssh.Channel, requests <-chan *ssh.Request) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{connection: c, channel: channel}
	defer channel.Close()
	var ended chan struct{}
	for {
		select {
		case r, open := <-requests:
			if !open {
				cancel()
				if ended != nil {
					<-ended
				}
				return
			}
			run := s.request(ctx, r, ended != nil)
			if run == nil {
				continue
			}
			ended = make(chan struct{})
			go func() {
				defer close(ended)
				s.exit(run())
			}()
		case <-ended:
			return
		}
	}
}

// request answers one request. What it returns is to be run, and gives the
// exit status.
func (s *session) request(ctx context.Context, r *ssh.Request, running bool) (run func() uint32) {
	ok := false
	switch r.Type {
	case "pty-req":
		if w, err := ptySize(r.Payload); err == nil && !running {
			s.pty, ok = &w, true
		}
	case "window-change":
		var w window
		if ok = ssh.Unmarshal(r.Payload, &w) == nil; ok && s.terminal != nil {
			s.terminal.Resize(columns(w.Columns), columns(w.Rows))
		}
	case "shell":
		if !running {
			run = s.start(ctx, nil)
		}
		ok = run != nil
	case "exec":
		var e struct{ Command string }
		if !running && ssh.Unmarshal(r.Payload, &e) == nil {
			run = s.start(ctx, strings.Split(e.Command, "\n"))
		}
		ok = run != nil
	}
	if r.WantReply {
		r.Reply(ok, nil)
	}
	return run
}

// ptySize reads a pty request (RFC 4254 section 6.2). The kind of terminal and
// its modes do not matter: everything is plain characters.
func ptySize(payload []byte) (window, error) {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	err := ssh.Unmarshal(payload, &p)
	return window{p.Columns, p.Rows, p.Width, p.Height}, err
}

// columns is a size as a client tells it; nobody has a screen beyond 512.
func columns(n uint32) int { return int(min(n, 512)) }

// start takes a virtual terminal for a shell or for a batch of lines.
func (s *session) start(ctx context.Context, lines []string) func() uint32 {
	settings := s.server.Box.Settings() // the configuration may have changed since the login
	tenant := shell.Tenant{SSH: s.algorithms, HangUp: s.hangUp}
	tenant.SSH.User, tenant.SSH.Source, tenant.SSH.State = s.user.Name, s.peer.Source.String(), "Session started"
	n, group, ok := s.server.Box.Lines.TakeVTY(settings.Lines, tenant, func(g *commands.LineGroup) bool { return access.Admits(settings, g, s.peer) })
	if !ok {
		// The request is granted all the same: a client whose request fails may
		// leave before it has shown why.
		return func() uint32 {
			io.WriteString(s.channel.Stderr(), "% All lines are in use\r\n")
			return 1
		}
	}
	o := shell.Options{User: s.user.Name, Origin: fmt.Sprintf("vty%d (%s)", n, s.peer.Source), VTY: n, Location: s.peer.Source.String(),
		Privilege: max(s.user.Privilege, group.Privilege), Group: sized(group, s.pty)}
	if lines == nil {
		s.terminal = terminal.New(ctx, s.channel)
	}
	s.event(settings, commands.SSHSessionRequest, n)
	s.event(settings, commands.SSHUserAuth, n)
	return func() uint32 {
		defer s.server.Box.Lines.ReleaseVTY(n)
		defer s.event(settings, commands.SSHClose, n)
		if lines == nil {
			defer s.terminal.Close()
			s.server.Box.Attach(s.terminal, o)
			return 0
		}
		if failed, err := shell.RunBatch(ctx, s.server.Box, o, lines, s.channel); failed || err != nil {
			return 1
		}
		return 0
	}
}

// event tells the log of a session, if "ip ssh logging events" says so.
func (s *session) event(settings compile.Box, kind commands.SSHEventKind, line int) {
	if box := s.server.Box; box.Happened != nil && settings.Global.SSH.LogEvents {
		box.Happened(commands.SSHSessionEvent{Kind: kind, Line: line, User: s.user.Name, Source: s.peer.Source.String(), SSHAlgorithms: s.algorithms.In})
	}
}

// sized is a line's settings for a window of this size. Without one the user
// is a program: nothing is paged.
func sized(g *commands.LineGroup, w *window) *commands.LineGroup {
	own := *g
	switch {
	case w == nil:
		own.Length, own.Width = 0, 0
	default:
		if w.Rows > 0 && g.Length > 0 {
			own.Length = columns(w.Rows)
		}
		if w.Columns > 0 && g.Width > 0 {
			own.Width = columns(w.Columns)
		}
	}
	return &own
}

// exit tells the exit status and that nothing more comes (RFC 4254 section 6.10).
func (s *session) exit(status uint32) {
	s.channel.CloseWrite()
	s.channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
}
