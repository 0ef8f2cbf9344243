package commands

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"weft/dataplane/esp"
	"weft/ike"
)

func decimal(n int) string { return strconv.Itoa(n) }

var showCryptoWords = help{
	"show": "Show running system information", "crypto": "Encryption module", "isakmp": "Show ISAKMP", "sa": "Show security associations", "detail": "Show detailed information",
	"policy": "Show the configured policies", "key": "Show the pre-shared keys", "peers": "Show the peers", "default": "Show the built-in policies", "count": "Show counts",
	"ikev2": "Show IKEv2", "session": "Show sessions", "proposal": "Show proposals", "profile": "Show profiles", "stats": "Show statistics", "name": "Name",
	"ipsec": "Show IPsec", "peer": "Of one peer", "address": "IP address", "interface": "Of one interface", "ifname": "Interface", "transform-set": "Show transform sets",
	"security-association": "Show what holds for associations", "brief": "Show one line each", "engine": "Show the encryption engine", "sockets": "Show secure sockets",
	"connections": "Show its connections", "active": "Those in use", "map": "Show crypto maps", "remote": "Of one peer", "ipv4": "IPv4",
}

var showISAKMPExecs = execs(showCryptoWords,
	&Exec{Syntax: "show crypto isakmp sa [detail | count]", Run: showISAKMPSA},
	&Exec{Syntax: "show crypto isakmp policy", Run: showISAKMPPolicy},
	&Exec{Syntax: "show crypto isakmp default policy", Run: showISAKMPDefaultPolicy},
	&Exec{Syntax: "show crypto isakmp key", Privilege: privileged, Run: showISAKMPKey},
	&Exec{Syntax: "show crypto isakmp peers", Run: showISAKMPPeers},
	&Exec{Syntax: "show crypto isakmp profile", Run: showISAKMPProfile},
)

// stageNames are the states of version 1, as IOS spells them.
var stageNames = map[ike.Stage]string{
	ike.NoState: "MM_NO_STATE", ike.SASetup: "MM_SA_SETUP", ike.KeyExchange: "MM_KEY_EXCH", ike.KeyAuth: "MM_KEY_AUTH",
	ike.AggressiveNoState: "AG_NO_STATE", ike.AggressiveInit: "AG_INIT_EXCH", ike.AggressiveAuth: "AG_AUTH", ike.QuickIdle: "QM_IDLE",
	ike.Negotiating: "IN-NEG", ike.Ready: "READY", ike.Deleting: "DELETE",
}

// ends are who answered and who began.
func ends(sa *ike.SA) (responder, initiator netip.Addr) {
	if sa.Initiator {
		return sa.Remote.Addr(), sa.Local.Addr()
	}
	return sa.Local.Addr(), sa.Remote.Addr()
}

func ofVersion(state *ike.State, version int) (list []*ike.SA) {
	for i := range state.SAs {
		if state.SAs[i].Version == version {
			list = append(list, &state.SAs[i])
		}
	}
	return list
}

// connection is the number that IOS shows: none before phase 1 is done.
func connection(sa *ike.SA) int {
	if sa.Created.IsZero() {
		return 0
	}
	return sa.ID
}

func showISAKMPSA(s Session, a args) error {
	state := s.Router().Crypto()
	list := ofVersion(&state.State, 1)
	switch {
	case a.Has("count"):
		active, standby := 0, 0
		for _, sa := range list {
			if !sa.Created.IsZero() && !sa.Deleted {
				active++
			}
		}
		s.Printf("Active ISAKMP SA's: %d\nStandby ISAKMP SA's: %d\nCurrently being negotiated ISAKMP SA's: %d\nDead ISAKMP SA's: %d\n",
			active, standby, len(list)-active, deleted(list))
		return nil
	case a.Has("detail"):
		showISAKMPDetail(s, list)
		return nil
	}
	s.Printf("IPv4 Crypto ISAKMP SA\n%-15s %-15s %-14s %7s %s\n", "dst", "src", "state", "conn-id", "status")
	for _, sa := range list {
		responder, initiator := ends(sa)
		status := "ACTIVE"
		if sa.Deleted {
			status += " (deleted)"
		}
		s.Printf("%-15s %-15s %-14s %7d %s\n", responder, initiator, stageNames[sa.Stage], connection(sa), status)
	}
	s.Printf("\nIPv6 Crypto ISAKMP SA\n\n")
	return nil
}

func deleted(list []*ike.SA) (n int) {
	for _, sa := range list {
		if sa.Deleted {
			n++
		}
	}
	return n
}

func showISAKMPDetail(s Session, list []*ike.SA) {
	s.Printf("%s", `Codes: C - IKE configuration mode, D - Dead Peer Detection
       K - Keepalives, N - NAT-traversal
       T - cTCP encapsulation, X - IKE Extended Authentication
       psk - Preshared key, rsig - RSA signature
       renc - RSA encryption
IPv4 Crypto ISAKMP SA

C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.

`)
	now := s.Router().Now()
	for _, sa := range list {
		life := ""
		if !sa.Expires.IsZero() {
			life = elapsed(sa.Expires.Sub(now))
		}
		s.Printf("%-5d %-15s %-15s %-6s ACTIVE %-4s %-6s %-4s %2d %-8s %-3s\n", connection(sa), sa.Local.Addr(), sa.Remote.Addr(), sa.VRF,
			shortCipher(sa.Cipher), strings.ToLower(shortHash(sa.Hash)), shortAuth(sa.Authentication), sa.Group, life, capabilities(sa, ""))
		if !sa.Created.IsZero() {
			s.Printf("       Engine-id:Conn-id =  SW:%d\n", sa.ID-1000)
		}
		s.Printf("\n")
	}
	s.Printf("IPv6 Crypto ISAKMP SA\n\n")
}

// capabilities are the letters of the legend, or none when there are none.
func capabilities(sa *ike.SA, none string) string {
	letters := ""
	if sa.DPD.Interval > 0 {
		letters += "D"
	}
	if sa.NAT.Local || sa.NAT.Remote {
		letters += "N"
	}
	if sa.Fragmentation && none != "" {
		letters += "F"
	}
	if letters == "" {
		return none
	}
	return letters
}

func shortCipher(c ike.Cipher) string {
	switch c.Cipher {
	case esp.DES:
		return "des"
	case esp.TripleDES:
		return "3des"
	case esp.Null, esp.AESCBC, esp.AESGCM:
	}
	return "aes"
}

func shortHash(h ike.Hash) string {
	switch h {
	case ike.MD5:
		return "MD5"
	case ike.SHA1:
		return "SHA"
	case ike.SHA256:
		return "SHA256"
	case ike.SHA384:
		return "SHA384"
	case ike.SHA512:
		return "SHA512"
	}
	return "None"
}

func shortAuth(a ike.Authentication) string {
	switch a {
	case ike.PreShared:
		return "psk"
	case ike.RSASignature:
		return "rsig"
	case ike.ECDSASignature:
		return "esig"
	case ike.RSAEncryption:
		return "renc"
	}
	return ""
}

var groupSizes = map[ike.Group]string{1: "768 bit", 2: "1024 bit", 5: "1536 bit", 14: "2048 bit", 15: "3072 bit", 16: "4096 bit",
	19: "256 bit ecp", 20: "384 bit ecp", 21: "521 bit ecp", 24: "2048 bit, 256 bit subgroup"}

func printPolicy(s Session, p *ike.Policy) {
	cipher := map[esp.Cipher]string{esp.DES: "DES - Data Encryption Standard (56 bit keys).", esp.TripleDES: "Three key triple DES",
		esp.AESCBC: fmt.Sprintf("AES - Advanced Encryption Standard (%d bit keys).", p.Cipher.Bits)}[p.Cipher.Cipher]
	hash := map[ike.Hash]string{ike.MD5: "Message Digest 5", ike.SHA1: "Secure Hash Standard", ike.SHA256: "Secure Hash Standard 2 (256 bit)",
		ike.SHA384: "Secure Hash Standard 2 (384 bit)", ike.SHA512: "Secure Hash Standard 2 (512 bit)"}[p.Hash]
	auth := map[ike.Authentication]string{ike.PreShared: "Pre-Shared Key", ike.RSASignature: "Rivest-Shamir-Adleman Signature",
		ike.ECDSASignature: "Elliptic Curve Digital Signature Algorithm", ike.RSAEncryption: "Rivest-Shamir-Adleman Encryption"}[p.Authentication]
	s.Printf("\tencryption algorithm:\t%s\n\thash algorithm:\t\t%s\n\tauthentication method:\t%s\n\tDiffie-Hellman group:\t#%d (%s)\n\tlifetime:\t\t%d seconds, no volume limit\n",
		cipher, hash, auth, p.Group, groupSizes[p.Group], p.Lifetime/time.Second)
}

// lastConfigured is the greatest priority that a policy of the configuration
// can have; the built-in ones are behind it.
const lastConfigured = 10000

func showISAKMPPolicy(s Session, _ args) error {
	s.Printf("\n")
	for i, p := range s.Router().Crypto().Config.Policies {
		if p.Priority > lastConfigured {
			return printDefaultPolicies(s)
		}
		if i == 0 {
			s.Printf("Global IKE policy\n")
		}
		s.Printf("Protection suite of priority %d\n", p.Priority)
		printPolicy(s, &p)
	}
	return nil
}

func showISAKMPDefaultPolicy(s Session, _ args) error {
	s.Printf("\n")
	return printDefaultPolicies(s)
}

func printDefaultPolicies(s Session) error {
	s.Printf("Default IKE policy\n")
	for _, p := range s.Router().Crypto().Config.Policies {
		if p.Priority > lastConfigured {
			s.Printf("Default protection suite of priority %d\n", p.Priority)
			printPolicy(s, &p)
		}
	}
	return nil
}

func showISAKMPKey(s Session, _ args) error {
	s.Printf("Keyring      Hostname/Address                            Preshared Key\n\n")
	for _, ring := range s.Router().Crypto().Config.Keyrings {
		name := ring.Name
		if name == "" {
			name = "default"
		}
		for _, k := range ring.Keys {
			where := k.Host
			if k.Peer.IsValid() {
				where = k.Peer.Addr().String()
				if k.Peer.Bits() < k.Peer.Addr().BitLen() {
					where = fmt.Sprintf("%-15s[%-15s]", where, maskOf(k.Peer.Bits()))
				}
			}
			key := string(k.Secret)
			if k.Sealed != "" { // stays so on a screen, too
				key = k.Sealed
			}
			s.Printf("%-12s %-43s %s\n", name, where, key)
		}
	}
	return nil
}

func showISAKMPPeers(s Session, _ args) error {
	state := s.Router().Crypto()
	for _, sa := range ofVersion(&state.State, 1) {
		if !sa.Created.IsZero() && !sa.Deleted {
			s.Printf("Peer: %s Port: %d Local: %s\n Phase1 id: %s\n", sa.Remote.Addr(), sa.Remote.Port(), sa.Local.Addr(), identityName(sa.RemoteID))
		}
	}
	return nil
}

func identityName(i ike.Identity) string {
	if i.Kind == ike.ByAddress && i.Address.IsValid() {
		return i.Address.String()
	}
	return i.Text
}

func showISAKMPProfile(s Session, _ args) error {
	for _, p := range s.Router().Crypto().Config.Profiles {
		s.Printf("\nISAKMP PROFILE %s\n", p.Name)
		s.Printf("   Identities matched are:\n")
		for _, m := range p.Match {
			s.Printf("    %s\n", matchName(m))
		}
		ring := p.Keyring
		if ring == "" {
			ring = "<none>"
		}
		s.Printf("   keyring(s): %s\n   trustpoint(s): <all>\n", ring)
	}
	return nil
}

func matchName(m ike.Match) string {
	if m.Any {
		return "any"
	}
	switch m.Kind {
	case ike.ByAddress:
		return fmt.Sprintf("ip-address %s %s", m.Prefix.Addr(), maskOf(m.Prefix.Bits()))
	case ike.ByName:
		return "fqdn " + m.Text
	case ike.ByEmail:
		return "email " + m.Text
	case ike.ByKeyID:
		return "key-id " + m.Text
	case ike.ByDN:
	}
	return "dn " + m.Text
}
