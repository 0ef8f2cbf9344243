package main

import (
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/shell"
	"weft/router"
)

// refusals is how many refused lines of a configuration are told one by one: of
// a file that is no configuration at all, nobody wants thousands.
const refusals = 20

// boot makes the router, with startup-config from NVRAM or, while that holds
// none, from the file on the command line, or else as a box leaves the factory.
func (b *box) boot(s settings) error {
	text, ok, err := b.startup(s)
	if err != nil {
		return err
	}
	b.greeting = shell.Started
	if !ok {
		text, b.greeting = commands.FactoryConfig, shell.Unboxed
	}
	vault, faulty := b.master.vault()
	if faulty != nil {
		b.notices = append(b.notices, "master key: "+faulty.Error())
	}
	tree, reports, err := load(text, vault)
	if err == nil && strings.Trim(text, "\x00 \t\r\n") == "" {
		err = fmt.Errorf("there is nothing in it")
	}
	if err != nil {
		// What was read before the error, if anything, is half a configuration.
		tree, _, _ = load(commands.FactoryConfig, vault)
		b.notices = append(b.notices, "startup-config: it is not used: "+err.Error())
	}
	b.unread = err != nil
	b.reports = shorten(reports)
	if s.box && ok && !b.unread {
		b.notices = append(b.notices, unconfigured(tree.Text(config.TextOptions{}), s.ports)...)
	}
	b.router = router.New(router.Options{Entropy: rand.Reader, Booted: b.started, Tree: tree})
	return nil
}

// startup is the text to start with, if there is any.
func (b *box) startup(s settings) (string, bool, error) {
	if s.factory {
		return "", false, nil
	}
	text, ok, err := b.nvram.StartupConfig()
	if err != nil {
		if s.box { // it has to run somehow
			b.notices = append(b.notices, err.Error())
			return "", false, nil
		}
		return "", false, err
	}
	if !ok && s.config != "" {
		content, err := os.ReadFile(s.config)
		return string(content), err == nil, err
	}
	return text, ok, nil
}

// unconfigured are notices of ports that a configuration does not speak of.
func unconfigured(text string, ports map[string]string) (notices []string) {
	for _, port := range slices.Sorted(maps.Values(ports)) {
		if !strings.Contains("\n"+text, "\ninterface "+port+"\n") {
			notices = append(notices, port+": it is not in the configuration and therefore shut down")
		}
	}
	return notices
}

func load(text string, vault config.Vault) (*config.Tree, []config.Report, error) {
	return compile.Load(strings.NewReader(text), config.Env{Salt: rand.Reader, Vault: vault, Loading: true})
}

// shorten keeps the first refusals and counts the others.
func shorten(reports []config.Report) (kept []config.Report) {
	refused := 0
	for _, r := range reports {
		if r.Refused != "" {
			if refused++; refused > refusals {
				continue
			}
		}
		kept = append(kept, r)
	}
	if more := refused - refusals; more > 0 {
		kept = append(kept, config.Report{Refused: fmt.Sprintf("and %d more lines", more)})
	}
	return kept
}

// tellNotices logs what process 1 has to say, a line "what: reason" each.
func (b *box) tellNotices(file string) {
	lines := b.notices
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			lines = append(lines, "notices: "+err.Error())
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	for _, line := range lines {
		if what, reason, ok := strings.Cut(line, ": "); ok {
			b.tell(router.Happened{Event: commands.HostFault{What: what, Reason: reason}})
		}
	}
}

// keepDayZero saves a first configuration, so that the box starts with it from
// now on, with or without what it came from.
func (b *box) keepDayZero(source string) {
	if source == "" || b.unread {
		return
	}
	if err := b.nvram.Save(commands.ConfigText(view{b}, config.TextOptions{})); err != nil {
		b.tell(router.Happened{Event: commands.HostFault{What: source, Reason: err.Error()}})
		return
	}
	b.tell(router.Happened{Event: commands.DayZeroDone{Source: source}})
}
