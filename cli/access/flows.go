package access

import (
	"maps"
	"net/netip"
	"time"

	"weft/cli/commands"
	"weft/routing/policy"
)

const (
	// IOS logs the first packet of a flow at once and the others together.
	logInterval = 5 * time.Minute
	// Further flows are counted and not logged.
	maxFlows = 1024
)

// flows are what has matched.
type flows struct {
	counts map[string]map[string]uint64 // by list and entry
	open   map[flow]*uint64             // packets of a flow since it was logged
}

// A flow is what is logged together.
type flow struct {
	list     string
	permit   bool
	protocol int
	source   netip.Addr
	target   netip.Addr
	port     uint16
}

func (f *flows) count(list, entry string) {
	if f.counts == nil {
		f.counts = map[string]map[string]uint64{}
	}
	if f.counts[list] == nil {
		f.counts[list] = map[string]uint64{}
	}
	f.counts[list][entry]++
}

func (f *flows) matches(list string) map[string]uint64 { return maps.Clone(f.counts[list]) }

func (f *flows) clear(list string) {
	if list == "" {
		f.counts = nil
		return
	}
	delete(f.counts, list)
}

// log logs a packet, or has it logged with those of its flow that follow.
func (g *Guard) log(list *policy.AccessList, permit bool, p policy.Packet) {
	key := flow{list.Name, permit, p.Protocol, p.Source, p.Destination, p.Port}
	if !list.Extended {
		key.protocol, key.target, key.port = 0, netip.Addr{}, 0
	}
	if since, open := g.flows.open[key]; open {
		*since++
		return
	}
	if len(g.flows.open) >= maxFlows {
		return
	}
	if g.flows.open == nil {
		g.flows.open = map[flow]*uint64{}
	}
	g.flows.open[key] = new(uint64)
	m := commands.AccessListMatch{List: list.Name, Extended: list.Extended, Permit: permit, Protocol: p.Protocol,
		Source: p.Source, Destination: p.Destination, SourcePort: p.SourcePort, Port: p.Port, Packets: 1}
	g.tell(m)
	g.later(key, m)
}

// later logs what has come of a flow in the meantime, and forgets a flow that
// nothing has come of.
func (g *Guard) later(key flow, m commands.AccessListMatch) {
	time.AfterFunc(logInterval, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		since := g.flows.open[key]
		if *since == 0 {
			delete(g.flows.open, key)
			return
		}
		m.Packets, *since = *since, 0
		g.tell(m)
		g.later(key, m)
	})
}
