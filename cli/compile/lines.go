package compile

import (
	"slices"

	"weft/cli/commands"
	"weft/cli/config"
)

// compileLines compiles the sections of terminal lines. The console is there
// even if nothing is said of it.
func compileLines(heads []*config.Line) (groups []*commands.LineGroup) {
	console := false
	for _, head := range heads {
		kind, first, last := commands.LineRange(head)
		console = console || kind == "con"
		groups = append(groups, lineGroup(kind, first, last, head.Section))
	}
	if !console {
		g := commands.ConsoleDefault()
		groups = slices.Insert(groups, 0, &g)
	}
	return groups
}

func lineGroup(kind string, first, last int, section *config.Node) *commands.LineGroup {
	g := *section.Compile().(*commands.LineGroup)
	g.Kind, g.First, g.Last = kind, first, last
	return &g
}
