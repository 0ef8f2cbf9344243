package terminal

import (
	"slices"
	"unicode"
)

// yanks is how many killed texts are kept for Ctrl-Y and Esc-Y.
const yanks = 10

// An editor is a line being edited. It prints nothing.
type editor struct {
	line    []rune
	at      int // the cursor stands before line[at]
	long    bool
	full    bool // the last key did not fit
	literal bool // the next key stands for itself
	killed  [][]rune
	yanked  int // runes that the last key yanked; 0 if it did not
	turn    int // which killed text that was, counted from the newest
}

// begin starts with a text and the cursor behind it. Killed texts stay.
func (e *editor) begin(text string) {
	e.line = append(e.line[:0], []rune(text)...)
	e.at, e.long, e.full, e.literal, e.yanked = len(e.line), false, false, false, 0
}

// text is the line; fits is false if more was typed than a line holds.
func (e *editor) text() (line string, fits bool) { return string(e.line), !e.long }

// before is what stands left of the cursor.
func (e *editor) before() string { return string(e.line[:e.at]) }

// replace puts another text in the place of what is left of the cursor.
func (e *editor) replace(text string) {
	e.line = append([]rune(text), e.line[e.at:]...)
	e.at = len([]rune(text))
}

// press changes the line as one key asks for. Unknown keys change nothing.
func (e *editor) press(k key) {
	e.full = false
	if e.literal {
		e.literal = false
		if k < meta {
			e.insert(rune(k))
		}
		return
	}
	yanked := e.yanked
	e.yanked = 0
	switch k {
	case ctrl('A'):
		e.at = 0
	case ctrl('E'):
		e.at = len(e.line)
	case ctrl('B'):
		e.at = max(e.at-1, 0)
	case ctrl('F'):
		e.at = min(e.at+1, len(e.line))
	case meta | 'b':
		e.at = e.wordLeft()
	case meta | 'f':
		e.at = e.wordRight()
	case ctrl('D'):
		e.cut(e.at, min(e.at+1, len(e.line)))
	case ctrl('H'), del:
		e.cut(max(e.at-1, 0), e.at)
	case ctrl('K'):
		e.kill(e.at, len(e.line))
	case ctrl('U'), ctrl('X'):
		e.kill(0, e.at)
	case ctrl('W'):
		e.kill(e.wordLeft(), e.at)
	case meta | 'd':
		e.kill(e.at, e.wordRight())
	case ctrl('Y'):
		e.turn = 0
		e.yank()
	case meta | 'y':
		if yanked > 0 {
			e.cut(e.at-yanked, e.at)
			e.turn = (e.turn + 1) % len(e.killed)
			e.yank()
		}
	case ctrl('T'):
		e.transpose()
	case meta | 'c':
		e.capitalize()
	case meta | 'l':
		e.recase(unicode.ToLower)
	case meta | 'u':
		e.recase(unicode.ToUpper)
	case ctrl('V'), meta | 'q':
		e.literal = true
	default:
		if k >= ' ' && k < meta {
			e.insert(rune(k))
		}
	}
}

func (e *editor) insert(text ...rune) {
	if len(e.line)+len(text) > MaxLine {
		e.long, e.full = true, true
		return
	}
	e.line = slices.Insert(e.line, e.at, text...)
	e.at += len(text)
}

// cut removes line[from:to] and leaves the cursor there.
func (e *editor) cut(from, to int) {
	e.line = slices.Delete(e.line, from, to)
	e.at = from
	e.long = e.long && len(e.line) > 0
}

// kill is cut that keeps what it removes for yank.
func (e *editor) kill(from, to int) {
	if from == to {
		return
	}
	e.killed = append(e.killed, slices.Clone(e.line[from:to]))
	if len(e.killed) > yanks {
		e.killed = e.killed[1:]
	}
	e.cut(from, to)
}

func (e *editor) yank() {
	if len(e.killed) == 0 {
		return
	}
	before := e.at
	e.insert(e.killed[len(e.killed)-1-e.turn]...)
	e.yanked = e.at - before
}

// transpose swaps the characters on both sides of the cursor, at the end of
// the line the last two.
func (e *editor) transpose() {
	right := min(e.at, len(e.line)-1)
	if right < 1 {
		return
	}
	e.line[right-1], e.line[right] = e.line[right], e.line[right-1]
	e.at = right + 1
}

func (e *editor) wordLeft() int {
	at := e.at
	for at > 0 && e.line[at-1] == ' ' {
		at--
	}
	for at > 0 && e.line[at-1] != ' ' {
		at--
	}
	return at
}

func (e *editor) wordRight() int {
	at := e.at
	for at < len(e.line) && e.line[at] == ' ' {
		at++
	}
	for at < len(e.line) && e.line[at] != ' ' {
		at++
	}
	return at
}

// capitalize makes the letter at the cursor a capital and goes behind the word.
func (e *editor) capitalize() {
	if e.at < len(e.line) {
		e.line[e.at] = unicode.ToUpper(e.line[e.at])
	}
	e.at = e.wordRight()
}

// recase changes the letters up to the end of the word and goes there.
func (e *editor) recase(to func(rune) rune) {
	for end := e.wordRight(); e.at < end; e.at++ {
		e.line[e.at] = to(e.line[e.at])
	}
}
