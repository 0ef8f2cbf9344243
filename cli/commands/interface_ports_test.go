package commands

import (
	"testing"

	"weft/cli/config"
)

func TestPortsOfTheBoxStay(t *testing.T) {
	s := configures(t, "interface gi0/1\nshutdown\ninterface gi0/9\nexit")
	env := config.Env{Fixed: func(head string) bool { return head == "interface GigabitEthernet0/1" }}
	_, err := s.tree.Enter(s.at, "no interface gi0/1", env)
	if err == nil || err.Error() != "% Removal of physical interfaces is not permitted" {
		t.Errorf("answered %v", err)
	}
	s.has("interface GigabitEthernet0/1", true)
	if _, err := s.tree.Enter(s.at, "no int gi0/9", env); err != nil {
		t.Error(err)
	}
	s.has("interface GigabitEthernet0/9", false)
	if _, err := s.tree.Enter(s.at, "default int gi0/1", env); err != nil {
		t.Error(err)
	}
	s.has(" shutdown", false)
}
