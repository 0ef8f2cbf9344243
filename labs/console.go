package labs

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/term"
)

// escape, as on a telnet client, and then q leaves the console; escape twice
// types one.
const escape = 0x1d

// Attach joins a terminal, or two pipes, to a router's console until the user
// leaves, input ends or the router goes away.
func Attach(c net.Conn, node string, in, out *os.File) error {
	keys := io.Reader(in)
	if fd := int(in.Fd()); term.IsTerminal(fd) {
		fmt.Fprintf(out, "Console of %s. Ctrl-] then q leaves it.\r\n", node)
		before, err := term.MakeRaw(fd)
		if err != nil {
			return err
		}
		defer func() {
			term.Restore(fd, before)
			fmt.Fprintln(out)
		}()
		keys = &escaper{from: in}
		c.Write([]byte("\r")) // show a prompt
	}
	left := make(chan error, 1)
	go func() {
		_, err := io.Copy(c, keys)
		if half, ok := c.(*net.UnixConn); ok && err == nil {
			// A script's input has ended; its answers have not.
			half.CloseWrite()
			return
		}
		left <- err
	}()
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(out, c)
		ended <- err
	}()
	select {
	case err := <-left:
		if err == errLeft {
			return nil
		}
		return err
	case err := <-ended:
		return err
	}
}

var errLeft = errors.New("the user left the console")

// An escaper passes keys on until the one sequence that is not for the router.
type escaper struct {
	from    io.Reader
	escaped bool
}

func (e *escaper) Read(p []byte) (int, error) {
	if len(p) < 2 {
		return 0, io.ErrShortBuffer
	}
	keys := make([]byte, len(p)-1) // one more than it reads: an escape kept from before
	n, err := e.from.Read(keys)
	kept := p[:0]
	for _, key := range keys[:n] {
		switch {
		case !e.escaped && key == escape:
			e.escaped = true
			continue
		case e.escaped && (key == 'q' || key == 'Q'):
			return len(kept), errLeft
		case e.escaped && key != escape:
			kept = append(kept, escape)
		}
		e.escaped = false
		kept = append(kept, key)
	}
	return len(kept), err
}
