package world

import (
	"net/netip"
	"time"

	"weft/nhrp"
	"weft/router"
)

// An errand is what somebody else does for a node, which takes its time.
type errand struct {
	at time.Time
	do func()
}

// later has something done after the time of a packet there and one back.
func (w *World) later(do func()) {
	w.errands = append(w.errands, errand{w.now.Add(2 * w.Latency), do})
}

func (w *World) run(i int) {
	do := w.errands[i].do
	w.errands = append(w.errands[:i], w.errands[i+1:]...)
	do()
}

// lookUp answers what a node asks its name servers.
func (w *World) lookUp(n *Node, ask router.Lookup) {
	w.later(func() {
		var found []netip.Addr
		for _, name := range ask.Names {
			if found = w.Names[name]; len(found) > 0 {
				break
			}
		}
		n.Step(router.Found{Found: nhrp.Found{Host: ask.Host, Addresses: found}})
	})
}
