package nhrp

import "net/netip"

// Out is what the engine can do.
type Out interface{ out() }

type (
	// Send puts an NHRP packet into a tunnel, to one NBMA address. Its port, here
	// and below, is 0 unless the peer's packets come in UDP: several peers may be
	// behind one address then.
	Send struct {
		Tunnel string
		To     netip.AddrPort
		Packet []byte
	}

	// Learn and Forget keep the data plane's map from protocol to NBMA
	// address. Learning a prefix again replaces its binding.
	Learn struct {
		Tunnel   string
		Protocol netip.Prefix
		NBMA     netip.AddrPort
	}
	Forget struct {
		Tunnel   string
		Protocol netip.Prefix
	}

	// Watch wants to know, by Used, of the next packet that goes through the
	// binding of a next hop, or to an address of a network behind one. Unwatch
	// does not any more.
	Watch struct {
		Tunnel   string
		Protocol netip.Prefix
	}
	Unwatch struct {
		Tunnel   string
		Protocol netip.Prefix
	}

	// Server is where data goes whose next hop has no binding: the first server
	// that responds, or nowhere.
	Server struct {
		Tunnel string
		NBMA   netip.AddrPort
	}

	// Served tells whether any server of a tunnel has our registration.
	Served struct {
		Tunnel string
		Any    bool
	}

	// Lookup wants the addresses of a host: Found, in any case.
	Lookup struct{ Host string }

	// Route and Withdraw keep NHRP's routes in the routing table. A Route without
	// NextHop is on the link.
	Route struct {
		Tunnel  string
		Prefix  netip.Prefix
		NextHop netip.Addr
	}
	Withdraw struct {
		Tunnel  string
		Prefix  netip.Prefix
		NextHop netip.Addr
	}

	// Multicast is the whole list of NBMA addresses that multicast and
	// broadcast packets of a tunnel are copied to, sorted.
	Multicast struct {
		Tunnel string
		NBMA   []netip.AddrPort
	}

	// Log is an event worth a line in the log.
	Log struct{ Event Event }

	// Debug is an event of a topic that an operator switched on.
	Debug struct {
		Topic Topic
		Event Event
	}
)

func (Send) out()      {}
func (Learn) out()     {}
func (Forget) out()    {}
func (Watch) out()     {}
func (Unwatch) out()   {}
func (Server) out()    {}
func (Served) out()    {}
func (Lookup) out()    {}
func (Route) out()     {}
func (Withdraw) out()  {}
func (Multicast) out() {}
func (Log) out()       {}
func (Debug) out()     {}

// Topic is what "debug nhrp" switches.
type Topic int

const (
	TopicPacket Topic = iota
	TopicCache
	TopicError
)

// Event is something that happened, in the protocol's terms. Its words are
// made where the log is written.
type Event interface{ event() }

// Endpoint is one end of a tunnel: what is inside it and what is outside.
type Endpoint struct{ Protocol, NBMA netip.Addr }

type (
	// PeerUp and PeerDown: a binding came to life (a client registered with us,
	// or an NHS answered) or went away.
	PeerUp struct {
		Tunnel         string
		Protocol, NBMA netip.Addr
		NHS            bool // the peer is our server
		Local          Endpoint
	}
	PeerDown struct {
		Tunnel         string
		Protocol, NBMA netip.Addr
		NHS            bool
		Local          Endpoint
		Reason         string // "holding time expired", "purged", "no reply", "cleared", "tp-socket-down", ...
	}

	// Refused: a packet of a peer was not accepted.
	Refused struct {
		Tunnel   string
		Packet   PacketType
		Protocol netip.Addr // source protocol address, as claimed
		NBMA     netip.Addr // outer source
		Local    Endpoint
		Reason   ErrorCode // AuthenticationFailure, ProtocolError, ...
	}

	// Rejected: an NHS answered our registration with a code.
	Rejected struct {
		Tunnel    string
		NHS, NBMA netip.Addr
		Local     Endpoint
		From      netip.Addr // protocol address of who refused
		Code      Code       // UniqueRegistered, AdministrativelyProhibited, ...
		// The rest is set when an Error Indication said it.
		FromErrorText string
		Error         ErrorCode
		Offset        uint16 // in our packet, where the fault lies
		Quoted        []byte // the beginning of our packet
	}

	// Unconfigured: a tunnel has lost its network-id, and with it all of NHRP.
	Unconfigured struct {
		Tunnel    string
		NetworkID uint32
		Local     Endpoint
	}

	// QuotaExceeded: the first packet of a while was dropped because of MaxSend.
	QuotaExceeded struct {
		Tunnel  string
		MaxSend MaxSend
	}

	// PacketEvent is a packet sent or received, for "debug nhrp packet".
	PacketEvent struct {
		Tunnel string
		Sent   bool
		Peer   netip.Addr // NBMA
		Packet []byte
	}

	// CacheEvent is a change of the cache, for "debug nhrp cache".
	CacheEvent struct {
		Tunnel string
		Verb   string // "added", "refreshed", "deleted", "changed"
		Entry  Entry
	}

	// Dropped is a packet that was counted and not acted on, for "debug nhrp error".
	Dropped struct {
		Tunnel   string
		Sent     bool       // a packet of ours
		Peer     netip.Addr // its NBMA address
		Protocol netip.Addr // its protocol address as it claims, if the packet was refused
		Reason   string     // the counter's name
	}
)

func (PeerUp) event()        {}
func (PeerDown) event()      {}
func (Refused) event()       {}
func (Rejected) event()      {}
func (Unconfigured) event()  {}
func (QuotaExceeded) event() {}
func (PacketEvent) event()   {}
func (CacheEvent) event()    {}
func (Dropped) event()       {}
