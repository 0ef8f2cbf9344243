package dhcp

import "net/netip"

// Out is what the engine can do.
type Out interface{ out() }

type (
	// Send puts a datagram on the wire, from the client's port to the server's. The
	// source may be 0.0.0.0 and the destination everybody: the interface may have
	// no address yet.
	Send struct {
		Interface           string
		Source, Destination netip.Addr
		Packet              []byte // UDP's payload
	}

	// Bound gives an interface its address, also when only the times have changed.
	Bound struct {
		Interface string
		Lease     Lease
	}

	// Lost takes the address away.
	Lost struct{ Interface string }

	// Log is an event worth a line in the log.
	Log struct{ Event Event }
)

func (Send) out()  {}
func (Bound) out() {}
func (Lost) out()  {}
func (Log) out()   {}

// Event is something that happened, in the protocol's terms.
type Event interface{ event() }

type (
	// Assigned: an interface has got an address that it did not have.
	Assigned struct {
		Interface string
		Address   netip.Prefix
		Hostname  string
	}

	// Restarted: an interface has lost its address and begins again.
	Restarted struct{ Interface string }
)

func (Assigned) event()  {}
func (Restarted) event() {}
