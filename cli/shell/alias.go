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

// aliasesOf are the aliases of the configuration mode that the session is in.
func (c *configuring) aliasesOf() []commands.Alias {
	if c.global == nil || len(c.global.Aliases) == 0 {
		return nil
	}
	tag := c.tag
	if tag == "" {
		tag = config0
	}
	return c.global.AliasesOf(tag)
}

// learn takes note of the aliases that there are. Asking for them at every line
// would compile the whole section at every line of a paste.
func (c *configuring) learn(t *config.Tree) { c.global, _ = t.Root().Compile().(*commands.Global) }

// teaches reports whether a line may have changed the aliases.
func teaches(line string) bool {
	for _, word := range strings.Fields(strings.ToLower(line)) {
		if word != "no" && word != "default" {
			return strings.HasPrefix(word, "al")
		}
	}
	return false
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
