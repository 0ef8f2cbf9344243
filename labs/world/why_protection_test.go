package world

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// cryptoLines protect the tunnel of a cloud; all names are of the cloud's choosing.
func (c *cloud) cryptoLines(version int) (lines []string) {
	set := []string{"crypto ipsec transform-set " + c.name + "-SET esp-aes 256 esp-sha-hmac", "mode transport",
		"crypto ipsec profile " + c.name, "set transform-set " + c.name + "-SET"}
	if version == 1 {
		return append([]string{"crypto isakmp policy 15", "encr aes 256", "hash sha256", "authentication pre-share", "group 19",
			"crypto isakmp key " + c.psk + " address 0.0.0.0"}, set...)
	}
	return append(append([]string{"crypto ikev2 proposal " + c.name, "encryption aes-cbc-256", "integrity sha256", "group 19",
		"crypto ikev2 policy " + c.name, "proposal " + c.name,
		"crypto ikev2 keyring " + c.name, "peer ALL", "address 0.0.0.0 0.0.0.0", "pre-shared-key " + c.psk,
		"crypto ikev2 profile " + c.name, "match identity remote any", "authentication remote pre-share", "authentication local pre-share",
		"keyring local " + c.name}, set...), "set ikev2-profile "+c.name)
}

// newProtectedCloud makes a cloud whose tunnels are protected, every spoke
// registered.
func newProtectedCloud(t *testing.T, seed uint64, version int) *cloud {
	t.Helper()
	c := newCloud(t, seed)
	r := rand.New(rand.NewPCG(seed, 6))
	c.name, c.psk = fmt.Sprintf("P%x", r.Uint32N(1<<20)), fmt.Sprintf("k%d", r.Uint64())
	for _, n := range append([]*Node{c.hub}, c.spokes...) {
		configure(t, n, c.cryptoLines(version)...)
		configure(t, n, c.tunnelLines("tunnel protection ipsec profile "+c.name)...)
		n.startup = configOf(n)
	}
	c.anew()
	if !c.Until(60*time.Second, func() bool { return c.ill() == nil }) {
		t.Fatalf("seed %d: the cloud does not come up:\n%s", seed, c.Transcript())
	}
	return c
}

// anew starts all nodes again: what was agreed on before holds no longer.
func (c *cloud) anew() {
	nodes := append([]*Node{c.hub}, c.spokes...)
	for _, n := range nodes {
		n.Kill()
	}
	c.Run(time.Second)
	for _, n := range nodes {
		n.Boot(n.startup)
	}
}

// A fault of protection, as of one version or of both (0), at the rung that must
// name it.
type cryptoFault struct {
	name    string
	version int
	rung    string
	inject  func(c *cloud, version int, in func(n *Node, lines ...string))
}

func (c *cloud) keyLine(version int, key string) []string {
	if version == 1 {
		return []string{"crypto isakmp key " + key + " address 0.0.0.0"}
	}
	return []string{"crypto ikev2 keyring " + c.name, "peer ALL", "pre-shared-key " + key}
}

func (c *cloud) withoutKey(version int) []string {
	if version == 1 {
		return []string{"no crypto isakmp key " + c.psk + " address 0.0.0.0"}
	}
	return []string{"crypto ikev2 keyring " + c.name, "no peer ALL"}
}

func (c *cloud) otherPolicy(version int) []string {
	if version == 1 {
		return []string{"crypto isakmp policy 15", "encr aes 128", "group 14"}
	}
	return []string{"crypto ikev2 proposal " + c.name, "encryption aes-cbc-128", "group 14"}
}

type enter = func(n *Node, lines ...string)

var cryptoFaults = []cryptoFault{
	{"hub without tunnel protection", 0, "IKE", func(c *cloud, _ int, in enter) {
		in(c.hub, c.tunnelLines("no tunnel protection ipsec profile "+c.name)...)
	}},
	{"hub whose profile does not exist", 0, "IKE", func(c *cloud, _ int, in enter) { in(c.hub, "no crypto ipsec profile "+c.name) }},
	{"spoke whose profile does not exist", 0, "IKE", func(c *cloud, _ int, in enter) { in(c.spokes[1], "no crypto ipsec profile "+c.name) }},
	{"spoke whose profile differs by case", 0, "IKE", func(c *cloud, _ int, in enter) {
		in(c.spokes[0], c.tunnelLines("tunnel protection ipsec profile "+strings.ToLower(c.name))...)
	}},
	{"hub whose profile differs by case", 0, "IKE", func(c *cloud, _ int, in enter) {
		in(c.hub, c.tunnelLines("tunnel protection ipsec profile "+strings.ToLower(c.name))...)
	}},
	{"spoke without key", 0, "IKE", func(c *cloud, v int, in enter) { in(c.spokes[2], c.withoutKey(v)...) }},
	{"hub without key", 0, "IKE", func(c *cloud, v int, in enter) { in(c.hub, c.withoutKey(v)...) }},
	{"spoke with another key", 0, "IKE", func(c *cloud, v int, in enter) { in(c.spokes[0], c.keyLine(v, "another")...) }},
	{"hub with another key", 0, "IKE", func(c *cloud, v int, in enter) { in(c.hub, c.keyLine(v, "another")...) }},
	{"spoke without protection", 0, "NHRP", func(c *cloud, _ int, in enter) {
		in(c.spokes[1], c.tunnelLines("no tunnel protection ipsec profile "+c.name)...)
	}},
	{"spoke with another proposal", 0, "IKE", func(c *cloud, v int, in enter) { in(c.spokes[1], c.otherPolicy(v)...) }},
	{"hub with another proposal", 0, "IKE", func(c *cloud, v int, in enter) { in(c.hub, c.otherPolicy(v)...) }},
	{"spoke with another transform set", 0, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.spokes[2], "crypto ipsec transform-set "+c.name+"-SET esp-gcm 256", "mode transport")
	}},
	{"hub with another transform set", 0, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.hub, "crypto ipsec transform-set "+c.name+"-SET esp-gcm 256", "mode transport")
	}},
	{"hub without the transform set", 0, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.hub, "no crypto ipsec transform-set "+c.name+"-SET", "crypto ipsec transform-set OTHER esp-aes 256 esp-sha-hmac", "mode transport")
	}},
	{"spoke without the transform set", 0, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.spokes[0], "no crypto ipsec transform-set "+c.name+"-SET", "crypto ipsec transform-set OTHER esp-aes 256 esp-sha-hmac", "mode transport")
	}},
	{"spoke in tunnel mode", 1, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.spokes[0], "crypto ipsec transform-set "+c.name+"-SET esp-aes 256 esp-sha-hmac", "mode tunnel")
	}},
	{"hub in tunnel mode", 1, "IPSEC", func(c *cloud, _ int, in enter) {
		in(c.hub, "crypto ipsec transform-set "+c.name+"-SET esp-aes 256 esp-sha-hmac", "mode tunnel")
	}},
	{"hub alone with PFS", 1, "IPSEC", func(c *cloud, _ int, in enter) { in(c.hub, "crypto ipsec profile "+c.name, "set pfs group14") }},
	{"spoke that matches another identity", 2, "IKE", func(c *cloud, _ int, in enter) {
		in(c.spokes[1], "crypto ikev2 profile "+c.name, "no match identity remote any", "match identity remote fqdn nobody")
	}},
	{"hub whose IKEv2 profile does not exist", 2, "IKE", func(c *cloud, _ int, in enter) {
		in(c.hub, "crypto ipsec profile "+c.name, "set ikev2-profile "+strings.ToLower(c.name))
	}},
	{"hub with the other version", 2, "IKE", func(c *cloud, _ int, in enter) {
		in(c.hub, "crypto ipsec profile "+c.name, "no set ikev2-profile "+c.name, "crypto isakmp key x address 0.0.0.0")
	}},
	{"spoke with the other version", 2, "IKE", func(c *cloud, _ int, in enter) {
		in(c.spokes[0], "crypto ipsec profile "+c.name, "no set ikev2-profile "+c.name, "crypto isakmp key x address 0.0.0.0")
	}},
}

func (c *cloud) injectCrypto(t *testing.T, version int, all ...cryptoFault) {
	t.Helper()
	for _, f := range all {
		f.inject(c, version, func(n *Node, lines ...string) {
			t.Helper()
			configure(t, n, lines...)
		})
	}
	for _, n := range append([]*Node{c.hub}, c.spokes...) {
		n.startup = configOf(n)
	}
	c.anew()
	c.Run(60 * time.Second)
}

// stage is what show dmvpn names for a spoke's server.
func failedRung(text string) string {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == "FAIL" {
			return f[0]
		}
	}
	return "none"
}

func TestWhyNamesTheLineThatMendsProtection(t *testing.T) {
	for n, f := range cryptoFaults {
		for version := 1; version <= 2; version++ {
			if f.version != 0 && f.version != version {
				continue
			}
			t.Run(fmt.Sprintf("%s, IKEv%d", f.name, version), func(t *testing.T) {
				c := newProtectedCloud(t, uint64(2000+n), version)
				c.injectCrypto(t, version, f)
				ill := c.ill()
				if ill == nil {
					t.Fatal("the fault has no effect")
				}
				text := c.why(ill, netip.Addr{})
				if rung := failedRung(text); rung != f.rung {
					t.Errorf("it names the rung %s, want %s\n%s", rung, f.rung, text)
				}
				if mends := c.mend(t, 2); c.ill() != nil || mends > 1 {
					t.Errorf("after %d mends: %s", mends, c.why(c.hub, netip.Addr{}))
				}
			})
		}
	}
}

// Two faults at once: the first is mended, then the next is shown.
func TestWhyMendsTwoFaultsOfProtection(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 5))
	for seed := range uint64(12) {
		version := 1 + int(seed%2)
		a, b := cryptoFaults[r.IntN(len(cryptoFaults))], cryptoFaults[r.IntN(len(cryptoFaults))]
		for _, f := range []*cryptoFault{&a, &b} {
			for f.version != 0 && f.version != version {
				*f = cryptoFaults[r.IntN(len(cryptoFaults))]
			}
		}
		t.Run(fmt.Sprintf("%d/%s and %s, IKEv%d", seed, a.name, b.name, version), func(t *testing.T) {
			c := newProtectedCloud(t, seed, version)
			c.injectCrypto(t, version, a, b)
			if mends := c.mend(t, 6); c.ill() != nil {
				t.Errorf("after %d mends: %s", mends, c.why(c.ill(), netip.Addr{}))
			}
		})
	}
}

// UDP 500 passes and ESP does not: the hub, who hears nothing, says so, and what
// it prints for version 2 goes round the filter.
func TestWhyFindsESPThatIsFiltered(t *testing.T) {
	for version := 1; version <= 2; version++ {
		c := newProtectedCloud(t, 77, version)
		s := c.spokes[1]
		c.Filter = func(outer []byte) bool {
			from, to := addresses(outer)
			return outer[9] == 50 && (from == c.nbma[s] || to == c.nbma[s])
		}
		c.injectCrypto(t, version)
		if c.ill() != s {
			t.Fatal("the filter has no effect")
		}
		text := c.why(c.hub, c.nbma[s])
		if failedRung(text) != "IPSEC" || !strings.Contains(text, "permit esp host "+c.nbma[s].String()+" host "+c.nbma[c.hub].String()) {
			t.Errorf("IKEv%d: it says\n%s", version, text)
		}
		if version == 1 {
			c.Filter = nil
			c.Run(100 * time.Second)
		} else {
			c.mend(t, 1)
		}
		if c.ill() != nil {
			t.Errorf("IKEv%d: it does not come up: %s", version, c.why(c.hub, netip.Addr{}))
		}
	}
}

// Both sides' proposals stand one above the other, and no key anywhere.
func TestWhyShowsBothProposalsAndNoKey(t *testing.T) {
	for version := 1; version <= 2; version++ {
		c := newProtectedCloud(t, 78, version)
		configure(t, c.spokes[0], c.otherPolicy(version)...)
		c.injectCrypto(t, version)
		text := c.why(c.hub, c.nbma[c.spokes[0]])
		if !strings.Contains(text, "ours:   ") || !strings.Contains(text, "theirs: ") || strings.Contains(text, c.psk) {
			t.Errorf("IKEv%d: it says\n%s", version, text)
		}
	}
}

func TestWhyOfAHealthyProtectedPeer(t *testing.T) {
	w, hub, spoke1, _ := protectedCloud(t)
	pings(w, spoke1, 10, 50*time.Millisecond)
	c := &cloud{World: w}
	w.Transcript()
	for _, n := range []*Node{hub, spoke1} {
		w.Note("-- on %s\n%s", n.Name, c.why(n, netip.Addr{}))
	}
	golden(t, w)
}
