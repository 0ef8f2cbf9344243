package commands

import (
	"fmt"
	"strconv"
	"strings"

	"weft/cli/config"
)

// syntaxVersion is the version of the syntax whose hidden defaults hold here.
const syntaxVersion = "15.6"

// newerDefaults reports whether a configuration was written for a version that
// has multicast to registered clients by default: 15.7 and later.
func newerDefaults(t *config.Tree) bool {
	l := t.Root().Find(versionLine)
	if l == nil || l.Negative {
		return false
	}
	major, rest, _ := strings.Cut(l.Args.Word("number"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	m, err1 := strconv.Atoi(major)
	n, err2 := strconv.Atoi(minor)
	return err1 == nil && err2 == nil && (m > 15 || m == 15 && n >= 7)
}

// MakeExplicit writes down what a configuration of a newer version left to its
// defaults, and makes it one of this version. It returns what it did, to be
// told to the user.
func MakeExplicit(t *config.Tree, env config.Env) (notices []string) {
	newer := newerDefaults(t)
	for _, l := range t.Root().Lines() {
		name, ok := InterfaceHead(l)
		if !ok || l.Section.Mode() != tunnelMode {
			continue
		}
		at := config.Cursor{Path: []string{l.Text}}
		dynamic := l.Section.Find(nhrpMapDynamic)
		switch {
		case dynamic != nil && dynamic.Negative:
			t.Enter(at, "default "+nhrpMapDynamic.Syntax, env)
		case dynamic == nil && newer && asksForNHRP(l.Section):
			if _, err := t.Enter(at, nhrpMapDynamic.Syntax, env); err == nil {
				notices = append(notices, fmt.Sprintf("%s: %q is the default of the version it was written for; now it is written down",
					name, nhrpMapDynamic.Syntax))
			}
		}
	}
	if newer {
		t.Enter(config.Cursor{}, "version "+syntaxVersion, env)
	}
	return notices
}

// asksForNHRP reports whether a tunnel is one of those with the newer default.
func asksForNHRP(section *config.Node) bool {
	i := section.Compile().(*Interface)
	return i.Tunnel.Multipoint && i.NHRP.NetworkID != 0
}

// nhrpMapDynamic is kept in its negative form only while a configuration of a
// newer version is read, until MakeExplicit has seen it.
var nhrpMapDynamic = &command{
	Syntax: "ip nhrp map multicast dynamic",
	Help:   help{"dynamic": "To every client that registers"},
	Signed: true,
	Leave: func(e *config.Edit, _ args) error {
		if e.Loading() && newerDefaults(e.Tree()) {
			return nil
		}
		return e.Rewrite("default ip nhrp map multicast dynamic")
	},
	Apply: toSigned(func(s *Interface, _ args, on bool) { s.NHRP.MulticastDynamic = on }),
}
