package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// fullAfter lets this process write n bytes of a file and not one more: a disk
// that is full at that byte.
func fullAfter(t *testing.T, n int) (mended func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := unix.Rlimit{Cur: uint64(n), Max: before.Max}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}
}

// alone is set in the process that has a test for itself.
const alone = "WEFT_TEST_ALONE"

const savedBefore = "hostname before\n"

func TestDiskFullAtAnyByteKeepsTheOldConfiguration(t *testing.T) {
	if os.Getenv(alone) == "" {
		// The limit is the process's, and the test's own records are files, too.
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), alone+"=1")
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	n := openTestNVRAM(t)
	text := "hostname after\n" + strings.Repeat("!\n", 40)
	if err := n.Save(savedBefore); err != nil {
		t.Fatal(err)
	}
	for cut := range len(text) {
		mend := fullAfter(t, cut)
		saved, written := n.Save(text), n.WriteFile("flash", "backup", text)
		mend()
		if saved == nil || written == nil {
			t.Fatalf("full at byte %d: saved %v, written %v", cut, saved, written)
		}
		if got, _, _ := n.StartupConfig(); got != savedBefore {
			t.Fatalf("full at byte %d: startup-config is %q", cut, got)
		}
		if files, _ := n.Files("flash"); len(files) != 0 {
			t.Fatalf("full at byte %d: flash: has %v", cut, files)
		}
		if half, _ := filepath.Glob(filepath.Join(n.dir, ".*.*")); len(half) != 0 {
			t.Fatalf("full at byte %d: %v is left", cut, half)
		}
	}
	if err := n.Save(text); err != nil {
		t.Fatal(err)
	}
	if got, _, _ := n.StartupConfig(); got != text {
		t.Errorf("with room again, startup-config is %q", got)
	}
}

// Power that fails while a file is written leaves the first bytes of it behind,
// under the name that it has until it is whole.
func TestPowerCutAtAnyByteKeepsTheOldConfiguration(t *testing.T) {
	n := openTestNVRAM(t)
	if err := n.Save(savedBefore); err != nil {
		t.Fatal(err)
	}
	text := "hostname after\n!\nend\n"
	for cut := range len(text) + 1 {
		half := filepath.Join(n.dir, fmt.Sprintf(".%s.%d", startupConfig, cut))
		if err := os.WriteFile(half, []byte(text[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := openNVRAM(n.dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok, err := again.StartupConfig(); got != savedBefore || !ok || err != nil {
			t.Fatalf("cut at byte %d: %q, %v, %v", cut, got, ok, err)
		}
		if _, err := os.Stat(half); err == nil {
			t.Fatalf("cut at byte %d: %s is left", cut, half)
		}
	}
}
