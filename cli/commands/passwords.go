package commands

import (
	"strings"

	"weft/cli/config"
)

// passwordEncryptionLine makes passwords that would stand in the clear be
// stored hidden, those already there included.
var passwordEncryptionLine = &command{
	Syntax: "service password-encryption",
	Help:   help{"service": "Use of services", "password-encryption": "Hide passwords in the configuration"},
	Signed: true,
	Apply:  toSigned(func(s *Global, a args, on bool) { s.PasswordEncryption = on }),
}

func init() { passwordEncryptionLine.Enter = hidePasswords }

// hidePasswords enters every password in the clear once more, now that they
// are to be hidden.
func hidePasswords(e *config.Edit, _ args) error {
	for _, l := range e.Tree().Root().Lines() {
		if l.Command == enablePasswordLine || l.Command == usernameLine {
			if text, ok := hidden(e, l); ok {
				if err := e.EnterGlobal(text); err != nil {
					return err
				}
			}
		}
		if !IsLine(l) {
			continue
		}
		for _, inner := range l.Section.Lines() {
			if inner.Command != linePasswordLine {
				continue
			}
			if text, ok := hidden(e, inner); ok {
				if err := e.EnterAt(l.Section, text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// hidden is a line with its password in the clear made one of type 7.
func hidden(e *config.Edit, l *config.Line) (text string, ok bool) {
	if l.Negative || l.Args.Has("hidden") {
		return "", false
	}
	plain := l.Args.Word("plain") + l.Args.Word("text")
	if plain == "" {
		return "", false
	}
	value, err := Obscure(plain, e.Salt())
	if err != nil {
		return "", false
	}
	head := strings.TrimSuffix(strings.TrimSuffix(l.Text, plain), "0 ")
	return head + "7 " + value, true
}

// storePassword brings a password into its stored form behind head. User names
// always show the type; a line's or the enable password does when it is hidden
// or would be mistaken for a type.
func storePassword(e *config.Edit, head string, a args) error {
	plain := a.Word("plain") + a.Word("text")
	if plain == "" {
		if _, err := Reveal(a.Word("hidden")); err != nil {
			return refuse("Invalid encrypted password: %s", a.Word("hidden"))
		}
		return e.Rewrite(head + " 7 " + a.Word("hidden"))
	}
	if l := e.Tree().Root().Find(passwordEncryptionLine); l != nil && !l.Negative {
		value, err := Obscure(plain, e.Salt())
		if err != nil {
			return err
		}
		return e.Rewrite(head + " 7 " + value)
	}
	if strings.HasPrefix(head, "username ") || strings.HasPrefix(plain, "0 ") || strings.HasPrefix(plain, "7 ") {
		head += " 0"
	}
	return e.Rewrite(head + " " + plain)
}
