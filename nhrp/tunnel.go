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
	registrations []*registration // in the order of config.NHS, and of the addresses of a name
	purges        []*purge        // that wait for their answer
	questions     questions
	routed        int // how many bindings depend on routes
	locals        int // and how many of them say what lies behind us
	choice        choice
	standby       standby
	redirects     redirects
	leaving       bool // whoever hears of it cannot answer any more
	moving        bool // to another NBMA address
	multicast     replication
	traffic       Traffic
	drops         dropCounts
	incidents     incidents
	stats         Stats
	errors        limit // of Error Indications
	sends         limit // of all that is sent
}

func newTunnel(e *Engine, c Tunnel) *tunnel {
	t := &tunnel{engine: e, config: Tunnel{Name: c.Name, Multipoint: c.Multipoint, Destination: c.Destination}}
	t.multicast.tunnel, t.choice.tunnel, t.standby.tunnel = t, t, t
	t.configure(c)
	return t
}

// address is our own protocol address.
func (t *tunnel) address() netip.Addr { return t.config.Address.Addr() }

// local is our own end.
func (t *tunnel) local() Endpoint { return Endpoint{t.address(), t.nbma} }

// ready tells whether packets of our own can be made and sent.
func (t *tunnel) ready() bool { return t.up && t.nbma.IsValid() && t.address().IsValid() }

// configure makes the tunnel what c says, and its servers those that their names
// stand for now. It touches nothing that stays.
func (t *tunnel) configure(c Tunnel) {
	old := t.config
	want := t.engine.servers(&c)
	var kept []*registration
	for _, r := range t.registrations {
		if old.Address.Addr() == c.Address.Addr() && slices.ContainsFunc(want, r.is) {
			kept = append(kept, r)
			continue
		}
		r.leave("no longer configured")
	}
	t.config = c
	if c.MaxSend != old.MaxSend {
		t.sends = limit{}
	}
	t.registrations = t.registrations[:0:0]
	for _, s := range want {
		i := slices.IndexFunc(kept, func(r *registration) bool { return r.is(s) })
		r := &registration{tunnel: t}
		if i >= 0 {
			r = kept[i]
		}
		r.appoint(s)
		t.registrations = append(t.registrations, r)
	}
	t.settleStatics()
	t.lookUp(false)
	if c.registersOtherwise(&old) {
		for _, r := range t.registrations {
			if r.InUse {
				r.begin()
			}
		}
	}
	t.settleServers()
	t.multicastChanged()
	t.serverChanged()
	t.settleShortcuts(&old)
}

// registersOtherwise tells whether servers must hear of the change at once.
func (c *Tunnel) registersOtherwise(old *Tunnel) bool {
	return c.NoUnique != old.NoUnique || c.Authentication != old.Authentication || c.MTU != old.MTU ||
		c.Holdtime != old.Holdtime || c.RegistrationTimeout != old.RegistrationTimeout
}

// lineProtocol follows the tunnel interface.
func (t *tunnel) lineProtocol(in Interface) {
	if !in.Up {
		if t.up {
			t.stats.Down++
			t.goDown("interface down")
		}
		return
	}
	switch {
	case !t.up:
		t.stats.Up++
		t.standby.until = t.engine.now.Add(t.config.RegistrationDelay)
	case t.nbma == in.NBMA:
		return
	default:
		t.stats.SourceChange++
		t.relocate()
		t.moving = true
	}
	t.up, t.nbma = true, in.NBMA
	if t.moving {
		for _, b := range t.cache.inside(netip.Prefix{}, (*binding).local) {
			t.remove(b, "NBMA address changed")
		}
		t.moving = false
	}
	t.lookUp(true)
	t.settleServers()
	t.multicastChanged()
}

// relocate takes back what the servers have under our old NBMA address, which is
// ours no longer: they know the registration by its id.
func (t *tunnel) relocate() {
	for _, r := range t.registrations {
		r.leave("NBMA address changed")
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
	t.engine.timers.stop(&t.standby.timer)
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
	t.tracePacket(TraceSent, p, to.Addr())
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
