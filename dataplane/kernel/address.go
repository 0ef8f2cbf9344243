package kernel

import (
	"errors"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// An address is one address of a link with all that makes it what it is.
type address struct {
	Prefix    netip.Prefix // the address itself, not masked
	Peer      netip.Prefix `json:",omitzero"`
	Broadcast netip.Addr   `json:",omitzero"`
	Label     string       `json:",omitempty"`
	Scope     int          `json:",omitempty"`
	Flags     int          `json:",omitempty"` // those that are set, not those that come about
	Valid     int          `json:",omitempty"` // seconds; 0 with Preferred 0 is for ever
	Preferred int          `json:",omitempty"`
}

// lastingFlags are the flags of an address that its owner sets.
const lastingFlags = unix.IFA_F_NOPREFIXROUTE | unix.IFA_F_NODAD | unix.IFA_F_HOMEADDRESS | unix.IFA_F_MANAGETEMPADDR | unix.IFA_F_MCAUTOJOIN

// forever is how the kernel writes a lifetime without end.
const forever = 0xffffffff

// wantedAddresses turns configured addresses into the kernel's, in the order
// in which it lists them: of each subnet the first is its primary, and all
// primaries come before all others. Connected routes are our RIB's, hence
// noprefixroute.
func wantedAddresses(prefixes []netip.Prefix, label string) []address {
	var primaries, secondaries []address
	seen := map[netip.Prefix]bool{}
	for _, p := range prefixes {
		if !p.Addr().Is4() {
			continue
		}
		a := address{Prefix: p, Flags: unix.IFA_F_NOPREFIXROUTE, Label: label}
		if p.Bits() < 31 { // RFC 3021: a /31 has no broadcast address
			a.Broadcast = broadcast(p)
		}
		if seen[p.Masked()] {
			secondaries = append(secondaries, a)
		} else {
			primaries = append(primaries, a)
		}
		seen[p.Masked()] = true
	}
	return append(primaries, secondaries...)
}

func broadcast(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for i, m := range net.CIDRMask(p.Bits(), 32) {
		b[i] |= ^m
	}
	return netip.AddrFrom4(b)
}

func onIPv4(a address) bool     { return a.Prefix.Addr().Is4() }
func onLoopback(a address) bool { return a.Label == loopbackLabel }

// setAddresses makes those addresses of a link that concern us the wanted ones,
// in their order, with as few changes as possible: when the first address of a
// subnet goes, the kernel takes the others with it.
func (w *worker) setAddresses(l netlink.Link, want []address, concerns func(address) bool) error {
	var failure error
	for attempt := range 3 {
		have, err := w.addresses(l, concerns)
		if err != nil || slices.Equal(have, want) {
			return err
		}
		failure = nil
		for _, a := range have {
			if attempt > 0 || !slices.Contains(want, a) { // then in the wrong order
				w.stale.routes = true // the last one takes the link's routes along
				err := w.nl.AddrDel(l, a.netlink(l))
				if err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) {
					failure = err
				}
			}
		}
		if have, err = w.addresses(l, concerns); err != nil {
			return err
		}
		for _, a := range want {
			if !slices.Contains(have, a) {
				if err := w.nl.AddrAdd(l, a.netlink(l)); err != nil {
					failure = err
				}
			}
		}
	}
	return failure
}

// addresses lists those of a link that concern us, in the kernel's order. A
// label that is only the device's name is none.
func (w *worker) addresses(l netlink.Link, concerns func(address) bool) (all []address, err error) {
	list, err := undisturbed(func() ([]netlink.Addr, error) { return w.nl.AddrList(l, netlink.FAMILY_ALL) })
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if x := newAddress(a, l.Attrs().Name); concerns(x) {
			all = append(all, x)
		}
	}
	return all, nil
}

func newAddress(a netlink.Addr, device string) address {
	x := address{Prefix: prefixOf(a.IPNet), Scope: a.Scope, Flags: a.Flags & lastingFlags}
	x.Broadcast, _ = netip.AddrFromSlice(a.Broadcast)
	if a.Peer != nil && !a.Peer.IP.Equal(a.IP) {
		x.Peer = prefixOf(a.Peer)
	}
	if a.Label != device {
		x.Label = a.Label
	}
	if a.ValidLft != forever {
		x.Valid, x.Preferred = a.ValidLft, a.PreferedLft
	}
	return x
}

func (a address) netlink(l netlink.Link) *netlink.Addr {
	x := &netlink.Addr{IPNet: ipNet(a.Prefix), Label: a.Label, Flags: a.Flags, Scope: a.Scope, ValidLft: a.Valid, PreferedLft: a.Preferred,
		Broadcast: net.IPv4zero} // the library takes nil as "work it out"
	if a.Broadcast.IsValid() {
		x.Broadcast = a.Broadcast.AsSlice()
	}
	if a.Peer.IsValid() {
		x.Peer = ipNet(a.Peer)
	}
	if x.Label == "" && a.Prefix.Addr().Is4() {
		x.Label = l.Attrs().Name
	}
	return x
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// prefixOf is the zero Prefix for nil.
func prefixOf(n *net.IPNet) netip.Prefix {
	if n == nil {
		return netip.Prefix{}
	}
	a, _ := netip.AddrFromSlice(n.IP)
	ones, _ := n.Mask.Size()
	return netip.PrefixFrom(a.Unmap(), ones)
}
