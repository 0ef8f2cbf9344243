package compile

import (
	"io"

	"weft/cli/commands"
	"weft/cli/config"
)

// Load reads a whole configuration into a new tree. Lines that a newer syntax
// leaves out because they hold there by default are made explicit.
func Load(r io.Reader, env config.Env) (*config.Tree, []config.Report, error) {
	t := config.New(commands.GlobalMode)
	if env.Vault != nil {
		t.SetVault(env.Vault)
	}
	reports, err := t.Load(r, env)
	if err != nil {
		return t, reports, err
	}
	for _, notice := range commands.MakeExplicit(t, env) {
		reports = append(reports, config.Report{Notices: []string{notice}})
	}
	return t, reports, nil
}
