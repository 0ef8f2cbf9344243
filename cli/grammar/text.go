package grammar

import "strings"

// ControlC is the delimiter as running-config shows it: two characters. On
// input the control character itself means the same.
const ControlC = "^C"

const etx = "\x03"

// A TEXT is what stands between two delimiters, newlines included. Any
// character may be the delimiter; ^C counts as one.
func parseText(text string) (value, delimiter string, taken, good int) {
	delimiter = delimiterOf(text)
	if delimiter == "" {
		return "", "", 0, 0
	}
	start := len(delimiter)
	if strings.HasPrefix(text, etx) {
		start = len(etx)
	}
	length, behind := textEnd(text[start:], delimiter)
	if length < 0 {
		if bad := unprintable(text[start:], true); bad >= 0 {
			return "", "", 0, start + bad
		}
		return "", delimiter, 0, len(text)
	}
	value = text[start : start+length]
	if bad := unprintable(value, true); bad >= 0 {
		return "", "", 0, start + bad
	}
	// What follows the delimiter on its line is nobody's, as on IOS.
	end := start + behind
	if newline := strings.IndexByte(text[end:], '\n'); newline >= 0 {
		end += newline
	} else {
		end = len(text)
	}
	return value, delimiter, end, end
}

func delimiterOf(text string) string {
	switch {
	case strings.HasPrefix(text, etx), strings.HasPrefix(text, ControlC):
		return ControlC
	case text == "" || unprintable(text[:1], false) == 0:
		return ""
	}
	return text[:1]
}

// textEnd finds the delimiter in s: where the text ends and where what is
// behind the delimiter begins. length is -1 if it is not there.
func textEnd(s, delimiter string) (length, behind int) {
	length = strings.Index(s, delimiter)
	behind = length + len(delimiter)
	if delimiter == ControlC {
		if i := strings.Index(s, etx); i >= 0 && (length < 0 || i < length) {
			return i, i + len(etx)
		}
	}
	return length, behind
}

// TextEnds reports whether a further line of an unfinished text has its
// delimiter (Error.Delimiter), so that the text is whole.
func TextEnds(line, delimiter string) bool {
	length, _ := textEnd(line, delimiter)
	return length >= 0
}

// delimited writes a text so that it can be read again: between ^C, or if the
// text itself has that, between the first character that it does not have.
func delimited(value string) string {
	delimiter := ControlC
	if strings.Contains(value, ControlC) {
		for c := byte('#'); c < 0x7f; c++ {
			if c != '^' && strings.IndexByte(value, c) < 0 {
				delimiter = string(rune(c))
				break
			}
		}
	}
	return delimiter + value + delimiter
}
