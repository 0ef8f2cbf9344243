// Package access stands at the door: which peers may speak to the box at all,
// and for how long nobody may log in after too many have failed to.
//
//	guard.go  Guard: access-class, and the peers it lets pass
//	flows.go  what has matched: counters of entries, and what "log" logs
//	watch.go  login block-for: failures, quiet mode, and the list of who failed
//
// The life of a peer: a connection has been accepted; Admit asks the quiet mode,
// then the access lists of the lines that it could get, and counts the entry
// that decided. A peer refused is disconnected before it has read a byte. One
// that is let in tries to log in: Failed counts it, and perhaps begins the quiet
// mode, in which Quiet refuses those that are already connected as well.
//
// A line takes peers by the access list that its access-class names. A list
// that does not exist lets everybody pass, as on IOS; a peer is let in if any
// line would take it, and Admits keeps it from the others.
//
// Nothing here grows with the number of attempts: flows, sources and failures
// are remembered up to a number, and the rest is only counted.
package access

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/routing/policy"
)

// Guard is what all connections of a box share. The zero Guard is ready.
type Guard struct {
	// Happened, if set, takes events for the log: types of package commands.
	Happened func(event any)

	mu    sync.Mutex // guards the rest: connections come on goroutines of their own
	flows flows
	watch watch
}

// defaultQuiet is the list that is in force in quiet mode if none is named.
const defaultQuiet = "sl_def_acl"

// Admit reports whether a peer may speak to the box by a protocol ("ssh").
func (g *Guard) Admit(box compile.Box, protocol string, p policy.Packet) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.admitQuiet(box, p) {
		return false
	}
	asked := map[string]bool{} // lists already asked
	for _, group := range box.Lines {
		if group.Kind != "vty" || !slices.Contains(group.Transport, protocol) {
			continue
		}
		list := find(box.AccessLists, group.AccessClass)
		if list == nil {
			return true
		}
		if asked[list.Name] {
			continue
		}
		asked[list.Name] = true
		if g.ask(list, p) {
			return true
		}
	}
	return false
}

// Admits reports whether a line takes a peer that has been admitted. It counts
// nothing: this was done when the peer came.
func Admits(box compile.Box, group *commands.LineGroup, p policy.Packet) bool {
	list := find(box.AccessLists, group.AccessClass)
	if list == nil {
		return true
	}
	_, permit := list.Match(p)
	return permit
}

// find is the list of a name; nil if there is none or no name.
func find(lists []*policy.AccessList, name string) *policy.AccessList {
	for _, l := range lists {
		if l.Name == name && name != "" {
			return l
		}
	}
	return nil
}

// ask lets a list decide, counts the entry that did, and logs if it says so.
func (g *Guard) ask(list *policy.AccessList, p policy.Packet) bool {
	index, permit := list.Match(p)
	if index == policy.Implicit {
		return false
	}
	e := list.Entries[index]
	g.flows.count(list.Name, e.Text)
	if e.Log {
		g.log(list, permit, p)
	}
	return permit
}

// Matches are how often the entries of a list have matched, by Entry.Text.
func (g *Guard) Matches(list string) map[string]uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.flows.matches(list)
}

// ClearMatches forgets what was counted for one list, or for all if it is "".
func (g *Guard) ClearMatches(list string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flows.clear(list)
}

func (g *Guard) tell(event any) {
	if g.Happened != nil {
		g.Happened(event)
	}
}

// TCP is the packet that stands for a connection: its first segment.
func TCP(source, destination netip.AddrPort) policy.Packet {
	return policy.Packet{Protocol: 6, Source: source.Addr().Unmap(), Destination: destination.Addr().Unmap(),
		SourcePort: source.Port(), Port: destination.Port(), Flags: policy.SYN}
}

// now is a function so that what is written about time reads well.
func now() time.Time { return time.Now() }
