package labs

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
)

// connect lays the veth pair of one link, both ends down. The pair is made
// inside a's namespace with the far end in b's: it is never seen on the host.
func connect(l Link, a, b *namespace) error {
	err := a.do(func() error {
		attributes := netlink.NewLinkAttrs()
		attributes.Name = l.A.Interface
		return netlink.LinkAdd(&netlink.Veth{
			LinkAttrs:     attributes,
			PeerName:      l.B.Interface,
			PeerNamespace: netlink.NsFd(int(b.net.Fd())),
		})
	})
	if err != nil {
		return fmt.Errorf("link %s to %s: %w", l.A, l.B, err)
	}
	return nil
}

// raise brings one interface of a namespace up.
func (n *namespace) raise(port string) error {
	return n.do(func() error {
		link, err := netlink.LinkByName(port)
		if err == nil {
			err = netlink.LinkSetUp(link)
		}
		if err != nil {
			return fmt.Errorf("interface %s: %w", port, err)
		}
		return nil
	})
}

// sysctl writes kernel settings of a namespace, in the order of their names.
func (n *namespace) sysctl(settings map[string]string) error {
	return n.do(func() error {
		for _, name := range slices.Sorted(maps.Keys(settings)) {
			path := filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
			if err := os.WriteFile(path, []byte(settings[name]), 0); err != nil {
				return fmt.Errorf("sysctl %s: %w", name, err)
			}
		}
		return nil
	})
}
