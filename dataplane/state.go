package dataplane

import (
	"net/netip"
	"time"
)

// Counters of one interface, as show interfaces prints them.
type Counters struct {
	PacketsIn, BytesIn, PacketsOut, BytesOut uint64
	MulticastIn                              uint64
	ByServer                                 uint64 // of PacketsOut: to the server, as the next hop was not resolved
	LastIn, LastOut                          time.Time
	Drops                                    []Drop // the reasons that have counted, in the order of Reasons
}

// Drop is a reason with its count.
type Drop struct {
	Reason Reason
	Count  uint64
}

// Event is what the pipeline tells the router: rare things only. Events go to
// a bounded queue and never block a packet.
type Event interface{ event() }

type (
	// Control is a packet of a protocol that lives on tunnels: GRE protocol
	// 0x2001 (NHRP).
	Control struct {
		Tunnel   string
		From     netip.AddrPort // outer source; the port is 0 unless it came in UDP
		To       netip.Addr
		Protocol uint16 // GRE protocol type
		Packet   []byte // a copy
	}

	// Routing is a packet of a routing protocol, for an address of the tunnel or a
	// multicast group, without its IP header.
	Routing struct {
		Tunnel   string
		From, To netip.Addr // inner
		Protocol uint8
		Packet   []byte // a copy
	}

	// Unresolved: data wants a next hop of a multipoint tunnel that has no NBMA address.
	Unresolved struct {
		Tunnel  string
		NextHop netip.Addr
	}

	// Hairpin: a packet came out of a tunnel and is routed into one of the same
	// network.
	Hairpin struct {
		Tunnel string
		From   netip.AddrPort // outer source
		Packet []byte         // a copy of its beginning, IP header and some
	}

	// Used: data went out through the binding of a protocol address, or to an
	// address that is watched, for the first time since the last report.
	Used struct {
		Tunnel   string
		Protocol netip.Addr
	}
)

func (Control) event()    {}
func (Routing) event()    {}
func (Unresolved) event() {}
func (Hairpin) event()    {}
func (Used) event()       {}
