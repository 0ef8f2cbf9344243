package nhrp

import (
	"net/netip"
	"time"
)

const (
	quotedPacket = 128  // octets of a data packet that a Traffic Indication carries
	maxFlows     = 4096 // flows whose senders were told lately
)

// redirects remember whom we have told of a shorter way: one flow's sender is
// told every so often.
type redirects struct {
	told  map[[2]netip.Addr]*redirected
	swept time.Time // when old ones were last looked for
}

type redirected struct {
	to         netip.Addr // NBMA address of who was told
	at         time.Time
	suppressed uint64
}

func (r *redirects) due(source, destination, to netip.Addr, now time.Time, every time.Duration) bool {
	flow := [2]netip.Addr{source, destination}
	if told, ok := r.told[flow]; ok && now.Sub(told.at) < every {
		told.suppressed++
		return false
	}
	if len(r.told) >= maxFlows && !r.sweep(now, every) {
		return false
	}
	if r.told == nil {
		r.told = map[[2]netip.Addr]*redirected{}
	}
	r.told[flow] = &redirected{to: to, at: now}
	return true
}

// sweep makes room, at most once a second: a flood of flows is not worth looking
// through all of them for each of its packets.
func (r *redirects) sweep(now time.Time, every time.Duration) bool {
	if now.Sub(r.swept) < time.Second {
		return false
	}
	r.swept = now
	for flow, told := range r.told {
		if now.Sub(told.at) >= every {
			delete(r.told, flow)
		}
	}
	return len(r.told) < maxFlows
}

// redirect tells the previous hop of a packet that there is a shorter way than
// by us: Cisco's Traffic Indication.
func (t *tunnel) redirect(in Hairpin) {
	source, destination, ok := addressesOf(in.Packet)
	if !ok || t.config.Redirect == 0 || !t.ready() || same(t.nextStation(destination), in.From) {
		return
	}
	if !t.redirects.due(source, destination, in.From.Addr(), t.engine.now, t.config.Redirect) {
		t.traffic.Suppressed++
		return
	}
	p := t.packet(TrafficIndication, source)
	p.Body = in.Packet[:min(len(in.Packet), quotedPacket)]
	if t.config.Authentication != "" {
		p.Extensions = []Extension{t.authentication()}
	}
	t.send(in.From, p)
}

// nextStation is where data for a destination leaves to.
func (t *tunnel) nextStation(destination netip.Addr) netip.AddrPort {
	route, ok := t.engine.routes.Lookup(destination)
	if !ok || len(route.NextHops) == 0 {
		return netip.AddrPort{}
	}
	out := t.engine.sameNetwork(t, route.NextHops[0].Interface)
	if out == nil {
		return netip.AddrPort{}
	}
	if next := route.NextHops[0].Gateway; next.IsValid() {
		return out.station(next)
	}
	return out.station(destination)
}

// trafficIndication follows a redirect: asks, along the routed way, who is the
// last before the packet's destination. Only a station that we send to can know
// what we send.
func (t *tunnel) trafficIndication(m *message) {
	if !t.comprehends(m) {
		return
	}
	_, destination, ok := addressesOf(m.Body)
	route, found := t.engine.routes.Lookup(destination)
	switch {
	case !ok, !found, !t.config.Shortcut, !t.config.Multipoint, !t.knows(m),
		len(route.NextHops) == 0 || t.engine.sameNetwork(t, route.NextHops[0].Interface) != t:
		t.drop(DropTrafficIndication, m.from)
		return
	}
	if b := t.cache.covering(destination); b != nil && b.learnt != nil {
		return // the packet left before the shortcut was there
	}
	t.resolve(destination)
}

// knows tells whether a packet comes from a station that data goes to.
func (t *tunnel) knows(m *message) bool {
	for _, r := range t.registrations {
		if r.NBMA == m.from {
			return true
		}
	}
	return same(t.station(m.Source), m.peer())
}

// addressesOf reads the addresses of an IP packet of which we have the beginning.
func addressesOf(b []byte) (source, destination netip.Addr, ok bool) {
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		return netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), true
	case len(b) >= 40 && b[0]>>4 == 6:
		return netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), true
	}
	return source, destination, false
}
