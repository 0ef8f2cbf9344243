// Package rib is the routing information base: the routes that every source
// offers, the ones among them that are in force, and from those the forwarding
// tables.
//
// A source (an interface with an address, a static route, NHRP, EIGRP, later
// other routing protocols) offers candidates with Add and takes them back with
// Remove. Both only note what they touched. Settle then decides, for the
// prefixes touched and for those that depend on them by recursion, and says
// what the forwarding tables and the kernel must now hold.
//
// The life of one candidate: it is valid if it discards, if its interface is
// up, or, when it names a next hop and no interface, if the longest match for
// that next hop among the routes in force leads somewhere (plane.go,
// resolve.go). Among the valid candidates of a prefix those with the lowest
// administrative distance win, then those with the lowest metric, then those
// of the first source; up to MaximumPaths of them are in force together, and
// all of their next hops make the entry. A candidate that loses, or is not
// valid, waits: a floating static route comes into force when the better one
// goes. Distance 255 never comes into force.
//
// Recursion has two traps. A route must not resolve through itself, neither
// directly nor by capturing a next hop on which its own resolution rests; and
// routes may depend on each other in a circle. So prefixes are decided in the
// order of their dependencies, and those in a circle together, from the
// shortest prefix to the longest (circle.go): a default route keeps the way it
// has without them, and the longer route that would turn it onto itself stays
// out of force. The outcome depends on the candidates offered and the
// interfaces that are up, never on the order in which they came.
//
// NHRP's candidates are of two kinds, and which kind one is the RIB finds out. For
// a prefix that nobody else has, it is a route like others. Where another source's
// route is in force and leaves by the same tunnel, it overrides the next hop of
// that route, which stays what it is (override.go). What would be in force
// without NHRP is kept beside, for NHRP to look at: it asks along the routed way,
// and must see when that changes.
//
// All of this is done twice. The underlay plane never hears of candidates out
// of a tunnel, so that its table is what the outer packets of tunnels may use:
// a default route through Tunnel0 must not carry the packets of Tunnel0.
//
// Permanent candidates with an interface are in force even while it is down,
// as IOS's permanent static routes are; a recursive one still needs its next
// hop. There is no recursion from one VRF into another.
package rib

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/dataplane/fib"
)

// MaximumPaths is how many candidates of a prefix are in force at once, and how
// many next hops an entry has at most.
const MaximumPaths = 4

// Unusable is the administrative distance of a route that is never used.
const Unusable = 255

// Source is where a route comes from. Of two sources with equal distance and
// metric the lower one wins.
type Source int

const (
	Connected Source = iota
	Local            // an address of the box itself: no next hop resolves to it
	Static
	NHRP
	EIGRP
	EIGRPExternal
	EIGRPSummary // where a summary drops what it has no component for
)

// Candidate is one route that a source offers.
type Candidate struct {
	VRF      string
	Prefix   netip.Prefix
	Source   Source
	Distance uint8 // usual: Connected and Local 0, Static 1, NHRP 250
	Metric   uint32
	NextHop  netip.Addr // zero: out of Interface, on the link
	// Interface is where it leaves. With a NextHop and no Interface the next
	// hop is resolved through other routes (recursion).
	Interface string
	Discard   bool   // Null0
	Process   uint32 // of a routing protocol: its autonomous system, or number
	Tag       uint32
	// WayMetric is the metric of this way, if its source has ways of unequal cost
	// in force together: Metric is then that of the best, for all of them. 0: Metric.
	WayMetric uint32
	Name      string
	Permanent bool
}

// Route is a candidate that is in force.
type Route struct {
	Candidate
	Since    time.Time     // when this candidate came into force; another next hop found by recursion does not count
	Resolved []fib.NextHop // after recursion; empty if it ends in a discard route

	// Override are the next hops that NHRP gives it instead of those out of the
	// same tunnel, since Overridden.
	Override   []fib.NextHop
	Overridden time.Time
}

// Change is a prefix whose forwarding changed: what the forwarding table and
// the kernel must now hold. Both tables may change at once, and both entries
// are filled in, changed or not.
type Change struct {
	VRF                           string
	Prefix                        netip.Prefix
	Entry                         fib.Entry // NextHops empty and not Discard: none any more
	Underlay                      fib.Entry // the same among candidates that leave by no tunnel
	UnderlayChanged, EntryChanged bool
}

// RIB is a value without clock or I/O, owned by one goroutine.
type RIB struct {
	isTunnel func(iface string) bool
	up       map[string]bool
	vrfs     map[string]*vrf
}

type vrf struct{ whole, underlay *plane }

// New returns an empty RIB in which every interface is down. isTunnel must
// always answer the same for the same name.
func New(isTunnel func(iface string) bool) *RIB {
	return &RIB{isTunnel: isTunnel, up: map[string]bool{}, vrfs: map[string]*vrf{}}
}

// Add offers c, in place of the candidate with the same VRF, prefix, source,
// process, next hop and interface if there is one.
func (r *RIB) Add(c Candidate) {
	c.Prefix = c.Prefix.Masked()
	v := r.vrf(c.VRF)
	v.whole.add(c)
	if c.Discard || !r.isTunnel(c.Interface) {
		v.underlay.add(c)
	} else {
		v.underlay.remove(c) // it may have been a discard route before
	}
}

// Remove takes back the candidate with c's VRF, prefix, source, process, next hop and
// interface; the rest of c does not matter.
func (r *RIB) Remove(c Candidate) {
	c.Prefix = c.Prefix.Masked()
	v := r.vrf(c.VRF)
	v.whole.remove(c)
	v.underlay.remove(c)
}

// SetInterface says whether an interface can carry packets. Routes out of one
// that cannot are out of force.
func (r *RIB) SetInterface(name string, up bool) {
	if r.up[name] == up {
		return
	}
	r.up[name] = up
	for _, v := range r.vrfs {
		v.whole.touchInterface(name)
		v.underlay.touchInterface(name)
	}
}

// Settle decides what the calls since the last Settle touched and returns the
// prefixes whose entry changed in one of the tables, by VRF and prefix. What
// came and went in between leaves no trace.
func (r *RIB) Settle(now time.Time) []Change {
	var all []Change
	for name, v := range r.vrfs {
		at := map[netip.Prefix]int{} // in all
		for _, prefix := range v.whole.settle(now) {
			at[prefix] = len(all)
			all = append(all, Change{VRF: name, Prefix: prefix, EntryChanged: true})
		}
		for _, prefix := range v.underlay.settle(now) {
			if i, both := at[prefix]; both {
				all[i].UnderlayChanged = true
			} else {
				all = append(all, Change{VRF: name, Prefix: prefix, UnderlayChanged: true})
			}
		}
	}
	for i := range all {
		c := &all[i]
		v := r.vrfs[c.VRF]
		c.Entry, c.Underlay = v.whole.entry(c.Prefix), v.underlay.entry(c.Prefix)
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.VRF, b.VRF), comparePrefix(a.Prefix, b.Prefix))
	})
	return all
}

// Table is the forwarding table of a VRF as of the last Settle.
func (r *RIB) Table(vrf string) fib.Table {
	if v := r.vrfs[vrf]; v != nil {
		return v.whole.table
	}
	return fib.Table{}
}

// Routed is the forwarding table of a VRF as it would be without NHRP. Two tables
// are equal (==) if nothing has changed between.
func (r *RIB) Routed(vrf string) fib.Table {
	if v := r.vrfs[vrf]; v != nil {
		return v.whole.withoutNHRP()
	}
	return fib.Table{}
}

// UnderlayTable is Table among the candidates that leave by no tunnel.
func (r *RIB) UnderlayTable(vrf string) fib.Table {
	if v := r.vrfs[vrf]; v != nil {
		return v.underlay.table
	}
	return fib.Table{}
}

// Routes returns the routes of a VRF that are in force and that keep wants (nil
// wants all), by prefix; those of one prefix by next hop and interface. The
// Resolved slices are shared and must not be changed.
func (r *RIB) Routes(vrf string, keep func(*Route) bool) []Route {
	v := r.vrfs[vrf]
	if v == nil {
		return nil
	}
	var routes []Route
	for _, n := range v.whole.nodes.AllSorted() {
		for i := range n.installed {
			if keep == nil || keep(&n.installed[i]) {
				routes = append(routes, n.installed[i])
			}
		}
	}
	return routes
}

func (r *RIB) vrf(name string) *vrf {
	v := r.vrfs[name]
	if v == nil {
		v = &vrf{whole: newPlane(r.up), underlay: newPlane(r.up)}
		r.vrfs[name] = v
	}
	return v
}

func comparePrefix(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}
