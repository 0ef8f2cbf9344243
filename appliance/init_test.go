package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weft/cli/config"
)

// childVariable makes this test's binary behave like a router that process 1 starts.
const childVariable = "WEFT_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "panic":
		var tunnels map[string]int
		tunnels["Tunnel0"] = 1
	case "reload":
		os.Exit(exitReload)
	case "stay":
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, unix.SIGTERM)
		fmt.Fprintln(os.Stderr, "ready")
		<-asked
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestPanicOfTheRouterIsRecordedAndTold(t *testing.T) {
	t.Setenv(childVariable, "panic")
	m := &machine{nvram: t.TempDir()}
	if got := m.runRouter(nil); got != endCrash {
		t.Fatalf("a panic ended as %v", got)
	}
	records, _ := filepath.Glob(filepath.Join(m.nvram, "crashinfo_*"))
	if len(records) != 1 {
		t.Fatalf("there are %d records", len(records))
	}
	text, err := os.ReadFile(records[0])
	if err != nil || !strings.Contains(string(text), "assignment to entry in nil map") || !strings.Contains(string(text), "goroutine 1") {
		t.Errorf("the record does not hold the panic (%v):\n%s", err, text)
	}
	if notice := strings.Join(m.notices, "\n"); !strings.Contains(notice, "nil map") || !strings.Contains(notice, filepath.Base(records[0])) {
		t.Errorf("the notice does not say what happened and where that is written: %q", notice)
	}
}

func TestConfigurationThatCrashesIsLeftAside(t *testing.T) {
	t.Setenv(childVariable, "panic")
	m := &machine{nvram: t.TempDir()}
	for n := range hurried {
		if slices.Contains(m.command(), "-factory") {
			t.Fatalf("startup-config was left aside after %d crashes", n)
		}
		m.runRouter(nil)
	}
	if !slices.Contains(m.command(), "-factory") {
		t.Error("startup-config is still used")
	}
}

func TestOldCrashRecordsGo(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range crashRecords + 3 {
		if _, err := recordCrash(dir, at.Add(time.Duration(n)*time.Minute), fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	records, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(records) != crashRecords {
		t.Fatalf("%d records are kept", len(records))
	}
	if text, _ := os.ReadFile(records[0]); string(text) != "3" {
		t.Errorf("the oldest record kept is number %s", text)
	}
}

func TestReloadOfTheRouterRestartsTheMachine(t *testing.T) {
	t.Setenv(childVariable, "reload")
	if got := (&machine{nvram: t.TempDir()}).runRouter(nil); got != endReload {
		t.Errorf("reload ended as %v", got)
	}
}

func TestPowerButtonStopsTheRouterFirst(t *testing.T) {
	t.Setenv(childVariable, "stay")
	for button, want := range map[string]ending{powerButton: endPowerOff, ctrlAltDel: endReload} {
		pushed := make(chan string, 1)
		pushed <- button
		if got := (&machine{nvram: t.TempDir()}).runRouter(pushed); got != want {
			t.Errorf("%s ended as %v, want %v", button, got, want)
		}
	}
}

func TestPortsFollowTheirSlots(t *testing.T) {
	const root = "/sys/devices/pci0000:00/"
	got := inOrder(map[string]string{
		"eth0": root + "0000:00:10.0",
		"eth1": root + "0000:00:03.0/virtio1",
		"eth2": root + "0000:00:05.0/0000:01:0a.0/virtio4", // behind a bridge in slot 5
		"eth3": root + "0000:00:05.0/0000:01:02.1",
		"eth4": root + "0000:00:05.0/0000:01:02.0",
		"eth5": root + "0000:00:0a.0",
	})
	if want := []string{"eth1", "eth4", "eth3", "eth2", "eth5", "eth0"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestModulesAreFoundByHardware(t *testing.T) {
	modules := parseModules("failover -\nnet_failover failover\nvirtio_net net_failover virtio:d00000001v*\nvmxnet3 - pci:v000015ADd000007B0sv*sd*bc*sc*i*\nbroken\n")
	for alias, want := range map[string][]string{
		"virtio:d00000001v00001AF4":                             {"virtio_net"},
		"pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00": {"vmxnet3"},
		"virtio:d00000002v00001AF4":                             nil,
	} {
		if got := driversOf(modules, alias); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", alias, got, want)
		}
	}
	if got := modules["virtio_net"].needs; !slices.Equal(got, []string{"net_failover"}) {
		t.Errorf("virtio_net needs %v", got)
	}
}

func TestRefusedLinesAreCountedBeyondAFew(t *testing.T) {
	reports := []config.Report{{Kept: "not acted on"}}
	for n := range refusals + 7 {
		reports = append(reports, config.Report{Number: n, Refused: "nonsense"})
	}
	got := shorten(reports)
	if len(got) != 1+refusals+1 || got[len(got)-1].Refused != "and 7 more lines" {
		t.Errorf("%d reports, the last %+v", len(got), got[len(got)-1])
	}
}
