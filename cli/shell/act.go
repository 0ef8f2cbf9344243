package shell

import (
	"weft/cli/commands"
	"weft/cli/config"
)

// act does what a line of configuration mode asks for that is no configuration.
func (s *Session) act(r config.Result) {
	do := commands.Action(r.Acts)
	if do == nil {
		return
	}
	s.perform(func() error { return do(s, r.Args, r.Negative) })
}
