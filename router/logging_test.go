package router

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
)

var logNoon = time.Date(2026, 1, 5, 12, 0, 0, 123e6, time.UTC)

// loggingRouter is a router with a configuration, and what it lets out.
type loggingRouter struct {
	*Router
	now time.Time
	out []Out
}

func newLoggingRouter(t *testing.T, lines ...string) *loggingRouter {
	t.Helper()
	r := &loggingRouter{Router: New(Options{Entropy: strings.NewReader("some entropy for identifiers"), Booted: logNoon.Add(-26 * time.Hour)}), now: logNoon}
	r.types(t, lines...)
	return r
}

func (r *loggingRouter) types(t *testing.T, lines ...string) {
	t.Helper()
	at := config.Cursor{}
	for _, line := range lines {
		result, err := r.Tree().Enter(at, line, config.Env{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		at = result.Cursor
	}
	r.step(Configured{})
}

func (r *loggingRouter) step(in In) {
	r.out = append(r.out, r.Step(r.now, in)...)
}

// leave has the router log %SYS-5-CONFIG_I.
func (r *loggingRouter) leave() { r.step(Left{Origin: "console"}) }

func (r *loggingRouter) lines() (lines []string) {
	for _, o := range r.out {
		if l, ok := o.(Log); ok {
			lines = append(lines, l.Line)
		}
	}
	return lines
}

func (r *loggingRouter) syslog() (sent []Syslog) {
	for _, o := range r.out {
		if s, ok := o.(Syslog); ok {
			sent = append(sent, s)
		}
	}
	return sent
}

const configI = "%SYS-5-CONFIG_I: Configured from console by console"

func TestMessagesGoWhereTheirSeverityLetsThem(t *testing.T) {
	for _, row := range []struct {
		lines                             []string
		console, monitor, buffer, servers bool
	}{
		{nil, true, true, true, false},
		{[]string{"logging host 192.0.2.9"}, true, true, true, true},
		{[]string{"logging host 192.0.2.9", "logging trap warnings"}, true, true, true, false},
		{[]string{"logging host 192.0.2.9", "logging trap 5", "logging console 4"}, false, true, true, true},
		{[]string{"no logging console", "logging monitor errors", "logging buffered 8192 critical"}, false, false, false, false},
		{[]string{"logging host 192.0.2.9", "no logging on"}, true, false, false, false},
	} {
		r := newLoggingRouter(t, row.lines...)
		r.leave()
		l := r.Logging()
		got := []bool{l.ConsoleLogged == 1, l.MonitorLogged == 1, l.BufferLogged == 1, l.TrapLogged == 1}
		want := []bool{row.console, row.monitor, row.buffer, row.servers}
		if !slices.Equal(got, want) {
			t.Errorf("%q: console, monitor, buffer, servers are %v, want %v", row.lines, got, want)
		}
		shown := r.out[slices.IndexFunc(r.out, func(o Out) bool { _, ok := o.(Log); return ok })].(Log).Shown
		if shown != (Shown{row.console, row.monitor}) || len(l.Lines) == 1 != row.buffer || len(r.syslog()) == 1 != row.servers {
			t.Errorf("%q: shown %+v, buffer %q, sent %v", row.lines, shown, l.Lines, r.syslog())
		}
	}
}

func TestLogServersAreToldAsIOSTellsThem(t *testing.T) {
	r := newLoggingRouter(t, "hostname R1", "service timestamps log datetime msec", "service sequence-numbers",
		"logging host 192.0.2.9", "logging host 192.0.2.10 transport udp port 5514",
		"logging source-interface Loopback0", "interface Loopback0", "ip address 10.255.0.1 255.255.255.255")
	before := r.Logging().TrapLogged
	r.out = nil
	r.leave()
	source := netip.MustParseAddr("10.255.0.1")
	n := r.log.sequence
	text := fmt.Sprintf("<189>%d: %06d: *Jan  5 12:00:00.123: ", n, n) + configI
	want := []Syslog{{netip.MustParseAddrPort("192.0.2.9:514"), source, text}, {netip.MustParseAddrPort("192.0.2.10:5514"), source, text}}
	if got := r.syslog(); !slices.Equal(got, want) {
		t.Errorf("sent %+v\nwant %+v", got, want)
	}
	if l := r.Logging(); l.TrapLogged != before+1 || len(l.Hosts) != 2 {
		t.Errorf("counts %+v", l)
	}
	r.types(t, "logging facility local3", "logging origin-id hostname", "no service sequence-numbers", "interface Loopback0", "shutdown")
	r.out = nil
	r.leave()
	if got := r.syslog()[0]; got.Source.IsValid() || !strings.HasPrefix(got.Text, fmt.Sprintf("<157>%d: R1: *Jan", r.log.sequence)) {
		t.Errorf("sent %+v", got)
	}
}

func TestRateLimit(t *testing.T) {
	r := newLoggingRouter(t, "logging rate-limit 2 except warnings")
	for range 5 {
		r.leave()
	}
	r.step(Happened{commands.NVRAMFailed{Reason: "disk full"}}) // severity 4 is excepted
	if l := r.Logging(); l.BufferLogged != 3 || l.ConsoleLogged != 3 || l.RateLimited != 3 {
		t.Errorf("%+v", l)
	}
	r.now = r.now.Add(time.Second)
	r.leave()
	if l := r.Logging(); l.BufferLogged != 4 {
		t.Errorf("in the next second: %+v", l)
	}
	console := newLoggingRouter(t, "logging rate-limit console 2")
	for range 5 {
		console.leave()
	}
	if l := console.Logging(); l.ConsoleLogged != 2 || l.BufferLogged != 5 || l.RateLimited != 3 {
		t.Errorf("on the console alone: %+v", l)
	}
}

func TestDebugOutputKeepsToItsConditions(t *testing.T) {
	r := newLoggingRouter(t, "interface Tunnel0", "interface Tunnel1")
	r.step(Command{Debugging{Topic: commands.DebugTunnel, On: true}})
	r.step(Command{DebugConditions{{Number: 1, Interface: "Tunnel1"}}})
	r.out = nil
	r.types(t, "interface Tunnel0", "tunnel source 192.0.2.1", "interface Tunnel1", "tunnel source 192.0.2.2")
	seen := 0
	for _, o := range r.out {
		if d, ok := o.(Debug); ok {
			seen++
			if !strings.Contains(d.Line, "Tunnel1") {
				t.Errorf("prints %q", d.Line)
			}
		}
	}
	if seen == 0 {
		t.Error("prints nothing")
	}
}

func TestTimestampsFollowTheClock(t *testing.T) {
	for _, row := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"none", nil, ""},
		{"uptime", []string{"service timestamps log uptime"}, "1d02h: "},
		{"uptime again", []string{"service timestamps log"}, "1d02h: "},
		{"UTC unless local", []string{"service timestamps log datetime", "clock timezone CET 1"}, "*Jan  5 12:00:00: "},
		{"local", []string{"service timestamps log datetime msec localtime show-timezone year", "clock timezone CET 1"}, "*Jan  5 2026 13:00:00.123 CET: "},
		{"in any order", []string{"service timestamps log datetime year localtime msec", "clock timezone CET 1"}, "*Jan  5 2026 13:00:00.123: "},
		{"zone of UTC", []string{"service timestamps log datetime show-timezone"}, "*Jan  5 12:00:00 UTC: "},
	} {
		r := newLoggingRouter(t, row.lines...)
		r.leave()
		if got := r.lines(); len(got) != 1 || got[0] != row.want+configI {
			t.Errorf("%s: %q", row.name, got)
		}
	}
}

func TestClockSetMovesWhatIsPrintedAndNothingElse(t *testing.T) {
	r := newLoggingRouter(t, "service timestamps log datetime", "clock timezone CET 1")
	deadline := r.Deadline()
	r.step(Command{SetClock{From: r.Clock(r.now), To: time.Date(2030, 7, 1, 8, 0, 0, 0, time.UTC), Origin: "console", User: "admin"}})
	r.now = r.now.Add(90 * time.Second)
	r.leave()
	want := []string{
		"Jul  1 08:00:00: %SYS-6-CLOCKUPDATE: System clock has been updated from 13:00:00 CET Mon Jan 5 2026 to 09:00:00 CET Mon Jul 1 2030, configured from console by admin on console.",
		"Jul  1 08:01:30: " + configI,
	}
	if got := r.lines(); !slices.Equal(got, want) {
		t.Errorf("logs %q", got)
	}
	if c := r.Clock(r.now); c.Source != "user configuration" || !c.Trusted || c.Local(c.Now).Format(time.DateTime) != "2030-07-01 09:01:30" {
		t.Errorf("the clock is %+v", c)
	}
	if r.Deadline() != deadline {
		t.Error("a timer moved")
	}
}

func TestWhatIsCertainlyWrongIsLoggedWhenAUserLeaves(t *testing.T) {
	r := newLoggingRouter(t, "interface Tunnel0", "tunnel mode gre multipoint", "ip nhrp redirect")
	r.leave()
	want := []string{configI, `%PARSER-4-LINT: "interface Tunnel0: tunnel mode gre multipoint": a multipoint tunnel without NHRP has no way to find a peer; to mend it: "interface Tunnel0 / ip nhrp network-id 1"`}
	if got := r.lines(); !slices.Equal(got, want) {
		t.Errorf("logs %q", got)
	}
	if len(r.Lint()) != 2 { // the redirect is not certain
		t.Errorf("lint finds %+v", r.Lint())
	}
	r.out = nil
	r.leave()
	if got := r.lines(); !slices.Equal(got, want[:1]) {
		t.Errorf("a second time %q", got)
	}
}

func TestMessagesAreCountedByNameWhileThatIsAskedFor(t *testing.T) {
	r := newLoggingRouter(t)
	r.leave()
	if l := r.Logging(); l.Counting || len(l.Counts) > 0 {
		t.Errorf("counted unasked: %+v", l.Counts)
	}
	r.types(t, "logging count")
	r.leave()
	r.leave()
	r.step(Happened{commands.LineKept{Line: "x", Reason: "y"}})
	l := r.Logging()
	if want := (commands.LogCount{Facility: "SYS", Mnemonic: "CONFIG_I", Severity: 5, Count: 2, Last: logNoon}); len(l.Counts) != 1 || l.Counts[0] != want {
		t.Errorf("%+v", l.Counts)
	}
}

func TestAKeptLineIsForTheConsoleAndTheBufferAlone(t *testing.T) {
	r := newLoggingRouter(t, "logging host 192.0.2.9", "logging trap debugging", "no service timestamps log")
	for _, seen := range []bool{false, true} {
		r.out = nil
		r.step(Happened{commands.LineKept{Line: "ip http server", Reason: "there is no HTTP server", Seen: seen}})
		const want = "ip http server is kept in the configuration, but nothing acts on it: there is no HTTP server."
		if got := r.lines(); len(got) != 1 || got[0] != want {
			t.Fatalf("%q", got)
		}
		if log := r.out[0].(Log); log.Console == seen || log.Monitor {
			t.Errorf("seen %v: shown %+v", seen, log.Shown)
		}
		if sent := r.syslog(); len(sent) > 0 {
			t.Errorf("log servers are told: %v", sent)
		}
		if buffer := r.Logging().Lines; buffer[len(buffer)-1] != want {
			t.Errorf("the buffer ends in %q", buffer[len(buffer)-1])
		}
	}
}
