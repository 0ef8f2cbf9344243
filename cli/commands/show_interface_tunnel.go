package commands

import (
	"fmt"
	"net/netip"
	"slices"
)

// printTunnel prints what is particular to a tunnel.
func printTunnel(s Session, i *InterfaceState) {
	t := &i.Tunnel
	evaluation := "up"
	if !i.ProtocolUp {
		evaluation = "down"
		if i.DownCause != "" {
			evaluation += " - " + i.DownCause
		}
	}
	s.Printf("  Tunnel linestate evaluation %s\n  Tunnel source %s\n", evaluation, tunnelEnds(i))
	if t.SourceInterface != "" {
		printSourceTracking(s, i)
	}
	s.Printf("  Tunnel protocol/transport %s\n", tunnelTransport(t))
	key := "disabled"
	if t.HasKey {
		key = fmt.Sprintf("0x%X", t.Key)
	}
	s.Printf("    Key %s, sequencing disabled\n    Checksumming of packets disabled\n", key)
	ttl := t.TTL
	if ttl == 0 {
		ttl = 255
	}
	s.Printf("  Tunnel TTL %d, Fast tunneling enabled\n  Tunnel transport MTU %d bytes\n", ttl, protectedMTU(s, i))
	s.Printf("  Tunnel transmit bandwidth 8000 (kbps)\n  Tunnel receive bandwidth 8000 (kbps)\n")
	if i.Tunnel.Profile != "" {
		s.Printf("  Tunnel protection via IPSec (profile \"%s\")\n", i.Tunnel.Profile)
	}
}

// protectedMTU is the transport MTU of a tunnel, less what the associations of
// its peers add to a packet.
func protectedMTU(s Session, i *InterfaceState) int {
	mtu := i.transportMTU()
	if i.Tunnel.Profile == "" {
		return mtu
	}
	state := s.Router().Crypto()
	for _, child := range state.Children {
		if plain := state.Outbound[child.In].PlainMTU; plain > 0 && slices.Contains(child.Tunnels, i.Name) {
			mtu = min(mtu, plain-(1500-20-i.transportMTU()))
		}
	}
	return mtu
}

func tunnelTransport(t *Tunnel) string {
	if t.Multipoint {
		return "multi-GRE/IP"
	}
	return "GRE/IP"
}

func tunnelEnds(i *InterfaceState) string {
	t := &i.Tunnel
	text := "UNKNOWN"
	for _, a := range []netip.Addr{i.Source, t.Source} {
		if a.IsValid() {
			text = a.String()
			break
		}
	}
	if t.SourceInterface != "" {
		text += " (" + t.SourceInterface + ")"
	}
	switch {
	case t.Multipoint:
	case t.Destination.IsValid():
		text += ", destination " + t.Destination.String()
	default:
		text += ", destination UNKNOWN"
	}
	return text
}

// printSourceTracking says which interface the tunnel follows, and how many
// tunnels follow the same.
func printSourceTracking(s Session, i *InterfaceState) {
	port, members := i.Tunnel.SourceInterface, uint64(0)
	for _, other := range s.Router().Interfaces(func(name string) bool { return KindOf(name) == TunnelInterface }) {
		if other.Tunnel.SourceInterface == port {
			members++
		}
	}
	s.Printf("   Tunnel Subblocks:\n      src-track:\n")
	s.Printf("         %s source tracking subblock associated with %s\n", i.Name, port)
	s.Printf("          Set of tunnels with source %s, %s (includes iterators), on interface <OK>\n", port, plural(members, "member"))
}
