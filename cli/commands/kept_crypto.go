package commands

import "weft/cli/config"

// The lines of IPsec and IKE that public configurations carry. They are kept,
// so that such a configuration comes back whole; nothing is encrypted.

var cryptoWords = help{
	"crypto": "Encryption", "isakmp": "IKE version 1", "ipsec": "IPsec", "ikev2": "IKE version 2", "policy": "Proposal by priority",
	"priority": "Priority, 1 is first", "name": "Name", "key": "Pre-shared key", "value": "The key", "plain-0": "A key in the clear", "addr": "IP address",
	"0": "A key in the clear follows", "6": "An encrypted key follows", "profile": "Profile", "keepalive": "Ask whether the peer is alive",
	"seconds": "Seconds", "retries": "Seconds between repetitions", "periodic": "Always", "on-demand": "When there is traffic",
	"mask": "Mask of the peers", "address": "Peers by address", "hostname": "Peers by name", "host": "Host name", "keyring": "Keys of peers",
	"no-xauth": "Without extended authentication", "proposal": "Proposal", "map": "Crypto map", "sequence": "Sequence number",
	"set": "Set a value", "match": "Match a value", "description": "Text about it", "text": "Text", "vrf": "VRF", "vrf-name": "VRF name",
	"lifetime": "How long", "transform-set": "Transform set", "security-association": "Security associations", "identity": "Identity of the peer",
	"remote": "The peer", "local": "This router", "any": "Any", "fqdn": "By domain name", "email": "By mail address", "fvrf": "VRF of the transport",
	"ivrf": "VRF of the traffic", "group": "Diffie-Hellman group", "authentication": "Authentication", "pre-share": "Pre-shared key",
	"rsa-sig": "RSA signature", "ecdsa-sig": "ECDSA signature", "dpd": "Ask whether the peer is alive", "replay": "Protection from replay",
	"window-size": "Packets that may come late", "packets": "Number of packets", "disable": "Switch it off", "nat": "NAT traversal",
	"interface": "Interface name and number", "pre-shared-key": "Pre-shared key", "domain": "Domain name", "default": "The default", "aes": "AES", "bits": "Key length",
	"1": "Group 1", "2": "Group 2", "5": "Group 5", "14": "Group 14", "15": "Group 15", "16": "Group 16", "19": "Group 19", "20": "Group 20",
	"21": "Group 21", "24": "Group 24", "128": "128 bits", "192": "192 bits", "256": "256 bits", "md5": "MD5", "sha": "SHA-1", "sha1": "SHA-1",
	"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "des": "DES", "3des": "Triple DES",
	"aes-cbc-128": "AES-CBC, 128 bits", "aes-cbc-192": "AES-CBC, 192 bits", "aes-cbc-256": "AES-CBC, 256 bits", "aes-gcm-128": "AES-GCM, 128 bits",
	"aes-gcm-256": "AES-GCM, 256 bits",
}

var cryptoLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "crypto ikev2 proposal name:WORD", Key: "name", Opens: opens(ikev2ProposalMode), Bang: true},
	&command{Syntax: "crypto ikev2 policy name:WORD", Key: "name", Opens: opens(ikev2PolicyMode), Bang: true},
	&command{Syntax: "crypto ikev2 keyring name:WORD", Key: "name", Opens: opens(ikev2KeyringMode), Bang: true},
	&command{Syntax: "crypto ikev2 profile name:WORD", Key: "name", Opens: opens(ikev2ProfileMode), Bang: true},
	&command{Syntax: "crypto ikev2 dpd seconds:<10-3600> retries:<2-60> (periodic | on-demand)"},
	&command{Syntax: "crypto ikev2 nat keepalive seconds:<5-3600>"},
	&command{Syntax: "crypto keyring name:WORD [vrf vrf-name:WORD]", Key: "name", Opens: opens(keyringMode), Bang: true},
	&command{Syntax: "crypto isakmp policy priority:<1-10000>", Key: "priority", Opens: opens(isakmpPolicyMode), Bang: true,
		Less: func(a, b args) bool { return a.Int("priority") < b.Int("priority") }},
	&command{Syntax: "crypto isakmp key (0 plain-0:WORD | 6 value:WORD | value:WORD) (address addr:A.B.C.D [mask:A.B.C.D] | hostname host:WORD) [no-xauth]",
		Key: "addr mask host"},
	&command{Syntax: "crypto isakmp keepalive seconds:<10-3600> [retries:<2-60>] [periodic | on-demand]"},
	&command{Syntax: "crypto isakmp profile name:WORD", Key: "name", Opens: opens(isakmpProfileMode), Bang: true},
	&command{Syntax: "crypto isakmp invalid-spi-recovery", Help: help{"invalid-spi-recovery": "Answer packets of unknown associations"}},
	&command{Syntax: "crypto ipsec security-association lifetime (seconds seconds-number:<120-86400> | kilobytes kilobytes-number:<2560-4294967295>)",
		Key: "seconds kilobytes", Help: help{"seconds-number": "Seconds", "kilobytes": "By traffic", "kilobytes-number": "Kilobytes"}},
	&command{Syntax: "crypto ipsec security-association replay window-size packets:<64-1024>"},
	&command{Syntax: "crypto ipsec security-association replay disable"},
	&command{Syntax: "crypto ipsec df-bit (clear | set | copy)", Help: help{"df-bit": "Do not fragment", "clear": "Clear it", "set": "Set it", "copy": "As inside"}},
	&command{Syntax: "crypto ipsec fragmentation (before-encryption | after-encryption)",
		Help: help{"fragmentation": "Fragment packets that grow too large", "before-encryption": "Before", "after-encryption": "After"}},
	&command{Syntax: "crypto ipsec transform-set name:WORD {esp-aes | esp-gcm | esp-3des | esp-des | esp-null | ah-sha-hmac | ah-md5-hmac" +
		" | esp-sha-hmac | esp-md5-hmac | esp-sha256-hmac | esp-sha384-hmac | esp-sha512-hmac | 128 | 192 | 256}",
		Key: "name", Opens: opens(transformSetMode), Bang: true, Help: help{"esp-aes": "ESP with AES", "esp-gcm": "ESP with AES-GCM",
			"esp-3des": "ESP with triple DES", "esp-des": "ESP with DES", "esp-null": "ESP without encryption", "ah-sha-hmac": "AH with SHA-1",
			"ah-md5-hmac": "AH with MD5", "esp-sha-hmac": "ESP with SHA-1", "esp-md5-hmac": "ESP with MD5", "esp-sha256-hmac": "ESP with SHA-256",
			"esp-sha384-hmac": "ESP with SHA-384", "esp-sha512-hmac": "ESP with SHA-512"}},
	&command{Syntax: "crypto ipsec profile name:WORD", Key: "name", Opens: opens(ipsecProfileMode), Bang: true},
	&command{Syntax: "crypto gdoi group name:WORD", Key: "name", Opens: opens(gdoiMode), Bang: true, Help: help{"gdoi": "Keys of a group", "group": "A group"}},
	&command{Syntax: "crypto map name:WORD local-address interface:IFNAME", Key: "name", Help: help{"local-address": "Interface whose address is used"}},
	&command{Syntax: "crypto map name:WORD sequence:<1-65535> (ipsec-isakmp | gdoi)", Key: "name sequence", Opens: opens(cryptoMapMode), Bang: true,
		Help: help{"ipsec-isakmp": "Keys by IKE", "gdoi": "Keys of a group"}},
)

var (
	isakmpPolicyMode  = keptMode("isakmp policy", "config-isakmp", "ISAKMP commands:", func() []*command { return isakmpPolicyLines })
	isakmpProfileMode = keptMode("isakmp profile", "conf-isa-prof", "Crypto ISAKMP profile commands:", func() []*command { return isakmpProfileLines })
	keyringMode       = keptMode("keyring", "conf-keyring", "Crypto keyring commands:", func() []*command { return keyringLines })
	transformSetMode  = keptMode("transform-set", "cfg-crypto-trans", "Crypto transform configuration commands:", func() []*command { return transformSetLines })
	ipsecProfileMode  = keptMode("ipsec profile", "ipsec-profile", "Crypto ipsec profile commands:", func() []*command { return ipsecProfileLines })
	cryptoMapMode     = keptMode("crypto map", "config-crypto-map", "Crypto map configuration commands:", func() []*command { return cryptoMapLines })
	gdoiMode          = keptMode("gdoi group", "config-gdoi-group", "Crypto GDOI group commands:", func() []*command { return gdoiLines })
	ikev2ProposalMode = keptMode("ikev2 proposal", "config-ikev2-proposal", "IKEv2 proposal commands:", func() []*command { return ikev2ProposalLines })
	ikev2PolicyMode   = keptMode("ikev2 policy", "config-ikev2-policy", "IKEv2 policy commands:", func() []*command { return ikev2PolicyLines })
	ikev2KeyringMode  = keptMode("ikev2 keyring", "config-ikev2-keyring", "IKEv2 keyring commands:", func() []*command { return ikev2KeyringLines })
	ikev2PeerMode     = keptMode("ikev2 peer", "config-ikev2-keyring-peer", "IKEv2 keyring peer commands:", func() []*command { return ikev2PeerLines })
	ikev2ProfileMode  = keptMode("ikev2 profile", "config-ikev2-profile", "IKEv2 profile commands:", func() []*command { return ikev2ProfileLines })
)

var isakmpPolicyLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "encr (des | 3des | aes [128 | 192 | 256])", Help: help{"encr": "Encryption"}},
	encryptionLine,
	&command{Syntax: "hash (md5 | sha | sha256 | sha384 | sha512)", Help: help{"hash": "Hash"}},
	&command{Syntax: "authentication (pre-share | rsa-sig | rsa-encr)", Help: help{"rsa-encr": "RSA encryption"}},
	&command{Syntax: "group (1 | 2 | 5 | 14 | 15 | 16 | 19 | 20 | 21 | 24)"},
	&command{Syntax: "lifetime seconds:<60-86400>"},
)

// encryptionLine is the long spelling of "encr", which is the one stored.
var encryptionLine = &command{
	Syntax: "encryption (des | 3des | aes [128 | 192 | 256])",
	Help:   help{"encryption": "Encryption"},
	Hidden: true,
	Enter: func(e *config.Edit, a args) error {
		line := "encr"
		for _, word := range []string{"des", "3des", "aes", "128", "192", "256"} {
			if a.Has(word) {
				line += " " + word
			}
		}
		return e.Rewrite(line)
	},
	Leave: func(e *config.Edit, a args) error { return e.Enter("no encr") },
}

var gdoiLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "identity number value:<0-2147483647>", Help: help{"identity": "Which group it is", "number": "By a number", "value": "Number"}},
	&command{Syntax: "server address ipv4 addr:A.B.C.D", Key: "addr", Help: help{"server": "Key server", "ipv4": "IPv4"}},
	&command{Syntax: "client registration interface port:IFNAME", Help: help{"client": "This member", "registration": "How it registers", "interface": "By one interface", "port": "Interface name and number"}},
)

var isakmpProfileLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "vrf vrf-name:WORD"},
	&command{Syntax: "keyring name:WORD"},
	&command{Syntax: "match identity address addr:A.B.C.D [mask:A.B.C.D] [vrf-name:WORD]", Key: "addr mask"},
	&command{Syntax: "match identity (host | group) name:WORD", Key: "host group name", Help: help{"host": "By name", "group": "By group"}},
	&command{Syntax: "keepalive seconds:<10-3600> retry retries:<2-60>", Help: help{"retry": "Repeat"}},
	&command{Syntax: "local-address (addr:A.B.C.D | interface:IFNAME)", Help: help{"local-address": "Address of this router"}},
)

var keyringLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "pre-shared-key address addr:A.B.C.D [mask:A.B.C.D] key (0 plain-0:WORD | 6 value:WORD | value:WORD)", Key: "addr mask"},
	&command{Syntax: "pre-shared-key hostname host:WORD key (0 plain-0:WORD | 6 value:WORD | value:WORD)", Key: "host"},
)

var transformSetLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "mode (tunnel | transport [require])", Help: help{"mode": "How packets are wrapped", "tunnel": "Whole packets",
		"transport": "What packets carry", "require": "Nothing else"}},
)

var ipsecProfileLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "set security-association lifetime (seconds seconds-number:<120-2592000> | kilobytes kilobytes-number:<2560-4294967295>)",
		Key: "seconds kilobytes", Help: help{"seconds-number": "Seconds", "kilobytes": "By traffic", "kilobytes-number": "Kilobytes"}},
	&command{Syntax: "set security-association replay window-size packets:<64-1024>"},
	&command{Syntax: "set security-association idle-time seconds:<60-86400>", Help: help{"idle-time": "Close when silent"}},
	&command{Syntax: "set transform-set {name:WORD}"},
	&command{Syntax: "set pfs [group1 | group2 | group5 | group14 | group15 | group16 | group19 | group20 | group21 | group24]",
		Help: help{"pfs": "A fresh exchange for each key", "group1": "Group 1", "group2": "Group 2", "group5": "Group 5", "group14": "Group 14",
			"group15": "Group 15", "group16": "Group 16", "group19": "Group 19", "group20": "Group 20", "group21": "Group 21", "group24": "Group 24"}},
	&command{Syntax: "set isakmp-profile name:WORD", Help: help{"isakmp-profile": "ISAKMP profile"}},
	&command{Syntax: "set ikev2-profile name:WORD", Help: help{"ikev2-profile": "IKEv2 profile"}},
)

var cryptoMapLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "set peer addr:A.B.C.D", Key: "addr", Help: help{"peer": "The peer"}},
	&command{Syntax: "set transform-set {name:WORD}"},
	&command{Syntax: "set group name:WORD", Help: help{"group": "Group of keys"}},
	&command{Syntax: "set isakmp-profile name:WORD", Help: help{"isakmp-profile": "ISAKMP profile"}},
	&command{Syntax: "set ikev2-profile name:WORD", Help: help{"ikev2-profile": "IKEv2 profile"}},
	&command{Syntax: "match address name:WORD", Help: help{"address": "Traffic of an access list"}},
)

var ikev2ProposalLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "encryption {des | 3des | aes-cbc-128 | aes-cbc-192 | aes-cbc-256 | aes-gcm-128 | aes-gcm-256}", Help: help{"encryption": "Encryption"}},
	&command{Syntax: "prf {md5 | sha1 | sha256 | sha384 | sha512}", Help: help{"prf": "Pseudo random function"}},
	&command{Syntax: "integrity {md5 | sha1 | sha256 | sha384 | sha512}", Help: help{"integrity": "Integrity"}},
	&command{Syntax: "group {1 | 2 | 5 | 14 | 15 | 16 | 19 | 20 | 21 | 24}"},
)

var ikev2PolicyLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "match fvrf (any | vrf-name:WORD)"},
	&command{Syntax: "match address local addr:A.B.C.D", Key: "addr", Help: help{"address": "Address"}},
	&command{Syntax: "proposal name:WORD", Key: "name"},
)

var ikev2KeyringLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "peer name:WORD", Key: "name", Opens: opens(ikev2PeerMode), Help: help{"peer": "A peer or a group of peers"}, Bang: true})

var ikev2PeerLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "hostname host:WORD"},
	&command{Syntax: "address addr:A.B.C.D [mask:A.B.C.D]"},
	&command{Syntax: "identity address addr:A.B.C.D"},
	&command{Syntax: "pre-shared-key [local | remote] (0 plain-0:WORD | 6 value:WORD | value:WORD)", Key: "local remote"},
)

var ikev2ProfileLines = keptTable(keptIPsec, cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "match fvrf (any | vrf-name:WORD)"},
	&command{Syntax: "match identity remote address addr:A.B.C.D [mask:A.B.C.D]", Key: "addr mask"},
	&command{Syntax: "match identity remote any"},
	&command{Syntax: "match identity remote fqdn [domain] name:WORD", Key: "domain name"},
	&command{Syntax: "identity local (address addr:A.B.C.D | fqdn name:WORD | email name:WORD)"},
	&command{Syntax: "authentication remote (pre-share | rsa-sig | ecdsa-sig)", Key: "pre-share rsa-sig ecdsa-sig"},
	&command{Syntax: "authentication local (pre-share | rsa-sig | ecdsa-sig)"},
	&command{Syntax: "keyring local name:WORD"},
	&command{Syntax: "lifetime seconds:<120-86400>"},
	&command{Syntax: "dpd seconds:<10-3600> retries:<2-60> (periodic | on-demand)"},
	&command{Syntax: "ivrf vrf-name:WORD"},
)
