package router

import (
	"fmt"
	"net/netip"

	"weft/cli/commands"
	"weft/dataplane/esp"
	"weft/ike"
)

// Pre-shared keys are never printed. Where a line needs one it says KEY.

// ring is where the tunnel's keys for a peer come from, and the one that is for
// it: the longest prefix wins.
type ring struct {
	name   string
	block  string // version 2: the peer's section
	prefix netip.Prefix
	secret esp.Key
	found  bool
}

func (w *walk) ring(ep *ike.Endpoint, peer netip.Addr) (r ring) {
	better := func(p netip.Prefix) bool {
		return peer.IsValid() && p.IsValid() && p.Contains(peer) && (!r.found || p.Bits() > r.prefix.Bits())
	}
	if ep.Version == 2 {
		profile := w.profile2(ep)
		if profile == nil {
			return r
		}
		r.name = profile.Keyring
		for _, k := range profile.Keys {
			if better(k.Peer) {
				r.block, r.prefix, r.secret, r.found = k.Name, k.Peer, k.Local, true
			}
		}
		return r
	}
	if p := w.profile1(ep); p != nil {
		r.name = p.Keyring
	}
	for _, k := range w.want.Keyrings {
		if r.name != "" && k.Name != r.name {
			continue
		}
		for _, key := range k.Keys {
			if len(key.Secret) > 0 && better(key.Peer) {
				r.prefix, r.secret, r.found = key.Peer, key.Secret, true
			}
		}
	}
	return r
}

// keyless tells whether there is no key for a peer. Names and other identities
// are known only when the peer has told its own.
func (w *walk) keyless(ep *ike.Endpoint, peer netip.Addr) bool {
	r := w.ring(ep, peer)
	if r.found {
		return len(r.secret) == 0
	}
	if profile := w.profile2(ep); ep.Version == 2 && profile != nil {
		for _, k := range profile.Keys {
			if k.Identity != (ike.Identity{}) {
				return false
			}
		}
		return true
	}
	for _, k := range w.want.Keyrings {
		for _, key := range k.Keys {
			if key.Host != "" {
				return false
			}
		}
	}
	return true
}

// noKey: there is no pre-shared key for a peer. A server has one for all.
func (w *walk) noKey(ep *ike.Endpoint, peer netip.Addr) *commands.Fault {
	f := &commands.Fault{At: "this router", Wrong: "there is no pre-shared key for it; KEY stands for the one that it has"}
	where := peer.String()
	if !peer.IsValid() || w.t != nil && len(w.t.NHS) == 0 {
		where = "0.0.0.0"
	}
	f.Enter = configure(w.keyLines(ep, w.ring(ep, peer), where)...)
	return f
}

// keyLines are the lines that hold a key for an address: in place of one, if
// there is one for just that.
func (w *walk) keyLines(ep *ike.Endpoint, r ring, where string) []string {
	switch {
	case ep.Version == 1 && r.name == "":
		return []string{"crypto isakmp key KEY address " + where}
	case ep.Version == 1:
		return []string{"crypto keyring " + r.name, "pre-shared-key address " + where + " key KEY"}
	}
	name, block := r.name, r.block
	if name == "" {
		name = ep.Profile
	}
	lines := []string{"crypto ikev2 keyring " + name}
	if block != "" {
		lines = append(lines, "peer "+block, "pre-shared-key KEY")
	} else {
		mask := ""
		if block = where; where == "0.0.0.0" {
			block, mask = "ANY", " 0.0.0.0"
		}
		lines = append(lines, "peer "+block, "address "+where+mask, "pre-shared-key KEY")
	}
	if r.name == "" {
		lines = append(lines, "crypto ikev2 profile "+ep.Profile, "keyring local "+name)
	}
	return lines
}

// secretFault: the peer has not proved to have our key.
func (w *walk) secretFault(p *peer, r *ike.Refusal) *commands.Fault {
	ep := w.endpoint()
	own := w.ring(ep, p.NBMA)
	if w.odd(p, r) {
		where := own.prefix.Addr().String()
		if own.prefix.Bits() > 0 && !own.prefix.IsSingleIP() {
			where = p.NBMA.String()
		}
		f := &commands.Fault{Wrong: "the pre-shared keys differ; KEY stands for the one that " + p.NBMA.String() + " has", At: fmt.Sprintf("this router or %s", p.NBMA)}
		f.Enter = configure(w.keyLines(ep, own, where)...)
		return f
	}
	own.block = ""
	return &commands.Fault{
		Wrong: "its pre-shared key is another than ours, which others have; KEY stands for ours",
		At:    p.NBMA.String(),
		Enter: w.configureThere(p, w.keyLines(ep, own, w.outside().String())...),
	}
}

// configureThere are lines for another router, with this one's names.
func (w *walk) configureThere(p *peer, lines ...string) []commands.Entering {
	all := configure(lines...)
	all[0].Router = p.NBMA
	return all
}

// protectionLine is the tunnel's own.
func (w *walk) protectionLine() string {
	line := "tunnel protection ipsec profile " + w.i.Tunnel.Profile
	if w.i.Tunnel.Shared {
		line += " shared"
	}
	return line
}
