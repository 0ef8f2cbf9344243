// Package terminal is the user's side of a line: keys in, characters out. It
// edits, pages and filters, and knows no command; what lines mean is behind
// Shell.
//
// A line's user is as often a program as a person, and programs compare what
// comes back byte by byte. So a key is echoed as itself, the cursor moves by
// backspace and by printing again what is there, nothing is ever coloured, and
// no escape sequence is written. That is why this is a small editor of its own:
// the line editing libraries redraw the line with escape sequences.
//
//	terminal.go  the life of a line: prompt, edit, execute
//	input.go     bytes as they arrive: CR, LF and CR LF are one key, NUL is none
//	keys.go      bytes to keys: control, escape sequences, UTF-8
//	editor.go    keys to a changed line: moving, killing, yanking
//	view.go      a changed line to the fewest plain bytes that show it
//	history.go   lines entered before
//	screen.go    the one goroutine that writes, and log lines between the rest
//	output.go    what a running command prints, a page at a time
//	ask.go       questions a command asks
//	filter.go    "| include" and its kind; regexp.go their patterns
//
// Three goroutines serve a terminal. One reads, so that Ctrl-C is seen while a
// command runs. One writes, so that a log line never waits for a slow client.
// The third, which calls Run, owns everything else. It lets go of what it has
// to print only when it would wait for input or while a command runs: a prompt
// that has reached the user means that every line before it has been applied.
//
// Left out: telnet options (nothing here listens for telnet), and flow control
// by Ctrl-S and Ctrl-Q, which belongs to the serial driver.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// Shell is what a terminal drives: one session. All calls come from the
// goroutine that called Run, except that Next may be called from wherever
// Execute has got to, while Run's goroutine waits for it.
type Shell interface {
	// State says how the next line is to be asked for.
	State() State
	// Execute does what one line asks for. It may take further lines that are
	// waiting with Next. What they asked for is in force when it returns.
	Execute(Line)
	// Help answers "?" behind line: text to print, lines ending in "\n".
	Help(line string) string
	// Complete answers Tab: the line with its last word whole.
	Complete(line string) (string, bool)
}

// State is how a shell wants its next line.
type State struct {
	Prompt  string // without a trailing blank
	Config  bool   // configuration lines have a history of their own
	Text    bool   // lines of a text: no help, no completion, no history
	History int    // lines remembered; 0: none
	Length  int    // of a page; 0: no paging
	Width   int    // of the screen; 0 and anything from 511 up: no scrolling
	Done    bool   // the session has ended
}

// Line is a line as the user ended it.
type Line struct {
	Text string
	By   Ending
	// Left is how many columns of it had been scrolled out on the left, Room how
	// many were left to show it in; 0 if it was not scrolled.
	Left, Room int
}

// Ending is the key that ended a line.
type Ending int

const (
	Enter     Ending = iota
	CtrlZ            // the line counts, and configuration is done with
	Interrupt        // Ctrl-C or Ctrl-^: the line is dropped
)

// MaxLine is the longest line taken, in characters. It leaves ample room for
// every command; what is longer is refused as a whole.
const MaxLine = 4096

// ErrIdle is returned when the user has typed nothing for Idle.
var ErrIdle = errors.New("terminal: idle for too long")

// errWait says that no whole line is waiting.
var errWait = errors.New("terminal: no line is waiting")

// Terminal is one attached line. Its exported fields belong to the goroutine
// that calls Run; they may be set between lines.
type Terminal struct {
	// Idle is how long a key may be waited for; 0 is for ever.
	Idle time.Duration
	// Synchronous shows a log line on a line of its own, and the prompt with
	// the unfinished input again behind it ("logging synchronous").
	Synchronous bool

	ctx     context.Context
	in      *input
	screen  *screen
	out     []byte // printed and not let go yet
	shell   Shell
	state   State
	asked   bool // the prompt is out and the line is being edited
	idled   bool // in this session, perhaps at a question of a command
	decoder decoder
	editor  editor
	view    view
	exec    history
	config  history
	size    atomic.Pointer[size]
	hung    chan struct{}
	typed   atomic.Int64 // when the last key came, in Unix nanoseconds
}

type size struct{ width, length int }

// New attaches a terminal to rw. It reads and writes until ctx ends, Close is
// called or rw fails; who opened rw closes it.
func New(ctx context.Context, rw io.ReadWriter) *Terminal {
	t := &Terminal{ctx: ctx, in: newInput(), screen: newScreen(rw), hung: make(chan struct{}, 1)}
	t.typed.Store(time.Now().UnixNano())
	go t.in.read(rw, t.screen.closed)
	go t.screen.run()
	return t
}

// Typed is when the user last pressed a key, or came. It may be asked from any
// goroutine.
func (t *Terminal) Typed() time.Time { return time.Unix(0, t.typed.Load()) }

// Run is a session: it asks for lines and executes them until the shell is
// done (nil), the input ends (io.EOF), or the user has been idle (ErrIdle).
func (t *Terminal) Run(shell Shell) error {
	t.shell, t.asked, t.idled = shell, false, false
	defer func() { t.shell, t.idled = nil, false }()
	t.exec, t.config = history{}, history{}
	select {
	case <-t.hung: // meant for the session before
	default:
	}
	defer t.Flush()
	for {
		line, err := t.line(true)
		if err == errDone {
			return nil
		}
		if err != nil {
			return err
		}
		shell.Execute(line)
	}
}

var errDone = errors.New("terminal: done")

// Next is the next line if a whole one is waiting already, prompted for and
// echoed like any other. It leaves keys that ask the shell something ("?" and
// Tab) for later.
func (t *Terminal) Next() (Line, bool) {
	line, err := t.line(false)
	return line, err == nil
}

// line edits one line. Unless wait is set it stops where it would have to wait
// or to ask the shell; the next call goes on there.
func (t *Terminal) line(wait bool) (Line, error) {
	if !t.asked {
		if t.state = t.shell.State(); t.state.Done {
			return Line{}, errDone
		}
		t.prompt()
	}
	for {
		k, err := t.lineKey(wait)
		if err != nil {
			return Line{}, err
		}
		if line, ended := t.press(k); ended {
			t.asked = false
			return line, nil
		}
	}
}

func (t *Terminal) lineKey(wait bool) (key, error) {
	if wait {
		return t.key(waiting)
	}
	for {
		b, ok := t.in.peek()
		if !ok || b == '?' || b == '\t' {
			return 0, errWait
		}
		t.in.take()
		if k, whole := t.decoder.feed(b); whole {
			return k, nil
		}
	}
}

// prompt begins a new line.
func (t *Terminal) prompt() {
	t.asked = true
	t.editor.begin("")
	t.exec.begin(t.state.History)
	t.config.begin(t.state.History)
	t.out = append(t.out, t.state.Prompt...)
	t.view = newView(t.state.Prompt, t.state.Width)
}

// press does what one key asks for. Keys that only change the line are the
// editor's.
func (t *Terminal) press(k key) (line Line, ended bool) {
	if t.state.Text && k == '\t' {
		t.editor.literal = true
	}
	if t.editor.literal || t.state.Text && k != '\r' && k != ctrl('C') && k != ctrl('Z') {
		t.edit(k)
		return Line{}, false
	}
	switch k {
	case '\r':
		return t.enter()
	case ctrl('Z'):
		t.print("^Z")
		line, ended = t.enter()
		line.By = CtrlZ
		return line, ended
	case ctrl('C'), ctrl('^'):
		t.print("^C\r\n")
		return Line{By: Interrupt}, true
	case '?':
		t.print("?\r\n")
		t.help()
		t.print("\r\n")
		t.redisplay()
	case '\t':
		t.complete()
	case ctrl('R'), ctrl('L'):
		t.print("\r\n")
		t.redisplay()
	case ctrl('P'):
		t.recall(t.remembered().older)
	case ctrl('N'):
		t.recall(t.remembered().newer)
	default:
		t.edit(k)
	}
	return Line{}, false
}

// edit changes the line and what is seen of it.
func (t *Terminal) edit(k key) {
	t.editor.press(k)
	if !t.editor.full {
		t.show()
	}
}

// enter ends the line that has been edited.
func (t *Terminal) enter() (Line, bool) {
	text, fits := t.editor.text()
	t.print("\r\n")
	if !fits {
		t.print(tooLong)
		return Line{}, true
	}
	if !t.state.Text {
		t.remembered().add(text)
	}
	return Line{Text: text, Left: t.view.left, Room: t.view.room}, true
}

var tooLong = fmt.Sprintf("%% Line is longer than %d characters\r\n\r\n", MaxLine)

func (t *Terminal) remembered() *history {
	if t.state.Config {
		return &t.config
	}
	return &t.exec
}

func (t *Terminal) recall(move func(current string) (string, bool)) {
	current, _ := t.editor.text()
	if text, ok := move(current); ok {
		t.editor.begin(text)
		t.show()
	}
}

// help prints the answer to "?" behind what is left of the cursor.
func (t *Terminal) help() {
	out := t.Begin()
	defer out.Close()
	io.WriteString(out, t.shell.Help(t.editor.before()))
}

// complete answers Tab. The line is shown again below, as hands expect, and
// not in place.
func (t *Terminal) complete() {
	if whole, ok := t.shell.Complete(t.editor.before()); ok {
		t.editor.replace(whole)
	}
	t.print("\r\n")
	t.redisplay()
}

// History is what the user entered in exec or in configuration mode, oldest first.
func (t *Terminal) History(config bool) []string {
	if config {
		return t.config.lines
	}
	return t.exec.lines
}

// Resize tells the size of the user's window, from any goroutine; 0 is unknown.
func (t *Terminal) Resize(width, length int) { t.size.Store(&size{width, length}) }

// Resized is the size told since the last call.
func (t *Terminal) Resized() (width, length int, ok bool) {
	if s := t.size.Swap(nil); s != nil {
		return s.width, s.length, true
	}
	return 0, 0, false
}
