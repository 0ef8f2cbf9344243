package dataplane

import (
	"bytes"
	"encoding/binary"
	"sync/atomic"
	"time"

	"weft/dataplane/packet"
)

const (
	flowSlots = 4096

	// flowPatience is how long a flow keeps its slot from another one of the same
	// hash: two that take turns must not be reported with every packet.
	flowPatience = 100 * time.Millisecond

	hairpinQuote = 128 // octets of the packet that are reported
)

// flows remember when a flow was last looked at. Flows of one hash share a slot.
type flows struct {
	slots [flowSlots]struct{ flow, last atomic.Uint64 }
}

// due tells whether to look at a flow: every so often.
func (f *flows) due(inner packet.IPv4, now int64, every time.Duration) bool {
	flow := binary.BigEndian.Uint64(inner[12:20]) // both addresses
	slot := &f.slots[flow*0x9e3779b97f4a7c15>>52]
	last := slot.last.Load()
	if slot.flow.Load() != flow {
		every = flowPatience
	}
	if last != 0 && uint64(now)-last < uint64(every) || !slot.last.CompareAndSwap(last, uint64(now)) {
		return false
	}
	slot.flow.Store(flow)
	return true
}

// hairpin reports a packet that is going to leave by the network it came from:
// who sent it might send it a shorter way.
func (in *inbound) hairpin(inner packet.IPv4) {
	if inner.IsMulticast() || !in.t.flows.due(inner, in.now, in.t.Redirect) {
		return
	}
	route, ok := in.s.routes[in.t.VRF].Lookup(inner.Destination())
	if !ok {
		return
	}
	for _, hop := range route.NextHops {
		out := in.s.tunnels[hop.Interface]
		if out == nil || out != in.t && (out.Network == 0 || out.Network != in.t.Network) || out.owns(inner.Destination()) {
			continue
		}
		in.p.events(Hairpin{in.t.Name, in.from, bytes.Clone(inner[:min(len(inner), hairpinQuote)])})
		return
	}
}
