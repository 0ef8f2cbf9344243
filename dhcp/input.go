package dhcp

// In is what can happen to the engine.
type In interface{ in() }

type (
	// Configure is a new desired state; clients that stay keep their leases.
	Configure struct{ Want Config }

	// Link tells whether packets can go out of an interface, and its hardware
	// address. It comes for every interface, also for those that have no client.
	Link struct {
		Interface string
		Up        bool
		MAC       [6]byte
	}

	// Receive is a datagram to the client's port that came in by an interface.
	Receive struct {
		Interface string
		Packet    []byte // of UDP's payload
	}

	// Renew is "renew dhcp": ask for more time, or for a lease after Release.
	Renew struct{ Interface string }

	// Release is "release dhcp": give the lease back, and ask for none.
	Release struct{ Interface string }
)

func (Configure) in() {}
func (Link) in()      {}
func (Receive) in()   {}
func (Renew) in()     {}
func (Release) in()   {}
