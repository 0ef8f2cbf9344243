package commands

import (
	"fmt"
	"strings"

	"weft/cli/config"
)

var supportExecs = execs(help{
	"show":          "Show running system information",
	"configuration": "Configuration details",
	"support":       "Which lines are acted on, and which are only kept",
}, &Exec{Syntax: "show configuration support", Privilege: privileged, Run: showSupport})

// showSupport says of every line of running-config whether something acts on
// it, and if not, why.
func showSupport(s Session, _ args) error {
	var kept strings.Builder
	var lines, idle int
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		lines, idle = support(&kept, t.Root(), 0)
	})
	s.Printf("%s of running-config: %d acted on, %d kept\n", plural(uint64(lines), "line"), lines-idle, idle)
	if idle > 0 {
		s.Printf("\nKept in the configuration, but nothing acts on it:\n%s", kept.String())
	}
	return nil
}

// support writes the kept lines of a section, each below the heads of the
// sections it stands in, and counts its lines.
func support(out *strings.Builder, n *config.Node, depth int) (lines, kept int) {
	indent := strings.Repeat(" ", depth)
	for _, line := range n.Lines() {
		lines++
		text, _, _ := strings.Cut(line.Text, "\n")
		var inside strings.Builder
		if line.Section != nil {
			l, k := support(&inside, line.Section, depth+1)
			lines, kept = lines+l, kept+k
		}
		switch {
		case line.Command.Kept != "":
			kept++
			fmt.Fprintf(out, "%-40s (%s)\n", indent+text, OneLine(line.Command.Kept))
		case inside.Len() > 0:
			fmt.Fprintf(out, "%s\n", indent+text)
		}
		out.WriteString(inside.String())
	}
	return lines, kept
}
