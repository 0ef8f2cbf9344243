// Package rib is the routing information base: candidates per prefix from
// every source, the best of them by administrative distance and metric, and
// from those the forwarding table.
package rib

import (
	"net/netip"
	"time"

	"weft/dataplane/fib"
)

// Source is where a route comes from.
type Source int

const (
	Connected Source = iota
	Local
	Static
	NHRP
)

// Candidate is one route that a source offers.
type Candidate struct {
	VRF      string
	Prefix   netip.Prefix
	Source   Source
	Distance uint8
	Metric   uint32
	NextHop  netip.Addr // zero: out of Interface, on the link
	// Interface is where it leaves. With a NextHop and no Interface the next
	// hop is resolved through other routes (recursion).
	Interface string
	Discard   bool // Null0
	Tag       uint32
	Name      string
	Permanent bool
}

// Route is a candidate that is in force.
type Route struct {
	Candidate
	Since    time.Time
	Resolved []fib.NextHop // after recursion
}

// Change is a prefix whose forwarding changed: what the forwarding table and
// the kernel must now hold. Both tables may change at once.
type Change struct {
	VRF                           string
	Prefix                        netip.Prefix
	Entry                         fib.Entry // NextHops empty and not Discard: none any more
	Underlay                      fib.Entry // the same among candidates that leave by no tunnel
	UnderlayChanged, EntryChanged bool
}

// RIB is a value without clock or I/O, owned by one goroutine.
//
//	func New(isTunnel func(iface string) bool) *RIB
//	func (r *RIB) Add(now time.Time, c Candidate)        // adds or replaces the candidate of the same (VRF, prefix, source, next hop, interface)
//	func (r *RIB) Remove(c Candidate)
//	func (r *RIB) SetInterface(name string, up bool)      // routes out of a down interface are out of force
//	func (r *RIB) Settle(now time.Time) []Change          // recomputes what the calls since the last one touched, incl. recursion; sorted
//	func (r *RIB) Table(vrf string) fib.Table             // the current forwarding table
//	func (r *RIB) UnderlayTable(vrf string) fib.Table
//	func (r *RIB) Routes(vrf string, keep func(*Route) bool) []Route   // in force, by prefix
type RIB struct{}
