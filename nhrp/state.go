package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

// State is what show commands may see: copied values, sorted.
type State struct {
	Tunnels []TunnelState // by name
	Strays  uint64        // packets of tunnels on which NHRP is off
	Strayed []Stray       // whose they were
}

// TunnelState is NHRP on one tunnel.
type TunnelState struct {
	Name      string
	NetworkID uint32
	Network   netip.Prefix // of the tunnel's protocol addresses; zero if it has none
	Up        bool
	NBMA      netip.Addr
	Cache     []Entry          // by protocol address
	NHS       []NHSState       // by protocol address
	Multicast []MulticastEntry // by NBMA address
	// Requesters are those that have been told of an entry of Cache, in its order.
	Requesters []Requester
	Clusters   []Cluster // that limit their servers
	Fallback   time.Duration
	Traffic    Traffic
	Incidents  []Incident // by NBMA address
	Redirects  []Redirect // by flow
	Purges     []Purge    // that wait for their answer
	Stats      Stats
	Quota      Quota
}

// Requester is a station that has been told of an entry and must hear when that
// is no longer so.
type Requester struct {
	Entry     netip.Prefix
	Protocol  netip.Addr
	RequestID uint32
}

// EntryType is how an entry came to be.
type EntryType uint8

const (
	Static EntryType = iota
	Dynamic
	Incomplete // asked for, not answered yet
)

// Flags of a cache entry; show prints their names in this order.
type Flags uint16

const (
	Authoritative Flags = 1 << iota
	Unique
	Registered
	UsedFlag
	Router
	RIB
	NHO
	NHOP
	LocalFlag
	NAT // the peer is behind NAT: Claimed is what it believes its NBMA address to be
	NoSocket
	Negative
	Implicit
)

// Entry is one binding of the cache.
type Entry struct {
	Protocol  netip.Prefix
	NextHop   netip.Addr
	NBMA      netip.Addr
	Port      uint16     // of the peer, if its packets come in UDP; else 0
	Claimed   netip.Addr // the NBMA address the peer claims, if NAT changed it; else zero
	Type      EntryType
	Flags     Flags
	Created   time.Time
	Changed   time.Time // since when it is up or down, for UpDn Tm
	Expires   time.Time // zero: never
	Heard     time.Time // when its client last registered
	RequestID uint32
	MTU       uint16
}

// NHSStatus is the E, R or W of show ip nhrp nhs.
type NHSStatus int

const (
	Waiting    NHSStatus = iota // not asked: the tunnel is down, or better servers are in use
	Expecting                   // asked and not answered
	Responding                  // answered the last registration
)

// NHSState is the registration with one server.
type NHSState struct {
	NHS                  // its Protocol also when that was learnt
	Dynamic   bool       // Protocol is learnt
	NBMA      netip.Addr // in use, also when it came from a map or a name
	Public    netip.Addr // our own NBMA address as the server sees it, if NAT changed it
	Status    NHSStatus
	Sent      uint64
	Failed    uint64 // requests given up or refused
	Received  uint64
	LastReply time.Time
	RequestID uint32        // of the latest request
	Acked     uint32        // of the latest answered request
	Retry     time.Duration // current back-off, zero when the last one was answered
	Pending   bool          // a request is waiting for its answer
	Since     time.Time     // of the current status
	Was       NHSStatus     // before the current status
	InUse     bool          // it is its turn, whether it answers or not
	Rejection Code          // of the last reply; 0: none
	Failure   string        // why the last request failed, for people
	Error     ErrorCode     // of the Error Indication that refused the last one; 0: none
	Refuser   netip.Addr    // protocol address that who refused it has in its answer
	FailedAt  time.Time     // when the last one failed
}

// MulticastEntry is one address that multicast is copied to.
type MulticastEntry struct {
	NBMA   netip.Addr
	Port   uint16
	Static bool
}

// Traffic counts packets by type, and those dropped by reason.
type Traffic struct {
	Sent, Received [9]uint64 // by PacketType
	Forwarded      [9]uint64 // of those sent: from others to others
	Suppressed     uint64    // Traffic Indications that were not due yet
	Dropped        []Counter // sorted by name, also the zero ones
}

// Quota is how much of MaxSend is used.
type Quota struct {
	MaxSend
	Since time.Time // when the while began
	Sent  int       // since then
}

// Usage is the percentage that is used at an instant: nothing once the while is over.
func (q Quota) Usage(now time.Time) int {
	if q.Packets == 0 || now.Sub(q.Since) >= q.Every {
		return 0
	}
	return q.Sent * 100 / q.Packets
}

// Counter is a named count.
type Counter struct {
	Name  string
	Count uint64
}

// State copies what show commands ask for: what f does not want is not copied.
func (e *Engine) State(f Filter) State {
	s := State{Strays: e.strays, Strayed: e.strayList()}
	for _, t := range e.named(f.Tunnel) {
		ts := TunnelState{
			Name: t.config.Name, NetworkID: t.config.NetworkID, Network: t.config.Address.Masked(), Up: t.up, NBMA: t.nbma, Traffic: t.traffic,
			Clusters: slices.Clone(t.config.Clusters), Fallback: t.config.Fallback,
			Quota: Quota{t.config.MaxSend, t.sends.since, min(t.sends.count, t.config.MaxSend.Packets)},
		}
		if !f.NoMulticast {
			ts.Multicast = t.copies()
		}
		ts.Traffic.Dropped = t.drops.named()
		ts.Incidents, ts.Redirects, ts.Purges, ts.Stats = t.incidents.list(), t.redirectList(), t.purgeList(), t.stats
		for _, r := range t.registrations {
			ts.NHS = append(ts.NHS, r.NHSState)
		}
		slices.SortFunc(ts.NHS, func(a, b NHSState) int { return a.Protocol.Compare(b.Protocol) })
		if !f.NoCache {
			for _, b := range t.cache.inside(netip.Prefix{}, func(b *binding) bool { return f.Cache == nil || f.Cache(&b.Entry) }) {
				ts.Cache = append(ts.Cache, b.Entry)
				for _, r := range b.requesters {
					ts.Requesters = append(ts.Requesters, Requester{b.Protocol, r.protocol, r.id})
				}
			}
		}
		s.Tunnels = append(s.Tunnels, ts)
	}
	return s
}

// Filter chooses what State copies: the hub of ten thousand spokes must not
// copy them all to show one.
type Filter struct {
	Tunnel      string            // "" is all
	Cache       func(*Entry) bool // reads the entry and no more; nil copies the whole cache
	NoCache     bool
	NoMulticast bool
}
