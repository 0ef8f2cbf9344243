package access

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/routing/policy"
)

// maxFailures is how many different failures "show login failures" tells of.
const maxFailures = 50

// watch is what "login block-for" looks at.
type watch struct {
	recent   []time.Time // of failures, oldest first, no more than decide
	total    uint64
	quiet    time.Time // end of the quiet mode; zero: there is none
	off      *time.Timer
	failures []commands.LoginFailure // the latest last
}

// admitQuiet lets the list of the quiet mode decide, while there is one.
func (g *Guard) admitQuiet(box compile.Box, p policy.Packet) bool {
	if !g.inQuiet() {
		return true
	}
	if list := find(box.AccessLists, box.Global.Logins.QuietList); list != nil {
		return g.ask(list, p)
	}
	g.flows.count(defaultQuiet, "deny")
	return false
}

func (g *Guard) inQuiet() bool { return !g.watch.quiet.IsZero() && now().Before(g.watch.quiet) }

// Quiet reports whether a peer that is already connected may not log in now.
func (g *Guard) Quiet(box compile.Box, p policy.Packet) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.inQuiet() {
		return false
	}
	if list := find(box.AccessLists, box.Global.Logins.QuietList); list != nil {
		_, permit := list.Match(p)
		return !permit
	}
	return true
}

// Delay is how long an attempt to log in is to take at least.
func Delay(p commands.LoginPolicy) time.Duration {
	if p.Delay == 0 && p.Block > 0 {
		return time.Second
	}
	return p.Delay
}

// Failed counts an attempt that has failed. The one that is too many begins
// the quiet mode.
func (g *Guard) Failed(p commands.LoginPolicy, user string, source netip.Addr, port int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := now()
	w := &g.watch
	w.total++
	w.remember(commands.LoginFailure{User: user, Source: source, Port: port, Count: 1, Last: at})
	if p.Block == 0 || g.inQuiet() {
		return
	}
	w.recent = append(w.recent, at)
	w.trim(p, at)
	if len(w.recent) < p.Attempts {
		return
	}
	left := p.Within - at.Sub(w.recent[0])
	w.recent = nil
	w.quiet = at.Add(p.Block)
	g.tell(commands.QuietModeOn{Left: left, User: user, Source: source, Port: port, List: cmp.Or(p.QuietList, defaultQuiet), At: at})
	end := w.quiet
	w.off = time.AfterFunc(p.Block, func() { g.endQuiet(end) })
}

// endQuiet ends the quiet mode that was to end then.
func (g *Guard) endQuiet(end time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.watch.quiet.Equal(end) {
		g.watch.quiet = time.Time{}
		g.tell(commands.QuietModeOff{TimedOut: true, At: now()})
	}
}

// Configured is called when what is said of logins has changed: a quiet mode
// that nothing asks for any more ends.
func (g *Guard) Configured(p commands.LoginPolicy) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.Block == 0 && !g.watch.quiet.IsZero() {
		g.watch.off.Stop()
		g.watch.quiet = time.Time{}
		g.tell(commands.QuietModeOff{At: now()})
	}
}

// Logins is what "show login" tells.
func (g *Guard) Logins(p commands.LoginPolicy) commands.LoginState {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := now()
	g.watch.trim(p, at)
	s := commands.LoginState{Total: g.watch.total, Window: len(g.watch.recent), WindowLeft: p.Within, Failures: slices.Clone(g.watch.failures)}
	if len(g.watch.recent) > 0 {
		s.WindowLeft -= at.Sub(g.watch.recent[0])
	}
	if g.inQuiet() {
		s.QuietLeft = g.watch.quiet.Sub(at)
	}
	return s
}

// trim forgets the failures that do not decide any more.
func (w *watch) trim(p commands.LoginPolicy, at time.Time) {
	old := 0
	for old < len(w.recent) && (at.Sub(w.recent[old]) > p.Within || len(w.recent)-old > p.Attempts) {
		old++
	}
	w.recent = slices.Delete(w.recent, 0, old)
}

// remember keeps the latest failures, one for each user and source.
func (w *watch) remember(f commands.LoginFailure) {
	const longest = 64 // of a name that nobody has
	if len(f.User) > longest {
		f.User = f.User[:longest]
	}
	if i := slices.IndexFunc(w.failures, func(o commands.LoginFailure) bool {
		return o.User == f.User && o.Source == f.Source && o.Port == f.Port
	}); i >= 0 {
		f.Count += w.failures[i].Count
		w.failures = slices.Delete(w.failures, i, i+1)
	}
	if len(w.failures) == maxFailures {
		w.failures = slices.Delete(w.failures, 0, 1)
	}
	w.failures = append(w.failures, f)
}
