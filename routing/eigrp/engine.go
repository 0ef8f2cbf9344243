// Package eigrp is the Enhanced Interior Gateway Routing Protocol, RFC 7868, for
// IPv4, as one process of one router: neighbours that say hello, a reliable
// transport between them, and DUAL, which never makes a loop.
//
// The package is a machine: Step takes what happens (input.go) and returns what
// to do about it (output.go), Tick does what has come due, and nothing else goes
// in or out. What is wanted is one value (config.go), what show commands see is
// another (state.go).
//
//	packet.go auth.go metric.go drop.go   octets and back, and what they count for
//	interface.go hello.go neighbor.go     who is there
//	transport.go                          what each neighbour has still to be told, one packet at a time
//	topology.go dual.go active.go         which ways there are, and which is taken
//	advertise.go summary.go               what is said of it where
//	local.go                              routes of our own
//
// The life of a route: a neighbour's update makes a path of an entry of the
// topology table. DUAL (section 3) looks at the entry: a path whose reported
// distance is less than our feasible distance cannot lead through us, and the
// best of these is the successor, of which the router is told with Route and the
// neighbours with updates. If the last such path goes, the entry becomes active:
// all neighbours are queried, and only when each has replied is a new successor
// chosen.
//
// What neighbours are told is not kept as packets. Each has a list of prefixes
// that it must be told about; when it has acknowledged a packet the next one is
// made, of what is then true. Reliable packets go to each neighbour by itself:
// on a multipoint tunnel, multicast would be copied for each of them as well.
//
// On DMVPN, what a spoke has of the LAN of another one follows from what the hub's
// tunnel interface says; labs/world has a test for each:
//
//	phase 1   no split horizon                      the LAN, by the hub
//	phase 2   no split horizon, no next-hop-self    the LAN, by the other spoke
//	phase 3   a summary                             the summary by the hub, and NHRP's route (H)
//	phase 3   no split horizon                      the LAN by the hub, its next hop overridden (%)
//	any       split horizon and no summary          nothing
//
// Followed: RFC 7868 with classic TLVs (version 1.2), MD5 and HMAC-SHA-256
// authentication, stub routers, summaries. Left out: wide metrics, IPv6, and
// multicast of reliable packets (it is received).
package eigrp

import (
	"net/netip"
	"time"

	"weft/appliance/engine"
)

// Engine is an engine.Machine for one process.
type Engine struct {
	now        time.Time
	config     Config
	router     netip.Addr // ID in use
	links      map[string]Link
	interfaces map[string]*iface
	topology   map[netip.Prefix]*entry
	offered    map[netip.Prefix]map[Protocol]Redistribute
	timers     engine.Timers
	sequence   uint32 // of the last reliable packet
	serial     uint64 // of the last change of the topology
	handles    int    // neighbours so far
	resummary  bool   // components of summaries have changed
	woken      []*neighbor
	traffic    Traffic
	drops      map[drop]uint64
	events     []StateEvent
	debug      Debugging
	out        []Out
}

// New returns an engine that runs on no interface.
func New() *Engine {
	return &Engine{links: map[string]Link{}, interfaces: map[string]*iface{}, topology: map[netip.Prefix]*entry{},
		offered: map[netip.Prefix]map[Protocol]Redistribute{}, drops: map[drop]uint64{}}
}

// Step takes one input and returns what is to be done about it, in order.
func (e *Engine) Step(now time.Time, in In) []Out {
	e.now = now
	switch in := in.(type) {
	case Configure:
		e.configure(in.Want)
	case Link:
		e.links[in.Interface] = in
		e.resolve()
	case Gone:
		delete(e.links, in.Interface)
		e.resolve()
	case Receive:
		e.receive(in)
	case Redistribute:
		e.offer(in)
	case Retract:
		e.retract(in.Prefix, in.Source)
	case Clear:
		e.clear(in)
	case Debugging:
		e.debug = in
	}
	return e.done()
}

// Tick does what has come due.
func (e *Engine) Tick(now time.Time) []Out {
	e.now = now
	return e.done()
}

// Deadline is when Tick is next wanted, or the zero time.
func (e *Engine) Deadline() time.Time { return e.timers.Next() }

// done rings the timers that are due, has neighbours told what they must be, and
// hands out what there is to do.
func (e *Engine) done() []Out {
	e.timers.Ring(e.now)
	e.summarize()
	for len(e.woken) > 0 {
		n := e.woken[0]
		e.woken = e.woken[1:]
		n.awake = false
		n.pump()
	}
	out := e.out
	e.out = nil
	return out
}

func (e *Engine) do(o Out) { e.out = append(e.out, o) }

func (e *Engine) log(event Event) { e.do(Log{event}) }

// maxEvents bounds the journal of DUAL.
const maxEvents = 500

// note remembers a step of DUAL.
func (e *Engine) note(p netip.Prefix, text string) {
	event := StateEvent{e.now, p, text}
	e.events = append(e.events, event)
	if len(e.events) > maxEvents {
		e.events = e.events[len(e.events)-maxEvents:]
	}
	if e.debug.FSM {
		e.do(Debug{TopicFSM, event})
	}
}

// clear is "clear ip eigrp neighbors".
func (e *Engine) clear(in Clear) {
	for _, n := range e.neighbors() {
		if in.Interface != "" && n.iface.name != in.Interface || in.Neighbor.IsValid() && n.address != in.Neighbor {
			continue
		}
		if in.Soft {
			n.resync("manually cleared")
			continue
		}
		n.iface.goodbye(n.address)
		n.down("manually cleared")
	}
}
