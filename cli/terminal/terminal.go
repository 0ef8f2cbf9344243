// Package terminal is the user's side of a line: keys in, characters out. It
// edits, pages and filters, and knows no command; what lines mean is behind Shell.
package terminal

import "context"

// Shell is what a terminal drives: one session. cli/shell implements it.
type Shell interface {
	// Prompt is printed before each line, without a trailing blank.
	Prompt() string
	// Execute runs one line. Output goes to out, which is paged and filtered;
	// ctx is cancelled by Ctrl-C and Ctrl-^.
	Execute(ctx context.Context, line string, t *Terminal) error
	// Settle applies what the lines so far asked for. It is called before the
	// terminal waits for input, and before any prompt is let out.
	Settle()
	// Help answers "?" after line: text to print, lines ending in "\n".
	Help(line string) string
	// Complete answers Tab.
	Complete(line string) (string, bool)
	// Collecting is non-empty while a multi-line text is being entered: its prompt.
	// Done tells that the session has ended.
	Done() bool
}

// Terminal is one attached line.
//
//	func New(rw io.ReadWriter, shell Shell, o Options) *Terminal
//	func (t *Terminal) Run(ctx context.Context) error      // until the session ends or input does
//	func (t *Terminal) Write(p []byte) (int, error)        // output of a command: "\n" becomes "\r\n", paged
//	func (t *Terminal) ReadLine(prompt string, echo bool) (string, error)
//	func (t *Terminal) ReadKey(prompt string) (byte, error)
//	func (t *Terminal) Notify(line string)                 // asynchronous log line; from any goroutine
//	func (t *Terminal) Resize(width, height int)
type Terminal struct{}
