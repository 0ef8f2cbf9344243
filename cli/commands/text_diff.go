package commands

import "strings"

// A block is a line of a configuration with those that are further to the right
// below it.
type block struct {
	text   string // without its indentation
	inside []block
}

// parseBlocks reads a configuration by its indentation, as it is written: files
// may hold lines that this box does not know. Comments, headers and "end" are
// no part of it.
func parseBlocks(text string) []block {
	type level struct {
		indent int
		blocks *[]block
	}
	root := []block{}
	stack := []level{{-1, &root}}
	for line := range strings.Lines(text) {
		body := strings.TrimSpace(line)
		if body == "" || body[0] == '!' || body == "end" || configHeader(body) {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		for len(stack) > 1 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
		under := stack[len(stack)-1].blocks
		*under = append(*under, block{text: body})
		stack = append(stack, level{indent, &(*under)[len(*under)-1].inside})
	}
	return root
}

// configHeader reports whether a line is one that "show" prints in front of a configuration.
func configHeader(line string) bool {
	return line == "Building configuration..." || strings.HasPrefix(line, "Current configuration :") ||
		strings.HasPrefix(line, "Using ") && strings.HasSuffix(line, " bytes")
}

// A comparison finds the blocks of one side on the other.
type comparison struct{ ignoreCase bool }

func (c comparison) key(text string) string {
	if c.ignoreCase {
		return strings.ToLower(text)
	}
	return text
}

// index finds blocks by their text. Of two that say the same, both count.
func (c comparison) index(blocks []block) map[string][]block {
	found := map[string][]block{}
	for _, b := range blocks {
		found[c.key(b.text)] = append(found[c.key(b.text)], b)
	}
	return found
}

// take finds the block of that text, once.
func (c comparison) take(found map[string][]block, b block) (block, bool) {
	all := found[c.key(b.text)]
	if len(all) == 0 {
		return block{}, false
	}
	found[c.key(b.text)] = all[1:]
	return all[0], true
}

// contextualDiff is what the second text has and the first has not, with "+",
// and the other way round, with "-", each under the lines that its section begins with.
func contextualDiff(from, to string, ignoreCase bool) []string {
	c := comparison{ignoreCase}
	return c.diff(parseBlocks(from), parseBlocks(to), "", false)
}

// diff compares two sections. Where the order of the lines means something,
// only those that are in the same order on both sides are common to them.
func (c comparison) diff(from, to []block, indent string, ordered bool) (lines []string) {
	stay, here := from, to
	if ordered && len(from)*len(to) <= 4<<20 {
		stay = c.inOrder(from, to)
		here = stay
	}
	old := c.index(stay)
	for _, b := range to {
		before, common := c.take(old, b)
		switch {
		case !common:
			lines = append(lines, signed("+", b, indent)...)
		default:
			if inner := c.diff(before.inside, b.inside, indent+" ", orderCounts(b.text)); len(inner) > 0 {
				lines = append(append(lines, indent+b.text), inner...)
			}
		}
	}
	kept := c.index(here)
	for _, b := range from {
		if _, common := c.take(kept, b); !common {
			lines = append(lines, signed("-", b, indent)...)
		}
	}
	return lines
}

// orderCounts reports whether the lines below a head are tried one after the other.
func orderCounts(head string) bool {
	for _, kind := range []string{"ip access-list ", "ipv6 access-list ", "policy-map "} {
		if strings.HasPrefix(head, kind) {
			return true
		}
	}
	return false
}

// inOrder is the longest common subsequence of two sections, as it stands in from.
func (c comparison) inOrder(from, to []block) (common []block) {
	best := make([][]int, len(from)+1) // of from[i:] and to[j:]
	for i := range best {
		best[i] = make([]int, len(to)+1)
	}
	for i := len(from) - 1; i >= 0; i-- {
		for j := len(to) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if c.key(from[i].text) == c.key(to[j].text) {
				best[i][j] = best[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(from) && j < len(to); {
		switch {
		case c.key(from[i].text) == c.key(to[j].text):
			common = append(common, from[i])
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return common
}

// signed is a block with all below it. The sign stands behind the indentation.
func signed(sign string, b block, indent string) []string {
	lines := []string{indent + sign + b.text}
	for _, inner := range b.inside {
		lines = append(lines, signed(sign, inner, indent+" ")...)
	}
	return lines
}

// incrementalDiff is the lines of a file that the running configuration lacks,
// with the lines that their sections begin with.
func incrementalDiff(running, file string, ignoreCase bool) []string {
	c := comparison{ignoreCase}
	return c.missing(parseBlocks(running), parseBlocks(file), "")
}

func (c comparison) missing(have, want []block, indent string) (lines []string) {
	old := c.index(have)
	for _, b := range want {
		before, common := c.take(old, b)
		inner := c.missing(before.inside, b.inside, indent+" ")
		if !common || len(inner) > 0 {
			lines = append(append(lines, indent+b.text), inner...)
		}
	}
	return lines
}
