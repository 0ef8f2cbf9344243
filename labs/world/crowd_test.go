package world

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/nhrp"
)

// A crowd is one cloud with so many hubs and spokes, phase 3: spoke i has the
// tunnel address 10.1.0.i, the LAN 172.(16+i/250).(i%250).0/24, and 198.18.0.i.
type crowd struct {
	*World
	hubs, spokes []*Node
}

func (c *crowd) tunnelOf(i int) netip.Addr { return nth("10.1.0.0", i) }
func (c *crowd) nbmaOf(i int) netip.Addr   { return nth("198.18.0.0", i) }
func (c *crowd) pcOf(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{172, byte(16 + i/250), byte(i % 250), 10})
}

// nth is the i-th address after one.
func nth(first string, i int) netip.Addr {
	a := netip.MustParseAddr(first).As4()
	n := int(a[2])<<8 + int(a[3]) + i
	return netip.AddrFrom4([4]byte{a[0], a[1], byte(n >> 8), byte(n)})
}

const tunnelLines = ` ip nhrp authentication WEFTLAB
 ip nhrp network-id 1
 ip nhrp holdtime %d
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
 tunnel key 100
`

// gather boots a crowd. Hub h is 10.1.255.h at 192.0.2.h.
// Spokes know one route to all LANs, by the gateway or the tunnel.
func gather(hubs, spokes int, hold time.Duration, gateway string) *crowd {
	c := &crowd{World: New(start)}
	c.Terse = true
	lines := fmt.Sprintf(tunnelLines, hold/time.Second)
	for h := 1; h <= hubs; h++ {
		var b strings.Builder
		fmt.Fprintf(&b, "version 15.6\nhostname hub%d\ninterface Tunnel0\n ip address 10.1.255.%d 255.255.0.0\n%s ip nhrp map multicast dynamic\n ip nhrp redirect\n", h, h, lines)
		fmt.Fprintf(&b, "interface GigabitEthernet0/1\n ip address 192.0.2.%d 255.255.255.0\nip route 0.0.0.0 0.0.0.0 192.0.2.254\n", h)
		for i := 1; i <= spokes; i++ {
			fmt.Fprintf(&b, "ip route %v 255.255.255.0 %v\n", netip.PrefixFrom(c.pcOf(i), 24).Masked().Addr(), c.tunnelOf(i))
		}
		c.hubs = append(c.hubs, c.Router(fmt.Sprintf("hub%d", h), b.String(), wan, lan))
	}
	for i := 1; i <= spokes; i++ {
		var b strings.Builder
		fmt.Fprintf(&b, "version 15.6\nhostname spoke%d\ninterface Tunnel0\n ip address %v 255.255.0.0\n%s", i, c.tunnelOf(i), lines)
		b.WriteString(" ip nhrp shortcut\n")
		for h := 1; h <= hubs; h++ {
			fmt.Fprintf(&b, " ip nhrp nhs 10.1.255.%d nbma 192.0.2.%d multicast\n", h, h)
		}
		fmt.Fprintf(&b, "interface GigabitEthernet0/1\n ip address %v 255.254.0.0\ninterface GigabitEthernet0/2\n ip address %v 255.255.255.0\n",
			c.nbmaOf(i), c.pcOf(i).Prev())
		b.WriteString("ip route 0.0.0.0 0.0.0.0 198.19.255.254\nip route 172.16.0.0 255.240.0.0 " + gateway + "\n")
		s := c.Router(fmt.Sprintf("spoke%d", i), b.String(), wan, lan)
		s.PC(c.pcOf(i))
		c.spokes = append(c.spokes, s)
	}
	return c
}

// ping sends an echo request from one spoke's LAN to another's.
func (c *crowd) ping(from, to int, sequence uint16) (answered func() bool) {
	n := c.spokes[from-1]
	delete(n.host.echoed, sequence)
	return n.Ping(c.pcOf(from), c.pcOf(to), sequence)
}

// The hub of 500 spokes is restarted: they find out by themselves, and all are
// back without a storm.
func TestHubReloadWith500Spokes(t *testing.T) {
	c := gather(1, 500, 30*time.Second, "Tunnel0")
	c.Note("-- 500 spokes start at once")
	c.Run(5 * time.Second)
	c.Tally()
	if n := registered(c.hubs[0]); n != 500 {
		t.Fatalf("%d clients are registered", n)
	}
	c.Note("-- the hub is killed, and boots 20 seconds later")
	running := configOf(c.hubs[0])
	c.hubs[0].Kill()
	c.Run(20 * time.Second)
	c.Tally()
	c.hubs[0].Boot(running)
	reborn := c.Now()
	if !c.Until(15*time.Second, func() bool { return registered(c.hubs[0]) == 500 }) {
		t.Errorf("%d clients are back", registered(c.hubs[0]))
	}
	c.Note("-- all are back after %v", c.Now().Sub(reborn))
	c.Tally()
	c.Run(30 * time.Second)
	c.Note("-- and 30 seconds of rest")
	c.Tally()
	golden(t, c.World)
}

// Sixteen spokes that do not follow redirects send to one another for a minute:
// the hub tells each sender once in eight seconds.
func TestRedirectStorm(t *testing.T) {
	c := gather(1, 16, 600*time.Second, "10.1.255.1")
	for _, s := range c.spokes {
		configure(t, s, "interface Tunnel0", "no ip nhrp shortcut")
	}
	c.Run(5 * time.Second)
	c.Tally()
	c.Transcript()
	storm := func() {
		for second := range 60 {
			for from := 1; from <= 16; from++ {
				for to := 1; to <= 16; to++ {
					if from != to {
						c.ping(from, to, uint16(second))
					}
				}
			}
			c.Run(time.Second)
		}
	}
	c.Note("-- 240 flows for a minute, and nobody follows redirects")
	storm()
	c.Tally()
	for _, s := range c.spokes {
		configure(t, s, "interface Tunnel0", "ip nhrp shortcut")
	}
	c.Note("-- now everybody does")
	storm()
	c.Tally()
	before := hubData(c.hubs[0])
	storm()
	c.Note("-- and a minute later; %d packets went by the hub", hubData(c.hubs[0])-before)
	c.Tally()
	golden(t, c.World)
}

// Three in ten packets vanish, and the others overtake each other: the cloud
// forms, finds its shortcuts and keeps them.
func TestThirtyPercentLoss(t *testing.T) {
	c := gather(2, 6, 60*time.Second, "Tunnel0")
	r := rand.New(rand.NewPCG(30, 30))
	c.Lose = func(netip.Addr, netip.Addr) bool { return r.IntN(10) < 3 }
	c.Late = func(netip.Addr, netip.Addr) time.Duration { return time.Duration(r.IntN(30)) * time.Millisecond }
	// Those that the hubs know are from better days.
	var running []string
	for _, h := range c.hubs {
		running = append(running, configOf(h))
		h.Kill()
	}
	c.Run(time.Second)
	c.Tally()
	c.Transcript()
	for i, h := range c.hubs {
		h.Boot(running[i])
	}
	c.Note("-- thirty percent of all packets are lost, the others are up to 30 ms late")
	if !c.Until(time.Minute, func() bool { return registered(c.hubs[0])+registered(c.hubs[1]) == 12 }) {
		t.Errorf("after a minute of loss %d and %d clients are registered", registered(c.hubs[0]), registered(c.hubs[1]))
	}
	c.Note("-- all six are registered with both hubs")
	c.Tally()
	answered := 0
	for i := range 600 {
		done := c.ping(1, 2, uint16(i))
		c.Run(time.Second)
		if done() {
			answered++
		}
	}
	c.Note("-- %d of 600 pings are answered", answered)
	c.Tally()
	if answered < 200 { // two packets each, of which 0.49 arrive
		t.Errorf("%d of 600 pings are answered", answered)
	}
	c.Lose, c.Late = nil, nil
	c.Run(70 * time.Second)
	lost := 0
	for i := range 20 {
		done := c.ping(1, 2, uint16(1000+i))
		c.Run(200 * time.Millisecond)
		if !done() {
			lost++
		}
	}
	if lost > 0 || !bound(c.spokes[0], c.tunnelOf(2)) {
		t.Errorf("when the loss is over %d pings of 20 are lost", lost)
	}
	golden(t, c.World)
}

// A route that names the tunnel alone, and no shortcuts: what was asked for is
// the next hop, and is not asked for again with every packet.
func TestDestinationOfARouteIntoTheTunnelIsAskedForOnce(t *testing.T) {
	c := gather(1, 2, 600*time.Second, "Tunnel0")
	for _, s := range c.spokes {
		configure(t, s, "interface Tunnel0", "no ip nhrp shortcut")
	}
	c.Run(5 * time.Second)
	for i := range 60 {
		done := c.ping(1, 2, uint16(i))
		if c.Run(time.Second); !done() {
			t.Errorf("ping %d is lost", i)
		}
	}
	for _, s := range c.spokes {
		if n := s.Router.NHRP(nhrp.Filter{}).Tunnels[0].Traffic.Sent[nhrp.ResolutionRequest]; n != 1 {
			t.Errorf("%s has sent %d requests in a minute", s.Name, n)
		}
	}
	if before := hubData(c.hubs[0]); before > 4 {
		t.Errorf("%d packets went by the hub", before)
	}
}
