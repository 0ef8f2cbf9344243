package dhcp

import "time"

// State is what show commands may see: copied values, by name.
type State struct{ Clients []ClientState }

// Phase is a state of RFC 2131 figure 5.
type Phase int

const (
	Idle       Phase = iota // the link is down, or the lease was released
	Selecting               // looking for a server
	Requesting              // taking its offer
	Rebooting               // asking whether the lease of before still holds
	Holding                 // RFC 2131 calls it BOUND
	Renewing                // asking the server for more time
	Rebinding               // asking any server
)

// ClientState is one client.
type ClientState struct {
	Interface
	Phase       Phase
	Lease       *Lease // nil: none
	Transaction uint32
	Identifier  []byte // as sent, its type first
	Retries     int
	Next        time.Time // when its timer fires; zero: never
	Counts      Counts
}

// Counts are datagrams received and not acted on, by reason.
type Counts struct {
	Malformed  uint64 // no DHCP message
	Unexpected uint64 // an answer to nothing that was asked, or not for us
	Useless    uint64 // an offer or lease that nobody can live on
}
