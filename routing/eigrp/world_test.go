package eigrp

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// A world is routers on links under one virtual clock.
type world struct {
	t       *testing.T
	start   time.Time
	now     time.Time
	nodes   []*node
	links   []*segment
	flying  []flight
	chance  *rand.Rand
	loss    float64
	jitter  time.Duration
	sent    int
	check   func() // after every step
	bytes   int
	log     strings.Builder
	verbose bool
}

type flight struct {
	at       time.Time
	segment  *segment
	from     *port
	to       *port
	dest     netip.Addr
	packet   []byte
	sequence int
}

// A segment is a link with routers on it. On one that is a hub's cloud, spokes
// hear the hub's multicast only, and the hub hears all.
type segment struct {
	prefix netip.Prefix
	ports  []*port
	hub    *node
	down   bool
	cost   uint32 // delay, tens of microseconds; 0: 10
}

type port struct {
	node    *node
	segment *segment
	name    string
	address netip.Addr
}

type node struct {
	w      *world
	name   string
	engine *Engine
	config Config
	ports  []*port
	routes map[netip.Prefix]Route
	events []Event
}

const latency = 5 * time.Millisecond

func newWorld(t *testing.T, seed uint64) *world {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &world{t: t, start: epoch, now: epoch, chance: rand.New(rand.NewPCG(seed, 7)), check: func() {}}
}

func defaults() Config {
	return Config{AS: 100, Weights: DefaultWeights, Networks: []Network{{netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("255.255.255.255")}},
		Internal: 90, External: 170, ActiveTime: 3 * time.Minute, Interfaces: map[string]Interface{}}
}

func (w *world) node(name string, c Config) *node {
	n := &node{w: w, name: name, engine: New(), config: c, routes: map[netip.Prefix]Route{}}
	w.nodes = append(w.nodes, n)
	return n
}

// segment connects nodes; each gets the address of its number in the prefix.
func (w *world) segment(prefix string, hub *node, nodes ...*node) *segment {
	s := &segment{prefix: netip.MustParsePrefix(prefix), hub: hub}
	a := s.prefix.Addr()
	for _, n := range nodes {
		a = a.Next()
		p := &port{n, s, fmt.Sprintf("Link%d", len(w.links)), a}
		s.ports, n.ports = append(s.ports, p), append(n.ports, p)
	}
	w.links = append(w.links, s)
	return s
}

func (p *port) link() Link {
	l := Link{Interface: p.name, Up: !p.segment.down, Address: netip.PrefixFrom(p.address, p.segment.prefix.Bits()), Bandwidth: 100000, Delay: 10, MTU: 1500}
	if p.segment.cost != 0 {
		l.Delay = p.segment.cost
	}
	if p.segment.hub != nil {
		l.Bandwidth, l.Delay, l.MTU = 100, 5000, 1400
	}
	return l
}

// lan gives a node a network that nobody else is on.
func (n *node) lan(prefix string) {
	p := netip.MustParsePrefix(prefix)
	s := &segment{prefix: p.Masked()}
	n.ports = append(n.ports, &port{n, s, fmt.Sprintf("Lan%s", p), p.Masked().Addr().Next()})
}

func (w *world) boot() {
	for _, n := range w.nodes {
		n.step(Configure{n.config})
		for _, p := range n.ports {
			n.step(p.link())
		}
	}
}

func (n *node) step(in In) { n.carryOut(n.engine.Step(n.w.now, in)) }

func (n *node) carryOut(outs []Out) {
	w := n.w
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			w.transmit(n, o)
		case Route:
			n.routes[o.Prefix] = o
			w.note("%s: %v metric %d by %v", n.name, o.Prefix, o.Metric, o.Hops)
		case Withdraw:
			delete(n.routes, o.Prefix)
			w.note("%s: %v withdrawn", n.name, o.Prefix)
		case Log:
			n.events = append(n.events, o.Event)
			w.note("%s: %T %+v", n.name, o.Event, o.Event)
		case Debug, Join, Leave:
		}
	}
	w.check()
}

func (w *world) note(format string, args ...any) {
	fmt.Fprintf(&w.log, "%9.3f %s\n", w.now.Sub(w.start).Seconds(), fmt.Sprintf(format, args...))
}

func (n *node) port(name string) *port {
	for _, p := range n.ports {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (w *world) transmit(n *node, o Send) {
	from := n.port(o.Interface)
	w.sent++
	w.bytes += len(o.Packet)
	if w.verbose {
		p, err := decode(o.Packet)
		w.note("%s > %v: %+v %v", n.name, o.To, p, err)
	}
	for _, to := range from.segment.ports {
		if to == from || o.To != Group && o.To != to.address {
			continue
		}
		hub := from.segment.hub
		if o.To == Group && hub != nil && hub != n && hub != to.node {
			continue
		}
		if w.chance.Float64() < w.loss {
			continue
		}
		d := latency
		if w.jitter > 0 {
			d += time.Duration(w.chance.Int64N(int64(w.jitter)))
		}
		w.flying = append(w.flying, flight{w.now.Add(d), from.segment, from, to, o.To, slices.Clone(o.Packet), w.sent})
	}
}

// run lets d of virtual time pass.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for {
		next, what := end, func() {}
		best := -1
		for k, f := range w.flying {
			if f.at.Before(next) || best >= 0 && f.at.Equal(next) && f.sequence < w.flying[best].sequence {
				next, best = f.at, k
			}
		}
		if best >= 0 {
			f := w.flying[best]
			what = func() {
				w.flying = slices.Delete(w.flying, best, best+1)
				if !f.segment.down {
					f.to.node.step(Receive{f.to.name, f.from.address, f.dest, f.packet})
				}
			}
		}
		for _, n := range w.nodes {
			if at := n.engine.Deadline(); !at.IsZero() && at.Before(next) {
				next, what = at, func() { n.carryOut(n.engine.Tick(w.now)) }
			}
		}
		if next.After(w.now) {
			w.now = next
		}
		if !next.Before(end) {
			return
		}
		what()
	}
}

// set takes a link down or up, as carriers do: both ends see it.
func (w *world) set(s *segment, down bool) {
	s.down = down
	for _, p := range s.ports {
		p.node.step(p.link())
	}
}

func (n *node) via(prefix string) string {
	r, ok := n.routes[netip.MustParsePrefix(prefix)]
	if !ok {
		return "none"
	}
	if r.Discard {
		return "Null0"
	}
	var hops []string
	for _, h := range r.Hops {
		hops = append(hops, h.NextHop.String())
	}
	return strings.Join(hops, " ")
}

func (n *node) peers() (count int) {
	for _, s := range n.engine.State(n.w.now).Neighbors {
		if s.Sequence != 0 {
			count++
		}
	}
	return count
}

func (w *world) fail() {
	w.t.Helper()
	text := w.log.String()
	if len(text) > 20000 {
		text = text[len(text)-20000:]
	}
	w.t.Fatalf("\n%s", text)
}
