package nhrp

import (
	"net/netip"
	"testing"
	"time"
)

// A plan is the addresses of a phase 3 cloud of one hub and two spokes.
type plan struct {
	network, summary string
	hub, one, two    string // protocol addresses
	lanOne, lanTwo   string
	nbma             [3]string
	secret           Secret
	packet           []byte // from the first LAN to the second
}

var (
	overlay4 = plan{network: "10.0.0.0/24", summary: "172.16.0.0/16", hub: "10.0.0.1", one: "10.0.0.11", two: "10.0.0.12",
		lanOne: "172.16.11.0/24", lanTwo: "172.16.12.0/24", secret: "WEFTLAB", packet: data()}
	overlay6 = plan{network: "fd00::/64", summary: "fd00::/16", hub: "fd00::1", one: "fd00::11", two: "fd00::12",
		lanOne: "fd00:11::/64", lanTwo: "fd00:12::/64", secret: "WEFTLAB", packet: data6("fd00:11::10", "fd00:12::10")}
	underlay4 = [3]string{"192.0.2.1", "198.51.100.11", "203.0.113.12"}
	underlay6 = [3]string{"2001:db8:f::1", "2001:db8:f::11", "2001:db8:f::12"}
)

// data6 is the beginning of an IPv6 packet.
func data6(source, destination string) []byte {
	b := make([]byte, 48)
	b[0], b[6], b[7] = 0x60, 58, 64
	copy(b[8:], addr(source).AsSlice())
	copy(b[24:], addr(destination).AsSlice())
	return b
}

func (p plan) over(underlay [3]string) plan {
	p.nbma = underlay
	return p
}

// cloud makes it, all routes in place and all spokes registered.
func (p plan) cloud() (w *world, hub, one, two *node) {
	w = newWorld()
	bits := netip.MustParsePrefix(p.network).Bits()
	config := func(base Tunnel, address string) Tunnel {
		base.Address = netip.PrefixFrom(addr(address), bits)
		base.Authentication, base.Shortcut, base.Redirect = p.secret, true, 8*time.Second
		if base.NHS != nil {
			base.NHS = []NHS{{Protocol: addr(p.hub), NBMA: addr(p.nbma[0])}}
		}
		return base
	}
	hub = w.add("hub", p.nbma[0], 100, config(hubConfig(), p.hub))
	one = w.add("one", p.nbma[1], 200, config(spokeConfig("10.0.0.11/24"), p.one))
	two = w.add("two", p.nbma[2], 300, config(spokeConfig("10.0.0.12/24"), p.two))
	link, summary := [3]string{p.network, "", "Tunnel0"}, [3]string{p.summary, p.hub, "Tunnel0"}
	w.routed(hub, link, [3]string{p.lanOne, p.one, "Tunnel0"}, [3]string{p.lanTwo, p.two, "Tunnel0"})
	w.routed(one, link, summary, [3]string{p.lanOne, "", "Gi0/2"})
	w.routed(two, link, summary, [3]string{p.lanTwo, "", "Gi0/2"})
	w.run(time.Second)
	return w, hub, one, two
}

// The life of a cloud, whichever protocol is inside and whichever outside.
func TestEitherProtocolInsideAndOutside(t *testing.T) {
	for name, p := range map[string]plan{
		"4 over 4": overlay4.over(underlay4), "6 over 4": overlay6.over(underlay4),
		"4 over 6": overlay4.over(underlay6), "6 over 6": overlay6.over(underlay6),
	} {
		t.Run(name, func(t *testing.T) {
			w, hub, one, two := p.cloud()
			far, next := netip.MustParsePrefix(p.lanTwo), addr(p.two)
			for _, n := range []*node{one, two} {
				if e, ok := hub.entry(n.config.Address.Addr().String()); !ok || e.NBMA != n.nbma || n.tunnel().NHS[0].Status != Responding {
					t.Errorf("the hub's entry of %s is %+v", n.name, e)
				}
			}
			w.step(hub, Hairpin{"Tunnel0", anyPort(one.nbma), p.packet})
			w.run(time.Second)
			if one.routes[far] != next || one.bindings[host(next)] != two.nbma {
				t.Fatalf("after a redirect there are the routes %v and the bindings %v", one.routes, one.bindings)
			}
			if r := two.tunnel().Requesters; len(r) != 1 || r[0].Entry != far || r[0].Protocol != addr(p.one) {
				t.Errorf("who answered remembers %+v", r)
			}
			// What was told is taken back: first the network, then the next hop.
			w.routed(two, [3]string{p.network, "", "Tunnel0"}, [3]string{p.summary, p.hub, "Tunnel0"})
			w.run(time.Second)
			if one.routes[far].IsValid() || hub.dropped(DropPurgeUnanswered)+two.dropped(DropPurgeUnanswered) != 0 || len(two.tunnel().Purges) != 0 {
				t.Errorf("after a purge there are the routes %v", one.routes)
			}
			w.step(two, Interface{Tunnel: "Tunnel0"})
			w.run(time.Second)
			if e, ok := hub.entry(p.two); ok {
				t.Errorf("it has left, and the hub still has %+v", e)
			}
			// What nobody knows is remembered as such.
			w.step(one, Clear{})
			w.step(one, Unresolved{"Tunnel0", next})
			w.run(time.Second)
			if e, ok := one.entry(p.two); !ok || e.Type != Incomplete {
				t.Errorf("of who is not there it has %+v", e)
			}
			for _, b := range w.sent {
				if d := decoded(t, b); d.Underlay != FamilyOf(one.nbma) || d.Overlay != FamilyOf(next) {
					t.Errorf("%s is of %v over %v", describe(b), d.Overlay, d.Underlay)
				}
			}
		})
	}
}

func TestClearOfAnIPv6PrefixLeavesTheRest(t *testing.T) {
	w, hub, _, _ := overlay6.over(underlay6).cloud()
	w.step(hub, Clear{Prefix: netip.MustParsePrefix("fd00::10/127")})
	_, one := hub.entry("fd00::11")
	_, two := hub.entry("fd00::12")
	if one || !two {
		t.Errorf("inside the prefix: %v, outside: %v", one, two)
	}
}
