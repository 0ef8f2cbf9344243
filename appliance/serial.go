package main

import (
	"context"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"weft/cli/commands"
	"weft/cli/shell"
	"weft/router"
)

// serialRetry is how long a serial line that failed is left alone.
const serialRetry = time.Second

// openSerial makes a serial line the console. It is open when this returns, so
// that the console sees what is logged from the first line on. A machine without
// that line runs all the same.
func (b *box) openSerial(ctx context.Context, lines *sync.WaitGroup, path string) {
	line, err := openRaw(path)
	if err != nil {
		go b.tell(router.Happened{Event: commands.HostFault{What: "console", Reason: err.Error()}})
		return
	}
	first := b.shell.OpenConsole(ctx, line)
	lines.Go(func() {
		b.serveSerial(ctx, line, first, b.greeting)
		// A line ends when its other side hangs up; the next one who comes begins anew.
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
				return
			case <-time.After(serialRetry):
			}
			if line, err := openRaw(path); err == nil {
				b.serveSerial(ctx, line, b.shell.OpenConsole(ctx, line), shell.Idle)
			}
		}
	})
}

func (b *box) serveSerial(ctx context.Context, line *os.File, c *shell.Console, g shell.Greeting) {
	stop := context.AfterFunc(ctx, func() { line.Close() })
	defer stop()
	c.Serve(ctx, g)
	line.Close()
}

// openRaw opens a serial line whose every byte is ours. It does not wait for a
// carrier: three wires have none.
func openRaw(path string) (*os.File, error) {
	line, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	raw, err := line.SyscallConn()
	if err == nil {
		// Through SyscallConn the line stays one that a read can be broken off on.
		if failed := raw.Control(func(fd uintptr) { _, err = term.MakeRaw(int(fd)) }); failed != nil {
			err = failed
		}
	}
	if err != nil {
		line.Close()
		return nil, &os.PathError{Op: "raw mode", Path: path, Err: err}
	}
	return line, nil
}
