package terminal

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"time"
)

// Up to typeAhead reads are kept while a command runs; then the client waits.
const (
	typeAhead = 512
	readSize  = 4096
)

// The keys that stop a running command.
const interrupts = "\x03\x1e"

// input is what has been typed and not been used.
type input struct {
	chunks chan []byte
	// running cancels the command that runs now and looks at its context.
	running atomic.Pointer[context.CancelFunc]

	chunk []byte // the rest is the owner's
	cr    bool   // a CR was the last key: a LF behind it belongs to it
}

func newInput() *input { return &input{chunks: make(chan []byte, typeAhead)} }

// read fetches what is typed until r or the terminal ends.
func (in *input) read(r io.Reader, closed <-chan struct{}) {
	defer close(in.chunks)
	for {
		chunk := make([]byte, readSize)
		n, err := r.Read(chunk)
		if n > 0 {
			// The command to stop is the one that ran when the key came, not
			// one that starts while the chunk is handed over.
			stop := in.running.Load()
			select {
			case in.chunks <- chunk[:n]:
			case <-closed:
				return
			}
			if stop != nil && bytes.ContainsAny(chunk[:n], interrupts) {
				(*stop)()
			}
		}
		if err != nil {
			return
		}
	}
}

// peek is the next byte if one is there already. The line end is always '\r'.
func (in *input) peek() (byte, bool) {
	for {
		for len(in.chunk) > 0 {
			switch b := in.chunk[0]; {
			case b == 0, b == '\n' && in.cr:
				in.chunk = in.chunk[1:] // NUL keeps a line alive or pads a CR
				in.cr = in.cr && b == 0
			case b == '\n':
				return '\r', true
			default:
				return b, true
			}
		}
		select {
		case in.chunk = <-in.chunks:
			if in.chunk == nil {
				return 0, false
			}
		default:
			return 0, false
		}
	}
}

// take is peek that uses the byte up.
func (in *input) take() (byte, bool) {
	b, ok := in.peek()
	if ok {
		in.cr = in.chunk[0] == '\r'
		in.chunk = in.chunk[1:]
	}
	return b, ok
}

// key waits for the next key. Before it waits, everything printed is let go;
// then says what log lines do meanwhile.
func (t *Terminal) key(then phase) (key, error) {
	for {
		if t.idled {
			return 0, ErrIdle
		}
		if b, ok := t.in.take(); ok {
			t.typed.Store(time.Now().UnixNano())
			if k, whole := t.decoder.feed(b); whole {
				return k, nil
			}
			continue
		}
		if err := t.wait(then); err != nil {
			return 0, err
		}
	}
}

// wait waits until something has been typed.
func (t *Terminal) wait(then phase) error {
	if err := t.release(then); err != nil {
		return err
	}
	var idle <-chan time.Time
	if t.Idle > 0 {
		timer := time.NewTimer(t.Idle)
		defer timer.Stop()
		idle = timer.C
	}
	select {
	case chunk, open := <-t.in.chunks:
		if !open {
			return io.EOF
		}
		t.in.chunk = chunk
		return t.release(holding)
	case <-idle:
		t.idled = t.shell != nil // commands that go on asking get no more answers
		return ErrIdle
	case <-t.hung:
		t.idled = t.shell != nil
		return ErrIdle
	case <-t.ctx.Done():
		return t.ctx.Err()
	case <-t.screen.closed:
		return io.ErrClosedPipe
	}
}
