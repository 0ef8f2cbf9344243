package main

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"
)

func TestStartupConfigIsReplacedWhole(t *testing.T) {
	n, err := openNVRAM(filepath.Join(t.TempDir(), "nvram"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := n.StartupConfig(); ok || err != nil {
		t.Fatalf("a new NVRAM has a startup-config: %v, %v", ok, err)
	}
	if !n.Written().IsZero() {
		t.Error("a new NVRAM has been written")
	}
	for _, text := range []string{"hostname a\n", "hostname b\n"} {
		if err := n.Save(text); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := n.StartupConfig(); got != text || !ok || err != nil {
			t.Fatalf("read %q, %v, %v; want %q", got, ok, err, text)
		}
	}
	files, err := os.ReadDir(n.dir)
	if err != nil || len(files) != 1 {
		t.Errorf("left over beside startup-config: %v, %v", files, err)
	}
	if err := n.Erase(); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := n.StartupConfig(); ok {
		t.Error("startup-config is there after erase")
	}
}

// A write that cannot be finished leaves the old file as it was.
func TestFailedSaveKeepsTheOldConfiguration(t *testing.T) {
	n, err := openNVRAM(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Save("hostname old\n"); err != nil {
		t.Fatal(err)
	}
	// A folder cannot be replaced by a file: the rename fails after all else has worked.
	if err := os.Mkdir(filepath.Join(n.dir, "other"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := n.write("other", []byte("x")); err == nil {
		t.Fatal("a folder was replaced")
	}
	if got, _, _ := n.StartupConfig(); got != "hostname old\n" {
		t.Errorf("startup-config is %q", got)
	}
	files, _ := os.ReadDir(n.dir)
	if len(files) != 2 {
		t.Errorf("a failed write left files behind: %v", files)
	}
}

func TestHostKeyIsMadeOnceAndKept(t *testing.T) {
	n, err := openNVRAM(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	first, err := n.HostKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.HostKey()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Public().(ed25519.PublicKey), again.Public().(ed25519.PublicKey)) {
		t.Error("two calls, two keys")
	}
	if err := n.write(hostKey, []byte("garbage")); err != nil {
		t.Fatal(err)
	}
	if _, err := n.HostKey(); err == nil {
		t.Error("garbage was taken for a key")
	}
}

func TestPortMap(t *testing.T) {
	ports, err := portMap("eth3=gi0/1,ens4=GigabitEthernet 0/2")
	if err != nil || ports["eth3"] != "GigabitEthernet0/1" || ports["ens4"] != "GigabitEthernet0/2" || len(ports) != 2 {
		t.Errorf("%v, %v", ports, err)
	}
	for _, bad := range []string{"eth1", "=gi0/1", "eth1=Tunnel0", "eth1=nonsense", "eth1=gi0/1,eth2=gi0/1", "eth1=gi0/1,eth1=gi0/2"} {
		if ports, err := portMap(bad); err == nil {
			t.Errorf("%q: %v, want an error", bad, ports)
		}
	}
	if ports, err := portMap(""); err != nil || ports["eth1"] != "GigabitEthernet0/1" {
		t.Errorf("default: %v, %v", ports, err)
	}
}
