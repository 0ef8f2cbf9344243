package eigrp

import (
	"net/netip"
	"time"
)

// Out is what the engine can do.
type Out interface{ out() }

type (
	// Send puts a packet of protocol 88 on an interface. To is 224.0.0.10 for
	// all neighbours.
	Send struct {
		Interface string
		To        netip.Addr
		Packet    []byte
	}

	// Route is the way, or the ways, to a prefix; it takes the place of what was
	// said of the prefix before. Withdraw takes it back.
	Route struct {
		Prefix   netip.Prefix
		External bool
		Distance uint8
		Metric   uint32
		Vector   Vector // of the best way
		Tag      uint32
		Hops     []Hop
		Discard  bool // a summary's
	}
	Withdraw struct{ Prefix netip.Prefix }

	// Join and Leave: packets to 224.0.0.10 of an interface are wanted, or no more.
	Join  struct{ Interface string }
	Leave struct{ Interface string }

	// Log is an event worth a line in the log.
	Log struct{ Event Event }
	// Debug is an event of a topic that an operator switched on.
	Debug struct {
		Topic Topic
		Event Event
	}
)

// Hop is one way.
type Hop struct {
	NextHop   netip.Addr
	Interface string
	Metric    uint32
}

func (Send) out()     {}
func (Route) out()    {}
func (Withdraw) out() {}
func (Join) out()     {}
func (Leave) out()    {}
func (Log) out()      {}
func (Debug) out()    {}

// Group is the address of all EIGRP routers of a link.
var Group = netip.AddrFrom4([4]byte{224, 0, 0, 10})

// Topic is what "debug eigrp" switches.
type Topic int

const (
	TopicPackets Topic = iota
	TopicFSM
)

// Event is something that happened, in the protocol's terms.
type Event interface{ event() }

type (
	// NeighborUp and NeighborDown are %DUAL-5-NBRCHANGE.
	NeighborUp struct {
		AS        uint16
		Neighbor  netip.Addr
		Interface string
	}
	NeighborDown struct {
		AS        uint16
		Neighbor  netip.Addr
		Interface string
		Reason    string // "holding time expired"
	}
	// Resync is a neighbour that is told everything again.
	Resync struct {
		AS        uint16
		Neighbor  netip.Addr
		Interface string
		Reason    string
	}
	// Stuck is a route that was active for too long.
	Stuck struct {
		AS       uint16
		Prefix   netip.Prefix
		Neighbor netip.Addr
	}
	// Mismatch is a hello that cannot make a neighbour.
	Mismatch struct {
		AS        uint16
		Neighbor  netip.Addr
		Interface string
		Reason    string // "K-value mismatch", "not on common subnet"
	}
	// PacketEvent is a packet sent or received.
	PacketEvent struct {
		Sent      bool
		Interface string
		Peer      netip.Addr
		Opcode    Opcode
		Flags     uint32
		Sequence  uint32
		Ack       uint32
		AS        uint16
		Length    int // behind the header
	}
	// StateEvent is a step of DUAL.
	StateEvent struct {
		At     time.Time
		Prefix netip.Prefix
		Text   string
	}
)

func (NeighborUp) event()   {}
func (NeighborDown) event() {}
func (Resync) event()       {}
func (Stuck) event()        {}
func (Mismatch) event()     {}
func (PacketEvent) event()  {}
func (StateEvent) event()   {}
