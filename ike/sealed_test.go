package ike

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// unreadable makes the keys of a router what the compiler leaves of keys that it
// cannot decrypt.
func unreadable(c *Config) {
	for i := range c.Keyrings {
		for j := range c.Keyrings[i].Keys {
			c.Keyrings[i].Keys[j].Secret, c.Keyrings[i].Keys[j].Sealed = nil, "AAAA"
		}
	}
	for i := range c.Profiles2 {
		for j := range c.Profiles2[i].Keys {
			k := &c.Profiles2[i].Keys[j]
			k.Local, k.Remote, k.LocalSealed, k.RemoteSealed = nil, nil, "AAAA", "AAAA"
		}
	}
}

// refuses checks that nothing comes up and why.
func refuses(t *testing.T, w *world, n *node) {
	t.Helper()
	w.run(time.Minute)
	if r := n.refusal(); r.Reason != ReasonNoKey || !strings.Contains(r.Text, "cannot be decrypted") {
		t.Errorf("%+v", r)
		w.fail()
	}
	if len(n.secured) > 0 {
		t.Error("and it is up")
	}
}

func TestAKeyThatCannotBeDecryptedIsNamedAndTheTunnelComesUpWithIt(t *testing.T) {
	w, hub, spoke := two1(t, func(_, spoke *Config) { unreadable(spoke) })
	spoke.step(Protect{pair(hubAddr)})
	refuses(t, w, spoke)
	spoke.step(Configure{config1(spokeAddr, "secret")})
	w.run(5 * time.Minute)
	w.joined(hub, spoke)

	w, hub, spoke = two(t)
	c := config2(spokeAddr, "secret")
	unreadable(&c)
	spoke.step(Configure{c})
	spoke.step(Protect{pair(hubAddr)})
	refuses(t, w, spoke)
	if spoke.dropped(dropMalformed)+hub.dropped(dropMalformed) > 0 || len(hub.secured) > 0 {
		t.Error("something was sent that proves nothing")
	}
	spoke.step(Configure{config2(spokeAddr, "secret")})
	w.run(5 * time.Minute)
	w.joined(hub, spoke)
}

func TestAKeyOfOneHostThatCannotBeDecryptedIsNotReplacedByTheOneForAll(t *testing.T) {
	w, _, spoke := two1(t, func(_, spoke *Config) {
		ring := &spoke.Keyrings[0]
		one := ring.Keys[0]
		one.Peer, one.Secret, one.Sealed = netip.MustParsePrefix(hubAddr+"/32"), nil, "AAAA"
		ring.Keys = append(ring.Keys, one)
	})
	spoke.step(Protect{pair(hubAddr)})
	refuses(t, w, spoke)
}
