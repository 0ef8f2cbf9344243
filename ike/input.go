package ike

import (
	"net/netip"
	"time"
)

// In is what can happen to the engine.
type In interface{ in() }

type (
	// Configure is a new desired state. What the change does not touch goes on.
	Configure struct{ Want Config }

	// Protect is a standing want: traffic of a tunnel to one peer is to be
	// protected. The engine brings it up, keeps it up, and brings it up again
	// after Config changes, until Unprotect. It is answered by Secured, now or
	// later, and by Unsecured whenever that ends. Who is protected by the initiative of the
	// peer needs no Protect.
	Protect struct{ Pair }
	// Unprotect takes the want back; once no tunnel wants the pair its
	// associations are deleted, the peer is told, and keys are wiped.
	Unprotect struct{ Pair }

	// Doubt says that what went to a peer is not answered: it is asked whether it
	// is there, also without dead peer detection. A peer that has lost its memory
	// would have us talk to nobody for the lifetime of the associations.
	Doubt struct{ Pair }

	// Receive is a message on UDP 500 or 4500, without the non-ESP marker.
	Receive struct {
		VRF         string
		Local, From netip.AddrPort
		Packet      []byte // the engine may keep it
	}

	// Computed answers Compute.
	Computed struct {
		ID     uint64
		Result []byte // nil if it failed
		Err    string
	}

	// What the data plane saw of an association, as Install named it. It is said
	// once until things change. Outbound SPIs are of the peers' choosing: Peer, as
	// in Parameters, tells two apart.
	SoftLimit struct { // near the limit of its traffic, or of its sequence numbers
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
	}
	HardLimit struct { // beyond it: the data plane has stopped using it
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
	}
	UnknownSPI struct {
		VRF         string
		Local, From netip.AddrPort
		SPI         uint32
	}
	// PeerMoved: an authentic packet of a peer behind an address translator came
	// from another address or port (RFC 3948 section 4, RFC 7296 section 2.23).
	PeerMoved struct {
		SPI  uint32
		From netip.AddrPort
	}
	// Heard is when a packet of an inbound association came last and one of its
	// twin went last, for dead peer detection and idle time; the answer to Ask.
	Heard struct {
		SPI      uint32    // the inbound one
		In, Out  time.Time // zero: never
		Outgoing bool      // something was sent since something was received
	}

	// Clear is "clear crypto sa|isakmp|ikev2 sa|session".
	Clear struct {
		IKE   bool       // with the IKE associations
		IPsec bool       // with the IPsec ones
		Peer  netip.Addr // zero: all
		ID    int        // by connection id or tunnel id; 0: all
	}

	// Debugging switches topics on and off.
	Debugging struct{ ISAKMP, IKEv2, IPsec bool }
)

// Pair is a peer of a tunnel. Peer's port is zero unless an address translator
// is known to stand between.
type Pair struct {
	Tunnel string
	Peer   netip.AddrPort
}

func (Configure) in()  {}
func (Protect) in()    {}
func (Unprotect) in()  {}
func (Doubt) in()      {}
func (Receive) in()    {}
func (Computed) in()   {}
func (SoftLimit) in()  {}
func (HardLimit) in()  {}
func (UnknownSPI) in() {}
func (PeerMoved) in()  {}
func (Heard) in()      {}
func (Clear) in()      {}
func (Debugging) in()  {}
