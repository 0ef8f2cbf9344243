// Package world runs routers against each other under one virtual clock. Each
// Node is a router.Router with a real dataplane.Pipeline behind it and a small
// stand-in for the Linux kernel (host.go): it keeps the links and routes the
// router asks for, forwards what comes out of tunnels, and answers pings. The
// underlay is one cloud that joins all ports, with a latency, translators in it
// (nat.go), and packets that a test chooses to lose or to delay. What a crowd
// does is counted instead of told (tally.go).
//
// Time is a number that the world advances to whatever happens next: a packet
// that arrives or a router's deadline. Equal instants are served in the order
// of the nodes, so a run is a function of its script, and its transcript can be
// compared letter by letter: two hours of registrations take milliseconds.
package world

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/nhrp"
)

// World is a set of nodes and the packets between them.
type World struct {
	Latency time.Duration
	// Lose decides which outer packets vanish in the cloud.
	Lose func(from, to netip.Addr) bool
	// Filter decides the same by what is in them.
	Filter func(outer []byte) bool
	// Late is how much longer than Latency a packet takes: some overtake others.
	Late func(from, to netip.Addr) time.Duration
	// Terse has what nodes say and send counted, by kind, until Tally.
	Terse bool
	// Watch sees every outer packet that is sent.
	Watch func(outer []byte)
	// Names are what every name server knows.
	Names map[string][]netip.Addr

	now     time.Time
	start   time.Time
	nodes   []*Node
	flying  []flight
	nats    []*NAT
	errands []errand
	log     strings.Builder
	tally   map[string]int
}

// A flight is a packet under way, in order of departure.
type flight struct {
	at       time.Time
	from, to netip.Addr
	packet   []byte
}

// New makes an empty world whose clock stands at start.
func New(start time.Time) *World {
	return &World{Latency: 10 * time.Millisecond, now: start, start: start}
}

// Now is the virtual time.
func (w *World) Now() time.Time { return w.now }

// Transcript is what has happened since it was last taken.
func (w *World) Transcript() string {
	s := w.log.String()
	w.log.Reset()
	return s
}

// Note writes a line of the script's own into the transcript.
func (w *World) Note(format string, args ...any) {
	fmt.Fprintf(&w.log, "%9.3f  %s\n", w.now.Sub(w.start).Seconds(), fmt.Sprintf(format, args...))
}

// Run lets d of virtual time pass.
func (w *World) Run(d time.Duration) {
	end := w.now.Add(d)
	for w.next(end) {
	}
	w.now = end
}

// Until runs until done holds, at most for d, and reports whether it came to hold.
func (w *World) Until(d time.Duration, done func() bool) bool {
	end := w.now.Add(d)
	for !done() {
		if !w.next(end) {
			w.now = end
			return done()
		}
	}
	return true
}

// next does the one thing that is due first, unless that is after end.
func (w *World) next(end time.Time) bool {
	at, what := end, func() {}
	found := false
	sooner := func(t time.Time, do func()) {
		if !t.After(end) && (!found || t.Before(at)) {
			at, what, found = t, do, true
		}
	}
	for i := range w.flying {
		sooner(w.flying[i].at, func() { w.land(i) })
	}
	for i := range w.errands {
		sooner(w.errands[i].at, func() { w.run(i) })
	}
	for _, n := range w.nodes {
		if t := n.deadline(); !t.IsZero() {
			sooner(t, n.tick)
		}
	}
	if !found {
		return false
	}
	if at.After(w.now) {
		w.now = at
	}
	what()
	return true
}

// send puts an outer packet into the cloud.
func (w *World) send(from *Node, d dataplane.Datagram) {
	src, _ := netip.AddrFromSlice(d.Packet[12:16])
	lost := ""
	switch {
	case !from.canSend(d.To.Addr()):
		lost = " (no route)"
	case w.Lose != nil && w.Lose(src, d.To.Addr()):
		lost = " (lost)"
	case w.Filter != nil && w.Filter(d.Packet):
		lost = " (lost)"
	}
	if s := describe(d.Packet); s != "" {
		w.tell(kindOf(s)+lost, "%-8s > %-14v %s%s", from.Name, d.To.Addr(), s, lost)
	}
	if lost != "" {
		return
	}
	if w.Watch != nil {
		w.Watch(d.Packet)
	}
	b := append([]byte(nil), d.Packet...)
	if src, to, ok := w.translate(b); ok {
		late := time.Duration(0)
		if w.Late != nil {
			late = w.Late(src, to)
		}
		w.flying = append(w.flying, flight{w.now.Add(w.Latency + late), src, to, b})
	}
}

// land delivers a packet to whoever has its destination address now.
func (w *World) land(i int) {
	f := w.flying[i]
	w.flying = append(w.flying[:i], w.flying[i+1:]...)
	for _, n := range w.nodes {
		if n.hasAddress(f.to) {
			n.receive(f.packet)
			return
		}
	}
}

// describe tells an NHRP packet inside GRE, or a message of IKE, in a line; "" for
// anything else.
func describe(outer []byte) string {
	header := int(outer[0]&15) * 4
	if outer[9] == packet.ProtocolUDP {
		return describeIKE(outer[header+packet.UDPHeaderLen:], binary.BigEndian.Uint16(outer[header:]))
	}
	if outer[9] != packet.ProtocolGRE || len(outer) < header+4 || outer[header+2] != 0x20 || outer[header+3] != 0x01 {
		return ""
	}
	payload := outer[header+4:]
	if outer[header]&0x20 != 0 {
		payload = payload[4:]
	}
	p, err := nhrp.Decode(payload)
	if err != nil {
		return "NHRP: " + err.Error()
	}
	s := fmt.Sprintf("NHRP %v %v from %v (%v) to %v", p.Type, p.RequestID, p.Source, p.SourceNBMA, p.Destination)
	for _, c := range p.CIEs {
		if c.Code != nhrp.Success {
			s += fmt.Sprintf(": %v", c.Code)
		}
	}
	if p.Type == nhrp.ErrorIndication {
		s += fmt.Sprintf(": %v", p.Error)
	}
	return s
}

// describeIKE tells which exchange a message from a port belongs to. Other
// datagrams from there are ESP or keepalives.
func describeIKE(b []byte, port uint16) string {
	if port == 4500 {
		if len(b) < 4 || binary.BigEndian.Uint32(b) != 0 {
			return ""
		}
		b = b[4:]
	}
	if len(b) < 28 {
		return ""
	}
	kind := "request"
	switch {
	case b[17]>>4 == 1:
		kind = "message"
	case b[19]&0x20 != 0:
		kind = "response"
	}
	return fmt.Sprintf("IKEv%d exchange %d %s %d", b[17]>>4, b[18], kind, binary.BigEndian.Uint32(b[20:]))
}
