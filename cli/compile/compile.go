// Package compile turns a running-config tree into the desired state of every
// machine. It is pure: the same tree gives the same values. Each section is
// compiled once and kept until it changes.
package compile

import (
	"weft/cli/commands"
	"weft/nhrp"
)

// Box is everything the running-config asks for.
type Box struct {
	Global     *commands.Global
	Interfaces []*commands.Interface // in IOS order
	Lines      []*commands.LineGroup
	NHRP       nhrp.Config
}

// Compile compiles a tree.
//
//	func Compile(t *config.Tree) Box
var _ Box
