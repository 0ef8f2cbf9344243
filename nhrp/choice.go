package nhrp

import "net/netip"

// choice is where a tunnel's data goes while its next hop is not resolved: by
// the first server that responds. It is told when the dust has settled, for a
// change of the configuration touches many registrations.
type choice struct {
	timer
	tunnel *tunnel
	told   netip.AddrPort
}

func (t *tunnel) serverChanged() {
	if t.config.Multipoint && t.choice.place == 0 {
		t.engine.timers.set(&t.choice.timer, &t.choice, t.engine.now)
	}
}

func (c *choice) ring(*Engine) { c.tell(c.tunnel.bestServer()) }

func (c *choice) close() {
	c.tunnel.engine.timers.stop(&c.timer)
	c.tell(netip.AddrPort{})
}

func (c *choice) tell(nbma netip.AddrPort) {
	if c.told != nbma {
		c.told = nbma
		c.tunnel.engine.do(Server{c.tunnel.config.Name, nbma})
	}
}

// bestServer is the NBMA address of the server that responds and has the least
// priority number, the first configured one among equals.
func (t *tunnel) bestServer() netip.AddrPort {
	var best *registration
	for _, r := range t.registrations {
		if r.Status == Responding && (best == nil || r.Priority < best.Priority) {
			best = r
		}
	}
	if best == nil {
		return netip.AddrPort{}
	}
	return anyPort(best.NBMA)
}
