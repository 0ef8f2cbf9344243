package commands

import (
	"slices"

	"weft/cli/config"
)

// showIPSSH tells whether anybody may come in by SSH, and how.
func showIPSSH(s Session, _ args) error {
	listens := false
	s.Router().Config(func(t *config.Tree, _ config.Env) {
		for _, l := range t.Root().Lines() {
			if !IsLine(l) || l.Command != vtyLine {
				continue
			}
			g := l.Section.Compile().(*LineGroup)
			listens = listens || g.Login == LoginLocal && slices.Contains(g.Transport, "ssh")
		}
	})
	if listens {
		s.Printf("SSH Enabled - version 2.0\n")
	} else {
		s.Printf("SSH Disabled - version 2.0\n%% No virtual terminal has both login local and transport input ssh\n")
	}
	g := runningGlobal(s.Router()).SSH
	s.Printf("Authentication methods:keyboard-interactive,password\n")
	s.Printf("Authentication timeout: %d secs; Authentication retries: %d\n", int(g.Timeout.Seconds()), g.Retries)
	return nil
}
