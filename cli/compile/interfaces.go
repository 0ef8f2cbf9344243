package compile

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/nhrp"
)

const (
	// nhrpMTU is announced in client information entries: the largest payload
	// that RFC 2332 implementations agree on for GRE.
	nhrpMTU         = 17916
	defaultHoldtime = 7200 * time.Second
)

var defaultMaxSend = nhrp.MaxSend{Packets: 10000, Every: 10 * time.Second}

// compileInterface completes what the section's lines ask for. The section's
// own value is shared by clones of the tree, so a copy is completed.
func compileInterface(name string, section *config.Node) *commands.Interface {
	i := *section.Compile().(*commands.Interface)
	i.Name, i.Kind = name, commands.KindOf(name)
	if i.VRF != "" { // its addresses must not turn up in the global table
		i.Address, i.Secondary, i.DHCP, i.NHRP.NetworkID = netip.Prefix{}, nil, nil, 0
	}
	if i.Kind != commands.TunnelInterface {
		return &i
	}
	n := &i.NHRP
	n.Name, n.Address, n.MTU = name, i.Address, nhrpMTU
	n.Multipoint, n.Destination = i.Tunnel.Multipoint, i.Tunnel.Destination
	if n.Holdtime == 0 {
		n.Holdtime = defaultHoldtime
	}
	if n.MaxSend == (nhrp.MaxSend{}) {
		n.MaxSend = defaultMaxSend
	}
	return &i
}

// nhrpConfig is what NHRP is to do: the tunnels that have a network-id.
func nhrpConfig(interfaces []*commands.Interface) (c nhrp.Config) {
	for _, i := range interfaces {
		if i.NHRP.NetworkID != 0 {
			c.Tunnels = append(c.Tunnels, i.NHRP)
		}
	}
	slices.SortFunc(c.Tunnels, func(a, b nhrp.Tunnel) int { return strings.Compare(a.Name, b.Name) })
	return c
}
