package commands

import (
	"slices"
	"strings"
)

// Aliases that are configured: a word at the beginning of a line that stands for
// others. The shell puts them in place. Those that every box has are the Table's.

// An Alias is one "alias" line.
type Alias struct {
	Mode string // "exec", "configure", "interface", "line" or "router"
	Name string
	Text string
}

type aliasMode struct{ name, title, tag string }

// aliasModes are the modes that have aliases, as "alias" and "show aliases" call
// them, and how the tags of their prompts begin.
var aliasModes = []aliasMode{
	{"exec", "Exec mode", ""},
	{"configure", "Global configuration mode", "config"},
	{"interface", "Interface configuration mode", "config-if"},
	{"line", "Line configuration mode", "config-line"},
	{"router", "Router configuration mode", "config-router"},
}

var aliasLines = table(help{
	"alias": "Create command alias", "exec": "Exec mode", "configure": "Global configuration mode", "interface": "Interface configuration mode",
	"line": "Line configuration mode", "router": "Router configuration mode", "name": "Alias name", "text": "Command to be aliased",
}, &command{
	Syntax: "alias (exec | configure | interface | line | router) name:WORD text:LINE",
	Key:    "exec configure interface line router name",
	Bang:   true,
	Apply: to(func(s *Global, a args) {
		for _, m := range aliasModes {
			if a.Has(m.name) {
				s.Aliases = append(s.Aliases, Alias{m.name, a.Word("name"), a.Word("text")})
			}
		}
	}),
})

// AliasesOf are those configured for the mode whose prompt has a tag, "" in exec
// mode. They go before what every box has.
func (g *Global) AliasesOf(tag string) (all []Alias) {
	if tag == "config-subif" {
		tag = "config-if"
	}
	for _, a := range g.Aliases {
		i := slices.IndexFunc(aliasModes, func(m aliasMode) bool { return m.name == a.Mode })
		if aliasModes[i].tag == tag {
			all = append(all, a)
		}
	}
	return all
}

var aliasExecs = execs(help{
	"show": "Show running system information", "aliases": "Display alias commands", "exec": "Exec mode", "configure": "Global configuration mode",
	"interface": "Interface configuration mode", "line": "Line configuration mode", "router": "Router configuration mode",
}, &Exec{Syntax: "show aliases [exec | configure | interface | line | router]", Run: showAliases})

func showAliases(s Session, a args) error {
	g := runningGlobal(s.Router())
	chosen := slices.IndexFunc(aliasModes, func(m aliasMode) bool { return a.Has(m.name) })
	for i, m := range aliasModes {
		all := g.AliasesOf(m.tag)
		if m.name == "exec" {
			for _, usual := range aliases {
				if !slices.ContainsFunc(all, func(a Alias) bool { return a.Name == usual.name }) {
					all = append(all, Alias{m.name, usual.name, usual.means})
				}
			}
		}
		if len(all) == 0 || chosen >= 0 && i != chosen {
			continue
		}
		slices.SortFunc(all, func(a, b Alias) int { return strings.Compare(a.Name, b.Name) })
		s.Printf("%s aliases:\n", m.title)
		for _, one := range all {
			s.Printf("  %-20s  %s\n", one.Name, one.Text)
		}
		s.Printf("\n")
	}
	return nil
}
