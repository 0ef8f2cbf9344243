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
	// begin makes what a pattern's modifier does to each line; nil if a file
	// stands where the others have their pattern.
	begin func(*filter) func(line []byte, match bool) bool
}

// Files reports whether the modifier sends the output to a file.
func (m Modifier) Files() bool { return m.begin == nil }

// Modifiers are all of them, in the order "?" lists them.
var Modifiers = []Modifier{
	{"append", "Append redirected output to URL (URLs supporting append operation only)", nil},
	{"begin", "Begin with the line that matches", begin},
	{"count", "Count number of lines which match regexp", count},
	{"exclude", "Exclude lines that match", exclude},
	{"include", "Include lines that match", include},
	{"redirect", "Redirect output to URL", nil},
	{"section", "Filter a section of output", section},
	{"tee", "Copy output to URL", nil},
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

// A Filter is a modifier with its pattern, or with the file that it names.
type Filter struct {
	modifier Modifier
	pattern  *regexp.Regexp
	File     *File // nil unless the output goes to one
}

// A File is where redirect, append and tee send the output.
type File struct {
	URL    string
	Column int  // of the URL in the text behind "|"
	Add    bool // to what the file has
	Shown  bool // on the screen, too
}

// ParseModifier reads what stands behind "|": a word, which may be shortened,
// and a pattern that reaches to the end of the text, or the URL of a file.
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
	if found[0].Files() {
		return parseFile(found[0], text, len(text)-len(rest))
	}
	re, err := pattern(rest)
	if err != nil {
		return Filter{}, &ModifierError{Column: len(text) - len(rest), Pattern: err}
	}
	return Filter{modifier: found[0], pattern: re}, nil
}

// parseFile reads "[/append] URL" at a column of text.
func parseFile(m Modifier, text string, column int) (Filter, *ModifierError) {
	f := &File{Add: m.Word == "append", Shown: m.Word == "tee"}
	rest := text[column:]
	if word, behind, _ := strings.Cut(rest, " "); f.Shown && len(word) > 1 && strings.HasPrefix("/append", strings.ToLower(word)) {
		f.Add = true
		rest = strings.TrimLeft(behind, " ")
	}
	f.Column = len(text) - len(rest)
	var more string
	f.URL, more, _ = strings.Cut(rest, " ")
	switch more = strings.TrimLeft(more, " "); {
	case f.URL == "":
		return Filter{}, &ModifierError{Incomplete: true, Column: len(text)}
	case more != "":
		return Filter{}, &ModifierError{Column: len(text) - len(more)}
	}
	return Filter{modifier: m, File: f}, nil
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
// and leaves w open. It is not for filters with a File.
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
