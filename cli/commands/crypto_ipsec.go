package commands

import (
	"strconv"
	"strings"
	"time"

	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

// Transform sets and profiles of IPsec, and what holds for all of them.

// TransformSet is the section of a "crypto ipsec transform-set"; its algorithms
// are in the head (TransformOf).
type TransformSet struct{ Transport, Require bool }

// IPsecProfile is a "crypto ipsec profile" before its names are looked up. What
// it leaves out is as the global lines say.
type IPsecProfile struct {
	Transforms    []string
	PFS           ike.Group
	Lifetime      time.Duration
	Kilobytes     uint64
	KilobytesSet  bool // Kilobytes counts, also 0: disabled
	IdleTime      time.Duration
	Window        int
	WindowSet     bool
	DF            esp.DF
	DFSet         bool
	ISAKMPProfile string
	IKEv2Profile  string
	Responder     bool
}

const (
	encryptionTransforms = "esp-aes [128 | 192 | 256] | esp-gcm [128 | 192 | 256] | esp-3des | esp-des | esp-null"
	integrityTransforms  = "esp-sha-hmac | esp-md5-hmac | esp-sha256-hmac | esp-sha384-hmac | esp-sha512-hmac"
	authenticationHeader = "ah-sha-hmac | ah-md5-hmac | ah-sha256-hmac | ah-sha384-hmac | ah-sha512-hmac"
	lifetimes            = "(seconds seconds-number:<120-2592000> | days days-number:<1-30> | kilobytes (kilobytes-number:<2560-4294967295> | disable))"
)

var transformWords = help{
	"esp-aes": "ESP transform using AES cipher", "esp-gcm": "ESP transform using GCM cipher", "esp-3des": "ESP transform using 3DES(EDE) cipher (168 bits)",
	"esp-des": "ESP transform using DES cipher (56 bits)", "esp-null": "ESP transform w/o cipher", "ah-sha-hmac": "AH-HMAC-SHA transform", "ah-md5-hmac": "AH-HMAC-MD5 transform",
	"ah-sha256-hmac": "AH-HMAC-SHA256 transform", "ah-sha384-hmac": "AH-HMAC-SHA384 transform", "ah-sha512-hmac": "AH-HMAC-SHA512 transform",
	"esp-sha-hmac": "ESP transform using HMAC-SHA auth", "esp-md5-hmac": "ESP transform using HMAC-MD5 auth", "esp-sha256-hmac": "ESP transform using HMAC-SHA256 auth",
	"esp-sha384-hmac": "ESP transform using HMAC-SHA384 auth", "esp-sha512-hmac": "ESP transform using HMAC-SHA512 auth", "esn": "Use extended sequence numbers", "name": "Transform set tag",
}

var transformMACs = map[string]esp.MAC{"esp-sha-hmac": esp.SHA1, "esp-md5-hmac": esp.MD5, "esp-sha256-hmac": esp.SHA256, "esp-sha384-hmac": esp.SHA384, "esp-sha512-hmac": esp.SHA512}

var transformSetLine = &command{
	Syntax: "crypto ipsec transform-set name:WORD {" + encryptionTransforms + " | " + integrityTransforms + " | " + authenticationHeader + " | esn}",
	Key:    "name", Opens: opens(transformSetMode), Bang: true, Help: transformWords,
	Enter: func(e *config.Edit, a args) error {
		if err := combination(a); err != nil {
			return err
		}
		if a.Has("esp-des") {
			weak(e, "DES")
		}
		if a.Has("esp-3des") {
			weak(e, "3DES")
		}
		if a.Has("esp-md5-hmac") {
			weak(e, "MD5")
		}
		for _, name := range a.Names() {
			if strings.HasPrefix(name, "ah-") {
				e.Notice("Authentication headers are not made yet: no tunnel comes up with this transform set")
			}
		}
		e.Inside("mode tunnel")
		return nil
	},
}

// combination refuses what cannot be one transform set.
func combination(a args) error {
	counts := map[string]int{}
	for _, name := range a.Names() {
		switch {
		case strings.HasPrefix(name, "ah-"):
			counts["AH"]++
		case transformMACs[name] != 0:
			counts["authentication"]++
		case strings.HasPrefix(name, "esp-"):
			counts["encryption"]++
		}
	}
	for _, kind := range []string{"AH", "authentication", "encryption"} {
		if counts[kind] > 1 {
			return refuse("%% Invalid transform-set: more than one %s transform", kind)
		}
	}
	switch {
	case a.Has("esp-gcm") && counts["authentication"] > 0:
		return refuse("%% Invalid transform-set: esp-gcm authenticates by itself")
	case counts["encryption"] == 0 && counts["authentication"] > 0:
		return refuse("%% Invalid transform-set: %s needs an encryption transform, which may be esp-null", "authentication")
	}
	return nil
}

// TransformOf is what a transform set stands for; false if it is one that cannot be used.
func TransformOf(head *config.Line) (ike.Transform, bool) {
	a, section := head.Args, head.Section.Compile().(*TransformSet)
	t := ike.Transform{Name: a.Word("name"), Transport: section.Transport, Require: section.Require, ESN: a.Has("esn")}
	encrypted := true
	switch {
	case a.Has("esp-aes"):
		t.Suite.Cipher, t.Suite.Bits = esp.AESCBC, keyBits(a)
	case a.Has("esp-gcm"):
		t.Suite.Cipher, t.Suite.Bits = esp.AESGCM, keyBits(a)
	case a.Has("esp-3des"):
		t.Suite.Cipher = esp.TripleDES
	case a.Has("esp-des"):
		t.Suite.Cipher = esp.DES
	case a.Has("esp-null"):
		t.Suite.Cipher, encrypted = esp.Null, false
	default:
		return t, false
	}
	for _, name := range a.Names() {
		if mac, ok := transformMACs[name]; ok {
			t.Suite.MAC = mac
		}
		if strings.HasPrefix(name, "ah-") {
			return t, false
		}
	}
	return t, encrypted || t.Suite.MAC != esp.NoMAC
}

// IsTransformSet reports whether a line of global configuration is the head of one.
func IsTransformSet(l *config.Line) bool { return l.Command == transformSetLine }

var ipsecLines = table(cryptoWords,
	&command{Syntax: "crypto ipsec security-association lifetime " + lifetimes, Key: "seconds days kilobytes",
		Help: help{"security-association": "Security association parameters", "lifetime": "security association lifetime", "seconds": "Time-based key duration in seconds", "seconds-number": "Security association duration in seconds",
			"days": "Time-based key duration in days", "days-number": "Days", "kilobytes": "Volume-based key duration", "kilobytes-number": "Security association duration in kilobytes-encrypted", "disable": "Disable Volume-based Rekey"},
		Apply: to(func(s *Global, a args) {
			if time, kilobytes, traffic := lifetimeOf(a); traffic {
				s.Crypto.Kilobytes = kilobytes
			} else {
				s.Crypto.Lifetime = time
			}
		})},
	&command{Syntax: "crypto ipsec security-association idle-time seconds:<60-86400>", Help: help{"idle-time": "Automatically delete IPSec SAs after a given idle period", "seconds": "Idle time in seconds"},
		Apply: to(func(s *Global, a args) { s.Crypto.IdleTime = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "crypto ipsec security-association replay (disable | window-size (64 | 128 | 256 | 512 | 1024))", Help: replayWords,
		Default: "crypto ipsec security-association replay window-size 64",
		Apply:   to(func(s *Global, a args) { s.Crypto.Window = windowOf(a) })},
	&command{Syntax: "crypto ipsec security-association multi-sn", Help: help{"multi-sn": "Several sequence number spaces"}, Kept: "one sequence number space does: packets keep their order"},
	&command{Syntax: "crypto ipsec nat-transparency (udp-encapsulation | spi-matching)", On: true, Key: "udp-encapsulation spi-matching",
		Help: help{"nat-transparency": "IPsec NAT transparency model", "udp-encapsulation": "UDP encapsulation of IPsec protocols", "spi-matching": "Match inbound SPI to outbound SPI for IPsec aware NAT"},
		Apply: toSigned(func(s *Global, a args, on bool) {
			if a.Has("udp-encapsulation") {
				s.Crypto.NoNATTransparent = !on
			}
		})},
	&command{Syntax: "crypto ipsec df-bit (clear | set | copy)", Default: "crypto ipsec df-bit copy",
		Help:  help{"df-bit": "Handling of encapsulated DF bit.", "clear": "Clear DF bit", "set": "Set DF bit", "copy": "Copy DF bit"},
		Apply: to(func(s *Global, a args) { s.Crypto.DF = dfOf(a) })},
	&command{Syntax: "crypto ipsec fragmentation (before-encryption | after-encryption)", Default: "crypto ipsec fragmentation before-encryption",
		Help:  help{"fragmentation": "Handling of fragmentation of near-MTU sized packets", "before-encryption": "Perform fragmentation before encryption", "after-encryption": "Perform fragmentation after encryption"},
		Apply: to(func(s *Global, a args) { s.Crypto.FragmentAfter = a.Has("after-encryption") })},
	transformSetLine,
	&command{Syntax: "crypto ipsec profile name:WORD", Key: "name", Opens: opens(ipsecProfileMode), Bang: true, Help: help{"profile": "Configure an ipsec policy profile", "name": "Profile name"}},
)

var replayWords = help{"replay": "Set replay checking", "disable": "Disable replay checking", "window-size": "Set replay window size",
	"64": "Window size of 64 (default)", "128": "Window size of 128", "256": "Window size of 256", "512": "Window size of 512", "1024": "Window size of 1024"}

func lifetimeOf(a args) (lifetime time.Duration, kilobytes uint64, traffic bool) {
	switch {
	case a.Has("seconds"):
		return time.Duration(a.Int("seconds-number")) * time.Second, 0, false
	case a.Has("days"):
		return time.Duration(a.Int("days-number")) * 24 * time.Hour, 0, false
	case a.Has("disable"):
		return 0, 0, true
	}
	return 0, a.Uint64("kilobytes-number"), true
}

func windowOf(a args) int {
	for _, size := range []int{64, 128, 256, 512, 1024} {
		if a.Has(strconv.Itoa(size)) {
			return size
		}
	}
	return 0
}

func dfOf(a args) esp.DF {
	switch {
	case a.Has("set"):
		return esp.SetDF
	case a.Has("clear"):
		return esp.ClearDF
	}
	return esp.CopyDF
}

var (
	transformSetMode = &config.Mode{Name: "transform-set", Tag: "cfg-crypto-trans", Title: "Crypto transform configuration commands:", Types: configTypes,
		Commands: func() []*command { return transformSetLines }, New: func() any { return new(TransformSet) }}
	ipsecProfileMode = &config.Mode{Name: "ipsec profile", Tag: "ipsec-profile", Title: "Crypto IPSec profile commands:", Types: configTypes,
		Commands: func() []*command { return ipsecProfileLines }, New: func() any { return new(IPsecProfile) }}
)

var transformSetLines = table(cryptoWords,
	&command{Syntax: "mode (tunnel | transport [require])", Help: help{"mode": "encapsulation mode (transport/tunnel)", "tunnel": "tunnel (datagram encapsulation) mode",
		"transport": "transport (payload encapsulation) mode", "require": "Require transport mode"},
		Leave: func(e *config.Edit, a args) error { return e.Rewrite("mode tunnel") }, // there is always one
		Apply: to(func(s *TransformSet, a args) { s.Transport, s.Require = a.Has("transport"), a.Has("require") })},
)

var ipsecProfileLines = table(cryptoWords,
	&command{Syntax: "description text:LINE"},
	&command{Syntax: "set security-association lifetime " + lifetimes, Key: "seconds days kilobytes",
		Help: help{"seconds": "Time-based key duration in seconds", "seconds-number": "Security association duration in seconds", "days": "Time-based key duration in days", "days-number": "Days",
			"kilobytes": "Volume-based key duration", "kilobytes-number": "Security association duration in kilobytes-encrypted", "disable": "Disable Volume-based Rekey"},
		Apply: to(func(s *IPsecProfile, a args) {
			if time, kilobytes, traffic := lifetimeOf(a); traffic {
				s.Kilobytes, s.KilobytesSet = kilobytes, true
			} else {
				s.Lifetime = time
			}
		})},
	&command{Syntax: "set security-association replay (disable | window-size (64 | 128 | 256 | 512 | 1024))", Help: replayWords,
		Apply: to(func(s *IPsecProfile, a args) { s.Window, s.WindowSet = windowOf(a), true })},
	&command{Syntax: "set security-association idle-time seconds:<60-86400> [default]", Help: help{"idle-time": "Automatically delete IPSec SAs after a given idle period", "seconds": "Idle time in seconds", "default": "Back to the default peer"},
		Apply: to(func(s *IPsecProfile, a args) { s.IdleTime = time.Duration(a.Int("seconds")) * time.Second })},
	&command{Syntax: "set security-association dfbit (clear | set | copy)", Help: help{"dfbit": "Handling of encapsulated DF bit.", "clear": "Clear DF bit", "set": "Set DF bit", "copy": "Copy DF bit"},
		Apply: to(func(s *IPsecProfile, a args) { s.DF, s.DFSet = dfOf(a), true })},
	&command{Syntax: "set security-association level per-host", Help: help{"level": "specify a security association granularity level", "per-host": "One for each host"}, Kept: "one pair of associations serves a pair of routers"},
	&command{Syntax: "set security-association (dummy pps rate:<0-25> | ecn (discard | propagate))", Key: "dummy ecn",
		Help: help{"dummy": "Enable transmitting dummy packets", "pps": "Packets per second", "rate": "Number", "ecn": "Handling of congestion marks", "discard": "Drop them", "propagate": "Carry them"}, Kept: "congestion marks are carried, and no packets made up"},
	&command{Syntax: "set transform-set {name:WORD}", Help: help{"transform-set": "Specify list of transform sets in priority order", "name": "Proposal tag"},
		Apply: to(func(s *IPsecProfile, a args) { s.Transforms = a.Words("name") })},
	&command{Syntax: "set pfs [" + groupPrefix + "]", Help: help{"pfs": "Specify pfs settings"},
		Apply: to(func(s *IPsecProfile, a args) {
			s.PFS = 14
			if named := groupsOf(a); len(named) > 0 {
				s.PFS = named[0]
			}
		})},
	&command{Syntax: "set isakmp-profile name:WORD", Help: help{"isakmp-profile": "Specify isakmp Profile", "name": "Profile name"},
		Apply: to(func(s *IPsecProfile, a args) { s.ISAKMPProfile = a.Word("name") })},
	&command{Syntax: "set ikev2-profile name:WORD", Help: help{"ikev2-profile": "Specify ikev2 Profile", "name": "Profile name"},
		Apply: to(func(s *IPsecProfile, a args) { s.IKEv2Profile = a.Word("name") })},
	&command{Syntax: "set identity name:WORD", Help: help{"identity": "Identity restriction.", "name": "Identity"}, Kept: "whom a tunnel talks to, its peers' keys decide"},
	&command{Syntax: "set mixed-mode", Help: help{"mixed-mode": "Enable mixed mode"}, Kept: "IPv4 protects IPv4"},
	&command{Syntax: "set reverse-route (distance number:<1-255> | tag value:<1-4294967295>)", Key: "distance tag", Help: help{"reverse-route": "Reverse Route Injection", "distance": "Distance metric", "number": "Distance", "tag": "Tag", "value": "Value"}, Kept: "routes come from routing protocols"},
	&command{Syntax: "responder-only", Help: help{"responder-only": "Do not initiate SAs from this device"},
		Apply: to(func(s *IPsecProfile, a args) { s.Responder = true })},
)
