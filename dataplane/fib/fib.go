// Package fib is the forwarding table: longest-prefix match over immutable
// snapshots. A Table is a value; With and Without return a new one that shares
// almost everything with the old (gaissmai/bart's persistent tables), so that
// the packet path reads without a lock while the router replaces it.
//
// One Table is one VRF. Beside the whole table it keeps one per outgoing
// interface, because a packet read from Tunnel N is looked up among the next
// hops out of Tunnel N only.
package fib

import "net/netip"

// NextHop is one way to a destination.
type NextHop struct {
	Gateway   netip.Addr // zero: the destination itself is on the link
	Interface string
}

// Entry is a route in force.
type Entry struct {
	Prefix   netip.Prefix
	NextHops []NextHop // never changed after the entry is in a table
	Discard  bool      // Null0
}

// Table is an immutable forwarding table; the zero Table is empty.
//
//	func (t Table) With(e Entry) Table           // adds or replaces
//	func (t Table) Without(p netip.Prefix) Table
//	func (t Table) Lookup(dst netip.Addr) (Entry, bool)
//	func (t Table) Via(iface string) View        // only what leaves by iface
//	func (t Table) Len() int
//	func (t Table) All() iter.Seq[Entry]
//
//	func (v View) Lookup(dst netip.Addr) (nextHop []NextHop, ok bool)  // 0 allocations
type Table struct{}
