package dataplane

import (
	"net/netip"
	"time"
)

// Tunnel is the desired state of one tunnel interface in the pipeline.
type Tunnel struct {
	Name         string     // "Tunnel0"
	VRF          string     // of the overlay; "" is global
	Source       netip.Addr // outer source; zero: nothing can be sent
	Destination  netip.Addr // of a point-to-point tunnel
	Multipoint   bool
	Key          uint32
	HasKey       bool
	TTL          uint8        // of the outer header; 0 means 255
	DontFragment bool         // set DF in the outer header
	MTU          int          // of the inner packet ("ip mtu")
	AdjustMSS    int          // 0: leave TCP's MSS alone
	Addresses    []netip.Addr // the tunnel's own, for ICMP errors and as "ours"
	Up           bool         // packets can come and go: a tunnel that is down drops, and counts
	Unreachables bool         // "ip unreachables": ICMP errors to the sender
	Network      uint32       // tunnels of one number are one network; 0: on its own
	// Redirect is how often to report that a flow comes in and goes out by the
	// same network; zero is never.
	Redirect time.Duration
	// Protected has everything go by a security association, and nothing else
	// accepted. Path, if not 0, is the outer packet that an inner one must fit in
	// when it is sealed, as MTU is not configured.
	Protected bool
	Path      int
}

// Host is what the Linux kernel of the box (its namespace) must be: a level,
// not a list of steps. Whoever makes it so compares it with what is there.
type Host struct {
	Links      []Link // sorted by Interface
	Forwarding bool   // net.ipv4.ip_forward
	Hostname   string
}

// LinkKind tells what stands behind an interface.
type LinkKind int

const (
	Port     LinkKind = iota // an Ethernet device that exists
	TUN                      // a TUN device that we make
	Loopback                 // addresses on lo
)

// Link is the desired state of one interface.
type Link struct {
	Interface string // canonical IOS name
	Kind      LinkKind
	Up        bool           // administratively up (for TUN: also line protocol up)
	MTU       int            // 0: as found
	Addresses []netip.Prefix // first is primary; installed with noprefixroute
}

// Table names a routing table of the kernel.
type Table int

const (
	MainTable     Table = iota // everything
	UnderlayTable              // the best candidates that leave by no tunnel: what our own sockets use
)

// Route is one route in the kernel.
type Route struct {
	VRF      string
	Table    Table
	Prefix   netip.Prefix
	NextHops []RouteHop
	Discard  bool // blackhole
}

// RouteHop is one next hop of a Route. An address that is not on the link's
// own subnet is installed onlink.
type RouteHop struct {
	Gateway   netip.Addr // zero: on the link
	Interface string
}
