package terminal

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// A Modifier is what may stand behind "|" on a line that shows something.
type Modifier struct {
	Word, Help string
	begin      func(*filter) func(line []byte, match bool) bool
}

// Modifiers are all of them, in the order "?" lists them.
var Modifiers = []Modifier{
	{"begin", "Begin with the line that matches", begin},
	{"count", "Count number of lines which match regexp", count},
	{"exclude", "Exclude lines that match", exclude},
	{"include", "Include lines that match", include},
	{"section", "Filter a section of output", section},
}

// A ModifierError says why what stands behind "|" is no modifier.
type ModifierError struct {
	Column     int  // byte offset of what is wrong
	Incomplete bool // there is too little
	Pattern    error
}

func (e *ModifierError) Error() string {
	switch {
	case e.Pattern != nil:
		return "terminal: " + e.Pattern.Error()
	case e.Incomplete:
		return "terminal: modifier without a pattern"
	}
	return fmt.Sprintf("terminal: column %d: no modifier", e.Column)
}

// A Filter is a modifier with its pattern.
type Filter struct {
	modifier Modifier
	pattern  *regexp.Regexp
}

// ParseModifier reads what stands behind "|": a word, which may be shortened,
// and a pattern that reaches to the end of the text.
func ParseModifier(text string) (Filter, *ModifierError) {
	at := len(text) - len(strings.TrimLeft(text, " "))
	word, rest, _ := strings.Cut(text[at:], " ")
	found, good := matchModifiers(word)
	switch {
	case word == "":
		return Filter{}, &ModifierError{Incomplete: true, Column: len(text)}
	case len(found) != 1:
		return Filter{}, &ModifierError{Column: at + good}
	}
	rest = strings.TrimLeft(rest, " ")
	if rest == "" {
		return Filter{}, &ModifierError{Incomplete: true, Column: len(text)}
	}
	re, err := pattern(rest)
	if err != nil {
		return Filter{}, &ModifierError{Column: len(text) - len(rest), Pattern: err}
	}
	return Filter{found[0], re}, nil
}

// matchModifiers gives the modifiers that word shortens, and how many of its
// characters begin one.
func matchModifiers(word string) (found []Modifier, good int) {
	for _, m := range Modifiers {
		n := 0
		for n < len(word) && n < len(m.Word) && word[n]|0x20 == m.Word[n] {
			n++
		}
		good = max(good, n)
		if n == len(word) {
			found = append(found, m)
		}
	}
	return found, good
}

// Writer filters what is written to it into w. Closing it writes what is left,
// and leaves w open.
func (f Filter) Writer(w io.Writer) io.WriteCloser {
	out := &filter{w: w, pattern: f.pattern}
	out.keep = f.modifier.begin(out)
	return out
}

// A filter passes on the lines it keeps.
type filter struct {
	w       io.Writer
	pattern *regexp.Regexp
	keep    func(line []byte, match bool) bool
	rest    []byte // a line that has not ended
	tail    func() string
}

func (f *filter) Write(p []byte) (int, error) {
	f.rest = append(f.rest, p...)
	var kept []byte
	done := 0
	for {
		n := bytes.IndexByte(f.rest[done:], '\n')
		if n < 0 {
			break
		}
		kept = f.line(kept, f.rest[done:done+n+1])
		done += n + 1
	}
	f.rest = append(f.rest[:0], f.rest[done:]...)
	if len(kept) == 0 {
		return len(p), nil
	}
	if _, err := f.w.Write(kept); err != nil {
		return 0, err
	}
	return len(p), nil
}

// line appends one line, with its end, if it is to be kept.
func (f *filter) line(kept, line []byte) []byte {
	text := bytes.TrimRight(line, "\r\n")
	if f.keep(text, f.pattern.Match(text)) {
		kept = append(kept, line...)
	}
	return kept
}

func (f *filter) Close() error {
	var kept []byte
	if len(f.rest) > 0 {
		kept = f.line(nil, append(f.rest, '\n'))
	}
	if f.tail != nil {
		kept = append(kept, f.tail()...)
	}
	_, err := f.w.Write(kept)
	return err
}

func include(*filter) func([]byte, bool) bool {
	return func(_ []byte, match bool) bool { return match }
}

func exclude(*filter) func([]byte, bool) bool {
	return func(_ []byte, match bool) bool { return !match }
}

func begin(*filter) func([]byte, bool) bool {
	begun := false
	return func(_ []byte, match bool) bool {
		begun = begun || match
		return begun
	}
}

func count(f *filter) func([]byte, bool) bool {
	n := 0
	f.tail = func() string { return fmt.Sprintf("Number of lines which match regexp = %d\n", n) }
	return func(_ []byte, match bool) bool {
		if match {
			n++
		}
		return false
	}
}

// section keeps a line that matches and the lines under it: those that follow
// and are further to the right.
func section(*filter) func([]byte, bool) bool {
	head := -1 // indentation of the line that matched; -1 outside
	return func(line []byte, match bool) bool {
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if head >= 0 && indent > head {
			return true
		}
		head = -1
		if match {
			head = indent
		}
		return match
	}
}
