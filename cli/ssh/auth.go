package ssh

import (
	"context"
	"net"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"weft/cli/access"
	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/shell"
	"weft/routing/policy"
)

type user = commands.User

// A login is one connection's attempt to say who it is. The goroutine of the
// handshake has it.
type login struct {
	box      *shell.Box
	settings compile.Box
	peer     policy.Packet
	ctx      context.Context
	raw      net.Conn
	user     user
	wrong    int // passwords
}

// offers is how many keys a client may offer that are not the user's: agents
// have several, and offer all before a password is asked for.
const offers = 6

// verify looks at a password. One that is wrong takes as long as "login delay"
// says, and the login ends when there have been as many as "ip ssh
// authentication-retries" allows.
func (l *login) verify(name, password string) error {
	if l.box.Guard.Quiet(l.settings, l.peer) || l.wrong >= l.tries() {
		return errDenied
	}
	u, ok := shell.Authenticate(l.settings.Global.Users, name, password)
	if ok {
		l.user = u
		return nil
	}
	l.wrong++
	l.failed(name)
	select {
	case <-time.After(access.Delay(l.settings.Global.Logins)):
	case <-l.ctx.Done():
	}
	return errDenied
}

func (l *login) failed(name string) {
	l.box.LoginFailed(l.settings.Global, name, l.peer.Source.String(), int(l.peer.Port))
	l.box.Guard.Failed(l.settings.Global.Logins, name, l.peer.Source, int(l.peer.Port))
}

// tries is how many passwords may be wrong.
func (l *login) tries() int { return max(1, l.settings.Global.SSH.Retries) }

// verifyKey looks at a key: whether it is one of the user's. That the client
// has its other half is the library's to verify, before it lets anybody in.
func (l *login) verifyKey(name string, key ssh.PublicKey) error {
	if l.box.Guard.Quiet(l.settings, l.peer) {
		return errDenied
	}
	known := slices.ContainsFunc(l.settings.UserKeys[name], func(k commands.UserKey) bool { return k.MatchesKey(key.Type(), key.Marshal()) })
	i := slices.IndexFunc(l.settings.Global.Users, func(u user) bool { return u.Name == name })
	switch {
	case !known:
		return errDenied
	case i >= 0:
		l.user = l.settings.Global.Users[i]
	default:
		l.user = user{Name: name, Privilege: 1} // a key alone makes a user
	}
	return nil
}

// callbacks sets how users may say who they are: a password by the method
// password (RFC 4252 section 8) or as keyboard-interactive (RFC 4256), a key by
// publickey (RFC 4252 section 7).
func (l *login) callbacks(c *ssh.ServerConfig) {
	c.MaxAuthTries = l.tries()
	ways := l.settings.Global.SSH.WithDefaults().Methods
	if slices.Contains(ways, "password") {
		c.PasswordCallback = func(conn ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			return nil, l.verify(conn.User(), string(password))
		}
	}
	if slices.Contains(ways, "keyboard") {
		c.KeyboardInteractiveCallback = func(conn ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil {
				return nil, err
			}
			if len(answers) != 1 {
				return nil, errDenied
			}
			return nil, l.verify(conn.User(), answers[0])
		}
	}
	if slices.Contains(ways, "publickey") && len(l.settings.UserKeys) > 0 {
		c.MaxAuthTries += offers
		c.PublicKeyCallback = func(conn ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			return nil, l.verifyKey(conn.User(), key)
		}
	}
	if c.PasswordCallback == nil && c.KeyboardInteractiveCallback == nil && c.PublicKeyCallback == nil {
		c.PasswordCallback = func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) { return nil, errDenied }
	}
	c.BannerCallback = func(ssh.ConnMetadata) string {
		if text := l.settings.Global.Banners["login"]; text != "" {
			return text + "\r\n"
		}
		return ""
	}
}
