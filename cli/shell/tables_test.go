package shell

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/terminal"
	"weft/cli/terminal/terminaltest"
	"weft/dhcp"
)

// The transcripts under testdata/tables are of all the commands there are, at a
// router that keeps its files in memory and is otherwise empty. The clock stands
// at noon unless somebody waits.
func TestSessionsWithAllCommandsLookLikeThis(t *testing.T) {
	terminaltest.Play(t, "testdata/tables/*.txt", attachTabled)
}

// A tabled router has the real tables.
type tabled struct {
	commands.Router
	tree             *config.Tree
	lines            *Lines
	changed, written time.Time
	by               string
	startup          string
	files            map[string]string
	full             bool // no room for another byte
	plan             *commands.ReloadPlan
	probation        *commands.Probation
	before           *config.Tree
}

const tabledStartup = `hostname R1
username alice privilege 15 password 0 wonderland
enable password 0 s3cret
interface GigabitEthernet0/1
 ip address 192.0.2.1 255.255.255.0
 no shutdown
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
line con 0
 privilege level 15
line vty 0 4
 login local
 transport input ssh
`

// attachTabled sets a line up: "user" without privilege, "vty" not the console,
// "full" with files that take no more, "unsaved" with a configuration that
// startup-config does not have.
func attachTabled(t *testing.T, how string) *terminaltest.User {
	u, ours := terminaltest.Connect(t)
	box, r := newTabled(t, tabledStartup)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	u.Log = func(line string) { box.Lines.Notify(line, true, true) }
	words := strings.Fields(how)
	r.full = slices.Contains(words, "full")
	if slices.Contains(words, "unsaved") {
		r.changed, r.written = r.Now(), time.Time{}
	}
	if slices.Contains(words, "user") {
		r.Config(func(tree *config.Tree, env config.Env) {
			at, _ := tree.Enter(config.Cursor{}, "line con 0", env)
			tree.Enter(at.Cursor, "no privilege level", env)
		})
	}
	if !slices.Contains(words, "vty") {
		go box.Console(ctx, ours, AtOnce)
		return u
	}
	term := terminal.New(ctx, ours)
	group := groupOf(box.Settings().Lines, "vty", 0)
	go func() {
		box.Attach(term, Options{User: "alice", Origin: "vty0 (192.0.2.50)", Location: "192.0.2.50", Privilege: 15, Group: group})
		term.Close()
		ours.Close()
	}()
	return u
}

func newTabled(t testing.TB, startup string) (*Box, *tabled) {
	tree, reports, err := compile.Load(strings.NewReader(startup), config.Env{Loading: true})
	if err != nil || len(reports) > 0 {
		t.Fatal(reports, err)
	}
	r := &tabled{tree: tree, lines: &Lines{}, files: map[string]string{}, written: time.Now(), startup: startup}
	box := &Box{Router: r, Exec: commands.ExecTable(), Lines: r.lines, Compile: compile.Compile}
	return box, r
}

func (r *tabled) Config(f func(*config.Tree, config.Env)) {
	before := r.tree.Revision()
	f(r.tree, config.Env{})
	if r.tree.Revision() != before {
		r.changed = r.Now()
	}
}

func (r *tabled) Now() time.Time    { return time.Now().UTC() }
func (r *tabled) Booted() time.Time { return time.Now().Add(-time.Hour) }
func (r *tabled) System() commands.System {
	return commands.System{Hostname: hostname(r.tree), NVRAMBytes: 262144}
}
func (r *tabled) Clock() commands.Clock             { return commands.Clock{Now: r.Now()} }
func (r *tabled) Lint() []commands.Finding          { return nil }
func (r *tabled) Storage() commands.Storage         { return r }
func (r *tabled) Network() commands.Network         { return r }
func (r *tabled) ConfigLog() []commands.ConfigEntry { return r.lines.ConfigLog() }
func (r *tabled) CommandLog() []commands.TypedLine  { return r.lines.CommandLog() }
func (r *tabled) LineUses() map[int]uint64          { return r.lines.Uses() }
func (r *tabled) Processes() commands.Processes     { return commands.Processes{} }
func (r *tabled) Sessions() []commands.LineUser {
	return r.lines.Users(r.Now())
}
func (r *tabled) Note(event any) {
	if m, ok := commands.EventText(event); ok {
		kept, local := event.(commands.LineKept)
		r.lines.Notify(m.String(), !kept.Seen, !local)
	}
}
func (r *tabled) NoteConfigured(origin, user string) {
	r.Note(commands.ConfigI{Origin: origin, User: user})
}
func (r *tabled) ConfigChanged() (changed time.Time, by string, written time.Time) {
	return r.changed, r.by, r.written
}
func (r *tabled) ClearCounters(string) {}
func (r *tabled) Interfaces(keep func(string) bool) (all []commands.InterfaceState) {
	return nil
}

// Reload says that it would.
func (r *tabled) Reload(origin, user, reason string) error {
	r.Note(commands.Reload{Origin: origin, User: user, Reason: reason})
	return nil
}

// DHCP has no client.
func (r *tabled) DHCP() (s dhcp.State) { return s }
func (r *tabled) DHCPCommand(dhcp.In)  {}

// Names knows no host.
func (r *tabled) Names(string) (n commands.Names) { return n }

// Lookup finds nothing.
func (r *tabled) Lookup(context.Context, commands.Names) ([]netip.Addr, error) { return nil, nil }

// Probe is lost.
func (r *tabled) Probe(ctx context.Context, p commands.Probe) commands.Reply {
	select {
	case <-ctx.Done():
	case <-time.After(p.Timeout):
	}
	return commands.Reply{Kind: commands.TimedOut}
}

func (r *tabled) Probation(p commands.Probation, before *config.Tree) {
	r.probation, r.before = &p, before
}

func (r *tabled) OnProbation() (commands.Probation, bool) {
	if r.probation == nil {
		return commands.Probation{}, false
	}
	return *r.probation, true
}

func (r *tabled) StillThere(string) bool { return r.probation != nil && r.probation.Idle }

func (r *tabled) Confirm(string, string) bool {
	defer func() { r.probation = nil }()
	return r.probation != nil
}

func (r *tabled) RevertNow(origin, user string) bool {
	if r.probation != nil {
		r.tree.Become(r.before)
	}
	return r.Confirm(origin, user)
}

func (r *tabled) PlanReload(p commands.ReloadPlan) { r.plan = &p }

func (r *tabled) ReloadPlanned() (commands.ReloadPlan, bool) {
	if r.plan == nil {
		return commands.ReloadPlan{}, false
	}
	return *r.plan, true
}

func (r *tabled) CancelReload(string, string) bool {
	defer func() { r.plan = nil }()
	return r.plan != nil
}

// Files in memory.

func (r *tabled) StartupConfig() (string, bool, error) { return r.startup, r.startup != "", nil }

func (r *tabled) Save(text string) error {
	if r.full {
		return errFull
	}
	r.startup, r.written = text, r.Now()
	return nil
}

func (r *tabled) Erase() error {
	r.startup = ""
	return nil
}

func (r *tabled) Files(volume string) (all []commands.File, err error) {
	for _, url := range slices.Sorted(maps.Keys(r.files)) {
		if name, on := strings.CutPrefix(url, volume+":"); on {
			all = append(all, commands.File{Name: name, Size: int64(len(r.files[url])), Modified: r.Now()})
		}
	}
	return all, nil
}

func (r *tabled) Space(string) (total, free int64, err error) { return 1 << 20, 1 << 19, nil }

func (r *tabled) ReadFile(volume, name string) (string, error) {
	if text, ok := r.files[volume+":"+name]; ok {
		return text, nil
	}
	return "", commands.ErrNoFile
}

func (r *tabled) WriteFile(volume, name, text string) error {
	if r.full {
		return errFull
	}
	r.files[volume+":"+name] = text
	return nil
}

func (r *tabled) RemoveFile(volume, name string) error {
	if _, ok := r.files[volume+":"+name]; !ok {
		return commands.ErrNoFile
	}
	delete(r.files, volume+":"+name)
	return nil
}
