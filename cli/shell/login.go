package shell

import (
	"errors"
	"time"

	"weft/cli/commands"
	"weft/cli/terminal"
)

// How often a password may be wrong, and how long a user may think about it.
const (
	loginTries   = 3
	loginTimeout = 30 * time.Second
)

var errLogin = errors.New("shell: nobody logged in")

// Authenticate finds the user with this name and password. A name that nobody
// has takes as long as a wrong password.
func Authenticate(users []commands.User, name, password string) (commands.User, bool) {
	for _, u := range users {
		if u.Name == name {
			return u, commands.Verify(stored(u), password)
		}
	}
	for _, u := range users {
		commands.Verify(stored(u), password)
		break
	}
	return commands.User{}, false
}

func stored(u commands.User) string {
	if u.Secret != "" {
		return u.Secret
	}
	return u.Password
}

// login asks who is there, as the line says it must. It tells failed of every
// answer that is wrong.
func login(t *terminal.Terminal, g *commands.LineGroup, users []commands.User, failed func(name string)) (commands.User, error) {
	guest := commands.User{Privilege: g.Privilege}
	switch g.Login {
	case commands.LoginPassword:
		return guest, askPassword(t, g, failed)
	case commands.LoginLocal:
		return askUser(t, users, failed)
	case commands.NoLogin:
	}
	return guest, nil
}

const verification = "\nUser Access Verification\n\n"

func askPassword(t *terminal.Terminal, g *commands.LineGroup, failed func(string)) error {
	if g.Password == "" {
		t.Write([]byte("\n% Password required, but none set\n"))
		return errLogin
	}
	t.Write([]byte(verification))
	for range loginTries {
		typed, err := t.ReadLine("Password: ", false)
		if err != nil {
			return err
		}
		if commands.Verify(g.Password, typed) {
			return nil
		}
		failed("")
	}
	t.Write([]byte("% Bad passwords\n"))
	return errLogin
}

func askUser(t *terminal.Terminal, users []commands.User, failed func(string)) (commands.User, error) {
	t.Write([]byte(verification))
	for range loginTries {
		name, err := t.ReadLine("Username: ", true)
		if err != nil {
			return commands.User{}, err
		}
		password, err := t.ReadLine("Password: ", false)
		if err != nil {
			return commands.User{}, err
		}
		if u, ok := Authenticate(users, name, password); ok {
			return u, nil
		}
		failed(name)
		t.Write([]byte("% Login invalid\n\n"))
	}
	return commands.User{}, errLogin
}
