package commands

import (
	"strings"
	"testing"
	"time"

	"weft/cli/config"
)

func zoneOf(t *testing.T, lines ...string) Zone {
	t.Helper()
	return newFakeRouter(lines...).tree.Root().Compile().(*Global).Zone
}

// The times are those of the zones' own authorities, checked against Go's zone
// database where that is there.
func TestLocalTimeFollowsTheZone(t *testing.T) {
	cet := []string{"clock timezone CET 1 0", "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00"}
	for _, row := range []struct {
		name  string
		lines []string
		at    string
		want  string
	}{
		{"UTC", nil, "2026-07-05T12:00:00Z", "12:00:00 UTC Sun Jul 5 2026"},
		{"before summer", cet, "2026-03-29T00:59:59Z", "01:59:59 CET Sun Mar 29 2026"},
		{"summer begins", cet, "2026-03-29T01:00:00Z", "03:00:00 CEST Sun Mar 29 2026"},
		{"end of summer", cet, "2026-10-25T00:59:59Z", "02:59:59 CEST Sun Oct 25 2026"},
		{"after summer", cet, "2026-10-25T01:00:00Z", "02:00:00 CET Sun Oct 25 2026"},
		{"half an hour", []string{"clock timezone IST 5 30"}, "2026-01-05T12:00:00Z", "17:30:00 IST Mon Jan 5 2026"},
		{"west, and half an hour", []string{"clock timezone NST -3 30"}, "2026-01-05T12:00:00Z", "08:30:00 NST Mon Jan 5 2026"},
		{"the usual summer", []string{"clock timezone EST -5", "clock summer-time EDT recurring"}, "2026-03-08T07:00:00Z", "03:00:00 EDT Sun Mar 8 2026"},
		{"the usual winter", []string{"clock timezone EST -5", "clock summer-time EDT recurring"}, "2026-11-01T06:00:00Z", "01:00:00 EST Sun Nov 1 2026"},
		{"the south", []string{"clock timezone AEST 10 0", "clock summer-time AEDT recurring first Sun Oct 2:00 first Sun Apr 3:00"}, "2026-01-05T12:00:00Z", "23:00:00 AEDT Mon Jan 5 2026"},
		{"southern winter", []string{"clock timezone AEST 10 0", "clock summer-time AEDT recurring first Sun Oct 2:00 first Sun Apr 3:00"}, "2026-07-05T12:00:00Z", "22:00:00 AEST Sun Jul 5 2026"},
		{"once", []string{"clock summer-time BST date 29 march 2026 1:00 25 october 2026 2:00"}, "2026-06-01T12:00:00Z", "13:00:00 BST Mon Jun 1 2026"},
		{"never again", []string{"clock summer-time BST date Mar 29 2026 1:00 Oct 25 2026 2:00"}, "2027-06-01T12:00:00Z", "12:00:00 UTC Tue Jun 1 2027"},
		{"half an hour of summer", []string{"clock timezone LHST 10 30", "clock summer-time LHDT recurring first Sun Oct 2:00 first Sun Apr 2:00 30"}, "2026-01-05T12:00:00Z", "23:00:00 LHDT Mon Jan 5 2026"},
	} {
		at, err := time.Parse(time.RFC3339, row.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := dateTime(zoneOf(t, row.lines...).In(at)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestZoneAgreesWithTheZoneDatabase(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no zone database here: ", err)
	}
	zone := zoneOf(t, "clock timezone CET 1 0", "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00")
	for at := time.Date(2020, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2030; at = at.Add(time.Hour) {
		if got, want := dateTime(zone.In(at)), dateTime(at.In(berlin)); got != want {
			t.Fatalf("%s is %s, want %s", at, got, want)
		}
	}
}

func TestClockLinesAreKeptAsIOSWritesThem(t *testing.T) {
	r := newFakeRouter()
	for typed, want := range map[string]string{
		"clock timezone MET 1": "clock timezone MET 1 0",
		"clock summer-time MEST recurring last sunday march 02:00 last sun oct 3:00": "clock summer-time MEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
		"clock summer-time BST date 29 march 2026 1:00 25 october 2026 2:00 60":      "clock summer-time BST date Mar 29 2026 1:00 Oct 25 2026 2:00 60",
		"clock summer-time EDT recurring":                                            "clock summer-time EDT recurring",
	} {
		r = newFakeRouter(typed)
		if text := r.tree.Text(config.TextOptions{}); !strings.Contains(text, want+"\n") {
			t.Errorf("%q becomes\n%s", typed, text)
		}
	}
	r = newFakeRouter("clock summer-time A recurring", "clock summer-time B date Mar 29 2026 1:00 Oct 25 2026 2:00", "no clock summer-time")
	if text := r.tree.Text(config.TextOptions{}); strings.Contains(text, "summer") {
		t.Errorf("one summer too many:\n%s", text)
	}
}

func TestShowClock(t *testing.T) {
	r := newFakeRouter("clock timezone CET 1 0", "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00")
	if got, want := output(t, r, "show clock detail"), "*13:00:00.123 CET Mon Jan 5 2026\nNo time source\n"+
		"Summer time starts 02:00:00 CET Sun Mar 29 2026\nSummer time ends 03:00:00 CEST Sun Oct 25 2026\n"; got != want {
		t.Errorf("%q", got)
	}
	r.clockSource = "user configuration"
	if got, want := output(t, r, "show clock detail"), "13:00:00.123 CET Mon Jan 5 2026\nTime source is user configuration\n"; !strings.HasPrefix(got, want) {
		t.Errorf("%q", got)
	}
}

func TestClockSetTakesLocalTime(t *testing.T) {
	for line, want := range map[string]string{
		"clock set 10:02:33 5 january 2026": "clock set 2026-01-05T09:02:33Z by console",
		"clock set 10:02:33 jul 5 2026":     "clock set 2026-07-05T08:02:33Z by console",
	} {
		r := newFakeRouter("clock timezone CET 1 0", "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00")
		if got := output(t, r, line); got != "" || len(r.did) != 1 || r.did[0] != want {
			t.Errorf("%s: %q %q", line, got, r.did)
		}
	}
	r := newFakeRouter()
	if got := output(t, r, "clock set 10:00:00 30 feb 2026"); got != "% Feb 2026 has no day 30\n" || len(r.did) != 0 {
		t.Errorf("%q %q", got, r.did)
	}
}

func TestLoggingLinesAreKeptAsIOSWritesThem(t *testing.T) {
	for _, row := range []struct{ typed, want, gone string }{
		{"logging console 4", "logging console warnings\n", ""},
		{"logging trap", "", "logging trap"},
		{"logging trap 6", "", "logging trap"},
		{"logging buffered 16384 7", "logging buffered 16384 debugging\n", ""},
		{"logging 192.0.2.9", "logging host 192.0.2.9\n", ""},
		{"logging host 192.0.2.9 transport udp port 5514", "logging host 192.0.2.9 transport udp port 5514\n", ""},
		{"logging host 192.0.2.9\nno logging 192.0.2.9", "", "192.0.2.9"},
		{"service timestamps log", "service timestamps log uptime\n", ""},
		{"service timestamps", "service timestamps debug uptime\n", "timestamps log"},
		{"service timestamps log datetime\nservice timestamps debug datetime\nno service timestamps", "no service timestamps debug\nno service timestamps log\n", ""},
	} {
		text := newFakeRouter(strings.Split(row.typed, "\n")...).tree.Text(config.TextOptions{})
		if !strings.Contains(text, row.want) || row.gone != "" && strings.Contains(text, row.gone) {
			t.Errorf("%q becomes\n%s", row.typed, text)
		}
	}
}
