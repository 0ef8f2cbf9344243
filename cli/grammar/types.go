package grammar

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// builtin finds a type that every table may use.
func builtin(name string) (*Type, bool) {
	switch name {
	case "A.B.C.D":
		return &Type{Name: name, Glyph: name, Sample: []string{"192.0.2.1", "198.51.100.11", "10.0.0.1"}, Parse: parseV4}, true
	case "A.B.C.D/nn":
		return &Type{Name: name, Glyph: name, Sample: []string{"10.0.0.0/24", "0.0.0.0/0", "192.0.2.1/32"}, Parse: parseV4Prefix}, true
	case "MASK":
		return &Type{Name: name, Glyph: "A.B.C.D", Sample: []string{"255.255.255.0", "255.255.255.252", "255.0.0.0"}, Parse: parseMask}, true
	case "WILDCARD":
		return &Type{Name: name, Glyph: "A.B.C.D", Sample: []string{"0.0.0.255", "0.0.0.0", "0.0.255.255"}, Parse: parseV4}, true
	case "X:X:X:X::X":
		return &Type{Name: name, Glyph: name, Sample: []string{"2001:DB8::1", "FE80::1"}, Parse: parseV6}, true
	case "X:X:X:X::X/<0-128>":
		return &Type{Name: name, Glyph: name, Sample: []string{"2001:DB8::/32", "::/0"}, Parse: parseV6Prefix}, true
	case "WORD":
		return &Type{Name: name, Glyph: name, Sample: []string{"sample", "Other-1"}, Parse: parseWord, Loose: true}, true
	case "LINE":
		return &Type{Name: name, Glyph: name, Sample: []string{"some words", "one"}, Parse: parseLine, Loose: true, rest: true}, true
	case "HH:MM:SS":
		return &Type{Name: name, Glyph: "hh:mm:ss", Sample: []string{"12:30:00", "00:00:59"}, Parse: parseTime}, true
	case "TEXT":
		return &Type{Name: name, Glyph: "LINE", Sample: []string{"^C hello ^C", "^C\ntwo\nlines\n^C"}, text: true,
			Parse: func(text string) (string, int, int) {
				value, _, taken, good := parseText(text)
				return value, taken, good
			}}, true
	}
	if low, high, ok := bounds(name); ok {
		return rangeType(name, low, high), true
	}
	return nil, false
}

// bounds reads "<low-high>".
func bounds(name string) (low, high uint64, ok bool) {
	inner, opened := strings.CutPrefix(name, "<")
	inner, closed := strings.CutSuffix(inner, ">")
	l, h, dash := strings.Cut(inner, "-")
	low, err1 := strconv.ParseUint(l, 10, 64)
	high, err2 := strconv.ParseUint(h, 10, 64)
	return low, high, opened && closed && dash && err1 == nil && err2 == nil && low <= high
}

func rangeType(name string, low, high uint64) *Type {
	samples := []string{strconv.FormatUint(low, 10)}
	if high > low {
		samples = append(samples, strconv.FormatUint(high, 10))
	}
	return &Type{
		Name: name, Glyph: name, Sample: samples,
		Parse: func(text string) (string, int, int) {
			n, end, fits := number(text)
			if end == 0 || !fits || n < low || n > high {
				return "", 0, 0 // the whole number is wrong, not one digit of it
			}
			if text[0] == '0' {
				return strconv.FormatUint(n, 10), end, end
			}
			return text[:end], end, end
		},
		begins: func(typed string) bool {
			n, end, fits := number(typed)
			return end == len(typed) && fits && n <= high
		},
	}
}

// number reads the digits at the front of text.
func number(text string) (n uint64, end int, fits bool) {
	for end < len(text) && '0' <= text[end] && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(text[:end], 10, 64)
	return n, end, err == nil
}

func parseWord(text string) (string, int, int) {
	end := 0
	for end < len(text) && !blank(text[end]) {
		end++
	}
	if bad := unprintable(text[:end], false); bad >= 0 {
		return "", 0, bad
	}
	return text[:end], end, end
}

func parseLine(text string) (string, int, int) {
	if bad := unprintable(text, false); bad >= 0 {
		return "", 0, bad
	}
	return strings.TrimRight(text, " \t"), len(text), len(text)
}

// unprintable returns where the first byte is that has no place in a line: a
// control character, or what is not UTF-8. It is -1 if there is none. A text
// may have newlines.
func unprintable(s string, newlines bool) int {
	for i := 0; i < len(s); {
		c := s[i]
		if ' ' <= c && c < 0x7f || c == '\t' || newlines && c == '\n' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < 0xa0 || r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			return i
		}
		i += size
	}
	return -1
}

func parseTime(text string) (string, int, int) {
	var parts [3]uint64
	i := 0
	for p, limit := range []uint64{24, 60, 60} {
		if p > 0 {
			if i == len(text) || text[i] != ':' {
				return "", 0, i
			}
			i++
		}
		n, end, fits := number(text[i:])
		if end == 0 || end > 2 || !fits || n >= limit {
			return "", 0, i
		}
		parts[p] = n
		i += end
	}
	return fmt.Sprintf("%02d:%02d:%02d", parts[0], parts[1], parts[2]), i, i
}
