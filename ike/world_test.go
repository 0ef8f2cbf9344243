package ike

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/dataplane/esp"
)

// A world is a network of engines under one virtual clock, with a data plane for
// each that knows what an association is, and no more.
type world struct {
	t          *testing.T
	start, now time.Time
	nodes      []*node
	flying     []flight
	chance     *rand.Rand
	loss       float64       // of IKE messages
	twice      float64       // of them
	spread     time.Duration // by which latency varies
	lose       func(from, to netip.AddrPort, packet []byte) bool
	nats       []*natBox
	delay      time.Duration // of computations
	log        strings.Builder
	sent       int
}

type flight struct {
	at       time.Time
	vrf      string
	from, to netip.AddrPort
	packet   []byte
}

// A node is a router: an engine and what its data plane was told.
type node struct {
	w        *world
	name     string
	local    netip.Addr
	engine   *Engine
	config   Config
	inbound  map[uint32]*live
	outbound map[netip.AddrPort]uint32 // by peer, the SPI that packets leave by
	outs     map[string]*live          // by SPI and peer
	secured  map[Pair]bool
	flaps    int // how often something secured stopped being so
	events   []Event
	reasons  []Reason
	pending  []pendingWork
	moved    []Moved
	keeps    int
}

type pendingWork struct {
	at   time.Time
	id   uint64
	work Work
}

// live is an association in a data plane.
type live struct {
	esp.Parameters
	last     time.Time
	outgoing bool
}

// A natBox translates the sources behind it to one address and ports of its own.
type natBox struct {
	outside netip.Addr
	inside  map[netip.Addr]bool
	ports   map[netip.AddrPort]uint16 // by the source
	next    uint16
}

const latency = 10 * time.Millisecond

func newWorld(t *testing.T) *world {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &world{t: t, start: epoch, now: epoch, chance: rand.New(rand.NewPCG(1, 2)), lose: func(_, _ netip.AddrPort, _ []byte) bool { return false }}
}

func (w *world) add(name, local string, c Config) *node {
	n := &node{w: w, name: name, local: netip.MustParseAddr(local), config: c}
	w.nodes = append(w.nodes, n)
	w.boot(n, 0)
	return n
}

// boot starts a node with nothing but its configuration.
func (w *world) boot(n *node, seed byte) {
	var key [32]byte
	copy(key[:], n.name)
	key[31] = seed
	n.engine = New(rand.NewChaCha8(key))
	n.inbound, n.outs, n.outbound = map[uint32]*live{}, map[string]*live{}, map[netip.AddrPort]uint32{}
	n.secured, n.pending = map[Pair]bool{}, nil
	n.step(Configure{n.config})
}

func (n *node) step(in In) { n.carryOut(n.engine.Step(n.w.now, in)) }

func outKey(spi uint32, peer netip.AddrPort) string { return fmt.Sprintf("%x %v", spi, peer) }

func (n *node) carryOut(outs []Out) {
	w := n.w
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			w.transmit(o.VRF, o.Local, o.To, o.Packet)
		case Compute:
			n.pending = append(n.pending, pendingWork{w.now.Add(w.delay), o.ID, o.Work})
		case Install:
			l := &live{Parameters: o.Parameters}
			l.Encryption, l.Integrity = bytes.Clone(o.Encryption), bytes.Clone(o.Integrity)
			if o.Inbound {
				if n.inbound[o.SPI] != nil {
					w.t.Errorf("%s: SPI %x is installed twice", n.name, o.SPI)
				}
				n.inbound[o.SPI] = l
			} else {
				n.outs[outKey(o.SPI, o.Peer)] = l
			}
		case Outbound:
			n.outbound[o.Peer] = o.SPI
		case Remove:
			if o.Inbound {
				if n.inbound[o.SPI] == nil {
					w.t.Errorf("%s: SPI %x is removed and was not there", n.name, o.SPI)
				}
				delete(n.inbound, o.SPI)
			} else {
				delete(n.outs, outKey(o.SPI, o.Peer))
			}
		case Move:
			if o.Inbound {
				n.inbound[o.SPI].Peer = o.New
			} else if l := n.outs[outKey(o.SPI, o.Old)]; l != nil {
				delete(n.outs, outKey(o.SPI, o.Old))
				l.Peer = o.New
				n.outs[outKey(o.SPI, o.New)] = l
			}
		case Moved:
			delete(n.secured, o.Old)
			n.secured[o.New] = true
			n.moved = append(n.moved, o)
		case Ask:
			n.answer(o)
		case Secured:
			n.secured[o.Pair] = true
			w.note("%s: secured %v", n.name, o.Pair)
		case Unsecured:
			if n.secured[o.Pair] {
				n.flaps++
			}
			delete(n.secured, o.Pair)
			n.reasons = append(n.reasons, o.Reason)
			w.note("%s: unsecured %v: %v", n.name, o.Pair, o.Reason)
		case Keepalive:
			n.keeps++
		case Log:
			n.events = append(n.events, o.Event)
			w.note("%s: %T %+v", n.name, o.Event, o.Event)
		case Debug:
			w.note("%s: debug %+v", n.name, o.Event)
		}
	}
	w.compute(n)
}

// compute does what is due at once when computations take no time.
func (w *world) compute(n *node) {
	for w.delay == 0 && len(n.pending) > 0 {
		p := n.pending[0]
		n.pending = n.pending[1:]
		n.finish(p)
	}
}

func (n *node) finish(p pendingWork) {
	result, err := p.work.Do()
	in := Computed{ID: p.id, Result: result}
	if err != nil {
		in.Result, in.Err = nil, err.Error()
	}
	n.step(in)
}

func (n *node) answer(a Ask) {
	h := Heard{SPI: a.Inbound}
	if l := n.inbound[a.Inbound]; l != nil {
		h.In = l.last
		if out := n.outs[outKey(a.Outbound, l.Peer)]; out != nil {
			h.Out, h.Outgoing = out.last, out.last.After(l.last)
		}
	}
	n.step(h)
}

// transmit puts a message on the wire.
func (w *world) transmit(vrf string, from, to netip.AddrPort, packet []byte) {
	w.sent++
	lost := w.lose(from, to, packet) || w.chance.Float64() < w.loss
	w.note("%v > %v: %s%s", from, to, summary(packet), map[bool]string{true: " (lost)"}[lost])
	from = w.translate(from)
	copies := 1
	if lost {
		copies = 0
	} else if w.chance.Float64() < w.twice {
		copies = 2
	}
	for range copies {
		d := latency
		if w.spread > 0 {
			d += time.Duration(w.chance.Int64N(int64(w.spread)))
		}
		w.flying = append(w.flying, flight{w.now.Add(d), vrf, from, to, bytes.Clone(packet)})
	}
}

func (w *world) translate(from netip.AddrPort) netip.AddrPort {
	for _, b := range w.nats {
		if !b.inside[from.Addr()] {
			continue
		}
		if b.ports[from] == 0 {
			b.next++
			b.ports[from] = b.next
		}
		return netip.AddrPortFrom(b.outside, b.ports[from])
	}
	return from
}

// untranslate finds who is behind an outer address.
func (w *world) untranslate(to netip.AddrPort) (netip.AddrPort, bool) {
	for _, b := range w.nats {
		if to.Addr() == b.outside {
			for inside, port := range b.ports {
				if port == to.Port() {
					return inside, true
				}
			}
			return to, false
		}
		if b.inside[to.Addr()] {
			return to, false // private
		}
	}
	return to, true
}

func (w *world) deliver(f flight) {
	to, ok := w.untranslate(f.to)
	if !ok {
		return
	}
	for _, n := range w.nodes {
		if n.local == to.Addr() {
			n.step(Receive{VRF: f.vrf, Local: to, From: f.from, Packet: f.packet})
			return
		}
	}
}

// run lets d of virtual time pass.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for {
		next, what := end, func() {}
		for i, f := range w.flying {
			if f.at.Before(next) {
				next, what = f.at, func() {
					w.flying = slices.Delete(w.flying, i, i+1)
					w.deliver(f)
				}
			}
		}
		for _, n := range w.nodes {
			if at := n.engine.Deadline(); !at.IsZero() && at.Before(next) {
				next, what = at, func() { n.carryOut(n.engine.Tick(w.now)) }
			}
			if len(n.pending) > 0 && n.pending[0].at.Before(next) {
				next, what = n.pending[0].at, func() {
					p := n.pending[0]
					n.pending = n.pending[1:]
					n.finish(p)
				}
			}
		}
		w.now = next
		if next.Equal(end) {
			return
		}
		what()
	}
}

func (w *world) note(format string, args ...any) {
	line := strings.ReplaceAll(fmt.Sprintf(format, args...), "ike.", "")
	fmt.Fprintf(&w.log, "%10.3f %s\n", w.now.Sub(w.start).Seconds(), line)
}

// summary puts a message on one line.
func summary(b []byte) string {
	h, ok := decodeHeader(b)
	if !ok {
		return "rubbish"
	}
	return fmt.Sprintf("v%d exchange %d id %d flags %02x, %d octets", h.major, h.exchange, h.id, h.flags, len(b))
}

// send sends one data packet from n to a peer by its name, and tells whether it
// arrives.
func (n *node) send(peer netip.AddrPort) bool {
	w := n.w
	spi, ok := n.outbound[peer]
	if !ok {
		return false
	}
	var out *live
	for _, l := range n.outs {
		if l.SPI == spi && l.Peer.Addr() == peer.Addr() {
			out = l
		}
	}
	if out == nil {
		return false
	}
	out.last = w.now
	to := netip.AddrPortFrom(out.Peer.Addr(), out.Peer.Port())
	from := out.Local
	if from.Port() == 0 {
		from = netip.AddrPortFrom(from.Addr(), 0)
	} else {
		from = w.translate(from)
	}
	if to.Port() != 0 {
		if to, ok = w.untranslate(to); !ok {
			return false
		}
	}
	for _, o := range w.nodes {
		if o.local != to.Addr() {
			continue
		}
		in := o.inbound[spi]
		if in == nil || !bytes.Equal(in.Encryption, out.Encryption) || !bytes.Equal(in.Integrity, out.Integrity) || in.Mode != out.Mode || in.Suite != out.Suite {
			return false
		}
		in.last = w.now
		if in.Peer.Port() != 0 && in.Peer != from {
			o.step(PeerMoved{SPI: spi, From: from})
		}
		return true
	}
	return false
}

func (n *node) dropped(d drop) uint64 { return n.engine.drops[d] }

func (n *node) refusal() Refusal {
	if r := n.engine.State().Refusals; len(r) > 0 {
		return r[0]
	}
	return Refusal{}
}

func at(s string) netip.AddrPort {
	if strings.Contains(s, ":") {
		return netip.MustParseAddrPort(s)
	}
	return netip.AddrPortFrom(netip.MustParseAddr(s), 0)
}
