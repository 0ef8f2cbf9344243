package commands

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"weft/ike"
)

var showIPsecExecs = execs(showCryptoWords,
	&Exec{Syntax: "show crypto ipsec sa [peer address:A.B.C.D | interface ifname:IFNAME] [detail]", Run: showIPsecSA},
	&Exec{Syntax: "show crypto ipsec sa count", Run: showIPsecCount},
	&Exec{Syntax: "show crypto ipsec transform-set [name:WORD]", Run: showTransformSets},
	&Exec{Syntax: "show crypto ipsec profile [name:WORD]", Run: showIPsecProfiles},
	&Exec{Syntax: "show crypto ipsec security-association", Run: showIPsecLifetimes},
)

// A flow is one peer of one tunnel with its pairs of associations, the one in use first.
type flow struct {
	tunnel   string
	children []*ike.Child
}

// flows are by tunnel, then peer.
func flows(state *ike.State, keep func(tunnel string, peer netip.Addr) bool) (list []flow) {
	for i := range state.Children {
		c := &state.Children[i]
		for _, tunnel := range c.Tunnels {
			if !keep(tunnel, c.Peer.Addr()) {
				continue
			}
			at := slices.IndexFunc(list, func(f flow) bool { return f.tunnel == tunnel && f.children[0].Peer == c.Peer })
			switch {
			case at < 0:
				list = append(list, flow{tunnel, []*ike.Child{c}})
			case c.Current:
				list[at].children = slices.Insert(list[at].children, 0, c)
			default:
				list[at].children = append(list[at].children, c)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b flow) int {
		if order := CompareInterfaces(a.tunnel, b.tunnel); order != 0 {
			return order
		}
		return a.children[0].Peer.Compare(b.children[0].Peer)
	})
	return list
}

func showIPsecSA(s Session, a args) error {
	state, now := s.Router().Crypto(), s.Router().Now()
	last := ""
	for _, f := range flows(&state.State, func(tunnel string, peer netip.Addr) bool {
		return (!a.Has("address") || peer == a.Addr("address")) && (!a.Has("ifname") || tunnel == a.Word("ifname"))
	}) {
		if f.tunnel != last {
			s.Printf("\ninterface: %s\n    Crypto map tag: %s-head-0, local addr %s\n", f.tunnel, f.tunnel, f.children[0].Local.Addr())
			last = f.tunnel
		}
		printFlow(s, &state, &f, a.Has("detail"), now)
	}
	return nil
}

func printFlow(s Session, state *CryptoState, f *flow, detail bool, now time.Time) {
	c := f.children[0]
	var in, out SATraffic
	for _, child := range f.children {
		i, o := state.Inbound[child.In], state.Outbound[child.In]
		in.add(i)
		out.add(o)
	}
	current := state.Outbound[c.In]
	s.Printf("\n   protected vrf: (none)\n   local  ident (addr/mask/prot/port): (%s)\n   remote ident (addr/mask/prot/port): (%s)\n   current_peer %s port %d\n     PERMIT, flags={origin_is_acl,}\n",
		ident(c.LocalSelector), ident(c.PeerSelector), c.Peer.Addr(), ikePort(c.Peer))
	s.Printf("    #pkts encaps: %d, #pkts encrypt: %d, #pkts digest: %d\n", out.Packets, out.Packets, out.Packets)
	s.Printf("    #pkts decaps: %d, #pkts decrypt: %d, #pkts verify: %d\n", in.Packets, in.Packets, in.Packets)
	s.Printf("    #pkts compressed: 0, #pkts decompressed: 0\n    #pkts not compressed: 0, #pkts compr. failed: 0\n    #pkts not decompressed: 0, #pkts decompress failed: 0\n")
	if detail {
		s.Printf("    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0\n    #pkts encaps failed (send) %d, #pkts decaps failed (rcv) 0\n", out.Send)
		s.Printf("    #pkts invalid prot (recv) %d, #pkts verify failed: %d\n    #pkts invalid identity (recv) %d, #pkts invalid len (rcv) %d\n", in.Protocol, in.Verify, in.Identity, in.Length)
		s.Printf("    #pkts replay rollover (send): 0, #pkts replay rollover (rcv) 0\n    ##pkts replay failed (rcv): %d\n", in.Replay)
		s.Printf("    #pkts tagged (send): 0, #pkts untagged (rcv): 0\n    #pkts not tagged (send): 0, #pkts not untagged (rcv): 0\n    #pkts internal err (send): 0, #pkts internal err (recv) 0\n")
	} else {
		s.Printf("    #send errors %d, #recv errors %d\n", out.Send, in.errors())
	}
	s.Printf("\n     local crypto endpt.: %s, remote crypto endpt.: %s\n", c.Local.Addr(), c.Peer.Addr())
	s.Printf("     plaintext mtu %d, path mtu %d, ip mtu %d, ip mtu idb %s\n", current.PlainMTU, current.PathMTU, current.PathMTU, idb(s, c.Local.Addr(), f.tunnel))
	s.Printf("     current outbound spi: 0x%X(%d)\n", c.Out, c.Out)
	group := "none"
	if c.PFS != 0 {
		group = fmt.Sprintf("group%d", c.PFS)
	}
	s.Printf("     PFS (Y/N): %s, DH group: %s\n", letter(c.PFS != 0), group)
	s.Printf("\n     inbound esp sas:\n")
	for _, child := range f.children {
		printAssociation(s, f.tunnel, child, child.In, state.Inbound[child.In], now)
	}
	s.Printf("\n     inbound ah sas:\n\n     inbound pcp sas:\n\n     outbound esp sas:\n")
	for _, child := range f.children {
		printAssociation(s, f.tunnel, child, child.Out, state.Outbound[child.In], now)
	}
	s.Printf("\n     outbound ah sas:\n\n     outbound pcp sas:\n")
}

func (t *SATraffic) add(o SATraffic) {
	t.Packets += o.Packets
	t.Bytes += o.Bytes
	t.Replay += o.Replay
	t.Verify += o.Verify
	t.Length += o.Length
	t.Protocol += o.Protocol
	t.Identity += o.Identity
	t.Send += o.Send
}

func letter(yes bool) string {
	if yes {
		return "Y"
	}
	return "N"
}

// ikePort is the port that IKE uses with a peer: that of the address translator's, or 500.
func ikePort(peer netip.AddrPort) uint16 {
	if peer.Port() != 0 {
		return peer.Port()
	}
	return 500
}

func ident(sel ike.Selector) string {
	return fmt.Sprintf("%s/%s/%d/%d", sel.Prefix.Addr(), maskOf(sel.Prefix.Bits()), sel.Protocol, sel.Port)
}

// idb is the interface with an address, which outer packets leave from.
func idb(s Session, local netip.Addr, otherwise string) string {
	for _, i := range s.Router().Interfaces(nil) {
		if i.Address.Addr() == local {
			return i.Name
		}
	}
	return otherwise
}

func printAssociation(s Session, tunnel string, c *ike.Child, spi uint32, t SATraffic, now time.Time) {
	s.Printf("      spi: 0x%X(%d)\n        transform: %s,\n        in use settings ={%s, }\n", spi, spi, suiteName(c.Suite), settings(c))
	id := 2*c.ID + 1
	if spi == c.In {
		id++
	}
	s.Printf("        conn id: %d, flow_id: SW:%d, sibling_flags 80000000, crypto map: %s-head-0\n", id, id, tunnel)
	left := max(c.Expires.Sub(now), 0) / time.Second
	if c.Kilobytes == 0 {
		s.Printf("        sa timing: remaining key lifetime (sec): %d\n", left)
	} else {
		s.Printf("        sa timing: remaining key lifetime (k/sec): (%d/%d)\n", t.Kilobytes, left)
	}
	s.Printf("        IV size: %d bytes\n", ivSize(c.Suite))
	if c.Window > 0 {
		s.Printf("        replay detection support: Y  replay window size: %d\n", c.Window)
	} else {
		s.Printf("        replay detection support: N  replay window size: 0\n")
	}
	s.Printf("        Status: ACTIVE(ACTIVE)\n")
}

func settings(c *ike.Child) string {
	text := modeName(c.Mode)
	if c.Peer.Port() != 0 {
		text += " UDP-Encaps"
	}
	return text
}

func showIPsecCount(s Session, _ args) error {
	n := 2 * len(s.Router().Crypto().Children)
	s.Printf("IPsec SA total: %d, active: %d, rekeying: 0, unused: 0, invalid: 0\n", n, n)
	return nil
}

// transforms are those that profiles name, and the built-in one.
func showTransformSets(s Session, a args) error {
	for _, t := range s.Router().Crypto().Config.Transforms {
		if a.Has("name") && t.Name != a.Word("name") {
			continue
		}
		mode := "Tunnel"
		if t.Transport {
			mode = "Transport"
		}
		if t.Require {
			mode += " Require"
		}
		s.Printf("Transform set %s: { %s } \n   will negotiate = { %s,  }, \n\n", t.Name, suiteName(t.Suite), mode)
	}
	return nil
}

func showIPsecProfiles(s Session, a args) error {
	for _, p := range s.Router().Crypto().Config.IPsec {
		if a.Has("name") && p.Name != a.Word("name") {
			continue
		}
		s.Printf("IPSEC profile %s\n", p.Name)
		if p.IKEv2Profile != "" {
			s.Printf("\tIKEv2 Profile: %s\n", p.IKEv2Profile)
		}
		if p.ISAKMPProfile != "" {
			s.Printf("\tISAKMP Profile: %s\n", p.ISAKMPProfile)
		}
		if p.Kilobytes == 0 {
			s.Printf("\tSecurity association lifetime: %d seconds\n", p.Lifetime/time.Second)
		} else {
			s.Printf("\tSecurity association lifetime: %d kilobytes/%d seconds\n", p.Kilobytes, p.Lifetime/time.Second)
		}
		s.Printf("\tResponder-Only (Y/N): %s\n\tPFS (Y/N): %s\n", letter(p.Responder), letter(p.PFS != 0))
		if p.PFS != 0 {
			s.Printf("\tDH group:  group%d\n", p.PFS)
		}
		s.Printf("\tMixed-mode : Disabled\n\tTransform sets={ \n")
		for _, t := range p.Transforms {
			s.Printf("\t\t%s:  { %s } , \n", t.Name, suiteName(t.Suite))
		}
		s.Printf("\t}\n\n")
	}
	return nil
}

func showIPsecLifetimes(s Session, _ args) error {
	g := s.Router().Crypto().Config
	if g.Kilobytes == 0 {
		s.Printf("Security association lifetime: %d seconds\n", g.Lifetime/time.Second)
		return nil
	}
	s.Printf("Security association lifetime: %d kilobytes/%d seconds\n", g.Kilobytes, g.Lifetime/time.Second)
	return nil
}
