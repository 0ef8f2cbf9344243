package dataplane

import (
	"net/netip"
	"time"
)

// What the pipeline says about protection, each of it at most every so often.
type (
	// Message is a message of the key exchange that came to UDP port 500 or 4500,
	// without the non-ESP marker.
	Message struct {
		Local, From netip.AddrPort
		Packet      []byte // a copy
	}

	// SoftLimit: an association nears the limit of its traffic or of its sequence
	// numbers; HardLimit: it is beyond it and refuses packets.
	SoftLimit struct {
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
	}
	HardLimit struct {
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
	}

	// Refused: an association could not be installed.
	Refused struct {
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
		Reason  string
	}

	// UnknownSPI: a packet came for an association that does not exist. Nothing
	// about it is proven.
	UnknownSPI struct {
		Local, From netip.AddrPort
		SPI         uint32
	}

	// PeerMoved: an authentic packet of a peer behind an address translator came
	// from another address or port.
	PeerMoved struct {
		SPI  uint32 // of the inbound association
		From netip.AddrPort
	}

	// Heard answers Ask: when a packet of an inbound association came last and one
	// of its twin went last (zero: never), and whether that was the later one.
	Heard struct {
		SPI      uint32
		In, Out  time.Time
		Outgoing bool
	}

	// NotProtected: clear text came for a tunnel that takes none.
	NotProtected struct {
		Tunnel   string
		From, To netip.Addr
		Protocol uint8
	}
)

func (Message) event()      {}
func (SoftLimit) event()    {}
func (HardLimit) event()    {}
func (Refused) event()      {}
func (UnknownSPI) event()   {}
func (PeerMoved) event()    {}
func (Heard) event()        {}
func (NotProtected) event() {}
