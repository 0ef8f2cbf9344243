package shell

import (
	"errors"
	"strings"
	"unicode/utf8"

	"weft/cli/grammar"
	"weft/cli/terminal"
)

const invalid = "% Invalid input detected at '^' marker.\n\n"

// refuse tells what is wrong with a line. The mark stands under the column
// that err names, behind the prompt and what else stood before the line.
func (s *Session) refuse(line, prompt, before string, err *grammar.Error) {
	s.failed = true
	switch err.Kind {
	case grammar.Incomplete:
		s.print("% Incomplete command.\n\n")
	case grammar.Ambiguous:
		s.print(ambiguous(before + line))
	case grammar.Invalid, grammar.Unfinished:
		s.mark(line, prompt, before, err.Column)
		s.print(invalid)
	}
}

func ambiguous(line string) string {
	return `% Ambiguous command:  "` + strings.TrimRight(line, " ") + "\"\n"
}

// mark prints a "^" under a column of the line, as it stands on the screen: a
// long line may have been scrolled sideways. In a text of several lines it
// stands under the column of the line it is in.
func (s *Session) mark(line, prompt, before string, column int) {
	column = min(column, len(line))
	behind := before + line[:column]
	if at := strings.LastIndexByte(behind, '\n'); at >= 0 {
		behind, prompt = behind[at+1:], ""
	}
	if _, silent := s.line.(*batch); silent {
		// Nobody has seen the line: show it.
		s.print(before + line + "\n")
		prompt = ""
	}
	at := max(utf8.RuneCountInString(behind)-s.typed.Left, 0)
	if s.typed.Room > 0 {
		at = min(at, s.typed.Room-1)
	}
	s.print(strings.Repeat(" ", utf8.RuneCountInString(prompt)+at) + "^\n")
}

// refuseExec tells what is wrong with an exec line.
func (s *Session) refuseExec(r request, err error) {
	var wrong *grammar.Error
	var modifier *terminal.ModifierError
	switch {
	case errors.As(err, &modifier):
		s.refuseModifier(r, modifier)
	case !errors.As(err, &wrong):
		s.printError(err.Error())
	case wrong.Kind == grammar.Invalid && wrong.Word == 0 && r.do == "" && len(strings.Fields(r.line)) == 1 && s.callsHosts():
		// One word that is no command is a host to connect to, and there is no
		// resolver to ask about it.
		s.printError("Translating \"" + strings.TrimSpace(r.line) + "\"\n" +
			"% Bad IP address or host name% Unknown command or computer name, or unable to find computer address")
	default:
		s.refuseRequest(r, wrong)
	}
}

func (s *Session) refuseRequest(r request, err *grammar.Error) {
	s.refuse(r.typed, r.prompt, r.do, r.fault(err))
}

// callsHosts is false on a line that says "transport preferred none".
func (s *Session) callsHosts() bool { return s.who.Group == nil || !s.who.Group.NoHosts }

func (s *Session) refuseModifier(r request, err *terminal.ModifierError) {
	switch {
	case err.Pattern != nil:
		s.printError("% Failed to compile regular expression.")
	case err.Incomplete:
		s.refuseRequest(r, &grammar.Error{Kind: grammar.Incomplete})
	default:
		s.refuseRequest(r, &grammar.Error{Column: err.Column})
	}
}
