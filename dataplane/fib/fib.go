// Package fib is the forwarding table: longest-prefix match over immutable
// snapshots. A Table is a value; With and Without return a new one that shares
// almost everything with the old (gaissmai/bart's persistent tables), so that
// the packet path reads without a lock while the router replaces it.
//
// One Table is one VRF. Beside the whole table it keeps one per outgoing
// interface, because a packet read from Tunnel N is looked up among the next
// hops out of Tunnel N only: the kernel has already chosen the tunnel, and all
// that is left to find is who is next behind it.
//
// Life of an entry: the routing information base settles a prefix, puts it in
// with With, which files it once under the prefix and once under every
// interface that one of its next hops leaves by, and publishes the result; a
// later With or Without of that prefix takes it out of both again. A change
// costs what its path in the trie costs, whatever the number of routes and of
// interfaces (interfaces.go).
//
// Left out: policy. Which of several routes to a prefix is in force, and what
// a recursive next hop stands for, was decided before an Entry is made.
package fib

import (
	"iter"
	"net/netip"

	"github.com/gaissmai/bart"
)

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
type Table struct {
	all *bart.Table[Entry] // nil: empty
	via views              // by interface
}

// View is the part of a table that leaves by one interface. The zero View is
// empty.
type View struct {
	hops *bart.Table[[]NextHop]
}

// With returns a table that has e, in place of what was there for its prefix.
func (t Table) With(e Entry) Table {
	e.Prefix = e.Prefix.Masked()
	old, _ := t.get(e.Prefix)
	return Table{
		all: persistent(t.all).InsertPersist(e.Prefix, e),
		via: refile(t.via, e.Prefix, old.NextHops, e.NextHops),
	}
}

// Without returns a table that has nothing for exactly p.
func (t Table) Without(p netip.Prefix) Table {
	p = p.Masked()
	old, ok := t.get(p)
	if !ok {
		return t
	}
	return Table{
		all: t.all.DeletePersist(p),
		via: refile(t.via, p, old.NextHops, nil),
	}
}

// Lookup returns the entry with the longest prefix that covers dst.
func (t Table) Lookup(dst netip.Addr) (Entry, bool) {
	if t.all == nil {
		return Entry{}, false
	}
	return t.all.Lookup(dst)
}

// Via returns what leaves by iface.
func (t Table) Via(iface string) View { return t.via.get(iface) }

// Len is the number of entries.
func (t Table) Len() int {
	if t.all == nil {
		return 0
	}
	return t.all.Size()
}

// All yields the entries in the order of their prefixes: by address, and the
// shorter prefix first.
func (t Table) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if t.all == nil {
			return
		}
		for _, e := range t.all.AllSorted() {
			if !yield(e) {
				return
			}
		}
	}
}

// Lookup returns the next hops of the longest prefix that covers dst. The
// slice belongs to the table.
func (v View) Lookup(dst netip.Addr) (nextHops []NextHop, ok bool) {
	if v.hops == nil {
		return nil, false
	}
	return v.hops.Lookup(dst)
}

func (t Table) get(p netip.Prefix) (Entry, bool) {
	if t.all == nil {
		return Entry{}, false
	}
	return t.all.Get(p)
}

// refile moves prefix p in the tables by interface from its old next hops to
// its new ones.
func refile(via views, p netip.Prefix, old, new []NextHop) views {
	for _, hop := range old {
		via = via.with(hop.Interface, via.get(hop.Interface).without(p))
	}
	for _, hop := range new {
		via = via.with(hop.Interface, via.get(hop.Interface).with(p, hop))
	}
	return via
}

// with adds one more next hop for p.
func (v View) with(p netip.Prefix, hop NextHop) View {
	hops := persistent(v.hops)
	others, _ := hops.Get(p)
	// The clipped copy keeps the slice that is already out as it is.
	return View{hops.InsertPersist(p, append(others[:len(others):len(others)], hop))}
}

func (v View) without(p netip.Prefix) View {
	return View{persistent(v.hops).DeletePersist(p)}
}

func persistent[V any](t *bart.Table[V]) *bart.Table[V] {
	if t == nil {
		return new(bart.Table[V])
	}
	return t
}
