package dataplane

import (
	"maps"
	"net/netip"
	"slices"

	"weft/dataplane/fib"
)

// Table is the forwarding table that packets of a VRF see now.
func (p *Pipeline) Table(vrf string) fib.Table { return p.state.Load().routes[vrf] }

// Adjacency says behind which outer address the addresses of a prefix are, at
// the far end of a tunnel.
type Adjacency struct {
	Tunnel   string
	Protocol netip.Prefix // zero: everything, for the tunnel is point-to-point
	NBMA     netip.AddrPort
}

// Adjacencies are those that packets of tunnels that are up see now, by tunnel
// and prefix.
func (p *Pipeline) Adjacencies() (all []Adjacency) {
	s := p.state.Load()
	for _, name := range slices.Sorted(maps.Keys(s.tunnels)) {
		t := s.tunnels[name]
		switch {
		case !t.ready():
		case !t.Multipoint:
			all = append(all, Adjacency{Tunnel: name, NBMA: t.destination()})
		default:
			for prefix, b := range t.adjacencies().AllSorted() {
				all = append(all, Adjacency{Tunnel: name, Protocol: prefix, NBMA: b.nbma})
			}
		}
	}
	return all
}
