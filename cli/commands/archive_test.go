package commands

import (
	"fmt"
	"strings"
	"testing"

	"weft/cli/config"
)

func TestArchiveThatIsNotThere(t *testing.T) {
	for _, lines := range [][]string{nil, {"archive"}, {"archive", " path tftp://192.0.2.1/x"}, {"archive", " maximum 3"}} {
		r := configured()
		r.tree.Load(strings.NewReader(strings.Join(lines, "\n")), config.Env{})
		for _, line := range []string{"show archive", "archive config"} {
			if got := output(t, r, line); got != " Archive feature not enabled\n" {
				t.Errorf("%q: %s prints %q", lines, line, got)
			}
		}
	}
}

func TestArchiveKeepsTheLastOnes(t *testing.T) {
	r := configured()
	configureLines(t, r, "archive", " path flash:cfg-", " maximum 3")
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, "Router#show archive\n%s", output(t, r, "show archive"))
		if got := output(t, r, "archive config"); got != "" {
			t.Errorf("%d: %q", i, got)
		}
	}
	goldenText(t, "show_archive.txt", b.String())
	if len(r.files) != 3 || r.files["flash:cfg--5"] != ConfigText(r, configNow) {
		t.Errorf("%q", r.files)
	}
	r.files["flash:cfg--other"], r.files["flash:cfg--77x"] = "", ""
	if got := output(t, r, "show archive"); !strings.Contains(got, "There are currently 3 ") || !strings.Contains(got, "named flash:cfg--6\n") {
		t.Errorf("files of others count:\n%s", got)
	}
}

func TestArchiveNamesWithHostAndTime(t *testing.T) {
	r := configured()
	r.system.Hostname = "R1"
	configureLines(t, r, "archive", " path flash:$h-$t")
	output(t, r, "archive config")
	r.now = r.now.AddDate(0, 0, 10)
	output(t, r, "archive config")
	for _, name := range []string{"flash:R1-Jan--5-12-00-00.123-0", "flash:R1-Jan-15-12-00-00.123-1"} {
		if r.files[name] == "" {
			t.Errorf("no %s: %q", name, r.files)
		}
	}
	if got := output(t, r, "show archive"); !strings.Contains(got, "There are currently 2 archive configurations saved.") {
		t.Error(got)
	}
}

func TestWriteMemoryFeedsTheArchiveIfAsked(t *testing.T) {
	r := configured()
	configureLines(t, r, "archive", " path nvram:old")
	if output(t, r, "write memory"); len(r.files) != 0 {
		t.Errorf("%q", r.files)
	}
	configureLines(t, r, "archive", " write-memory")
	output(t, r, "write memory")
	output(t, r, "copy running-config startup-config", "")
	if len(r.files) != 2 || r.files["nvram:old-1"] != r.startup {
		t.Errorf("%q", r.files)
	}
}

func TestArchiveSectionIsActedOn(t *testing.T) {
	r := newFakeRouter("archive", " path flash:cfg", " maximum 5", " write-memory", " time-period 1440")
	a, on := ArchiveOf(r.tree)
	if want := (Archive{Path: "flash:cfg", Maximum: 5, WriteMemory: true, Period: day}); !on || a != want {
		t.Errorf("%+v", a)
	}
}

func TestDifferencesOfConfigurations(t *testing.T) {
	r := configured()
	r.files["flash:a"] = `hostname A
!
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 no shutdown
!
router eigrp 1
 address-family ipv4
  network 10.0.0.0
 exit-address-family
ip access-list standard X
 permit 10.0.0.1
line vty 0 4
 login
end
`
	r.files["flash:b"] = `Building configuration...

Current configuration : 100 bytes
hostname B
interface Tunnel0
 ip address 10.0.0.2 255.255.255.0
 no shutdown
interface Tunnel1
 no ip address
router eigrp 1
 address-family ipv4
  network 10.0.0.0
  network 10.1.0.0
 exit-address-family
line vty 0 4
 login
end
`
	r.files["flash:lower"] = strings.ToLower(r.files["flash:a"])
	r.startup = ConfigText(r, configNow)
	golden(t, "show_archive_differences.txt", r, "show archive config differences flash:a flash:b", "show archive config differences flash:a flash:a",
		"show archive config differences flash:a flash:lower ignorecase", "show archive config differences", "show archive config differences flash:a",
		"show archive config differences system:running-config nvram:startup-config", "show archive config differences flash:none flash:a",
		"show archive config incremental-diffs flash:b", "show archive config incremental-diffs system:running-config ignorecase")
}

func TestReloadLaterAsksAndPlans(t *testing.T) {
	for _, row := range []struct {
		line, in string // in how long
		reason   string
	}{
		{"reload in 5", "12:05:00 UTC Mon Jan 5 2026 (in 5 minutes)", "Reload Command"},
		{"reload in 1:30 new cables", "13:30:00 UTC Mon Jan 5 2026 (in 1 hour and 30 minutes)", "new cables"},
		{"reload at 12:01", "12:01:00 UTC Mon Jan 5 2026 (in 1 minute)", "Reload Command"},
		{"reload at 11:00", "11:00:00 UTC Tue Jan 6 2026 (in 23 hours)", "Reload Command"},
		{"reload at 12:00 jan 7 night shift", "12:00:00 UTC Wed Jan 7 2026 (in 2 days)", "night shift"},
		{"reload at 12:00 7 Jan", "12:00:00 UTC Wed Jan 7 2026 (in 2 days)", "Reload Command"},
	} {
		r := configured()
		r.written = noon
		want := "Reload scheduled for " + row.in + " by console\nReload reason: " + row.reason + "\n"
		const question = "Proceed with reload? [confirm]\n"
		if got := output(t, r, row.line, "n"); got != want+question || r.plan != nil {
			t.Errorf("%s prints %q", row.line, got)
		}
		if output(t, r, row.line, ""); r.plan == nil {
			t.Errorf("%s plans nothing", row.line)
		}
		if got := output(t, r, "show reload"); got != want {
			t.Errorf("show reload prints %q", got)
		}
		if got := output(t, r, "reload cancel"); got != "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n\n" || r.plan != nil {
			t.Errorf("%q", got)
		}
	}
	r := configured()
	if got := output(t, r, "reload in 5", "yes", ""); !strings.HasPrefix(got, "System configuration has been modified. Save? [yes/no]: yes\nBuilding configuration...\n[OK]\nReload scheduled for ") || !r.saved {
		t.Errorf("%q", got)
	}
	for line, want := range map[string]string{"reload at 12:00 Feb 31": "% There is no such day in that month\n", "reload at 12:00 Mar 1": "% Reload can be scheduled for the next 24 days only\n"} {
		if got := output(t, r, line, "no", ""); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
	r = configured()
	if got := output(t, r, "reload cancel") + output(t, r, "show reload"); got != "%No reload is scheduled.\nNo reload is scheduled.\n" {
		t.Errorf("%q", got)
	}
}

func TestTheOrderOfAnAccessListCounts(t *testing.T) {
	const a = "hostname A\nip access-list extended X\n permit ip any host 10.0.0.1\n deny ip any any\n permit icmp any any\nip route 1.0.0.0 255.0.0.0 Null0\n"
	const b = "ip route 1.0.0.0 255.0.0.0 Null0\nip access-list extended X\n permit icmp any any\n permit ip any host 10.0.0.1\n deny ip any any\nhostname A\n"
	got := strings.Join(contextualDiff(a, b, false), "\n")
	if want := "ip access-list extended X\n +permit icmp any any\n -permit icmp any any"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
