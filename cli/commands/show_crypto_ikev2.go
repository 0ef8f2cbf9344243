package commands

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/dataplane/esp"
	"weft/ike"
)

var showIKEv2Execs = execs(showCryptoWords,
	&Exec{Syntax: "show crypto ikev2 sa [remote address:A.B.C.D] [detail]", Run: showIKEv2SA},
	&Exec{Syntax: "show crypto ikev2 session [detail]", Run: showIKEv2Session},
	&Exec{Syntax: "show crypto ikev2 proposal [name:WORD]", Run: showIKEv2Proposal},
	&Exec{Syntax: "show crypto ikev2 policy [name:WORD]", Run: showIKEv2Policy},
	&Exec{Syntax: "show crypto ikev2 profile [name:WORD]", Run: showIKEv2Profile},
	&Exec{Syntax: "show crypto ikev2 stats", Run: showIKEv2Stats},
)

func upperCipher(c ike.Cipher) string {
	switch c.Cipher {
	case esp.DES:
		return "DES"
	case esp.TripleDES:
		return "3DES"
	case esp.AESGCM:
		return "AES-GCM"
	case esp.Null, esp.AESCBC:
	}
	return "AES-CBC"
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return name
}

func upperAuth(a ike.Authentication) string {
	switch a {
	case ike.RSASignature:
		return "RSA"
	case ike.ECDSASignature:
		return "ECDSA"
	case ike.PreShared, ike.RSAEncryption:
	}
	return "PSK"
}

func addressAndPort(a netip.AddrPort) string { return fmt.Sprintf("%s/%d", a.Addr(), a.Port()) }

const ikev2Columns = "Tunnel-id Local                 Remote                fvrf/ivrf            Status \n"

func printIKEv2SA(s Session, sa *ike.SA, detail bool, now time.Time) {
	vrfs := orNone(sa.VRF) + "/none"
	s.Printf("%-9d %-21s %-21s %-20.18s %-7s\n", sa.ID, addressAndPort(sa.Local), addressAndPort(sa.Remote), vrfs, stageNames[sa.Stage])
	size := ""
	if sa.Cipher.Bits > 0 {
		size = fmt.Sprintf(", keysize: %d", sa.Cipher.Bits)
	}
	sign, verify := upperAuth(sa.Authentication), upperAuth(sa.PeerAuth)
	if sa.Created.IsZero() {
		sign, verify = "Unknown - 0", "Unknown - 0"
	}
	hash := shortHash(sa.Integrity)
	if hash == "SHA" {
		hash = "SHA96"
	}
	prf := strings.Replace(shortHash(sa.Hash), "SHA", "SHA", 1)
	if prf == "SHA" {
		prf = "SHA1"
	}
	s.Printf("      Encr: %s%s, PRF: %s, Hash: %s, DH Grp:%d, Auth sign: %s, Auth verify: %s\n", upperCipher(sa.Cipher), size, prf, hash, sa.Group, sign, verify)
	active := time.Duration(0)
	if !sa.Created.IsZero() {
		active = now.Sub(sa.Created)
	}
	s.Printf("      Life/Active Time: %d/%d sec\n", sa.Lifetime/time.Second, active/time.Second)
	if !detail {
		return
	}
	s.Printf("      CE id: %d, Session-id: %d\n", 1000+sa.ID, sa.ID)
	status := "Negotiation done"
	if sa.Stage != ike.Ready {
		status = "Initiator waiting for the peer"
		if !sa.Initiator {
			status = "Responder waiting for the peer"
		}
	}
	s.Printf("      Status Description: %s\n", status)
	s.Printf("      Local spi: %016X       Remote spi: %016X\n", sa.LocalSPI, sa.RemoteSPI)
	s.Printf("      Local id: %s\n      Remote id: %s\n", identityName(sa.LocalID), identityName(sa.RemoteID))
	s.Printf("      Local req msg id:  %-14d Remote req msg id:  %d\n", sa.NextMessage, sa.PeerMessage)
	s.Printf("      Local next msg id: %-14d Remote next msg id: %d\n", sa.NextMessage, sa.PeerMessage)
	s.Printf("      Local req queued:  %-14d Remote req queued:  %d\n", sa.NextMessage, sa.PeerMessage)
	s.Printf("      Local window:      %-14d Remote window:      %d\n", 1, 1)
	s.Printf("      DPD configured for %d seconds, retry %d\n", sa.DPD.Interval/time.Second, sa.DPD.Retry/time.Second)
	if sa.Fragmentation {
		s.Printf("      IETF Std Fragmentation  enabled.\n")
	} else {
		s.Printf("      Fragmentation not  configured.\n")
	}
	s.Printf("      Dynamic Route Update: disabled\n      Extended Authentication not configured.\n")
	s.Printf("      NAT-T is %s\n", natFound(sa.NAT))
	s.Printf("      Cisco Trust Security SGT is disabled\n      Initiator of SA : %s\n", yesNo(sa.Initiator))
}

func natFound(n ike.NAT) string {
	switch {
	case n.Local && n.Remote:
		return "detected inside and outside"
	case n.Local:
		return "detected inside"
	case n.Remote:
		return "detected outside"
	}
	return "not detected  "
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

func showIKEv2SA(s Session, a args) error {
	state, now := s.Router().Crypto(), s.Router().Now()
	list := ofVersion(&state.State, 2)
	s.Printf(" IPv4 Crypto IKEv2  SA \n\n")
	for _, sa := range list {
		if a.Has("address") && sa.Remote.Addr() != a.Addr("address") {
			continue
		}
		s.Printf("%s", ikev2Columns)
		printIKEv2SA(s, sa, a.Has("detail"), now)
		s.Printf("\n")
	}
	s.Printf(" IPv6 Crypto IKEv2  SA \n\n")
	return nil
}

func showIKEv2Session(s Session, a args) error {
	state, now := s.Router().Crypto(), s.Router().Now()
	s.Printf(" IPv4 Crypto IKEv2 Session \n\n")
	for _, sa := range ofVersion(&state.State, 2) {
		children := childrenOf(&state.State, sa.ID)
		if sa.Created.IsZero() {
			continue
		}
		status := "UP-ACTIVE"
		if len(children) == 0 {
			status = "UP-IDLE"
		}
		s.Printf("Session-id:%d, Status:%s, IKE count:1, CHILD count:%d\n\n%s", sa.ID, status, len(children), ikev2Columns)
		printIKEv2SA(s, sa, a.Has("detail"), now)
		for _, c := range children {
			s.Printf("Child sa: local selector  %s\n          remote selector %s\n          ESP spi in/out: 0x%X/0x%X  \n", selectorRange(c.LocalSelector), selectorRange(c.PeerSelector), c.In, c.Out)
			if a.Has("detail") {
				s.Printf("          AH spi in/out: 0x0/0x0  \n          CPI in/out: 0x0/0x0  \n          Encr: %s, keysize: %d, esp_hmac: %s\n          ah_hmac: None, comp: IPCOMP_NONE, mode %s\n",
					upperCipher(ike.Cipher{Cipher: c.Suite.Cipher}), c.Suite.Bits, childHash(c.Suite.MAC), strings.ToLower(modeName(c.Mode)))
			}
		}
		s.Printf("\n")
	}
	s.Printf(" IPv6 Crypto IKEv2 Session \n\n")
	return nil
}

func childrenOf(state *ike.State, sa int) (list []*ike.Child) {
	for i := range state.Children {
		if state.Children[i].SA == sa {
			list = append(list, &state.Children[i])
		}
	}
	return list
}

func childHash(m esp.MAC) string {
	return map[esp.MAC]string{esp.NoMAC: "None", esp.MD5: "MD596", esp.SHA1: "SHA96", esp.SHA256: "SHA256", esp.SHA384: "SHA384", esp.SHA512: "SHA512"}[m]
}

func modeName(m esp.Mode) string {
	if m == esp.Transport {
		return "Transport"
	}
	return "Tunnel"
}

// selectorRange is the addresses and ports of a selector, first and last.
func selectorRange(sel ike.Selector) string {
	first, last := sel.Port, sel.Port
	if first == 0 {
		last = 65535
	}
	from := sel.Prefix.Masked().Addr()
	return fmt.Sprintf("%s/%d - %s/%d", from, first, lastAddress(sel.Prefix), last)
}

func showIKEv2Proposal(s Session, a args) error {
	for _, p := range s.Router().Crypto().Config.Proposals {
		if a.Has("name") && p.Name != a.Word("name") {
			continue
		}
		var ciphers, groups []string
		for _, c := range p.Ciphers {
			name := upperCipher(c)
			if c.Bits > 0 {
				name = fmt.Sprintf("%s-%d", name, c.Bits)
			}
			ciphers = append(ciphers, name)
		}
		for _, g := range p.Groups {
			size := strings.ToUpper(strings.ReplaceAll(groupSizes[g], " bit", "_"))
			if g < 19 || g == 24 {
				size = strings.TrimSuffix(strings.SplitN(size, ",", 2)[0], "_") + "_MODP"
			} else {
				size = strings.ReplaceAll(size, "_ ", "_")
			}
			groups = append(groups, fmt.Sprintf("DH_GROUP_%s/Group %d", size, g))
		}
		integrity := "none"
		if len(p.Integrity) > 0 {
			integrity = hashList(p.Integrity)
		}
		s.Printf(" IKEv2 proposal: %s\n     Encryption : %s\n     Integrity  : %s\n     PRF        : %s\n     DH Group   : %s\n",
			p.Name, strings.Join(ciphers, " "), integrity, hashList(p.PRF), strings.Join(groups, " "))
	}
	return nil
}

func hashList(hashes []ike.Hash) string {
	var names []string
	for _, h := range hashes {
		names = append(names, map[ike.Hash]string{ike.MD5: "MD596", ike.SHA1: "SHA96", ike.SHA256: "SHA256", ike.SHA384: "SHA384", ike.SHA512: "SHA512"}[h])
	}
	return strings.Join(names, " ")
}

func showIKEv2Policy(s Session, a args) error {
	for _, p := range s.Router().Crypto().Config.Policies2 {
		if a.Has("name") && p.Name != a.Word("name") {
			continue
		}
		vrf, local := "global", "any"
		if p.AnyVRF {
			vrf = "any"
		} else if p.VRF != "" {
			vrf = p.VRF
		}
		s.Printf("\n IKEv2 policy : %s\n      Match fvrf : %s\n", p.Name, vrf)
		if len(p.Locals) == 0 {
			s.Printf("      Match address local : %s\n", local)
		}
		for _, l := range p.Locals {
			s.Printf("      Match address local : %s\n", l)
		}
		for _, name := range p.Proposals {
			s.Printf("      Proposal    : %s\n", name)
		}
	}
	return nil
}

func showIKEv2Profile(s Session, a args) error {
	for _, p := range s.Router().Crypto().Config.Profiles2 {
		if a.Has("name") && p.Name != a.Word("name") {
			continue
		}
		vrf := "global"
		if p.AnyVRF {
			vrf = "any"
		} else if p.VRF != "" {
			vrf = p.VRF
		}
		s.Printf("\nIKEv2 profile: %s\n Ref Count: %d\n Match criteria: \n  Fvrf: %s\n  Local address/interface: ", p.Name, len(p.Match), vrf)
		if len(p.MatchLocal) == 0 {
			s.Printf("none\n")
		} else {
			s.Printf("%s\n", p.MatchLocal[0])
		}
		s.Printf("  Identities: \n")
		for _, m := range p.Match {
			text := matchName(m)
			if m.Kind == ike.ByAddress && !m.Any {
				text = fmt.Sprintf("address %s %s", m.Prefix.Addr(), maskOf(m.Prefix.Bits()))
			}
			s.Printf("   %s\n", text)
		}
		id := identityName(p.Identity)
		if id == "" {
			id = "none"
		}
		s.Printf("  Certificate maps: none\n Local identity: %s\n Remote identity: none\n Local authentication method: %s\n Remote authentication method(s): ", id, longAuth(p.Local))
		for i, r := range p.Remote {
			if i > 0 {
				s.Printf(", ")
			}
			s.Printf("%s", longAuth(r))
		}
		s.Printf("\n EAP options: none\n Keyring: %s\n Trustpoint(s): none\n Lifetime: %d seconds\n", orNone(p.Keyring), p.Lifetime/time.Second)
		if p.DPD.Interval > 0 {
			mode := "on-demand"
			if p.DPD.Periodic {
				mode = "periodic"
			}
			s.Printf(" DPD: interval %d, retry-interval %d, %s\n", p.DPD.Interval/time.Second, p.DPD.Retry/time.Second, mode)
		} else {
			s.Printf(" DPD: disabled\n")
		}
		s.Printf(" NAT-keepalive: disabled\n Ivrf: none\n Virtual-template: none\n mode auto: none\n AAA AnyConnect EAP authentication mlist: none\n AAA EAP authentication mlist: none\n AAA Accounting: none\n AAA group authorization: none\n AAA user authorization: none\n")
	}
	return nil
}

func longAuth(a ike.Authentication) string {
	switch a {
	case ike.RSASignature:
		return "rsa-sig"
	case ike.ECDSASignature:
		return "ecdsa-sig"
	case ike.PreShared, ike.RSAEncryption:
	}
	return "pre-share"
}

func showIKEv2Stats(s Session, _ args) error {
	state := s.Router().Crypto()
	st := state.Stats
	const line = "--------------------------------------------------------------------------------\n"
	most := state.Config.Limit.Negotiating
	if most == 0 {
		most = 1000
	}
	s.Printf("%s                          Crypto IKEv2 SA Statistics\n%s", line, line)
	s.Printf("Max IKEv2 SAs: %-7d Max in nego(in/out): %d/%d\n", state.Config.Limit.Associations, most, most)
	s.Printf("Total incoming IKEv2 SA Count:    %-8d active:        %-8d negotiating: %d\n", st.Incoming+st.InNegotiating, st.Incoming, st.InNegotiating)
	s.Printf("Total outgoing IKEv2 SA Count:    %-8d active:        %-8d negotiating: %d\n", st.Outgoing+st.OutNegotiating, st.Outgoing, st.OutNegotiating)
	s.Printf("Incoming IKEv2 Requests: %-8d accepted:      %-8d rejected:    %d\n", uint64(st.Incoming)+st.Rejected, st.Incoming, st.Rejected)
	s.Printf("Outgoing IKEv2 Requests: %-8d accepted:      %-8d rejected:    %d\n", uint64(st.Outgoing)+st.Failed, st.Outgoing, st.Failed)
	s.Printf("Incoming IKEV2 Cookie Challenged Requests: %d\n    accepted: %d\n", st.CookieChallenges, st.CookiePassed)
	if len(state.Counters) > 0 {
		s.Printf("\nRefused or failed:\n")
	}
	for _, c := range state.Counters {
		s.Printf("    %-44s %d\n", c.Name, c.Count)
	}
	return nil
}
