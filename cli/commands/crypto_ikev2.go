package commands

import (
	"time"

	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

// Version 2 of IKE. A profile names its keyring, which stands in a section of
// its own; cli/compile puts the keys into the profile.

// Keyring2 is a "crypto ikev2 keyring"; its peers are sections in it.
type Keyring2 struct{}

var ikev2Lines = table(cryptoWords,
	&command{Syntax: "crypto ikev2 proposal name:WORD", Key: "name", Opens: opens(ikev2ProposalMode), Bang: true, Help: help{"name": "Name of the proposal"}},
	&command{Syntax: "crypto ikev2 policy name:WORD", Key: "name", Opens: opens(ikev2PolicyMode), Bang: true, Help: help{"policy": "Define IKEV2 policies", "name": "Name of the policy"}},
	&command{Syntax: "crypto ikev2 keyring name:WORD", Key: "name", Opens: opens(ikev2KeyringMode), Bang: true, Help: help{"keyring": "Define IKEv2 Keyring", "name": "Name of the keyring"}},
	&command{Syntax: "crypto ikev2 profile name:WORD", Key: "name", Opens: opens(ikev2ProfileMode), Bang: true, Help: help{"profile": "Define IKEv2 Profiles", "name": "Name of the profile"}},
	&command{Syntax: "crypto ikev2 cookie-challenge number:<0-1000>", Help: help{"cookie-challenge": "Set Cookie-challenge watermark", "number": "Maximum number of half-open sessions"},
		Apply: to(func(s *Global, a args) { s.Crypto.Cookies = a.Int("number") })},
	&command{Syntax: "crypto ikev2 limit (max-in-negotiation-sa half:<1-9999> [incoming | outgoing] | max-sa number:<1-99999>)", Key: "max-in-negotiation-sa max-sa incoming outgoing",
		Help: help{"max-in-negotiation-sa": "Limit the maximum number of in-negotiation IKEv2 SAs", "max-sa": "Limit the maximum number of IKEv2 SAs", "half": "Number", "number": "Number", "incoming": "Those that peers begin", "outgoing": "Those that we begin"},
		Apply: to(func(s *Global, a args) {
			switch {
			case a.Has("max-sa"):
				s.Crypto.Limit.Associations = a.Int("number")
			case !a.Has("outgoing"):
				s.Crypto.Limit.Negotiating = a.Int("half")
			}
		})},
	&command{Syntax: "crypto ikev2 dpd seconds:<10-3600> retries:<2-60> (periodic | on-demand)", Help: help{"dpd": "Enable IKE liveness check for peers"},
		Apply: to(func(s *Global, a args) { s.Crypto.DPD2 = dpd(a.Int("seconds"), a.Int("retries"), a.Has("periodic")) })},
	&command{Syntax: "crypto ikev2 nat keepalive seconds:<5-3600>",
		Apply: to(func(s *Global, a args) { s.Crypto.NATKeepalive = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "crypto ikev2 fragmentation [mtu bytes:<68-1500>]", Help: help{"fragmentation": "Enable fragmentation of ikev2 packets", "mtu": "Set maximum ikev2 fragment size", "bytes": "Size in bytes"},
		Apply: to(func(s *Global, a args) {
			if s.Crypto.FragmentMTU = 576; a.Has("bytes") {
				s.Crypto.FragmentMTU = a.Int("bytes")
			}
		})},
	&command{Syntax: "crypto ikev2 window number:<1-200>", Help: help{"window": "IKEV2 window size", "number": "Requests at a time"},
		Kept: "one request is sent at a time, as every peer understands"},
	&command{Syntax: "crypto ikev2 diagnose error number:<1-1000>", Help: help{"diagnose": "IKEV2 diagnose", "error": "Enable error diagnose", "number": "Entries"},
		Kept: "what went wrong is always remembered"},
	&command{Syntax: "crypto ikev2 http-url cert", On: true, Help: help{"http-url": "Enable http URL lookup", "cert": "Of certificates"},
		Kept: keptCertificates, SilentNo: true},
	&command{Syntax: "crypto ikev2 certificate-cache number:<1-2000>", Help: help{"certificate-cache": "Cache of certificates", "number": "Entries"}, Kept: keptCertificates},
)

const keptCertificates = "there are no certificates yet"

var (
	ikev2ProposalMode = &config.Mode{Name: "ikev2 proposal", Tag: "config-ikev2-proposal", Title: "IKEv2 Proposal commands:", Types: configTypes,
		Commands: func() []*command { return ikev2ProposalLines }, New: func() any { return new(ike.Proposal) }}
	ikev2PolicyMode = &config.Mode{Name: "ikev2 policy", Tag: "config-ikev2-policy", Title: "IKEv2 Policy commands:", Types: configTypes,
		Commands: func() []*command { return ikev2PolicyLines }, New: func() any { return new(ike.Policy2) }}
	ikev2KeyringMode = &config.Mode{Name: "ikev2 keyring", Tag: "config-ikev2-keyring", Title: "IKEv2 Keyring commands:", Types: configTypes,
		Commands: func() []*command { return ikev2KeyringLines }, New: func() any { return new(Keyring2) }}
	ikev2PeerMode = &config.Mode{Name: "ikev2 peer", Tag: "config-ikev2-keyring-peer", Title: "Crypto IKEv2 Keyring Peer submode commands:", Types: configTypes,
		Commands: func() []*command { return ikev2PeerLines }, New: func() any { return new(ike.Peer2) }}
	ikev2ProfileMode = &config.Mode{Name: "ikev2 profile", Tag: "config-ikev2-profile", Title: "IKEv2 profile commands:", Types: configTypes,
		Commands: func() []*command { return ikev2ProfileLines }, New: newProfile2}
)

func newProfile2() any { return &ike.Profile2{Lifetime: 24 * time.Hour} }

var ikev2Ciphers = map[string]ike.Cipher{
	"aes-gcm-256": {Cipher: esp.AESGCM, Bits: 256}, "aes-gcm-128": {Cipher: esp.AESGCM, Bits: 128},
	"aes-cbc-256": {Cipher: esp.AESCBC, Bits: 256}, "aes-cbc-192": {Cipher: esp.AESCBC, Bits: 192}, "aes-cbc-128": {Cipher: esp.AESCBC, Bits: 128},
	"3des": {Cipher: esp.TripleDES}, "des": {Cipher: esp.DES},
}

func weakHashes(e *config.Edit, a args) error {
	if a.Has("md5") {
		weak(e, "MD5")
	}
	return nil
}

var ikev2ProposalLines = table(cryptoWords,
	&command{
		Syntax: "encryption {des | 3des | aes-cbc-128 | aes-cbc-192 | aes-cbc-256 | aes-gcm-128 | aes-gcm-256}", Help: help{"encryption": "Set encryption algorithm(s) for proposal"},
		Enter: func(e *config.Edit, a args) error {
			gcm := a.Has("aes-gcm-128") || a.Has("aes-gcm-256")
			if gcm && (a.Has("des") || a.Has("3des") || a.Has("aes-cbc-128") || a.Has("aes-cbc-192") || a.Has("aes-cbc-256")) {
				return refuse("%% Combined mode ciphers cannot stand in one proposal with others")
			}
			if a.Has("des") {
				weak(e, "DES")
			}
			if a.Has("3des") {
				weak(e, "3DES")
			}
			return nil
		},
		Apply: to(func(s *ike.Proposal, a args) {
			for _, name := range a.Names() {
				if c, ok := ikev2Ciphers[name]; ok {
					s.Ciphers = append(s.Ciphers, c)
				}
			}
		}),
	},
	&command{Syntax: "integrity {md5 | sha1 | sha256 | sha384 | sha512}", Help: help{"integrity": "Set integrity hash algorithm(s) for proposal"}, Enter: weakHashes,
		Apply: to(func(s *ike.Proposal, a args) { s.Integrity = hashesOf(a) })},
	&command{Syntax: "prf {md5 | sha1 | sha256 | sha384 | sha512}", Help: help{"prf": "Set prf algorithm(s) for proposal"}, Enter: weakHashes,
		Apply: to(func(s *ike.Proposal, a args) { s.PRF = hashesOf(a) })},
	&command{Syntax: "group {" + groupWords + "}", Help: help{"group": "Set the Diffie-Hellman group(s)"},
		Apply: to(func(s *ike.Proposal, a args) { s.Groups = groupsOf(a) })},
)

var ikev2PolicyLines = table(cryptoWords,
	&command{Syntax: "match fvrf (any | vrf-name:WORD)",
		Apply: to(func(s *ike.Policy2, a args) { s.AnyVRF, s.VRF = a.Has("any"), a.Word("vrf-name") })},
	&command{Syntax: "match address local addr:A.B.C.D", Key: "addr", Help: help{"address": "Match by address"},
		Apply: to(func(s *ike.Policy2, a args) { s.Locals = append(s.Locals, a.Addr("addr")) })},
	&command{Syntax: "proposal name:WORD", Key: "name", Help: help{"proposal": "Specify Proposal", "name": "Name of the proposal"},
		Apply: to(func(s *ike.Policy2, a args) { s.Proposals = append(s.Proposals, a.Word("name")) })},
)

var ikev2KeyringLines = table(cryptoWords,
	&command{Syntax: "peer name:WORD", Key: "name", Opens: opens(ikev2PeerMode), Help: help{"peer": "Configure a Peer and associated keys", "name": "Name of the peer block"}, Bang: true})

var ikev2PeerLines = table(cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "hostname host:WORD", Help: help{"hostname": "Hostname of peer"}, Apply: to(func(s *ike.Peer2, a args) { s.Host = a.Word("host") })},
	&command{Syntax: "address addr:A.B.C.D [mask:A.B.C.D]", Help: help{"address": "IPv4 Address of peer"},
		Apply: to(func(s *ike.Peer2, a args) { s.Peer = peerPrefix(a, "addr", "mask") })},
	&command{Syntax: "identity (address addr:A.B.C.D | fqdn name:WORD | email mail:WORD | key-id id:WORD)",
		Help:  help{"identity": "Specify IKE identity to use", "address": "IPv4 address", "key-id": "Key-id string", "id": "Text", "mail": "Address"},
		Apply: to(func(s *ike.Peer2, a args) { s.Identity = identityOf(a) })},
	storing(&command{
		Syntax: "pre-shared-key [local | remote] (0 plain-0:WORD | 6 value:WORD | hex digits:WORD | value:WORD)", Key: "local remote",
		Help: help{"hex": "Key entered in hex string", "digits": "Hexadecimal digits", "pre-shared-key": "specify the pre-shared key", "local": "specify signing key", "remote": "specify verifying key"},
		Apply: to(func(s *ike.Peer2, a args) {
			secret, sealed := secretOf(a)
			if !a.Has("remote") {
				s.Local, s.LocalSealed = secret, sealed
			}
			if !a.Has("local") {
				s.Remote, s.RemoteSealed = secret, sealed
			}
		}),
	}, func(a args, secret string) string {
		line := "pre-shared-key "
		for _, side := range []string{"local", "remote"} {
			if a.Has(side) {
				line += side + " "
			}
		}
		return line + secret
	}),
)

func identityOf(a args) ike.Identity {
	switch {
	case a.Has("fqdn"):
		return ike.Identity{Kind: ike.ByName, Text: a.Word("name")}
	case a.Has("email"):
		return ike.Identity{Kind: ike.ByEmail, Text: a.Word("mail")}
	case a.Has("key-id"):
		return ike.Identity{Kind: ike.ByKeyID, Text: a.Word("id")}
	}
	return ike.Identity{Kind: ike.ByAddress, Address: a.Addr("addr")}
}

var ikev2ProfileLines = table(cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "match fvrf (any | vrf-name:WORD)", Help: help{"match": "Match values of peer"},
		Apply: to(func(s *ike.Profile2, a args) { s.AnyVRF, s.VRF = a.Has("any"), a.Word("vrf-name") })},
	&command{Syntax: "match address local addr:A.B.C.D", Key: "addr", Help: help{"address": "Match by local address"},
		Apply: to(func(s *ike.Profile2, a args) { s.MatchLocal = append(s.MatchLocal, a.Addr("addr")) })},
	&command{Syntax: "match certificate name:WORD", Key: "name", Help: help{"certificate": "Peer certificate attributes", "name": "Certificate map"}, Kept: keptCertificates},
	&command{Syntax: "match identity remote address addr:A.B.C.D [mask:A.B.C.D]", Key: "addr mask", Help: help{"address": "IP Address(es)"},
		Apply: to(func(s *ike.Profile2, a args) {
			s.Match = append(s.Match, ike.Match{Kind: ike.ByAddress, Prefix: peerPrefix(a, "addr", "mask")})
		})},
	&command{Syntax: "match identity remote any", Apply: to(func(s *ike.Profile2, a args) { s.Match = append(s.Match, ike.Match{Any: true}) })},
	&command{Syntax: "match identity remote (fqdn [domain] name:WORD | email [mail-domain] mail:WORD | key-id id:WORD)", Key: "fqdn email key-id domain mail-domain name mail id",
		Help: help{"key-id": "key-id opaque string", "id": "Text", "mail": "Address", "mail-domain": "Everybody of a domain"},
		Apply: to(func(s *ike.Profile2, a args) {
			i := identityOf(a)
			s.Match = append(s.Match, ike.Match{Kind: i.Kind, Text: i.Text, Domain: a.Has("domain") || a.Has("mail-domain")})
		})},
	&command{Syntax: "identity local (address addr:A.B.C.D | fqdn name:WORD | email mail:WORD | key-id id:WORD | dn)",
		Help: help{"identity": "Specify IKE identity to use", "address": "IPv4 address", "dn": "Distinguished Name", "key-id": "key-id opaque string", "id": "Text", "mail": "Address"},
		Apply: to(func(s *ike.Profile2, a args) {
			if a.Has("dn") {
				s.Identity = ike.Identity{Kind: ike.ByDN}
				return
			}
			s.Identity = identityOf(a)
		})},
	&command{Syntax: "authentication remote (pre-share | rsa-sig | ecdsa-sig)", Key: "pre-share rsa-sig ecdsa-sig", Help: help{"authentication": "Set authentication method"},
		Apply: to(func(s *ike.Profile2, a args) { s.Remote = append(s.Remote, authenticationOf(a)) })},
	&command{Syntax: "authentication local (pre-share | rsa-sig | ecdsa-sig)",
		Apply: to(func(s *ike.Profile2, a args) { s.Local = authenticationOf(a) })},
	&command{Syntax: "keyring local name:WORD", Help: help{"keyring": "Specify keyring", "local": "Local keyring", "name": "Keyring name"},
		Apply: to(func(s *ike.Profile2, a args) { s.Keyring = a.Word("name") })},
	&command{Syntax: "keyring (aaa | ppk) list:WORD", Key: "aaa ppk", Help: help{"aaa": "AAA based pre-shared keys", "ppk": "Post-quantum keys", "list": "Name"}, Kept: "keys come from local keyrings"},
	&command{Syntax: "pki trustpoint name:WORD [sign | verify]", Key: "name", Help: help{"pki": "Specify certificate authorities to trust", "trustpoint": "Use a trustpoint", "sign": "To sign", "verify": "To verify"}, Kept: keptCertificates},
	&command{Syntax: "lifetime seconds:<120-86400>", Default: "lifetime 86400", Help: help{"lifetime": "Set lifetime for ISAKMP security association", "seconds": "Lifetime in seconds"},
		Apply: to(func(s *ike.Profile2, a args) { s.Lifetime = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "dpd seconds:<10-3600> retries:<2-60> (periodic | on-demand)", Help: help{"dpd": "Enable IKE liveness check for peers"},
		Apply: to(func(s *ike.Profile2, a args) { s.DPD = dpd(a.Int("seconds"), a.Int("retries"), a.Has("periodic")) })},
	&command{Syntax: "nat force-encap", Help: help{"nat": "NAT-transparency", "force-encap": "Force UDP encapsulation"},
		Apply: to(func(s *ike.Profile2, a args) { s.ForceUDP = true })},
	&command{Syntax: "initial-contact force", Help: help{"initial-contact": "Set initial-contact processing options", "force": "Force processing of initial contact"},
		Apply: to(func(s *ike.Profile2, a args) { s.InitialForce = true })},
	&command{Syntax: "ivrf vrf-name:WORD", Kept: keptVRFs},
	&command{Syntax: "virtual-template number:<1-4096> [mode auto]", Help: help{"virtual-template": "Virtual-template interface for peers", "number": "Number", "mode": "Mode of the tunnel", "auto": "As the peer has it"}, Kept: "there are no virtual templates yet"},
	&command{Syntax: "aaa authorization group psk list list-name:WORD group-name:WORD", Help: help{"aaa": "Specify AAA related configs", "authorization": "Authorization", "psk": "For pre-shared keys", "list": "Method list", "list-name": "Name of the list", "group-name": "Policy"},
		Kept: "there is no authorization yet"},
	&command{Syntax: "shutdown", Help: help{"shutdown": "Shutdown the IKEv2 profile"}, Apply: to(func(s *ike.Profile2, a args) { s.Shutdown = true })},
)

func authenticationOf(a args) ike.Authentication {
	switch {
	case a.Has("rsa-sig"):
		return ike.RSASignature
	case a.Has("ecdsa-sig"):
		return ike.ECDSASignature
	}
	return ike.PreShared
}
