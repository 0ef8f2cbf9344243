package kernel

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"weft/dataplane"
)

// A path is what the kernel does with packets to a prefix. The zero path is no
// route.
type path struct {
	discard bool
	hops    []hop
}

type hop struct {
	gateway netip.Addr // zero: on the link
	link    int        // index
}

func (p path) none() bool        { return !p.discard && len(p.hops) == 0 }
func (p path) equal(q path) bool { return p.discard == q.discard && slices.Equal(p.hops, q.hops) }

func (k routeKey) String() string {
	if k.table == dataplane.UnderlayTable {
		return fmt.Sprintf("underlay route %s", k.prefix)
	}
	return fmt.Sprintf("route %s", k.prefix)
}

// tableID is the kernel's number of a table.
func (w *worker) tableID(t dataplane.Table) int {
	if t == dataplane.UnderlayTable {
		return w.options.UnderlayTableID
	}
	return unix.RT_TABLE_MAIN
}

// dumpRoutes learns which routes of ours the kernel has, removes what does not
// belong, and has every route compared. Beside ours nothing belongs into the
// main table that leaves by one of our links: those are the RIB's.
func (w *worker) dumpRoutes() {
	held := map[routeKey]path{}
	for _, table := range []dataplane.Table{dataplane.MainTable, dataplane.UnderlayTable} {
		list, err := undisturbed(func() ([]netlink.Route, error) {
			return w.nl.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Table: w.tableID(table)}, netlink.RT_FILTER_TABLE)
		})
		if errors.Is(err, unix.ENOENT) {
			err = nil // a table without routes does not exist
		}
		w.fault("routes", err)
		if err != nil {
			w.stale.routes = true
			return
		}
		for _, r := range list {
			p, plain := pathOf(r)
			switch {
			case r.Protocol == Protocol && plain:
				held[routeKey{table, prefixOf(r.Dst)}] = p
			case r.Protocol == Protocol, table == dataplane.MainTable && w.leavesByOurs(r):
				r.Flags &= unix.RTNH_F_ONLINK
				if err := w.nl.RouteDel(&r); err != nil && !errors.Is(err, unix.ESRCH) {
					w.fault("foreign route "+prefixOf(r.Dst).String(), err)
				}
			}
		}
	}
	w.held = held
	w.loosen()
}

// leavesByOurs reports whether a route leaves by a port or TUN that we have
// been told to look after.
func (w *worker) leavesByOurs(r netlink.Route) bool {
	if w.host == nil {
		return false
	}
	indices := []int{r.LinkIndex}
	for _, h := range r.MultiPath {
		indices = append(indices, h.LinkIndex)
	}
	for _, want := range w.host.Links {
		if l, exists := w.links[w.device(want.Interface)]; exists && want.Kind != dataplane.Loopback && slices.Contains(indices, l.Attrs().Index) {
			return true
		}
	}
	return false
}

// applyRoutes replaces the routes that are not what they must be.
func (w *worker) applyRoutes() {
	for key := range w.loose {
		want := w.path(w.want[key])
		have := w.held[key]
		if have.equal(want) {
			continue
		}
		r := want.netlink(key.prefix, w.tableID(key.table))
		var err error
		if want.none() {
			r.Type = 0 // whatever it is
			if err = w.nl.RouteDel(r); errors.Is(err, unix.ESRCH) {
				err = nil
			}
			delete(w.held, key)
		} else {
			err = w.nl.RouteReplace(r)
			switch {
			case err == nil:
				w.held[key] = want
			case errors.Is(err, unix.ENETDOWN):
				err = nil // the link has just gone down, and its event is on the way
			}
		}
		w.fault(key.String(), err)
	}
	clear(w.loose)
}

// path finds the devices of a route. A hop whose link is not up waits. One out
// of a Loopback leads nowhere: the box's own addresses never come here, and
// nobody else has one there.
func (w *worker) path(r dataplane.Route) path {
	p := path{discard: r.Discard}
	for _, h := range r.NextHops {
		if isLoopback(h.Interface) {
			p.discard = true
			continue
		}
		if l, exists := w.links[w.device(h.Interface)]; exists && l.Attrs().RawFlags&unix.IFF_UP != 0 {
			p.hops = append(p.hops, hop{h.Gateway, l.Attrs().Index})
		}
	}
	p.discard = p.discard && len(p.hops) == 0
	return p
}

// netlink is the kernel's form of a path.
func (p path) netlink(prefix netip.Prefix, table int) *netlink.Route {
	r := &netlink.Route{Dst: ipNet(prefix), Table: table, Protocol: Protocol, Type: unix.RTN_UNICAST, Scope: unix.RT_SCOPE_UNIVERSE}
	switch {
	case p.none():
		r.Scope = unix.RT_SCOPE_NOWHERE // matches every scope when deleting
	case p.discard:
		r.Type = unix.RTN_BLACKHOLE
	case len(p.hops) == 1:
		r.LinkIndex = p.hops[0].link
		if p.hops[0].gateway.IsValid() {
			r.Gw, r.Flags = p.hops[0].gateway.AsSlice(), unix.RTNH_F_ONLINK
		} else {
			r.Scope = unix.RT_SCOPE_LINK
		}
	default:
		for _, h := range p.hops {
			n := &netlink.NexthopInfo{LinkIndex: h.link}
			if h.gateway.IsValid() {
				n.Gw, n.Flags = h.gateway.AsSlice(), unix.RTNH_F_ONLINK
			}
			r.MultiPath = append(r.MultiPath, n)
		}
	}
	return r
}

// pathOf reads a path back; plain is false if we would never have made it.
func pathOf(r netlink.Route) (p path, plain bool) {
	if r.Priority != 0 || r.Tos != 0 {
		return p, false
	}
	switch {
	case r.Type == unix.RTN_BLACKHOLE:
		p.discard = true
	case r.Type != unix.RTN_UNICAST:
		return p, false
	case len(r.MultiPath) > 0:
		for _, h := range r.MultiPath {
			gateway, _ := netip.AddrFromSlice(h.Gw)
			p.hops = append(p.hops, hop{gateway.Unmap(), h.LinkIndex})
		}
	default:
		gateway, _ := netip.AddrFromSlice(r.Gw)
		p.hops = []hop{{gateway.Unmap(), r.LinkIndex}}
	}
	return p, true
}
