package config

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"weft/cli/grammar"
)

var errUTF16 = errors.New("config: the file is UTF-16 text: save it as UTF-8 or plain ASCII")

// Load enters a whole text, as startup-config or paste: it goes on after bad
// lines and reports each. It takes what comes with saved files: headers in
// front, a final "end", carriage returns, a byte order mark, NUL bytes. The
// error is that of reading, or says that the file is no such text at all.
func (t *Tree) Load(r io.Reader, env Env) ([]Report, error) {
	env.Loading = true
	l := &loader{tree: t, env: env, reader: bufio.NewReaderSize(r, maxLine+1)}
	if head, _ := l.reader.Peek(64); isUTF16(head) {
		return nil, errUTF16
	}
	for !l.end {
		line, more, err := l.next()
		if err != nil {
			return l.reports, err
		}
		if !more {
			break
		}
		l.take(line)
	}
	return l.reports, l.rest()
}

// rest looks at what stands behind "end". It is not entered; a prompt, as
// captures of a screen have there, is not worth a word.
func (l *loader) rest() error {
	for {
		line, more, err := l.next()
		if err != nil || !more {
			return err
		}
		text := strings.TrimSpace(line)
		prompt := len(strings.Fields(text)) == 1 && strings.ContainsAny(text[len(text)-1:], "#>")
		if text != "" && text[0] != '!' && !prompt {
			l.reports = append(l.reports, Report{Number: l.number, Line: clip(line, 200), Refused: "what stands behind end is not read"})
			return nil
		}
	}
}

// clip shortens what others wrote to a length that can be shown.
func clip(s string, length int) string {
	if len(s) <= length {
		return s
	}
	return strings.ToValidUTF8(s[:length], "") + "..."
}

// isUTF16 looks for a UTF-16 byte order mark, or for ASCII with a zero in every
// other byte.
func isUTF16(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return true
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	return half > 1 && (zeros[0] >= half-1 && zeros[1] == 0 || zeros[1] >= half-1 && zeros[0] == 0)
}

type loader struct {
	tree    *Tree
	env     Env
	reader  *bufio.Reader
	number  int // of the line read last
	cursor  Cursor
	body    bool // a line has been taken: the header is over
	end     bool
	reports []Report
}

// next reads a line without its end. An overlong one is cut, and refused for that later.
func (l *loader) next() (line string, more bool, err error) {
	raw, err := l.reader.ReadSlice('\n')
	if len(raw) == 0 {
		if err == io.EOF {
			err = nil
		}
		return "", false, err
	}
	l.number++
	if l.number == 1 {
		raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		raw = bytes.ReplaceAll(raw, []byte{0}, nil)
	}
	line = strings.TrimRight(string(raw), "\r\n")
	if err == bufio.ErrBufferFull {
		line += strings.Repeat(" ", max(0, maxLine+1-len(line)))
		for err == bufio.ErrBufferFull {
			_, err = l.reader.ReadSlice('\n')
		}
	}
	if err == io.EOF {
		err = nil
	}
	return line, true, err
}

// take enters one line, with the further ones that belong to it.
func (l *loader) take(line string) {
	if !l.body && isHeader(line) {
		return
	}
	number := l.number
	s, stored, e, err := l.enter(line)
	if failed, ok := err.(*grammar.Error); ok && failed.Kind == grammar.Unfinished {
		var whole bool
		first := line
		if line, whole = l.text(line, failed.Delimiter); whole {
			s, stored, e, err = l.enter(line)
		}
		line = first
	}
	report := Report{Number: number, Line: clip(line, 200), Kept: e.kept, Notices: e.notices}
	switch {
	case err != nil:
		report.Refused, report.Column = reason(err)
		report.Kept = ""
	case s.command == nil:
	case s.command.Move == Do:
		report.Refused = "a command to run has no place in a configuration"
	case s.command.Move == Top:
		l.end = true
	}
	if err == nil && s.command != nil && s.command.Acts {
		report.Acts = s.acts()
	}
	if report.Acts != "" || report.Refused != "" || report.Kept != "" || len(report.Notices) > 0 {
		l.reports = append(l.reports, report)
	}
	if err == nil && s.command != nil {
		l.body = true
		if stays(s, stored) && len(s.path)-1 == len(l.cursor.Path) {
			l.alongside(number, line)
			return
		}
		l.move(s, stored, e.beside)
	}
}

func (l *loader) enter(line string) (statement, *Line, *entry, error) {
	e := &entry{tree: l.tree, env: l.env}
	s, stored, err := e.take(l.tree.path(l.cursor), line)
	return s, stored, e, err
}

// move follows a line that was taken. Files say "exit" once too often; that
// does not leave configuration mode.
func (l *loader) move(s statement, stored *Line, beside []string) {
	depth := len(s.path) - 1
	switch {
	case s.command.Move == Do:
		return
	case s.command.Move == Up && depth == 0:
		depth = max(len(l.cursor.Path), 1)
		fallthrough
	case s.command.Move == Up:
		depth--
	}
	l.cursor = Cursor{Path: l.cursor.Path[:min(depth, len(l.cursor.Path))]}
	if stored != nil && stored.Section != nil {
		l.cursor.Path = append(l.cursor.Path, stored.Text)
		l.cursor.Beside = beside
	}
}

// alongside enters a line in the sections beside the cursor's.
func (l *loader) alongside(number int, line string) {
	e := &entry{tree: l.tree, env: l.env}
	if err := e.alongside(l.cursor, line); err != nil {
		text, column := reason(err)
		l.reports = append(l.reports, Report{Number: number, Line: clip(line, 200), Refused: text, Column: column})
	}
}

// text reads on to the line that has the delimiter. Without one, or with more
// than a text may have, the lines read are lost: they are no commands.
func (l *loader) text(first, delimiter string) (whole string, ok bool) {
	var b strings.Builder
	b.WriteString(first)
	for {
		line, more, err := l.next()
		if err != nil || !more {
			return "", false
		}
		if b.Len() <= maxText {
			b.WriteByte('\n')
			b.WriteString(line)
		}
		if grammar.TextEnds(line, delimiter) {
			return b.String(), true
		}
	}
}

// reason words an error for a report.
func reason(err error) (text string, column int) {
	var failed *grammar.Error
	if !errors.As(err, &failed) {
		return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(err.Error()), "%")), 0
	}
	switch failed.Kind {
	case grammar.Incomplete:
		text = "incomplete command"
	case grammar.Ambiguous:
		text = "ambiguous command"
	case grammar.Unfinished:
		text = fmt.Sprintf("the text never ends: there is no further %s", failed.Delimiter)
	case grammar.Invalid:
		text = "nothing matches at its end"
		if rest := failed.Line[failed.Column:]; rest != "" {
			text = fmt.Sprintf("nothing matches at column %d: %q", failed.Column+1, clip(rest, 40))
		}
	}
	return text, failed.Column
}

// isHeader reports whether a line is what "show" prints in front of a configuration.
func isHeader(line string) bool {
	line = strings.TrimSpace(line)
	return line == "Building configuration..." || strings.HasPrefix(line, "Current configuration") ||
		strings.HasPrefix(line, "Using ") && strings.HasSuffix(line, " bytes")
}
