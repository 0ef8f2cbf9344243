package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/routing/eigrp"
)

var eigrpExecWords = help{
	"show": "Show running system information", "ip": "IP information", "eigrp": "Show IPv4 EIGRP", "neighbors": "EIGRP neighbors", "detail": "Show detailed information",
	"as": "Autonomous system number", "name": "Interface", "interfaces": "EIGRP interfaces", "topology": "EIGRP topology table", "all-links": "Show all links in topology table",
	"summary": "Show a summary of the topology table", "active": "Show only active entries", "zero-successors": "Show only zero successor entries",
	"address": "IP address of the network", "mask": "Network mask", "prefix": "Network with prefix length", "traffic": "EIGRP traffic statistics", "events": "Events logged by EIGRP",
	"timers": "EIGRP timers", "address-family": "EIGRP address-family", "ipv4": "IPv4", "accounting": "Prefixes by neighbor", "clear": "Reset functions", "soft": "Resync with peers without adjacency reset",
	"neighbor": "Neighbor address", "clear eigrp": "EIGRP",
}

// The subjects of "show ip eigrp"; the same stand behind "show eigrp address-family ipv4".
var eigrpShows = []struct {
	syntax string
	run    func(Session, args) error
}{
	{"neighbors [detail] [name:IFNAME]", showEIGRPNeighbors},
	{"interfaces [detail] [name:IFNAME]", showEIGRPInterfaces},
	{"topology [all-links | active | zero-successors | summary]", showEIGRPTopology},
	{"topology address:A.B.C.D [mask:MASK]", func(s Session, a args) error {
		return showEIGRPEntry(s, a, func(p netip.Prefix) bool {
			if a.Has("mask") {
				return p == a.Masked("address", "mask").Masked()
			}
			return p.Addr() == a.Addr("address")
		})
	}},
	{"topology prefix:A.B.C.D/nn", func(s Session, a args) error {
		return showEIGRPEntry(s, a, func(p netip.Prefix) bool { return p == a.Prefix("prefix").Masked() })
	}},
	{"traffic", showEIGRPTraffic},
	{"events", showEIGRPEvents},
	{"timers", showEIGRPTimers},
}

var eigrpExecs = execs(eigrpExecWords, eigrpExecList()...)

func eigrpExecList() (all []*Exec) {
	for _, s := range eigrpShows {
		all = append(all, &Exec{Syntax: "show ip eigrp [as:<1-65535>] " + s.syntax, Run: s.run},
			&Exec{Syntax: "show eigrp address-family ipv4 [as:<1-65535>] " + s.syntax, Run: s.run})
	}
	return append(all, &Exec{Syntax: "clear ip eigrp [as:<1-65535>] neighbors [neighbor:A.B.C.D | name:IFNAME] [soft]", Privilege: privileged, Run: clearEIGRP},
		&Exec{Syntax: "clear eigrp address-family ipv4 [as:<1-65535>] neighbors [neighbor:A.B.C.D | name:IFNAME] [soft]", Privilege: privileged, Run: clearEIGRP})
}

func clearEIGRP(s Session, a args) error {
	s.Router().ClearEIGRP(uint16(optional(a, "as")), eigrp.Clear{Interface: a.Word("name"), Neighbor: a.Addr("neighbor"), Soft: a.Has("soft")})
	return nil
}

// eigrpStates are the processes that a command is about.
func eigrpStates(s Session, a args) []eigrp.State {
	as := uint16(optional(a, "as"))
	return slices.DeleteFunc(s.Router().EIGRP(), func(p eigrp.State) bool { return as != 0 && p.Config.AS != as })
}

// eigrpHead is the line above what is said of a process: of a named one it calls
// the address family.
func eigrpHead(p *eigrp.State, what string) string {
	if p.Config.Name == "" {
		return fmt.Sprintf("EIGRP-IPv4 %s for AS(%d)", what, p.Config.AS)
	}
	switch what {
	case "Topology Table", "Topology Entry":
	default:
		what = "Address-Family " + what
	}
	return fmt.Sprintf("EIGRP-IPv4 VR(%s) %s for AS(%d)", p.Config.Name, what, p.Config.AS)
}

func showEIGRPNeighbors(s Session, a args) error {
	now := s.Router().Now()
	for _, p := range eigrpStates(s, a) {
		s.Printf("%s\n", eigrpHead(&p, "Neighbors"))
		list := slices.DeleteFunc(p.Neighbors, func(n eigrp.NeighborState) bool { return a.Has("name") && n.Interface != a.Word("name") })
		if len(list) > 0 {
			s.Printf("H   Address                 Interface              Hold Uptime   SRTT   RTO  Q  Seq\n")
			s.Printf("                                                   (sec)         (ms)       Cnt Num\n")
		}
		for _, n := range slices.Backward(list) {
			s.Printf("%-4d%-24s%-23s%4d %-8s %4d %5d %2d  %d\n", n.Handle, n.Address, shortName(n.Interface), max(int(n.Hold/time.Second), 0),
				elapsed(now.Sub(n.Since)), n.SRTT.Milliseconds(), n.RTO.Milliseconds(), n.Queue, n.Sequence)
			if a.Has("detail") {
				printEIGRPNeighbor(s, &n)
			}
		}
		if a.Has("detail") {
			s.Printf("\nMax Nbrs: 0, Current Nbrs: 0\n")
		}
	}
	return nil
}

func printEIGRPNeighbor(s Session, n *eigrp.NeighborState) {
	if n.Static {
		s.Printf("   Static neighbor\n")
	}
	s.Printf("   Version %d.%d/%d.%d, Retrans: %d, Retries: %d, Prefixes: %d\n", n.Release[0], n.Release[1], n.TLV[0], n.TLV[1], n.Retrans, n.Retries, n.Prefixes)
	s.Printf("   Topology-ids from peer - 0 \n")
	if n.Stub != nil {
		s.Printf("   Stub Peer Advertising (%s ) Routes\n   Suppressing queries\n", stubWords(n.Stub))
	}
	s.Printf("   Topologies advertised to peer:   base\n")
}

// stubWords are in the order of the bits of the TLV.
func stubWords(stub *eigrp.Stub) string {
	var words []string
	for _, w := range []struct {
		on   bool
		name string
	}{{stub.ReceiveOnly, "RECEIVE-ONLY"}, {stub.Connected, "CONNECTED"}, {stub.Static, "STATIC"}, {stub.Summary, "SUMMARY"}, {stub.Redistributed, "REDISTRIBUTED"}} {
		if w.on {
			words = append(words, w.name)
		}
	}
	return strings.Join(words, " ")
}

func showEIGRPInterfaces(s Session, a args) error {
	for _, p := range eigrpStates(s, a) {
		s.Printf("%s\n", eigrpHead(&p, "Interfaces"))
		s.Printf("                              Xmit Queue   PeerQ        Mean   Pacing Time   Multicast    Pending\n")
		s.Printf("Interface              Peers  Un/Reliable  Un/Reliable  SRTT   Un/Reliable   Flow Timer   Routes\n")
		for _, i := range p.Interfaces {
			if i.Passive || a.Has("name") && i.Name != a.Word("name") {
				continue
			}
			s.Printf("%-22s %3d %9s %11s %11d %11s %12d %12d\n", shortName(i.Name), i.Peers, "0/0", "0/0", i.SRTT.Milliseconds(),
				fmt.Sprintf("0/%d", i.Pacing.Milliseconds()), 0, i.Pending)
			if a.Has("detail") {
				printEIGRPInterface(s, &i)
			}
		}
	}
	return nil
}

func printEIGRPInterface(s Session, i *eigrp.InterfaceState) {
	s.Printf("  Hello-interval is %d, Hold-time is %d\n", int(i.Hello/time.Second), int(i.Hold/time.Second))
	s.Printf("  Split-horizon is %s\n", enabled(i.SplitHorizon))
	s.Printf("  Next xmit serial <none>\n")
	s.Printf("  Hello's sent/expedited: %d/0\n", i.Sent)
	s.Printf("  Next-hop-self %s\n", enabled(i.NextHopSelf))
	s.Printf("  Topology-ids on interface - 0 \n")
	switch i.Mode {
	case eigrp.NoAuthentication:
		s.Printf("  Authentication mode is not set\n")
	case eigrp.MD5:
		s.Printf("  Authentication mode is md5\n")
	case eigrp.HMACSHA256:
		s.Printf("  Authentication mode is HMAC-SHA-256\n")
	}
}

func showEIGRPTraffic(s Session, a args) error {
	for _, p := range eigrpStates(s, a) {
		s.Printf("%s\n", eigrpHead(&p, "Traffic Statistics"))
		t := &p.Traffic
		for _, line := range []struct {
			name   string
			counts [2]uint64
		}{{"Hellos", t.Hellos}, {"Updates", t.Updates}, {"Queries", t.Queries}, {"Replies", t.Replies}, {"Acks", t.Acks},
			{"SIA-Queries", t.SIAQueries}, {"SIA-Replies", t.SIAReplies}} {
			s.Printf("  %s sent/received: %d/%d\n", line.name, line.counts[0], line.counts[1])
		}
		for _, d := range p.Drops {
			s.Printf("  Dropped, %s: %d\n", d.Name, d.Count)
		}
		s.Printf("\n")
	}
	return nil
}

func showEIGRPEvents(s Session, a args) error {
	for _, p := range eigrpStates(s, a) {
		s.Printf("Event information for AS %d:\n", p.Config.AS)
		for i, e := range p.Events {
			s.Printf("%-4d %s %s: %s\n", i+1, e.At.UTC().Format("15:04:05.000"), strings.ToUpper(e.Text[:1])+e.Text[1:], e.Prefix)
		}
		s.Printf("\n")
	}
	return nil
}

func showEIGRPTimers(s Session, a args) error {
	for _, p := range eigrpStates(s, a) {
		s.Printf("%s\n  Peer holding times\n", eigrpHead(&p, "Timers"))
		for _, n := range p.Neighbors {
			s.Printf("    %8.3f  %s (%s)\n", n.Hold.Seconds(), n.Address, shortName(n.Interface))
		}
		s.Printf("\n")
	}
	return nil
}
