package shell

import (
	"context"
	"errors"
	"io"

	"weft/cli/commands"
	"weft/cli/terminal"
)

// Console serves a console, session after session, until ctx ends (nil) or rw
// does (io.EOF). With atOnce the first session does not wait for RETURN to be
// pressed.
func (b *Box) Console(ctx context.Context, rw io.ReadWriter, atOnce bool) error {
	t := terminal.New(ctx, rw)
	defer t.Close()
	a := b.Lines.attach(t, nil)
	defer b.Lines.detach(a)
	for {
		if !atOnce {
			t.Idle = 0
			if err := b.pressReturn(t); err != nil && err != terminal.ErrInterrupted {
				return ended(ctx, err)
			}
		}
		atOnce = false
		switch err := b.consoleSession(t, a); err {
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

func (b *Box) pressReturn(t *terminal.Terminal) error {
	name := b.Settings().Global.Hostname
	t.Write([]byte("\n\n" + name + " con0 is now available\n\n\n\n\n\nPress RETURN to get started.\n\n\n"))
	_, err := t.ReadLine("", false)
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
	user, err := login(t, g, settings.Global.Users)
	if err != nil {
		return err
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
