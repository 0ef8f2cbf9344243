package router

import (
	"net/netip"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/dataplane"
	"weft/dhcp"
	"weft/ike"
	"weft/nhrp"
	"weft/routing/eigrp"
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
		Speed   int // Mbit/s; 0 unknown
	}

	// Packet is an event of the data plane: a control packet, an unresolved
	// next hop, a binding that was used.
	Packet struct{ Event dataplane.Event }

	// RoutingPacket is a packet of a routing protocol, without its IP header: EIGRP
	// has protocol 88.
	RoutingPacket struct {
		Interface string
		From, To  netip.Addr
		Protocol  uint8
		Packet    []byte
	}

	// Found answers Lookup.
	Found struct{ nhrp.Found }

	// Datagram is one to the port of the DHCP client.
	Datagram struct{ dhcp.Receive }
	// Computed answers Compute.
	Computed struct{ ike.Computed }

	// Left says that a user has left configuration mode.
	Left struct{ Origin, User string }

	// Booted says that startup-config has been loaded, and which of its lines
	// were refused.
	Booted struct{ Reports []config.Report }

	// Happened is an event of the box around the router, for the log: one of
	// the event types of package commands.
	Happened struct{ Event any }

	// Command is "clear ..." or "debug ...": an nhrp or dhcp input, Debugging,
	// ClearLogging, SetClock, or what schedule.go takes.
	Command struct{ Command any }
)

func (Configured) in()    {}
func (Port) in()          {}
func (Packet) in()        {}
func (RoutingPacket) in() {}
func (Found) in()         {}
func (Datagram) in()      {}
func (Computed) in()      {}
func (Left) in()          {}
func (Booted) in()        {}
func (Happened) in()      {}
func (Command) in()       {}

type (
	// Debugging switches one topic.
	Debugging struct {
		Topic commands.DebugTopic
		On    bool
	}
	// DebugConditions are all that there are to be.
	DebugConditions []commands.DebugCondition
	// ClearEIGRP is "clear ip eigrp": of one process, or of all if AS is 0.
	ClearEIGRP struct {
		AS uint16
		eigrp.Clear
	}
	// ClearLogging empties the logging buffer.
	ClearLogging struct{}
)
