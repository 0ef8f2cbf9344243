package shell

import (
	"strings"

	"weft/cli/config"
)

// The tag of global configuration mode.
const config0 = "config"

// Scripts know a prompt by its beginning and take no other length: the name is
// cut to 63 characters, in configuration mode to 20, and there the tag is cut
// so that all of the prompt has 30.
const (
	execName   = 63
	configName = 20
	configAll  = 30
)

// prompt is the prompt of the mode the session is in.
func (s *Session) prompt() string {
	switch {
	case s.conf != nil:
		return configPrompt(s.hostname, s.conf.tag)
	case s.privilege > 1:
		return cut(s.hostname, execName) + "#"
	}
	return cut(s.hostname, execName) + ">"
}

func configPrompt(name, tag string) string {
	if tag == "" {
		tag = config0
	}
	name = cut(name, configName)
	return name + "(" + cut(tag, configAll-len(name)-len("()#")) + ")#"
}

func cut(s string, n int) string { return s[:min(len(s), n)] }

// defaultName is how a box calls itself that has not been told its name.
const defaultName = "Router"

// hostname is the name that the running-config gives the box.
func hostname(t *config.Tree) string {
	root := t.Root()
	for _, c := range root.Mode().Commands() {
		if strings.HasPrefix(c.Syntax, "hostname ") {
			if line := root.Find(c); line != nil && !line.Negative {
				return strings.TrimPrefix(line.Text, "hostname ")
			}
		}
	}
	return defaultName
}
