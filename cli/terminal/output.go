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
	for _, b := range text {
		if p.left {
			return len(text), nil
		}
		if err := p.put(b); err != nil {
			return 0, err
		}
	}
	if len(text) == 0 || p.left {
		return len(text), nil
	}
	return len(text), p.t.release(running)
}

// put prints one byte, behind --More-- if the page is full. A page is full
// only when something is to follow.
func (p *page) put(b byte) error {
	t := p.t
	if b == '\r' {
		return nil
	}
	if t.state.Length > 1 && p.rows <= 0 {
		if err := p.more(); err != nil || p.left {
			return err
		}
	}
	switch {
	case b == '\n':
		t.print("\r\n")
		p.rows, p.col = p.rows-1, 0
		return nil
	case t.state.Width > 0 && p.col == t.state.Width && utf8.RuneStart(b):
		p.rows, p.col = p.rows-1, 0 // the user's terminal wraps
	}
	t.out = append(t.out, b)
	if utf8.RuneStart(b) {
		p.col++
	}
	return nil
}

// more asks whether to go on: a blank for a page, Enter for a line.
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
	default:
		p.left = true
		p.cancel()
		return t.release(running)
	}
	return nil
}
