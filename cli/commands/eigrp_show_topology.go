package commands

import (
	"fmt"
	"net/netip"
	"slices"

	"weft/routing/eigrp"
)

const topologyCodes = "Codes: P - Passive, A - Active, U - Update, Q - Query, R - Reply,\n       r - reply Status, s - sia Status \n\n"

// topologyHead is the line above a topology.
func topologyHead(p *eigrp.State, what string) string {
	id := p.RouterID
	if !id.IsValid() {
		id = netip.IPv4Unspecified()
	}
	return fmt.Sprintf("%s/ID(%s)", eigrpHead(p, what), id)
}

func showEIGRPTopology(s Session, a args) error {
	all := a.Has("all-links")
	for _, p := range eigrpStates(s, a) {
		s.Printf("%s\n", topologyHead(&p, "Topology Table"))
		if a.Has("summary") {
			printTopologySummary(s, &p)
			continue
		}
		s.Printf("%s", topologyCodes)
		for _, x := range p.Topology {
			if a.Has("active") && !x.Active || a.Has("zero-successors") && x.Successors > 0 ||
				!all && !x.Active && x.Successors == 0 && !a.Has("zero-successors") {
				continue
			}
			printTopologyEntry(s, &x, all)
		}
		s.Printf("\n")
	}
	return nil
}

func printTopologySummary(s Session, p *eigrp.State) {
	var serial uint64
	active := 0
	for _, x := range p.Topology {
		serial = max(serial, x.Serial)
		if x.Active {
			active++
		}
	}
	s.Printf("Head serial 1, next serial %d\n%d routes, %d pending replies, 0 dummies\n\n", serial+1, len(p.Topology), active)
}

// printTopologyEntry lists successors and feasible successors, or all ways.
func printTopologyEntry(s Session, x *eigrp.Entry, all bool) {
	s.Printf("%s %s, %d successors, FD is %s", stateLetter(x), x.Prefix, x.Successors, metricText(x.FD))
	if x.Tag != 0 {
		s.Printf(", tag is %d", x.Tag)
	}
	if all {
		s.Printf(", serno %d", x.Serial)
	}
	if x.Active {
		s.Printf(", Q\n    %d replies, query-origin: %s", len(x.Waiting), originText(x.Origin))
	}
	s.Printf("\n")
	for i := range x.Paths {
		if p := &x.Paths[i]; all || p.Successor || p.Feasible {
			s.Printf("        via %s\n", viaText(p))
		}
	}
	for _, n := range x.Waiting {
		s.Printf("      Remaining replies:\n         via %s, r\n", n)
	}
}

func stateLetter(x *eigrp.Entry) string {
	if x.Active {
		return "A"
	}
	return "P"
}

func originText(origin int) string {
	if origin == 1 {
		return "Local origin"
	}
	return "Successor Origin"
}

func metricText(metric uint32) string {
	if metric == eigrp.Infinity {
		return "Infinity"
	}
	return fmt.Sprint(metric)
}

// viaText is one way: from whom, the metric and what the neighbour reported, and
// the interface.
func viaText(p *eigrp.Path) string {
	metrics := fmt.Sprintf("(%s/%s)", metricText(p.Distance), metricText(p.Reported))
	switch p.Source {
	case eigrp.Connected:
		return "Connected, " + p.Interface
	case eigrp.Summarized:
		return "Summary " + metrics + ", Null0"
	case eigrp.Redistributed:
		return redistributedFrom(p) + " " + metrics
	case eigrp.FromNeighbor:
	}
	return fmt.Sprintf("%s %s, %s", p.NextHop, metrics, p.Interface)
}

func redistributedFrom(p *eigrp.Path) string {
	if p.External != nil {
		switch p.External.Protocol {
		case eigrp.FromStatic:
			return "Rstatic"
		case eigrp.FromConnected:
			return "Rconnected"
		case eigrp.FromIGRP, eigrp.FromEIGRP, eigrp.FromRIP, eigrp.FromHello, eigrp.FromOSPF, eigrp.FromISIS, eigrp.FromEGP, eigrp.FromBGP, eigrp.FromIDRP:
		}
	}
	return "Redistributed"
}

// showEIGRPEntry prints the first entry that is wanted, in full.
func showEIGRPEntry(s Session, a args, want func(netip.Prefix) bool) error {
	for _, p := range eigrpStates(s, a) {
		at := slices.IndexFunc(p.Topology, func(x eigrp.Entry) bool { return want(x.Prefix) })
		if at < 0 {
			s.Printf("%s\n%%Entry not in topology table\n", topologyHead(&p, "Topology Entry"))
			continue
		}
		x := &p.Topology[at]
		s.Printf("%s for %s\n", topologyHead(&p, "Topology Entry"), x.Prefix)
		state := "Passive"
		if x.Active {
			state = "Active"
		}
		s.Printf("  State is %s, Query origin flag is %d, %d Successor(s), FD is %s\n  Descriptor Blocks:\n", state, x.Origin, x.Successors, metricText(x.FD))
		for i := range x.Paths {
			printDescriptor(s, &p, &x.Paths[i])
		}
	}
	return nil
}

func printDescriptor(s Session, state *eigrp.State, p *eigrp.Path) {
	switch p.Source {
	case eigrp.FromNeighbor:
		s.Printf("  %s (%s), from %s, Send flag is 0x0\n", p.NextHop, p.Interface, p.Neighbor)
	case eigrp.Connected:
		s.Printf("  0.0.0.0 (%s), from Connected, Send flag is 0x0\n", p.Interface)
	case eigrp.Summarized:
		s.Printf("  0.0.0.0 (Null0), from 0.0.0.0, Send flag is 0x0\n")
	case eigrp.Redistributed:
		s.Printf("  0.0.0.0, from %s, Send flag is 0x0\n", redistributedFrom(p))
	}
	kind := "Internal"
	if p.External != nil {
		kind = "External"
	}
	m := p.Metric
	s.Printf("      Composite metric is (%s/%s), route is %s\n      Vector metric:\n", metricText(p.Distance), metricText(p.Reported), kind)
	s.Printf("        Minimum bandwidth is %d Kbit\n        Total delay is %d microseconds\n        Reliability is %d/255\n        Load is %d/255\n        Minimum MTU is %d\n        Hop count is %d\n",
		m.Kbit(), m.Microseconds(), m.Reliability, m.Load, m.MTU, m.Hops)
	switch {
	case p.External != nil:
		s.Printf("        Originating router is %s\n", p.External.Router)
	case p.Source != eigrp.FromNeighbor && state.RouterID.IsValid():
		s.Printf("        Originating router is %s\n", state.RouterID)
	}
	if x := p.External; x != nil {
		s.Printf("      External data:\n        AS number of route is %d\n        External protocol is %s, external metric is %d\n        Administrator tag is %d (0x%08X)\n",
			x.AS, protocolName(x.Protocol), x.Metric, x.Tag, x.Tag)
	}
}

func protocolName(p eigrp.Protocol) string {
	switch p {
	case eigrp.FromIGRP:
		return "IGRP"
	case eigrp.FromEIGRP:
		return "EIGRP"
	case eigrp.FromStatic:
		return "Static"
	case eigrp.FromRIP:
		return "RIP"
	case eigrp.FromHello:
		return "HELLO"
	case eigrp.FromOSPF:
		return "OSPF"
	case eigrp.FromISIS:
		return "IS-IS"
	case eigrp.FromEGP:
		return "EGP"
	case eigrp.FromBGP:
		return "BGP"
	case eigrp.FromIDRP:
		return "IDRP"
	case eigrp.FromConnected:
		return "Connected"
	}
	return fmt.Sprintf("Unknown protocol (%d)", p)
}
