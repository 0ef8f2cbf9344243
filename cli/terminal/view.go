package terminal

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// A view knows what of a line is on the screen, right of the prompt, and finds
// the bytes that change it: backspaces, characters, blanks. A character typed
// at the end is echoed as itself and nothing else.
type view struct {
	room  int // columns beside the prompt; 0: no limit
	shown []rune
	col   int // of the cursor, in shown
	left  int // columns scrolled out on the left
	mute  bool
}

// From wide up, scripted clients count on lines not being scrolled.
const wide = 511

// scroll is by how many columns a long line moves at once.
const scroll = 10

func newView(prompt string, width int) view {
	v := view{}
	if room := width - utf8.RuneCountInString(prompt) - 1; width > 0 && width < wide {
		v.room = max(room, 2*scroll)
	}
	return v
}

// show appends to out what makes the screen show line with the cursor at.
func (v *view) show(out []byte, line []rune, at int) []byte {
	if v.mute {
		return out
	}
	// Most keys are characters at the end of a line that fits.
	if n := len(line); at == n && n == len(v.shown)+1 && v.col == n-1 && v.left == 0 &&
		(v.room == 0 || n < v.room) && !control(line[n-1]) && slices.Equal(line[:n-1], v.shown) {
		v.shown, v.col = append(v.shown, line[n-1]), n
		return utf8.AppendRune(out, line[n-1])
	}
	want, col := v.wanted(line, at)
	same := 0
	for same < len(want) && same < len(v.shown) && want[same] == v.shown[same] {
		same++
	}
	if same == len(want) && same == len(v.shown) {
		out = back(out, max(v.col-col, 0))
		out = append(out, string(want[min(v.col, col):col])...)
		v.col = col
		return out
	}
	out = back(out, max(v.col-same, 0))
	out = append(out, string(want[min(v.col, same):])...)
	gone := max(len(v.shown)-len(want), 0)
	out = append(out, bytes.Repeat([]byte{' '}, gone)...)
	out = back(out, len(want)+gone-col)
	v.shown, v.col = want, col
	return out
}

// again appends the whole view, for a fresh line.
func (v *view) again(out []byte) []byte {
	if v.mute {
		return out
	}
	out = append(out, string(v.shown)...)
	return back(out, len(v.shown)-v.col)
}

// wanted is the part of a line that fits, control characters as ^X, a "$"
// where it goes on, and the column of the cursor.
func (v *view) wanted(line []rune, at int) (shown []rune, col int) {
	for i, r := range line {
		if i == at {
			col = len(shown)
		}
		switch {
		case r == '\t':
			shown = append(shown, ' ')
		case control(r):
			shown = append(shown, '^', r^0x40)
		default:
			shown = append(shown, r)
		}
	}
	if at == len(line) {
		col = len(shown)
	}
	if v.room == 0 {
		return shown, col
	}
	for col-v.left >= v.room {
		v.left += scroll
	}
	for v.left > 0 && col <= v.left {
		v.left -= min(scroll, v.left)
	}
	shown = shown[v.left:]
	if v.left > 0 {
		shown[0] = '$'
	}
	if len(shown) > v.room {
		shown = shown[:v.room]
		shown[v.room-1] = '$'
	}
	return shown, col - v.left
}

func control(r rune) bool { return r < ' ' || r == rune(del) }

func back(out []byte, n int) []byte {
	return append(out, bytes.Repeat([]byte{'\b'}, n)...)
}
