package nhrp

import (
	"net/netip"
	"slices"
	"time"
)

const (
	firstLookup  = 5 * time.Second // after one that failed; then twice as long each time
	lastLookup   = 80 * time.Second
	lookupTime   = time.Minute // that an answer may take
	maxAddresses = 8           // of one name
)

// name is a host that servers are known by. Its addresses are asked for when a
// tunnel comes up that has such servers, and again when one does not answer.
type name struct {
	timer
	host      string
	addresses []netip.Addr
	asked     bool
	failed    netip.Addr // the address that does not answer
	retry     time.Duration
}

// server is a station that a line of the configuration stands for.
type server struct {
	NHS             // the line
	nbma netip.Addr // zero: not known
}

// servers are the stations to register with. A name with several addresses is
// as many servers, unless the line says which server it is.
func (e *Engine) servers(c *Tunnel) (all []server) {
	add := func(s NHS, nbma netip.Addr) {
		if !slices.ContainsFunc(all, func(x server) bool {
			return x.Protocol == s.Protocol && (s.Protocol.IsValid() || x.nbma == nbma && x.Host == s.Host)
		}) {
			all = append(all, server{s, nbma})
		}
	}
	for _, s := range c.NHS {
		n := e.names[s.Host]
		switch {
		case s.Host == "" || !c.Multipoint:
			add(s, c.serverNBMA(s))
		case n == nil || len(n.addresses) == 0:
			add(s, netip.Addr{})
		case s.Protocol.IsValid():
			add(s, n.addresses[0])
		default:
			for _, a := range n.addresses {
				add(s, a)
			}
		}
	}
	return all
}

// lookUp asks for the names of a tunnel that is up: for those not known yet, or
// for all of them, since much may have changed.
func (t *tunnel) lookUp(all bool) {
	for _, s := range t.config.NHS {
		if s.Host == "" || !t.up {
			continue
		}
		n := t.engine.names[s.Host]
		if n == nil {
			n = &name{host: s.Host}
			t.engine.names[s.Host] = n
		}
		if all || len(n.addresses) == 0 && n.place == 0 {
			n.ask(t.engine)
		}
	}
}

// lookUpAgain asks whether a server that does not answer is elsewhere now.
func (e *Engine) lookUpAgain(r *registration) {
	if n := e.names[r.line.Host]; n != nil {
		n.failed = r.NHSState.NBMA
		n.ask(e)
	}
}

func (n *name) ask(e *Engine) {
	if n.asked {
		return
	}
	n.asked = true
	e.timers.set(&n.timer, n, e.now.Add(lookupTime))
	e.do(Lookup{n.host})
}

// ring: no answer came, or it is time to ask again.
func (n *name) ring(e *Engine) {
	n.asked = false
	n.ask(e)
}

// found takes the addresses of a name. What was known stays if it cannot be
// found any more; the address that does not answer comes last.
func (e *Engine) found(in Found) {
	n := e.names[in.Host]
	if n == nil || !n.asked {
		return
	}
	n.asked = false
	var list []netip.Addr
	for _, a := range in.Addresses {
		a = a.Unmap()
		if a.IsValid() && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLoopback() && a != n.failed &&
			len(list) < maxAddresses && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	if n.failed.IsValid() && slices.Contains(in.Addresses, n.failed) {
		list = append(list, n.failed)
	}
	n.failed = netip.Addr{}
	if len(list) == 0 {
		n.retry = min(max(2*n.retry, firstLookup), lastLookup)
		e.timers.set(&n.timer, n, e.now.Add(n.retry))
		return
	}
	n.retry = 0
	e.timers.stop(&n.timer)
	if slices.Equal(list, n.addresses) {
		return
	}
	n.addresses = list
	for _, t := range e.tunnels {
		if slices.ContainsFunc(t.config.NHS, func(s NHS) bool { return s.Host == in.Host }) {
			t.configure(t.config)
		}
	}
}

// forgetNames lets go of the names that no tunnel has servers of.
func (e *Engine) forgetNames() {
	used := map[string]bool{}
	for _, t := range e.tunnels {
		for _, s := range t.config.NHS {
			used[s.Host] = true
		}
	}
	for host, n := range e.names {
		if !used[host] {
			e.timers.stop(&n.timer)
			delete(e.names, host)
		}
	}
}
