package terminal

import (
	"errors"
	"regexp"
	"strings"
)

// edge is what "_" stands for in a pattern: a comma, a brace, a parenthesis, a
// blank, or either end of the line. It stands for itself as well: whoever types
// "include CONFIG_I" looks for that.
const edge = `(?:^|$|[,{}() _])`

// pattern compiles an IOS regular expression: . * + ? ^ $ [ ] ( ) | and "_".
// A backslash makes any character stand for itself; braces always do.
func pattern(text string) (*regexp.Regexp, error) {
	var out strings.Builder
	if strings.Contains(text, "(?") {
		return nil, errors.New("nothing to repeat behind a parenthesis") // where RE2 has its flags
	}
	inside := false // of [ ]
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && text[i+1] < 0x80:
			i++
			out.WriteString(regexp.QuoteMeta(text[i : i+1]))
		case inside:
			inside = c != ']'
			if c == '[' {
				out.WriteByte('\\')
			}
			out.WriteByte(c)
		case c == '[':
			inside = true
			out.WriteByte(c)
			// A bracket or a caret right behind the opening is special.
			if i+1 < len(text) && text[i+1] == '^' {
				i++
				out.WriteByte('^')
			}
			if i+1 < len(text) && text[i+1] == ']' {
				i++
				out.WriteString(`\]`)
			}
		case c == '_':
			out.WriteString(edge)
		case c == '{', c == '}':
			out.WriteByte('\\')
			out.WriteByte(c)
		default:
			out.WriteByte(c)
		}
	}
	return regexp.Compile(out.String())
}
