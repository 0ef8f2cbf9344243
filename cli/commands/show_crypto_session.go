package commands

import (
	"fmt"
	"net/netip"
	"time"

	"weft/ike"
)

var showCryptoExecs = execs(showCryptoWords,
	&Exec{Syntax: "show crypto session [remote address:A.B.C.D | interface ifname:IFNAME] [detail | brief]", Run: showCryptoSession},
	&Exec{Syntax: "show crypto sockets", Run: showCryptoSockets},
	showProtectionExecs[0],
	&Exec{Syntax: "show crypto engine connections active", Run: showCryptoEngine},
)

const sessionLegend = `Code: C - IKE Configuration mode, D - Dead Peer Detection     
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     
X - IKE Extended Authentication, F - IKE Fragmentation
R - IKE Auto Reconnect, U - IKE Dynamic Route Update
S - SIP VPN

`

// cryptoSession is one peer of one tunnel, as far as it got.
type cryptoSession struct {
	tunnel      string
	local, peer netip.AddrPort
	sas         []*ike.SA
	children    []*ike.Child
}

func (c *cryptoSession) status() string {
	established := false
	for _, sa := range c.sas {
		established = established || !sa.Created.IsZero() && !sa.Deleted
	}
	switch {
	case len(c.children) > 0 && established:
		return "UP-ACTIVE"
	case len(c.children) > 0:
		return "UP-NO-IKE"
	case established:
		return "UP-IDLE"
	case len(c.sas) > 0:
		return "DOWN-NEGOTIATING"
	}
	return "DOWN"
}

// cryptoSessions joins wants, negotiations and associations: what there is of a
// peer that nobody has got anywhere with is its want.
func cryptoSessions(state *ike.State, keep func(tunnel string, peer netip.Addr) bool) (list []*cryptoSession) {
	find := func(tunnel string, peer netip.AddrPort) *cryptoSession {
		for _, c := range list {
			if c.tunnel == tunnel && c.peer.Addr() == peer.Addr() && (c.peer.Port() == peer.Port() || c.peer.Port() == 0) {
				return c
			}
		}
		c := &cryptoSession{tunnel: tunnel, peer: peer}
		list = append(list, c)
		return c
	}
	for _, f := range flows(state, keep) {
		c := find(f.tunnel, f.children[0].Peer)
		c.children, c.local = f.children, f.children[0].Local
	}
	for i := range state.Wants {
		if w := &state.Wants[i]; keep(w.Tunnel, w.Peer.Addr()) {
			find(w.Tunnel, w.Peer)
		}
	}
	for _, c := range list {
		for i := range state.SAs {
			sa := &state.SAs[i]
			if sa.Remote.Addr() == c.peer.Addr() && (c.peer.Port() == 0 || c.peer.Port() == sa.Remote.Port()) {
				c.sas = append(c.sas, sa)
			}
		}
	}
	return list
}

func showCryptoSession(s Session, a args) error {
	state, now := s.Router().Crypto(), s.Router().Now()
	list := cryptoSessions(&state.State, func(tunnel string, peer netip.Addr) bool {
		return (!a.Has("address") || peer == a.Addr("address")) && (!a.Has("ifname") || tunnel == a.Word("ifname"))
	})
	if a.Has("brief") {
		printBriefSessions(s, list, now)
		return nil
	}
	s.Printf("Crypto session current status\n\n")
	if a.Has("detail") {
		s.Printf("%s", sessionLegend)
	}
	for _, c := range list {
		printSession(s, &state, c, a.Has("detail"), now)
	}
	return nil
}

// identity is the VRF that a peer is reached through, and the name it goes by.
func (c *cryptoSession) identity() (vrf, id string) {
	vrf = "(none)"
	for _, sa := range c.sas {
		if id = identityName(sa.RemoteID); sa.VRF != "" {
			vrf = sa.VRF
		}
	}
	if id == "" {
		id = "(none)"
	}
	return vrf, id
}

func printSession(s Session, state *CryptoState, c *cryptoSession, detail bool, now time.Time) {
	s.Printf("Interface: %s\n", c.tunnel)
	for _, sa := range c.sas {
		if sa.Profile != "" {
			s.Printf("Profile: %s\n", sa.Profile)
			break
		}
	}
	if detail && len(c.children) > 0 {
		s.Printf("Uptime: %s\n", elapsed(now.Sub(oldest(c.children))))
	}
	s.Printf("Session status: %-14s\nPeer: %s port %d ", c.status(), c.peer.Addr(), ikePort(c.peer))
	if detail {
		vrf, id := c.identity()
		s.Printf("fvrf: %s ivrf: (none)\n      Phase1_id: %s\n      Desc: (none)\n", vrf, id)
	} else {
		s.Printf("\n")
	}
	printSAs(s, c, detail, now)
	for _, child := range c.children {
		printSessionFlow(s, state, child, detail, now)
	}
	s.Printf("\n")
}

// printSAs prints the negotiations of a session.
func printSAs(s Session, c *cryptoSession, detail bool, now time.Time) {
	number := 0
	for _, sa := range c.sas {
		if sa.Version == 2 {
			number = sa.ID
		}
	}
	s.Printf("  Session ID: %d  \n", number)
	for _, sa := range c.sas {
		activity := "Active"
		if sa.Created.IsZero() || sa.Deleted {
			activity = "Inactive"
		}
		s.Printf("  IKEv%d SA: local %s remote %s %s \n", sa.Version, addressAndPort(sa.Local), addressAndPort(sa.Remote), activity)
		if detail {
			life := "0"
			if activity == "Active" {
				life = elapsed(sa.Expires.Sub(now))
			}
			s.Printf("          Capabilities:%s connid:%d lifetime:%s\n", capabilities(sa, "(none)"), connection(sa), life)
		}
	}
}

// printSessionFlow prints one pair of associations.
func printSessionFlow(s Session, state *CryptoState, child *ike.Child, detail bool, now time.Time) {
	s.Printf("  IPSEC FLOW: permit %d host %s host %s \n        Active SAs: 2, origin: crypto map\n", child.LocalSelector.Protocol, child.LocalSelector.Prefix.Addr(), child.PeerSelector.Prefix.Addr())
	if detail {
		in, out, left := state.Inbound[child.In], state.Outbound[child.In], max(child.Expires.Sub(now), 0)/time.Second
		s.Printf("        Inbound:  #pkts dec'ed %d drop %d life (KB/Sec) %s/%d\n", in.Packets, in.errors(), leftKilobytes(child, in), left)
		s.Printf("        Outbound: #pkts enc'ed %d drop %d life (KB/Sec) %s/%d\n", out.Packets, out.Send, leftKilobytes(child, out), left)
	}
}

func leftKilobytes(c *ike.Child, t SATraffic) string {
	if c.Kilobytes == 0 {
		return "KB Vol Rekey Disabled"
	}
	return fmt.Sprint(t.Kilobytes)
}

func oldest(children []*ike.Child) time.Time {
	at := children[0].Created
	for _, c := range children {
		if c.Created.Before(at) {
			at = c.Created
		}
	}
	return at
}

func printBriefSessions(s Session, list []*cryptoSession, now time.Time) {
	s.Printf("Status: A- Active, U - Up, D - Down, I - Idle, S - Standby, N - Negotiating\n        K - No IKE\nivrf = (none)\n           Peer     I/F           Username          Group/Phase1_id    Uptime Status\n")
	for _, c := range list {
		id, up := "", ""
		for _, sa := range c.sas {
			id = identityName(sa.RemoteID)
		}
		if len(c.children) > 0 {
			up = elapsed(now.Sub(oldest(c.children)))
		}
		status := map[string]string{"UP-ACTIVE": "UA", "UP-IDLE": "UI", "UP-NO-IKE": "UK", "DOWN-NEGOTIATING": "DN", "DOWN": "D"}[c.status()]
		s.Printf("%15s %-13s %-17s %18s %9s %s\n", c.peer.Addr(), shortInterface(c.tunnel), "", id, up, status)
	}
}

func showCryptoSockets(s Session, _ args) error {
	state := s.Router().Crypto()
	list := cryptoSessions(&state.State, func(string, netip.Addr) bool { return true })
	s.Printf("\nNumber of Crypto Socket connections %d\n\n", len(list))
	for _, c := range list {
		local, ipsec := "", ""
		for _, e := range state.Config.Endpoints {
			if e.Tunnel == c.tunnel {
				local, ipsec = e.Local.String(), e.IPsec.Name
			}
		}
		s.Printf("   %s Peers (local/remote): %s/%s\n", shortInterface(c.tunnel), local, c.peer.Addr())
		s.Printf("       Local Ident  (addr/mask/port/prot): (%s/255.255.255.255/0/47)\n       Remote Ident (addr/mask/port/prot): (%s/255.255.255.255/0/47)\n", local, c.peer.Addr())
		s.Printf("       IPSec Profile: \"%s\"\n       Socket State: %s\n       Client: \"TUNNEL SEC\" (Client State: %s)\n", ipsec, socketState(c), socketClient(c))
	}
	s.Printf("\nCrypto Sockets in Listen state:\n")
	for _, e := range state.Config.Endpoints {
		s.Printf("Client: \"TUNNEL SEC\" Profile: \"%s\" Map-name: \"%s-head-0\"\n", e.IPsec.Name, e.Tunnel)
	}
	return nil
}

func socketState(c *cryptoSession) string {
	if len(c.children) > 0 {
		return "Open"
	}
	return "Connection Pending"
}

func socketClient(c *cryptoSession) string {
	if len(c.children) > 0 {
		return "Active"
	}
	return "Opening"
}

func showCryptoEngine(s Session, _ args) error {
	state := s.Router().Crypto()
	s.Printf("Crypto Engine Connections\n\n   ID  Type    Algorithm           Encrypt  Decrypt LastSeqN IP-Address\n")
	for i := range state.Children {
		c := &state.Children[i]
		algorithm := engineSuite(c)
		in, out := state.Inbound[c.In], state.Outbound[c.In]
		s.Printf("%5d  IPsec   %-20s%7d %8d %8d %s\n", 2*c.ID+1, algorithm, out.Packets, 0, 0, c.Local.Addr())
		s.Printf("%5d  IPsec   %-20s%7d %8d %8d %s\n", 2*c.ID+2, algorithm, 0, in.Packets, in.Sequence, c.Local.Addr())
	}
	for i := range state.SAs {
		if sa := &state.SAs[i]; !sa.Created.IsZero() {
			s.Printf("%5d  %-7s %-20s%7d %8d %8d %s\n", sa.ID, map[int]string{1: "IKE", 2: "IKEv2"}[sa.Version],
				shortHash(sa.Hash)+"+"+upperCipher(sa.Cipher), 0, 0, 0, sa.Local.Addr())
		}
	}
	return nil
}

func engineSuite(c *ike.Child) string {
	name := upperCipher(ike.Cipher{Cipher: c.Suite.Cipher})
	if c.Suite.Bits > 0 {
		name = fmt.Sprintf("%s%d", map[bool]string{true: "AES", false: "AESGCM"}[c.Suite.MAC != 0], c.Suite.Bits)
	}
	if hash := childHash(c.Suite.MAC); c.Suite.MAC != 0 {
		name += "+" + hash
	}
	return name
}
