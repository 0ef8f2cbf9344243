package shell

import (
	"weft/cli/commands"
	"weft/cli/terminal"
)

// greet is what the console says before a session, until RETURN is pressed.
func (b *Box) greet(t *terminal.Terminal, g Greeting) error {
	switch g {
	case AtOnce:
		return nil
	case Idle:
		t.Write([]byte("\n\n" + b.Settings().Global.Hostname + " con0 is now available\n\n\n\n\n\nPress RETURN to get started.\n\n\n"))
	case Unboxed:
		// Nobody has a session yet: this one lasts as long as the questions.
		s := New(b, t, Options{Origin: "console", Console: true, Privilege: 15})
		// Ctrl-C leaves the dialogue, as "no" does.
		if err := commands.FirstDialog(s); err != nil && err != terminal.ErrInterrupted {
			return err
		}
		fallthrough
	case Started:
		t.Write([]byte("\n\nPress RETURN to get started!\n\n\n"))
	}
	_, err := t.ReadLine("", false)
	return err
}
