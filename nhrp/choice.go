package nhrp

import "net/netip"

// choice is where a tunnel's data goes while its next hop is not resolved: by
// the first server that responds. It is told when the dust has settled, for a
// change of the configuration touches many registrations.
type choice struct {
	timer
	tunnel *tunnel
	told   netip.AddrPort
	served bool // that any server responds, as it was told
}

func (t *tunnel) serverChanged() {
	if t.choice.place == 0 {
		t.engine.timers.set(&t.choice.timer, &t.choice, t.engine.now)
	}
}

func (c *choice) ring(*Engine) {
	best := c.tunnel.bestServer()
	c.tellServed(best.IsValid())
	if !c.tunnel.config.Multipoint {
		best = netip.AddrPort{} // whose data has one way anyway
	}
	c.tell(best)
}

func (c *choice) close() {
	c.tunnel.engine.timers.stop(&c.timer)
	c.tell(netip.AddrPort{})
	c.tellServed(false)
}

func (c *choice) tellServed(any bool) {
	if c.served != any {
		c.served = any
		c.tunnel.engine.do(Served{c.tunnel.config.Name, any})
	}
}

func (c *choice) tell(nbma netip.AddrPort) {
	if c.told != nbma {
		c.told = nbma
		c.tunnel.engine.do(Server{c.tunnel.config.Name, nbma})
	}
}

// bestServer is the NBMA address of the server that responds and has the least
// priority number, the first configured one among equals. One that has come back
// only just is the last resort.
func (t *tunnel) bestServer() netip.AddrPort {
	var best *registration
	for _, r := range t.registrations {
		switch {
		case r.Status != Responding:
		case best == nil, !best.firm() && r.firm(), best.firm() == r.firm() && r.Priority < best.Priority:
			best = r
		}
	}
	if best == nil {
		return netip.AddrPort{}
	}
	return anyPort(best.NBMA)
}
