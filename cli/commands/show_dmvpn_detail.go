package commands

import "weft/nhrp"

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
		// Nothing protects a tunnel yet, whatever profile its configuration names.
		s.Printf("   Protocol/Transport: \"%s\", Protect \"\" \n", tunnelTransport(&i.Tunnel))
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
