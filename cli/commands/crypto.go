package commands

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

// The lines of IKE and IPsec, by subject: crypto_isakmp.go, crypto_ikev2.go and
// crypto_ipsec.go. Each section fills the value that package ike has for it,
// and cli/compile joins them. What no tunnel protection needs is kept
// (kept_crypto.go).

// Crypto is what global lines say about IKE and IPsec.
type Crypto struct {
	Keys             []ike.Key // "crypto isakmp key"
	Identity         ike.IdentityKind
	NoAggressive     bool
	NoDefaultPolicy  bool
	Keepalive        ike.DPD
	Fragmentation    bool
	SPIRecovery      bool
	NATKeepalive     time.Duration
	DPD2             ike.DPD
	Cookies          int
	FragmentMTU      int
	Limit            ike.Limit
	Lifetime         time.Duration
	Kilobytes        uint64
	IdleTime         time.Duration
	Window           int
	DF               esp.DF
	FragmentAfter    bool // "crypto ipsec fragmentation after-encryption"
	SessionLog       bool // "crypto logging session"
	ForceUDP         bool
	NoNATTransparent bool
}

func newCrypto() Crypto {
	return Crypto{Lifetime: time.Hour, Kilobytes: 4608000, Window: 64}
}

// What holds for both versions.
var cryptoLines = table(cryptoWords,
	&command{Syntax: "crypto logging (session | ikev2)", Key: "session ikev2", Help: help{"logging": "logging messages", "session": "logging up/down session", "ikev2": "Enable ikev2 syslogs"},
		Apply: to(func(s *Global, a args) { s.Crypto.SessionLog = s.Crypto.SessionLog || a.Has("session") })},
	&command{Syntax: "crypto call admission limit ike (sa number:<0-99999> | in-negotiation-sa half:<10-99999>)", Key: "sa in-negotiation-sa",
		Help: help{"call": "Configure Crypto Call Admission Control", "admission": "Configure Crypto Call Admission Control", "ike": "Configure CAC for IKE", "sa": "Established associations", "number": "Number", "in-negotiation-sa": "Those in negotiation", "half": "Number"},
		Apply: to(func(s *Global, a args) {
			if a.Has("sa") {
				s.Crypto.Limit.Associations = a.Int("number")
			} else {
				s.Crypto.Limit.Negotiating = a.Int("half")
			}
		})},
)

// keySyntax is a key as typed, or as it is stored under a master key (type6.go).
const keySyntax = "(0 plain-0:WORD | 6 value:WORD | value:WORD)"

// hexKey is the key that a line gives in hexadecimal digits.
func hexKey(text string) (esp.Key, error) {
	digits := strings.TrimPrefix(strings.ToLower(text), "0x")
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	return hex.DecodeString(digits)
}

// peerPrefix is an address with a mask that may be missing: without one 0.0.0.0
// is everybody, and anything else one host.
func peerPrefix(a args, addr, mask string) netip.Prefix {
	if a.Has(mask) {
		return a.Masked(addr, mask).Masked()
	}
	address := a.Addr(addr)
	if address.IsUnspecified() {
		return netip.PrefixFrom(address, 0)
	}
	return netip.PrefixFrom(address, address.BitLen())
}

// weak warns of what labs use and nobody else should, once for each line.
func weak(e *config.Edit, words ...string) {
	for _, word := range words {
		e.Notice(fmt.Sprintf("Warning: %s is weak, and broken by whoever cares to; use it in a lab", word))
	}
}

const (
	groupWords  = "1 | 2 | 5 | 14 | 15 | 16 | 19 | 20 | 21 | 24"
	groupPrefix = "group1 | group2 | group5 | group14 | group15 | group16 | group19 | group20 | group21 | group24"
)

// groupsOf are the groups of a line, as typed: the first is tried first.
func groupsOf(a args) (list []ike.Group) {
	for _, name := range a.Names() {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "group")); err == nil {
			list = append(list, ike.Group(n))
		}
	}
	return list
}

var hashWords = map[string]ike.Hash{"md5": ike.MD5, "sha": ike.SHA1, "sha1": ike.SHA1, "sha256": ike.SHA256, "sha384": ike.SHA384, "sha512": ike.SHA512}

// hashesOf are the hashes of a line, as typed.
func hashesOf(a args) (list []ike.Hash) {
	for _, name := range a.Names() {
		if h, ok := hashWords[name]; ok {
			list = append(list, h)
		}
	}
	return list
}

func dpd(seconds, retry int, periodic bool) ike.DPD {
	return ike.DPD{Interval: time.Duration(seconds) * time.Second, Retry: time.Duration(retry) * time.Second, Periodic: periodic}
}

var cryptoWords = help{
	"crypto": "Encryption module", "isakmp": "Configure ISAKMP policy", "ipsec": "Configure IPSEC policy", "ikev2": "Configure IKEv2 Options", "policy": "Set policy for an ISAKMP protection suite",
	"priority": "Priority of protection suite", "name": "Name", "key": "Set pre-shared key for remote peer", "value": "The key", "plain-0": "A key in the clear", "addr": "IP address",
	"0": "Specifies an UNENCRYPTED password will follow", "6": "Specifies an ENCRYPTED password will follow", "profile": "Define a profile", "keepalive": "Set a keepalive interval for use with peers",
	"seconds": "Seconds", "retries": "Seconds between retries", "periodic": "Sent whether there is traffic or not", "on-demand": "Sent when there is traffic and no answer",
	"mask": "Mask of the peers", "address": "Define shared key with IP address", "hostname": "Define shared key with hostname", "host": "Host name", "keyring": "Keys of peers",
	"no-xauth": "Bypass extended authentication", "proposal": "Define IKEv2 proposals", "map": "Crypto map", "sequence": "Sequence number",
	"set": "Set values for encryption/decryption", "match": "Match values", "description": "Text about it", "text": "Text", "vrf": "VRF", "vrf-name": "VRF name",
	"lifetime": "How long", "transform-set": "Transform set", "security-association": "Security associations", "identity": "Identity of the peer",
	"remote": "The peer", "local": "This router", "any": "Any", "fqdn": "By domain name", "email": "By mail address", "fvrf": "VRF of the transport",
	"ivrf": "VRF of the traffic", "group": "Diffie-Hellman group", "authentication": "Authentication", "pre-share": "Pre-shared key",
	"rsa-sig": "Rivest-Shamir-Adleman signature", "ecdsa-sig": "ECDSA signature", "dpd": "Ask whether the peer is alive", "replay": "Protection from replay",
	"window-size": "Packets that may come late", "disable": "Switch it off", "nat": "NAT traversal",
	"interface": "Interface name and number", "pre-shared-key": "Pre-shared key", "domain": "Domain name", "default": "The default", "aes": "AES - Advanced Encryption Standard", "bits": "Key length",
	"1": "Diffie-Hellman group 1 (768 bit)", "2": "Diffie-Hellman group 2 (1024 bit)", "5": "Diffie-Hellman group 5 (1536 bit)", "14": "Diffie-Hellman group 14 (2048 bit)",
	"15": "Diffie-Hellman group 15 (3072 bit)", "16": "Diffie-Hellman group 16 (4096 bit)", "19": "Diffie-Hellman group 19 (256 bit ecp)",
	"20": "Diffie-Hellman group 20 (384 bit ecp)", "21": "Diffie-Hellman group 21 (521 bit ecp)", "24": "Diffie-Hellman group 24 (2048 bit, 256 bit subgroup)",
	"group1": "D-H Group1 (768-bit modp)", "group2": "D-H Group2 (1024-bit modp)", "group5": "D-H Group5 (1536-bit modp)", "group14": "D-H Group14 (2048-bit modp)",
	"group15": "D-H Group15 (3072-bit modp)", "group16": "D-H Group16 (4096-bit modp)", "group19": "D-H Group19 (256-bit ecp)", "group20": "D-H Group20 (384-bit ecp)",
	"group21": "D-H Group21 (521-bit ecp)", "group24": "D-H Group24 (2048-bit modp, 256 bit subgroup)",
	"128": "128 bit keys", "192": "192 bit keys", "256": "256 bit keys", "md5": "Message Digest 5", "sha": "Secure Hash Standard", "sha1": "Secure Hash Standard",
	"sha256": "Secure Hash Standard 2 (256 bit)", "sha384": "Secure Hash Standard 2 (384 bit)", "sha512": "Secure Hash Standard 2 (512 bit)",
	"des": "DES - Data Encryption Standard (56 bit keys)", "3des": "Three key triple DES",
	"aes-cbc-128": "AES-CBC, 128 bits", "aes-cbc-192": "AES-CBC, 192 bits", "aes-cbc-256": "AES-CBC, 256 bits", "aes-gcm-128": "AES-GCM, 128 bits",
	"aes-gcm-256": "AES-GCM, 256 bits", "limit": "Bound what peers can ask for", "percent": "Number", "retry": "Repeat",
}
