package compile

import (
	"slices"

	"weft/cli/commands"
	"weft/cli/config"
)

// A lineRange is one "line" section.
type lineRange struct {
	first, last int
	section     *config.Node
}

// compileLines compiles the sections of terminal lines. The console is there
// even if nothing is said of it.
func compileLines(heads []*config.Line) (groups []*commands.LineGroup) {
	var vty []lineRange
	console := false
	for _, head := range heads {
		kind, first, last := commands.LineRange(head)
		if kind == "vty" {
			vty = append(vty, lineRange{first, last, head.Section})
			continue
		}
		console = console || kind == "con"
		groups = append(groups, lineGroup(kind, first, last, head.Section))
	}
	if !console {
		g := commands.ConsoleDefault()
		groups = slices.Insert(groups, 0, &g)
	}
	return append(groups, compileTerminals(vty)...)
}

func lineGroup(kind string, first, last int, section *config.Node) *commands.LineGroup {
	g := *section.Compile().(*commands.LineGroup)
	g.Kind, g.First, g.Last = kind, first, last
	return &g
}

// compileTerminals splits overlapping ranges where one begins or ends, and
// gives each piece the lines of all sections that contain it, the narrowest
// section last, so that it has the last word.
func compileTerminals(ranges []lineRange) (groups []*commands.LineGroup) {
	var bounds []int
	for _, r := range ranges {
		bounds = append(bounds, r.first, r.last+1)
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	wide := slices.Clone(ranges)
	slices.SortStableFunc(wide, func(a, b lineRange) int { return (b.last - b.first) - (a.last - a.first) })
	for i := 0; i+1 < len(bounds); i++ {
		first, last := bounds[i], bounds[i+1]-1
		var over []*config.Node
		for _, r := range wide {
			if r.first <= first && last <= r.last {
				over = append(over, r.section)
			}
		}
		switch len(over) {
		case 0: // a gap
		case 1:
			groups = append(groups, lineGroup("vty", first, last, over[0]))
		default:
			groups = append(groups, merged(first, last, over))
		}
	}
	return groups
}

func merged(first, last int, sections []*config.Node) *commands.LineGroup {
	g := sections[0].Mode().New().(*commands.LineGroup)
	for _, n := range sections {
		for _, l := range n.Lines() {
			if l.Command.Apply != nil {
				l.Command.Apply(g, l.Args, l.Negative)
			}
		}
	}
	g.Kind, g.First, g.Last = "vty", first, last
	return g
}
