package compile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weft/cli/commands"
	"weft/cli/config"
)

// A spoke in which nothing is wrong.
const soundSpoke = `interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp map 10.0.0.1 192.0.2.1
 ip nhrp map multicast 192.0.2.1
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1
 ip nhrp redirect
 ip nhrp shortcut
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
 tunnel key 100
 tunnel protection ipsec profile DMVPN
interface GigabitEthernet0/1
 ip address 198.51.100.11 255.255.255.0
crypto ipsec profile DMVPN
ip route 0.0.0.0 0.0.0.0 198.51.100.254
`

const soundKeyring = "crypto ikev2 keyring KEYRING\npeer ANY\naddress 0.0.0.0 0.0.0.0\npre-shared-key x\n"

func lintOf(t *testing.T, texts ...string) (*config.Tree, []commands.Finding) {
	t.Helper()
	tree, reports, err := Load(strings.NewReader(strings.Join(texts, "\n")), config.Env{Loading: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if r.Refused != "" {
			t.Fatalf("%q: %s", r.Line, r.Refused)
		}
	}
	return tree, Lint(tree)
}

func TestLintNamesTheLineAndTheLineThatMendsIt(t *testing.T) {
	if _, found := lintOf(t, soundSpoke); len(found) != 0 {
		t.Fatalf("in a sound configuration: %+v", found)
	}
	for _, row := range []struct {
		name, inject string
		line, mend   string
		certain      bool
	}{
		{"a missing profile", "no crypto ipsec profile DMVPN",
			"tunnel protection ipsec profile DMVPN", "crypto ipsec profile DMVPN", true},
		{"a profile that differs by case", "interface Tunnel0\ntunnel protection ipsec profile dmvpn",
			"tunnel protection ipsec profile dmvpn", "interface Tunnel0/tunnel protection ipsec profile DMVPN", true},
		{"a missing transform set", "crypto ipsec profile DMVPN\nset transform-set TS",
			"set transform-set TS", "crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac", true},
		{"a transform set that differs by case", "crypto ipsec transform-set ts esp-aes 256 esp-sha-hmac\ncrypto ipsec profile DMVPN\nset transform-set TS",
			"set transform-set TS", "crypto ipsec profile DMVPN/set transform-set ts", true},
		{"one of two transform sets missing", "crypto ipsec transform-set A esp-aes 256 esp-sha-hmac\ncrypto ipsec profile DMVPN\nset transform-set A B",
			"set transform-set A B", "crypto ipsec transform-set B esp-aes 256 esp-sha-hmac", false},
		{"a missing IKEv2 profile", soundKeyring + "crypto ipsec profile DMVPN\nset ikev2-profile V2",
			"set ikev2-profile V2", "crypto ikev2 profile V2/match identity remote any/authentication remote pre-share/authentication local pre-share/keyring local KEYRING", true},
		{"an IKEv2 profile that differs by case", soundKeyring + "crypto ikev2 profile v2\nmatch identity remote any\nkeyring local KEYRING\ncrypto ipsec profile DMVPN\nset ikev2-profile V2",
			"set ikev2-profile V2", "crypto ipsec profile DMVPN/set ikev2-profile v2", true},
		{"a missing IKEv2 keyring", "crypto ikev2 profile V2\nmatch identity remote any\nkeyring local KR\ncrypto ipsec profile DMVPN\nset ikev2-profile V2",
			"keyring local KR", "crypto ikev2 keyring KR/peer ANY/address 0.0.0.0 0.0.0.0/pre-shared-key KEY", true},
		{"no IKEv2 keyring", soundKeyring + "crypto ikev2 profile V2\nmatch identity remote any\ncrypto ipsec profile DMVPN\nset ikev2-profile V2",
			"crypto ikev2 profile V2", "crypto ikev2 profile V2/keyring local KEYRING", true},
		{"no identity matched", soundKeyring + "crypto ikev2 profile V2\nkeyring local KEYRING\ncrypto ipsec profile DMVPN\nset ikev2-profile V2",
			"crypto ikev2 profile V2", "crypto ikev2 profile V2/match identity remote any", true},
		{"a missing ISAKMP profile", "crypto keyring KEYRING\npre-shared-key address 0.0.0.0 0.0.0.0 key x\ncrypto ipsec profile DMVPN\nset isakmp-profile V1",
			"set isakmp-profile V1", "crypto isakmp profile V1/keyring KEYRING/match identity address 0.0.0.0", true},
		{"a missing keyring", "crypto isakmp profile V1\nmatch identity address 0.0.0.0\nkeyring KR\ncrypto ipsec profile DMVPN\nset isakmp-profile V1",
			"keyring KR", "crypto keyring KR/pre-shared-key address 0.0.0.0 0.0.0.0 key KEY", true},
		{"a client's redirect without a shortcut", "interface Tunnel0\nno ip nhrp shortcut",
			"ip nhrp redirect", "interface Tunnel0/ip nhrp shortcut", true},
		{"a server's redirect without a shortcut", "interface Tunnel0\nno ip nhrp shortcut\nno ip nhrp nhs 10.0.0.1",
			"ip nhrp redirect", "interface Tunnel0/ip nhrp shortcut", false},
		{"two tunnels with one key", "interface Tunnel1\nip address 10.0.1.11 255.255.255.0\nip nhrp network-id 2\ntunnel source GigabitEthernet0/1\ntunnel mode gre multipoint\ntunnel key 100",
			"tunnel key 100", "interface Tunnel1/tunnel key 2", true},
		{"two tunnels without a key", "interface Tunnel0\nno tunnel key\ninterface Tunnel1\nip address 10.0.1.11 255.255.255.0\nip nhrp network-id 2\ntunnel source 198.51.100.11\ntunnel mode gre multipoint",
			"tunnel source 198.51.100.11", "interface Tunnel1/tunnel key 2", true},
		{"a server without a map", "interface Tunnel0\nno ip nhrp map 10.0.0.1 192.0.2.1",
			"ip nhrp nhs 10.0.0.1", "interface Tunnel0/ip nhrp map 10.0.0.1 192.0.2.1", true},
		{"a server behind the tunnel", "no ip route 0.0.0.0 0.0.0.0 198.51.100.254\nip route 0.0.0.0 0.0.0.0 Tunnel0",
			"ip nhrp map 10.0.0.1 192.0.2.1", "ip route 192.0.2.1 255.255.255.255 198.51.100.254", true},
		{"a server routed into the tunnel", "ip route 192.0.2.0 255.255.255.0 10.0.0.1",
			"ip nhrp map 10.0.0.1 192.0.2.1", "no ip route 192.0.2.0 255.255.255.0 10.0.0.1", true},
		{"a server perhaps behind the tunnel", "ip route 192.0.2.0 255.255.255.0 10.0.0.1\nrouter eigrp 1",
			"ip nhrp map 10.0.0.1 192.0.2.1", "no ip route 192.0.2.0 255.255.255.0 10.0.0.1", false},
		{"no network-id", "interface Tunnel0\nno ip nhrp network-id",
			"tunnel mode gre multipoint", "interface Tunnel0/ip nhrp network-id 1", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, found := lintOf(t, soundSpoke, row.inject)
			if len(found) != 1 {
				t.Fatalf("found %+v", found)
			}
			f := found[0]
			mend := strings.NewReplacer("NBMA-ADDRESS", "192.0.2.1", "NEXT-HOP", "198.51.100.254").Replace(strings.Join(f.Mend, "/"))
			if f.Line != row.line || mend != row.mend || f.Certain != row.certain || f.Wrong == "" {
				t.Errorf("%+v", f)
			}
			if _, after := lintOf(t, soundSpoke, row.inject, strings.ReplaceAll(mend, "/", "\n")); len(after) != 0 {
				t.Errorf("mended, it still finds %+v", after)
			}
		})
	}
}

func TestTwoTunnelsMayShareASourceIfTheKeyTellsThemApart(t *testing.T) {
	if _, found := lintOf(t, soundSpoke, "interface Tunnel1\nip address 10.0.1.11 255.255.255.0\nip nhrp network-id 2\ntunnel source GigabitEthernet0/1\ntunnel mode gre multipoint\ntunnel key 101"); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestADefaultRouteThroughTheTunnelIsNoFindingBesideOneToTheServer(t *testing.T) {
	if _, found := lintOf(t, soundSpoke, "no ip route 0.0.0.0 0.0.0.0 198.51.100.254\nip route 0.0.0.0 0.0.0.0 Tunnel0\nip route 192.0.2.0 255.255.255.0 198.51.100.254"); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestTheLabsAreSound(t *testing.T) {
	files, err := filepath.Glob("../../labs/*/*.cfg")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labs: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, found := lintOf(t, string(text)); slices.ContainsFunc(found, func(f commands.Finding) bool { return f.Certain }) {
			t.Errorf("%s: %+v", file, found)
		}
	}
}
