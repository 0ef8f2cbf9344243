package terminal

import (
	"slices"
	"testing"
)

func TestHistoryNeverHoldsMoreThanItsSize(t *testing.T) {
	var h history
	for _, c := range []struct {
		size int
		line string
		want []string
	}{
		{2, "a", []string{"a"}},
		{2, "b", []string{"a", "b"}},
		{2, "b", []string{"a", "b"}},
		{2, "c", []string{"b", "c"}}, // "show history" shows this line, too
		{1, "d", []string{"d"}},
		{0, "e", nil},
		{2, "f", []string{"f"}},
	} {
		h.begin(c.size)
		h.add(c.line)
		if !slices.Equal(h.lines, c.want) {
			t.Errorf("of %d lines, after %q: %q", c.size, c.line, h.lines)
		}
	}
}
