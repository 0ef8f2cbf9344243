package kernel

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Neighbor is one entry of the ARP table.
type Neighbor struct {
	Interface string // canonical IOS name, or the device's if it is none of ours
	Address   netip.Addr
	MAC       string        // "" while incomplete
	Age       time.Duration // since it was last confirmed
	Permanent bool
}

// Neighbors returns the ARP entries by address. It waits for the worker, which
// may be busy with many routes.
func (k *Kernel) Neighbors() (all []Neighbor, err error) {
	if !k.ask(func(w *worker) { all, err = w.neighbors() }) {
		return nil, errClosed
	}
	return all, err
}

// ForgetNeighbors removes the ARP entries that were learnt: those of one
// interface if it is named, of one address if that is valid, and else all.
func (k *Kernel) ForgetNeighbors(iface string, address netip.Addr) (err error) {
	if !k.ask(func(w *worker) { err = w.forgetNeighbors(iface, address) }) {
		return errClosed
	}
	return err
}

func (w *worker) forgetNeighbors(iface string, address netip.Addr) error {
	list, err := undisturbed(func() ([]netlink.Neigh, error) { return w.nl.NeighList(0, netlink.FAMILY_V4) })
	if err != nil {
		return err
	}
	for _, n := range list {
		ip, ok := netip.AddrFromSlice(n.IP)
		if !ok || n.State&(unix.NUD_NOARP|unix.NUD_PERMANENT) != 0 || address.IsValid() && ip.Unmap() != address ||
			iface != "" && w.iface(w.deviceName(n.LinkIndex)) != iface {
			continue
		}
		if err := w.nl.NeighDel(&n); err != nil && !errors.Is(err, unix.ENOENT) {
			return err
		}
	}
	return nil
}

// tick is the unit of a neighbour's times, USER_HZ.
const tick = time.Second / 100

func (w *worker) neighbors() ([]Neighbor, error) {
	list, err := undisturbed(func() ([]netlink.Neigh, error) { return w.nl.NeighList(0, netlink.FAMILY_V4) })
	if err != nil {
		return nil, err
	}
	var all []Neighbor
	for _, n := range list {
		address, ok := netip.AddrFromSlice(n.IP)
		if !ok || n.State == unix.NUD_NONE || n.State&unix.NUD_NOARP != 0 {
			continue
		}
		x := Neighbor{Interface: w.iface(w.deviceName(n.LinkIndex)), Address: address.Unmap(),
			Permanent: n.State&unix.NUD_PERMANENT != 0, Age: time.Duration(n.Confirmed) * tick}
		if n.State&(unix.NUD_INCOMPLETE|unix.NUD_FAILED) == 0 {
			x.MAC = n.HardwareAddr.String()
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b Neighbor) int { return a.Address.Compare(b.Address) })
	return all, nil
}
