package world

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"weft/nhrp"
	"weft/router"
)

var (
	seed  = flag.Uint64("seed", 0, "simulate this cloud alone")
	seeds = flag.Uint64("seeds", 12, "simulate so many clouds")
)

// A simulation is a cloud of random shape to which random things happen.
type simulation struct {
	*crowd
	t       *testing.T
	random  *rand.Rand
	startup map[*Node]string // of those that are dead
	pulled  map[*Node]bool
	shut    map[*Node]bool
	nbma    []netip.Addr // of the spokes
	past    []string     // what has happened
}

const simulatedHold = 60 * time.Second

func simulate(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, seed))
	hubs := 1 + r.IntN(2)
	gateway := "Tunnel0"
	if hubs == 1 && r.IntN(2) == 0 {
		gateway = "10.1.255.1"
	}
	s := &simulation{crowd: gather(hubs, 2+r.IntN(5), simulatedHold, gateway), t: t, random: r,
		startup: map[*Node]string{}, pulled: map[*Node]bool{}, shut: map[*Node]bool{}}
	for i, n := range s.spokes {
		s.nbma = append(s.nbma, s.nbmaOf(i+1))
		switch r.IntN(4) {
		case 0:
			configure(t, n, "interface Tunnel0", "no ip nhrp shortcut")
		case 1:
			configure(t, n, "interface Tunnel0", "ip nhrp registration no-unique")
		}
	}
	loss := r.IntN(30)
	s.Lose = func(netip.Addr, netip.Addr) bool { return r.IntN(100) < loss }
	s.Late = func(netip.Addr, netip.Addr) time.Duration { return time.Duration(r.IntN(40)) * time.Millisecond }
	for range 60 {
		s.event()
		s.Run(time.Duration(r.IntN(8000)) * time.Millisecond)
	}
	s.quiet()
	s.everybodyReachesEverybody()
	s.cachesAgree()
	s.nothingIsLeft()
	if t.Failed() {
		t.Errorf("this was -seed %d: %d hubs, %d spokes, routes by %s, %d %% loss; what happened:\n%v", seed, hubs, len(s.spokes), gateway, loss, s.past)
	}
}

// event has something happen.
func (s *simulation) event() {
	all := append(append([]*Node(nil), s.hubs...), s.spokes...)
	n := all[s.random.IntN(len(all))]
	spoke := s.spokes[s.random.IntN(len(s.spokes))]
	told := func(what string, who *Node) {
		s.past = append(s.past, fmt.Sprintf("%v %s %s\n", s.Now().Sub(start), who.Name, what))
	}
	switch s.random.IntN(12) {
	case 4:
		i := s.random.IntN(len(s.spokes))
		if s.spokes[i].Router != nil {
			s.nbma[i] = nth("198.19.0.0", s.random.IntN(200)*10+i)
			told(fmt.Sprint("moves to ", s.nbma[i]), s.spokes[i])
			configure(s.t, s.spokes[i], "interface "+wan, fmt.Sprintf("ip address %v 255.254.0.0", s.nbma[i]))
		}
	case 0:
		if text, dead := s.startup[n]; dead {
			told("boots", n)
			s.boot(n, text)
		} else {
			told("dies", n)
			s.startup[n] = configOf(n)
			n.Kill()
		}
	case 1:
		s.pulled[n] = !s.pulled[n]
		told(fmt.Sprint("pulled ", s.pulled[n]), n)
		n.Cable(wan, !s.pulled[n])
	case 2:
		if n.Router != nil {
			s.shut[n] = !s.shut[n]
			told(fmt.Sprint("shut ", s.shut[n]), n)
			configure(s.t, n, "interface Tunnel0", map[bool]string{true: "shutdown", false: "no shutdown"}[s.shut[n]])
		}
	case 3:
		if n.Router != nil {
			told("cleared", n)
			n.Step(router.Command{Command: nhrp.Clear{}})
		}
	default: // mostly people work
		for range 10 {
			to := 1 + s.random.IntN(len(s.spokes))
			for i, from := range s.spokes {
				if from == spoke && i+1 != to && from.Router != nil {
					s.ping(i+1, to, 1)
				}
			}
			s.Run(200 * time.Millisecond)
		}
	}
}

func (s *simulation) boot(n *Node, text string) {
	delete(s.startup, n)
	n.Boot(text)
	for i, spoke := range s.spokes {
		if spoke == n {
			n.PC(s.pcOf(i + 1))
		}
	}
}

// quiet mends everything and waits until all is as it will be: a spoke asks a
// lost server once a minute.
func (s *simulation) quiet() {
	s.Lose, s.Late = nil, nil
	for _, n := range append(append([]*Node(nil), s.hubs...), s.spokes...) {
		if text, dead := s.startup[n]; dead {
			s.boot(n, text)
		}
		n.Cable(wan, true)
		configure(s.t, n, "interface Tunnel0", "no shutdown")
	}
	s.Run(3*simulatedHold + 10*time.Second)
}

func (s *simulation) everybodyReachesEverybody() {
	for round := range 2 {
		for from := range s.spokes {
			for to := range s.spokes {
				if from == to {
					continue
				}
				answered := s.ping(from+1, to+1, uint16(2+round))
				if s.Run(200 * time.Millisecond); !answered() {
					s.t.Errorf("spoke%d does not reach spoke%d", from+1, to+1)
				}
			}
		}
	}
}

// cachesAgree requires that whatever anybody knows of anybody is true.
func (s *simulation) cachesAgree() {
	for _, h := range s.hubs {
		if n := registered(h); n != len(s.spokes) {
			s.t.Errorf("%s has %d clients of %d", h.Name, n, len(s.spokes))
		}
	}
	truth := map[netip.Addr]netip.Addr{}
	for i := range s.spokes {
		truth[s.tunnelOf(i+1)], truth[s.pcOf(i+1)] = s.nbma[i], s.nbma[i]
	}
	for _, n := range append(append([]*Node(nil), s.hubs...), s.spokes...) {
		for _, e := range n.Router.NHRP(nhrp.Filter{}).Tunnels[0].Cache {
			if nbma, known := truth[e.Protocol.Addr()]; known && e.Type == nhrp.Dynamic && e.NBMA != nbma {
				s.t.Errorf("%s has %v at %v, which is at %v", n.Name, e.Protocol, e.NBMA, nbma)
			}
		}
	}
}

// nothingIsLeft: when nobody says anything, all is forgotten but who is there.
func (s *simulation) nothingIsLeft() {
	s.Run(3*time.Minute + simulatedHold)
	for _, n := range append(append([]*Node(nil), s.hubs...), s.spokes...) {
		for _, e := range n.Router.NHRP(nhrp.Filter{}).Tunnels[0].Cache {
			if e.Type != nhrp.Static && e.Flags&nhrp.Registered == 0 {
				s.t.Errorf("%s still has %v, %v", n.Name, e.Protocol, e.Type)
			}
		}
	}
}

// In a world where routers die, cables are pulled and packets are lost, all is
// well some time after all is mended.
func TestRandomCloudsRecover(t *testing.T) {
	if *seed != 0 {
		simulate(t, *seed)
		return
	}
	for i := range *seeds {
		simulate(t, i+1)
		if t.Failed() {
			return
		}
	}
}
