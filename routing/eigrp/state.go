package eigrp

import (
	"net/netip"
	"time"
)

// State is what show commands may see. It shares nothing with the engine.
type State struct {
	Config     Config
	RouterID   netip.Addr
	Interfaces []InterfaceState // by name
	Neighbors  []NeighborState  // in the order they came up
	Topology   []Entry          // by prefix
	Traffic    Traffic
	Drops      []Counter
	Events     []StateEvent // the latest, newest first
}

// InterfaceState is one interface that the process runs on.
type InterfaceState struct {
	Name                      string
	Address                   netip.Prefix
	Passive                   bool
	Peers                     int
	Hello, Hold               time.Duration
	Pacing                    time.Duration
	SRTT                      time.Duration // mean
	Pending                   int           // routes to be told
	SplitHorizon, NextHopSelf bool
	Sent, Received            uint64 // hellos
	Summaries                 []Summary
	Mode                      AuthenticationMode
}

// NeighborState is one neighbour.
type NeighborState struct {
	Handle    int
	Address   netip.Addr
	Interface string
	Hold      time.Duration // left
	Since     time.Time
	SRTT, RTO time.Duration
	Queue     int
	Sequence  uint32 // the last of its
	Release   [2]uint8
	TLV       [2]uint8
	Retrans   uint64
	Retries   int
	Prefixes  int
	Stub      *Stub
	Static    bool
}

// Entry is one prefix of the topology table.
type Entry struct {
	Prefix     netip.Prefix
	Active     bool
	Origin     int // query origin flag
	Successors int
	FD         uint32 // feasible distance
	Serial     uint64
	Since      time.Time    // active since
	Waiting    []netip.Addr // for the replies of these
	Paths      []Path       // best first
	Tag        uint32
}

// Path is one way to a prefix.
type Path struct {
	Neighbor  netip.Addr // zero: our own
	NextHop   netip.Addr
	Interface string
	Source    PathSource
	Distance  uint32 // with the link to it
	Reported  uint32
	Successor bool
	Feasible  bool
	Metric    Vector // with the link to it
	External  *External
}

// PathSource is how we know a way.
type PathSource uint8

const (
	FromNeighbor PathSource = iota
	Connected
	Redistributed
	Summarized
)

// Traffic counts packets.
type Traffic struct {
	Hellos, Updates, Queries, Replies, Acks, SIAQueries, SIAReplies [2]uint64 // sent, received
}

// Counter is a named count.
type Counter struct {
	Name  string
	Count uint64
}
