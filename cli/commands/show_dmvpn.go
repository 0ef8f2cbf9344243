package commands

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"weft/nhrp"
)

var showDMVPNExecs = execs(help{
	"show":      "Show running system information",
	"dmvpn":     "Dynamic Multipoint VPN (DMVPN) information",
	"interface": "DMVPN information for a tunnel interface",
	"name":      "Tunnel interface",
	"detail":    "Detailed information",
	"ipv4":      "IPv4 tunnels",
	"ipv6":      "IPv6 tunnels",
	"peer":      "DMVPN information for one peer",
	"nbma":      "By its NBMA address",
	"tunnel":    "By its tunnel address",
	"network":   "By a network behind it",
	"address":   "Address",
	"prefix":    "Network and length",
	"static":    "Static peers only",
	"count":     "How many peers there are",
	"status":    "By the state they are in",
},
	&Exec{Syntax: "show dmvpn [ipv4] [interface name:IFNAME | peer (nbma address:A.B.C.D | tunnel address:A.B.C.D | network prefix:A.B.C.D/nn)] [static] [detail]", Run: showDMVPN},
	// Tunnels carry IPv4 only, so nobody is a peer by IPv6.
	&Exec{Syntax: "show dmvpn ipv6 [detail]", Run: func(s Session, _ args) error { s.Printf("%s", dmvpnLegend); return nil }},
	&Exec{Syntax: "show dmvpn count status", Run: showDMVPNCount},
)

const dmvpnLegend = `Legend: Attrb --> S - Static, D - Dynamic, I - Incomplete
        N - NATed, L - Local, X - No Socket
        T1 - Route Installed, T2 - Nexthop-override, B - BGP
        C - CTS Capable, I2 - Temporary
        # Ent --> Number of NHRP entries with same NBMA peer
        NHS Status: E --> Expecting Replies, R --> Responding, W --> Waiting
        UpDn Time --> Up or Down Time for a Tunnel
==========================================================================

`

// A peer is one NBMA address with the tunnel addresses behind it.
type peer struct {
	nbma   netip.Addr // zero: not known
	static bool       // one of its entries is
	rows   []peerRow
}

type peerRow struct {
	tunnel     netip.Addr
	target     netip.Prefix
	state      string
	updn       string
	attributes string
	refused    bool // its registration was, for it is not one of us
}

func showDMVPN(s Session, a args) error {
	filter := nhrp.Filter{}
	if a.Has("name") {
		filter.Tunnel = a.Word("name")
	}
	s.Printf("%s", dmvpnLegend)
	now, rungs, shown := s.Router().Now(), ladder(s), map[tunnelPeer]bool{}
	for _, t := range s.Router().NHRP(filter).Tunnels {
		peers := chosenPeers(rungs.apply(&t, dmvpnPeers(&t, now)), a)
		for _, p := range peers {
			shown[tunnelPeer{t.Name, p.nbma}] = true
		}
		if a.Has("detail") {
			printDMVPNDetail(s, &t, peers)
			continue
		}
		if len(peers) > 0 {
			printDMVPN(s, &t, peers)
		}
	}
	if a.Has("detail") {
		printDMVPNSessions(s, shown)
	}
	return nil
}

// chosenPeers are those that the words of a line choose.
func chosenPeers(peers []peer, a args) []peer {
	return slices.DeleteFunc(peers, func(p peer) bool {
		switch {
		case a.Has("static") && !p.static:
			return true
		case a.Has("nbma"):
			return p.nbma != a.Addr("address")
		case a.Has("tunnel"):
			return !slices.ContainsFunc(p.rows, func(r peerRow) bool { return r.tunnel == a.Addr("address") })
		case a.Has("network"):
			return !slices.ContainsFunc(p.rows, func(r peerRow) bool { return r.target == a.Prefix("prefix").Masked() })
		}
		return false
	})
}

// showDMVPNCount counts the peers of each tunnel by state.
func showDMVPNCount(s Session, _ args) error {
	now, rungs := s.Router().Now(), ladder(s)
	states := []string{"UP", "NHRP", "IPSEC", "IKE", "INTF"}
	s.Printf("Interface   Peers    UP  NHRP IPSEC   IKE  INTF\n")
	for _, t := range s.Router().NHRP(nhrp.Filter{}).Tunnels {
		peers, count := rungs.apply(&t, dmvpnPeers(&t, now)), map[string]int{}
		for _, p := range peers {
			count[p.rows[0].state]++
		}
		s.Printf("%-11s %5d", t.Name, len(peers))
		for _, state := range states {
			s.Printf(" %5d", count[state])
		}
		s.Printf("\n")
	}
	return nil
}

func printDMVPN(s Session, t *nhrp.TunnelState, peers []peer) {
	s.Printf("Interface: %s, IPv4 NHRP Details \nType:%s, NHRP Peers:%d, \n\n", t.Name, dmvpnType(t), len(peers))
	s.Printf(" # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb\n")
	s.Printf(" ----- --------------- --------------- ----- -------- -----\n")
	for _, p := range peers {
		for i, row := range p.rows {
			if i == 0 {
				s.Printf("%6d %-15s ", len(p.rows), p.name())
			} else {
				s.Printf("%6s %-15s ", "", "")
			}
			s.Printf("%15s %5s %8s %5s\n", addressText(row.tunnel), row.state, row.updn, row.attributes)
		}
	}
	s.Printf("\n")
}

func (p *peer) name() string {
	if !p.nbma.IsValid() {
		return "UNKNOWN"
	}
	return p.nbma.String()
}

// dmvpnType is what the router is on a tunnel: a client that has servers, a
// server that has clients, or both.
func dmvpnType(t *nhrp.TunnelState) string {
	hub := slices.ContainsFunc(t.Cache, func(e nhrp.Entry) bool { return e.Flags&nhrp.Registered != 0 })
	switch spoke := len(t.NHS) > 0; {
	case hub && spoke:
		return "Hub/Spoke"
	case hub:
		return "Hub"
	case spoke:
		return "Spoke"
	}
	return "Unknown"
}

// dmvpnPeers groups the cache by NBMA address: static ones first. A server that
// the cache does not have, because its NBMA address is not known, is a peer too.
func dmvpnPeers(t *nhrp.TunnelState, now time.Time) (peers []peer) {
	places := map[[2]netip.Addr]int{} // of each NBMA address; where it is not known, of each tunnel address
	add := func(nbma netip.Addr, static bool, row peerRow) {
		key := [2]netip.Addr{nbma}
		if !nbma.IsValid() {
			key[1] = row.tunnel
		}
		i, ok := places[key]
		if !ok {
			i = len(peers)
			places[key], peers = i, append(peers, peer{nbma: nbma})
		}
		peers[i].static = peers[i].static || static
		peers[i].rows = append(peers[i].rows, row)
	}
	for i := range t.Cache {
		e := &t.Cache[i]
		state, updn := peerState(t, e, now)
		add(e.NBMA, e.Type == nhrp.Static, peerRow{tunnel: e.NextHop, target: e.Protocol, state: state, updn: updn, attributes: peerAttributes(e)})
	}
	for i := range t.NHS {
		n := &t.NHS[i]
		known := slices.ContainsFunc(t.Cache, func(e nhrp.Entry) bool { return e.NextHop == n.Protocol })
		if !known {
			state, updn := nhsPeerState(t, n, now)
			protocol := nhsAddress(n)
			add(n.NBMA, true, peerRow{tunnel: protocol, target: netip.PrefixFrom(protocol, protocol.BitLen()), state: state, updn: updn, attributes: "S"})
		}
	}
	for _, row := range refusedClients(t, now) {
		add(netip.Addr{}, false, row)
	}
	slices.SortStableFunc(peers, func(a, b peer) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), a.nbma.Compare(b.nbma))
	})
	return peers
}

// refusedTime is how long a client is shown whose registration was refused: as
// long as IOS keeps the incomplete entry that it makes of it.
const refusedTime = 3 * time.Minute

// refusedClients are those of the tunnel's network whose registration was refused
// of late, and who have no entry. What claims to be from elsewhere has no place
// here: the answer to it would not leave by this tunnel.
func refusedClients(t *nhrp.TunnelState, now time.Time) (rows []peerRow) {
	for i := range t.Incidents {
		x := &t.Incidents[i]
		if x.Packet != nhrp.RegistrationRequest || x.Sent || !t.Network.Contains(x.Protocol) || now.Sub(x.Last) > refusedTime ||
			slices.ContainsFunc(rows, func(r peerRow) bool { return r.tunnel == x.Protocol }) {
			continue
		}
		if !slices.ContainsFunc(t.Cache, func(e nhrp.Entry) bool { return e.NextHop == x.Protocol }) {
			rows = append(rows, peerRow{tunnel: x.Protocol, target: netip.PrefixFrom(x.Protocol, x.Protocol.BitLen()),
				state: "NHRP", updn: "never", attributes: "IX", refused: x.Reason == nhrp.DropAuthentication})
		}
	}
	return rows
}

// rank sorts static peers before learnt ones, and those before unknown ones.
func (p *peer) rank() int {
	switch {
	case p.static:
		return 0
	case p.nbma.IsValid():
		return 1
	}
	return 2
}

// peerState names the first stage that is not done, on the ladder INTF, NHRP,
// UP; where tunnels are protected, IKE and IPSEC come between (show_dmvpn_crypto.go).
func peerState(t *nhrp.TunnelState, e *nhrp.Entry, now time.Time) (state, updn string) {
	for i := range t.NHS {
		if n := &t.NHS[i]; n.Protocol == e.NextHop {
			return nhsPeerState(t, n, now)
		}
	}
	switch {
	case !t.Up:
		return "INTF", since(e.Changed, now)
	case e.Type == nhrp.Incomplete:
		return "NHRP", "never"
	}
	return "UP", since(e.Changed, now)
}

// nhsPeerState is up only while the server answers registrations.
func nhsPeerState(t *nhrp.TunnelState, n *nhrp.NHSState, now time.Time) (state, updn string) {
	state, updn = "NHRP", "never"
	switch {
	case !t.Up:
		state = "INTF"
	case n.Status == nhrp.Responding:
		state = "UP"
	}
	if !n.LastReply.IsZero() {
		updn = since(n.Since, now)
	}
	return state, updn
}

func peerAttributes(e *nhrp.Entry) string {
	text := ""
	switch e.Type {
	case nhrp.Static:
		text = "S"
	case nhrp.Dynamic:
		text = "D"
	case nhrp.Incomplete:
		text = "I"
	}
	if e.Claimed.IsValid() {
		text += "N"
	}
	for _, f := range []struct {
		flag nhrp.Flags
		mark string
	}{{nhrp.LocalFlag, "L"}, {nhrp.NoSocket, "X"}} {
		if e.Flags&f.flag != 0 {
			text += f.mark
		}
	}
	switch {
	case e.Flags&nhrp.NHO != 0:
		text += "T2"
	case e.Flags&nhrp.RIB != 0:
		text += "T1"
	}
	return text
}
