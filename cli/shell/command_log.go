package shell

import (
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
)

// commandsKept is how many lines of all users are remembered.
const commandsKept = 200

// remember keeps a line that a user has entered, but for those of a text.
func (s *Session) remember(text string) {
	if text = strings.TrimSpace(text); text == "" || s.conf != nil && s.conf.text != nil {
		return
	}
	s.box.Lines.remember(s.box.Router.Now(), text)
}

func (l *Lines) remember(at time.Time, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.commands) == 2*commandsKept { // so that a long paste does not move them at each line
		l.commands = slices.Delete(l.commands, 0, commandsKept)
	}
	l.commands = append(l.commands, commands.TypedLine{At: at, Text: text})
}

// CommandLog is the lines that users have entered, oldest first.
func (l *Lines) CommandLog() []commands.TypedLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.commands[max(len(l.commands)-commandsKept, 0):])
}
