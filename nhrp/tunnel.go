package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

// tunnel is NHRP on one tunnel interface.
type tunnel struct {
	engine        *Engine
	config        Tunnel
	up            bool
	nbma          netip.Addr // the tunnel source, when it was last up
	cache         cache
	registrations []*registration // in the order of config.NHS
	purges        []*purge        // that wait for their answer
	questions     questions
	routed        int                       // how many bindings depend on routes
	watched       map[netip.Addr][]*binding // by next hop: to be renewed if used
	choice        choice
	redirects     redirects
	leaving       bool // whoever hears of it cannot answer any more
	multicast     replication
	traffic       Traffic
	drops         dropCounts
	incidents     incidents
	errors        limit // of Error Indications
	sends         limit // of all that is sent
}

func newTunnel(e *Engine, c Tunnel) *tunnel {
	t := &tunnel{engine: e, config: Tunnel{Name: c.Name, Multipoint: c.Multipoint, Destination: c.Destination}}
	t.multicast.tunnel, t.choice.tunnel = t, t
	t.configure(c)
	return t
}

// address is our own protocol address.
func (t *tunnel) address() netip.Addr { return t.config.Address.Addr() }

// local is our own end.
func (t *tunnel) local() Endpoint { return Endpoint{t.address(), t.nbma} }

// ready tells whether packets of our own can be made and sent.
func (t *tunnel) ready() bool { return t.up && t.nbma.IsValid() && t.address().IsValid() }

// configure makes the tunnel what c says and touches nothing that stays.
func (t *tunnel) configure(c Tunnel) {
	old := t.config
	var kept []*registration
	for _, r := range t.registrations {
		if c.keeps(&old, r) {
			kept = append(kept, r)
			continue
		}
		r.leave("no longer configured")
	}
	t.config = c
	if c.MaxSend != old.MaxSend {
		t.sends = limit{}
	}
	t.settleStatics()
	anew := c.registersOtherwise(&old)
	t.registrations = nil
	for _, s := range c.NHS {
		if t.registrationWith(s.Protocol) != nil {
			continue // a server named twice
		}
		i := slices.IndexFunc(kept, func(r *registration) bool { return r.Protocol == s.Protocol })
		r := &registration{tunnel: t}
		if i >= 0 {
			r = kept[i]
		}
		r.NHS, r.NBMA = s, c.serverNBMA(s)
		t.registrations = append(t.registrations, r)
		if i < 0 || anew {
			r.begin()
		}
	}
	t.multicastChanged()
	t.serverChanged()
	t.settleShortcuts(&old)
}

// keeps tells whether a registration made under the old configuration is one of c's too.
func (c *Tunnel) keeps(old *Tunnel, r *registration) bool {
	return old.Address.Addr() == c.Address.Addr() && slices.ContainsFunc(c.NHS, func(s NHS) bool {
		return s.Protocol == r.Protocol && c.serverNBMA(s) == r.NBMA
	})
}

// registersOtherwise tells whether servers must hear of the change at once.
func (c *Tunnel) registersOtherwise(old *Tunnel) bool {
	return c.NoUnique != old.NoUnique || c.Authentication != old.Authentication || c.MTU != old.MTU ||
		c.Holdtime != old.Holdtime || c.RegistrationTimeout != old.RegistrationTimeout
}

func (t *tunnel) registrationWith(server netip.Addr) *registration {
	for _, r := range t.registrations {
		if r.Protocol == server {
			return r
		}
	}
	return nil
}

// lineProtocol follows the tunnel interface.
func (t *tunnel) lineProtocol(in Interface) {
	if !in.Up {
		if t.up {
			t.goDown("interface down")
		}
		return
	}
	changed := !t.up || t.nbma != in.NBMA
	t.up, t.nbma = true, in.NBMA
	if changed {
		for _, r := range t.registrations {
			r.begin()
		}
	}
}

// goDown says goodbye to the servers and forgets the clients.
func (t *tunnel) goDown(reason string) {
	t.leaving = true
	t.abandon()
	for _, r := range t.registrations {
		r.leave(reason)
	}
	for _, p := range t.purges {
		t.engine.timers.stop(&p.timer)
	}
	t.purges = nil
	t.flush(netip.Prefix{}, reason)
	t.up, t.leaving = false, false
}

// flush removes the dynamic bindings inside a prefix.
func (t *tunnel) flush(p netip.Prefix, reason string) {
	for _, b := range t.cache.inside(p, dynamic) {
		t.remove(b, reason)
	}
}

// close takes back everything that the tunnel has told anyone.
func (t *tunnel) close() {
	if t.up {
		t.goDown("no longer configured")
	}
	for _, b := range t.cache.inside(netip.Prefix{}, every) {
		t.remove(b, "no longer configured")
	}
	t.engine.timers.stop(&t.multicast.timer)
	t.choice.close()
	if len(t.multicast.told) > 0 {
		t.engine.do(Multicast{t.config.Name, nil})
	}
}

// send encodes a packet and sends it to an NBMA address.
func (t *tunnel) send(to netip.AddrPort, p *Packet) {
	b, err := p.Encode()
	if err != nil {
		t.drop(DropUnsendable, to.Addr())
		return
	}
	t.transmit(to, b)
}

// transmit sends a packet, or drops it if its time has seen too many. Who waits
// for an answer to it finds it lost and asks again.
func (t *tunnel) transmit(to netip.AddrPort, b []byte) {
	if most := t.config.MaxSend; most.Packets > 0 && !t.sends.allow(t.engine.now, most.Packets, most.Every) {
		t.drop(DropQuota, to.Addr())
		if t.sends.count == most.Packets+1 {
			t.engine.log(QuotaExceeded{t.config.Name, most})
		}
		return
	}
	t.traffic.Sent[b[17]]++
	t.debugPacket(true, to.Addr(), b)
	t.engine.do(Send{t.config.Name, to, b})
}

// holdtime is the holding time of what we say about ourselves, in seconds.
func (t *tunnel) holdtime() uint16 { return seconds(t.config.Holdtime) }

func seconds(d time.Duration) uint16 { return uint16(min(max(d/time.Second, 0), 0xffff)) }

// limit lets through so many events in a while, which begins with an event.
type limit struct {
	since time.Time
	count int // of the events since, also those not let through
}

func (l *limit) allow(now time.Time, most int, every time.Duration) bool {
	if now.Sub(l.since) >= every {
		l.since, l.count = now, 0
	}
	l.count++
	return l.count <= most
}
