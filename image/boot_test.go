package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiskBootsOnBIOS boots the disk as most emulators do, lives through a
// reload, and turns the machine off by its button.
func TestDiskBootsOnBIOS(t *testing.T) {
	needImage(t)
	t.Parallel()
	disk := filepath.Join(t.TempDir(), "weft.img")
	if err := run([]string{"-o", disk, "-data", "16"}); err != nil {
		t.Fatal(err)
	}
	m := power(t, "-machine", "pc", "-m", "128", "-drive", drive(disk))
	m.unboxed()
	m.rename("KEPT")
	m.do("KEPT#", "write memory")
	m.types("reload\r")
	m.expect("Proceed with reload? [confirm]")
	m.types("\r")
	m.started("KEPT")
	m.says("KEPT", "show version", "System returned to ROM by reload")
	m.push("system_powerdown")
	m.off()
	_, _, nvram, _ := layout(16 * mib)
	if problems, err := exec.Command("e2fsck", "-fn", partition(t, disk, nvram)).CombinedOutput(); err != nil {
		t.Errorf("turned off, and its file system is not whole: %v\n%s", err, problems)
	}
}

func TestDiskBootsOnUEFI(t *testing.T) {
	needImage(t)
	t.Parallel()
	firmware, err := packages().Unpack("ovmf")
	if err != nil {
		t.Fatal(err)
	}
	firmware = filepath.Join(firmware, "usr", "share", "OVMF")
	settings, err := os.ReadFile(filepath.Join(firmware, "OVMF_VARS_4M.fd"))
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "vars.fd") // firmware writes to it
	if err := os.WriteFile(own, settings, 0o644); err != nil {
		t.Fatal(err)
	}
	m := power(t, "-machine", "q35", "-m", "256", "-drive", drive(built.qcow2)+",snapshot=on",
		"-drive", "if=pflash,format=raw,readonly=on,file="+filepath.Join(firmware, "OVMF_CODE_4M.fd"),
		"-drive", "if=pflash,format=raw,file="+own)
	m.unboxed()
	m.says("Router", "show version", "System returned to ROM by power-on")
}

// TestNewBoxGreets boots a machine with nothing in it: neither disk nor port.
func TestNewBoxGreets(t *testing.T) {
	needImage(t)
	t.Parallel()
	m := boot(t)
	m.unboxed()
	said := m.do("Router#", "show logging")
	for _, sentence := range []string{"there is no disk with a partition weft-data", "no network adapter was found"} {
		if !strings.Contains(said, sentence) {
			t.Errorf("the log does not say that %s:\n%s", sentence, said)
		}
	}
	m.do("Router#", "write memory")
	m.types("reload\r")
	m.expect("Proceed with reload? [confirm]")
	m.types("\r")
	m.unboxed() // what it kept is gone with the power, as it said
}

// partition copies a partition out of a disk.
func partition(t testing.TB, disk string, p extent) string {
	t.Helper()
	content, err := os.ReadFile(disk)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "partition.img")
	if err := os.WriteFile(path, content[p.start:p.start+p.size], 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
