package commands

import (
	"strings"
	"testing"
)

func TestHelpIsThereInConfigurationModeAndStoresNothing(t *testing.T) {
	s := configures(t, "hostname R1\ninterface Tunnel0")
	before := s.text()
	if got := s.enter("help"); !strings.Contains(got, `("show pr?")`) {
		t.Errorf("answered %q", got)
	}
	if s.text() != before {
		t.Errorf("running-config has become\n%s", s.text())
	}
}
