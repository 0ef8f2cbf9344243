package terminal

import (
	"context"
	"io"
	"unicode/utf8"
)

// Output is what one command prints to. Close it when the command is done.
type Output interface {
	io.WriteCloser
	// Context is cancelled by Ctrl-C, by Ctrl-^ and by leaving the pager. A
	// command that never asks for it cannot be interrupted: the keys then wait
	// for their turn.
	Context() context.Context
}

const (
	more  = " --More-- "
	erase = "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b" // leaves the blanks at both ends, as clients expect
)

// page is the output of one command on a terminal.
type page struct {
	t      *Terminal
	ctx    context.Context
	cancel context.CancelFunc
	asked  bool
	left   bool // the user has seen enough
	rows   int  // left on this page
	col    int
	sieve  io.WriteCloser // what the user asked for at --More--; nil: everything
}

// Begin starts the output of a command. It is paged as the shell's State says.
func (t *Terminal) Begin() Output {
	p := &page{t: t}
	p.ctx, p.cancel = context.WithCancel(t.ctx)
	if t.shell != nil {
		t.state = t.shell.State()
	}
	p.rows = t.state.Length - 1
	t.release(running)
	return p
}

func (p *page) Context() context.Context {
	if !p.asked {
		p.asked = true
		p.t.in.running.Store(&p.cancel)
		if p.t.in.interrupted() { // the key was faster than the command
			p.cancel()
		}
	}
	return p.ctx
}

// Close ends the output. An interrupt that this command has heeded is used up.
func (p *page) Close() error {
	if p.sieve != nil && !p.left {
		p.sieve.Close()
	}
	p.t.in.running.Store(nil)
	if p.asked && p.ctx.Err() != nil && p.t.ctx.Err() == nil {
		for p.t.in.interrupted() {
			p.t.in.take()
		}
	}
	p.cancel()
	return p.t.release(holding)
}

// interrupted reports whether the next key is an interrupt.
func (in *input) interrupted() bool {
	b, ok := in.peek()
	return ok && (b == interrupts[0] || b == interrupts[1])
}

func (p *page) Write(text []byte) (int, error) {
	for i := 0; i < len(text) && !p.left; i++ {
		if p.sieve == nil {
			if err := p.pause(); err != nil {
				return i, err
			}
		}
		if p.sieve != nil {
			n, err := p.sieve.Write(text[i:])
			return i + n, err
		}
		p.put(text[i])
	}
	if len(text) == 0 || p.left {
		return len(text), nil
	}
	return len(text), p.t.release(running)
}

// pause stops behind a page that is full. It is called when something is to
// follow: the last page needs no key.
func (p *page) pause() error {
	if p.t.state.Length > 1 && p.rows <= 0 && !p.left {
		return p.more()
	}
	return nil
}

// put prints one byte.
func (p *page) put(b byte) {
	t := p.t
	if b == '\r' || p.left {
		return
	}
	switch {
	case b == '\n':
		t.print("\r\n")
		p.rows, p.col = p.rows-1, 0
		return
	case t.state.Width > 0 && p.col == t.state.Width && utf8.RuneStart(b):
		p.rows, p.col = p.rows-1, 0 // the user's terminal wraps
	}
	t.out = append(t.out, b)
	if utf8.RuneStart(b) {
		p.col++
	}
}

// more asks whether to go on: a blank for a page, Enter for a line, / - and +
// for what comes only if it matches.
func (p *page) more() error {
	t := p.t
	t.print(more)
	k, err := t.key(paging)
	if err != nil {
		return err
	}
	t.print(erase)
	switch k {
	case ' ':
		p.rows = t.state.Length - 1
	case '\r':
		p.rows = 1
	case '/', '-', '+':
		return p.sift(k)
	default:
		p.left = true
		p.cancel()
		return t.release(running)
	}
	return nil
}

// sift asks for a pattern and lets only some of what follows through: from the
// first line that matches, only lines that do not, only lines that do.
func (p *page) sift(k key) error {
	by := map[key]func(*filter) func([]byte, bool) bool{'/': begin, '-': exclude, '+': include}[k]
	text, err := p.t.ReadLine(string(rune(k)), true)
	if err != nil && err != ErrInterrupted {
		return err
	}
	p.rows = p.t.state.Length - 1
	re, wrong := pattern(text)
	if err != nil || text == "" || wrong != nil || p.sieve != nil {
		return nil
	}
	p.t.print("filtering...\r\n")
	p.sieve = Filter{modifier: Modifier{begin: by}, pattern: re}.Writer(unsifted{p})
	return p.t.release(running)
}

// unsifted is a page behind its sieve.
type unsifted struct{ *page }

func (u unsifted) Write(text []byte) (int, error) {
	for i, b := range text {
		if err := u.pause(); err != nil {
			return i, err
		}
		u.put(b)
	}
	return len(text), u.t.release(running)
}
