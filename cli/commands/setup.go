package commands

import (
	"fmt"
	"strings"

	"weft/cli/config"
)

// The setup dialogue: questions that make a first configuration. It ends in
// lines, which are entered as if they had been typed.
var setupExecs = execs(help{"setup": "Run the SETUP command facility"},
	&Exec{Syntax: "setup", Privilege: privileged, Run: func(s Session, _ args) error {
		d := &setup{dialogue: dialogue{s: s}}
		s.Printf(setupTitle)
		if d.decide("Continue with configuration dialog? [yes/no]: ", "") {
			d.run()
		}
		return d.err
	}})

const (
	setupTitle = "\n\n         --- System Configuration Dialog ---\n\n"

	setupIntroduction = "\nAt any point you may enter a question mark '?' for help.\n" +
		"Use ctrl-c to abort configuration dialog at any prompt.\n" +
		"Default settings are in square brackets '[]'.\n\n" +
		"Basic management setup makes the box reachable on one interface,\n" +
		"extended setup asks about each of them.\n\n"

	setupSelection = "\n[0] Go to the IOS command prompt without saving this config.\n" +
		"[1] Return back to the setup without saving this config.\n" +
		"[2] Save this configuration to nvram and exit.\n\n"
)

// FirstDialog is what the console of a box without a configuration asks before
// anything else. Nothing is insisted on: neither a secret nor an address. The
// error is that of the session; an interrupted dialogue has changed nothing.
func FirstDialog(s Session) error {
	d := &setup{dialogue: dialogue{s: s}}
	s.Printf(setupTitle)
	if d.decide("Would you like to enter the initial configuration dialog? [yes/no]: ", "") {
		d.run()
		return d.err
	}
	if d.err == nil {
		s.Printf("\n")
	}
	if !d.decide("Would you like to terminate autoinstall? [yes]: ", "yes") && d.err == nil {
		s.Printf("%% Autoinstall has ended: there is no configuration on a disk, a CD or from the emulator.\n")
	}
	return d.err
}

// A setup is one run of the dialogue.
type setup struct {
	dialogue
	tried  *config.Tree // answers are entered here first: the tables say what is wrong with them
	script []string
}

func (d *setup) run() {
	for again := true; again && d.err == nil; {
		d.tried, d.script = config.New(GlobalMode), nil
		d.s.Printf(setupIntroduction)
		basic := d.decide("Would you like to enter basic management setup? [yes/no]: ", "")
		d.globals()
		d.summary()
		if basic {
			d.management()
		} else {
			d.everyPort()
		}
		again = d.conclude()
	}
	if d.err != nil {
		d.s.Printf("\n\nConfiguration aborted, no changes made.\n")
	}
}

// conclude shows what has come of it. It reports whether to begin anew.
func (d *setup) conclude() (again bool) {
	if d.err != nil {
		return false
	}
	d.s.Printf("\nThe following configuration command script was created:\n\n%s\nend\n\n%s", strings.Join(d.script, "\n"), setupSelection)
	for d.err == nil {
		switch answer := d.ask("Enter your selection [2]: "); {
		case d.err != nil:
		case answer == "0":
			return false
		case answer == "1":
			return true
		case answer == "" || answer == "2":
			d.keep()
			return false
		default:
			d.s.Printf("%% Please answer 0, 1 or 2.\n")
		}
	}
	return false
}

// keep enters the script and saves what the box then runs.
func (d *setup) keep() {
	d.s.Router().Config(func(t *config.Tree, env config.Env) {
		c := config.Cursor{}
		for _, line := range d.script {
			if line == "!" {
				continue
			}
			r, err := t.Enter(c, line, env)
			if err != nil {
				d.s.Printf("%s\n%s\n", line, err)
				continue
			}
			for _, notice := range r.Notices {
				d.s.Printf("%s\n", notice)
			}
			c = r.Cursor
		}
	})
	d.s.Router().NoteConfigured(d.s.Origin(), d.s.User())
	if err := save(d.s); err != nil {
		d.s.Printf("%s\n", err)
		return
	}
	d.s.Printf("Use the enabled mode 'configure' command to modify this configuration.\n\n")
}

// try enters lines where they do no harm, all or none of them in the script. It
// tells the user what is wrong with them, if anything is.
func (d *setup) try(lines ...string) (ok bool) {
	if d.err != nil {
		return false
	}
	var wrong error
	d.s.Router().Config(func(_ *config.Tree, env config.Env) {
		c := config.Cursor{}
		for _, line := range lines {
			var r config.Result
			if r, wrong = d.tried.Enter(c, line, env); wrong != nil {
				return
			}
			c = r.Cursor
		}
	})
	if wrong != nil {
		d.s.Printf("%s\n", complaint(wrong))
		return false
	}
	d.script = append(d.script, lines...)
	return true
}

// complaint is what is wrong with an answer. The grammar's own words are about a
// line that the user has not typed.
func complaint(err error) string {
	if text := err.Error(); strings.HasPrefix(text, "%") || strings.HasPrefix(text, "Bad") {
		return text
	}
	return "% Invalid input"
}

// value asks until there is an answer; usual is that of Enter alone, "" if there
// is none.
func (d *setup) value(question, usual, about string) string {
	lines := strings.LastIndexByte(question, '\n') + 1
	for d.err == nil {
		d.say(question[:lines])
		answer := d.ask(question[lines:])
		switch {
		case answer == "?":
			d.s.Printf("%s\n", about)
		case answer != "":
			return answer
		case usual != "":
			return usual
		case d.err == nil:
			d.s.Printf("%% No defaulting allowed\n")
		}
	}
	return ""
}

// decide asks until the answer is yes or no.
func (d *setup) decide(question, usual string) bool {
	for d.err == nil {
		answer := strings.ToLower(d.ask(question))
		if answer == "" {
			answer = usual
		}
		switch {
		case d.err != nil:
		case answer != "" && strings.HasPrefix("yes", answer):
			return true
		case answer != "" && strings.HasPrefix("no", answer):
			return false
		default:
			d.s.Printf("%% Please answer 'yes' or 'no'.\n")
		}
	}
	return false
}

// plain is a password as it is written where a type may stand in front.
func plain(password string) string {
	if len(password) > 1 && password[0] >= '0' && password[0] <= '9' && password[1] == ' ' {
		return fmt.Sprintf("0 %s", password)
	}
	return password
}
