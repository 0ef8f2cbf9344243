package eigrp

import (
	"net/netip"
	"time"
)

// Config is the desired state of one process.
type Config struct {
	AS       uint16
	Name     string     // of a named configuration, "" for a classic one
	RouterID netip.Addr // zero: the engine takes what Interface inputs suggest
	Weights  Weights
	Networks []Network
	// Interfaces have settings of their own, by name; others have the defaults.
	Interfaces map[string]Interface
	Passive    bool // "passive-interface default"
	// NotPassive are the interfaces that are not, although all others are.
	NotPassive map[string]bool

	Stub         *Stub
	Variance     int // 1 to 128
	MaximumPaths int
	Internal     uint8 // distances
	External     uint8
	ActiveTime   time.Duration // 0: never stuck
	MaximumHops  uint8
	Default      *Seed // "default-metric"
	// Silent neighbours: changes are not logged ("no eigrp log-neighbor-changes").
	Silent bool
}

// Network is a "network" line: interfaces with an address that agrees with
// Prefix's in every bit that is zero in Wildcard.
type Network struct{ Address, Wildcard netip.Addr }

// covers tells whether an interface's address is of the network.
func (n Network) covers(a netip.Addr) bool {
	if !a.Is4() || !n.Address.Is4() || !n.Wildcard.Is4() {
		return false
	}
	x, y, w := a.As4(), n.Address.As4(), n.Wildcard.As4()
	for i := range x {
		if (x[i]^y[i])&^w[i] != 0 {
			return false
		}
	}
	return true
}

// Interface is what a process is told about one interface.
type Interface struct {
	Hello, Hold    time.Duration // 0: 5 s and 15 s
	Percent        int           // of the bandwidth that EIGRP may take; 0: 50
	Passive        bool
	Shutdown       bool // the process is not on it
	NoSplitHorizon bool
	KeepNextHop    bool // "no ip next-hop-self"
	Summaries      []Summary
	Authentication Authentication
	Neighbors      []netip.Addr // static ones: nobody else is heard
}

// Summary is an "ip summary-address".
type Summary struct {
	Prefix   netip.Prefix
	Distance uint8 // of the discard route; 0: 5, 255: none
}

// Authentication of an interface's packets.
type Authentication struct {
	Mode AuthenticationMode
	Keys []Key // as of now: the first that is to be sent with is first
}

// AuthenticationMode is how packets are authenticated.
type AuthenticationMode uint8

const (
	NoAuthentication AuthenticationMode = iota
	MD5
	HMACSHA256
)

// Key is a key of a key chain. Its lifetimes are instants; zero is for ever.
type Key struct {
	ID                      uint32
	Secret                  Secret
	SendFrom, SendUntil     time.Time
	AcceptFrom, AcceptUntil time.Time
}

// Secret never prints.
type Secret string

// String hides the secret, whatever the verb.
func (Secret) String() string { return "***" }

// GoString hides it from %#v.
func (Secret) GoString() string { return "***" }

// MarshalText hides it from encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Stub is which routes a stub router advertises.
type Stub struct{ Connected, Static, Summary, Redistributed, ReceiveOnly bool }

// Weights are the K values; the sixth is of wide metrics.
type Weights [6]uint8

// DefaultWeights are those that everybody has.
var DefaultWeights = Weights{1, 0, 1, 0, 0, 0}

// Seed is the metric that routes get when they are redistributed.
type Seed struct {
	Bandwidth         uint32 // kbit/s
	Delay             uint32 // tens of microseconds
	Reliability, Load uint8
	MTU               uint32
}
