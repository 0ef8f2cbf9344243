package shell

import (
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/cli/grammar"
)

// An unaliased line is one whose first word stood for others. Errors are told
// of the line as it was typed.
type unaliased struct {
	line  string
	typed string
	lead  int // blanks in front
	name  int // bytes of the alias
	text  int // bytes of what it stands for
}

// unalias puts what an alias stands for in its place.
func unalias(aliases []commands.Alias, line string) unaliased {
	lead := len(line) - len(strings.TrimLeft(line, " "))
	word, _, _ := strings.Cut(line[lead:], " ")
	for _, a := range aliases {
		if a.Name == word {
			return unaliased{line[:lead] + a.Text + line[lead+len(word):], line, lead, len(word), len(a.Text)}
		}
	}
	return unaliased{line: line, typed: line}
}

// column is where a byte of the line was typed; all that an alias stands for was
// typed as its name.
func (u unaliased) column(at int) int {
	switch {
	case at <= u.lead || u.name == 0:
		return at
	case at <= u.lead+u.text:
		return u.lead + min(at-u.lead, u.name)
	}
	return at - u.text + u.name
}

// fault is an error of the line as one of what was typed.
func (u unaliased) fault(err *grammar.Error) *grammar.Error {
	typed := *err
	typed.Line, typed.Column = u.typed, u.column(err.Column)
	return &typed
}

// aliasesOf are the aliases of the mode that the session is in.
func (s *Session) aliasesOf(t *config.Tree) []commands.Alias {
	g, ok := t.Root().Compile().(*commands.Global)
	if !ok {
		return nil
	}
	tag := ""
	if s.conf != nil {
		if tag = s.conf.tag; tag == "" {
			tag = config0
		}
	}
	return g.AliasesOf(tag)
}

// execAliases are those of exec mode, from which "do" leads there, too.
func (s *Session) execAliases() (all []commands.Alias) {
	s.box.Router.Config(func(t *config.Tree, _ config.Env) {
		if g, ok := t.Root().Compile().(*commands.Global); ok {
			all = g.AliasesOf("")
		}
	})
	return all
}

// replaces reports whether one of the aliases has the name of another.
func replaces(short []grammar.Choice, token string) bool {
	name, _, _ := strings.Cut(token, "=")
	return slices.ContainsFunc(short, func(c grammar.Choice) bool { return strings.HasPrefix(c.Token, name+"=") })
}

// aliasChoices are the aliases that a word may become, as "?" lists them.
func aliasChoices(aliases []commands.Alias, line string) (choices []grammar.Choice) {
	word := strings.TrimLeft(line, " ")
	if word == "" || strings.Contains(word, " ") {
		return nil
	}
	for _, a := range aliases {
		if strings.HasPrefix(a.Name, word) {
			choices = append(choices, grammar.Choice{Token: "*" + a.Name + "=" + a.Text})
		}
	}
	return choices
}
