package kernel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// found is what was there before the first change, as saved.
type found struct {
	// Namespace tells one namespace of one boot from all others. A file of
	// another one is about things that no longer exist.
	Namespace string
	Devices   map[string]foundDevice
	Routes    []foundRoute      // of all tables but the kernel's own, both families, in the kernel's order
	Sysctls   map[string]string // by name below /proc/sys
}

type foundDevice struct {
	Up        bool
	MTU       int
	Addresses []address
}

type foundRoute struct {
	Prefix   netip.Prefix
	Table    int `json:",omitempty"` // none: the main table
	Type     int
	Protocol int
	Scope    int
	Priority int        `json:",omitempty"`
	Tos      int        `json:",omitempty"`
	MTU      int        `json:",omitempty"`
	Source   netip.Addr `json:",omitzero"`
	Hops     []foundHop `json:",omitempty"`
}

type foundHop struct {
	Gateway netip.Addr `json:",omitzero"`
	Device  string
	Onlink  bool `json:",omitempty"`
	Weight  int  `json:",omitempty"`
}

func (w *worker) foundFile() string { return filepath.Join(w.options.State, "found.json") }

// remember reads the file of a run that was killed in this namespace, or else
// looks around and writes it.
func (w *worker) remember() error {
	namespace, err := namespaceID()
	if err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	if err := os.MkdirAll(w.options.State, 0o755); err != nil {
		return err
	}
	text, err := os.ReadFile(w.foundFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		var f found
		if json.Unmarshal(text, &f) == nil && f.Namespace == namespace && f.Devices != nil && f.Sysctls != nil {
			w.found = &f
			return nil
		}
	}
	w.found = &found{Namespace: namespace, Devices: map[string]foundDevice{}, Sysctls: map[string]string{}}
	if err := w.listLinks(); err != nil {
		return fmt.Errorf("links: %w", err)
	}
	if w.found.Routes, err = w.foreignRoutes(); err != nil {
		return fmt.Errorf("routes: %w", err)
	}
	w.rememberSysctls(forwarding)
	for _, s := range hostSettings {
		w.rememberSysctls(s.name)
	}
	w.rememberSysctls(savedSettings("all")...)
	w.rememberSysctls(savedSettings("default")...)
	if _, err := w.rememberDevices(); err != nil {
		return err
	}
	return w.save()
}

// rememberNewcomers saves what a port that has only now appeared is like.
func (w *worker) rememberNewcomers() error {
	if any, err := w.rememberDevices(); err != nil || !any {
		return err
	}
	return w.save()
}

func (w *worker) rememberDevices() (any bool, err error) {
	for _, device := range append(slices.Sorted(maps.Keys(w.options.Ports)), "lo") {
		l, exists := w.links[device]
		if _, known := w.found.Devices[device]; known || !exists {
			continue
		}
		addresses, err := w.addresses(l, func(a address) bool { return a.Label != loopbackLabel })
		if err != nil {
			return any, fmt.Errorf("addresses of %s: %w", device, err)
		}
		a := l.Attrs()
		w.found.Devices[device] = foundDevice{Up: a.RawFlags&unix.IFF_UP != 0, MTU: a.MTU, Addresses: addresses}
		w.rememberSysctls(savedSettings(device)...)
		any = true
	}
	return any, nil
}

func (w *worker) rememberSysctls(names ...string) {
	for _, name := range names {
		if value, err := readSysctl(name); err == nil {
			w.found.Sysctls[name] = value
		}
	}
}

// save replaces the file in one step: half a file would be worse than none.
func (w *worker) save() error {
	text, err := json.MarshalIndent(w.found, "", "\t")
	if err != nil {
		return err
	}
	temporary := w.foundFile() + ".new"
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, w.foundFile())
}

// foreignRoutes lists what others have put into the tables. One that we leave
// alone loses routes, too, when a link goes down or an address goes.
func (w *worker) foreignRoutes() (all []foundRoute, err error) {
	list, err := undisturbed(func() ([]netlink.Route, error) {
		return w.nl.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{Table: unix.RT_TABLE_UNSPEC}, netlink.RT_FILTER_TABLE)
	})
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		switch {
		case r.Protocol == Protocol, r.Table == unix.RT_TABLE_LOCAL:
		case r.Family == unix.AF_INET6 && (r.Protocol == unix.RTPROT_RA || r.Protocol == unix.RTPROT_KERNEL):
			// These come again by themselves.
		case r.Family == unix.AF_INET, r.Family == unix.AF_INET6:
			all = append(all, w.newFoundRoute(r))
		}
	}
	return all, nil
}

func (w *worker) newFoundRoute(r netlink.Route) foundRoute {
	f := foundRoute{Prefix: prefixOf(r.Dst), Type: r.Type, Protocol: int(r.Protocol), Scope: int(r.Scope), Priority: r.Priority, Tos: r.Tos, MTU: r.MTU}
	if r.Table != unix.RT_TABLE_MAIN {
		f.Table = r.Table
	}
	f.Source, _ = netip.AddrFromSlice(r.Src)
	hops := r.MultiPath
	if len(hops) == 0 && r.LinkIndex != 0 {
		hops = []*netlink.NexthopInfo{{LinkIndex: r.LinkIndex, Gw: r.Gw, Flags: r.Flags}}
	}
	for _, h := range hops {
		gateway, _ := netip.AddrFromSlice(h.Gw)
		f.Hops = append(f.Hops, foundHop{gateway, w.deviceName(h.LinkIndex), h.Flags&unix.RTNH_F_ONLINK != 0, h.Hops})
	}
	return f
}

// namespaceID names the network namespace of the calling thread: inode numbers
// are used again, cookies are not until the next boot.
func namespaceID() (string, error) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	cookie, err := unix.GetsockoptUint64(fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%d", strings.TrimSpace(string(boot)), cookie), nil
}
