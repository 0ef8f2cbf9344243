package shell

import (
	"strings"

	"weft/cli/commands"
	"weft/cli/grammar"
	"weft/cli/terminal"
)

// checkFile says what is wrong with the file that output is to go to; nil if
// nothing is, or if there is none.
func checkFile(f *terminal.File) *terminal.ModifierError {
	if f == nil {
		return nil
	}
	url, good, ok := commands.ParseURL(f.URL)
	switch {
	case !ok:
		return &terminal.ModifierError{Column: f.Column + good}
	case url.Name == "" && url.Device != "null":
		return &terminal.ModifierError{Incomplete: true, Column: f.Column + len(f.URL)}
	}
	return nil
}

// redirect makes the command that is about to run print to a file, and perhaps
// to the screen as well. What it returns is to be called with the command's
// error: only the whole output of a command that succeeded is written.
func (s *Session) redirect(f terminal.File) (finish func(error) error) {
	var text strings.Builder
	shown := s.out.write
	s.out.write = func(p []byte) (int, error) {
		text.Write(p)
		if f.Shown {
			return shown(p)
		}
		return len(p), nil
	}
	return func(err error) error {
		if err != nil {
			return err
		}
		url, _, _ := commands.ParseURL(f.URL)
		return commands.Redirect(s, url, text.String(), f.Add)
	}
}

// fileChoices is what may follow a modifier that takes a file, behind rest.
func fileChoices(modifier, rest string) []grammar.Choice {
	rest = strings.TrimLeft(rest, " ")
	choices := commands.DeviceChoices(rest)
	if modifier == "tee" && strings.HasPrefix("/append", rest) {
		choices = append(choices, grammar.Choice{Token: "/append", Help: "Append redirected output to URL"})
	}
	return choices
}
