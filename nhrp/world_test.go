package nhrp

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A world is a network of engines under one virtual clock, and the transcript
// of all that they do.
type world struct {
	start, now time.Time
	nodes      []*node
	flying     []flight
	sent       [][]byte                // NHRP packets, of all nodes
	hosts      map[string][]netip.Addr // that names stand for
	lose       func(from, to netip.Addr) bool
	log        strings.Builder
}

// A node is a router with one tunnel. Behind a NAT box, others see outside.
type node struct {
	name          string
	engine        *Engine
	config        Tunnel
	nbma, outside netip.Addr
	bindings      map[netip.Prefix]netip.Addr // what the data plane was told
	multicast     []netip.Addr
	server        netip.Addr
	served        bool                        // some server has its registration
	routes        map[netip.Prefix]netip.Addr // that NHRP has installed, and their next hops
	watched       []netip.Prefix
}

type flight struct {
	at       time.Time
	from, to netip.Addr
	packet   []byte
	asked    *node // of the host, instead of a packet
	host     string
}

const latency = 10 * time.Millisecond

func newWorld() *world {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &world{start: epoch, now: epoch, lose: func(_, _ netip.Addr) bool { return false }}
}

// add makes a node whose tunnel is up. seed becomes its first request id.
func (w *world) add(name, nbma string, seed uint32, c Tunnel) *node {
	a := addr(nbma)
	n := &node{name: name, nbma: a, outside: a, config: c}
	w.nodes = append(w.nodes, n)
	w.boot(n, seed)
	return n
}

// boot starts a node with nothing but its configuration.
func (w *world) boot(n *node, seed uint32) {
	n.engine = New(bytes.NewReader(binary.BigEndian.AppendUint32(nil, seed-1)))
	n.bindings, n.multicast = map[netip.Prefix]netip.Addr{}, nil
	n.routes = map[netip.Prefix]netip.Addr{}
	w.configure(n, n.config)
	w.step(n, Interface{Tunnel: n.config.Name, Up: true, NBMA: n.nbma})
}

func (w *world) configure(n *node, c Tunnel) {
	n.config = c
	w.step(n, Configure{Config{Tunnels: []Tunnel{c}}})
}

func (w *world) step(n *node, in In) { w.carryOut(n, n.engine.Step(w.now, in)) }

func (w *world) carryOut(n *node, outs []Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			w.sent = append(w.sent, o.Packet)
			lost := w.lose(n.nbma, o.To.Addr())
			suffix := ""
			if lost {
				suffix = " (lost)"
			}
			w.note("%s > %v: %s%s", n.name, o.To.Addr(), describe(o.Packet), suffix)
			if !lost {
				w.flying = append(w.flying, flight{at: w.now.Add(latency), from: n.outside, to: o.To.Addr(), packet: o.Packet})
			}
		case Lookup:
			w.note("%s: look up %s", n.name, o.Host)
			w.flying = append(w.flying, flight{at: w.now.Add(latency), asked: n, host: o.Host})
		case Served:
			n.served = o.Any
		case Learn:
			n.bindings[o.Protocol] = o.NBMA.Addr()
			w.note("%s: learn %v is at %v", n.name, o.Protocol, o.NBMA.Addr())
		case Forget:
			delete(n.bindings, o.Protocol)
			w.note("%s: forget %v", n.name, o.Protocol)
		case Server:
			n.server = o.NBMA.Addr()
		case Watch:
			n.watched = append(n.watched, o.Protocol)
		case Route:
			n.routes[o.Prefix] = o.NextHop
			w.note("%s: route %v via %v", n.name, o.Prefix, orLink(o.NextHop))
		case Withdraw:
			delete(n.routes, o.Prefix)
			w.note("%s: withdraw %v via %v", n.name, o.Prefix, orLink(o.NextHop))
		case Multicast:
			n.multicast = addresses(o.NBMA)
			w.note("%s: multicast to %v", n.name, n.multicast)
		case Log:
			w.note("%s: %T %+v", n.name, o.Event, o.Event)
		case Debug:
			w.note("%s: debug %T", n.name, o.Event)
		}
	}
}

func (w *world) note(format string, args ...any) {
	line := strings.ReplaceAll(fmt.Sprintf(format, args...), "nhrp.", "")
	fmt.Fprintf(&w.log, "%8.2f %s\n", w.now.Sub(w.start).Seconds(), line)
}

// run lets d of virtual time pass.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for {
		next, what := end, func() {}
		for i, p := range w.flying {
			if p.at.Before(next) {
				next, what = p.at, func() {
					w.flying = slices.Delete(w.flying, i, i+1)
					w.deliver(p)
				}
			}
		}
		for _, n := range w.nodes {
			if at := n.engine.Deadline(); n.engine != nil && !at.IsZero() && at.Before(next) {
				next, what = at, func() { w.carryOut(n, n.engine.Tick(w.now)) }
			}
		}
		w.now = next
		if next.Equal(end) {
			return
		}
		what()
	}
}

func (w *world) deliver(p flight) {
	if p.asked != nil {
		w.step(p.asked, Found{p.host, w.hosts[p.host]})
		return
	}
	for _, n := range w.nodes {
		if n.outside == p.to {
			w.step(n, Receive{Tunnel: n.config.Name, From: anyPort(p.from), To: n.nbma, Packet: p.packet})
			return
		}
	}
	w.note("nobody at %v", p.to)
}

// tunnel is the state of a node's tunnel.
func (n *node) tunnel() TunnelState { return n.engine.State(Filter{}).Tunnels[0] }

// entry is a node's binding of a protocol address.
func (n *node) entry(protocol string) (Entry, bool) {
	for _, e := range n.tunnel().Cache {
		if e.Protocol == host(addr(protocol)) {
			return e, true
		}
	}
	return Entry{}, false
}

func (n *node) dropped(r Reason) uint64 {
	for _, c := range n.tunnel().Traffic.Dropped {
		if c.Name == r.String() {
			return c.Count
		}
	}
	return 0
}

// golden compares the transcript with testdata/transcripts/NAME.txt.
func (w *world) golden(t *testing.T, name string) {
	t.Helper()
	path := filepath.Join("testdata", "transcripts", name+".txt")
	got := w.log.String()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("transcript differs from %s; it is now\n%s", path, got)
	}
}

// describe puts a packet on one line.
func describe(b []byte) string {
	p, err := Decode(b)
	if err != nil {
		return err.Error()
	}
	s := fmt.Sprintf("%v %v", p.Type, p.Source)
	if p.Type == ErrorIndication {
		return s + fmt.Sprintf(": %v at octet %d, to %v", p.Error, p.ErrorOffset, p.Destination)
	}
	s += fmt.Sprintf(" to %v, id %d, flags %04x", p.Destination, p.RequestID, p.Flags)
	for _, c := range p.CIEs {
		s += fmt.Sprintf(", entry %s/%d at %s: %v, hold %d", orHeader(c.Protocol), c.PrefixLength, orHeader(c.NBMA), c.Code, c.HoldingTime)
	}
	s += ", extensions"
	for _, e := range p.Extensions {
		s += fmt.Sprintf(" %d", e.Type)
		if entries, err := p.Entries(e); e.holdsCIEs() && err == nil {
			for _, c := range entries {
				s += fmt.Sprintf("[%v at %v]", c.Protocol, c.NBMA)
			}
		}
	}
	return s
}

func orLink(a netip.Addr) string {
	if !a.IsValid() {
		return "link"
	}
	return a.String()
}

// orHeader prints an address, which if absent is the header's.
func orHeader(a netip.Addr) string {
	if !a.IsValid() {
		return "*"
	}
	return a.String()
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// hubConfig and spokeConfig are those of the phase 1 lab.
func hubConfig() Tunnel {
	return Tunnel{Name: "Tunnel0", NetworkID: 1, Address: netip.MustParsePrefix("10.0.0.1/24"), Multipoint: true,
		Holdtime: 600 * time.Second, MulticastDynamic: true, MTU: 1472}
}

func spokeConfig(address string) Tunnel {
	return Tunnel{Name: "Tunnel0", NetworkID: 1, Address: netip.MustParsePrefix(address), Multipoint: true,
		Holdtime: 600 * time.Second, MTU: 1472,
		NHS: []NHS{{Protocol: addr("10.0.0.1"), NBMA: addr("192.0.2.1"), Multicast: true}}}
}

func addresses(list []netip.AddrPort) (all []netip.Addr) {
	for _, a := range list {
		all = append(all, a.Addr())
	}
	return all
}
