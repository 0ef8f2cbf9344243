package terminaltest

import "strings"

// A row is the last row of the screen: printing moves right, backspace left.
type row struct {
	text []rune
	col  int
}

func (r *row) print(screen string) {
	for _, c := range screen {
		switch {
		case c == '\r':
			r.col = 0
		case c == '\b':
			r.col = max(r.col-1, 0)
		case c < ' ':
		case r.col < len(r.text):
			r.text[r.col] = c
			r.col++
		default:
			r.text = append(r.text, c)
			r.col++
		}
	}
}

// String marks the cursor. Blanks right of it are as good as none.
func (r *row) String() string {
	return string(r.text[:r.col]) + "‸" + strings.TrimRight(string(r.text[r.col:]), " ")
}
