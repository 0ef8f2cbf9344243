package shell

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/terminal/terminaltest"
)

// Whoever changes the timeout of the line he is on is under the new one at once.
func TestTimeoutsOfOnesOwnLineHoldAtOnce(t *testing.T) {
	for lines, stays := range map[string]bool{
		"":                               false, // ten minutes
		"line con 0\r\nno exec-timeout":  true,
		"line con 0\r\nexec-timeout 0":   true,
		"line vty 0 4\r\nexec-timeout 0": false,
		"line con 0\r\nexec-timeout 59":  false,
		"line con 0\r\nexec-timeout 61":  true,
	} {
		synctest.Test(t, func(t *testing.T) {
			typist, ours := terminaltest.Connect(t)
			u := &user{User: typist, router: &fakeRouter{tree: config.New(commands.GlobalMode), lines: &Lines{}}}
			u.box = &Box{Router: u.router, Exec: newFakeTable(), Lines: u.router.lines, Compile: compile.Compile}
			u.router.Config(func(t *config.Tree, env config.Env) {
				at, _ := t.Enter(config.Cursor{}, "line con 0", env)
				t.Enter(at.Cursor, "privilege level 15", env)
			})
			ctx, cancel := context.WithCancel(context.Background())
			go u.box.Console(ctx, ours, AtOnce)
			u.Type("conf t\r" + lines + "\rend\r")
			synctest.Wait()
			time.Sleep(time.Hour)
			synctest.Wait()
			left := strings.Contains(u.Screen(), "now available")
			if left == stays {
				t.Errorf("%q: the session is over: %v", lines, left)
			}
			cancel()
		})
	}
}
