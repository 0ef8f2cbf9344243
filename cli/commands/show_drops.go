package commands

import (
	"weft/dataplane"
)

// dropPlace is the counter of "show interfaces" that a reason belongs to.
type dropPlace int

const (
	dropOutput    dropPlace = iota // Total output drops
	dropSend                       // output errors
	dropInput                      // drops of the input queue
	dropMalformed                  // input errors
	dropProtocol                   // unknown protocol drops
)

// dropPlaces says where each reason for a drop is counted.
var dropPlaces = map[dataplane.Reason]dropPlace{
	dataplane.DropTunnelDown:   dropOutput,
	dataplane.DropNoRoute:      dropOutput,
	dataplane.DropNoAdjacency:  dropOutput,
	dataplane.DropNoMulticast:  dropOutput,
	dataplane.DropTooBig:       dropOutput,
	dataplane.DropTTLExpired:   dropOutput,
	dataplane.DropOuterLoop:    dropOutput,
	dataplane.DropUnderlaySend: dropSend,
	dataplane.DropOverlayWrite: dropInput,
	dataplane.DropNoTunnel:     dropInput,
	dataplane.DropEventQueue:   dropInput,
	dataplane.DropFragment:     dropInput,
	dataplane.DropOwnSource:    dropInput,
	dataplane.DropCongested:    dropInput,
	dataplane.DropTruncated:    dropMalformed,
	dataplane.DropGREVersion:   dropMalformed,
	dataplane.DropGREFlags:     dropMalformed,
	dataplane.DropGREChecksum:  dropMalformed,
	dataplane.DropNotIP:        dropProtocol,
	dataplane.DropNotGRE:       dropProtocol,
	dataplane.DropGREProtocol:  dropProtocol,

	dataplane.DropNoAssociation:    dropOutput,
	dataplane.DropAssociationSpent: dropSend,
	dataplane.DropNotProtected:     dropInput,
	dataplane.DropUnknownSPI:       dropInput,
	dataplane.DropESPReplay:        dropInput,
	dataplane.DropESPLate:          dropInput,
	dataplane.DropESPForged:        dropInput,
	dataplane.DropESPDummy:         dropInput,
	dataplane.DropSelector:         dropInput,
	dataplane.DropESPTruncated:     dropMalformed,
	dataplane.DropESPPadding:       dropMalformed,
}

var showTrafficExecs = execs(help{
	"show":    "Show running system information",
	"ip":      "IP information",
	"traffic": "IP protocol statistics",
}, &Exec{Syntax: "show ip traffic", Run: showIPTraffic})

// showIPTraffic prints what was dropped and why: first what belongs to no
// tunnel, then tunnel by tunnel.
func showIPTraffic(s Session, _ args) error {
	print := func(title string, drops []dataplane.Drop) {
		var total uint64
		for _, d := range drops {
			total += d.Count
		}
		s.Printf("%s:\n  Drop:  %d total\n", title, total)
		for _, d := range drops {
			s.Printf("         %d %v\n", d.Count, d.Reason)
		}
	}
	u := s.Router().Underlay()
	s.Printf("GRE socket statistics:\n  Rcvd:  %d packets, %d overflows, %d tunnel device read errors\n  Sent:  %d packets\n", u.Received, u.Overflows, u.ReadErrors, u.Sent)
	for _, f := range u.Failures {
		s.Printf("         %d failed: %s\n", f.Count, f.Name)
	}
	print("GRE statistics", s.Router().Drops())
	for _, i := range s.Router().Interfaces(func(name string) bool { return KindOf(name) == TunnelInterface }) {
		c := &i.Counters
		s.Printf("%s statistics:\n  Rcvd:  %d packets, %d bytes\n  Sent:  %d packets, %d bytes\n", i.Name, c.PacketsIn, c.BytesIn, c.PacketsOut, c.BytesOut)
		if c.ByServer > 0 {
			s.Printf("         %d to the next hop server, their next hop unresolved\n", c.ByServer)
		}
		print(i.Name+" drops", c.Drops)
	}
	return nil
}
