package ssh

import (
	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/shell"
)

type user = commands.User

// A login is one connection's attempt to say who it is.
type login struct {
	box      *shell.Box
	settings compile.Box
	user     user
}

// config asks for a user of the box and the password, as the method password
// (RFC 4252 section 8) and as keyboard-interactive (RFC 4256).
func (l *login) config(key ssh.Signer) *ssh.ServerConfig {
	c := &ssh.ServerConfig{
		ServerVersion: identification,
		MaxAuthTries:  l.settings.Global.SSH.Retries,
		PasswordCallback: func(conn ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			return l.verify(conn, string(password))
		},
		KeyboardInteractiveCallback: func(conn ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil {
				return nil, err
			}
			if len(answers) != 1 {
				return nil, errDenied
			}
			return l.verify(conn, answers[0])
		},
		BannerCallback: func(ssh.ConnMetadata) string {
			if text := l.settings.Global.Banners["login"]; text != "" {
				return text + "\r\n"
			}
			return ""
		},
	}
	if c.MaxAuthTries <= 0 {
		c.MaxAuthTries = defaultTries
	}
	// The defaults of the library, which old clients can do, and what else it
	// calls safe.
	c.SetDefaults()
	c.KeyExchanges = append(c.KeyExchanges, ssh.KeyExchangeDH16SHA512)
	c.AddHostKey(key)
	return c
}

func (l *login) verify(conn ssh.ConnMetadata, password string) (*ssh.Permissions, error) {
	u, ok := shell.Authenticate(l.settings.Global.Users, conn.User(), password)
	if !ok {
		l.box.LoginFailed(l.settings.Global, conn.User(), host(conn.RemoteAddr()), port(conn.LocalAddr()))
		return nil, errDenied
	}
	l.user = u
	return nil, nil
}
