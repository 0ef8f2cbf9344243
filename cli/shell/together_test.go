package shell

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"weft/cli/config"
	"weft/cli/terminal/terminaltest"
)

// twoUsers are two consoles of one box, both configuring one interface.
func twoUsers(t *testing.T) (r *tabled, one, other *terminaltest.User) {
	box, r := newTabled(t, tabledStartup)
	users := [2]*terminaltest.User{}
	for i := range users {
		u, ours := terminaltest.Connect(t)
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		go box.Console(ctx, ours, AtOnce)
		u.Screen()
		u.Type("conf t\rinterface Loopback7\r")
		u.Screen()
		users[i] = u
	}
	return r, users[0], users[1]
}

func (r *tabled) has(t *testing.T, line string, want bool) {
	t.Helper()
	if text := r.tree.Text(config.TextOptions{}); strings.Contains(text, line) != want {
		t.Errorf("%q is there: %v, in\n%s", line, !want, text)
	}
}

func says(t *testing.T, u *terminaltest.User, keys, want string) {
	t.Helper()
	u.Type(keys)
	if got := strings.ReplaceAll(u.Screen(), "\r\n", "\n"); got != want {
		t.Errorf("%q is answered by\n%s\nwant\n%s", keys, got, want)
	}
}

func TestTwoUsersConfigureOneSection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, one, other := twoUsers(t)
		says(t, one, "description one\r", "description one\nR1(config-if)#")
		says(t, other, "ip address 10.7.7.7 255.255.255.255\r", "ip address 10.7.7.7 255.255.255.255\nR1(config-if)#")
		r.has(t, "interface Loopback7\n description one\n ip address 10.7.7.7 255.255.255.255\n", true)
	})
}

func TestASectionGoesFromUnderItsUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, one, other := twoUsers(t)
		says(t, one, "no interface Loopback7\r", "no interface Loopback7\nR1(config)#")
		// What was meant for the section is entered nowhere.
		says(t, other, "shutdown\r", "shutdown\n% interface Loopback7 has been removed meanwhile\nR1(config)#")
		r.has(t, "Loopback7", false)
		says(t, other, "interface Loopback7\rdescription again\r", "interface Loopback7\nR1(config-if)#description again\nR1(config-if)#")
		r.has(t, "interface Loopback7\n description again\n", true)
	})
}

func TestWhoLeavesASectionThatHasGoneIsNotTold(t *testing.T) {
	for _, line := range []string{"exit", "end", "interface Loopback8", "hostname R2", "do show privilege"} {
		synctest.Test(t, func(t *testing.T) {
			r, one, other := twoUsers(t)
			one.Type("no interface Loopback7\r")
			one.Screen()
			other.Type(line + "\r")
			if got := other.Screen(); strings.Contains(got, "%") && !strings.Contains(got, "%SYS-5-CONFIG_I") {
				t.Errorf("%q is answered by\n%s", line, got)
			}
			r.has(t, "Loopback7", false)
		})
	}
}

// The same section removed and made again is another one with the same name.
func TestASectionMadeAgainTakesLinesOfBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, one, other := twoUsers(t)
		says(t, one, "no interface Loopback7\rinterface Loopback7\r", "no interface Loopback7\nR1(config)#interface Loopback7\nR1(config-if)#")
		says(t, other, "description other\r", "description other\nR1(config-if)#")
		r.has(t, "interface Loopback7\n description other\n", true)
	})
}
