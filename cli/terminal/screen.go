package terminal

import (
	"io"
	"sync"
	"time"
	"unicode/utf8"
)

// A screen is the one goroutine that writes. It knows the column the cursor is
// in, so that a log line starts on a line of its own.
type screen struct {
	w      io.Writer
	prints chan print
	notes  chan string
	drains chan chan struct{} // closed when the log lines so far have been written
	closed chan struct{}      // w has failed or the terminal is closed
	once   sync.Once          // guards closed
}

// A print is text let go, and what may come after it.
type print struct {
	text    []byte
	then    phase
	again   []byte        // prompt and input, to be shown again behind a log line
	written chan struct{} // closed when text has been written; may be nil
}

// A phase says what the owner does after a print.
type phase int

const (
	holding phase = iota // it will print more before long: log lines wait
	running              // a command runs: log lines appear at once
	waiting              // a key is waited for: log lines appear at once
	paging               // --More-- is on the screen: log lines wait
)

// Log lines that wait for a client that does not read are dropped beyond noted.
const noted = 256

// batch is how much text is gathered for one write.
const batch = 32 << 10

func newScreen(w io.Writer) *screen {
	return &screen{w: w, prints: make(chan print, 64), notes: make(chan string, noted), drains: make(chan chan struct{}), closed: make(chan struct{})}
}

func (s *screen) close() { s.once.Do(func() { close(s.closed) }) }

// run writes until the terminal is closed.
func (s *screen) run() {
	var c canvas
	for {
		var written []chan struct{}
		select {
		case p := <-s.prints:
			written = c.print(written, p)
		case n := <-s.notes:
			c.note(n)
		case d := <-s.drains:
			s.takeNotes(&c)
			written = append(written, d)
		case <-s.closed:
			return
		}
		for more := true; more && len(c.out) < batch; {
			select {
			case p := <-s.prints:
				written = c.print(written, p)
			default:
				more = false
			}
		}
		if len(c.out) > 0 {
			if _, err := s.w.Write(c.out); err != nil {
				s.close()
				return
			}
			c.out = c.out[:0]
		}
		for _, w := range written {
			close(w)
		}
	}
}

// takeNotes shows the log lines that wait.
func (s *screen) takeNotes(c *canvas) {
	for {
		select {
		case n := <-s.notes:
			c.note(n)
		default:
			return
		}
	}
}

// A canvas puts text and log lines in order.
type canvas struct {
	out   []byte
	col   int
	phase phase
	again []byte
	notes []string
}

func (c *canvas) print(written []chan struct{}, p print) []chan struct{} {
	c.put(p.text)
	c.phase, c.again = p.then, p.again
	c.show()
	if p.written != nil {
		written = append(written, p.written)
	}
	return written
}

func (c *canvas) note(line string) {
	if len(c.notes) < noted {
		c.notes = append(c.notes, line)
	}
	c.show()
}

// show prints the log lines that have waited, if now is the time.
func (c *canvas) show() {
	if len(c.notes) == 0 || c.phase == holding || c.phase == paging {
		return
	}
	if c.col > 0 {
		c.put([]byte("\r\n"))
	}
	for _, n := range c.notes {
		c.put(append(appendLines(nil, n), "\r\n"...))
	}
	c.notes = nil
	c.put(c.again)
}

func (c *canvas) put(text []byte) {
	c.out = append(c.out, text...)
	for _, b := range text {
		switch {
		case b == '\r':
			c.col = 0
		case b == '\b':
			c.col = max(c.col-1, 0)
		case b >= ' ' && utf8.RuneStart(b):
			c.col++
		}
	}
}

// appendLines appends text with "\n" as "\r\n".
func appendLines(out []byte, text string) []byte {
	for i := range len(text) {
		if text[i] == '\n' && (i == 0 || text[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, text[i])
	}
	return out
}

// print adds to what will be let go.
func (t *Terminal) print(text string) { t.out = append(t.out, text...) }

func (t *Terminal) show() { t.out = t.view.show(t.out, t.editor.line, t.editor.at) }

// redisplay prints prompt and line again, on a fresh line.
func (t *Terminal) redisplay() {
	t.print(t.state.Prompt)
	t.view.shown, t.view.col = nil, 0
	t.show()
}

// release lets go of everything printed.
func (t *Terminal) release(then phase) error { return t.send(print{then: then}) }

func (t *Terminal) send(p print) error {
	p.text = t.out
	t.out = nil
	if p.then == waiting && t.Synchronous {
		p.again = t.view.again([]byte(t.state.Prompt))
	}
	select {
	case t.screen.prints <- p:
		return nil
	case <-t.screen.closed:
		return io.ErrClosedPipe
	case <-t.ctx.Done():
		return t.ctx.Err()
	}
}

// Flush lets go of everything printed and waits until it has been written.
func (t *Terminal) Flush() error {
	written := make(chan struct{})
	if err := t.send(print{written: written}); err != nil {
		return err
	}
	select {
	case <-written:
		return nil
	case <-t.screen.closed:
		return io.ErrClosedPipe
	case <-t.ctx.Done():
		return t.ctx.Err()
	}
}

// Close ends the terminal's goroutines; the one that reads ends with rw.
func (t *Terminal) Close() { t.screen.close() }

// Notify shows a log line when it fits between the rest, from any goroutine. It
// never waits: a client that does not read misses lines.
func (t *Terminal) Notify(line string) {
	select {
	case t.screen.notes <- line:
	default:
	}
}

// Drain waits until the log lines so far have been written, for a limited time:
// whoever reads slowly may miss them. It may be called from any goroutine.
func (t *Terminal) Drain(within time.Duration) {
	late := time.NewTimer(within)
	defer late.Stop()
	drained := make(chan struct{})
	select {
	case t.screen.drains <- drained:
	case <-t.screen.closed:
		return
	case <-late.C:
		return
	}
	select {
	case <-drained:
	case <-t.screen.closed:
	case <-late.C:
	}
}

// Release lets go of what has been printed, while a command goes on running:
// log lines need not wait for it.
func (t *Terminal) Release() { t.release(running) }

// Write prints at once or with the next prompt, and is never paged. "\n" ends a line.
func (t *Terminal) Write(p []byte) (int, error) {
	t.out = appendLines(t.out, string(p))
	return len(p), nil
}
