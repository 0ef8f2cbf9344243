package commands

import "net/netip"

var showProtectionExecs = execs(showCryptoWords,
	&Exec{Syntax: "show tunnel protection statistics", Help: help{"tunnel": "Show configured tunnels", "protection": "Their protection", "statistics": "What it has carried and refused"}, Run: showProtection})

// showProtection tells of each protected tunnel whom it protects, and what that
// has carried and refused.
func showProtection(s Session, _ args) error {
	state := s.Router().Crypto()
	s.Printf("Tunnel Protection Statistics:\n")
	for _, e := range state.Config.Endpoints {
		var in, out SATraffic
		secured, wanted := 0, 0
		for _, f := range flows(&state.State, func(tunnel string, _ netip.Addr) bool { return tunnel == e.Tunnel }) {
			secured++
			for _, c := range f.children {
				in.add(state.Inbound[c.In])
				out.add(state.Outbound[c.In])
			}
		}
		for _, w := range state.Wants {
			if w.Tunnel == e.Tunnel && !w.Secured {
				wanted++
			}
		}
		shared := ""
		if e.Shared {
			shared = ", shared"
		}
		s.Printf("\n%s: IPSec profile %s%s, local address %s\n", e.Tunnel, e.IPsec.Name, shared, addressName(e.Local))
		s.Printf("  Sockets: %d open, %d pending\n", secured, wanted)
		s.Printf("  Packets: %d encrypted, %d decrypted\n", out.Packets, in.Packets)
		s.Printf("  Errors: %d verify failed, %d replay failed, %d invalid length, %d invalid identity, %d send\n", in.Verify, in.Replay, in.Length, in.Identity, out.Send)
		for _, i := range s.Router().Interfaces(func(name string) bool { return name == e.Tunnel }) {
			for _, d := range i.Counters.Drops {
				s.Printf("  Dropped: %d, %s\n", d.Count, d.Reason)
			}
		}
	}
	return nil
}
