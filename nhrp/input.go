package nhrp

import (
	"net/netip"

	"weft/dataplane/fib"
)

// In is what can happen to the engine.
type In interface{ in() }

type (
	// Configure is a new desired state; the engine works out what changed and
	// keeps every registration and cache entry that the change does not touch.
	Configure struct{ Want Config }

	// Interface tells whether packets can go out of a tunnel, and its current
	// NBMA address (the tunnel source). It comes after Configure, and again at
	// each change. Registrations are sent only while the tunnel is up.
	Interface struct {
		Tunnel string
		Up     bool
		NBMA   netip.Addr
	}

	// Receive is an NHRP packet that came out of a tunnel.
	Receive struct {
		Tunnel string
		From   netip.AddrPort // outer source; port 0 unless it came in UDP (RFC 3948)
		To     netip.Addr     // outer destination
		Packet []byte         // from the fixed header on; the engine may keep it
	}

	// Routes is the router's current forwarding table as it is without NHRP's own
	// routes, looked up for the covering route of a destination.
	Routes struct{ Table fib.Table }

	// Used tells that data was sent through the binding of a protocol address, or
	// to an address of a network that is watched.
	Used struct {
		Tunnel   string
		Protocol netip.Addr
	}

	// Unresolved is a next hop that data waits for and that has no binding.
	Unresolved struct {
		Tunnel  string
		NextHop netip.Addr
	}

	// Hairpin is a data packet that came out of a tunnel and leaves by one of the
	// same network.
	Hairpin struct {
		Tunnel string
		From   netip.AddrPort // outer source: the previous hop
		Packet []byte         // its beginning: the IP header at least
	}

	// Unsecured tells that what protected a tunnel's packets to a peer is gone, or
	// does not come.
	Unsecured struct {
		Tunnel string
		Peer   netip.AddrPort
	}

	// Secured tells that a tunnel's packets to a peer are protected again: who has
	// waited for answers may ask anew.
	Secured struct {
		Tunnel string
		Peer   netip.AddrPort
	}

	// Moved tells that a peer behind an address translator is somewhere else now.
	Moved struct{ Was, Is netip.AddrPort }

	// Found answers Lookup: the addresses of a host, none if it could not be found.
	Found struct {
		Host      string
		Addresses []netip.Addr
	}

	// Renamed says that names may stand for other addresses than before.
	Renamed struct{}

	// Clear is "clear ip nhrp": dynamic entries go, static ones stay. A zero
	// Prefix means all; an empty Tunnel means every tunnel.
	Clear struct {
		Tunnel    string
		Prefix    netip.Prefix
		Shortcuts bool       // only what redirects and questions of ours have brought
		NBMA      netip.Addr // only what is there; zero: anywhere
		Sessions  bool       // "clear dmvpn session": registrations with servers begin afresh, too
	}

	// ClearCounters is "clear ip nhrp counters".
	ClearCounters struct{ Tunnel string }

	// ClearStats is "clear ip nhrp stats".
	ClearStats struct{ Tunnel string }

	// Tracing is "monitor event-trace dmvpn".
	Tracing struct {
		Events, Errors bool // which of the rings
		Do             TraceDo
	}

	// Debugging switches topics on and off.
	Debugging struct{ Packet, Cache, Error bool }
)

func (Configure) in()     {}
func (Interface) in()     {}
func (Receive) in()       {}
func (Routes) in()        {}
func (Used) in()          {}
func (Unresolved) in()    {}
func (Hairpin) in()       {}
func (Unsecured) in()     {}
func (Secured) in()       {}
func (Moved) in()         {}
func (Found) in()         {}
func (Renamed) in()       {}
func (Clear) in()         {}
func (ClearCounters) in() {}
func (ClearStats) in()    {}
func (Tracing) in()       {}
func (Debugging) in()     {}

// TraceDo is what to do with a trace.
type TraceDo int

const (
	TraceOn TraceDo = iota
	TraceOff
	TraceClear
	TraceLooked // all of it has been shown
)
