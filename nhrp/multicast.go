package nhrp

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// The list of multicast copies is told as a whole. When clients come in by the
// thousand, it is told at most this often.
const multicastPace = 100 * time.Millisecond

// replication is whom a tunnel's multicast is copied to.
type replication struct {
	timer
	tunnel *tunnel
	told   []netip.AddrPort
	at     time.Time // when it was last told
}

// multicastChanged has the list told, at once or when its time has come.
func (t *tunnel) multicastChanged() {
	r, e := &t.multicast, t.engine
	if r.place != 0 {
		return
	}
	at := e.now
	if next := r.at.Add(multicastPace); next.After(at) && !r.at.IsZero() {
		at = next
	}
	e.timers.set(&r.timer, r, at)
}

func (r *replication) ring(e *Engine) {
	var list []netip.AddrPort
	for _, m := range r.tunnel.copies() {
		list = append(list, netip.AddrPortFrom(m.NBMA, m.Port))
	}
	if slices.Equal(list, r.told) {
		return
	}
	r.told, r.at = list, e.now
	e.do(Multicast{r.tunnel.config.Name, slices.Clone(list)})
}

// copies lists whom multicast is copied to: the configured addresses, the
// servers marked so, and if that is configured the registered clients.
func (t *tunnel) copies() []MulticastEntry {
	var all []MulticastEntry
	for _, a := range t.config.Multicast {
		all = append(all, MulticastEntry{NBMA: a, Static: true})
	}
	for _, r := range t.registrations {
		if r.Multicast && r.NBMA.IsValid() && (r.InUse || !t.up) {
			all = append(all, MulticastEntry{NBMA: r.NBMA, Static: true})
		}
	}
	if t.config.MulticastDynamic {
		for _, b := range t.cache.inside(netip.Prefix{}, (*binding).client) {
			all = append(all, MulticastEntry{NBMA: b.NBMA, Port: b.Port})
		}
	}
	slices.SortStableFunc(all, func(a, b MulticastEntry) int {
		return cmp.Or(a.NBMA.Compare(b.NBMA), cmp.Compare(a.Port, b.Port))
	})
	return slices.CompactFunc(all, func(a, b MulticastEntry) bool { return a.NBMA == b.NBMA && a.Port == b.Port })
}
