package commands

import "testing"

func TestDebugConditions(t *testing.T) {
	r := hubBox()
	for _, row := range []struct{ line, answer, want string }{
		{"debug condition interface Tunnel0", "", "Condition 1 set\n"},
		{"debug condition interface tu0", "", "% Condition already set\n"},
		{"debug condition interface GigabitEthernet0/1", "", "Condition 2 set\n"},
		{"show debugging condition", "", "Condition 1: interface Tu0 (1 flags triggered)\n\tFlags: Tu0\nCondition 2: interface Gi0/1 (1 flags triggered)\n\tFlags: Gi0/1\n"},
		{"undebug condition 7", "", "% Condition not set\n"},
		{"no debug condition interface tunnel 0", "", "Condition 1 has been removed\n"},
		{"undebug condition all", "", "Condition 2 has been removed\n"},
		{"show debugging condition", "", ""},
	} {
		if got := output(t, r, row.line); got != row.want {
			t.Errorf("%s: %q", row.line, got)
		}
	}
	r.debugs[DebugTunnel] = true
	r.conditions = []DebugCondition{{Number: 3, Interface: "Tunnel0"}}
	if output(t, r, "undebug condition 3", "no"); len(r.conditions) != 1 {
		t.Error("removed although the answer was no")
	}
	if output(t, r, "undebug condition 3", "yes"); len(r.conditions) != 0 {
		t.Error("not removed although the answer was yes")
	}
}
