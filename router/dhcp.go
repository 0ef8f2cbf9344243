package router

import (
	"encoding/hex"
	"reflect"
	"slices"
	"strings"
	"time"

	"weft/cli/commands"
	"weft/dhcp"
)

// leased is an interface with the address that was leased for it.
func (r *Router) leased(c *commands.Interface) *commands.Interface {
	l, ok := r.leases[c.Name]
	if c.DHCP == nil || !ok {
		return c
	}
	with := *c
	with.Address = l.Address
	return &with
}

// followLeases tells the DHCP clients which interfaces ask for an address, and
// which of them can.
func (r *Router) followLeases(now time.Time) {
	var want dhcp.Config
	var names []string
	for _, name := range r.order {
		i := r.interfaces[name]
		if c := i.config.DHCP; c != nil && !isTunnel(name) && !isLoopback(name) {
			host := c.Hostname
			if host == "" {
				host = r.Hostname()
			}
			want.Interfaces = append(want.Interfaces, dhcp.Interface{Name: name, Hostname: host, Identifier: c.Identifier})
			names = append(names, name)
		}
	}
	slices.SortFunc(want.Interfaces, func(a, b dhcp.Interface) int { return strings.Compare(a.Name, b.Name) })
	// A client that goes gives its lease back while it can still be heard.
	fewer := len(names) < len(r.sent.dhcp.Interfaces)
	if changed := !reflect.DeepEqual(want, r.sent.dhcp); changed {
		r.sent.dhcp = want
		if !fewer {
			r.do(Leasing{names})
		}
		r.carryDHCP(now, r.dhcp.Step(now, dhcp.Configure{Want: want}))
		if fewer {
			r.do(Leasing{names})
		}
	}
	if len(want.Interfaces) == 0 {
		return
	}
	for _, name := range r.order {
		l := dhcp.Link{Interface: name, Up: r.interfaces[name].lineUp, MAC: hardware(r.ports[name].MAC)}
		if r.sent.dhcpLink[name] != l {
			r.sent.dhcpLink[name] = l
			r.carryDHCP(now, r.dhcp.Step(now, l))
		}
	}
}

// hardware is a hardware address out of IOS's "5254.0012.3456".
func hardware(text string) (mac [6]byte) {
	b, err := hex.DecodeString(strings.ReplaceAll(text, ".", ""))
	if err == nil && len(b) == len(mac) {
		mac = [6]byte(b)
	}
	return mac
}

// carryDHCP carries out what the DHCP clients want.
func (r *Router) carryDHCP(now time.Time, outs []dhcp.Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case dhcp.Send:
			r.do(SendDatagram{o})
		case dhcp.Bound:
			if old, ok := r.leases[o.Interface]; !ok || old.Address != o.Lease.Address || old.Router != o.Lease.Router {
				r.reconfigured = true
			}
			r.leases[o.Interface] = o.Lease
		case dhcp.Lost:
			delete(r.leases, o.Interface)
			r.reconfigured = true
		case dhcp.Log:
			r.event(now, o.Event)
		}
	}
}
