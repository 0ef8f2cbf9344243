package commands

import (
	"fmt"
	"net/netip"
	"strings"
)

// A Finding is something in the running-config that cannot work as it stands,
// though every line of it was taken.
type Finding struct {
	Section string   // head of the section, "interface Tunnel0"; "" if the line is global
	Line    string   // the line it is about; that of the head if a line is missing
	Wrong   string   // what is wrong with it, in half a sentence
	Mend    []string // lines that would mend it, as typed in global configuration mode
	// Certain findings are wrong whatever else the network does. The others
	// may be right if another router, or a routing protocol, does its part.
	Certain bool
}

var lintExecs = execs(help{
	"show":          "Show running system information",
	"configuration": "Configuration details",
	"lint":          "Lines that cannot work as they stand, and what would mend them",
}, &Exec{Syntax: "show configuration lint", Privilege: privileged, Run: showLint})

func showLint(s Session, _ args) error {
	findings := s.Router().Lint()
	certain := 0
	for _, f := range findings {
		kind := "possible"
		if f.Certain {
			kind = "certain"
			certain++
		}
		if f.Section != "" && f.Section != f.Line {
			s.Printf("%s\n ", f.Section)
		}
		s.Printf("%s\n", f.Line)
		s.Printf("  %s: %s\n", kind, f.Wrong)
		for i, line := range f.Mend {
			label := "mend:"
			if i > 0 {
				label = "     "
			}
			s.Printf("  %s %s\n", label, line)
		}
		s.Printf("\n")
	}
	if len(findings) == 0 {
		s.Printf("Nothing found.\n")
		return nil
	}
	s.Printf("%s, %d certain\n", plural(uint64(len(findings)), "finding"), certain)
	return nil
}

// lintText is a finding as the log tells it.
func lintText(f Finding) Message {
	where := f.Line
	if f.Section != "" && f.Section != f.Line {
		where = f.Section + ": " + f.Line
	}
	return Message{"PARSER", 4, "LINT", fmt.Sprintf("%q: %s; to mend it: %q", where, f.Wrong, strings.Join(f.Mend, " / "))}
}

// MaskOf is a prefix's mask, as configuration lines have it.
func MaskOf(p netip.Prefix) netip.Addr { return maskOf(p.Bits()) }
