package commands

import (
	"errors"
	"strings"
	"testing"

	"weft/cli/config"
)

// A new box, with two ports.
func newBox() *fakeRouter {
	r := newFakeRouter("hostname Router", "interface GigabitEthernet0/0", "shutdown", "interface GigabitEthernet0/1", "shutdown",
		"line vty 0 4", "login", "transport input none")
	for _, name := range []string{"GigabitEthernet0/0", "GigabitEthernet0/1"} {
		r.interfaces = append(r.interfaces, InterfaceState{Interface: &Interface{Name: name}, Exists: true, Method: "unset"})
	}
	return r
}

// firstDialog types answers at the console of a new box and returns the screen.
func firstDialog(r *fakeRouter, answers ...string) (string, error) {
	s := newFakeSession(r, answers...)
	err := FirstDialog(s)
	return s.out.String(), err
}

var basicSetup = []string{
	"", "perhaps", "yes", // initial configuration dialog
	"y",                    // basic management setup
	"?", "9 lives", "HQ-1", // host name
	"", "?", "opensesame", // enable secret
	"opensesame", "cisco", // enable password
	"", "7 dwarfs", // virtual terminal password
	"",                       // SNMP
	"", "nonsense", "gi 0/1", // interface
	"",                                                 // configure IP
	"10.0.0", "224.0.0.1", "10.1.2.0", "255.255.255.0", // a network's own address
	"10.1.2.3", "255.0.255.0", "10.1.2.3", "255.255.255.0",
}

func TestSetupMakesAConfiguration(t *testing.T) {
	r := newBox()
	got, err := firstDialog(r, append(basicSetup, "5", "2")...)
	if err != nil {
		t.Error(err)
	}
	goldenText(t, "setup.txt", got+"-----\n"+ConfigText(r, config.TextOptions{}))
	if r.startup != ConfigText(r, config.TextOptions{}) {
		t.Errorf("startup-config is\n%s", r.startup)
	}
	if !Verify(runningGlobal(r).EnableSecret, "opensesame") {
		t.Error("the enable secret is not the one that was typed")
	}
}

func TestSetupCanBeLeftAnywhere(t *testing.T) {
	all := append(basicSetup, "") // with another answer than the last, nothing is left to be saved
	for n := range all {
		r := newBox()
		before := ConfigText(r, config.TextOptions{})
		got, err := firstDialog(r, all[:n]...)
		if !errors.Is(err, errHangup) {
			t.Errorf("after %d answers: %v", n, err)
		}
		if r.saved || ConfigText(r, config.TextOptions{}) != before {
			t.Errorf("after %d answers the configuration is changed", n)
		}
		if n > 3 && !strings.HasSuffix(got, "\n\nConfiguration aborted, no changes made.\n") {
			t.Errorf("after %d answers: %q", n, got)
		}
	}
}

func TestSetupIsNotKeptUnlessWanted(t *testing.T) {
	r := newBox()
	before := ConfigText(r, config.TextOptions{})
	if _, err := firstDialog(r, append(basicSetup, "0")...); err != nil {
		t.Error(err)
	}
	if r.saved || ConfigText(r, config.TextOptions{}) != before {
		t.Error("selection 0 changes the configuration")
	}
	second := []string{"yes", "", "s", "p", "v", "", "gi0/0", "no", "2"}
	if got, err := firstDialog(r, append(append(basicSetup, "1"), second...)...); err != nil || strings.Count(got, "Configuring global parameters") != 2 {
		t.Errorf("selection 1: %v\n%s", err, got)
	}
	if text := ConfigText(r, config.TextOptions{}); strings.Contains(text, "HQ-1") || !strings.Contains(text, "interface GigabitEthernet0/0\n no ip address\n!") {
		t.Errorf("the second run left\n%s", text)
	}
}

func TestExtendedSetupAsksAboutEveryPort(t *testing.T) {
	r := newBox()
	got := output(t, r, "setup", "yes", "no", "R7", "s", "p", "v", "y", "", "y", "", "192.0.2.1", "", "n", "2")
	for _, want := range []string{"Continue with configuration dialog? [yes/no]: yes", "Do you want to configure GigabitEthernet0/1 interface? [no]: n",
		"    Class C network is 192.0.2.0, 24 subnet bits; mask is /24\n", "snmp-server community public\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	for _, want := range []string{"hostname R7\n", "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n!", "interface GigabitEthernet0/1\n no ip address\n shutdown\n!"} {
		if !strings.Contains(r.startup, want) {
			t.Errorf("saved, without %q:\n%s", want, r.startup)
		}
	}
}

func TestSetupOfABoxWithoutPorts(t *testing.T) {
	r := newBox()
	r.interfaces = nil
	if got := output(t, r, "setup", "y", "y", "R7", "s", "p", "v", "", "2"); !strings.Contains(got, "% There is no interface to configure.") || !r.saved {
		t.Errorf("saved: %v\n%s", r.saved, got)
	}
}
