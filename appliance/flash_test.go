package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"weft/cli/commands"
)

func openTestNVRAM(t *testing.T) *nvram {
	t.Helper()
	n, err := openNVRAM(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFilesAreKeptByVolume(t *testing.T) {
	n := openTestNVRAM(t)
	if files, err := n.Files("flash"); len(files) != 0 || err != nil {
		t.Errorf("a new flash: %v, %v", files, err)
	}
	for _, f := range []struct{ volume, name, text string }{{"flash", "a", "1"}, {"flash", "b", "2"}, {"nvram", "a", "3"}, {"flash", "b", "22"}, {"nvram", "startup-config", "hostname x\n"}} {
		if err := n.WriteFile(f.volume, f.name, f.text); err != nil {
			t.Fatal(err)
		}
		if got, err := n.ReadFile(f.volume, f.name); got != f.text || err != nil {
			t.Errorf("%s:%s is %q, %v", f.volume, f.name, got, err)
		}
	}
	if files, err := n.Files("flash"); err != nil || len(files) != 2 || files[1].Name != "b" || files[1].Size != 2 {
		t.Errorf("%v, %v", files, err)
	}
	if files, err := n.Files("nvram"); err != nil || len(files) != 2 || files[1].Name != "startup-config" {
		t.Errorf("%v, %v", files, err)
	}
	if text, ok, _ := n.StartupConfig(); !ok || text != "hostname x\n" {
		t.Errorf("startup-config is %q", text)
	}
	if err := n.RemoveFile("flash", "a"); err != nil {
		t.Error(err)
	}
	for _, err := range []error{n.RemoveFile("flash", "a"), func() error { _, err := n.ReadFile("flash", "a"); return err }()} {
		if !errors.Is(err, commands.ErrNoFile) {
			t.Errorf("a file that has gone: %v", err)
		}
	}
}

func TestNoNameLeadsOutOfAVolume(t *testing.T) {
	n := openTestNVRAM(t)
	if _, err := n.HostKey(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../ssh-host-key", "/etc/passwd", "a/b", ".x", "a\x00b"} {
		if _, err := n.ReadFile("nvram", name); err == nil {
			t.Errorf("%q is read", name)
		}
		if n.WriteFile("flash", name, "x") == nil {
			t.Errorf("%q is written", name)
		}
		if n.RemoveFile("flash", name) == nil {
			t.Errorf("%q is removed", name)
		}
	}
	if err := n.WriteFile("flash", "x", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(n.dir, hostKey), filepath.Join(n.dir, flashFolder, "link")); err != nil {
		t.Fatal(err)
	}
	if _, err := n.ReadFile("flash", "link"); err == nil {
		t.Error("a link is followed")
	}
	if files, _ := n.Files("flash"); len(files) != 1 {
		t.Errorf("a link is listed: %v", files)
	}
	if _, err := n.ReadFile("disk", "x"); err == nil {
		t.Error("there is a disk:")
	}
}

func TestEraseTakesTheFilesOfNVRAMAndLeavesFlashAndKeys(t *testing.T) {
	n := openTestNVRAM(t)
	if _, err := n.HostKey(); err != nil {
		t.Fatal(err)
	}
	for _, volume := range []string{"flash", "nvram"} {
		if err := n.WriteFile(volume, "x", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.Erase(); err != nil {
		t.Fatal(err)
	}
	if files, _ := n.Files("nvram"); len(files) != 0 {
		t.Errorf("nvram: has %v", files)
	}
	if files, _ := n.Files("flash"); len(files) != 1 {
		t.Errorf("flash: has %v", files)
	}
	if _, err := os.Stat(filepath.Join(n.dir, hostKey)); err != nil {
		t.Error(err)
	}
}

func TestWhatACrashLeftIsSweptAway(t *testing.T) {
	n := openTestNVRAM(t)
	if err := n.WriteFile("flash", "x", "x"); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{".startup-config.123", "flash/.x.456"} {
		if err := os.WriteFile(filepath.Join(n.dir, file), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := openNVRAM(n.dir); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(n.dir, "*", ".*"))
	here, _ := filepath.Glob(filepath.Join(n.dir, ".*.*"))
	if len(left)+len(here) != 0 {
		t.Errorf("%v %v", left, here)
	}
}
