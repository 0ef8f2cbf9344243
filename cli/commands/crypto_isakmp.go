package commands

import (
	"time"

	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

// Version 1 of IKE: policies, keys, profiles.

var isakmpKeyLine = storing(&command{
	Syntax: "crypto isakmp key " + keySyntax + " (address addr:A.B.C.D [mask:A.B.C.D] | hostname host:WORD) [no-xauth]",
	Key:    "addr mask host",
	Apply: to(func(s *Global, a args) {
		key := ike.Key{Host: a.Word("host"), NoXauth: a.Has("no-xauth")}
		key.Secret, key.Sealed = secretOf(a)
		if a.Has("addr") {
			key.Peer = peerPrefix(a, "addr", "mask")
		}
		s.Crypto.Keys = append(s.Crypto.Keys, key)
	}),
}, func(a args, secret string) string {
	text := "crypto isakmp key " + secret
	if a.Has("hostname") {
		text += " hostname " + a.Word("host")
	} else {
		text += " address " + a.Word("addr")
		if a.Has("mask") {
			text += " " + a.Word("mask")
		}
	}
	if a.Has("no-xauth") {
		text += " no-xauth"
	}
	return text
})

// isakmpSettingLines are in front of the policies, isakmpKeyLines behind them.
var isakmpPolicyLine = table(cryptoWords, &command{
	Syntax: "crypto isakmp policy priority:<1-10000>", Key: "priority", Opens: opens(isakmpPolicyMode), Bang: true,
	Less: func(a, b args) bool { return a.Int("priority") < b.Int("priority") },
})

var isakmpLines = table(cryptoWords,
	isakmpKeyLine,
	&command{Syntax: "crypto isakmp identity (address | hostname | dn)",
		Help:    help{"identity": "Set the identity which ISAKMP will use", "address": "Use the IP address of the interface", "hostname": "Use the hostname of the router", "dn": "Use the distinguished name of the router cert"},
		Default: "crypto isakmp identity address",
		Apply: to(func(s *Global, a args) {
			switch {
			case a.Has("hostname"):
				s.Crypto.Identity = ike.ByName
			case a.Has("dn"):
				s.Crypto.Identity = ike.ByDN
			}
		})},
	&command{Syntax: "crypto isakmp invalid-spi-recovery", Help: help{"invalid-spi-recovery": "Initiate IKE and send Invalid SPI Notify"},
		Apply: to(func(s *Global, a args) { s.Crypto.SPIRecovery = true })},
	&command{Syntax: "crypto isakmp keepalive seconds:<10-3600> [retries:<2-60>] [periodic | on-demand]",
		Help: help{"seconds": "Number of seconds between keep alives", "retries": "Number of seconds between retries if keepalive fails"},
		Apply: to(func(s *Global, a args) {
			retry := 2
			if a.Has("retries") {
				retry = a.Int("retries")
			}
			s.Crypto.Keepalive = dpd(a.Int("seconds"), retry, a.Has("periodic"))
		})},
	&command{Syntax: "crypto isakmp nat keepalive seconds:<5-3600>", Help: help{"nat": "Set a nat  keepalive interval for use with IOS peers", "seconds": "Number of seconds between keep alives"},
		Apply: to(func(s *Global, a args) { s.Crypto.NATKeepalive = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "crypto isakmp aggressive-mode disable", Help: help{"aggressive-mode": "Disable ISAKMP aggressive mode", "disable": "Disable all processing for aggressive mode"},
		Apply: to(func(s *Global, a args) { s.Crypto.NoAggressive = true })},
	&command{Syntax: "crypto isakmp fragmentation", Help: help{"fragmentation": "IKE Fragmentation enabled if required"},
		Apply: to(func(s *Global, a args) { s.Crypto.Fragmentation = true })},
	&command{Syntax: "crypto isakmp default policy", On: true, Help: help{"default": "ISAKMP default policies", "policy": "Those that hold when none is configured"},
		Apply: toSigned(func(s *Global, a args, on bool) { s.Crypto.NoDefaultPolicy = !on })},
	&command{Syntax: "crypto isakmp profile name:WORD", Key: "name", Opens: opens(isakmpProfileMode), Bang: true, Help: help{"profile": "Define ISAKMP Profiles", "name": "Name of the profile"}},
)

var keyringHeadLines = table(cryptoWords,
	&command{Syntax: "crypto keyring name:WORD [vrf vrf-name:WORD]", Key: "name", Opens: opens(keyringMode), Bang: true,
		Help: help{"keyring": "Key ring commands", "name": "Name of the keyring"}})

var (
	isakmpPolicyMode = &config.Mode{Name: "isakmp policy", Tag: "config-isakmp", Title: "ISAKMP commands:", Types: configTypes,
		Commands: func() []*command { return isakmpPolicyLines }, New: newISAKMPPolicy}
	isakmpProfileMode = &config.Mode{Name: "isakmp profile", Tag: "conf-isa-prof", Title: "Crypto ISAKMP Profile Commands are:", Types: configTypes,
		Commands: func() []*command { return isakmpProfileLines }, New: func() any { return new(ike.Profile) }}
	keyringMode = &config.Mode{Name: "keyring", Tag: "conf-keyring", Title: "Crypto keyring commands:", Types: configTypes,
		Commands: func() []*command { return keyringLines }, New: func() any { return new(ike.Keyring) }}
)

// newISAKMPPolicy is what a policy is that says nothing.
func newISAKMPPolicy() any {
	return &ike.Policy{Cipher: ike.Cipher{Cipher: esp.DES}, Hash: ike.SHA1, Authentication: ike.RSASignature, Group: 1, Lifetime: 24 * time.Hour}
}

var isakmpPolicyLines = table(cryptoWords,
	&command{
		Syntax: "encr (des | 3des | aes [128 | 192 | 256])", Help: help{"encr": "Set encryption algorithm for protection suite"},
		Default: "encr des",
		Enter: func(e *config.Edit, a args) error {
			switch {
			case a.Has("des"):
				weak(e, "DES")
			case a.Has("3des"):
				weak(e, "3DES")
			case a.Has("128"):
				return e.Rewrite("encr aes")
			}
			return nil
		},
		Apply: to(func(s *ike.Policy, a args) { s.Cipher = ikeCipher(a) }),
	},
	encryptionLine,
	&command{
		Syntax: "hash (md5 | sha | sha256 | sha384 | sha512)", Help: help{"hash": "Set hash algorithm for protection suite"},
		Default: "hash sha",
		Enter: func(e *config.Edit, a args) error {
			if a.Has("md5") {
				weak(e, "MD5")
			}
			return nil
		},
		Apply: to(func(s *ike.Policy, a args) {
			s.Hash = hashesOf(a)[0]
		}),
	},
	&command{
		Syntax: "authentication (pre-share | rsa-sig | rsa-encr)",
		Help:   help{"authentication": "Set authentication method for protection suite", "rsa-encr": "Rivest-Shamir-Adleman Encryption"}, Default: "authentication rsa-sig",
		Apply: to(func(s *ike.Policy, a args) {
			switch {
			case a.Has("pre-share"):
				s.Authentication = ike.PreShared
			case a.Has("rsa-encr"):
				s.Authentication = ike.RSAEncryption
			}
		}),
	},
	&command{
		Syntax: "group (" + groupWords + ")", Default: "group 1", Help: help{"group": "Set the Diffie-Hellman group"},
		Apply: to(func(s *ike.Policy, a args) { s.Group = groupsOf(a)[0] }),
	},
	&command{
		Syntax: "lifetime seconds:<60-86400>", Default: "lifetime 86400", Help: help{"lifetime": "Set lifetime for ISAKMP security association", "seconds": "lifetime in seconds"},
		Apply: to(func(s *ike.Policy, a args) { s.Lifetime = time.Duration(a.Int("seconds")) * time.Second }),
	},
)

func ikeCipher(a args) ike.Cipher {
	switch {
	case a.Has("des"):
		return ike.Cipher{Cipher: esp.DES}
	case a.Has("3des"):
		return ike.Cipher{Cipher: esp.TripleDES}
	}
	return ike.Cipher{Cipher: esp.AESCBC, Bits: keyBits(a)}
}

// keyBits is the key length of AES, 128 unless a line says otherwise.
func keyBits(a args) int {
	switch {
	case a.Has("192"):
		return 192
	case a.Has("256"):
		return 256
	}
	return 128
}

// encryptionLine is the long spelling of "encr", which is the one stored.
var encryptionLine = &command{
	Syntax: "encryption (des | 3des | aes [128 | 192 | 256])",
	Help:   help{"encryption": "Set encryption algorithm for protection suite"},
	Hidden: true,
	Enter: func(e *config.Edit, a args) error {
		line := "encr"
		for _, word := range []string{"des", "3des", "aes", "128", "192", "256"} {
			if a.Has(word) {
				line += " " + word
			}
		}
		if err := e.Enter(line); err != nil {
			return err
		}
		if line == "encr aes 128" {
			line = "encr aes"
		}
		return e.Rewrite(line)
	},
	Leave: func(e *config.Edit, a args) error { return e.Enter("no encr") },
}

var isakmpProfileLines = table(cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "vrf vrf-name:WORD", Kept: keptVRFs},
	&command{Syntax: "keyring name:WORD", Help: help{"keyring": "Specify keyring to use", "name": "Keyring name"},
		Apply: to(func(s *ike.Profile, a args) { s.Keyring = a.Word("name") })},
	&command{Syntax: "self-identity (address | fqdn | user-fqdn id:WORD)",
		Help: help{"self-identity": "Specify Identity to use", "address": "Use the IP address of the interface", "fqdn": "Use the hostname of the router", "user-fqdn": "Use a name", "id": "user@domain"},
		Apply: to(func(s *ike.Profile, a args) {
			switch {
			case a.Has("fqdn"):
				s.Identity = ike.Identity{Kind: ike.ByName}
			case a.Has("user-fqdn"):
				s.Identity = ike.Identity{Kind: ike.ByEmail, Text: a.Word("id")}
			}
		})},
	&command{Syntax: "match identity address addr:A.B.C.D [mask:A.B.C.D] [vrf-name:WORD]", Key: "addr mask", Help: help{"address": "Match identity by IP address"},
		Apply: to(func(s *ike.Profile, a args) {
			s.Match = append(s.Match, ike.Match{Kind: ike.ByAddress, Prefix: peerPrefix(a, "addr", "mask")})
		})},
	&command{Syntax: "match identity (host [domain] host-name:WORD | group group-name:WORD | user [user-domain] user-name:WORD)", Key: "host group user domain user-domain host-name group-name user-name",
		Help: help{"host": "Match identity by host name", "group": "Match identity by group", "user": "Match identity by user name", "user-domain": "Everybody of a domain", "host-name": "Name", "group-name": "Name", "user-name": "Name"},
		Apply: to(func(s *ike.Profile, a args) {
			m := ike.Match{Kind: ike.ByName, Text: a.Word("host-name"), Domain: a.Has("domain")}
			switch {
			case a.Has("group"):
				m = ike.Match{Kind: ike.ByKeyID, Text: a.Word("group-name")}
			case a.Has("user"):
				m = ike.Match{Kind: ike.ByEmail, Text: a.Word("user-name"), Domain: a.Has("user-domain")}
			}
			s.Match = append(s.Match, m)
		})},
	&command{Syntax: "keepalive seconds:<10-3600> retry retries:<2-60>",
		Apply: to(func(s *ike.Profile, a args) { s.DPD = dpd(a.Int("seconds"), a.Int("retries"), false) })},
	&command{Syntax: "local-address (addr:A.B.C.D | interface:IFNAME)", Help: help{"local-address": "Address of this router"},
		Apply: to(func(s *ike.Profile, a args) {
			if a.Has("addr") {
				s.Local = a.Addr("addr")
			}
		})},
	&command{Syntax: "initiate mode aggressive", Help: help{"initiate": "Initiator property", "mode": "Mode to initiate", "aggressive": "Aggressive mode"},
		Apply: to(func(s *ike.Profile, a args) { s.Initiate = ike.Aggressive })},
)

var keyringLines = table(cryptoWords,
	&command{Syntax: "description text:LINE"},
	storing(&command{
		Syntax: "pre-shared-key address addr:A.B.C.D [mask:A.B.C.D] key " + keySyntax, Key: "addr mask",
		Apply: to(func(s *ike.Keyring, a args) {
			secret, sealed := secretOf(a)
			s.Keys = append(s.Keys, ike.Key{Peer: peerPrefix(a, "addr", "mask"), Secret: secret, Sealed: sealed})
		}),
	}, func(a args, secret string) string {
		text := "pre-shared-key address " + a.Word("addr")
		if a.Has("mask") {
			text += " " + a.Word("mask")
		}
		return text + " key " + secret
	}),
	storing(&command{
		Syntax: "pre-shared-key hostname host:WORD key " + keySyntax, Key: "host",
		Apply: to(func(s *ike.Keyring, a args) {
			secret, sealed := secretOf(a)
			s.Keys = append(s.Keys, ike.Key{Host: a.Word("host"), Secret: secret, Sealed: sealed})
		}),
	}, func(a args, secret string) string {
		return "pre-shared-key hostname " + a.Word("host") + " key " + secret
	}),
	&command{Syntax: "local-address (addr:A.B.C.D | interface:IFNAME)", Help: help{"local-address": "Address of this router"},
		Kept: "keys hold for every address of this router"},
)
