package kernel

import (
	"github.com/vishvananda/netlink"
)

// Statistics are the counters of a port, as Linux keeps them.
type Statistics = netlink.LinkStatistics64

// Statistics returns the counters of an interface; ok is false if it has no
// device. It waits for the worker.
func (k *Kernel) Statistics(iface string) (s Statistics, ok bool) {
	k.ask(func(w *worker) {
		link, err := w.nl.LinkByName(k.device(iface))
		if err != nil || link.Attrs().Statistics == nil {
			return
		}
		s, ok = Statistics(*link.Attrs().Statistics), true
	})
	return s, ok
}
