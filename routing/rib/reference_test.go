package rib

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"weft/dataplane/fib"
)

// reference decides by trying until nothing moves, with nothing but the rules
// of the package comment. Where no routes depend on each other in a circle
// there is one outcome only.
type reference struct {
	offers map[netip.Prefix][]Candidate
	up     map[string]bool
	routes map[netip.Prefix][]Route
}

func (ref *reference) valid(c Candidate) bool {
	return c.Distance != 255 && (c.Discard || ref.up[c.Interface])
}

func (ref *reference) match(p netip.Prefix, a netip.Addr) (best netip.Prefix) {
	for q, routes := range ref.routes {
		if q != p && len(routes) > 0 && q.Contains(a) && (!best.IsValid() || q.Bits() > best.Bits()) {
			best = q
		}
	}
	return best
}

func (ref *reference) decide(p netip.Prefix) (routes []Route) {
	offers := slices.Clone(ref.offers[p])
	slices.SortFunc(offers, compareCandidates)
	for _, c := range offers {
		if len(routes) == 4 || len(routes) > 0 && (routes[0].Distance != c.Distance || routes[0].Metric != c.Metric || routes[0].Source != c.Source) {
			break
		}
		if hops, ok := ref.resolve(p, c); ok {
			routes = append(routes, Route{Candidate: c, Resolved: hops})
		}
	}
	for i := range routes {
		for _, c := range offers {
			if routes[i].Source != Static || c.Source != NHRP || c.Discard || c.Interface == "" || !ref.valid(c) {
				continue
			}
			if hop := (fib.NextHop{Gateway: c.NextHop, Interface: c.Interface}); routes[i].leavesBy(c.Interface) && len(routes[i].Override) < 4 {
				routes[i].Override = append(routes[i].Override, hop)
			}
		}
	}
	return routes
}

func (ref *reference) resolve(p netip.Prefix, c Candidate) (hops []fib.NextHop, ok bool) {
	if c.Discard || c.Interface != "" {
		if !c.Discard {
			hops = []fib.NextHop{{Gateway: c.NextHop, Interface: c.Interface}}
		}
		return hops, ref.valid(c)
	}
	q := ref.match(p, c.NextHop)
	if c.Distance == 255 || !q.IsValid() || p.Contains(c.NextHop) && p.Bits() > q.Bits() {
		return nil, false
	}
	for _, r := range ref.routes[q] {
		if r.Source == Local {
			return nil, false
		}
		for _, h := range r.Resolved {
			if !h.Gateway.IsValid() {
				h.Gateway = c.NextHop
			}
			if !slices.Contains(hops, h) && len(hops) < 4 {
				hops = append(hops, h)
			}
		}
	}
	return hops, true
}

func (ref *reference) settle() {
	ref.routes = map[netip.Prefix][]Route{}
	for moved := true; moved; {
		moved = false
		for p := range ref.offers {
			routes := ref.decide(p)
			moved = moved || !slices.EqualFunc(routes, ref.routes[p], sameRoute)
			ref.routes[p] = routes
		}
	}
}

// circular reports whether some prefix may depend on itself.
func (ref *reference) circular() bool {
	certain := func(p netip.Prefix) bool { return slices.ContainsFunc(ref.offers[p], ref.valid) }
	leads := map[netip.Prefix]map[netip.Prefix]bool{}
	for p, offers := range ref.offers {
		leads[p] = map[netip.Prefix]bool{}
		for _, c := range offers {
			if c.Discard || c.Interface != "" || c.Distance == 255 {
				continue
			}
			for bits := 32; bits >= 0; bits-- {
				q := netip.PrefixFrom(c.NextHop, bits).Masked()
				if q == p {
					break
				}
				if len(ref.offers[q]) > 0 {
					leads[p][q] = true
				}
				if certain(q) {
					break
				}
			}
		}
	}
	for k := range leads {
		for p := range leads {
			for q := range leads {
				if leads[p][k] && leads[k][q] {
					leads[p][q] = true
				}
			}
		}
	}
	for p := range leads {
		if leads[p][p] {
			return true
		}
	}
	return false
}

// sound checks what holds in circles too: each route in force is where a
// lookup of its next hop leads, and no lookup comes back.
func sound(routes []Route) error {
	table := &reference{routes: map[netip.Prefix][]Route{}}
	for _, r := range routes {
		table.routes[r.Prefix] = append(table.routes[r.Prefix], r)
	}
	var walk func(a netip.Addr, seen []netip.Prefix) error
	walk = func(a netip.Addr, seen []netip.Prefix) error {
		q := table.match(netip.Prefix{}, a)
		if !q.IsValid() || slices.Contains(seen, q) {
			return fmt.Errorf("%v leads to %v over %v", a, q, seen)
		}
		for _, r := range table.routes[q] {
			if r.recursive() {
				if err := walk(r.NextHop, append(slices.Clone(seen), q)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, r := range routes {
		if !r.recursive() {
			continue
		}
		if hops, _ := table.resolve(r.Prefix, r.Candidate); !slices.Equal(hops, r.Resolved) {
			return fmt.Errorf("%v via %v resolved to %v, a lookup says %v", r.Prefix, r.NextHop, r.Resolved, hops)
		}
		if err := walk(r.NextHop, []netip.Prefix{r.Prefix}); err != nil {
			return err
		}
	}
	return nil
}

var interfaces = []string{"Gi0", "Gi1", "Tunnel0", "Tunnel1"}

// randomOffer keeps to few addresses, so that prefixes nest and next hops meet.
func randomOffer(rng *rand.Rand) Candidate {
	address := func() netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(rng.IntN(16))}) }
	c := Candidate{Source: Source(rng.IntN(4)), Distance: []uint8{0, 1, 1, 5, 255}[rng.IntN(5)], Metric: uint32(rng.IntN(2))}
	c.Prefix = netip.PrefixFrom(address(), []int{0, 24, 28, 29, 30, 31, 32, 32}[rng.IntN(8)]).Masked()
	switch rng.IntN(8) {
	case 0:
		c.Interface = interfaces[rng.IntN(4)]
	case 1, 2:
		c.Interface, c.NextHop = interfaces[rng.IntN(4)], address()
	case 3:
		c.Discard, c.Interface = true, "Null0"
	default:
		c.NextHop = address()
	}
	return c
}

func TestAgreesWithReferenceWhateverHappens(t *testing.T) {
	circles := 0
	const runs, steps = 40, 100
	for seed := range uint64(runs) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r, held := newRIB(), map[Candidate]Candidate{} // by the key of a candidate
		ref := &reference{up: map[string]bool{}}
		for _, name := range interfaces {
			ref.up[name] = true
		}
		shadow, shadowUnderlay := fib.Table{}, fib.Table{}
		for step := range steps {
			for range rng.IntN(3) {
				c := randomOffer(rng)
				key := Candidate{Prefix: c.Prefix, Source: c.Source, NextHop: c.NextHop, Interface: c.Interface}
				if rng.IntN(3) > 0 || len(held) < 5 {
					r.Add(c)
					held[key] = c
				} else {
					for _, c = range sorted(held)[rng.IntN(len(held)):] {
						break
					}
					r.Remove(Candidate{Prefix: c.Prefix, Source: c.Source, NextHop: c.NextHop, Interface: c.Interface})
					delete(held, Candidate{Prefix: c.Prefix, Source: c.Source, NextHop: c.NextHop, Interface: c.Interface})
				}
			}
			if rng.IntN(6) == 0 {
				name := interfaces[rng.IntN(4)]
				ref.up[name] = !ref.up[name]
				r.SetInterface(name, ref.up[name])
			}
			before, beforeUnderlay := shadow, shadowUnderlay
			changes := r.Settle(start)
			for _, c := range changes {
				shadow, shadowUnderlay = apply(shadow, c.Entry), apply(shadowUnderlay, c.Underlay)
			}
			fresh := New(isTunnel)
			all := sorted(held)
			rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			ref.offers = map[netip.Prefix][]Candidate{}
			for _, c := range all {
				fresh.Add(c)
				ref.offers[c.Prefix] = append(ref.offers[c.Prefix], c)
			}
			for name, up := range ref.up {
				fresh.SetInterface(name, up)
			}
			fresh.Settle(start)
			at := fmt.Sprintf("seed %d step %d", seed, step)
			same(t, at+": tables and changes", dump(shadow), dump(r.Table("")))
			same(t, at+": underlay table and changes", dump(shadowUnderlay), dump(r.UnderlayTable("")))
			same(t, at+": history and none", dump(r.Table("")), dump(fresh.Table("")))
			same(t, at+": underlay, history and none", dump(r.UnderlayTable("")), dump(fresh.UnderlayTable("")))
			for _, c := range changes {
				whole := dump(before)[c.Prefix.String()] != dump(shadow)[c.Prefix.String()]
				underlay := dump(beforeUnderlay)[c.Prefix.String()] != dump(shadowUnderlay)[c.Prefix.String()]
				if whole != c.EntryChanged || underlay != c.UnderlayChanged {
					t.Fatalf("%s: %v says changed %t and %t, was %t and %t", at, c.Prefix, c.EntryChanged, c.UnderlayChanged, whole, underlay)
				}
			}
			if err := sound(r.Routes("", nil)); err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			if ref.circular() {
				circles++
				continue
			}
			ref.settle()
			var theirs []Route
			for _, p := range r.Routes("", nil) {
				p.Since = time.Time{}
				theirs = append(theirs, p)
			}
			var ours []Route
			for _, routes := range ref.routes {
				ours = append(ours, routes...)
			}
			slices.SortStableFunc(ours, func(a, b Route) int { return comparePrefix(a.Prefix, b.Prefix) })
			if !slices.EqualFunc(ours, theirs, sameRoute) {
				t.Fatalf("%s:\nreference %v\nrib       %v", at, ours, theirs)
			}
		}
	}
	if circles == 0 || circles == runs*steps {
		t.Errorf("%d of %d states had circles: both kinds are wanted", circles, runs*steps)
	}
	t.Logf("%d of %d states had circles", circles, runs*steps)
}

func apply(t fib.Table, e fib.Entry) fib.Table {
	if len(e.NextHops) == 0 && !e.Discard {
		return t.Without(e.Prefix)
	}
	return t.With(e)
}

func dump(t fib.Table) map[string]string {
	all := map[string]string{}
	for e := range t.All() {
		all[e.Prefix.String()] = entryText(e)
	}
	return all
}

func same(t *testing.T, what string, a, b map[string]string) {
	t.Helper()
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Fatalf("%s differ:\n%v\n%v", what, a, b)
	}
}

func sorted(held map[Candidate]Candidate) (all []Candidate) {
	for _, c := range held {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Candidate) int {
		if c := comparePrefix(a.Prefix, b.Prefix); c != 0 {
			return c
		}
		return compareCandidates(a, b)
	})
	return all
}
