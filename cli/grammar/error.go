package grammar

import (
	"fmt"
	"strings"
)

// Error tells it to a programmer; what a user reads is worded above.
func (e *Error) Error() string {
	return fmt.Sprintf("grammar: %v at column %d of %.80q", e.Kind, e.Column, e.Line)
}

// Shift returns the error as it is in a longer line that has e.Line at its end:
// prefix is what stands before it.
func (e *Error) Shift(prefix string) *Error {
	moved := *e
	moved.Line = prefix + e.Line
	moved.Column += len(prefix)
	moved.Word += len(strings.Fields(prefix))
	return &moved
}

// failure keeps the error that got furthest into the line.
type failure struct {
	kind      Kind
	column    int
	word      int // where the offending word begins
	delimiter string
	set       bool
}

func (f *failure) note(g failure) {
	if !f.set || g.column > f.column || g.column == f.column && g.word > f.word {
		*f = g
		f.set = true
	}
}

func (f *failure) in(line string) *Error {
	column := min(f.column, len(line))
	return &Error{Kind: f.kind, Line: line, Column: column, Delimiter: f.delimiter,
		Word: len(strings.Fields(line[:min(f.word, len(line))]))}
}
