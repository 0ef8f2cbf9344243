package commands

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/routing/eigrp"
	"weft/routing/rib"
)

var protocolExecs = execs(help{"show": "Show running system information", "ip": "IP information", "protocols": "IP routing protocol process parameters and statistics"},
	&Exec{Syntax: "show ip protocols", Run: showIPProtocols})

func showIPProtocols(s Session, _ args) error {
	s.Printf("*** IP Routing is NSF aware ***\n\n")
	for _, p := range s.Router().EIGRP() {
		printEIGRPProtocol(s, &p)
	}
	return nil
}

func printEIGRPProtocol(s Session, p *eigrp.State) {
	c := &p.Config
	s.Printf("Routing Protocol is \"eigrp %d\"\n", c.AS)
	s.Printf("  Outgoing update filter list for all interfaces is not set\n  Incoming update filter list for all interfaces is not set\n")
	s.Printf("  Default networks flagged in outgoing updates\n  Default networks accepted from incoming updates\n")
	s.Printf("  %s\n", eigrpHead(p, "Protocol"))
	w := c.Weights
	s.Printf("    Metric weight K1=%d, K2=%d, K3=%d, K4=%d, K5=%d\n    Soft SIA disabled\n", w[0], w[1], w[2], w[3], w[4])
	if stub := c.Stub; stub != nil {
		s.Printf("    Stub, %s\n", strings.ToLower(stubWords(stub)))
	}
	if p.RouterID.IsValid() {
		s.Printf("    Router-ID: %s\n", p.RouterID)
	}
	s.Printf("    Topology : 0 (base) \n")
	if c.ActiveTime > 0 {
		s.Printf("      Active Timer: %d min\n", int(c.ActiveTime/time.Minute))
	} else {
		s.Printf("      Active Timer: disabled\n")
	}
	s.Printf("      Distance: internal %d external %d\n      Maximum path: %d\n      Maximum hopcount %d\n      Maximum metric variance %d\n",
		c.Internal, c.External, c.MaximumPaths, c.MaximumHops, c.Variance)
	if d := c.Default; d != nil {
		s.Printf("      Default redistribution metric is %d %d %d %d %d\n", d.Bandwidth, d.Delay, d.Reliability, d.Load, d.MTU)
	}
	s.Printf("\n  Automatic Summarization: disabled\n")
	printSummaries(s, p)
	s.Printf("  Maximum path: %d\n  Routing for Networks:\n", c.MaximumPaths)
	for _, n := range c.Networks {
		s.Printf("    %s\n", networkText(n))
	}
	printPassive(s, p)
	printSources(s, p)
	s.Printf("  Distance: internal %d external %d\n\n", c.Internal, c.External)
}

// printSummaries lists the summaries with what they stand for.
func printSummaries(s Session, p *eigrp.State) {
	head := "  Address Summarization:\n"
	for _, i := range p.Interfaces {
		for _, summary := range i.Summaries {
			components, metric := 0, uint32(0)
			for _, x := range p.Topology {
				switch {
				case x.Prefix == summary.Prefix:
					metric = x.FD
				case x.Prefix.Bits() > summary.Prefix.Bits() && summary.Prefix.Contains(x.Prefix.Addr()):
					components++
				}
			}
			s.Printf("%s    %s for %s\n", head, summary.Prefix, shortName(i.Name))
			if head = ""; components > 0 {
				s.Printf("      Summarizing %d %s with metric %s\n", components, plainPlural(components, "component"), metricText(metric))
			}
		}
	}
}

func plainPlural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// networkText is a network as it was configured: without a length if its class says it.
func networkText(n eigrp.Network) string {
	w := n.Wildcard.As4()
	open := uint32(w[0])<<24 | uint32(w[1])<<16 | uint32(w[2])<<8 | uint32(w[3])
	if open&(open+1) != 0 {
		return fmt.Sprintf("%s/%s", n.Address, n.Wildcard)
	}
	bits := 32
	for ; open > 0; open >>= 1 {
		bits--
	}
	if p := netip.PrefixFrom(n.Address, bits); p != classful(n.Address) {
		return p.String()
	}
	return n.Address.String()
}

func printPassive(s Session, p *eigrp.State) {
	head := "  Passive Interface(s):\n"
	for _, i := range p.Interfaces {
		if i.Passive {
			s.Printf("%s    %s\n", head, i.Name)
			head = ""
		}
	}
}

// printSources lists the neighbours that routes come from, with the time of the
// last.
func printSources(s Session, p *eigrp.State) {
	s.Printf("  Routing Information Sources:\n    Gateway         Distance      Last Update\n")
	now := s.Router().Now()
	for _, n := range p.Neighbors {
		var last time.Time
		distance := p.Config.Internal
		for _, r := range s.Router().Routes("", func(r *rib.Route) bool {
			return r.Process == uint32(p.Config.AS) && r.NextHop == n.Address && (r.Source == rib.EIGRP || r.Source == rib.EIGRPExternal)
		}) {
			if r.Since.After(last) {
				last, distance = r.Since, r.Distance
			}
		}
		if !last.IsZero() {
			s.Printf("    %-15s %8d      %s\n", n.Address, distance, elapsed(now.Sub(last)))
		}
	}
}
