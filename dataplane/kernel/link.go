package kernel

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"weft/dataplane"
)

// applyLinks dumps the links, tells of the ports, and makes each link what it
// must be.
func (w *worker) applyLinks() {
	err := w.listLinks()
	w.fault("links", err)
	if err != nil {
		w.stale.links = true
		return
	}
	w.tellPorts()
	w.fault("saving what was found", w.rememberNewcomers())
	if w.host == nil {
		return
	}
	w.applyHostSysctls()
	var loopbacks []netip.Prefix
	for _, want := range w.host.Links {
		device := w.device(want.Interface)
		l, exists := w.links[device]
		switch want.Kind {
		case dataplane.Loopback:
			if want.Up {
				loopbacks = append(loopbacks, hosts(want.Addresses)...)
			}
			continue
		case dataplane.Port:
			exists = exists && w.devices[want.Interface] != ""
		case dataplane.TUN:
		}
		if exists {
			w.applyLink(l, want)
		}
	}
	if lo, exists := w.links["lo"]; exists {
		w.setUp(lo, true)
		w.fault("addresses of lo", w.setAddresses(lo, wantedAddresses(loopbacks, loopbackLabel), onLoopback))
	}
}

// applyLink makes one port or TUN what it must be.
func (w *worker) applyLink(l netlink.Link, want dataplane.Link) {
	device := l.Attrs().Name
	w.applyDeviceSysctls(device, want.Kind)
	if !want.Up {
		w.setUp(l, false)
	}
	mtu := want.MTU
	if mtu == 0 {
		mtu = w.found.Devices[device].MTU // 0 for a TUN
	}
	if mtu != 0 && mtu != l.Attrs().MTU {
		w.fault("MTU of "+device, w.nl.LinkSetMTU(l, mtu))
	} else {
		w.fault("MTU of "+device, nil)
	}
	w.fault("addresses of "+device, w.setAddresses(l, wantedAddresses(want.Addresses, ""), onIPv4))
	if want.Up {
		w.setUp(l, true)
	}
}

// setUp sets a link up or down. Its routes follow in any case: either this is
// on account of SetHost, or of an event that brings a dump of the routes as well.
func (w *worker) setUp(l netlink.Link, up bool) {
	if up == (l.Attrs().RawFlags&unix.IFF_UP != 0) {
		w.fault("state of "+l.Attrs().Name, nil)
		return
	}
	set := w.nl.LinkSetDown
	if up {
		set = w.nl.LinkSetUp
	}
	err := set(l)
	w.fault("state of "+l.Attrs().Name, err)
	if err == nil {
		l.Attrs().RawFlags ^= unix.IFF_UP
	}
}

// tellPorts tells of the ports that are not what they were.
func (w *worker) tellPorts() {
	for _, device := range slices.Sorted(maps.Keys(w.options.Ports)) {
		port := Port{Name: w.options.Ports[device]}
		if l, exists := w.links[device]; exists {
			a := l.Attrs()
			port.Exists, port.MTU, port.MAC = true, a.MTU, a.HardwareAddr.String()
			port.Carrier = a.RawFlags&unix.IFF_LOWER_UP != 0
			port.Speed = speed(device)
		}
		if told, before := w.ports[device]; !before || told != port {
			w.ports[device] = port
			w.options.Events(port)
		}
	}
}

// hosts are the addresses of a loopback as the kernel gets them. The prefix
// that they are connected to is the RIB's affair.
func hosts(prefixes []netip.Prefix) (all []netip.Prefix) {
	for _, p := range prefixes {
		all = append(all, netip.PrefixFrom(p.Addr(), p.Addr().BitLen()))
	}
	return all
}

func (w *worker) deviceName(index int) string {
	for name, l := range w.links {
		if l.Attrs().Index == index {
			return name
		}
	}
	return fmt.Sprintf("link %d", index)
}
