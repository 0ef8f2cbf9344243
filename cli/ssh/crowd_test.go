package ssh

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"weft/cli/config"
)

func TestAHundredUsersConfigureAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "line vty 5 99\n login local\n transport input ssh\n")
		var users []*tty
		for range 100 {
			u := openTTY(t, w.alice(), "vt100", 80, 24)
			u.says("", "R1#")
			users = append(users, u)
		}
		for n, u := range users {
			u.typed(fmt.Sprintf("configure terminal\ninterface Loopback%d\ndescription of user %d\nend\nshow privilege\n", n, n))
		}
		for n, u := range users {
			if got := u.screen(); !strings.HasSuffix(got, "R1#show privilege\r\nCurrent privilege level is 15\r\nR1#") {
				t.Errorf("user %d sees\n%s", n, got)
			}
		}
		w.box.Router.Config(func(tree *config.Tree, _ config.Env) {
			text := tree.Text(config.TextOptions{})
			for n := range users {
				if !strings.Contains(text, fmt.Sprintf("interface Loopback%d\n description of user %d\n", n, n)) {
					t.Errorf("what user %d configured is not there", n)
				}
			}
		})
	})
}
