package shell

import (
	"strings"

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
		// Ctrl-C leaves the dialog, as "no" does.
		if err := setup(t); err != nil && err != terminal.ErrInterrupted {
			return err
		}
		fallthrough
	case Started:
		t.Write([]byte("\n\nPress RETURN to get started!\n\n\n"))
	}
	_, err := t.ReadLine("", false)
	return err
}

// setup asks what a box without configuration asks. There is nothing that it
// insists on: neither a secret nor an address.
func setup(t *terminal.Terminal) error {
	t.Write([]byte("\n"))
	dialog, err := yesNo(t, "Would you like to enter the initial configuration dialog? [yes/no]: ", "")
	if err != nil {
		return err
	}
	if dialog {
		t.Write([]byte("% There is no dialog on this system: \"configure terminal\" is where it is configured.\n"))
		return nil
	}
	terminate, err := yesNo(t, "Would you like to terminate autoinstall? [yes]: ", "yes")
	if err == nil && !terminate {
		t.Write([]byte("% Autoinstall has ended: there is no configuration on a disk, a CD or from the emulator.\n"))
	}
	return err
}

// yesNo asks until the answer is yes or no; Enter alone is the usual answer,
// if there is one.
func yesNo(t *terminal.Terminal, question, usual string) (bool, error) {
	for {
		answer, err := t.ReadLine(question, true)
		if err != nil {
			return false, err
		}
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "" {
			answer = usual
		}
		switch {
		case answer != "" && strings.HasPrefix("yes", answer):
			return true, nil
		case answer != "" && strings.HasPrefix("no", answer):
			return false, nil
		}
		t.Write([]byte("% Please answer 'yes' or 'no'.\n"))
	}
}
