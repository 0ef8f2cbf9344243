package main

import (
	"net/netip"
	"runtime"
	"slices"
	"sync"

	"weft/cli/commands"
	"weft/dataplane"
	"weft/dataplane/esp"
	"weft/ike"
	"weft/router"
)

// secrecy is what the box has for IPsec beside the router and the data plane.
type secrecy struct {
	computing chan struct{} // holds as many as may compute at once

	mu      sync.Mutex                   // guards cleared: sessions read it
	cleared map[association]esp.Counters // what "clear crypto sa counters" subtracts
}

// association names one: peers choose the SPIs of what goes to them.
type association struct {
	spi     uint32
	inbound bool
	peer    netip.AddrPort
}

func newSecrecy() secrecy {
	return secrecy{computing: make(chan struct{}, runtime.GOMAXPROCS(0)), cleared: map[association]esp.Counters{}}
}

// compute does arithmetic for IKE while the router goes on.
func (b *box) compute(c router.Compute) {
	go func() {
		b.secrecy.computing <- struct{}{}
		result, err := c.Work.Do()
		<-b.secrecy.computing
		answer := ike.Computed{ID: c.ID, Result: result}
		if err != nil {
			answer.Err = err.Error()
		}
		b.tell(router.Computed{Computed: answer})
	}()
}

// protect has the sockets for IPsec open while a tunnel is protected.
func (b *box) protect(want []dataplane.Tunnel) {
	on := slices.ContainsFunc(want, func(t dataplane.Tunnel) bool { return t.Protected })
	if err := b.socket.Protect(on); err != nil {
		go b.tell(router.Happened{Event: commands.HostFault{What: "IPsec", Reason: err.Error()}})
	}
}

// Crypto is what IKE knows, with the traffic of its associations.
func (v view) Crypto() commands.CryptoState {
	state := answer(v.box, (*router.Router).Crypto)
	state.Inbound, state.Outbound = map[uint32]commands.SATraffic{}, map[uint32]commands.SATraffic{}
	live := map[association]dataplane.AssociationState{}
	for _, s := range v.pipe.Associations() {
		live[association{s.SPI, s.Inbound, s.Peer}] = s
	}
	v.secrecy.mu.Lock()
	defer v.secrecy.mu.Unlock()
	for i := range state.Children {
		c := &state.Children[i]
		in, out := association{c.In, true, c.Peer}, association{c.Out, false, c.Peer}
		if s, ok := live[in]; ok {
			state.Inbound[c.In] = v.secrecy.traffic(c, in, s)
		}
		if s, ok := live[out]; ok {
			t := v.secrecy.traffic(c, out, s)
			t.PathMTU = pathMTU
			t.PlainMTU = c.Suite.Room(pathMTU, c.Peer.Port() != 0)
			state.Outbound[c.In] = t
		}
	}
	return state
}

// pathMTU is how large packets may be outside.
const pathMTU = 1500

// traffic is what an association has done since its counters were cleared; its
// lifetime goes on.
func (s *secrecy) traffic(c *ike.Child, a association, live dataplane.AssociationState) commands.SATraffic {
	zero := s.cleared[a]
	t := commands.SATraffic{Packets: live.Packets - zero.Packets, Bytes: live.Octets - zero.Octets, Sequence: live.Sequence}
	if used := live.Octets / 1024; used < c.Kilobytes {
		t.Kilobytes = c.Kilobytes - used
	}
	for _, f := range live.Faults {
		n := f.Count
		for _, z := range zero.Faults {
			if z.Fault == f.Fault {
				n -= z.Count
			}
		}
		switch f.Fault {
		case esp.Replayed, esp.Late:
			t.Replay += n
		case esp.Forged:
			t.Verify += n
		case esp.Truncated, esp.Padding, esp.Oversize:
			t.Length += n
		case esp.Dummy:
			t.Protocol += n
		case esp.Exhausted, esp.Expired:
			t.Send += n
		}
	}
	return t
}

func (v view) ClearCrypto(c ike.Clear) { v.command(c) }

// ClearCryptoCounters sets the traffic of associations to zero.
func (v view) ClearCryptoCounters() {
	v.secrecy.mu.Lock()
	defer v.secrecy.mu.Unlock()
	clear(v.secrecy.cleared)
	for _, s := range v.pipe.Associations() {
		v.secrecy.cleared[association{s.SPI, s.Inbound, s.Peer}] = s.Counters
	}
}
