package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"weft/cli/shell"
)

// escape ends "weft router" on the terminal it was started on: Ctrl-].
const escape = 0x1d

var errEscaped = errors.New("stopped from its own console")

// openLines opens the console and the manage socket. The group is done when
// ctx has ended and all sessions on them have.
func (b *box) openLines(ctx context.Context, s settings) (*sync.WaitGroup, error) {
	lines := new(sync.WaitGroup)
	if path, unix := strings.CutPrefix(s.manage, "unix:"); unix {
		if err := b.listen(ctx, lines, path, b.managed); err != nil {
			return lines, err
		}
	}
	path, unix := strings.CutPrefix(s.console, "unix:")
	switch {
	case s.console == "stdio":
		go b.stdio(ctx) // not waited for: a read from a terminal cannot be broken off
	case strings.HasPrefix(s.console, "tty:"):
		b.openSerial(ctx, lines, strings.TrimPrefix(s.console, "tty:"))
	case unix:
		return lines, b.listen(ctx, lines, path, b.consoleOn())
	}
	return lines, nil
}

// listen serves each connection to a unix socket until ctx ends.
func (b *box) listen(ctx context.Context, lines *sync.WaitGroup, path string, serve func(context.Context, *net.UnixConn)) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil { // whoever reaches it is at the console
		l.Close()
		return err
	}
	context.AfterFunc(ctx, func() { l.Close() })
	lines.Go(func() {
		for {
			c, err := l.AcceptUnix()
			if err != nil {
				return
			}
			lines.Go(func() {
				defer c.Close()
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				context.AfterFunc(ctx, func() { c.Close() })
				serve(ctx, c)
			})
		}
	})
	return nil
}

// consoleOn serves the console on connections of which one counts at a time:
// as with a cable, whoever plugs in last has it.
func (b *box) consoleOn() func(context.Context, *net.UnixConn) {
	var mu sync.Mutex // guards unplug
	unplug := func() {}
	return func(ctx context.Context, c *net.UnixConn) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		mu.Lock()
		unplug()
		unplug = cancel
		mu.Unlock()
		context.AfterFunc(ctx, func() { c.Close() })
		b.shell.Console(ctx, c, shell.AtOnce)
	}
}

// managed serves one connection of the manage socket: lines until the other
// side has said all, their output, NUL, and "exit 0" or "exit 1".
func (b *box) managed(ctx context.Context, c *net.UnixConn) {
	text, err := io.ReadAll(io.LimitReader(c, 16<<20))
	if err != nil {
		return
	}
	var lines []string
	for line := range bytes.Lines(text) {
		lines = append(lines, strings.TrimRight(string(line), "\r\n"))
	}
	out := bufio.NewWriter(c)
	defer out.Flush()
	failed, err := shell.RunBatch(ctx, b.shell, shell.Options{Origin: "console", Console: true, Privilege: 15}, lines, out)
	status := 0
	if failed || err != nil {
		status = 1
	}
	fmt.Fprintf(out, "\x00exit %d\n", status)
}

// stdio serves the console on the terminal that the router was started on.
func (b *box) stdio(ctx context.Context) {
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) {
		before, err := term.MakeRaw(fd)
		if err == nil {
			b.restoreTerminal = func() { term.Restore(fd, before) }
			fmt.Fprint(os.Stderr, "Ctrl-] stops this router.\r\n")
		}
	}
	b.shell.Console(ctx, stdio{b}, shell.AtOnce)
}

// stdio is the process's own terminal as a console.
type stdio struct{ box *box }

func (s stdio) Read(p []byte) (int, error) {
	n, err := os.Stdin.Read(p)
	if bytes.IndexByte(p[:n], escape) >= 0 && s.box.restoreTerminal != nil {
		s.box.stop(errEscaped)
	}
	return n, err
}

func (s stdio) Write(p []byte) (int, error) { return os.Stdout.Write(p) }
