package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestConfigurationSurvivesPowerCutAfterOK(t *testing.T) {
	needImage(t)
	t.Parallel()
	disk, _ := dataDisk(t, 16*mib)
	m := boot(t, "-drive", drive(disk))
	m.unboxed()
	m.rename("KEPT")
	m.types("write memory\r")
	m.expect("[OK]")
	m.kill()
	m = boot(t, "-drive", drive(disk))
	m.started("KEPT")
}

const (
	powerCuts = 50
	cutLanes  = 2 // machines at a time: there are two processors
)

// TestPowerCutsLeaveOldOrNewConfiguration cuts the power at random moments while
// a user saves one configuration after the other. What is there afterwards is
// the last that was acknowledged or the one that was being saved, and whole.
func TestPowerCutsLeaveOldOrNewConfiguration(t *testing.T) {
	needImage(t)
	for lane := range cutLanes {
		t.Run(fmt.Sprintf("machine %d", lane), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(lane), 77))
			disk, _ := dataDisk(t, 16*mib)
			m := boot(t, append(firmwareConfig(t, generation(0)), "-drive", drive(disk))...)
			m.started("G0")
			m.logged("was applied and saved to NVRAM")
			saved := 0
			for range powerCuts / cutLanes {
				at := time.Duration(random.IntN(1000)) * time.Millisecond
				saved = m.saveUntilCut(saved, at)
				m = boot(t, "-drive", drive(disk))
				saved = m.isWhole(saved)
			}
		})
	}
}

// routes make a configuration long enough to be written in many blocks.
const routes = 150

// generation is a configuration that carries a number from end to end.
func generation(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hostname G%d\n", n)
	for i := range routes {
		fmt.Fprintf(&b, "ip route 198.18.%d.0 255.255.255.0 Null0 %d\n", i, 1+n%200)
	}
	fmt.Fprintf(&b, "line vty 0 4\n exec-timeout %d 0\nend\n", 100+n) // 10 is what holds anyway, and not shown
	return b.String()
}

// saveUntilCut saves generation after generation until the power goes, and
// returns the last that was acknowledged.
func (m *machine) saveUntilCut(saved int, after time.Duration) int {
	m.t.Helper()
	cut := time.AfterFunc(after, func() { m.cmd.Process.Kill() })
	defer cut.Stop()
	for {
		next := saved + 1
		m.types("configure terminal\r" + strings.ReplaceAll(generation(next), "\n", "\r") + "write memory\r")
		switch _, err := m.await("[OK]"); {
		case errors.Is(err, errGone):
			<-m.ended
			return saved
		case err != nil:
			m.t.Fatal("saving: ", err)
		}
		saved = next
	}
}

// isWhole finds generation n or the one after it, and returns which.
func (m *machine) isWhole(n int) int {
	m.t.Helper()
	m.expect("Press RETURN to get started!")
	m.types("\r")
	m.expect("\nG")
	name := m.expect(">")
	found, err := strconv.Atoi(name)
	if err != nil || found != n && found != n+1 {
		m.t.Fatalf("the box calls itself G%s: G%d was saved, G%d perhaps", name, n, n+1)
	}
	prompt := fmt.Sprintf("G%d#", found)
	m.types("enable\r")
	m.expect("\n" + prompt)
	m.do(prompt, "terminal length 0")
	said := m.do(prompt, "show startup-config")
	for _, line := range strings.Split(strings.TrimSuffix(generation(found), "end\n"), "\n") {
		if !strings.Contains(said, line+"\n") {
			m.t.Fatalf("startup-config is broken: there is no %q in\n%s", line, said)
		}
	}
	if log := m.everything(); strings.Contains(log, "BADCFG") || strings.Contains(log, "nvram:") {
		m.t.Errorf("after a power cut:\n%s", log)
	}
	return found
}

// firmwareConfig hands a first configuration to the emulator.
func firmwareConfig(t testing.TB, text string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"-fw_cfg", "name=opt/weft/config,file=" + file}
}

// put writes files into a data partition, as if they had been there. What does
// not fit is written as far as it goes.
func put(t testing.TB, disk string, nvram extent, files map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	var script strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, files[name], 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&script, "write %s %s\n", file, name)
	}
	c := exec.Command("debugfs", "-w", "-f", "/dev/stdin", fmt.Sprintf("%s?offset=%d", disk, nvram.start))
	c.Stdin = strings.NewReader(script.String())
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("debugfs: %v\n%s", err, out)
	}
}

func putOne(t testing.TB, disk string, nvram extent, name string, content []byte) {
	t.Helper()
	put(t, disk, nvram, map[string][]byte{name: content})
}

func TestFullPartitionKeepsTheOldConfiguration(t *testing.T) {
	needImage(t)
	t.Parallel()
	disk, nvram := dataDisk(t, 16*mib)
	putOne(t, disk, nvram, "startup-config", []byte("hostname OLD\nend\n"))
	fill := map[string][]byte{}
	for power := 20; power >= 10; power-- { // from 1 MiB to 1 KiB, as many as there is room for
		for n := range 16 {
			fill[fmt.Sprintf("fill-%02d-%02d", 20-power, n)] = bytes.Repeat([]byte{1}, 1<<power)
		}
	}
	put(t, disk, nvram, fill)
	m := boot(t, "-drive", drive(disk))
	m.started("OLD")
	m.rename("NEW")
	m.says("NEW", "write memory", "%Error opening nvram:startup-config", "no space left on device")
	m.says("NEW", "show startup-config", "hostname OLD")
	m.kill()
	m = boot(t, "-drive", drive(disk))
	m.started("OLD")
}

// TestDamageEndsAtAPrompt damages what a box starts from. It says so, and runs.
func TestDamageEndsAtAPrompt(t *testing.T) {
	needImage(t)
	noise := make([]byte, 2*mib)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for name, c := range map[string]struct {
		damage   func(t *testing.T, disk string, nvram extent)
		sentence string
		greeting func(m *machine)
	}{
		"startup-config": {
			func(t *testing.T, disk string, nvram extent) {
				putOne(t, disk, nvram, "startup-config", noise[:20<<10])
			},
			"%PARSER-4-BADCFG: startup-config:",
			func(m *machine) { m.started("Router") },
		},
		"superblock": {
			func(t *testing.T, disk string, nvram extent) {
				putOne(t, disk, nvram, "startup-config", []byte("hostname KEPT\nend\n"))
				overwrite(t, disk, nvram.start, make([]byte, 4<<10))
			},
			"was damaged and has been repaired",
			func(m *machine) { m.started("KEPT") },
		},
		"whole partition": {
			func(t *testing.T, disk string, nvram extent) {
				for at := int64(0); at < nvram.size; at += int64(len(noise)) {
					overwrite(t, disk, nvram.start+at, noise)
				}
			},
			"what is written to it now is lost when the power goes",
			(*machine).unboxed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk, nvram := dataDisk(t, 16*mib)
			c.damage(t, disk, nvram)
			m := boot(t, "-drive", drive(disk))
			c.greeting(m)
			if !strings.Contains(m.everything(), c.sentence) {
				t.Errorf("the console does not say %q", c.sentence)
			}
		})
	}
}

func overwrite(t testing.TB, disk string, at int64, content []byte) {
	t.Helper()
	f, err := os.OpenFile(disk, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(content, at); err != nil {
		t.Fatal(err)
	}
}
