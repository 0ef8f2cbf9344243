package nhrp

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// standbyWorld is a spoke and so many hubs, 10.0.0.1 at 192.0.2.1 and up, of
// which the first has the best priority.
func standbyWorld(hubs int, change func(*Tunnel)) (w *world, spoke *node, all []*node) {
	w = newWorld()
	c := spokeConfig("10.0.0.11/24")
	c.NHS = nil
	for i := range hubs {
		h := hubConfig()
		h.Address = netip.MustParsePrefix(fmt.Sprintf("10.0.0.%d/24", i+1))
		all = append(all, w.add(fmt.Sprintf("hub%d", i+1), fmt.Sprintf("192.0.2.%d", i+1), uint32(1000*i+1000), h))
		c.NHS = append(c.NHS, NHS{Protocol: h.Address.Addr(), NBMA: all[i].nbma, Multicast: true, Priority: uint8(i)})
	}
	slices.Reverse(c.NHS) // priority decides, not the order of the lines
	c.RegistrationTimeout = 10 * time.Second
	change(&c)
	return w, w.add("spoke1", "198.51.100.11", 200, c), all
}

// inUse lists the servers that a node registers with, R before those that respond.
func (n *node) inUse() (list []string) {
	for _, s := range n.tunnel().NHS {
		switch {
		case s.Status == Responding:
			list = append(list, "R"+s.Protocol.String())
		case s.InUse:
			list = append(list, "E"+s.Protocol.String())
		}
	}
	return list
}

func (n *node) uses(t *testing.T, want ...string) {
	t.Helper()
	if got := n.inUse(); !slices.Equal(got, want) {
		t.Errorf("in use are %v, want %v", got, want)
	}
}

// die makes a node dead or alive again; it remembers what it knew.
func (w *world) die(n *node, dead bool) {
	n.outside = n.nbma
	if dead {
		n.outside = netip.Addr{}
	}
}

func TestClusterUsesItsBestServers(t *testing.T) {
	w, spoke, hubs := standbyWorld(3, func(c *Tunnel) { c.Clusters = []Cluster{{0, 2}} })
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.1", "R10.0.0.2")
	if !slices.Equal(spoke.multicast, []netip.Addr{addr("192.0.2.1"), addr("192.0.2.2")}) {
		t.Errorf("multicast goes to %v", spoke.multicast)
	}
	if s := spoke.tunnel().NHS[2]; s.Status != Waiting || s.Sent != 0 {
		t.Errorf("the server in reserve is %+v", s)
	}
	if n := len(hubs[2].bindings); n != 0 {
		t.Errorf("and knows %d clients", n)
	}
}

func TestNextServerTakesOverAndTheBetterOneFallsBack(t *testing.T) {
	w, spoke, hubs := standbyWorld(3, func(c *Tunnel) { c.Clusters, c.Fallback = []Cluster{{0, 1}}, 30*time.Second })
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.1")
	w.die(hubs[0], true)
	w.run(17*time.Second + 100*time.Millisecond) // the next registration, and 7 seconds more
	spoke.uses(t, "E10.0.0.1", "R10.0.0.2")
	if spoke.server != addr("192.0.2.2") {
		t.Errorf("data goes by %v", spoke.server)
	}
	w.die(hubs[1], true)
	w.run(17*time.Second + 100*time.Millisecond)
	spoke.uses(t, "E10.0.0.1", "E10.0.0.2", "R10.0.0.3")
	w.die(hubs[0], false)
	w.run(10 * time.Second)
	spoke.uses(t, "R10.0.0.1", "R10.0.0.3")
	if spoke.server != addr("192.0.2.3") {
		t.Errorf("while the better server is on trial data goes by %v", spoke.server)
	}
	w.run(31 * time.Second)
	spoke.uses(t, "R10.0.0.1")
	if spoke.server != addr("192.0.2.1") || len(hubs[2].bindings) != 0 {
		t.Errorf("after the fallback data goes by %v, and the last server still knows %v", spoke.server, hubs[2].bindings)
	}
	w.golden(t, "fallback")
}

func TestServerThatComesAndGoesDoesNotTakeOver(t *testing.T) {
	w, spoke, hubs := standbyWorld(2, func(c *Tunnel) { c.Clusters, c.Fallback = []Cluster{{0, 1}}, 60*time.Second })
	w.run(time.Second)
	w.die(hubs[0], true)
	w.run(30 * time.Second)
	for range 5 {
		w.die(hubs[0], false)
		w.run(25 * time.Second)
		w.die(hubs[0], true)
		w.run(25 * time.Second)
		if !slices.Contains(spoke.inUse(), "R10.0.0.2") || spoke.server != addr("192.0.2.2") {
			t.Fatalf("in use are %v, and data goes by %v", spoke.inUse(), spoke.server)
		}
	}
}

func TestServerThatRefusesIsReplaced(t *testing.T) {
	w, spoke, hubs := standbyWorld(2, func(c *Tunnel) { c.Clusters = []Cluster{{0, 1}} })
	c := hubs[0].config
	c.Authentication = "secret"
	w.configure(hubs[0], c)
	w.run(time.Second)
	spoke.uses(t, "E10.0.0.1", "R10.0.0.2")
	c.Authentication = ""
	w.configure(hubs[0], c)
	w.run(10 * time.Second)
	spoke.uses(t, "R10.0.0.1")
}

func TestClustersAreIndependent(t *testing.T) {
	w, spoke, hubs := standbyWorld(4, func(c *Tunnel) {
		for i := range c.NHS {
			c.NHS[i].Cluster = uint8(i % 2) // 10.0.0.4 and .2 in cluster 0, .3 and .1 in 1
		}
		c.Clusters = []Cluster{{0, 1}, {1, 0}}
	})
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.2")
	w.die(hubs[1], true)
	w.run(20 * time.Second)
	spoke.uses(t, "E10.0.0.2", "R10.0.0.4")
	c := spoke.config
	c.Clusters = nil
	w.configure(spoke, c)
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.1", "E10.0.0.2", "R10.0.0.3", "R10.0.0.4")
}

func TestPriorityThatChangesMovesTheClientOver(t *testing.T) {
	w, spoke, hubs := standbyWorld(2, func(c *Tunnel) { c.Clusters = []Cluster{{0, 1}} })
	w.run(time.Second)
	c := spoke.config
	c.NHS = slices.Clone(c.NHS)
	c.NHS[0].Priority, c.NHS[1].Priority = 0, 9
	w.configure(spoke, c)
	w.run(time.Second)
	spoke.uses(t, "R10.0.0.2")
	if len(hubs[0].bindings) != 0 {
		t.Errorf("the server left behind still knows %v", hubs[0].bindings)
	}
}

func TestRegistrationWaitsForItsDelay(t *testing.T) {
	w, spoke, _ := standbyWorld(1, func(c *Tunnel) { c.RegistrationDelay = 5 * time.Second })
	w.run(4900 * time.Millisecond)
	if s := spoke.tunnel().NHS[0]; s.Sent != 0 || s.Status != Waiting {
		t.Errorf("before the delay is over the server is %+v", s)
	}
	w.run(200 * time.Millisecond)
	spoke.uses(t, "R10.0.0.1")
}
