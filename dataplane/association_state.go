package dataplane

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"weft/dataplane/esp"
)

// AssociationState is what show commands may see of an association.
type AssociationState struct {
	SPI         uint32
	Inbound     bool
	Local, Peer netip.AddrPort
	esp.Counters
	Last time.Time // when a packet last passed; zero: never
}

// Keepalives are how many came from peers behind address translators.
func (p *Pipeline) Keepalives() uint64 { return p.keepalives.Load() }

// Associations are those that live, inbound ones first, by SPI. It may be called
// from any goroutine.
func (p *Pipeline) Associations() (all []AssociationState) {
	a := &p.sas
	at := func(nanoseconds int64) (t time.Time) {
		if nanoseconds != 0 {
			t = time.Unix(0, nanoseconds)
		}
		return t
	}
	for i := range a.inbound {
		for _, in := range a.inbound.shard(uint32(i)) {
			all = append(all, AssociationState{in.SPI(), true, in.Local(), in.Peer(), in.Counters(), at(in.Last())})
		}
		for _, out := range a.outbound.shard(uint32(i)) {
			all = append(all, AssociationState{out.SPI(), false, out.Local(), out.Peer(), out.Counters(), at(out.Last())})
		}
	}
	slices.SortFunc(all, func(x, y AssociationState) int {
		if x.Inbound != y.Inbound {
			if x.Inbound {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.SPI, y.SPI), x.Peer.Compare(y.Peer))
	})
	return all
}
