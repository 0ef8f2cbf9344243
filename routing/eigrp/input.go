package eigrp

import "net/netip"

// In is what can happen to the engine.
type In interface{ in() }

type (
	// Configure is a new desired state; neighbours that the change does not
	// touch stay.
	Configure struct{ Want Config }

	// Link is an interface as the router has it. It comes for every interface
	// with an address, and again at each change.
	Link struct {
		Interface string
		Up        bool
		Address   netip.Prefix
		Secondary []netip.Prefix
		Bandwidth uint32 // kbit/s
		Delay     uint32 // tens of microseconds
		MTU       int
		Loopback  bool // nobody is behind it
	}
	// Gone is an interface that is no longer there.
	Gone struct{ Interface string }

	// Receive is a packet of protocol 88, without its IP header.
	Receive struct {
		Interface string
		From, To  netip.Addr
		Packet    []byte // the engine may keep it
	}

	// Redistribute offers a route of another source; Retract takes it back. A
	// route without Seed has the metric of its interface.
	Redistribute struct {
		Prefix   netip.Prefix
		Source   Protocol
		SourceAS uint32
		Metric   uint32 // in the other protocol
		Tag      uint32
		Seed     *Seed
		// Interface is where a connected or static route leaves.
		Interface string
	}
	Retract struct {
		Prefix netip.Prefix
		Source Protocol
	}

	// Clear is "clear ip eigrp neighbors": hard ones go down, soft ones are told
	// everything afresh.
	Clear struct {
		Interface string     // "" all
		Neighbor  netip.Addr // zero: all
		Soft      bool
	}

	// Debugging switches topics on and off.
	Debugging struct{ Packets, FSM bool }
)

func (Configure) in()    {}
func (Link) in()         {}
func (Gone) in()         {}
func (Receive) in()      {}
func (Redistribute) in() {}
func (Retract) in()      {}
func (Clear) in()        {}
func (Debugging) in()    {}

// Protocol is where an external route comes from.
type Protocol uint8

const (
	FromIGRP Protocol = iota + 1
	FromEIGRP
	FromStatic
	FromRIP
	FromHello
	FromOSPF
	FromISIS
	FromEGP
	FromBGP
	FromIDRP
	FromConnected
)
