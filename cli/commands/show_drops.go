package commands

import (
	"strconv"

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

// dropReasons gives every reason for a drop its name, and its place.
var dropReasons = map[dataplane.Reason]struct {
	place dropPlace
	name  string
}{
	dataplane.DropTunnelDown:   {dropOutput, "tunnel down"},
	dataplane.DropNoRoute:      {dropOutput, "no route out of this tunnel"},
	dataplane.DropNoAdjacency:  {dropOutput, "no NBMA address for the next hop"},
	dataplane.DropNoMulticast:  {dropOutput, "no one to send multicast to"},
	dataplane.DropTooBig:       {dropOutput, "larger than the tunnel MTU, with DF set"},
	dataplane.DropTTLExpired:   {dropOutput, "time to live expired"},
	dataplane.DropNotIP:        {dropProtocol, "not IPv4"},
	dataplane.DropTruncated:    {dropMalformed, "truncated"},
	dataplane.DropOuterLoop:    {dropOutput, "outer packet led back into a tunnel"},
	dataplane.DropUnderlaySend: {dropSend, "not sent by the underlay"},
	dataplane.DropOverlayWrite: {dropInput, "not taken by the host"},
	dataplane.DropNoTunnel:     {dropInput, "GRE for no tunnel (source, destination or key)"},
	dataplane.DropGREVersion:   {dropMalformed, "unknown GRE version"},
	dataplane.DropGREFlags:     {dropMalformed, "reserved GRE flags"},
	dataplane.DropGREChecksum:  {dropMalformed, "bad GRE checksum"},
	dataplane.DropGREProtocol:  {dropProtocol, "unknown GRE protocol"},
	dataplane.DropEventQueue:   {dropInput, "control queue full"},
}

func placeOf(r dataplane.Reason) dropPlace { return dropReasons[r].place }

func dropName(r dataplane.Reason) string {
	if d, ok := dropReasons[r]; ok {
		return d.name
	}
	return "reason " + strconv.Itoa(int(r))
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
			s.Printf("         %d %s\n", d.Count, dropName(d.Reason))
		}
	}
	print("GRE statistics", s.Router().Drops())
	for _, i := range s.Router().Interfaces(func(name string) bool { return KindOf(name) == TunnelInterface }) {
		c := &i.Counters
		s.Printf("%s statistics:\n  Rcvd:  %d packets, %d bytes\n  Sent:  %d packets, %d bytes\n", i.Name, c.PacketsIn, c.BytesIn, c.PacketsOut, c.BytesOut)
		print(i.Name+" drops", c.Drops)
	}
	return nil
}
