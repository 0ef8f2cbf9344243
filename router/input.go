package router

import (
	"weft/dataplane"
)

// In is what can happen to a router.
type In interface{ in() }

type (
	// Configured says that the running-config tree has changed.
	Configured struct{}

	// Port is what the box has behind an Ethernet interface name. It comes for
	// every port at start, and again at each change.
	Port struct {
		Name    string // "GigabitEthernet0/1"
		Exists  bool
		Carrier bool
		MAC     string
		MTU     int
		Speed   int
	}

	// Packet is an event of the data plane: a control packet, an unresolved
	// next hop, a binding that was used.
	Packet struct{ Event dataplane.Event }

	// Configured by a user who leaves configuration mode.
	Left struct{ Origin, User string }

	// Command is "clear ..." or "debug ..." for one of the machines:
	// an nhrp.Clear, nhrp.ClearCounters, or a commands.DebugTopic with a switch.
	Command struct{ Command any }
)

func (Configured) in() {}
func (Port) in()       {}
func (Packet) in()     {}
func (Left) in()       {}
func (Command) in()    {}
