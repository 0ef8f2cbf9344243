package compile

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/cli/config"
	"weft/dataplane/esp"
	"weft/ike"
)

const phase1IPsec = `hostname hub
ip domain name lab.example
crypto isakmp policy 10
 encr aes 256
 authentication pre-share
 group 14
 lifetime 86400
crypto isakmp key 0 secret address 0.0.0.0 0.0.0.0
crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac
crypto ipsec profile DMVPN
 set transform-set TS
 set pfs group14
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 tunnel source 192.0.2.1
 tunnel mode gre multipoint
 tunnel protection ipsec profile DMVPN shared
`

// tree reads a configuration of which nothing may be refused.
func tree(t *testing.T, text string) *config.Tree {
	t.Helper()
	tree, reports, err := Load(strings.NewReader(text), config.Env{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if r.Refused != "" {
			t.Fatalf("line %d, %q: %s", r.Number, r.Line, r.Refused)
		}
	}
	return tree
}

func TestTunnelProtectionOfVersion1(t *testing.T) {
	c := Compile(tree(t, phase1IPsec)).IKE
	if len(c.Policies) != 1 || c.Policies[0] != (ike.Policy{Priority: 10, Cipher: ike.Cipher{Cipher: esp.AESCBC, Bits: 256},
		Hash: ike.SHA1, Authentication: ike.PreShared, Group: 14, Lifetime: 24 * time.Hour}) {
		t.Errorf("policies: %+v", c.Policies)
	}
	if len(c.Keyrings) != 1 || len(c.Keyrings[0].Keys) != 1 || string(c.Keyrings[0].Keys[0].Secret) != "secret" ||
		c.Keyrings[0].Keys[0].Peer != netip.MustParsePrefix("0.0.0.0/0") {
		t.Errorf("keyrings: %+v", c.Keyrings)
	}
	if c.Hostname != "hub.lab.example" {
		t.Errorf("identity %q", c.Hostname)
	}
	if len(c.Endpoints) != 1 {
		t.Fatalf("endpoints: %+v", c.Endpoints)
	}
	e := c.Endpoints[0]
	if e.Version != 1 || !e.Shared || e.Local != netip.MustParseAddr("192.0.2.1") || e.Remote.IsValid() || e.IPsec.PFS != 14 ||
		e.IPsec.Lifetime != time.Hour || e.IPsec.Kilobytes != 4608000 || e.IPsec.Window != 64 {
		t.Errorf("endpoint: %+v", e)
	}
	if len(e.IPsec.Transforms) != 1 || e.IPsec.Transforms[0] != (ike.Transform{Name: "TS", Suite: esp.Suite{Cipher: esp.AESCBC, Bits: 256, MAC: esp.SHA1}}) {
		t.Errorf("transforms: %+v", e.IPsec.Transforms)
	}
}

func TestTunnelProtectionOfVersion2(t *testing.T) {
	c := Compile(tree(t, `crypto ikev2 proposal P
 encryption aes-gcm-256 aes-gcm-128
 prf sha512 sha256
 group 20 14
crypto ikev2 policy POL
 match address local 192.0.2.1
 proposal P
crypto ikev2 keyring KR
 peer SPOKES
  address 198.51.100.0 255.255.255.0
  pre-shared-key local one
  pre-shared-key remote two
crypto ikev2 profile PROF
 match identity remote fqdn domain lab.example
 identity local fqdn hub.lab.example
 authentication remote pre-share
 authentication local pre-share
 keyring local KR
 dpd 30 5 on-demand
crypto ipsec transform-set TS esp-gcm 256
 mode transport
crypto ipsec profile IPS
 set transform-set TS
 set security-association lifetime seconds 1800
 set security-association lifetime kilobytes disable
 set security-association replay window-size 1024
 set ikev2-profile PROF
interface Tunnel0
 tunnel source 192.0.2.1
 tunnel destination 198.51.100.11
 tunnel protection ipsec profile IPS
`)).IKE
	if p := c.Proposals[0]; p.Name != "P" || len(p.Ciphers) != 2 || p.Ciphers[0].Bits != 256 || len(p.Groups) != 2 || p.Groups[0] != 20 || p.PRF[0] != ike.SHA512 {
		t.Errorf("proposal: %+v", p)
	}
	if p := c.Policies2; len(p) != 2 || p[0].Name != "POL" || p[1].Name != "default" {
		t.Errorf("policies: %+v", p)
	}
	p := c.Profiles2[0]
	if p.Name != "PROF" || len(p.Keys) != 1 || string(p.Keys[0].Local) != "one" || string(p.Keys[0].Remote) != "two" ||
		p.DPD.Interval != 30*time.Second || p.Identity.Text != "hub.lab.example" || !p.Match[0].Domain {
		t.Errorf("profile: %+v", p)
	}
	e := c.Endpoints[0]
	if e.Version != 2 || e.Profile != "PROF" || e.Remote != netip.MustParseAddr("198.51.100.11") || e.IPsec.Lifetime != 30*time.Minute ||
		e.IPsec.Kilobytes != 0 || e.IPsec.Window != 1024 || !e.IPsec.Transforms[0].Transport {
		t.Errorf("endpoint: %+v", e)
	}
}

func TestSmartDefaultsProtectWithoutAnyPolicy(t *testing.T) {
	c := Compile(tree(t, "interface Tunnel0\n tunnel source 192.0.2.1\n tunnel mode gre multipoint\n tunnel protection ipsec profile default\n")).IKE
	if len(c.Policies) != 4 || c.Policies[0].Priority != 65508 || len(c.Endpoints[0].IPsec.Transforms) != 1 {
		t.Errorf("%+v", c)
	}
	c = Compile(tree(t, "no crypto isakmp default policy\n")).IKE
	if len(c.Policies) != 0 {
		t.Errorf("policies in spite of themselves: %+v", c.Policies)
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	c := Compile(tree(t, phase1IPsec)).IKE
	if text := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(text, "secret") || strings.Contains(text, fmt.Sprintf("%v", []byte("secret"))) {
		t.Error("the key is in", text)
	}
}
