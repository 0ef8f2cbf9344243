package compile

import (
	"maps"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

// The sections of IKE and IPsec name each other: a tunnel an IPsec profile, that
// one transform sets and a profile of IKE, and that one a keyring. Here the names are looked
// up. A name that nobody has gives an endpoint without transforms, which cannot
// come up, and "show configuration lint" says which line is missing.

// crypto collects the sections of one tree.
type crypto struct {
	vault      config.Vault
	global     *commands.Global
	config     ike.Config
	transforms map[string]ike.Transform
	profiles   map[string]*commands.IPsecProfile
	keyrings2  map[string][]ike.Peer2
}

// ikeConfig is what IKE is to do.
func ikeConfig(t *config.Tree, box Box) ike.Config {
	c := crypto{vault: t.Vault(), global: box.Global, transforms: map[string]ike.Transform{}, profiles: map[string]*commands.IPsecProfile{},
		keyrings2: map[string][]ike.Peer2{}}
	for _, l := range t.Root().Lines() {
		if l.Section != nil && !l.Negative {
			c.section(l)
		}
	}
	c.settings()
	c.defaults()
	c.list()
	for i := range c.config.Profiles2 {
		p := &c.config.Profiles2[i]
		p.Keys = c.keyrings2[p.Keyring]
	}
	for _, i := range box.Interfaces {
		if i.Tunnel.Profile != "" {
			c.config.Endpoints = append(c.config.Endpoints, c.endpoint(i))
		}
	}
	slices.SortFunc(c.config.Endpoints, func(a, b ike.Endpoint) int {
		if order := a.Local.Compare(b.Local); order != 0 {
			return order
		}
		return strings.Compare(a.Tunnel, b.Tunnel)
	})
	return c.config
}

// section takes one section that has to do with IKE or IPsec.
func (c *crypto) section(l *config.Line) {
	switch s := l.Section.Compile().(type) {
	case *ike.Policy:
		p := *s
		p.Priority = l.Args.Int("priority")
		c.config.Policies = append(c.config.Policies, p)
	case *ike.Keyring:
		k := *s
		k.Keys = c.open(k.Keys)
		k.Name, k.VRF = l.Args.Word("name"), l.Args.Word("vrf-name")
		c.config.Keyrings = append(c.config.Keyrings, k)
	case *ike.Profile:
		p := *s
		p.Name = l.Args.Word("name")
		c.config.Profiles = append(c.config.Profiles, p)
	case *ike.Proposal:
		p := *s
		p.Name = l.Args.Word("name")
		if len(p.PRF) == 0 { // as the integrity, unless it says otherwise
			p.PRF = p.Integrity
		}
		c.config.Proposals = append(c.config.Proposals, p)
	case *ike.Policy2:
		p := *s
		p.Name = l.Args.Word("name")
		c.config.Policies2 = append(c.config.Policies2, p)
	case *commands.Keyring2:
		name := l.Args.Word("name")
		for _, inner := range l.Section.Lines() {
			if inner.Section == nil {
				continue
			}
			peer := *inner.Section.Compile().(*ike.Peer2)
			peer.Name = inner.Args.Word("name")
			c.unseal(&peer.Local, peer.LocalSealed)
			c.unseal(&peer.Remote, peer.RemoteSealed)
			c.keyrings2[name] = append(c.keyrings2[name], peer)
		}
	case *ike.Profile2:
		p := *s
		p.Name = l.Args.Word("name")
		c.config.Profiles2 = append(c.config.Profiles2, p)
	case *commands.TransformSet:
		if t, ok := commands.TransformOf(l); ok {
			c.transforms[t.Name] = t
		}
	case *commands.IPsecProfile:
		c.profiles[l.Args.Word("name")] = s
	}
}

// open fills in the keys that are stored sealed, as far as they can be opened.
func (c *crypto) open(keys []ike.Key) []ike.Key {
	keys = slices.Clone(keys) // the tree keeps those it has compiled
	for i := range keys {
		c.unseal(&keys[i].Secret, keys[i].Sealed)
	}
	return keys
}

func (c *crypto) unseal(secret *esp.Key, sealed string) {
	if sealed == "" || c.vault == nil {
		return
	}
	if opened, ok := c.vault.Open(sealed); ok {
		*secret = opened
	}
}

// settings takes what stands in global lines.
func (c *crypto) settings() {
	g, w := c.global.Crypto, &c.config
	if len(g.Keys) > 0 {
		w.Keyrings = append([]ike.Keyring{{Keys: c.open(g.Keys)}}, w.Keyrings...)
	}
	w.Identity, w.NoAggressive, w.Keepalive = g.Identity, g.NoAggressive, g.Keepalive
	w.Fragmentation, w.SPIRecovery, w.NATKeepalive = g.Fragmentation, g.SPIRecovery, g.NATKeepalive
	w.DPD2, w.Cookies, w.MTU2, w.Limit = g.DPD2, g.Cookies, g.FragmentMTU, g.Limit
	if w.Hostname = c.global.Hostname; c.global.DomainName != "" {
		w.Hostname += "." + c.global.DomainName
	}
}

// defaults adds what holds without a line: the smart defaults.
func (c *crypto) defaults() {
	w := &c.config
	if len(w.Policies) == 0 && !c.global.Crypto.NoDefaultPolicy {
		w.Policies = slices.Clone(defaultPolicies)
	}
	if !slices.ContainsFunc(w.Proposals, func(p ike.Proposal) bool { return p.Name == "default" }) {
		w.Proposals = append(w.Proposals, ike.DefaultProposal())
	}
	// A policy without "match fvrf" is for the global transport; one that names no address for any.
	if !slices.ContainsFunc(w.Policies2, func(p ike.Policy2) bool { return p.Name == "default" }) {
		w.Policies2 = append(w.Policies2, ike.DefaultPolicy2())
	}
	slices.SortStableFunc(w.Policies, func(a, b ike.Policy) int { return a.Priority - b.Priority })
	if _, ok := c.transforms["default"]; !ok {
		c.transforms["default"] = ike.DefaultTransform()
	}
	if c.profiles["default"] == nil {
		c.profiles["default"] = &commands.IPsecProfile{Transforms: []string{"default"}}
	}
}

// The policies that hold when none is configured: strongest first, each with a
// signature and with a shared key, as IOS numbers them. Signatures wait for certificates.
var defaultPolicies = []ike.Policy{
	{Priority: 65508, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 128}, Hash: ike.SHA1, Authentication: ike.PreShared, Group: 5, Lifetime: 24 * time.Hour},
	{Priority: 65510, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 128}, Hash: ike.MD5, Authentication: ike.PreShared, Group: 5, Lifetime: 24 * time.Hour},
	{Priority: 65512, Cipher: ike.Cipher{Cipher: esp.TripleDES}, Hash: ike.SHA1, Authentication: ike.PreShared, Group: 2, Lifetime: 24 * time.Hour},
	{Priority: 65514, Cipher: ike.Cipher{Cipher: esp.TripleDES}, Hash: ike.MD5, Authentication: ike.PreShared, Group: 2, Lifetime: 24 * time.Hour},
}

// endpoint is a tunnel that is to be protected. The address of a tunnel source
// that is an interface is the router's to fill in.
func (c *crypto) endpoint(i *commands.Interface) ike.Endpoint {
	e := ike.Endpoint{Tunnel: i.Name, Local: i.Tunnel.Source, Shared: i.Tunnel.Shared, Version: 1}
	if !i.Tunnel.Multipoint {
		e.Remote = i.Tunnel.Destination
	}
	p := c.profiles[i.Tunnel.Profile]
	if p == nil {
		e.IPsec.Name = i.Tunnel.Profile
		return e
	}
	e.IPsec = c.profile(i.Tunnel.Profile)
	switch {
	case i.Tunnel.IKEv2Profile != "":
		e.Profile, e.Version = i.Tunnel.IKEv2Profile, 2
	case p.IKEv2Profile != "":
		e.Profile, e.Version = p.IKEv2Profile, 2
	case i.Tunnel.ISAKMPProfile != "":
		e.Profile = i.Tunnel.ISAKMPProfile
	default:
		e.Profile = p.ISAKMPProfile
	}
	return e
}

// list puts what there is in order, for those who only look.
func (c *crypto) list() {
	for _, name := range slices.Sorted(maps.Keys(c.transforms)) {
		c.config.Transforms = append(c.config.Transforms, c.transforms[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.profiles)) {
		c.config.IPsec = append(c.config.IPsec, c.profile(name))
	}
	c.config.Lifetime, c.config.Kilobytes = c.global.Crypto.Lifetime, c.global.Crypto.Kilobytes
}

// profile is what a profile says for itself, and what the global lines say for all.
func (c *crypto) profile(name string) ike.IPsec {
	g, p := c.global.Crypto, c.profiles[name]
	w := ike.IPsec{Name: name, Lifetime: g.Lifetime, Kilobytes: g.Kilobytes, IdleTime: g.IdleTime, Window: g.Window, DF: g.DF, ForceUDP: g.ForceUDP}
	w.PFS, w.Responder = p.PFS, p.Responder
	w.ISAKMPProfile, w.IKEv2Profile = p.ISAKMPProfile, p.IKEv2Profile
	if p.Lifetime != 0 {
		w.Lifetime = p.Lifetime
	}
	if p.KilobytesSet {
		w.Kilobytes = p.Kilobytes
	}
	if p.IdleTime != 0 {
		w.IdleTime = p.IdleTime
	}
	if p.WindowSet {
		w.Window = p.Window
	}
	if p.DFSet {
		w.DF = p.DF
	}
	names := p.Transforms
	if len(names) == 0 {
		names = []string{"default"}
	}
	for _, name := range names {
		if t, ok := c.transforms[name]; ok {
			w.Transforms = append(w.Transforms, t)
		} else {
			w.Lacks = append(w.Lacks, name)
		}
	}
	return w
}
