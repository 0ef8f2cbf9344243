package commands

import (
	"net/netip"
	"slices"

	"weft/ike"
	"weft/nhrp"
)

// protectionLadder tells how far the protection of peers has come, on the rungs
// IKE and IPSEC below NHRP.
type protectionLadder struct {
	tunnels map[string]bool // that are protected
	keyed   map[netip.Addr]bool
	secured map[tunnelPeer]bool
}

type tunnelPeer struct {
	tunnel string
	nbma   netip.Addr
}

func ladder(s Session) *protectionLadder {
	state := s.Router().Crypto()
	l := &protectionLadder{map[string]bool{}, map[netip.Addr]bool{}, map[tunnelPeer]bool{}}
	for _, e := range state.Config.Endpoints {
		l.tunnels[e.Tunnel] = true
	}
	for _, sa := range state.SAs {
		if !sa.Deleted && (sa.Stage == ike.QuickIdle || sa.Stage == ike.Ready) {
			l.keyed[sa.Remote.Addr()] = true
		}
	}
	for _, c := range state.Children {
		for _, tunnel := range c.Tunnels {
			l.secured[tunnelPeer{tunnel, c.Peer.Addr()}] = true
		}
	}
	return l
}

// apply names the rung of those peers that have not climbed as far as NHRP.
func (l *protectionLadder) apply(t *nhrp.TunnelState, peers []peer) []peer {
	if !l.tunnels[t.Name] {
		return peers
	}
	for _, p := range peers {
		if !p.nbma.IsValid() {
			// Who does not know the password has no session of ours, whoever's it is
			// that its packets came in.
			for i := range p.rows {
				if p.rows[i].refused {
					p.rows[i].state = "IKE"
				}
			}
			continue
		}
		if p.nbma == t.NBMA || l.secured[tunnelPeer{t.Name, p.nbma}] {
			continue
		}
		rung := "IKE"
		if l.keyed[p.nbma] {
			rung = "IPSEC"
		}
		for i := range p.rows {
			if slices.Contains([]string{"NHRP", "UP"}, p.rows[i].state) {
				p.rows[i].state = rung
			}
		}
	}
	return peers
}
