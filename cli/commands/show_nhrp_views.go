package commands

import (
	"net/netip"
	"time"

	"weft/nhrp"
)

var showNHRPViewExecs = execs(help{
	"show":            "Show running system information",
	"ip":              "IP information",
	"nhrp":            "NHRP information",
	"self":            "Show what this router is to others",
	"shortcut":        "Show shortcuts only",
	"redirect":        "Show whose packets were redirected",
	"purge":           "Show purge requests that wait for their answer",
	"name":            "Tunnel interface",
	"detail":          "Show detailed information",
	"tunnel":          "Tunnel information",
	"endpoints":       "Endpoints of multipoint tunnels",
	"debug-condition": "Conditions of NHRP's debug output",
},
	&Exec{Syntax: "show ip nhrp shortcut [detail]", Run: func(s Session, a args) error {
		now := s.Router().Now()
		shortcut := func(e *nhrp.Entry) bool { return e.Flags&(nhrp.RIB|nhrp.NHO) != 0 }
		for _, t := range s.Router().NHRP(nhrp.Filter{Cache: shortcut}).Tunnels {
			for i := range t.Cache {
				printEntry(s, &t, &t.Cache[i], a.Has("detail"), now)
			}
		}
		return nil
	}},
	&Exec{Syntax: "show ip nhrp self", Run: showNHRPSelf},
	&Exec{Syntax: "show ip nhrp redirect", Run: showNHRPRedirects},
	&Exec{Syntax: "show ip nhrp purge", Run: showNHRPPurges},
	&Exec{Syntax: "show tunnel endpoints [name:IFNAME]", Run: showEndpoints},
	&Exec{Syntax: "show nhrp debug-condition", Run: showNHRPConditions},
)

// showNHRPSelf shows our own address on every tunnel, and what we have told
// others that lies behind us.
func showNHRPSelf(s Session, _ args) error {
	now := s.Router().Now()
	local := func(e *nhrp.Entry) bool { return e.Flags&nhrp.LocalFlag != 0 }
	for _, t := range s.Router().NHRP(nhrp.Filter{Cache: local}).Tunnels {
		for _, i := range s.Router().Interfaces(func(name string) bool { return name == t.Name }) {
			if ours := i.Address.Addr(); ours.IsValid() {
				printEntry(s, &t, &nhrp.Entry{Protocol: netip.PrefixFrom(ours, ours.BitLen()), NextHop: ours, NBMA: i.Source, Type: nhrp.Static,
					Flags: nhrp.Router | nhrp.Unique | nhrp.LocalFlag | nhrp.NoSocket, Created: i.Since}, false, now)
			}
		}
		for i := range t.Cache {
			printEntry(s, &t, &t.Cache[i], false, now)
		}
	}
	return nil
}

func showNHRPRedirects(s Session, _ args) error {
	now := s.Router().Now()
	s.Printf("I/F         NBMA address    Destination     Drop Count Expiry\n")
	for _, t := range s.Router().NHRP(nhrp.Filter{NoCache: true}).Tunnels {
		for _, r := range t.Redirects {
			s.Printf("%-11s %-15s %-15s %-10d %s\n", t.Name, addressName(r.To), r.Destination, r.Suppressed, elapsed(r.Expires.Sub(now)))
		}
	}
	return nil
}

func showNHRPPurges(s Session, _ args) error {
	heading := "\nPending Purge Requests:\n"
	for _, t := range s.Router().NHRP(nhrp.Filter{NoCache: true}).Tunnels {
		for _, p := range t.Purges {
			s.Printf("%sPurge Request: Reqid %d, Ret %d  NBMA %s (%s)\n", heading, p.RequestID, 1<<(p.Sent-1), p.To, shortName(t.Name))
			heading = ""
		}
	}
	return nil
}

// showEndpoints groups the data plane's bindings by the address outside.
func showEndpoints(s Session, a args) error {
	now := s.Router().Now()
	filter := nhrp.Filter{Cache: func(e *nhrp.Entry) bool { return e.Flags&nhrp.LocalFlag == 0 }}
	if a.Has("name") {
		filter.Tunnel = a.Word("name")
	}
	for _, t := range s.Router().NHRP(filter).Tunnels {
		found := s.Router().Interfaces(func(name string) bool { return name == t.Name })
		if len(found) == 0 || !found[0].Tunnel.Multipoint {
			continue
		}
		s.Printf(" %s running in multi-GRE/IP mode\n\n", t.Name)
		for _, p := range dmvpnPeers(&t, now) {
			if !p.nbma.IsValid() {
				continue
			}
			s.Printf(" Endpoint transport %s Refcount %d Create Time %s\n", p.nbma, len(p.rows)+1, endpointAge(&t, p.nbma, netip.Addr{}, now))
			for _, row := range p.rows {
				if row.tunnel.IsValid() && row.target.IsSingleIP() {
					s.Printf("   overlay %s Refcount 2 Create Time %s\n", row.tunnel, endpointAge(&t, p.nbma, row.tunnel, now))
				}
			}
		}
		s.Printf("\n")
	}
	return nil
}

// endpointAge is since when the oldest binding of an address is there.
func endpointAge(t *nhrp.TunnelState, nbma, overlay netip.Addr, now time.Time) string {
	var first time.Time
	for i := range t.Cache {
		e := &t.Cache[i]
		if e.NBMA == nbma && (!overlay.IsValid() || e.NextHop == overlay) && (first.IsZero() || e.Created.Before(first)) {
			first = e.Created
		}
	}
	return since(first, now)
}

func showNHRPConditions(s Session, _ args) error {
	var interfaces, nbma, tunnel []string
	for _, c := range s.Router().DebugConditions() {
		switch {
		case c.NBMA.IsValid():
			nbma = append(nbma, c.NBMA.String())
		case c.Protocol.IsValid():
			tunnel = append(tunnel, c.Protocol.String())
		case c.Interface != "":
			interfaces = append(interfaces, c.Interface)
		}
	}
	for _, list := range []struct {
		title string
		names []string
	}{{"Peer NBMA addresses under debug are:", nbma}, {"Interfaces under debug are:", interfaces}, {"Peer Tunnel addresses under debug are:", tunnel}} {
		s.Printf("%s\n", list.title)
		for _, name := range list.names {
			s.Printf("%s\n", name)
		}
	}
	return nil
}
