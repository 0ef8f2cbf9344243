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
