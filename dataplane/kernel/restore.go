package kernel

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// restore puts back what was found: first what we added goes, then links and
// addresses come back, then the routes that need them. The file goes if all of
// it worked.
func (w *worker) restore() error {
	var failures []error
	failed := func(what string, err error) {
		if err != nil {
			failures = append(failures, fmt.Errorf("kernel: restoring %s: %w", what, err))
		}
	}
	clear(w.want)
	w.host = nil // foreign routes are welcome again
	w.dumpRoutes()
	w.applyRoutes()
	failed("rules", w.setRules(nil))
	w.restoreSysctls(failed)

	failed("links", w.listLinks())
	for _, device := range slices.Sorted(maps.Keys(w.found.Devices)) {
		if l, exists := w.links[device]; exists {
			failed(device, w.restoreLink(l, w.found.Devices[device]))
		}
	}
	failed("routes", w.restoreRoutes())
	if len(failures) == 0 {
		failed("the last of it", os.Remove(w.foundFile()))
		os.Remove(w.options.State) // unless somebody else keeps something there
	}
	return errors.Join(failures...)
}

// restoreSysctls begins with forwarding, since writing it sets others.
func (w *worker) restoreSysctls(failed func(string, error)) {
	names := slices.Sorted(maps.Keys(w.found.Sysctls))
	if _, saved := w.found.Sysctls[forwarding]; saved {
		names = append([]string{forwarding}, names...)
	}
	for _, name := range names {
		failed(name, writeSysctl(setting{name, w.found.Sysctls[name]}))
	}
}

func (w *worker) restoreLink(l netlink.Link, was foundDevice) error {
	if !was.Up {
		if err := w.nl.LinkSetDown(l); err != nil {
			return err
		}
	}
	if l.Attrs().MTU != was.MTU {
		if err := w.nl.LinkSetMTU(l, was.MTU); err != nil {
			return err
		}
	}
	ofIPv4 := slices.DeleteFunc(slices.Clone(was.Addresses), func(a address) bool { return !onIPv4(a) })
	if err := w.setAddresses(l, ofIPv4, onIPv4); err != nil {
		return err
	}
	if !was.Up {
		return nil
	}
	if err := w.nl.LinkSetUp(l); err != nil {
		return err
	}
	// The kernel takes IPv6 addresses from a link that goes down. Those of the
	// link itself it makes again.
	have, err := w.addresses(l, func(a address) bool { return !onIPv4(a) })
	if err != nil {
		return err
	}
	for _, a := range was.Addresses {
		if !onIPv4(a) && !a.Prefix.Addr().IsLinkLocalUnicast() && !slices.Contains(have, a) {
			if err := w.nl.AddrAdd(l, a.netlink(l)); err != nil && !errors.Is(err, unix.EEXIST) {
				return err
			}
		}
	}
	return nil
}

// restoreRoutes adds the routes that are missing. One may need another that
// comes later in the list, so it goes round as long as that helps.
func (w *worker) restoreRoutes() error {
	for {
		have, err := w.foreignRoutes()
		if err != nil {
			return err
		}
		missing, added := 0, 0
		var failures []error
		for _, r := range w.found.Routes {
			if slices.ContainsFunc(have, func(h foundRoute) bool { return reflect.DeepEqual(h, r) }) || !w.leavesByFound(r) {
				continue
			}
			missing++
			if err := w.nl.RouteAppend(r.netlink(w.links)); err != nil {
				failures = append(failures, fmt.Errorf("%s: %w", r.Prefix, err))
			} else {
				added++
			}
		}
		if missing == 0 || added == 0 {
			return errors.Join(failures...)
		}
	}
}

// leavesByFound reports whether all devices of a route still exist.
func (w *worker) leavesByFound(r foundRoute) bool {
	return !slices.ContainsFunc(r.Hops, func(h foundHop) bool { return w.links[h.Device] == nil })
}

func (r foundRoute) netlink(links map[string]netlink.Link) *netlink.Route {
	x := &netlink.Route{Dst: ipNet(r.Prefix), Table: cmp.Or(r.Table, unix.RT_TABLE_MAIN), Type: r.Type, Protocol: netlink.RouteProtocol(r.Protocol),
		Scope: netlink.Scope(r.Scope), Priority: r.Priority, Tos: r.Tos, MTU: r.MTU}
	if r.Source.IsValid() {
		x.Src = r.Source.AsSlice()
	}
	for _, h := range r.Hops {
		n := &netlink.NexthopInfo{LinkIndex: links[h.Device].Attrs().Index, Hops: h.Weight}
		if h.Gateway.IsValid() {
			n.Gw = h.Gateway.AsSlice()
		}
		if h.Onlink {
			n.Flags = unix.RTNH_F_ONLINK
		}
		x.MultiPath = append(x.MultiPath, n)
	}
	if len(x.MultiPath) == 1 {
		only := x.MultiPath[0]
		x.LinkIndex, x.Gw, x.Flags, x.MultiPath = only.LinkIndex, only.Gw, only.Flags, nil
	}
	return x
}
