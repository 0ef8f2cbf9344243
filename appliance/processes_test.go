package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
)

// proc is a /proc of our own making.
func proc(t *testing.T, files map[string]string) procfs {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, link := strings.CutPrefix(text, "-> "); link {
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return procfs(root)
}

func procFiles(busy string) map[string]string {
	return map[string]string{
		"stat":              busy + "cpu0 1 2 3\nintr 5\n",
		"meminfo":           "MemTotal:        4194304 kB\nMemFree:          100000 kB\nMemAvailable:    3145728 kB\n",
		"buddyinfo":         "Node 0, zone      DMA      1      1      0      0      0      0      0      0      0      0      0\nNode 0, zone   Normal      9      9      9      0      2      0      0      0      0      0      0\n",
		"iomem":             "00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n00100000-bffdffff : System RAM\n",
		"self/ns/net":       "-> net:[1]",
		"12/ns/net":         "-> net:[1]",
		"12/stat":           "12 (a) b (c) S 1 12 12 34818 12 4194560 100 0 0 0 250 50 0 0 20 0 2 0 777 1000000 256 18446744073709551615",
		"12/status":         "Name:\ta) b (c\nVmHWM:\t    2048 kB\n",
		"12/task/12/status": "voluntary_ctxt_switches:\t70\nnonvoluntary_ctxt_switches:\t5\n",
		"12/task/13/status": "voluntary_ctxt_switches:\t20\nnonvoluntary_ctxt_switches:\t5\n",
		"99/ns/net":         "-> net:[2]",
		"99/stat":           "99 (elsewhere) S 1",
	}
}

func TestLoadIsToldOverThreeTimes(t *testing.T) {
	start := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	h := loadHistory{proc: proc(t, procFiles("cpu  100 0 100 800 0 0 0 0 0 0\n"))}
	if err := h.take(start); err != nil {
		t.Fatal(err)
	}
	h.samples[0].processes[12] = processCount{Process: commands.Process{PID: 12}, began: 777, ticks: 250}
	// In the next minute 1000 ticks, of them 300 busy, 20 in interrupts; in the last five seconds nothing.
	h.proc = proc(t, procFiles("cpu  240 0 240 1450 50 10 10 0 0 0\n"))
	if err := h.take(start.Add(55 * time.Second)); err != nil {
		t.Fatal(err)
	}
	p, err := h.tell(start.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if p.Busy != (commands.Shares{0, 30, 30}) || p.Interrupt != 0 {
		t.Errorf("busy %v, interrupts %v", p.Busy, p.Interrupt)
	}
	page := uint64(os.Getpagesize())
	want := commands.Process{PID: 12, TTY: 2, Name: "a) b (c", Runtime: 3 * time.Second, Invoked: 100, Busy: commands.Shares{0, 5, 5}, Resident: 256 * page, Peak: 2048 * 1024}
	if len(p.List) != 1 || p.List[0] != want {
		t.Errorf("processes %+v", p.List)
	}
	if p.Memory != (commands.Memory{Head: 0x1000, Total: 4 << 30, Free: 3 << 30, Lowest: 3 << 30, Largest: 16 * page}) {
		t.Errorf("memory %+v", p.Memory)
	}
}

func TestTheOldestSamplesGo(t *testing.T) {
	start := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	h := loadHistory{proc: proc(t, procFiles("cpu  1 1 1 1 1 1 1 1\n"))}
	for i := range 2 * loadSamples {
		if err := h.take(start.Add(time.Duration(i) * sampling)); err != nil {
			t.Fatal(err)
		}
	}
	span := h.samples[len(h.samples)-1].at.Sub(h.samples[0].at)
	if len(h.samples) != loadSamples || span != loadTimes[2] {
		t.Errorf("%d samples over %v", len(h.samples), span)
	}
}

// used is the processor time of this process, as the kernel counts it.
func used(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// What is told of this very process agrees with what Linux tells it itself.
func TestWhatIsToldOfThisProcessIsTrue(t *testing.T) {
	h := loadHistory{proc: "/proc"}
	if err := h.take(time.Now()); err != nil {
		t.Fatal(err)
	}
	for begun := used(t); used(t) < begun+250*time.Millisecond; { // load
	}
	p, err := h.tell(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.List, func(one commands.Process) bool { return one.PID == os.Getpid() })
	if i < 0 {
		t.Fatalf("it is not among %+v", p.List)
	}
	us := p.List[i]
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil || us.Name != strings.TrimSpace(string(comm)) {
		t.Errorf("name %q, not %q", us.Name, comm)
	}
	if us.Runtime < 200*time.Millisecond || us.Busy[0] <= 0 || p.Busy[0] < us.Busy[0]/2 || us.Invoked == 0 {
		t.Errorf("after 250 ms of work: %+v of %v", us, p.Busy)
	}
	if resident := residentMemory(); us.Resident < resident/2 || us.Resident > 2*resident || us.Peak < us.Resident/2 {
		t.Errorf("resident %d, Linux says %d; peak %d", us.Resident, resident, us.Peak)
	}
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Fields(string(info)) // MemTotal: N kB
	if total, _ := strconv.ParseUint(first[1], 10, 64); p.Memory.Total != total*1024 || p.Memory.Free == 0 || p.Memory.Free > p.Memory.Total {
		t.Errorf("memory %+v, Linux says %s kB", p.Memory, first[1])
	}
}
