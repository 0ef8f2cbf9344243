package ike

import (
	"net/netip"
	"slices"
	"strings"

	"weft/dataplane/esp"
)

// Types of identities (RFC 2407 section 4.6.2.1, RFC 7296 section 3.5): the
// numbers are the same in both versions.
const (
	idIPv4  = 1
	idFQDN  = 2
	idEmail = 3
	idIPv6  = 5
	idDN    = 9
	idKeyID = 11
)

// encode returns the type and the value of an identity.
func (id Identity) encode() (kind uint8, value []byte) {
	switch id.Kind {
	case ByName:
		return idFQDN, []byte(id.Text)
	case ByEmail:
		return idEmail, []byte(id.Text)
	case ByKeyID:
		return idKeyID, []byte(id.Text)
	case ByDN:
		return idDN, []byte(id.Text)
	}
	if id.Address.Is4() {
		return idIPv4, id.Address.AsSlice()
	}
	return idIPv6, id.Address.AsSlice()
}

// decodeIdentity undoes encode; ok is false for a type that we do not have.
func decodeIdentity(kind uint8, value []byte) (id Identity, ok bool) {
	switch kind {
	case idIPv4, idIPv6:
		a, good := netip.AddrFromSlice(value)
		return Identity{Kind: ByAddress, Address: a}, good && a.Is4() == (kind == idIPv4)
	case idFQDN:
		id.Kind = ByName
	case idEmail:
		id.Kind = ByEmail
	case idDN:
		id.Kind = ByDN
	case idKeyID:
		id.Kind = ByKeyID
	default:
		return Identity{}, false
	}
	id.Text = string(value)
	return id, len(value) > 0
}

// String is the identity as it is shown.
func (id Identity) String() string {
	if id.Kind == ByAddress {
		return id.Address.String()
	}
	return id.Text
}

// identityPayload is the body of IDi or IDr.
func (id Identity) payload() []byte {
	kind, value := id.encode()
	return append([]byte{kind, 0, 0, 0}, value...)
}

func parseIdentity(b []byte) (Identity, bool) {
	if len(b) < 4 {
		return Identity{}, false
	}
	return decodeIdentity(b[0], b[4:])
}

// accepts tells whether a line of "match identity" takes an identity.
func (m Match) accepts(id Identity) bool {
	switch {
	case m.Any:
		return true
	case m.Prefix.IsValid():
		return id.Kind == ByAddress && m.Prefix.Contains(id.Address)
	case id.Kind == ByAddress || m.Kind != id.Kind:
		return false
	case m.Domain:
		// "router.example.com" and "user@example.com" are in example.com.
		text, domain := strings.ToLower(id.Text), strings.ToLower(m.Text)
		return text == domain || strings.HasSuffix(text, "."+domain) || strings.HasSuffix(text, "@"+domain)
	}
	return strings.EqualFold(m.Text, id.Text)
}

// profile2 returns the profile of a name.
func (e *Engine) profile2(name string) *Profile2 {
	i := slices.IndexFunc(e.config.Profiles2, func(p Profile2) bool { return p.Name == name && !p.Shutdown })
	if i < 0 {
		return nil
	}
	return &e.config.Profiles2[i]
}

// at tells whether a profile holds for a place.
func (p *Profile2) at(vrf string, local netip.Addr) bool {
	return !p.Shutdown && (p.AnyVRF || p.VRF == vrf) && (len(p.MatchLocal) == 0 || slices.Contains(p.MatchLocal, local))
}

func (p *Profile2) accepts(id Identity) bool {
	return slices.ContainsFunc(p.Match, func(m Match) bool { return m.accepts(id) })
}

// identity is what we call ourselves: behind a translator by the address that we
// have ourselves.
func (p *Profile2) identity(local netip.Addr) Identity {
	if p.Identity == (Identity{}) || p.Identity.Kind == ByAddress && !p.Identity.Address.IsValid() {
		return Identity{Kind: ByAddress, Address: local}
	}
	return p.Identity
}

// key finds the keyring's entry for a peer: by its identity; by the address that
// is its identity, the longest prefix first; by where it is. id is zero while it
// has not been told.
func (p *Profile2) key(id Identity, at netip.Addr) *Peer2 {
	var none Identity
	for i := range p.Keys {
		k := &p.Keys[i]
		if k.Identity == none || id == none {
			continue
		}
		if k.Identity.Kind == id.Kind && k.Identity.Address == id.Address && strings.EqualFold(k.Identity.Text, id.Text) {
			return k
		}
	}
	for _, a := range []netip.Addr{id.Address, at} {
		var best *Peer2
		for i := range p.Keys {
			k := &p.Keys[i]
			if k.Peer.IsValid() && a.IsValid() && k.Peer.Contains(a) && (best == nil || k.Peer.Bits() > best.Peer.Bits()) {
				best = k
			}
		}
		if best != nil {
			return best
		}
	}
	// Whoever answers is known by its identity only then.
	if id == none && len(p.Keys) == 1 {
		return &p.Keys[0]
	}
	for i := range p.Keys {
		if id != none && p.Keys[i].Host != "" && strings.EqualFold(p.Keys[i].Host, id.Text) {
			return &p.Keys[i]
		}
	}
	return nil
}

// local and remote are the keys that we, and the peer, prove ourselves with; one
// may stand for both.
func (k *Peer2) local() esp.Key {
	if len(k.Local) == 0 && k.LocalSealed == "" {
		return k.Remote
	}
	return k.Local
}

func (k *Peer2) remote() esp.Key {
	if len(k.Remote) == 0 && k.RemoteSealed == "" {
		return k.Local
	}
	return k.Remote
}
