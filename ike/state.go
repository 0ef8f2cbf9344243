package ike

import (
	"net/netip"
	"time"

	"weft/dataplane/esp"
)

// State is what show commands may see. It shares nothing with the engine, and
// holds no key.
type State struct {
	SAs      []SA       // by id
	Children []Child    // by tunnel, peer and age
	Wants    []Want     // by tunnel and peer: the standing wants, and what became of each
	Counters []Counter  // by name: everything that was refused or went wrong, and how often
	Stats    Statistics // "show crypto ikev2 stats"
	// Refusals are the last failures by peer, newest first, bounded: what "show dmvpn why" reads.
	Refusals []Refusal
}

// SA is an IKE association, of either version.
type SA struct {
	ID             int // "conn-id", "Tunnel-id"
	Version        int // 1 or 2
	VRF            string
	Local, Remote  netip.AddrPort
	Initiator      bool
	Stage          Stage
	Deleted        bool   // "ACTIVE (deleted)"
	LocalSPI       uint64 // version 1: the cookies
	RemoteSPI      uint64
	Cipher         Cipher
	Hash           Hash // version 1: the hash; version 2: the pseudo-random function
	Integrity      Hash // version 2, without AES-GCM
	Group          Group
	Authentication Authentication // ours
	PeerAuth       Authentication
	Profile        string
	LocalID        Identity
	RemoteID       Identity
	Created        time.Time // zero until established
	Lifetime       time.Duration
	Expires        time.Time
	NAT            NAT
	DPD            DPD
	Fragmentation  bool
	NextMessage    uint32 // version 2
	PeerMessage    uint32
}

// Stage is how far an IKE association is, in IOS's terms for version 1.
type Stage uint8

const (
	NoState     Stage = iota // MM_NO_STATE
	SASetup                  // MM_SA_SETUP
	KeyExchange              // MM_KEY_EXCH
	KeyAuth                  // MM_KEY_AUTH
	AggressiveNoState
	AggressiveInit // AG_INIT_EXCH
	AggressiveAuth // AG_AUTH
	QuickIdle      // QM_IDLE
	Negotiating    // version 2: IN-NEG
	Ready          // version 2: READY
	Deleting       // version 2: DELETE
)

// NAT is on which side address translators were found.
type NAT struct{ Local, Remote bool }

// Child is a pair of IPsec associations with one peer.
type Child struct {
	ID                          int      // from 1
	Tunnels                     []string // that it serves, sorted
	VRF                         string
	Local, Peer                 netip.AddrPort
	SA                          int    // id of the IKE association it belongs to; 0 if that has gone
	Profile                     string // the IPsec profile
	Transform                   string // as a transform set prints: "esp-256-aes esp-sha-hmac"
	Suite                       esp.Suite
	Mode                        esp.Mode
	PFS                         Group
	In, Out                     uint32 // SPIs
	ESN                         bool
	Window                      int
	Current                     bool // packets leave by it
	Created                     time.Time
	Expires                     time.Time
	Kilobytes                   uint64 // limit; 0: none
	LocalSelector, PeerSelector Selector
}

// Selector is the traffic of one end.
type Selector struct {
	Prefix   netip.Prefix
	Protocol uint8
	Port     uint16
}

// Want is a standing want and how it fares.
type Want struct {
	Pair
	Since   time.Time
	Secured bool
	Stage   Stage // of the negotiation
	SA      int   // the IKE association; 0: none
	Tries   int
	Next    time.Time // the next try
	Reason  Reason    // why the last one failed
}

// Counter is a named count.
type Counter struct {
	Name  string
	Count uint64
}

// Statistics of "show crypto ikev2 stats".
type Statistics struct {
	InNegotiating, OutNegotiating, Incoming, Outgoing int
	Rejected, Failed                                  uint64
	CookieChallenges, CookiePassed                    uint64
}

// Refusal is one failure with a peer, with what both sides had wanted.
type Refusal struct {
	At     time.Time
	VRF    string
	Local  netip.AddrPort
	Peer   netip.AddrPort
	ByPeer bool // the peer refused us; else we refused the peer
	Reason Reason
	Child  bool     // about a pair of associations, not about the one of IKE
	Ours   []string // proposals in words, one each
	Theirs []string
	Text   string // the field that differs, or the identity without key
	// Offer is the first of Theirs, where it came to us and is something that we
	// have names for.
	Offer Offer
}

// FellSilent is the Text of a peer that answered, and then no more.
const FellSilent = "it answered at first, and then no more"

// Offer is what a peer proposed, as our own lines would have it: one of the three.
type Offer struct {
	Policy    *Policy
	Proposal  *Proposal
	Transform *Transform
	PFS       Group // with Transform; 0: none
}
