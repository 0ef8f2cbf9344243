package router

import (
	"net/netip"
	"slices"
	"time"

	"weft/dataplane"
	"weft/dataplane/packet"
	"weft/routing/eigrp"
)

// What routing protocols that have IP protocol numbers of their own say and hear.
// On tunnels that goes through the pipeline, on ports through raw sockets.

const (
	// routingTTL and routingTOS are those of IOS: internetwork control, and no
	// further than one router that takes one from a TTL before it listens.
	routingTTL = 2
	routingTOS = 0xc0
)

// speak notes that packets to a group are wanted on a port, or no more. On a tunnel
// they are always taken.
func (r *Router) speak(s Speaking, on bool) {
	if isTunnel(s.Interface) || isLoopback(s.Interface) {
		return
	}
	r.speaking[s] += map[bool]int{true: 1, false: -1}[on]
	if r.speaking[s] <= 0 {
		delete(r.speaking, s)
	}
	want := make([]Speaking, 0, len(r.speaking))
	for s := range r.speaking {
		want = append(want, s)
	}
	slices.SortFunc(want, compareSpeaking)
	r.do(SpeakingOn{want})
}

// sendRouting sends a packet of a routing protocol from an interface's own address.
func (r *Router) sendRouting(name string, protocol uint8, to netip.Addr, payload []byte) {
	i := r.interfaces[name]
	if i == nil || !i.config.Address.IsValid() {
		return
	}
	if !isTunnel(name) {
		r.do(SendRouting{Interface: name, Protocol: protocol, To: to, Packet: payload})
		return
	}
	b := make([]byte, packet.IPv4HeaderLen, packet.IPv4HeaderLen+len(payload))
	packet.IPv4Header{TOS: routingTOS, TotalLen: packet.IPv4HeaderLen + len(payload), TTL: routingTTL, Protocol: protocol,
		Source: i.config.Address.Addr(), Destination: to}.Put(b)
	r.do(TunnelPacket{Tunnel: name, Packet: append(b, payload...)})
}

// heard hands a packet of a routing protocol to it.
func (r *Router) heard(now time.Time, in RoutingPacket) {
	if in.Protocol == packet.ProtocolEIGRP {
		r.receiveEIGRP(now, eigrp.Receive{Interface: in.Interface, From: in.From, To: in.To, Packet: in.Packet})
	}
}

func punted(e dataplane.Routing) RoutingPacket {
	return RoutingPacket{Interface: e.Tunnel, From: e.From, To: e.To, Protocol: e.Protocol, Packet: e.Packet}
}
