package eigrp

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// mesh is routers at random, connected, each with a LAN of its own.
func mesh(t *testing.T, seed uint64, routers, extra int) *world {
	w := newWorld(t, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for k := range routers {
		c := defaults()
		c.Silent = true
		n := w.node(fmt.Sprintf("r%d", k), c)
		n.lan(fmt.Sprintf("172.16.%d.0/24", k))
	}
	between := func(a, b int) {
		s := w.segment(fmt.Sprintf("10.%d.%d.0/24", len(w.links)/200, len(w.links)%200), nil, w.nodes[a], w.nodes[b])
		delay := uint32(10 + r.IntN(100))
		s.cost = delay
	}
	for k := 1; k < routers; k++ {
		between(r.IntN(k), k)
	}
	for range extra {
		if a, b := r.IntN(routers), r.IntN(routers); a != b {
			between(a, b)
		}
	}
	w.boot()
	return w
}

// shortest are the distances from every node to a prefix's owner: what an
// omniscient router would have.
func (w *world) shortest(owner int) []uint32 {
	const far = 1 << 30
	delay := make([]uint32, len(w.nodes))
	for k := range delay {
		delay[k] = far
	}
	delay[owner] = 10 // the LAN
	index := map[*node]int{}
	for k, n := range w.nodes {
		index[n] = k
	}
	for range w.nodes {
		for _, s := range w.links {
			if s.down {
				continue
			}
			for _, a := range s.ports {
				for _, b := range s.ports {
					i, j := index[a.node], index[b.node]
					if delay[i]+s.cost < delay[j] {
						delay[j] = delay[i] + s.cost
					}
				}
			}
		}
	}
	metric := make([]uint32, len(delay))
	for k, d := range delay {
		metric[k] = Infinity
		if d < far {
			metric[k] = 256 * (100 + d)
		}
	}
	return metric
}

// agrees compares every router's routes with the oracle's.
func (w *world) agrees(when string) {
	w.t.Helper()
	for owner := range w.nodes {
		prefix := netip.MustParsePrefix(fmt.Sprintf("172.16.%d.0/24", owner))
		for k, want := range w.shortest(owner) {
			if k == owner {
				continue
			}
			r, ok := w.nodes[k].routes[prefix]
			switch {
			case !ok && want != Infinity:
				w.t.Errorf("%s: %s has no route to %v, should have metric %d", when, w.nodes[k].name, prefix, want)
			case ok && r.Metric != want:
				w.t.Errorf("%s: %s has metric %d to %v, should have %d", when, w.nodes[k].name, r.Metric, prefix, want)
			}
			if x := w.nodes[k].engine.topology[prefix]; x != nil && x.active {
				w.t.Errorf("%s: %s is still active for %v", when, w.nodes[k].name, prefix)
			}
		}
	}
	if w.t.Failed() {
		w.fail()
	}
}

// loopless follows the routes to every LAN from everywhere: no packet may come
// by the same router twice, at any time.
func (w *world) loopless(owners []netip.Prefix) {
	at := map[netip.Addr]*node{}
	for _, s := range w.links {
		for _, p := range s.ports {
			at[p.address] = p.node
		}
	}
	for _, prefix := range owners {
		// 0 not visited, 1 on the way, 2 done.
		state := map[*node]int{}
		var visit func(n *node)
		visit = func(n *node) {
			state[n] = 1
			for _, h := range n.routes[prefix].Hops {
				switch next := at[h.NextHop]; state[next] {
				case 1:
					w.t.Errorf("%v: a loop for %v by %s and %s", w.now.Sub(w.start), prefix, n.name, next.name)
				case 0:
					visit(next)
				}
			}
			state[n] = 2
		}
		for _, n := range w.nodes {
			if state[n] == 0 {
				visit(n)
			}
		}
	}
	if w.t.Failed() {
		w.fail()
	}
}

// seeds are those to try: one that is asked for, or some.
func seeds(t *testing.T, count uint64) (list []uint64) {
	if s := os.Getenv("SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return []uint64{n}
	}
	for k := range count {
		list = append(list, k+1)
	}
	return list
}

// TestRoutesAreShortestAndNeverLoop breaks and mends links at random under loss,
// and compares with an oracle once it is quiet. SEED=n runs one of them.
func TestRoutesAreShortestAndNeverLoop(t *testing.T) {
	for _, seed := range seeds(t, 20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := mesh(t, seed, 8, 6)
			w.jitter = 20 * time.Millisecond
			var lans []netip.Prefix
			for k := range w.nodes {
				lans = append(lans, netip.MustParsePrefix(fmt.Sprintf("172.16.%d.0/24", k)))
			}
			w.check = func() { w.loopless(lans) }
			w.run(time.Minute)
			w.agrees("at first")
			r := rand.New(rand.NewPCG(seed, 3))
			for round := range 4 {
				w.loss = 0.1
				for range 6 {
					s := w.links[r.IntN(len(w.links))]
					w.set(s, !s.down)
					w.run(time.Duration(r.IntN(3000)) * time.Millisecond)
				}
				w.loss = 0
				w.run(4 * time.Minute)
				w.agrees(fmt.Sprintf("after round %d", round))
			}
		})
	}
}

func TestTheSameWorldTwiceIsTheSame(t *testing.T) {
	run := func() string {
		w := mesh(t, 5, 6, 4)
		w.loss, w.jitter = 0.1, 10*time.Millisecond
		w.run(time.Minute)
		w.set(w.links[2], true)
		w.run(time.Minute)
		return w.log.String()
	}
	if a, b := run(), run(); a != b {
		t.Error("the same inputs at the same instants had another outcome")
	}
}

func BenchmarkHubOf500Spokes(b *testing.B) {
	for b.Loop() {
		w := newWorld(nil, 1)
		c := defaults()
		c.Silent = true
		c.Interfaces["Link0"] = Interface{Summaries: []Summary{{Prefix: netip.MustParsePrefix("172.16.0.0/12")}}}
		hub := w.node("hub", c)
		all := []*node{hub}
		for k := range 500 {
			c := defaults()
			c.Silent, c.Stub = true, &Stub{Connected: true, Summary: true}
			n := w.node(fmt.Sprintf("s%d", k), c)
			n.lan(fmt.Sprintf("172.%d.%d.0/24", 16+k/200, k%200))
			all = append(all, n)
		}
		w.segment("10.0.0.0/16", hub, all...)
		w.boot()
		w.run(30 * time.Second)
		if len(hub.routes) < 500 || !slices.ContainsFunc(all[1:], func(n *node) bool { return n.via("172.16.0.0/12") == "10.0.0.1" }) {
			b.Fatalf("%d routes", len(hub.routes))
		}
	}
}
