package router

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weft/cli/commands"
	"weft/cli/config"
)

// tellTime lets a router's own deadlines come, one after the other, until an
// instant, and tells what it did then, by seconds since noon.
func tellTime(r *Router, until time.Time) string {
	var s []string
	for at := r.Deadline(); !at.IsZero() && !at.After(until); at = r.Deadline() {
		s = append(s, told(at, r.Tick(at))...)
	}
	return strings.Join(s, "\n")
}

func told(at time.Time, outs []Out) (s []string) {
	say := func(text string) { s = append(s, fmt.Sprintf("%4.0f %s", at.Sub(noon).Seconds(), text)) }
	for _, o := range outs {
		switch o := o.(type) {
		case Log:
			say(o.Message.String())
		case Notice:
			say(strings.ReplaceAll(o.Text, "\n", " "))
		case Restart:
			say("restart: " + o.Reason)
		case Replaced:
			say("replaced")
		case Archive:
			say("archive")
		}
	}
	return s
}

const loopback = "interface Loopback0\n ip address 172.16.0.1 255.255.255.255\n"

// onProbation is a router whose hostname and loopback are to be undone two
// minutes past noon.
func onProbation(t *testing.T) *Router {
	t.Helper()
	r, _ := boot(t, "hostname OLD\n"+loopback)
	r.Step(noon, Command{Probation{commands.Probation{At: noon.Add(2 * time.Minute), Asked: noon, Minutes: 2, Origin: "console", Target: "flash:cfg-1"}, r.Tree().Clone()}})
	enter(t, r, "hostname NEW", "no interface Loopback0", "interface Loopback1", "ip address 172.16.0.2 255.255.255.255")
	if r.Hostname() != "NEW" || len(r.Routes("", nil)) != 1 {
		t.Fatalf("before: %s, %v", r.Hostname(), r.Routes("", nil))
	}
	return r
}

func TestAnUnconfirmedChangeIsUndoneInTime(t *testing.T) {
	r := onProbation(t)
	before := r.Tree().Revision()
	got := tellTime(r, noon.Add(time.Hour))
	const want = `  60 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: System will rollback to config flash:cfg-1 in one minute. Enter "configure confirm" if you wish to keep what you've configured
 120 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: flash:cfg-1
 120 replaced`
	if !strings.HasPrefix(got, want) {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
	if text := r.Tree().Text(config.TextOptions{}); r.Hostname() != "OLD" || !strings.Contains(text, loopback) || strings.Contains(text, "Loopback1") || r.Tree().Revision() == before {
		t.Errorf("the configuration is\n%s", text)
	}
	if routes := r.Routes("", nil); len(routes) != 1 || routes[0].Prefix.String() != "172.16.0.1/32" {
		t.Errorf("the routes are %v", routes)
	}
	if _, pending := r.OnProbation(); pending || !r.Deadline().IsZero() {
		t.Error("something is still to come")
	}
}

func TestAConfirmedChangeStays(t *testing.T) {
	r := onProbation(t)
	got := told(noon, r.Step(noon.Add(time.Minute), Command{Confirm{Origin: "vty0 (192.0.2.50)", User: "admin"}}))
	if len(got) != 1 || !strings.HasSuffix(got[0], "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: admin on vty0 (192.0.2.50): Confirm the configuration change") {
		t.Errorf("%q", got)
	}
	if left := tellTime(r, noon.Add(time.Hour)); left != "" || r.Hostname() != "NEW" {
		t.Errorf("%s, hostname %s", left, r.Hostname())
	}
	if again := r.Step(noon, Command{Confirm{}}); len(again) != 0 {
		t.Errorf("confirmed twice: %v", again)
	}
}

func TestAProbationGetsMoreTimeOrNone(t *testing.T) {
	r := onProbation(t)
	r.Step(noon.Add(time.Minute), Command{Probation{Probation: commands.Probation{At: noon.Add(10 * time.Minute), Minutes: 9, Target: "flash:cfg-1"}}})
	if got := tellTime(r, noon.Add(8*time.Minute)); got != "" || r.Hostname() != "NEW" {
		t.Errorf("%s", got)
	}
	r.Step(noon.Add(8*time.Minute), Command{RevertNow{}})
	if r.Hostname() != "OLD" || !r.Deadline().IsZero() {
		t.Errorf("hostname %s, deadline %v", r.Hostname(), r.Deadline())
	}
	r.Step(noon, Command{RevertNow{}})
	r.Step(noon, Command{Probation{Probation: commands.Probation{At: noon.Add(time.Minute)}}})
	if !r.Deadline().IsZero() {
		t.Error("a probation of nothing has a deadline")
	}
}

func TestAProbationOfOneMinuteBeginsWithOneMessage(t *testing.T) {
	r, _ := boot(t, "hostname R1\n")
	r.Step(noon, Command{Probation{commands.Probation{At: noon.Add(time.Minute), Minutes: 1}, r.Tree().Clone()}})
	if got := tellTime(r, noon.Add(59*time.Second)); got != "" {
		t.Errorf("%s", got)
	}
}

func TestAPlannedReloadIsToldOfAndHappens(t *testing.T) {
	r, _ := boot(t, "hostname R1\n")
	plan := commands.ReloadPlan{At: noon.Add(12 * time.Minute), Asked: noon, Reason: "new cables", Origin: "console"}
	if got := told(noon, r.Step(noon, Command{PlanReload{plan}})); len(got) != 1 ||
		!strings.HasSuffix(got[0], "%SYS-5-SCHEDULED_RELOAD: Reload requested for 12:12:00 UTC Mon Jan 5 2026 at 12:00:00 UTC Mon Jan 5 2026 by console. Reload Reason: new cables.") {
		t.Errorf("%q", got)
	}
	if got, ok := r.ReloadPlanned(); !ok || got != plan {
		t.Errorf("%+v", got)
	}
	const want = ` 120 *** *** --- SHUTDOWN in 0:10:00 --- ***
 420 *** *** --- SHUTDOWN in 0:05:00 --- ***
 660 *** *** --- SHUTDOWN in 0:01:00 --- ***
 720 %SYS-5-RELOAD: Reload requested by console. Reload Reason: new cables.
 720 restart: new cables`
	if got := tellTime(r, noon.Add(time.Hour)); got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
}

func TestACancelledReloadDoesNotHappen(t *testing.T) {
	r, _ := boot(t, "hostname R1\n")
	r.Step(noon, Command{PlanReload{commands.ReloadPlan{At: noon.Add(5 * time.Minute), Asked: noon}}})
	got := tellTime(r, noon.Add(time.Minute))
	if got != "   0 *** *** --- SHUTDOWN in 0:05:00 --- ***" {
		t.Errorf("%s", got)
	}
	if got := told(noon, r.Step(noon.Add(2*time.Minute), Command{CancelReload{}})); len(got) != 1 || !strings.Contains(got[0], "%SYS-5-SCHEDULED_RELOAD_CANCELLED: Scheduled reload cancelled at 12:02:00 UTC") {
		t.Errorf("%q", got)
	}
	if got := tellTime(r, noon.Add(time.Hour)); got != "" {
		t.Errorf("%s", got)
	}
}

func TestTheArchiveIsFedEverySoOften(t *testing.T) {
	r, _ := boot(t, "archive\n path flash:cfg\n time-period 10\n")
	if got, want := tellTime(r, noon.Add(25*time.Minute)), " 600 archive\n1200 archive"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	enter(t, r, "archive", "no time-period")
	if !r.Deadline().IsZero() {
		t.Error("the archive has a deadline still")
	}
}

func TestAnIdleTimerBeginsAgainAtEveryLine(t *testing.T) {
	r, _ := boot(t, "hostname OLD\n")
	p := commands.Probation{At: noon.Add(2 * time.Minute), Asked: noon, Minutes: 2, Idle: true, Origin: "vty0 (192.0.2.50)", User: "admin", Target: "flash:cfg-1"}
	got := told(noon, r.Step(noon, Command{Probation{p, r.Tree().Clone()}}))
	enter(t, r, "hostname NEW")
	r.Step(noon.Add(90*time.Second), Command{StillThere{}})
	got = append(got, tellTime(r, noon.Add(time.Hour)))
	const want = `   0 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_IDLETIMER: User: admin on vty0 (192.0.2.50): Scheduled to rollback to config flash:cfg-1 if session has been idle for 2 minutes
 150 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_IDLETIMER: User: admin on vty0 (192.0.2.50) has been idle for 1 minute. System will rollback to config flash:cfg-1 in one minute if it's still idle. Enter "configure confirm" if you wish to keep what you've configured
 210 %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: flash:cfg-1
 210 replaced`
	if text := strings.Join(got, "\n"); !strings.HasPrefix(text, want) || r.Hostname() != "OLD" {
		t.Errorf("it tells\n%s\nwant\n%s\nand is %s", text, want, r.Hostname())
	}
}
