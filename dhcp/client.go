package dhcp

import (
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

const (
	firstRetry   = 4 * time.Second // then twice as long each time, RFC 2131 section 4.1
	lastRetry    = 64 * time.Second
	requestTries = 4               // before another server is looked for
	rebootTries  = 2               // before a lease is taken to hold, unasked
	leastRenewal = time.Minute     // between two requests for more time, section 4.4.5
	afterRefusal = 4 * time.Second // a server that offers and refuses must not be asked all the time
)

// client is the client of one interface.
type client struct {
	engine      *Engine
	want        Interface
	link        Link
	phase       Phase
	transaction uint32
	began       time.Time // what is under way
	sent        time.Time // the latest request
	tries       int
	at          time.Time // its timer; zero: stopped
	offer       Lease     // that is requested
	leased      bool
	lease       Lease
	counts      Counts
}

// linked follows the interface.
func (c *client) linked(l Link) {
	was := c.link
	c.link = l
	switch {
	case was.Up == l.Up && was.MAC == l.MAC:
	case !l.Up:
		c.phase, c.at = Idle, time.Time{}
		if c.leased {
			c.at = c.lease.Expires()
		}
	case c.leased:
		c.begin(Rebooting)
	default:
		c.begin(Selecting)
	}
}

// begin enters a phase with a transaction of its own.
func (c *client) begin(p Phase) {
	c.engine.transaction++
	c.transaction, c.phase, c.tries, c.began = c.engine.transaction, p, 0, c.engine.now
	c.transmit()
}

// transmit sends what the phase asks, and sets the time to do so again.
func (c *client) transmit() {
	var none netip.Addr
	now := c.engine.now
	own := c.lease.Address.Addr()
	c.tries++
	c.at = now.Add(min(firstRetry<<min(c.tries-1, 8), lastRetry))
	if c.phase != Requesting || c.tries == 1 {
		c.sent = now
	}
	switch c.phase {
	case Selecting:
		c.send(everybody, c.message(dhcpv4.MessageTypeDiscover, none, none, none))
	case Requesting:
		c.send(everybody, c.message(dhcpv4.MessageTypeRequest, none, c.offer.Address.Addr(), c.offer.Server))
	case Rebooting:
		c.send(everybody, c.message(dhcpv4.MessageTypeRequest, none, own, none))
	case Renewing:
		c.send(c.lease.Server, c.message(dhcpv4.MessageTypeRequest, own, none, none))
		c.at = halfway(now, c.lease.Since.Add(c.lease.Rebind))
	case Rebinding:
		c.send(everybody, c.message(dhcpv4.MessageTypeRequest, own, none, none))
		c.at = halfway(now, c.lease.Expires())
	case Idle, Holding:
	}
}

// halfway is when to ask again before an end: section 4.4.5.
func halfway(now, end time.Time) time.Time {
	at := now.Add(max(end.Sub(now)/2, leastRenewal))
	if at.After(end) {
		return end
	}
	return at
}

func (c *client) send(to netip.Addr, packet []byte) {
	from := netip.IPv4Unspecified()
	if c.phase == Renewing || c.phase == Rebinding || c.phase == Idle {
		from = c.lease.Address.Addr()
	}
	c.engine.do(Send{c.want.Name, from, to, packet})
}

// ring is RFC 2131 figure 5's timers.
func (c *client) ring() {
	now := c.engine.now
	if c.leased && !c.lease.Expires().IsZero() && !c.lease.Expires().After(now) {
		c.lose()
		if c.at = (time.Time{}); c.link.Up && c.phase != Idle {
			c.begin(Selecting)
		}
		return
	}
	switch c.phase {
	case Selecting:
		c.transmit()
	case Requesting:
		if c.tries >= requestTries {
			c.begin(Selecting)
			return
		}
		c.transmit()
	case Rebooting:
		if c.tries >= rebootTries {
			c.hold()
			return
		}
		c.transmit()
	case Holding:
		c.begin(Renewing)
	case Renewing:
		if !c.lease.Since.Add(c.lease.Rebind).After(now) {
			c.begin(Rebinding)
			return
		}
		c.transmit()
	case Rebinding:
		c.transmit()
	case Idle:
	}
}

// hold waits for the time to renew.
func (c *client) hold() {
	c.phase, c.tries, c.at = Holding, 0, time.Time{}
	if c.lease.Time != infinite {
		c.at = c.lease.Since.Add(c.lease.Renewal)
		if c.at.Before(c.engine.now) {
			c.at = c.engine.now
		}
	}
}

// receive takes a server's answer.
func (c *client) receive(b []byte) {
	a, malformed := c.readAnswer(b)
	switch {
	case malformed:
		c.counts.Malformed++
	case a.kind == dhcpv4.MessageTypeNone || a.transaction != c.transaction:
		c.counts.Unexpected++
	case c.phase == Selecting && a.kind == dhcpv4.MessageTypeOffer:
		if !a.lease.useful() {
			c.counts.Useless++
			return
		}
		c.offer = a.lease
		c.phase, c.tries = Requesting, 0 // the same transaction, section 4.4.1
		c.transmit()
	case c.asking() && a.kind == dhcpv4.MessageTypeAck:
		if a.lease.Server == (netip.Addr{}) {
			a.lease.Server = c.lease.Server
		}
		if !a.lease.useful() || c.phase == Requesting && a.lease.Address.Addr() != c.offer.Address.Addr() {
			c.counts.Useless++
			return
		}
		c.bound(a.lease)
	case c.asking() && a.kind == dhcpv4.MessageTypeNak:
		c.lose()
		c.phase, c.tries, c.at = Selecting, 0, c.engine.now.Add(afterRefusal)
		c.engine.transaction++
		c.transaction = c.engine.transaction
	default:
		c.counts.Unexpected++
	}
}

// asking tells whether a request waits for its answer.
func (c *client) asking() bool {
	return c.phase == Requesting || c.phase == Rebooting || c.phase == Renewing || c.phase == Rebinding
}

// bound begins the lease, anew if there was one.
func (c *client) bound(l Lease) {
	l.Since = c.sent
	news := !c.leased || c.lease.Address != l.Address
	c.leased, c.lease = true, l
	c.hold()
	c.engine.do(Bound{c.want.Name, l})
	if news {
		c.engine.do(Log{Assigned{c.want.Name, l.Address, c.want.Hostname}})
	}
}

// lose gives the address up.
func (c *client) lose() {
	if c.leased {
		c.leased = false
		c.engine.do(Lost{c.want.Name})
		c.engine.do(Log{Restarted{c.want.Name}})
	}
}

// release gives the lease back, section 4.4.6.
func (c *client) release() {
	c.phase, c.at = Idle, time.Time{}
	if !c.leased {
		return
	}
	if c.link.Up {
		c.engine.transaction++
		c.transaction = c.engine.transaction
		c.send(c.lease.Server, c.message(dhcpv4.MessageTypeRelease, c.lease.Address.Addr(), netip.Addr{}, c.lease.Server))
	}
	c.leased = false
	c.engine.do(Lost{c.want.Name})
}

// renewNow asks at once.
func (c *client) renewNow() {
	switch {
	case !c.link.Up:
	case c.leased:
		c.begin(Renewing)
	default:
		c.begin(Selecting)
	}
}
