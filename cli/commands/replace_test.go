package commands

import (
	"strings"
	"testing"
	"time"

	"weft/cli/config"
)

const preamble = `This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: `

const done = "\nTotal number of passes: 1\nRollback Done\n\n"

// replaceable is a box, and a file in its flash: that says something else.
func replaceable() *fakeRouter {
	r := configured()
	r.files["flash:other"] = "!\nversion 15.6\nhostname R2\ninterface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n ip mtu 1400\n tunnel mode gre multipoint\nip route 10.9.0.0 255.255.0.0 Null0\nend\n"
	r.files["flash:bad"] = "hostname R3\nip route nonsense\ninterface Tunnel0\n tunnel made\nend\n"
	r.files["flash:cut"] = "hostname R3\ninterface Tunnel0\n"
	r.files["flash:utf16"] = "\xff\xfeh\x00o\x00s\x00t\nend\n"
	return r
}

func text(r *fakeRouter) string { return r.tree.Text(config.TextOptions{}) }

func TestReplaceMakesTheFileTheConfiguration(t *testing.T) {
	r := replaceable()
	if got := output(t, r, "configure replace flash:other", "y"); got != preamble+"y\n"+done {
		t.Errorf("it prints %q", got)
	}
	want := newFakeRouter(strings.Split(strings.TrimSuffix(r.files["flash:other"], "end\n"), "\n")...)
	if text(r) != text(want) {
		t.Errorf("the configuration is\n%s", text(r))
	}
	if strings.Join(r.did, ";") != "configured by  on console" {
		t.Errorf("%q", r.did)
	}
	if got := output(t, r, "configure replace flash:other force"); got != "\nTotal number of passes: 0\nRollback Done\n\n" {
		t.Errorf("the same again prints %q", got)
	}
}

func TestReplaceListsWhatItDoes(t *testing.T) {
	r := replaceable()
	before := r.tree.Clone()
	got := output(t, r, "configure replace flash:other list force")
	body, ok := strings.CutPrefix(got, "!Pass 1\n\n!List of Commands:\n")
	lines, tail, _ := strings.Cut(body, "end\n")
	if !ok || tail != done || !strings.Contains(lines, "hostname R2\n") || !strings.Contains(lines, "interface Tunnel0\n ip mtu 1400\n") || !strings.Contains(lines, "ip route 10.9.0.0 255.255.0.0 Null0\n") {
		t.Errorf("it prints\n%s", got)
	}
	if _, err := before.Load(strings.NewReader(lines), config.Env{}); err != nil || before.Text(config.TextOptions{}) != text(r) {
		t.Errorf("its list does not lead there: %v", err)
	}
}

func TestReplaceThatCannotBeDoneChangesNothing(t *testing.T) {
	for _, row := range []struct {
		line    string
		answers []string
		out     string
	}{
		{"configure replace flash:other", []string{""}, preamble + "\n"},
		{"configure replace flash:other", []string{"no"}, preamble + "no\n"},
		{"configure replace flash:none force", nil, "Error: Could not open file flash:none for reading\n"},
		{"configure replace flash:none", []string{"yes"}, preamble + "yes\nError: Could not open file flash:none for reading\n"},
		{"configure replace flash:cut force", nil, "%The input file is not a valid config file.\n"},
		{"configure replace flash:utf16 force", nil, "%The input file is not a valid config file.\n"},
		{"configure replace null: force time 5", nil, "%The input file is not a valid config file.\n"},
		{"configure replace flash:bad force", nil, "\n!List of Rollback Commands:\nip route nonsense\n tunnel made\nend\n\nRollback aborted after 5 passes\n" +
			"The following commands are failed to apply to the IOS image.\n********\nline 2 refused: \"ip route nonsense\": nothing matches at column 10: \"nonsense\"\n" +
			"line 4 refused: \"tunnel made\": nothing matches at column 10: \"ade\"\n********\n"},
	} {
		r := replaceable()
		before, revision := text(r), r.tree.Revision()
		if got := output(t, r, row.line, row.answers...); got != row.out {
			t.Errorf("%s prints\n%s\nwant\n%s", row.line, got, row.out)
		}
		if text(r) != before || r.tree.Revision() != revision || r.probation != nil || len(r.did) != 0 {
			t.Errorf("%s changes something: %q\n%s", row.line, r.did, text(r))
		}
	}
	got := output(t, replaceable(), "configure replace flash:bad force revert trigger error")
	if !strings.HasSuffix(got, "\nThe original configuration has been successfully restored.\n") {
		t.Errorf("%q", got)
	}
}

func TestReplaceOnProbationGoesBackToWhatWas(t *testing.T) {
	for _, line := range []string{"configure replace flash:other force time 7", "configure replace flash:other force revert trigger error timer 7"} {
		r := replaceable()
		before := text(r)
		if got := output(t, r, line); got != done {
			t.Errorf("%s prints %q", line, got)
		}
		p, pending := r.OnProbation()
		if !pending || p.Minutes != 7 || p.At != noon.Add(7*time.Minute) || p.Target != "running-config of 12:00:00 UTC Mon Jan 5 2026" {
			t.Errorf("%+v", p)
		}
		if got := output(t, r, "configure revert now"); got != done || text(r) != before {
			t.Errorf("%q\n%s", got, text(r))
		}
	}
}

func TestConfigureTerminalRevertTimer(t *testing.T) {
	r := configured()
	const banner = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
	s := newFakeSession(r)
	if err := s.run(t, "conf t revert timer 2"); err != nil || s.out.String() != banner || s.mode != "config" {
		t.Errorf("%v %q %s", err, s.out.String(), s.mode)
	}
	if got := output(t, r, "show archive config rollback timer"); got != "Time configured(or reconfigured): 12:00:00 UTC Mon Jan 5 2026\nTimer type: absolute timer\nTimer value: 2 min\nUser: console\n" {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "configure terminal revert timer 5"); !strings.HasPrefix(got, "%A Rollback Confirmed Change is pending already") {
		t.Errorf("%q", got)
	}
	if output(t, r, "configure revert timer 9"); r.probation.Minutes != 9 {
		t.Errorf("%+v", r.probation)
	}
	if got := output(t, r, "configure confirm"); got != "" || r.probation != nil {
		t.Errorf("%q", got)
	}
	for _, line := range []string{"configure confirm", "configure revert now", "configure revert timer 3", "show archive config rollback timer"} {
		if got := output(t, r, line); got != "%No Rollback Confirmed Change pending\n" {
			t.Errorf("%s: %q", line, got)
		}
	}
	s = newFakeSession(r)
	if err := s.run(t, "configure terminal revert timer idle 4"); err != nil || !s.Terminal().Watched || !r.probation.Idle || r.probation.At != noon.Add(4*time.Minute) {
		t.Errorf("%v %+v", err, r.probation)
	}
	if got := output(t, r, "show archive config rollback timer"); !strings.Contains(got, "Timer type: idle timer\nTimer value: 4 min\n") {
		t.Errorf("%q", got)
	}
	output(t, r, "configure confirm")
	configureLines(t, r, "archive", " path flash:cfg")
	s = newFakeSession(r)
	if err := s.run(t, "configure terminal revert timer 2"); err != nil || s.out.String() != "Rollback Confirmed Change: Backing up current running config to flash:cfg-0\n\n"+banner ||
		r.probation.Target != "flash:cfg-0" || r.files["flash:cfg-0"] == "" {
		t.Errorf("%v %q %q", err, s.out.String(), r.files)
	}
}
