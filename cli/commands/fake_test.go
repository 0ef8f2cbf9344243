package commands

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/cli/config"
	"weft/dataplane"
	"weft/dataplane/fib"
	"weft/dhcp"
	"weft/ike"
	"weft/nhrp"
	"weft/routing/eigrp"
	"weft/routing/rib"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var noon = time.Date(2026, 1, 5, 12, 0, 0, 123e6, time.UTC)

// fakeRouter answers from its fields, as the box would.
type fakeRouter struct {
	now, booted      time.Time
	system           System
	tree             *config.Tree
	changed, written time.Time
	by               string
	interfaces       []InterfaceState
	nhrp             nhrp.State
	routes           []rib.Route
	arp              []Neighbor
	drops            []dataplane.Drop
	log              Log
	findings         []Finding
	diagnoses        []Diagnosis
	captures         []Capture
	captured         []Captured
	traces           nhrp.Traces
	clockSource      string
	conditions       []DebugCondition
	processes        Processes
	parts            []Part
	fib              fib.Table
	adjacencies      []Adjacency
	sessions         []LineUser
	underlay         Underlay
	debugs           map[DebugTopic]bool
	crypto           CryptoState
	eigrp            []eigrp.State
	startup          string
	saved            bool
	storageErr       error
	probation        *Probation
	before           *config.Tree
	plan             *ReloadPlan
	files            map[string]string // "flash:x" and what is in it
	replies          []Reply           // then the last one again
	probes           []Probe
	names            map[string]Names
	dhcp             dhcp.State
	onProbe          func()
	did              []string
	access           fakeAccess
}

func newFakeRouter(lines ...string) *fakeRouter {
	r := &fakeRouter{now: noon, booted: noon.Add(-(9*day + 3*time.Hour + 4*time.Minute)), tree: config.New(GlobalMode), debugs: map[DebugTopic]bool{}, files: map[string]string{}}
	if reports, err := r.tree.Load(strings.NewReader(strings.Join(lines, "\n")), config.Env{Loading: true}); err != nil || len(reports) > 0 {
		panic(fmt.Sprint(reports, err))
	}
	return r
}

func (r *fakeRouter) note(format string, values ...any) {
	r.did = append(r.did, fmt.Sprintf(format, values...))
}

func (r *fakeRouter) Now() time.Time    { return r.now }
func (r *fakeRouter) Booted() time.Time { return r.booted }
func (r *fakeRouter) System() System    { return r.system }
func (r *fakeRouter) Clock() Clock {
	zone := Zone{}
	if g, ok := r.tree.Root().Compile().(*Global); ok {
		zone = g.Zone
	}
	return Clock{Now: r.now, Zone: zone, Source: r.clockSource, Trusted: r.clockSource != ""}
}
func (r *fakeRouter) SetClock(to time.Time, origin, user string) error {
	r.note("clock set %s by %s", to.Format(time.RFC3339), origin)
	return nil
}
func (r *fakeRouter) Config(f func(*config.Tree, config.Env)) {
	f(r.tree, config.Env{Salt: zeros{}})
}

// zeros is entropy that is none: hashes come out the same every time.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
func (r *fakeRouter) ConfigChanged() (time.Time, string, time.Time) {
	return r.changed, r.by, r.written
}
func (r *fakeRouter) NoteConfigured(origin, user string) {
	r.note("configured by %s on %s", user, origin)
}
func (r *fakeRouter) Processes() Processes {
	p := r.processes
	p.List = slices.Clone(p.List)
	return p
}
func (r *fakeRouter) Inventory() []Part                       { return r.parts }
func (r *fakeRouter) FIB() fib.Table                          { return r.fib }
func (r *fakeRouter) Adjacencies() []Adjacency                { return r.adjacencies }
func (r *fakeRouter) DebugConditions() []DebugCondition       { return slices.Clone(r.conditions) }
func (r *fakeRouter) SetDebugConditions(all []DebugCondition) { r.conditions = all }
func (r *fakeRouter) Why(netip.Addr) []Diagnosis              { return r.diagnoses }
func (r *fakeRouter) EventTrace() nhrp.Traces                 { return r.traces }
func (r *fakeRouter) SetEventTrace(t nhrp.Tracing)            { r.note("trace %+v", t) }
func (r *fakeRouter) Lint() []Finding                         { return r.findings }
func (r *fakeRouter) Interfaces(keep func(string) bool) (all []InterfaceState) {
	for _, i := range r.interfaces {
		if keep == nil || keep(i.Name) {
			all = append(all, i)
		}
	}
	return all
}

func (r *fakeRouter) NHRP(f nhrp.Filter) (s nhrp.State) {
	for _, t := range r.nhrp.Tunnels {
		if f.Tunnel != "" && f.Tunnel != t.Name {
			continue
		}
		t.Cache = slices.DeleteFunc(slices.Clone(t.Cache), func(e nhrp.Entry) bool {
			return f.NoCache || f.Cache != nil && !f.Cache(&e)
		})
		s.Tunnels = append(s.Tunnels, t)
	}
	return s
}

func (r *fakeRouter) Routes(_ string, keep func(*rib.Route) bool) (all []rib.Route) {
	for i := range r.routes {
		if keep == nil || keep(&r.routes[i]) {
			all = append(all, r.routes[i])
		}
	}
	return all
}
func (r *fakeRouter) ARP() []Neighbor         { return r.arp }
func (r *fakeRouter) Drops() []dataplane.Drop { return r.drops }
func (r *fakeRouter) Logging() Log            { return r.log }
func (r *fakeRouter) Underlay() Underlay      { return r.underlay }
func (r *fakeRouter) Sessions() []LineUser    { return r.sessions }
func (r *fakeRouter) ClearNHRP(c nhrp.Clear) {
	r.note("clear nhrp %q %s%s", c.Tunnel, c.Prefix, map[bool]string{true: fmt.Sprintf(" %+v", c)}[c.Shortcuts || c.Sessions || c.NBMA.IsValid()])
}
func (r *fakeRouter) ClearNHRPStats(t string)    { r.note("clear nhrp stats %q", t) }
func (r *fakeRouter) ClearNHRPCounters(t string) { r.note("clear nhrp counters %q", t) }
func (r *fakeRouter) ClearCounters(name string)  { r.note("clear counters %q", name) }
func (r *fakeRouter) Crypto() CryptoState        { return r.crypto }
func (r *fakeRouter) ClearCrypto(c ike.Clear)    { r.note("clear crypto %+v", c) }
func (r *fakeRouter) ClearCryptoCounters()       { r.note("clear crypto counters") }
func (r *fakeRouter) ClearLogging()              { r.note("clear logging") }
func (r *fakeRouter) ConfigLog() []ConfigEntry   { return nil }
func (r *fakeRouter) CommandLog() []TypedLine {
	return []TypedLine{{noon, "show version"}, {noon, "username bob secret hush"}}
}
func (r *fakeRouter) LineUses() map[int]uint64 { return map[int]uint64{0: 3, 2: 1} }

func (r *fakeRouter) EIGRP() []eigrp.State                { return slices.Clone(r.eigrp) }
func (r *fakeRouter) ClearEIGRP(as uint16, c eigrp.Clear) { r.note("clear eigrp %d %+v", as, c) }
func (r *fakeRouter) ClearARP(name string, address netip.Addr) error {
	r.note("clear arp %q %v", name, address)
	return nil
}
func (r *fakeRouter) SetDebug(t DebugTopic, on bool) {
	if on {
		r.debugs[t] = true
	} else {
		delete(r.debugs, t)
	}
}

func (r *fakeRouter) Debugs() (all []DebugTopic) {
	for t := range r.debugs {
		all = append(all, t)
	}
	slices.Sort(all)
	return all
}
func (r *fakeRouter) Storage() Storage { return r }
func (r *fakeRouter) Network() Network { return r }
func (r *fakeRouter) Access() Access {
	r.access.router = r
	return &r.access
}
func (r *fakeRouter) Reload(_, _, reason string) error {
	r.note("reload: %s", reason)
	return nil
}

func (r *fakeRouter) StartupConfig() (string, bool, error) {
	return r.startup, r.startup != "", r.storageErr
}

func (r *fakeRouter) Save(text string) error {
	if r.storageErr == nil {
		r.startup, r.saved = text, true
	}
	return r.storageErr
}

func (r *fakeRouter) Erase() error {
	r.startup = ""
	return r.storageErr
}

func (r *fakeRouter) Note(event any) {
	m, _ := EventText(event)
	r.note("%s", m)
}

func (r *fakeRouter) Probation(p Probation, before *config.Tree) {
	r.probation, r.before = &p, before
}

func (r *fakeRouter) OnProbation() (Probation, bool) {
	if r.probation == nil {
		return Probation{}, false
	}
	return *r.probation, true
}

func (r *fakeRouter) StillThere(string) bool { return r.probation != nil && r.probation.Idle }

func (r *fakeRouter) Confirm(origin, user string) bool {
	defer func() { r.probation = nil }()
	return r.probation != nil
}

func (r *fakeRouter) RevertNow(origin, user string) bool {
	if r.probation != nil {
		r.tree.Become(r.before)
	}
	return r.Confirm(origin, user)
}

func (r *fakeRouter) PlanReload(p ReloadPlan) { r.plan = &p }

func (r *fakeRouter) ReloadPlanned() (ReloadPlan, bool) {
	if r.plan == nil {
		return ReloadPlan{}, false
	}
	return *r.plan, true
}

func (r *fakeRouter) CancelReload(origin, user string) bool {
	defer func() { r.plan = nil }()
	return r.plan != nil
}

func (r *fakeRouter) Files(volume string) (all []File, err error) {
	for _, url := range slices.Sorted(maps.Keys(r.files)) {
		if name, on := strings.CutPrefix(url, volume+":"); on {
			all = append(all, File{Name: name, Size: int64(len(r.files[url])), Modified: noon})
		}
	}
	return all, r.storageErr
}

func (r *fakeRouter) Space(string) (total, free int64, err error) {
	return 262144, 200000, r.storageErr
}

func (r *fakeRouter) ReadFile(volume, name string) (string, error) {
	text, ok := r.files[volume+":"+name]
	if !ok {
		return "", ErrNoFile
	}
	return text, r.storageErr
}

func (r *fakeRouter) WriteFile(volume, name, text string) error {
	if r.storageErr == nil {
		r.files[volume+":"+name] = text
	}
	return r.storageErr
}

func (r *fakeRouter) RemoveFile(volume, name string) error {
	if _, ok := r.files[volume+":"+name]; !ok {
		return ErrNoFile
	}
	delete(r.files, volume+":"+name)
	return r.storageErr
}

func (r *fakeRouter) DHCP() dhcp.State        { return r.dhcp }
func (r *fakeRouter) DHCPCommand(in dhcp.In)  { r.did = append(r.did, fmt.Sprintf("%T %+v", in, in)) }
func (r *fakeRouter) Names(host string) Names { return r.names[host] }

func (r *fakeRouter) Lookup(_ context.Context, n Names) ([]netip.Addr, error) {
	if n.Full[0] != "www.example.com" {
		return nil, nil
	}
	return []netip.Addr{addr("10.0.0.1")}, nil
}

func (r *fakeRouter) Probe(_ context.Context, p Probe) Reply {
	n := len(r.probes)
	r.probes = append(r.probes, p)
	if r.onProbe != nil {
		r.onProbe()
	}
	if len(r.replies) == 0 {
		return Reply{}
	}
	return r.replies[min(n, len(r.replies)-1)]
}

// fakeSession types answers in advance and keeps what is printed.
type fakeSession struct {
	router    *fakeRouter
	out       strings.Builder
	answers   []string
	privilege int
	console   bool
	origin    string
	user      string
	terminal  Terminal
	history   []string
	ctx       context.Context
	mode      string
	hangup    error // once there are no more answers
}

var errHangup = errors.New("fake: no more answers")

func newFakeSession(r *fakeRouter, answers ...string) *fakeSession {
	return &fakeSession{router: r, answers: answers, privilege: privileged, console: true, origin: "console",
		terminal: Terminal{Length: 24, Width: 80, HistorySize: 20}, ctx: context.Background(), hangup: errHangup}
}

func (s *fakeSession) Write(p []byte) (int, error)         { return s.out.Write(p) }
func (s *fakeSession) Printf(format string, values ...any) { fmt.Fprintf(&s.out, format, values...) }
func (s *fakeSession) Context() context.Context            { return s.ctx }
func (s *fakeSession) next(prompt string) (string, error) {
	s.out.WriteString(prompt)
	if len(s.answers) == 0 {
		return "", s.hangup
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer, nil
}

func (s *fakeSession) Ask(prompt string, secret bool) (string, error) {
	answer, err := s.next(prompt)
	if !secret {
		s.out.WriteString(answer)
	}
	s.out.WriteString("\n")
	return answer, err
}

func (s *fakeSession) Confirm(prompt string) (bool, error) {
	answer, err := s.next(prompt)
	s.out.WriteString("\n")
	return answer == "" || answer == "y", err
}
func (s *fakeSession) Router() Router         { return s.router }
func (s *fakeSession) User() string           { return s.user }
func (s *fakeSession) Origin() string         { return s.origin }
func (s *fakeSession) Privilege() int         { return s.privilege }
func (s *fakeSession) SetPrivilege(level int) { s.privilege = level }
func (s *fakeSession) Console() bool          { return s.console }
func (s *fakeSession) Configure()             { s.mode = "config" }
func (s *fakeSession) Logout()                { s.mode = "gone" }
func (s *fakeSession) Terminal() *Terminal    { return &s.terminal }
func (s *fakeSession) History() []string      { return s.history }

// run types a line, as the shell would.
func (s *fakeSession) run(t *testing.T, line string) error {
	t.Helper()
	e, a, bad := execTable.Match(line, s.privilege)
	if bad != nil {
		t.Fatalf("%q: %v", line, bad)
	}
	return e.Run(s, a)
}

// configureLines enters configuration lines.
func configureLines(t *testing.T, r *fakeRouter, lines ...string) {
	t.Helper()
	if reports, err := r.tree.Load(strings.NewReader(strings.Join(lines, "\n")), config.Env{}); err != nil || len(reports) > 0 {
		t.Fatal(err, reports)
	}
}

// output runs a line in a new session and returns what it prints, an error on the last line.
func output(t *testing.T, r *fakeRouter, line string, answers ...string) string {
	t.Helper()
	s := newFakeSession(r, answers...)
	if err := s.run(t, line); err != nil {
		s.Printf("%v\n", err)
	}
	return s.out.String()
}

// golden compares what lines print with a file.
func golden(t *testing.T, file string, r *fakeRouter, lines ...string) {
	t.Helper()
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("Router#" + line + "\n" + output(t, r, line))
	}
	goldenText(t, file, b.String())
}

func goldenText(t *testing.T, file, got string) {
	t.Helper()
	path := "testdata/" + file
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	printed, wanted := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(printed), len(wanted)) {
		var a, b string
		if i < len(printed) {
			a = printed[i]
		}
		if i < len(wanted) {
			b = wanted[i]
		}
		if a != b || i >= min(len(printed), len(wanted)) {
			t.Errorf("%s:%d: prints %q, want %q", path, i+1, a, b)
			return
		}
	}
}

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }
