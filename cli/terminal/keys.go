package terminal

import "unicode/utf8"

// A key is a character, a control character, or meta and a character. Arrows
// and the like are the control keys that do the same.
type key rune

// meta marks a key typed behind Esc.
const meta key = 1 << 24

const del key = 0x7f

func ctrl(c byte) key { return key(c & 0x1f) }

// A decoder makes keys of bytes.
type decoder struct {
	state  decoding
	params []byte // of a control sequence
	rune   []byte // of a character not yet whole
}

type decoding int

const (
	plain    decoding = iota
	escaped           // behind Esc
	sequence          // behind Esc [
	single            // behind Esc O
)

// feed takes the next byte and gives the key it completes, if any. What is no
// UTF-8 and what is no known control sequence is dropped.
func (d *decoder) feed(b byte) (key, bool) {
	if b < ' ' && b != 0x1b {
		// A control character ends whatever was unfinished: a line end must
		// never be swallowed.
		d.state, d.rune = plain, nil
		return key(b), true
	}
	switch d.state {
	case plain:
		return d.character(b)
	case escaped:
		switch {
		case b == '[':
			d.state, d.params = sequence, nil
		case b == 'O':
			d.state = single
		case b == 0x1b:
		default:
			d.state = plain
			if 'A' <= b && b <= 'Z' {
				b += 'a' - 'A'
			}
			return meta | key(b), b < utf8.RuneSelf
		}
	case sequence:
		if b < '@' {
			if len(d.params) < 8 {
				d.params = append(d.params, b)
			}
			break
		}
		d.state = plain
		return special(b, string(d.params))
	case single:
		d.state = plain
		return special(b, "")
	}
	return 0, false
}

func (d *decoder) character(b byte) (key, bool) {
	switch {
	case b == 0x1b:
		d.state, d.rune = escaped, nil
		return 0, false
	case b < utf8.RuneSelf:
		d.rune = nil
		return key(b), true
	}
	d.rune = append(d.rune, b)
	if !utf8.FullRune(d.rune) {
		return 0, false
	}
	r, _ := utf8.DecodeRune(d.rune)
	d.rune = nil
	return key(r), r != utf8.RuneError && r >= 0xa0 // C1 controls are no text
}

// special is the control key that an ECMA-48 sequence stands for.
func special(final byte, params string) (key, bool) {
	switch final {
	case 'A':
		return ctrl('P'), true
	case 'B':
		return ctrl('N'), true
	case 'C':
		return ctrl('F'), true
	case 'D':
		return ctrl('B'), true
	case 'H':
		return ctrl('A'), true
	case 'F':
		return ctrl('E'), true
	case '~':
		switch params {
		case "1", "7":
			return ctrl('A'), true
		case "4", "8":
			return ctrl('E'), true
		case "3":
			return ctrl('D'), true
		}
	}
	return 0, false
}
