package commands

import "testing"

func TestShowDMVPNDetailTellsOfProtection(t *testing.T) {
	r := hub()
	for i := range r.interfaces {
		r.interfaces[i].Tunnel.Profile = "DMVPN"
	}
	r.crypto = version1State()
	r.crypto.Wants[0].Peer = port("198.51.100.22:0")
	r.crypto.SAs = r.crypto.SAs[:1]
	golden(t, "show_dmvpn_protected.txt", r, "show dmvpn detail")
}

// What strict parsers know of cryptography. A blank at the end of a line, a tab
// and two blanks in the middle are part of the layout.
func TestStrictParsersKnowEveryLineOfCrypto(t *testing.T) {
	const (
		a        = `\d+\.\d+\.\d+\.\d+`
		life     = `\d\d:\d\d:\d\d`
		names    = `(?:esp-\S+ (?:192 |256 )?)+`
		counters = `    #pkts encaps: \d+, #pkts encrypt: \d+, #pkts digest: \d+|    #pkts decaps: \d+, #pkts decrypt: \d+, #pkts verify: \d+|` +
			`    #pkts compressed: \d+, #pkts decompressed: \d+|    #pkts not compressed: \d+, #pkts compr\. failed: \d+|    #pkts not decompressed: \d+, #pkts decompress failed: \d+`
		detail = `    #pkts no sa \(send\) \d+, #pkts invalid sa \(rcv\) \d+|    #pkts encaps failed \(send\) \d+, #pkts decaps failed \(rcv\) \d+|` +
			`    #pkts invalid prot \(recv\) \d+, #pkts verify failed: \d+|    #pkts invalid identity \(recv\) \d+, #pkts invalid len \(rcv\) \d+|` +
			`    #pkts replay rollover \(send\): \d+, #pkts replay rollover \(rcv\) \d+|    ##pkts replay failed \(rcv\): \d+|` +
			`    #pkts tagged \(send\): \d+, #pkts untagged \(rcv\): \d+|    #pkts not tagged \(send\): \d+, #pkts not untagged \(rcv\): \d+|` +
			`    #pkts internal err \(send\): \d+, #pkts internal err \(recv\) \d+`
	)
	ipsec := func(errors string) []string {
		return []string{``, `interface: Tunnel\d+`, `    Crypto map tag: Tunnel\d+-head-0, local addr ` + a, `   protected vrf: \S+`,
			`   local  ident \(addr/mask/prot/port\): \(` + a + `/255\.255\.255\.255/47/0\)`, `   remote ident \(addr/mask/prot/port\): \(` + a + `/255\.255\.255\.255/47/0\)`,
			`   current_peer ` + a + ` port (?:500|4500)`, `     PERMIT, flags=\{origin_is_acl,\}`, counters, errors,
			`     local crypto endpt\.: ` + a + `, remote crypto endpt\.: ` + a, `     plaintext mtu \d+, path mtu \d+, ip mtu \d+, ip mtu idb \S+`,
			`     current outbound spi: 0x[0-9A-F]+\(\d+\)`, `     PFS \(Y/N\): [YN], DH group: (?:none|group\d+)`,
			`     (?:in|out)bound (?:esp|ah|pcp) sas:`, `      spi: 0x[0-9A-F]+\(\d+\)`, `        transform: ` + names + `,`,
			`        in use settings =\{(?:Transport|Tunnel)(?: UDP-Encaps)?, \}`,
			`        conn id: \d+, flow_id: SW:\d+, sibling_flags [0-9A-F]{8}, crypto map: Tunnel\d+-head-0`,
			`        sa timing: remaining key lifetime \((?:k/sec\): \(\d+/\d+|sec\): \(?\d+)\)?`, `        IV size: \d+ bytes`,
			`        replay detection support: Y  replay window size: \d+`, `        Status: ACTIVE\(ACTIVE\)`}
	}
	session := []string{`Crypto session current status`, ``, `Interface: Tunnel\d+`, `Profile: \S+`, `Uptime: ` + life,
		`Session status: (?:UP-ACTIVE     |UP-IDLE       |UP-NO-IKE     |DOWN          |DOWN-NEGOTIATING)`,
		`Peer: ` + a + ` port \d+ (?:fvrf: \S+ ivrf: \S+)?`, `      Phase1_id: \S+`, `      Desc: \(none\)`, `  Session ID: \d+  `,
		`  IKEv[12] SA: local ` + a + `/\d+ remote ` + a + `/\d+ (?:Active|Inactive) `, `          Capabilities:(?:\(none\)|[CDKNTXFRU]+) connid:\d+ lifetime:(?:0|` + life + `)`,
		`  IPSEC FLOW: permit 47 host ` + a + ` host ` + a + ` `, `        Active SAs: \d+, origin: crypto map`,
		`        Inbound:  #pkts dec'ed \d+ drop \d+ life \(KB/Sec\) \d+/\d+`, `        Outbound: #pkts enc'ed \d+ drop \d+ life \(KB/Sec\) \d+/\d+`}
	legend := []string{`Code: C - IKE Configuration mode, D - Dead Peer Detection     `, `K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     `,
		`X - IKE Extended Authentication, F - IKE Fragmentation`, `R - IKE Auto Reconnect, U - IKE Dynamic Route Update`, `S - SIP VPN`}
	ikev2 := []string{` IPv[46] Crypto IKEv2  SA `, ``, `Tunnel-id Local                 Remote                fvrf/ivrf            Status `,
		`\d+ {1,8} ` + a + `/\d+ +` + a + `/\d+ +\S{1,20} +(?:READY|IN-NEG|DELETE) *`,
		`      Encr: (?:AES-CBC|AES-GCM), keysize: \d+, PRF: SHA\d+, Hash: (?:None|SHA\d+), DH Grp:\d+, Auth sign: \S+, Auth verify: \S+`, `      Life/Active Time: \d+/\d+ sec`}
	for _, c := range []struct {
		file, command string
		lines         []string
	}{
		{"show_crypto_v1.txt", "show crypto isakmp sa", []string{`IPv[46] Crypto ISAKMP SA`, `dst             src             state          conn-id status`, ``,
			a + ` +` + a + ` +(?:MM_NO_STATE|MM_SA_SETUP|MM_KEY_EXCH|MM_KEY_AUTH|QM_IDLE|AG_\w+) +\d+ ACTIVE(?: \(deleted\))?`}},
		{"show_crypto_v1.txt", "show crypto isakmp sa detail", []string{`Codes: C - IKE configuration mode, D - Dead Peer Detection`, `       K - Keepalives, N - NAT-traversal`,
			`       T - cTCP encapsulation, X - IKE Extended Authentication`, `       psk - Preshared key, rsig - RSA signature`, `       renc - RSA encryption`, `IPv[46] Crypto ISAKMP SA`, ``,
			`C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap\.`,
			`\d+ +` + a + ` +` + a + ` +ACTIVE (?:aes|3des|des) +(?:none|sha|md5|sha256|sha384|sha512) +(?:psk|rsig|renc) +\d+ (?:` + life + `)? *[CDKNTXF]* *`, `       Engine-id:Conn-id =  SW:\d+`}},
		{"show_crypto_v1.txt", "show crypto isakmp key", []string{`Keyring      Hostname/Address                            Preshared Key`, ``,
			`\S+ +(?:` + a + ` +\[` + a + ` *\]|\S+) +\S+`}},
		{"show_crypto_v1.txt", "show crypto ipsec sa", ipsec(`    #send errors \d+, #recv errors \d+`)},
		{"show_crypto_v1.txt", "show crypto ipsec sa detail", ipsec(detail)},
		{"show_crypto_v2.txt", "show crypto ipsec sa", ipsec(`    #send errors \d+, #recv errors \d+`)},
		{"show_crypto_v1.txt", "show crypto ipsec transform-set", []string{`Transform set \S+: \{ ` + names + ` \} `, `   will negotiate = \{ (?:Tunnel|Transport),  \}, `, ``}},
		{"show_crypto_v1.txt", "show crypto ipsec profile", []string{`IPSEC profile \S+`, `\tIKEv2 Profile: \S+`, `\tSecurity association lifetime: \d+ kilobytes/\d+ seconds`,
			`\tResponder-Only \(Y/N\): [YN]`, `\tPFS \(Y/N\): [YN]`, `\tDH group:  group\d+`, `\tMixed-mode : Disabled`, `\tTransform sets=\{ `, `\t\t\S+:  \{ ` + names + ` \} , `, `\t\}`, ``}},
		{"show_crypto_v1.txt", "show crypto session", session},
		{"show_crypto_v1.txt", "show crypto session detail", append(legend, session...)},
		{"show_crypto_v2.txt", "show crypto session detail", append(legend, session...)},
		{"show_crypto_v2.txt", "show crypto ikev2 sa", ikev2},
		{"show_crypto_v2.txt", "show crypto ikev2 sa detail", append(ikev2, `      CE id: \d+, Session-id: \d+`, `      Status Description: Negotiation done`, `      Local spi: [0-9A-F]{16}       Remote spi: [0-9A-F]{16}`,
			`      Local id: \S+`, `      Remote id: \S+`, `      Local (?:req msg id: |next msg id:|req queued: ) \d+ +Remote (?:req msg id: |next msg id:|req queued: ) \d+`,
			`      Local window:      \d+              Remote window:      \d+`, `      DPD configured for \d+ seconds, retry \d+`, `      Fragmentation not  configured\.`,
			`      Dynamic Route Update: (?:enabled|disabled)`, `      Extended Authentication not configured\.`, `      NAT-T is (?:not detected  |detected (?:inside|outside))`,
			`      Cisco Trust Security SGT is disabled`, `      Initiator of SA : (?:Yes|No)`)},
		{"show_dmvpn_protected.txt", "show dmvpn detail", append(dmvpnDetail, `Interface: Tunnel\d+`, `Session: \[0x[0-9A-F]{8}\]`, `  Session ID: \d+  `,
			`  IKEv[12] SA: local \S+/\d+ remote \S+/\d+ (?:Active|Inactive) `, `          Capabilities:\S+ connid:\d+ lifetime:\S+`,
			`  Crypto Session Status: (?:UP-ACTIVE     |DOWN          )`, `  fvrf: \S+,\tPhase1_id: \S+`, `  IPSEC FLOW: permit 47 host `+a+` host `+a+` `, `        Active SAs: 2, origin: crypto map`,
			`        Inbound:  #pkts dec'ed \d+ drop \d+ life \(KB/Sec\) \d+/\d+`, `        Outbound: #pkts enc'ed \d+ drop \d+ life \(KB/Sec\) \d+/\d+`,
			`   Outbound SPI : 0x[0-9A-F]+, transform : `+names, `    Socket State: (?:Open|Connection Pending)`)},
	} {
		onlyKnown(t, c.file, c.command, c.lines)
	}
}
