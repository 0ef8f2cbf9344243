package commands

import (
	"net/netip"
	"slices"

	"weft/dataplane/fib"
)

var showCEFExecs = execs(help{
	"show":      "Show running system information",
	"ip":        "IP information",
	"cef":       "Cisco Express Forwarding",
	"address":   "Address to look up",
	"mask":      "Mask of the prefix",
	"detail":    "Display full information",
	"adjacency": "Adjacent nodes",
	"name":      "Interface",
},
	&Exec{Syntax: "show ip cef [detail]", Run: showCEF},
	&Exec{Syntax: "show ip cef address:A.B.C.D [mask:MASK] [detail]", Run: showCEFPrefix},
	&Exec{Syntax: "show adjacency [name:IFNAME]", Run: showAdjacency},
)

// A forwarding is the forwarding table of the packet path, and what tells in it
// the box's own addresses from other hosts.
type forwarding struct {
	table fib.Table
	own   map[netip.Addr]bool
}

func forwardingOf(r Router) forwarding {
	f := forwarding{table: r.FIB(), own: map[netip.Addr]bool{}}
	for _, i := range r.Interfaces(nil) {
		for _, p := range append([]netip.Prefix{i.Address}, i.Secondary...) {
			f.own[p.Addr()] = true
		}
	}
	return f
}

func (f forwarding) receives(e fib.Entry) bool {
	return e.Prefix.IsSingleIP() && f.own[e.Prefix.Addr()]
}

var defaultPrefix = netip.PrefixFrom(netip.IPv4Unspecified(), 0)

// entries are those of the table, and the default route, which has an entry
// even if it leads nowhere.
func (f forwarding) entries() []fib.Entry {
	all := slices.Collect(f.table.All())
	if len(all) == 0 || all[0].Prefix != defaultPrefix {
		all = slices.Insert(all, 0, fib.Entry{Prefix: defaultPrefix})
	}
	return all
}

func showCEF(s Session, a args) error {
	f := forwardingOf(s.Router())
	entries := f.entries()
	if a.Has("detail") {
		stuck := 0
		for _, e := range entries {
			if len(e.NextHops) == 0 {
				stuck++
			}
		}
		s.Printf("IPv4 CEF is enabled and running\nVRF Default\n %d prefixes (%d/%d fwd/non-fwd)\n Table id 0x0\n", len(entries), len(entries)-stuck, stuck)
		s.Printf(" Database epoch:        0 (%d entries at this epoch)\n\n", len(entries))
		for _, e := range entries {
			f.print(s, e, true)
		}
		return nil
	}
	s.Printf("Prefix               Next Hop             Interface\n")
	for _, e := range entries {
		f.printRow(s, e)
	}
	return nil
}

func (f forwarding) printRow(s Session, e fib.Entry) {
	switch {
	case e.Discard:
		s.Printf("%-20s drop\n", e.Prefix)
		return
	case len(e.NextHops) == 0:
		s.Printf("%-20s no route\n", e.Prefix)
		return
	}
	prefix := e.Prefix.String()
	for _, hop := range e.NextHops {
		via := "attached"
		switch {
		case f.receives(e):
			via = "receive"
		case hop.Gateway.IsValid():
			via = hop.Gateway.String()
		}
		s.Printf("%-20s %-20s %s\n", prefix, via, hop.Interface)
		prefix = ""
	}
}

// print prints an entry with its ways below it.
func (f forwarding) print(s Session, e fib.Entry, detail bool) {
	s.Printf("%s", e.Prefix)
	if detail {
		s.Printf(", epoch 0")
		switch {
		case e.Prefix.Bits() == 0:
			s.Printf(", flags [default route]")
		case f.receives(e):
			s.Printf(", flags [receive, local]")
		case len(e.NextHops) > 0 && !e.NextHops[0].Gateway.IsValid():
			s.Printf(", flags [attached]")
		}
	}
	s.Printf("\n")
	switch {
	case e.Discard:
		s.Printf("  drop\n")
	case len(e.NextHops) == 0:
		s.Printf("  no route\n")
	}
	for _, hop := range e.NextHops {
		switch {
		case f.receives(e):
			s.Printf("  receive for %s\n", hop.Interface)
		case hop.Gateway.IsValid():
			s.Printf("  nexthop %s %s\n", hop.Gateway, hop.Interface)
		default:
			s.Printf("  attached to %s\n", hop.Interface)
		}
	}
}

func showCEFPrefix(s Session, a args) error {
	f := forwardingOf(s.Router())
	if a.Has("mask") {
		want := a.Masked("address", "mask").Masked()
		for _, e := range f.entries() {
			if e.Prefix == want {
				f.print(s, e, a.Has("detail"))
				return nil
			}
		}
		return refuse("%%Prefix not found")
	}
	e, ok := f.table.Lookup(a.Addr("address"))
	if !ok {
		e = fib.Entry{Prefix: defaultPrefix}
	}
	f.print(s, e, a.Has("detail"))
	return nil
}

// Adjacency is a neighbour that packets can be handed to: a station on an
// Ethernet, or a peer of a tunnel.
type Adjacency struct {
	Interface  string
	Protocol   netip.Prefix // its addresses; zero is whoever is at the far end of a point-to-point tunnel
	Incomplete bool         // how to reach it is not known yet
}

// showAdjacency prints behind each neighbour how many next hops of the
// forwarding table it is, and one for the neighbour's own entry.
func showAdjacency(s Session, a args) error {
	uses := map[fib.NextHop]int{}
	for e := range s.Router().FIB().All() {
		for _, hop := range e.NextHops {
			uses[hop]++
		}
	}
	s.Printf("Protocol Interface                 Address\n")
	for _, n := range s.Router().Adjacencies() {
		if a.Has("name") && a.Word("name") != n.Interface {
			continue
		}
		name, count := "point2point", 1
		if n.Protocol.IsValid() {
			name = n.Protocol.Addr().String()
		}
		for hop, times := range uses {
			if hop.Interface == n.Interface && (!n.Protocol.IsValid() || hop.Gateway.IsValid() && n.Protocol.Contains(hop.Gateway)) {
				count += times
			}
		}
		s.Printf("IP       %-25s %s(%d)", n.Interface, name, count)
		if n.Incomplete {
			s.Printf(" (incomplete)")
		}
		s.Printf("\n")
	}
	return nil
}
