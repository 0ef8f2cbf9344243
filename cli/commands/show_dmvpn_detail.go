package commands

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"weft/nhrp"
)

// printDMVPNDetail prints one tunnel with its servers, and its peers with the
// network that each entry is about.
func printDMVPNDetail(s Session, t *nhrp.TunnelState, peers []peer) {
	for _, i := range s.Router().Interfaces(func(name string) bool { return name == t.Name }) {
		line := i.line()
		if !i.AdminUp {
			line = "admin down"
		}
		address := "unassigned"
		if i.Address.IsValid() {
			address = i.Address.Addr().String()
		}
		s.Printf("Interface %s is %s/%s, Addr. is %s, VRF \"%s\" \n", i.Name, line, i.protocol(), address, i.VRF)
		s.Printf("   Tunnel Src./Dest. addr: %s, Tunnel VRF \"\"\n", outerAddresses(&i))
		s.Printf("   Protocol/Transport: \"%s\", Protect \"%s\" \n", tunnelTransport(&i.Tunnel), i.Tunnel.Profile)
		control := "Disabled"
		if i.IfState {
			control = "Enabled"
		}
		s.Printf("   Interface State Control: %s\n   nhrp event-publisher : Disabled\n", control)
	}
	if len(t.NHS) > 0 {
		s.Printf("\nIPv4 NHS:\n")
		for i := range t.NHS {
			s.Printf("%s\n", nhsLine(&t.NHS[i]))
		}
	}
	s.Printf("Type:%s, Total NBMA Peers (v4/v6): %d\n\n", dmvpnType(t), len(peers))
	if len(peers) > 0 {
		s.Printf("# Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb    Target Network\n")
		s.Printf("----- --------------- --------------- ----- -------- ----- -----------------\n")
	}
	for _, p := range peers {
		for i, row := range p.rows {
			if i == 0 {
				s.Printf("%5d", len(p.rows))
			} else {
				s.Printf("%5s", "")
			}
			s.Printf(" %-15s %15s %5s %8s %5s %18s\n", p.name(), addressText(row.tunnel), row.state, row.updn, row.attributes, row.target)
		}
	}
	s.Printf("\n\n")
}

func outerAddresses(i *InterfaceState) string {
	source, destination := "UNKNOWN", "UNKNOWN"
	if i.Source.IsValid() {
		source = i.Source.String()
	}
	switch {
	case i.Tunnel.Multipoint:
		destination = "Multipoint"
	case i.Tunnel.Destination.IsValid():
		destination = i.Tunnel.Destination.String()
	}
	return source + "/" + destination
}

// printDMVPNSessions prints what protects the peers shown.
func printDMVPNSessions(s Session, shown map[tunnelPeer]bool) {
	s.Printf("Crypto Session Details: \n%s\n\n", strings.Repeat("-", 80))
	state, now := s.Router().Crypto(), s.Router().Now()
	var pending []*cryptoSession
	for _, c := range cryptoSessions(&state.State, func(tunnel string, peer netip.Addr) bool { return shown[tunnelPeer{tunnel, peer}] }) {
		if len(c.sas) == 0 && len(c.children) == 0 {
			pending = append(pending, c)
			continue
		}
		printSessionHandle(s, c)
		printSAs(s, c, true, now)
		s.Printf("  Crypto Session Status: %-14s\n", c.status())
		vrf, id := c.identity()
		s.Printf("  fvrf: %s,\tPhase1_id: %s\n", vrf, id)
		for _, child := range c.children {
			printSessionFlow(s, &state, child, true, now)
			s.Printf("   Outbound SPI : 0x%X, transform : %s\n", child.Out, suiteName(child.Suite))
		}
		s.Printf("    Socket State: %s\n\n", socketState(c))
	}
	s.Printf("Pending DMVPN Sessions:\n\n")
	for _, c := range pending {
		printSessionHandle(s, c)
		s.Printf("  Crypto Session Status: %-14s\n  fvrf: (none),\tPhase1_id: (none)\n    Socket State: %s\n\n", c.status(), socketState(c))
	}
}

// printSessionHandle prints the interface, and a number that tells the sessions
// of a tunnel apart as long as they are there.
func printSessionHandle(s Session, c *cryptoSession) {
	handle := uint32(0)
	if peer := c.peer.Addr().Unmap(); peer.Is4() {
		octets := peer.As4()
		handle = binary.BigEndian.Uint32(octets[:]) ^ uint32(c.peer.Port())<<16
	}
	s.Printf("Interface: %s\nSession: [0x%08X]\n", c.tunnel, handle)
}
