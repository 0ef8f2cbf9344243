package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/cli/config"
)

func configured() *fakeRouter {
	r := newFakeRouter("version 15.6", "hostname R1", "interface Tunnel0", " ip address 10.0.0.1 255.255.255.0", " tunnel mode gre multipoint")
	r.system.NVRAMBytes = 262144
	r.changed, r.by = noon.Add(-time.Minute), "admin"
	return r
}

func TestShowRunningConfigHasTheHeaderThatBackupsCut(t *testing.T) {
	got := output(t, configured(), "show running-config")
	head, body, _ := strings.Cut(got, " bytes\n")
	body = strings.TrimSuffix(body, "\n")
	if want := fmt.Sprintf("Building configuration...\n\nCurrent configuration : %d", len(body)); head != want {
		t.Errorf("it begins %q, want %q", head, want)
	}
	if want := "!\n! Last configuration change at 11:59:00 UTC Mon Jan 5 2026 by admin\n!\nversion 15.6\n"; !strings.HasPrefix(body, want) {
		t.Errorf("the text begins %q", body[:min(len(body), 120)])
	}
	if !strings.HasSuffix(got, "\nend\n\n") {
		t.Errorf("it ends in %q", got[len(got)-20:])
	}
	if !strings.Contains(got, "\ninterface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n") {
		t.Errorf("the interface is missing from\n%s", got)
	}
	if term := output(t, configured(), "write terminal"); term != got {
		t.Error("write terminal prints something else")
	}
}

func TestShowRunningConfigOfOneInterface(t *testing.T) {
	got := output(t, configured(), "show run int tu 0")
	if !strings.HasPrefix(got, "Building configuration...\n\nCurrent configuration : ") || !strings.Contains(got, " bytes\n!\ninterface Tunnel0\n ip address ") || !strings.HasSuffix(got, "\nend\n\n") {
		t.Errorf("it prints\n%s", got)
	}
	if strings.Contains(got, "hostname") {
		t.Error("it prints other lines too")
	}
}

func TestWhatIsSavedLoadsToTheSameConfiguration(t *testing.T) {
	r := configured()
	if got := output(t, r, "write memory"); got != "Building configuration...\n[OK]\n" {
		t.Errorf("it prints %q", got)
	}
	again := newFakeRouter()
	if reports, err := again.tree.Load(strings.NewReader(r.startup), config.Env{Loading: true}); err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	if got, want := again.tree.Text(config.TextOptions{}), r.tree.Text(config.TextOptions{}); got != want {
		t.Errorf("it loads to\n%s\nwant\n%s", got, want)
	}
	shown := output(t, r, "show startup-config")
	if want := fmt.Sprintf("Using %d out of 262144 bytes\n%s\n", len(r.startup), r.startup); shown != want {
		t.Errorf("show startup-config prints\n%s", shown)
	}
}

func TestStartupConfigThatIsNotThere(t *testing.T) {
	if got := output(t, newFakeRouter(), "show startup-config"); got != "startup-config is not present\n" {
		t.Errorf("%q", got)
	}
	if got := output(t, newFakeRouter(), "copy startup-config running-config", ""); !strings.HasSuffix(got, "%% Non-volatile configuration memory is not present\n") {
		t.Errorf("%q", got)
	}
}

func TestCopyDialogues(t *testing.T) {
	r := configured()
	if got := output(t, r, "copy run start", ""); got != "Destination filename [startup-config]? \nBuilding configuration...\n[OK]\n" || !r.saved {
		t.Errorf("%q", got)
	}
	r = configured()
	if got := output(t, r, "copy run start", "elsewhere"); !strings.HasSuffix(got, "%Error opening elsewhere (No such device)\n") || r.saved {
		t.Errorf("%q", got)
	}
	r = newFakeRouter()
	r.startup = "hostname FROMNVRAM\nthis is no line\nip routing\n"
	got := output(t, r, "copy start run", "")
	if want := "Destination filename [running-config]? \nline 2 refused: \"this is no line\": "; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n46 bytes copied in 0.000 secs\n") {
		t.Errorf("%q", got)
	}
	if g := runningGlobal(r); g.Hostname != "FROMNVRAM" {
		t.Errorf("hostname is %q", g.Hostname)
	}
	if strings.Join(r.did, ";") != "configured by  on console" {
		t.Errorf("the log hears %q", r.did)
	}
}

func TestStorageThatFails(t *testing.T) {
	r := configured()
	r.storageErr = errors.New("disk full")
	for _, line := range []string{"write memory", "show startup-config", "erase startup-config"} {
		if got := output(t, r, line, ""); !strings.Contains(got, "%Error ") || !strings.Contains(got, "disk full") || strings.Contains(got, "[OK]") {
			t.Errorf("%s prints %q", line, got)
		}
	}
	r = configured()
	r.system.NVRAMBytes = 10
	if got := output(t, r, "write"); strings.Contains(got, "[OK]") || r.saved {
		t.Errorf("a configuration larger than NVRAM: %q", got)
	}
}

func TestEraseAsksFirst(t *testing.T) {
	const question = "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]\n"
	r := configured()
	r.startup = "x"
	if got := output(t, r, "erase startup-config", "n"); got != question || r.startup == "" {
		t.Errorf("%q", got)
	}
	if got := output(t, r, "write erase", ""); got != question+"[OK]\nErase of nvram: complete\n" || r.startup != "" {
		t.Errorf("%q", got)
	}
}

func TestReloadAsksToSaveAndToProceed(t *testing.T) {
	const save, proceed = "System configuration has been modified. Save? [yes/no]: ", "Proceed with reload? [confirm]\n"
	for _, row := range []struct {
		name    string
		written time.Duration // before noon
		answers []string
		out     string
		saved   bool
		did     string
	}{
		{"saved before", 0, []string{""}, proceed, false, "reload: Reload Command"},
		{"saved before, thinks better", 0, []string{"n"}, proceed, false, ""},
		{"not saved, says no", time.Hour, []string{"no", "y"}, save + "no\n" + proceed, false, "reload: Reload Command"},
		{"not saved, says yes", time.Hour, []string{"y", ""}, save + "y\nBuilding configuration...\n[OK]\n" + proceed, true, "reload: Reload Command"},
		{"not saved, says neither", time.Hour, []string{"maybe", "", "n", "q"}, save + "maybe\n% Please answer 'yes' or 'no'.\n" + save + "\n% Please answer 'yes' or 'no'.\n" + save + "n\n" + proceed, false, ""},
	} {
		r := configured()
		r.written = noon.Add(-row.written)
		if got := output(t, r, "reload", row.answers...); got != row.out || r.saved != row.saved || strings.Join(r.did, ";") != row.did {
			t.Errorf("%s: prints %q, does %q, saved %v", row.name, got, r.did, r.saved)
		}
	}
}

func TestShowRunningConfigWithDefaultsAndNumbers(t *testing.T) {
	r := configured()
	plain := output(t, r, "show running-config")
	for _, line := range []string{"show run full", "show running-config view full"} {
		if got := output(t, r, line); got != plain {
			t.Errorf("%s prints something else", line)
		}
	}
	if all := output(t, r, "show run all"); len(all) <= len(plain) || !strings.Contains(all, "\nfile prompt alert\n") {
		t.Errorf("show running-config all lacks defaults:\n%s", all)
	}
	numbered := output(t, r, "show run linenum")
	_, body, _ := strings.Cut(plain, " bytes\n")
	number := 0
	for line := range strings.Lines(strings.TrimSuffix(body, "\n")) {
		number++
		if want := fmt.Sprintf("\n%6d : %s", number, line); !strings.Contains(numbered, want) {
			t.Errorf("no %q in\n%s", want, numbered)
		}
	}
}

// Whoever types Ctrl-C at a question has changed nothing, at any question of
// any dialogue.
func TestAnInterruptedDialogueChangesNothing(t *testing.T) {
	interrupted := errors.New("interrupted")
	for _, row := range []struct {
		line    string
		answers []string // that would go through with it
	}{
		{"copy running-config startup-config", []string{""}},
		{"copy startup-config running-config", []string{""}},
		{"copy running-config flash:", []string{"backup"}},
		{"copy running-config flash:there", []string{"", "y"}},
		{"copy flash: running-config", []string{"there", ""}},
		{"copy flash:there startup-config", []string{""}},
		{"copy flash: nvram:", []string{"there", "there", ""}},
		{"delete flash:there", []string{"", "y"}},
		{"delete flash:", []string{"there", "y"}},
		{"write erase", []string{""}},
		{"erase nvram:", []string{""}},
		{"erase startup-config", []string{""}},
		{"configure replace flash:there", []string{"y"}},
		{"configure replace flash:there time 5", []string{"yes"}},
		{"configure", []string{"memory"}},
		{"reload", []string{"no", "y"}},
		{"reload", []string{"maybe", "no", "y"}},
		{"reload in 5", []string{"no", "y"}},
		{"reload at 13:00", []string{"no", "y"}},
	} {
		for n := range len(row.answers) + 1 {
			r := configured()
			r.files["flash:there"] = "hostname THERE\nend\n"
			r.files["nvram:there"] = "old"
			r.startup = "hostname SAVED\nend\n"
			was := fmt.Sprint(text(r), r.files, r.startup, r.did, r.probation, r.plan)
			s := newFakeSession(r, row.answers[:n]...)
			s.hangup = interrupted
			err := s.run(t, row.line)
			is := fmt.Sprint(text(r), r.files, r.startup, r.did, r.probation, r.plan)
			switch {
			case n < len(row.answers) && !errors.Is(err, interrupted):
				t.Errorf("%s, Ctrl-C at question %d: %v", row.line, n+1, err)
			case n < len(row.answers) && (is != was || s.mode != ""):
				t.Errorf("%s, Ctrl-C at question %d, leaves\n%s\nthat was\n%s", row.line, n+1, is, was)
			case n == len(row.answers) && (err != nil || is == was):
				t.Errorf("%s with all its answers: %v, nothing done", row.line, err)
			}
		}
	}
}

func TestRefusedLinesOfStartupConfigAreKeptAside(t *testing.T) {
	r := newFakeRouter("hostname R1")
	r.startup = "hostname R1\nfrobnicate the widget\nend\n"
	if got := output(t, r, "write memory"); got != "Building configuration...\n[OK]\n" {
		t.Errorf("prints %q", got)
	}
	if got := r.files["nvram:startup-config.refused"]; got != "hostname R1\nfrobnicate the widget\nend\n" {
		t.Errorf("kept %q", got)
	}
	if want := "%PARSER-4-REFUSED_KEPT: 1 line of startup-config had been refused: before it was written over, it was copied to nvram:startup-config.refused"; !slices.Contains(r.did, want) {
		t.Errorf("logged %q", r.did)
	}
	delete(r.files, "nvram:startup-config.refused")
	output(t, r, "write memory")
	if len(r.files) != 0 {
		t.Errorf("what is whole is kept aside: %v", r.files)
	}
}
