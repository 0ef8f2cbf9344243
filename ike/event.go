package ike

import "net/netip"

// Event is something that happened, in the protocol's terms. Its words are
// made where the log is written.
type Event interface{ event() }

type (
	// SessionUp and SessionDown: the first pair of associations with a peer came
	// up, or the last went.
	SessionUp struct {
		Peer netip.AddrPort
		VRF  string
		ID   Identity
	}
	SessionDown struct {
		Peer   netip.AddrPort
		VRF    string
		ID     Identity
		Reason Reason
	}

	// Failed is a negotiation that came to nothing.
	Failed struct {
		Version     int
		Local, Peer netip.AddrPort
		Reason      Reason
		Text        string
	}

	// InvalidSPI is a packet of an association that does not exist.
	InvalidSPI struct {
		Local, From netip.AddrPort
		SPI         uint32
	}

	// Trace is a step of a negotiation, for an engineer who follows it.
	Trace struct {
		Version int
		Peer    netip.AddrPort
		ID      int // of the association; 0: none yet
		Text    string
	}
)

func (SessionUp) event()   {}
func (SessionDown) event() {}
func (Failed) event()      {}
func (InvalidSPI) event()  {}
func (Trace) event()       {}
