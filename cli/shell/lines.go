package shell

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"weft/cli/commands"
	"weft/cli/terminal"
)

// Lines are the lines of a box that are in use: who sees log lines, and which
// virtual terminals are free. The zero Lines is ready.
type Lines struct {
	mu       sync.Mutex     // guards the rest: connections come and go on goroutines of their own
	uses     map[int]uint64 // sessions that each line has had, by its number
	busy     map[int]Tenant // virtual terminals
	attached map[*attachment]bool
	config   configLog
	commands []commands.TypedLine // the last ones that anybody has entered, oldest first
}

// An attachment is a terminal in use.
type attachment struct {
	terminal *terminal.Terminal
	console  bool     // sees log lines unasked
	session  *Session // nil while nobody has a session on the console
}

// attach notes a terminal in use, without a session if it is the console.
func (l *Lines) attach(t *terminal.Terminal, s *Session) *attachment {
	a := &attachment{terminal: t, console: s == nil, session: s}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attached == nil {
		l.attached = map[*attachment]bool{}
	}
	l.attached[a] = true
	l.use(s)
	return a
}

// use counts a session of a line.
func (l *Lines) use(s *Session) {
	if s == nil {
		return
	}
	if l.uses == nil {
		l.uses = map[int]uint64{}
	}
	number := 0
	if !s.who.Console {
		number = firstVTY + s.who.VTY
	}
	l.uses[number]++
}

// Uses is how many sessions each line has had, by its number.
func (l *Lines) Uses() map[int]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.uses)
}

func (l *Lines) detach(a *attachment) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.attached, a)
}

// hold notes whose session a console has.
func (l *Lines) hold(a *attachment, s *Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.session = s
	l.use(s)
}

// firstVTY is the line number of vty 0: 0 is the console, 1 the auxiliary port.
const firstVTY = 2

// Users are the sessions in progress, by line number.
func (l *Lines) Users(now time.Time) (users []commands.LineUser) {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := map[int]bool{} // virtual terminals
	for a := range l.attached {
		if a.session == nil {
			continue
		}
		who := a.session.who
		seen[who.VTY] = seen[who.VTY] || !a.console
		u := commands.LineUser{Line: "con 0", User: who.User, Location: who.Location, Origin: who.Origin, Idle: now.Sub(a.terminal.Typed())}
		if !a.console {
			u.Number, u.Line = firstVTY+who.VTY, fmt.Sprintf("vty %d", who.VTY)
		}
		users = append(users, u)
	}
	for n, tenant := range l.busy {
		if who := tenant.SSH; !seen[n] { // it runs one command, and nobody types
			users = append(users, commands.LineUser{Number: firstVTY + n, Line: fmt.Sprintf("vty %d", n), User: who.User, Location: who.Source, Origin: fmt.Sprintf("vty%d (%s)", n, who.Source)})
		}
	}
	slices.SortFunc(users, func(a, b commands.LineUser) int { return a.Number - b.Number })
	return users
}

// Notify shows a log line on the console, and in the sessions that have said
// "terminal monitor". It does not wait for any of them.
func (l *Lines) Notify(line string, console, monitor bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for a := range l.attached {
		if a.console && console || !a.console && monitor && a.session.monitor.Load() {
			a.terminal.Notify(line)
		}
	}
}

// A Tenant has a virtual terminal.
type Tenant struct {
	SSH    commands.SSHSession
	HangUp func() // ends it; called from any goroutine
}

// Drain waits until every line in use shows the log lines so far, each for a
// limited time.
func (l *Lines) Drain(within time.Duration) {
	l.mu.Lock()
	var all []*terminal.Terminal
	for a := range l.attached {
		all = append(all, a.terminal)
	}
	l.mu.Unlock()
	for _, t := range all {
		t.Drain(within)
	}
}

// TakeVTY takes the first free virtual terminal that lets users in by SSH and
// that admits this one, until ReleaseVTY. ok is false if there is none.
func (l *Lines) TakeVTY(groups []*commands.LineGroup, who Tenant, admits func(*commands.LineGroup) bool) (n int, group *commands.LineGroup, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := -1
	for _, g := range groups {
		if g.Kind == "vty" {
			last = max(last, g.Last)
		}
	}
	for n := range last + 1 {
		g := groupOf(groups, "vty", n)
		if _, taken := l.busy[n]; g != nil && !taken && listens(g) && admits(g) {
			if l.busy == nil {
				l.busy = map[int]Tenant{}
			}
			who.SSH.Line = n
			l.busy[n] = who
			return n, g, true
		}
	}
	return 0, nil, false
}

// ReleaseVTY gives a virtual terminal back.
func (l *Lines) ReleaseVTY(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.busy, n)
}

// groupOf is what the narrowest section that names a line says of it.
func groupOf(groups []*commands.LineGroup, kind string, n int) (narrowest *commands.LineGroup) {
	for _, g := range groups {
		if g.Kind == kind && g.First <= n && n <= g.Last &&
			(narrowest == nil || g.Last-g.First <= narrowest.Last-narrowest.First) {
			narrowest = g
		}
	}
	return narrowest
}

// Listens reports whether any virtual terminal lets users in by SSH.
func Listens(groups []*commands.LineGroup) bool { return slices.ContainsFunc(groups, listens) }

func listens(g *commands.LineGroup) bool { return g.Kind == "vty" && g.TakesSSH() }

// VTYs is how many virtual terminals let users in by SSH.
func VTYs(groups []*commands.LineGroup) (n int) {
	for _, g := range groups {
		if listens(g) {
			n += g.Last - g.First + 1
		}
	}
	return n
}

// SSH are the sessions by SSH, by line.
func (l *Lines) SSH() (all []commands.SSHSession) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range slices.Sorted(maps.Keys(l.busy)) {
		all = append(all, l.busy[n].SSH)
	}
	return all
}

// HangUp ends what is on a line, "con" or "vty"; false if nothing is.
func (l *Lines) HangUp(kind string, n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kind == "vty" {
		tenant, ok := l.busy[n]
		if ok {
			tenant.HangUp()
		}
		return ok
	}
	for a := range l.attached {
		if kind == "con" && a.console && a.session != nil {
			a.terminal.HangUp()
			return true
		}
	}
	return false
}
