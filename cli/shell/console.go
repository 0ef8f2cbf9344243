package shell

import (
	"context"
	"errors"
	"io"

	"weft/cli/commands"
	"weft/cli/terminal"
)

// A Greeting is what a console begins with.
type Greeting int

const (
	AtOnce  Greeting = iota // a session, without waiting for RETURN to be pressed
	Idle                    // what it also says between two sessions
	Started                 // what it says when the box has started
	Unboxed                 // likewise, while there is no configuration: it asks for the setup dialog first
)

// A Console is a terminal that is the console. It sees log lines.
type Console struct {
	box      *Box
	terminal *terminal.Terminal
	line     *attachment
}

// OpenConsole makes rw a console: log lines from now on are shown once it is served.
func (b *Box) OpenConsole(ctx context.Context, rw io.ReadWriter) *Console {
	t := terminal.New(ctx, rw)
	return &Console{b, t, b.Lines.attach(t, nil)}
}

// Console serves a console on rw, session after session, until ctx ends (nil)
// or rw does (io.EOF).
func (b *Box) Console(ctx context.Context, rw io.ReadWriter, greeting Greeting) error {
	return b.OpenConsole(ctx, rw).Serve(ctx, greeting)
}

// Serve serves the console, session after session, until ctx ends (nil) or the
// terminal does (io.EOF).
func (c *Console) Serve(ctx context.Context, greeting Greeting) error {
	t := c.terminal
	defer t.Close()
	defer c.box.Lines.detach(c.line)
	for {
		t.Idle = 0
		if err := c.box.greet(t, greeting); err != nil && err != terminal.ErrInterrupted {
			return ended(ctx, err)
		}
		greeting = Idle
		switch err := c.box.consoleSession(t, c.line); err {
		case nil, errLogin, terminal.ErrIdle, terminal.ErrInterrupted:
		default:
			return ended(ctx, err)
		}
	}
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}

// consoleSession is one session, from the banner to the end.
func (b *Box) consoleSession(t *terminal.Terminal, a *attachment) error {
	defer t.Flush()
	settings := b.Settings()
	g := groupOf(settings.Lines, "con", 0)
	if g == nil {
		g = &commands.LineGroup{Kind: "con", Privilege: 1}
	}
	t.Synchronous = g.Synchronous
	t.Idle = loginTimeout
	PrintBanner(t, settings.Global, "motd")
	if g.Login != commands.NoLogin {
		PrintBanner(t, settings.Global, "login")
	}
	user, err := login(t, g, settings.Global.Users, func(name string) { b.LoginFailed(settings.Global, name, Local, 0) })
	if err != nil {
		return err
	}
	if g.Login != commands.NoLogin {
		b.LoggedIn(settings.Global, user.Name, Local, 0)
	}
	t.Idle = g.ExecTimeout
	PrintBanner(t, settings.Global, "exec")
	t.Write([]byte("\n"))
	s := New(b, t, Options{User: user.Name, Origin: "console", Console: true, Privilege: max(user.Privilege, g.Privilege), Group: g})
	defer s.End()
	b.Lines.hold(a, s)
	defer b.Lines.hold(a, nil)
	return t.Run(s)
}

// PrintBanner prints a banner, if there is one of that kind.
func PrintBanner(w io.Writer, g *commands.Global, kind string) {
	if text := g.Banners[kind]; text != "" {
		io.WriteString(w, "\n"+text+"\n")
	}
}

// Attach runs a session on a terminal that has logged in elsewhere, such as by
// SSH. It sees log lines if it asks for them.
func (b *Box) Attach(t *terminal.Terminal, o Options) error {
	settings := b.Settings()
	PrintBanner(t, settings.Global, "motd")
	PrintBanner(t, settings.Global, "exec")
	if settings.Global.Banners["motd"] != "" || settings.Global.Banners["exec"] != "" {
		t.Write([]byte("\n"))
	}
	t.Idle, t.Synchronous = o.Group.ExecTimeout, o.Group.Synchronous
	s := New(b, t, o)
	defer s.End()
	a := b.Lines.attach(t, s)
	defer b.Lines.detach(a)
	return t.Run(s)
}
