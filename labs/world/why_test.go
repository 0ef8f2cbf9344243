package world

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/ike"
	"weft/nhrp"
	"weft/router"
)

// A cloud is a hub and spokes with names and addresses that a seed has chosen.
type cloud struct {
	*World
	hub                *Node
	spokes             []*Node
	tunnel, wan        string // interface names
	network            netip.Prefix
	key, id            uint32
	secret             string
	name, psk          string // of protection, and its key
	nbma, overlay, lan map[*Node]netip.Addr
}

// newCloud makes one, every spoke registered.
func newCloud(t *testing.T, seed uint64) *cloud {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	net := r.Uint32N(200)
	c := &cloud{
		World: New(start), tunnel: fmt.Sprintf("Tunnel%d", r.Uint32N(1000)), wan: fmt.Sprintf("GigabitEthernet0/%d", r.Uint32N(4)),
		network: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(net), byte(r.Uint32N(250)), 0}), 24),
		key:     1 + r.Uint32N(1<<30), id: 1 + r.Uint32N(1<<30), secret: fmt.Sprintf("s%06d", r.Uint32N(1000000)),
		nbma: map[*Node]netip.Addr{}, overlay: map[*Node]netip.Addr{}, lan: map[*Node]netip.Addr{},
	}
	base := c.network.Addr().As4()
	at := 1 + r.Uint32N(60)
	var hub [2]netip.Addr
	for n := range 4 {
		base[3] = byte(at)
		at += 1 + r.Uint32N(50)
		overlay := netip.AddrFrom4(base)
		nbma := netip.AddrFrom4([4]byte{100, byte(64 + n), byte(r.Uint32N(250)), byte(2 + r.Uint32N(200))})
		name := fmt.Sprintf("%c%x", 'a'+r.Uint32N(26), r.Uint32N(1<<20))
		if n == 0 {
			hub = [2]netip.Addr{overlay, nbma}
		}
		node := c.Router(name, c.startup(n, name, overlay, nbma, hub, uint8(20+n)), c.wan)
		c.overlay[node], c.nbma[node], c.lan[node] = overlay, nbma, netip.AddrFrom4([4]byte{172, 16, byte(20 + n), 1})
		if n == 0 {
			c.hub = node
		} else {
			c.spokes = append(c.spokes, node)
		}
	}
	if !c.Until(10*time.Second, func() bool { return c.ill() == nil }) {
		t.Fatalf("seed %d: the cloud does not come up:\n%s", seed, c.Transcript())
	}
	return c
}

func (c *cloud) startup(n int, name string, overlay, nbma netip.Addr, hub [2]netip.Addr, lan uint8) string {
	gateway := nbma.As4()
	gateway[3] = 1
	lines := []string{"hostname " + name, "interface " + c.tunnel, "ip address " + overlay.String() + " 255.255.255.0",
		"ip nhrp authentication " + c.secret, fmt.Sprint("ip nhrp network-id ", c.id), "ip nhrp redirect", "ip nhrp shortcut"}
	switch {
	case n == 0:
		lines = append(lines, "ip nhrp map multicast dynamic")
	case n == 1: // one spoke writes its server in one line, the others by maps
		lines = append(lines, fmt.Sprintf("ip nhrp nhs %s nbma %s multicast", hub[0], hub[1]))
	default:
		lines = append(lines, fmt.Sprintf("ip nhrp map %s %s", hub[0], hub[1]), fmt.Sprintf("ip nhrp map multicast %s", hub[1]), fmt.Sprintf("ip nhrp nhs %s", hub[0]))
	}
	return strings.Join(append(lines, "ip nhrp registration timeout 20",
		"tunnel source "+c.wan, "tunnel mode gre multipoint", fmt.Sprint("tunnel key ", c.key),
		"interface "+c.wan, "ip address "+nbma.String()+" 255.255.255.0", "no shutdown",
		fmt.Sprintf("interface Loopback%d", n), fmt.Sprintf("ip address 172.16.%d.1 255.255.255.0", lan),
		"ip route 0.0.0.0 0.0.0.0 "+netip.AddrFrom4(gateway).String(), "end"), "\n")
}

// ill is the first spoke whose server does not answer, or that the hub has not;
// nil if all is well.
func (c *cloud) ill() *Node {
	for _, s := range c.spokes {
		if !c.served(s) {
			return s
		}
	}
	return nil
}

func (c *cloud) served(s *Node) bool {
	at := c.Now().Add(-25 * time.Second)
	for _, t := range s.Router.NHRP(nhrp.Filter{}).Tunnels {
		for _, n := range t.NHS {
			if n.Status == nhrp.Responding && n.LastReply.After(at) {
				return true
			}
		}
	}
	return false
}

// why is what a node prints.
func (c *cloud) why(n *Node, about netip.Addr) string {
	text := ""
	for _, d := range n.Router.Why(c.Now(), about, router.Seen{Strangers: n.pipe.Strangers(), Associations: n.pipe.Associations(), Counters: n.pipe.Counters}) {
		text += commands.DiagnosisText(&d, true)
	}
	return text
}

// follow does what the first instruction of a text says and reports whether that
// changed anything; a question to another router is asked there, and followed.
func (c *cloud) follow(t *testing.T, n *Node, text string, depth int) (changed bool) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for k, line := range lines {
		where, ok := strings.CutPrefix(line, "  Enter ")
		if !ok {
			continue
		}
		target, tunnel := n, false
		if at, other := strings.CutPrefix(where, "on "); other {
			tunnel = strings.Contains(at, ", in the interface of its tunnel to ")
			at, _, _ = strings.Cut(strings.TrimSuffix(at, ":"), ",")
			target = c.nodeAt(t, netip.MustParseAddr(at))
		}
		var enter []string
		for _, l := range lines[k+1:] {
			if !strings.HasPrefix(l, "    ") {
				break
			}
			enter = append(enter, strings.TrimSpace(l))
		}
		return c.enter(t, target, tunnel, enter, depth)
	}
	t.Logf("nothing to enter in:\n%s", text)
	return false
}

func (c *cloud) enter(t *testing.T, n *Node, tunnel bool, lines []string, depth int) bool {
	t.Helper()
	t.Logf("on %s: %q", n.Name, lines)
	if about, asks := strings.CutPrefix(lines[0], "show dmvpn why "); asks {
		text := c.why(n, netip.MustParseAddr(about))
		t.Logf("%s", text)
		return depth > 0 && c.follow(t, n, text, depth-1)
	}
	clear := ""
	if last := lines[len(lines)-1]; strings.HasPrefix(last, "clear crypto session remote ") {
		clear, lines = strings.TrimPrefix(last, "clear crypto session remote "), lines[:len(lines)-1]
	}
	for k := range lines { // the reader knows the key
		lines[k] = strings.ReplaceAll(lines[k], "KEY", c.psk)
	}
	if address, ok := strings.CutPrefix(lines[0], "clear ip nhrp "); ok {
		n.Step(router.Command{Command: nhrp.Clear{Prefix: netip.PrefixFrom(netip.MustParseAddr(address), 32)}})
		return true
	}
	if tunnel {
		lines = append([]string{"interface " + c.tunnel}, lines...)
	} else if lines[0] != "configure terminal" || lines[len(lines)-1] != "end" {
		t.Fatalf("%q does not begin and end at the prompt", lines)
	} else {
		lines = lines[1 : len(lines)-1]
	}
	if err := n.Configure(lines...); err != nil {
		t.Fatalf("%s does not take %q: %v", n.Name, lines, err)
	}
	if clear != "" {
		n.Step(router.Command{Command: ike.Clear{IKE: true, IPsec: true, Peer: netip.MustParseAddr(clear)}})
	}
	return true
}

func (c *cloud) nodeAt(t *testing.T, a netip.Addr) *Node {
	t.Helper()
	for _, n := range append([]*Node{c.hub}, c.spokes...) {
		if n.Router != nil && n.host.owns(a, anyLink) {
			return n
		}
	}
	t.Fatalf("no router has %s", a)
	return nil
}

// mend asks, at each ill spoke, why, and does as told, until all is well.
func (c *cloud) mend(t *testing.T, most int) (mends int) {
	t.Helper()
	for mends < most {
		s := c.ill()
		if s == nil {
			return mends
		}
		text := c.why(s, netip.Addr{})
		t.Logf("%s", text)
		if !c.follow(t, s, text, 3) {
			t.Fatalf("nothing changed after %d mends", mends)
		}
		mends++
		c.Run(100 * time.Second)
	}
	return mends
}

// A fault of the matrix: how it is made, and how many lines mend it.
type fault struct {
	name   string
	inject func(c *cloud, in func(n *Node, lines ...string))
	mends  int
	server bool // what is missing is who the server is
}

func (c *cloud) tunnelLines(lines ...string) []string {
	return append([]string{"interface " + c.tunnel}, lines...)
}

var faults = []fault{
	{"hub without network-id", func(c *cloud, in func(*Node, ...string)) { in(c.hub, c.tunnelLines("no ip nhrp network-id")...) }, 1, false},
	{"hub without key", func(c *cloud, in func(*Node, ...string)) { in(c.hub, c.tunnelLines("no tunnel key")...) }, 1, false},
	{"hub with another key", func(c *cloud, in func(*Node, ...string)) { in(c.hub, c.tunnelLines("tunnel key 7")...) }, 1, false},
	{"spoke without key", func(c *cloud, in func(*Node, ...string)) { in(c.spokes[1], c.tunnelLines("no tunnel key")...) }, 1, false},
	{"hub left point-to-point", func(c *cloud, in func(*Node, ...string)) {
		in(c.hub, c.tunnelLines("tunnel mode gre ip", "tunnel destination "+c.nbma[c.spokes[0]].String())...)
	}, 1, false},
	{"hub point-to-point without destination", func(c *cloud, in func(*Node, ...string)) { in(c.hub, c.tunnelLines("tunnel mode gre ip")...) }, 1, false},
	{"spoke without network-id", func(c *cloud, in func(*Node, ...string)) { in(c.spokes[2], c.tunnelLines("no ip nhrp network-id")...) }, 1, false},
	{"spoke with another authentication", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[0], c.tunnelLines("ip nhrp authentication other")...)
	}, 1, false},
	{"spoke without authentication", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[1], c.tunnelLines("no ip nhrp authentication")...)
	}, 1, false},
	{"hub with another authentication", func(c *cloud, in func(*Node, ...string)) {
		in(c.hub, c.tunnelLines("ip nhrp authentication other")...)
	}, 1, false},
	{"spoke with the wrong server", func(c *cloud, in func(*Node, ...string)) {
		wrong := c.freeOverlay()
		in(c.spokes[0], c.tunnelLines("no ip nhrp nhs "+c.overlay[c.hub].String(), fmt.Sprintf("ip nhrp nhs %s nbma %s multicast", wrong, c.nbma[c.hub]))...)
	}, 1, false},
	{"spoke with the wrong server in a map", func(c *cloud, in func(*Node, ...string)) {
		wrong, right := c.freeOverlay(), c.overlay[c.hub]
		in(c.spokes[1], c.tunnelLines(fmt.Sprintf("no ip nhrp nhs %s", right), fmt.Sprintf("no ip nhrp map %s %s", right, c.nbma[c.hub]),
			fmt.Sprintf("ip nhrp map %s %s", wrong, c.nbma[c.hub]), fmt.Sprintf("ip nhrp nhs %s", wrong))...)
	}, 1, false},
	{"spoke without server, only a map", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[2], c.tunnelLines("no ip nhrp nhs "+c.overlay[c.hub].String())...)
	}, 1, true},
	{"spoke without a map of its server", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[2], c.tunnelLines(fmt.Sprintf("no ip nhrp map %s %s", c.overlay[c.hub], c.nbma[c.hub]))...)
	}, 1, true},
	{"spoke with the address of another", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[2], c.tunnelLines("ip address "+c.overlay[c.spokes[0]].String()+" 255.255.255.0")...)
	}, 1, false},
	{"spoke with the address of the hub's map of another", func(c *cloud, in func(*Node, ...string)) {
		in(c.hub, c.tunnelLines(fmt.Sprintf("ip nhrp map %s 203.0.113.77", c.overlay[c.spokes[1]]))...)
	}, 1, false},
	{"spoke whose tunnel is shut", func(c *cloud, in func(*Node, ...string)) { in(c.spokes[0], c.tunnelLines("shutdown")...) }, 1, false},
	{"spoke whose port is shut", func(c *cloud, in func(*Node, ...string)) { in(c.spokes[0], "interface "+c.wan, "shutdown") }, 1, false},
	{"hub whose tunnel is shut", func(c *cloud, in func(*Node, ...string)) { in(c.hub, c.tunnelLines("shutdown")...) }, 1, false},
	{"spoke without tunnel source", func(c *cloud, in func(*Node, ...string)) { in(c.spokes[1], c.tunnelLines("no tunnel source")...) }, 1, false},
	{"spoke with a source that is not its own", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[1], c.tunnelLines("tunnel source 203.0.113.99")...)
	}, 1, false},
	{"spoke that routes the hub through the tunnel", func(c *cloud, in func(*Node, ...string)) {
		in(c.spokes[0], fmt.Sprintf("ip route %s 255.255.255.255 %s", c.nbma[c.hub], c.tunnel))
	}, 1, false},
}

func (c *cloud) freeOverlay() netip.Addr {
	a := c.network.Addr().As4()
	a[3] = 251
	return netip.AddrFrom4(a)
}

// Whatever row of the matrix is broken, on whatever names and addresses: what is
// printed, entered on the router that it names, makes the peer come up.
func TestWhyNamesTheLineThatMends(t *testing.T) {
	for n, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			seed := uint64(1000 + n)
			c := newCloud(t, seed)
			t.Logf("seed %d", seed)
			c.inject(t, f)
			if c.ill() == nil {
				t.Fatal("the fault has no effect")
			}
			if mends := c.mend(t, f.mends+1); c.ill() != nil || mends > f.mends {
				t.Errorf("after %d mends: %s", mends, c.why(c.ill(), netip.Addr{}))
			}
		})
	}
}

func (c *cloud) inject(t *testing.T, all ...fault) {
	t.Helper()
	for _, f := range all {
		f.inject(c, func(n *Node, lines ...string) {
			if err := n.Configure(lines...); err != nil {
				t.Fatal(err)
			}
		})
	}
	c.Run(100 * time.Second)
}

func anyLink(dataplane.Link) bool { return true }

// Two faults at once: the first is mended, then the next is shown.
func TestWhyMendsTwoFaultsOneAfterTheOther(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 5))
	for seed := range uint64(80) {
		a, b := faults[r.IntN(len(faults))], faults[r.IntN(len(faults))]
		if a.server && b.server {
			continue // nothing is left that says who the server is
		}
		t.Run(fmt.Sprintf("%d/%s and %s", seed, a.name, b.name), func(t *testing.T) {
			c := newCloud(t, seed)
			c.inject(t, a, b)
			// Where one of them has hidden from the hub that all others are of one
			// mind, each of them follows the hub.
			if mends := c.mend(t, 6); c.ill() != nil {
				t.Errorf("after %d mends: %s", mends, c.why(c.ill(), netip.Addr{}))
			}
		})
	}
}

// A hub that copies multicast to nobody: all peers are up, and only what lives on
// multicast suffers.
func TestWhyFindsMulticastThatGoesNowhere(t *testing.T) {
	c := newCloud(t, 41)
	hub := c.hub
	if err := hub.Configure(c.tunnelLines("no ip nhrp map multicast dynamic")...); err != nil {
		t.Fatal(err)
	}
	c.Run(time.Second)
	hello := func() {
		p := echo(8, c.overlay[hub], netip.MustParseAddr("224.0.0.5"), 1)
		buf := append(make([]byte, dataplane.Headroom), p...)
		hub.pipe.FromTunnel(c.tunnel, [][]byte{buf}, dataplane.Headroom)
		c.Run(time.Second)
	}
	hello()
	s := c.spokes[0]
	before := s.pipe.Counters(c.tunnel).MulticastIn
	text := c.why(hub, c.overlay[s])
	if !strings.Contains(text, "  UP     ok ") {
		t.Errorf("the peer is up, and it says\n%s", text)
	}
	if !c.follow(t, hub, text, 0) {
		t.Fatal("nothing changed")
	}
	c.Run(time.Second)
	hello()
	if s.pipe.Counters(c.tunnel).MulticastIn != before+1 {
		t.Errorf("multicast still does not arrive; it said\n%s", text)
	}
}

// Network-ids are each router's own affair.
func TestWhyFindsNothingWrongWithAnotherNetworkID(t *testing.T) {
	c := newCloud(t, 42)
	s := c.spokes[1]
	if err := s.Configure(c.tunnelLines("ip nhrp network-id 4242")...); err != nil {
		t.Fatal(err)
	}
	c.Run(30 * time.Second)
	for _, n := range []*Node{c.hub, s} {
		if text := c.why(n, netip.Addr{}); strings.Contains(text, "FAIL") || strings.Contains(text, "Fault") || !strings.Contains(text, "  UP     ok ") {
			t.Errorf("%s says\n%s", n.Name, text)
		}
	}
}

// A spoke that has come back elsewhere meets its own old registration.
func TestWhyClearsARegistrationThatIsLeftOver(t *testing.T) {
	c := newCloud(t, 43)
	s := c.spokes[1]
	running := configOf(s)
	moved := netip.AddrFrom4([4]byte{100, 90, 7, 7})
	s.Kill()
	c.Run(40 * time.Second)
	old := c.nbma[s].As4()
	old[3] = 1
	s.Boot(strings.ReplaceAll(strings.ReplaceAll(running, c.nbma[s].String()+" ", moved.String()+" "),
		"0.0.0.0 0.0.0.0 "+netip.AddrFrom4(old).String(), "0.0.0.0 0.0.0.0 100.90.7.1"))
	c.Run(60 * time.Second)
	if c.ill() != s {
		t.Fatal("the spoke's old registration does not stand in its way")
	}
	if mends := c.mend(t, 1); mends != 1 || c.ill() != nil {
		t.Errorf("after %d mends: %s", mends, c.why(s, netip.Addr{}))
	}
}

// What a healthy ladder says can be checked.
func TestWhyOfAHealthyPeer(t *testing.T) {
	w, hub, spoke1, _ := phase3(t)
	pings(w, spoke1, 10, 50*time.Millisecond)
	c := &cloud{World: w}
	w.Transcript()
	for _, n := range []*Node{hub, spoke1} {
		w.Note("-- on %s\n%s", n.Name, c.why(n, netip.Addr{}))
	}
	w.Note("-- on hub, of a station that it does not know\n%s", c.why(hub, netip.MustParseAddr("10.0.0.99")))
	golden(t, w)
}
