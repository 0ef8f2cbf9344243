package nhrp

import (
	"net/netip"
	"time"
)

// TraceKind is what happened. The names and sentences are those of IOS.
type TraceKind uint8

const (
	TraceCacheAdd TraceKind = iota
	TraceCacheUpdate
	TraceCacheDelete
	TraceAddressChange // Old became the peer's
	TraceClientUp
	TraceClientDown
	TraceServerUp
	TraceServerDown
	TraceSent     // Packet; of registrations only what is repeated or refused is traced
	TraceReceived // Packet
	TraceRepeated // Packet, which waits for its answer
	TraceError    // a packet that was refused or dropped
)

// A TraceEvent is one line of "show monitor event-trace dmvpn".
type TraceEvent struct {
	At          time.Time
	Kind        TraceKind
	Tunnel      string
	Local, Peer Endpoint
	Target      netip.Prefix
	Old         netip.Addr
	Packet      PacketType
	RequestID   uint32
	Interval    time.Duration // until it is repeated
	Reason      string        // as events have it: "holding time expired", "purged", ...
}

// traceSize is how many events are kept unless configured.
const traceSize = 1000

// A trace is a ring of events.
type trace struct {
	off   bool
	size  int // 0: traceSize
	ring  []TraceEvent
	next  int    // place of the next event, once the ring is full
	count uint64 // of all events
	shown uint64 // count when they were last looked at
}

func (t *trace) put(e TraceEvent) {
	if t.off {
		return
	}
	t.count++
	size := t.size
	if size == 0 {
		size = traceSize
	}
	if len(t.ring) < size {
		t.ring = append(t.ring, e)
		return
	}
	t.ring[t.next] = e
	t.next = (t.next + 1) % size
}

// list copies the events, the oldest first.
func (t *trace) list() []TraceEvent {
	return append(append([]TraceEvent(nil), t.ring[t.next:]...), t.ring[:t.next]...)
}

// resize keeps the latest events.
func (t *trace) resize(size int) {
	if size == t.size {
		return
	}
	all := t.list()
	t.size, t.next = size, 0
	if size == 0 {
		size = traceSize
	}
	t.ring = all[max(0, len(all)-size):]
}

func (t *trace) clear() { t.ring, t.next, t.shown = nil, 0, t.count }

// Traces are the rings as show sees them.
type Traces struct {
	Events, Errors       []TraceEvent // the oldest first
	EventsOff, ErrorsOff bool
	NewEvents, NewErrors int // how many are newer than the last Looked
}

// Traces copies what has been traced.
func (e *Engine) Traces() Traces {
	fresh := func(t *trace) int { return int(min(t.count-t.shown, uint64(len(t.ring)))) }
	return Traces{e.events.list(), e.errors.list(), e.events.off, e.errors.off, fresh(&e.events), fresh(&e.errors)}
}

// tracing switches and clears the rings.
func (e *Engine) tracing(in Tracing) {
	for _, t := range []*trace{&e.events, &e.errors} {
		if t == &e.events && !in.Events || t == &e.errors && !in.Errors {
			continue
		}
		switch in.Do {
		case TraceOn:
			t.off = false
		case TraceOff:
			t.off = true
		case TraceClear:
			t.clear()
		case TraceLooked:
			t.shown = t.count
		}
	}
}

// trace notes an event of a tunnel.
func (t *tunnel) trace(e TraceEvent) {
	e.At, e.Tunnel, e.Local = t.engine.now, t.config.Name, t.local()
	t.engine.events.put(e)
}

// traceCache notes a change of the cache.
func (t *tunnel) traceCache(kind TraceKind, b *binding, reason string) {
	t.trace(TraceEvent{Kind: kind, Peer: Endpoint{b.NextHop, b.NBMA}, Target: b.Protocol, Reason: reason})
}

// tracePacket notes a packet; those of a registration that goes well are too many.
func (t *tunnel) tracePacket(kind TraceKind, p *Packet, peer netip.Addr) {
	switch p.Type {
	case RegistrationRequest, RegistrationReply:
		return
	case ResolutionRequest, ResolutionReply, PurgeRequest, PurgeReply, ErrorIndication, TrafficIndication:
	}
	about := p.Destination
	if !p.Type.isRequest() && kind == TraceSent || p.Type.isRequest() && kind == TraceReceived {
		about = p.Source
	}
	t.trace(TraceEvent{Kind: kind, Packet: p.Type, Peer: Endpoint{about, peer}, RequestID: p.RequestID})
}

// traceOf is how the log's events are traced.
func (e *Engine) traceOf(event Event) {
	x := TraceEvent{At: e.now}
	switch event := event.(type) {
	case PeerUp:
		x.Kind, x.Tunnel, x.Local, x.Peer = TraceClientUp, event.Tunnel, event.Local, Endpoint{event.Protocol, event.NBMA}
		if event.NHS {
			x.Kind = TraceServerUp
		}
	case PeerDown:
		x.Kind, x.Tunnel, x.Local, x.Peer, x.Reason = TraceClientDown, event.Tunnel, event.Local, Endpoint{event.Protocol, event.NBMA}, event.Reason
		if event.NHS {
			x.Kind = TraceServerDown
		}
	default:
		return
	}
	e.events.put(x)
}
