package ssh

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/ssh"

	"weft/cli/commands"
)

func TestLoginsAreLoggedIfTheConfigurationSaysSo(t *testing.T) {
	for lines, want := range map[string]string{
		"":                                     "",
		"login on-failure log\n":               "LOGIN_FAILED alice",
		"login on-success log\n":               "LOGIN_SUCCESS alice",
		"login on-failure\nlogin on-success\n": "LOGIN_FAILED alice LOGIN_SUCCESS alice",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lines)
			var mu sync.Mutex
			var logged []string
			w.box.Happened = func(event any) {
				mu.Lock()
				defer mu.Unlock()
				m, _ := commands.EventText(event)
				user, _, _ := strings.Cut(m.Text[strings.Index(m.Text, "[user: ")+7:], "]")
				logged = append(logged, fmt.Sprint(m.Mnemonic, " ", user))
				if strings.Contains(m.Text, "mistyped") || !strings.Contains(m.Text, "[localport: 22]") {
					t.Errorf("logged %q", m.Text)
				}
			}
			passwords := []string{"mistyped", "wonderland"}
			client, _, err := w.login("alice", ssh.RetryableAuthMethod(ssh.PasswordCallback(func() (string, error) {
				p := passwords[0]
				passwords = passwords[1:]
				return p, nil
			}), 2))
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			client.Close()
			mu.Lock()
			defer mu.Unlock()
			if got := strings.Join(logged, " "); got != want {
				t.Errorf("%q logs %q, want %q", lines, got, want)
			}
		})
	}
}
