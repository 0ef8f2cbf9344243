// Package compile turns a running-config tree into the desired state of every
// machine: one plain value, the Box. It is pure: the same tree gives the same
// values, and nothing of the tree is left in them.
//
// The tables say what each line asks for (config.Command.Apply), and the tree
// keeps what a section came to until a line of it changes, so that one changed
// line among ten thousand interfaces compiles one section. What only the
// whole tree can say is added here: an interface's name, what NHRP must know of
// its tunnel (interfaces.go), the names by which the sections of IPsec refer to each other (ike.go), the
// processes of EIGRP with what interfaces say of them (eigrp.go), and what overlapping ranges of terminal lines
// come to (lines.go). check.go answers "weft check", lint.go, lint_path.go and lint_crypto.go find
// what was taken line by line and cannot work as a whole, load.go reads a
// configuration that may be written for a newer syntax.
//
// Left out is whatever depends on more than the configuration: whether a port
// exists, which address "tunnel source GigabitEthernet0/1" stands for. That is
// the router's to know.
package compile

import (
	"weft/cli/commands"
	"weft/cli/config"
	"weft/ike"
	"weft/nhrp"
	"weft/routing/policy"
)

// Box is everything the running-config asks for.
type Box struct {
	Global     *commands.Global
	Interfaces []*commands.Interface // in IOS order
	Lines      []*commands.LineGroup // the console first, virtual terminals by number
	NHRP       nhrp.Config
	IKE        ike.Config
	EIGRP      []commands.EIGRP              // by autonomous system
	UserKeys   map[string][]commands.UserKey // of SSH, by user
	// AccessLists are all that there are, in the order of the configuration.
	AccessLists []*policy.AccessList
}

// Compile compiles a tree. The values belong to the tree's cache and are not to
// be changed.
func Compile(t *config.Tree) Box {
	box := Box{Global: t.Root().Compile().(*commands.Global)}
	var lines []*config.Line
	for _, l := range t.Root().Lines() {
		if name, ok := commands.InterfaceHead(l); ok {
			box.Interfaces = append(box.Interfaces, compileInterface(name, l.Section))
		}
		if commands.IsLine(l) {
			lines = append(lines, l)
		}
	}
	box.Lines = compileLines(lines)
	box.UserKeys = commands.UserKeys(t.Root())
	box.AccessLists = commands.AccessLists(t.Root())
	box.NHRP = nhrpConfig(box.Interfaces)
	box.NHRP.TraceEvents, box.NHRP.TraceErrors = box.Global.TraceEvents, box.Global.TraceErrors
	box.IKE = ikeConfig(t, box)
	box.EIGRP = eigrpProcesses(t, box.Interfaces)
	return box
}
