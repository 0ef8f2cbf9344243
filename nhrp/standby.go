package nhrp

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// standby decides which servers are in use when there are more than are needed.
type standby struct {
	timer
	tunnel *tunnel
	until  time.Time // no registration before
}

func (s *standby) ring(*Engine) {
	s.tunnel.settleServers()
	s.tunnel.serverChanged()
}

// settleServers sees to it that each cluster has as many servers in use as it
// may: the best ones, and for each of those that does not answer the next. What
// does not answer is still asked. When it answers again it takes its place back,
// once it has done so for the fallback time.
func (t *tunnel) settleServers() {
	e := t.engine
	e.timers.stop(&t.standby.timer)
	if !t.up || len(t.registrations) == 0 {
		return
	}
	if t.standby.until.After(e.now) {
		e.timers.set(&t.standby.timer, &t.standby, t.standby.until)
		return
	}
	members := slices.Clone(t.registrations)
	slices.SortStableFunc(members, func(a, b *registration) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Priority, b.Priority))
	})
	for len(members) > 0 {
		n := slices.IndexFunc(members, func(r *registration) bool { return r.Cluster != members[0].Cluster })
		if n < 0 {
			n = len(members)
		}
		t.settleCluster(members[:n])
		members = members[n:]
	}
}

// settleCluster does so for the servers of one cluster, best first.
func (t *tunnel) settleCluster(members []*registration) {
	most := t.config.mostOf(members[0].Cluster)
	places, firm := most, 0
	for _, r := range members {
		switch {
		case places > 0:
			t.use(r)
			if r.gone {
				continue
			}
			places--
			switch {
			case r.firm():
				firm++
			case r.Status == Responding:
				t.settleServersAt(r.trial)
			}
		case r.Status == Responding && firm < most:
			// It stays until those before it have shown that they do.
		case r.InUse:
			r.leave("a better server is in use")
			t.multicastChanged()
		}
	}
}

// use begins with a server whose turn it is.
func (t *tunnel) use(r *registration) {
	if r.InUse {
		return
	}
	r.InUse = true
	t.multicastChanged()
	r.begin()
}

// settleServersAt has it done again, at the earliest instant asked for.
func (t *tunnel) settleServersAt(at time.Time) {
	if s := &t.standby; s.place == 0 || at.Before(s.at) {
		t.engine.timers.set(&s.timer, s, at)
	}
}

// firm tells whether a server responds and, if it had been away, has done so for
// the fallback time.
func (r *registration) firm() bool {
	return r.Status == Responding && !r.trial.After(r.tunnel.engine.now)
}

// mostOf is how many servers of a cluster are in use at most.
func (c *Tunnel) mostOf(cluster uint8) int {
	for _, x := range c.Clusters {
		if x.Number == cluster {
			return x.Most
		}
	}
	return int(^uint(0) >> 1)
}

// appoint makes a registration that of a server.
func (r *registration) appoint(s server) {
	protocol := r.Protocol
	r.line, r.NHS, r.NHSState.NBMA = s.NHS, s.NHS, s.nbma
	if r.Dynamic = !s.Protocol.IsValid(); r.Dynamic {
		r.NHS.Protocol = protocol
	}
}

// is tells whether a registration is that of a server.
func (r *registration) is(s server) bool {
	return r.line.Protocol == s.Protocol && r.NHSState.NBMA == s.nbma && (s.Protocol.IsValid() || r.line.Host == s.Host)
}

// learn takes the server's protocol address from its reply, which is about that
// address when the request could not be; else it is that of who answered
// (RFC 2332 section 5.3.1).
func (r *registration) learn(m *message) bool {
	t := r.tunnel
	said := m.Destination
	if !said.IsValid() || said == t.address() {
		said = netip.Addr{}
		if e, _, ok := m.extension(ResponderAddress); ok {
			if entries, err := m.Entries(e); err == nil && len(entries) > 0 {
				said = entries[0].Protocol
			}
		}
	}
	network := t.config.Address.Masked()
	switch {
	case said == r.Protocol && said.IsValid():
		return true
	case !said.IsValid(), said == t.address(), said.IsUnspecified(), said.IsMulticast(), said.IsLoopback(),
		!network.Contains(said) && !network.IsSingleIP(),
		slices.ContainsFunc(t.registrations, func(x *registration) bool { return x != r && x.Protocol == said }):
		return false
	}
	r.Protocol = said
	t.settleStatics()
	return true
}

// unlearn forgets what a server said of itself that refuses to be called so.
func (r *registration) unlearn() {
	if r.Dynamic && r.Protocol.IsValid() {
		r.Protocol = netip.Addr{}
		r.tunnel.settleStatics()
	}
}

// unspecified is the address that stands for none.
func unspecified(like netip.Addr) netip.Addr {
	if like.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}
