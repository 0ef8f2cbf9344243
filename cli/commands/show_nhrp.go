package commands

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/nhrp"
)

var showNHRPExecs = execs(help{
	"show":       "Show running system information",
	"ip":         "IP information",
	"nhrp":       "NHRP information",
	"address":    "Show NHRP entries for an IP address",
	"static":     "Show static entries only",
	"dynamic":    "Show dynamic entries only",
	"incomplete": "Show incomplete entries only",
	"local":      "Show local entries only",
	"brief":      "Show one line per entry",
	"detail":     "Show detailed information",
	"nhs":        "NHRP server information",
	"redundancy": "Which servers of a cluster are in use",
	"traffic":    "NHRP traffic counters",
	"interface":  "Of one tunnel",
	"name":       "Tunnel interface",
	"multicast":  "NHRP multicast information",
	"summary":    "Summary of the NHRP cache",
},
	&Exec{Syntax: "show ip nhrp [address:A.B.C.D | static | dynamic | incomplete | local] [name:IFNAME] [brief | detail]", Run: showNHRP},
	&Exec{Syntax: "show ip nhrp nhs [name:IFNAME] [detail]", Run: showNHS},
	&Exec{Syntax: "show ip nhrp nhs redundancy", Run: showNHSRedundancy},
	&Exec{Syntax: "show ip nhrp traffic [interface name:IFNAME] [detail]", Run: showNHRPTraffic},
	&Exec{Syntax: "show ip nhrp multicast", Run: showNHRPMulticast},
	&Exec{Syntax: "show ip nhrp summary", Run: showNHRPSummary},
)

// cacheFilter is what the words of a line choose among the cache's entries.
func cacheFilter(a args) func(*nhrp.Entry) bool {
	return func(e *nhrp.Entry) bool {
		switch {
		case a.Has("address"):
			return e.Protocol.Contains(a.Addr("address"))
		case a.Has("static"):
			return e.Type == nhrp.Static
		case a.Has("dynamic"):
			return e.Type == nhrp.Dynamic
		case a.Has("incomplete"):
			return e.Type == nhrp.Incomplete
		case a.Has("local"):
			return e.Flags&nhrp.LocalFlag != 0
		}
		return true
	}
}

func showNHRP(s Session, a args) error {
	state, now := s.Router().NHRP(nhrp.Filter{Tunnel: tunnelOf(a), Cache: cacheFilter(a)}), s.Router().Now()
	if a.Has("brief") {
		s.Printf("   Target             Via            NBMA           Mode   Intfc   Claimed \n")
	}
	for _, t := range state.Tunnels {
		for i := range t.Cache {
			if a.Has("brief") {
				printBriefEntry(s, t.Name, &t.Cache[i])
			} else {
				printEntry(s, &t, &t.Cache[i], a.Has("detail"), now)
			}
		}
	}
	return nil
}

// onlyPreference is that of every entry: a destination has one NBMA address here.
const onlyPreference = 255

func printEntry(s Session, t *nhrp.TunnelState, e *nhrp.Entry, detail bool, now time.Time) {
	s.Printf("%s", e.Protocol)
	if e.NextHop.IsValid() {
		s.Printf(" via %s", e.NextHop)
	}
	s.Printf("\n   %s created %s, ", t.Name, since(e.Created, now))
	if e.Expires.IsZero() {
		s.Printf("never expire \n")
	} else {
		s.Printf("expire %s\n", elapsed(e.Expires.Sub(now)))
	}
	s.Printf("   Type: %s, Flags: %s\n", entryType(e.Type), flagNames(e.Flags))
	if e.NBMA.IsValid() {
		s.Printf("   NBMA address: %s \n", e.NBMA)
	}
	if detail {
		s.Printf("   Preference: %d\n", onlyPreference)
	}
	if e.Claimed.IsValid() {
		s.Printf("    (Claimed NBMA address: %s) \n", e.Claimed)
	}
	if e.Flags&nhrp.NoSocket != 0 {
		s.Printf("    (no-socket) \n")
	}
	for _, r := range t.Requesters {
		if detail && r.Entry == e.Protocol {
			s.Printf("  Requester: %s Request ID: %d\n", r.Protocol, r.RequestID)
		}
	}
}

func printBriefEntry(s Session, tunnel string, e *nhrp.Entry) {
	claimed := "<   >"
	if e.Claimed.IsValid() {
		claimed = "<" + e.Claimed.String() + ">"
	}
	s.Printf("%21s %-15s %-15s %-8s %-7.7s %s\n", e.Protocol, addressText(e.NextHop), addressText(e.NBMA), entryType(e.Type), shortName(tunnel), claimed)
}

// addressText is an address, or nothing for none.
func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func entryType(t nhrp.EntryType) string {
	switch t {
	case nhrp.Static:
		return "static"
	case nhrp.Dynamic:
		return "dynamic"
	case nhrp.Incomplete:
		return "incomplete"
	}
	return fmt.Sprintf("type %d", t)
}

// nhrpFlags stand in the order in which IOS prints them.
var nhrpFlags = []struct {
	flag nhrp.Flags
	name string
}{
	{nhrp.Authoritative, "authoritative"}, {nhrp.Implicit, "implicit"}, {nhrp.Negative, "negative"},
	{nhrp.Router, "router"}, {nhrp.Unique, "unique"}, {nhrp.Registered, "registered"}, {nhrp.UsedFlag, "used"},
	{nhrp.LocalFlag, "local"}, {nhrp.NAT, "nat"}, {nhrp.NHOP, "nhop"}, {nhrp.RIB, "rib"}, {nhrp.NHO, "nho"},
}

// flagNames ends in a blank, as each name does.
func flagNames(f nhrp.Flags) string {
	var b strings.Builder
	for _, n := range nhrpFlags {
		if f&n.flag != 0 {
			b.WriteString(n.name + " ")
		}
	}
	return b.String()
}
