package ike

import (
	"net/netip"

	"weft/dataplane/esp"
)

// Out is what the engine can do.
type Out interface{ out() }

type (
	// Send is a message. From port 4500 it goes with the non-ESP marker, which
	// whoever sends it adds.
	Send struct {
		VRF       string
		Local, To netip.AddrPort
		Packet    []byte
	}

	// Keepalive is one octet 0xFF that keeps an address translator's memory
	// fresh (RFC 3948 section 2.3).
	Keepalive struct {
		VRF       string
		Local, To netip.AddrPort
	}

	// Compute asks for slow arithmetic; Computed answers, whenever.
	Compute struct {
		ID   uint64
		Work Work
	}

	// Install hands an association to the data plane; inbound first, then
	// outbound. An SPI that lives is never installed again.
	Install struct {
		VRF string
		esp.Parameters
	}
	// Outbound makes an installed association the one that packets to its peer
	// leave by, for all tunnels from Local. Peer is as in Pair, which may be without
	// the port that Parameters have.
	Outbound struct {
		VRF   string
		Local netip.Addr
		Peer  netip.AddrPort
		SPI   uint32
	}
	// Remove takes an association out, in the direction it was installed for.
	Remove struct {
		SPI     uint32
		Inbound bool
		Peer    netip.AddrPort
	}
	// Move changes where the packets of an association go, and where they are from.
	Move struct {
		SPI      uint32
		Inbound  bool
		Old, New netip.AddrPort
	}
	// Ask wants Heard of an inbound association and of its twin.
	Ask struct{ Inbound, Outbound uint32 }

	// Secured: packets between a tunnel and a peer are protected from now on. It
	// comes for wants, and for peers that came by themselves, once for every
	// tunnel that the peer's associations serve.
	Secured struct{ Pair }
	// Unsecured: they are not any more. A want stands, and is tried again.
	Unsecured struct {
		Pair
		Reason Reason
	}

	// Moved: the peer of a pair is at another address or port behind its address
	// translator. What was said of Old holds for New, wants included; Move has said
	// the same of each association.
	Moved struct{ Old, New Pair }

	// Log is an event worth a line in the log.
	Log struct{ Event Event }
	// Debug is an event of a topic that an operator switched on.
	Debug struct {
		Topic Topic
		Event Event
	}
)

func (Send) out()      {}
func (Keepalive) out() {}
func (Compute) out()   {}
func (Install) out()   {}
func (Outbound) out()  {}
func (Remove) out()    {}
func (Move) out()      {}
func (Ask) out()       {}
func (Secured) out()   {}
func (Unsecured) out() {}
func (Moved) out()     {}
func (Log) out()       {}
func (Debug) out()     {}

// Topic is what "debug crypto" switches.
type Topic int

const (
	TopicISAKMP Topic = iota
	TopicIKEv2
	TopicIPsec
)

// Reason is why protection ended or did not come, in the words of the
// vocabulary that logs and "show dmvpn why" share.
type Reason string
