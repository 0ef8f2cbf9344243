package ike

import (
	"net/netip"
	"time"

	"weft/dataplane/esp"
)

// Config is the desired state.
type Config struct {
	Endpoints []Endpoint // sorted by Local, then Tunnel

	// Version 1.
	Policies      []Policy // by priority, the built-in ones last unless they are switched off
	Keyrings      []Keyring
	Profiles      []Profile    // "crypto isakmp profile"
	Identity      IdentityKind // "crypto isakmp identity"
	NoAggressive  bool         // "crypto isakmp aggressive-mode disable"
	Keepalive     DPD
	Fragmentation bool // "crypto isakmp fragmentation"
	SPIRecovery   bool // "crypto isakmp invalid-spi-recovery"

	// Version 2.
	Proposals []Proposal // by name
	Policies2 []Policy2  // in order of matching; the default one last
	Profiles2 []Profile2
	DPD2      DPD
	Cookies   int // half-open associations from which on a cookie is asked for; 0 never
	MTU2      int // of fragments, RFC 7383; 0: they are not offered
	Limit     Limit

	// What no endpoint may use, but show commands list.
	Transforms []Transform // every transform set, by name
	IPsec      []IPsec     // every profile, by name
	Lifetime   time.Duration
	Kilobytes  uint64

	NATKeepalive time.Duration // 0: 20 s
	Hostname     string        // for identities: with the domain name, if there is one
}

// Endpoint is one tunnel that wants protection: whom it may talk to, and how.
type Endpoint struct {
	Tunnel  string     // "Tunnel0"
	VRF     string     // of the transport
	Local   netip.Addr // tunnel source; zero: not known yet
	Remote  netip.Addr // of a point-to-point tunnel; zero: anybody
	IPsec   IPsec      // the profile, resolved
	Shared  bool       // "shared": with other tunnels of this source and profile
	Profile string     // isakmp-profile or ikev2-profile of the tunnel or of the ipsec profile; "" by match
	Version int        // 2 if the profile names an IKEv2 profile, else 1
}

// IPsec is a "crypto ipsec profile" with the transform sets it names.
type IPsec struct {
	Name       string
	Transforms []Transform // in order of preference
	Lacks      []string    // transform sets that it names and that do not exist
	PFS        Group       // 0: none
	Lifetime   time.Duration
	Kilobytes  uint64 // 0: disabled
	IdleTime   time.Duration
	Window     int // replay; 0: disabled
	DF         esp.DF
	Responder  bool // "responder-only"
	ForceUDP   bool // UDP encapsulation without an address translator
	// The profiles of IKE that it names.
	ISAKMPProfile, IKEv2Profile string
}

// Transform is a "crypto ipsec transform-set".
type Transform struct {
	Name      string
	Suite     esp.Suite
	Transport bool
	Require   bool // transport mode or nothing
	ESN       bool
}

// Group is a Diffie-Hellman group by its IANA number.
type Group uint16

// Hash is a hash as policies name them; the pseudo-random function is its HMAC.
type Hash uint8

const (
	MD5 Hash = iota + 1
	SHA1
	SHA256
	SHA384
	SHA512
)

// Cipher is what IKE itself encrypts with: a cipher of ESP and its key length.
type Cipher struct {
	Cipher esp.Cipher
	Bits   int
}

// Authentication is how an end proves who it is.
type Authentication uint8

const (
	PreShared Authentication = iota
	RSASignature
	ECDSASignature
	RSAEncryption
)

// Policy is a "crypto isakmp policy".
type Policy struct {
	Priority       int
	Cipher         Cipher
	Hash           Hash
	Authentication Authentication
	Group          Group
	Lifetime       time.Duration
}

// Key is a pre-shared secret and for whom it is. It never prints.
type Key struct {
	Peer    netip.Prefix // 0.0.0.0/0: for everybody
	Host    string       // by name instead
	Secret  esp.Key
	Sealed  string // the secret as it is stored, if it is stored sealed; Secret is empty if nobody could open it
	NoXauth bool
}

// Keyring is a "crypto keyring"; the one without a name holds "crypto isakmp key".
type Keyring struct {
	Name string
	VRF  string
	Keys []Key
}

// Profile is a "crypto isakmp profile".
type Profile struct {
	Name     string
	Keyring  string
	Match    []Match
	Identity Identity // "self-identity"
	Local    netip.Addr
	DPD      DPD
	Initiate Mode
}

// Mode of phase 1.
type Mode uint8

const (
	Main Mode = iota
	Aggressive
)

// Match is one "match identity" line.
type Match struct {
	Any    bool
	Prefix netip.Prefix // by address
	Kind   IdentityKind
	Text   string
	Domain bool // Text is a domain, and everything in it
}

// IdentityKind is what an end calls itself by.
type IdentityKind uint8

const (
	ByAddress IdentityKind = iota
	ByName                 // FQDN
	ByEmail
	ByKeyID
	ByDN
)

// Identity is one end's name for itself.
type Identity struct {
	Kind    IdentityKind
	Address netip.Addr
	Text    string
}

// DPD is dead peer detection; Interval 0 is none.
type DPD struct {
	Interval, Retry time.Duration
	Periodic        bool
}

// Proposal is a "crypto ikev2 proposal".
type Proposal struct {
	Name      string
	Ciphers   []Cipher
	Integrity []Hash // none with AES-GCM
	PRF       []Hash
	Groups    []Group
}

// Policy2 is a "crypto ikev2 policy".
type Policy2 struct {
	Name      string
	Locals    []netip.Addr // none: any
	AnyVRF    bool
	VRF       string
	Proposals []string
}

// Profile2 is a "crypto ikev2 profile" with its keyring resolved.
type Profile2 struct {
	Name         string
	Match        []Match // of the remote identity
	MatchLocal   []netip.Addr
	AnyVRF       bool
	VRF          string
	Identity     Identity // local; the zero Identity is the local address
	Local        Authentication
	Remote       []Authentication
	Keyring      string  // its name
	Keys         []Peer2 // and what is in it
	Lifetime     time.Duration
	DPD          DPD
	ForceUDP     bool // "nat force-encap"
	InitialForce bool // "initial-contact force"
	Shutdown     bool
}

// Peer2 is a "peer" of an IKEv2 keyring.
type Peer2 struct {
	Name          string
	Peer          netip.Prefix // zero: not by address
	Host          string
	Identity      Identity // zero: not by identity
	Local, Remote esp.Key
	// The same as they are stored, if they are stored sealed; a key that nobody
	// could open is empty.
	LocalSealed, RemoteSealed string
}

// Limit bounds what peers can make us hold.
type Limit struct {
	Negotiating  int // associations in negotiation; 0: 1000
	Associations int // in all; 0: no limit
}
