package nhrp

import (
	"net/netip"
	"time"
)

// Config is the desired state of NHRP on the whole router.
type Config struct {
	Tunnels []Tunnel // sorted by Name; only those with a network-id
	// How many events and errors are traced; 0 is as many as is usual.
	TraceEvents, TraceErrors int
}

// Tunnel is what NHRP is told about one tunnel interface.
type Tunnel struct {
	Name           string // "Tunnel0"
	NetworkID      uint32 // local only, never on the wire
	Address        netip.Prefix
	Multipoint     bool       // false: point-to-point GRE, whose only peer is Destination
	Destination    netip.Addr // of a point-to-point tunnel
	Authentication Secret     // at most 8 octets; empty: none
	Holdtime       time.Duration
	// RegistrationTimeout is the interval between registrations; zero means a
	// third of Holdtime.
	RegistrationTimeout time.Duration
	NoUnique            bool // do not set the unique flag in registrations
	// RegistrationDelay is how long the tunnel has been up before the first registration.
	RegistrationDelay time.Duration
	NHS               []NHS
	Clusters          []Cluster     // those that limit how many servers are in use
	Fallback          time.Duration // how long a better server must respond before it takes over
	ServerOnly        bool          // nobody is ever asked for an address
	NoRecord          bool          // requests do not record the servers that they pass
	Maps              []Map
	Multicast         []netip.Addr // NBMA addresses that multicast is copied to
	MulticastDynamic  bool         // and to those of registered clients
	MTU               uint16       // announced in client information entries
	MaxSend           MaxSend
	// Shortcut has redirects followed: the routes behind the tunnel are asked for
	// and put into the routing table.
	Shortcut bool
	// Redirect is how often the sender of one flow is told of a shorter way; zero
	// is never.
	Redirect     time.Duration
	NoRouteWatch bool // a shortcut stays when the route that it shortens changes
}

// MaxSend is how many NHRP packets may leave a tunnel in a while; the rest are
// dropped. The zero value sets no limit.
type MaxSend struct {
	Packets int
	Every   time.Duration
}

// NHS is a next hop server this router registers with.
type NHS struct {
	Protocol  netip.Addr // zero: learnt from the server's reply
	NBMA      netip.Addr // zero: that of Host, or taken from Maps
	Host      string     // its name, if that is how its NBMA address is known
	Multicast bool
	Priority  uint8 // 0 is best
	Cluster   uint8
}

// Cluster is a group of servers of which so many are in use, the best first.
// The servers of a cluster that is not listed are all in use.
type Cluster struct {
	Number uint8
	Most   int
}

// Map is a static binding.
type Map struct {
	Protocol netip.Prefix
	NBMA     netip.Addr
}

// Secret is a key that never shows in print.
type Secret string

func (Secret) String() string   { return "***" }
func (Secret) GoString() string { return "***" }
