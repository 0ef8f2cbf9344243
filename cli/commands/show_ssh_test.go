package commands

import "testing"

func TestShowIPSSHSaysWhetherAnybodyMayComeIn(t *testing.T) {
	const methods = "Authentication methods:keyboard-interactive,password\n"
	r := newFakeRouter("line vty 0 4", " login local", " transport input ssh", "ip ssh time-out 60")
	if got := output(t, r, "show ip ssh"); got != "SSH Enabled - version 2.0\n"+methods+"Authentication timeout: 60 secs; Authentication retries: 3\n" {
		t.Errorf("printed\n%s", got)
	}
	r = newFakeRouter("line vty 0 4", " login", " transport input ssh")
	if got := output(t, r, "show ip ssh"); got != "SSH Disabled - version 2.0\n% No virtual terminal has both login local and transport input ssh\n"+
		methods+"Authentication timeout: 120 secs; Authentication retries: 3\n" {
		t.Errorf("printed\n%s", got)
	}
}
