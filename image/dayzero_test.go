package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/iso9660"

	"weft/image/debian"
)

// A first configuration as people write them: on Windows, and with mistakes.
const firstConfig = "hostname DAYZERO\r\n!\r\nfrobnicate all\r\ninterface GigabitEthernet0/0\r\n ip address 192.0.2.1 255.255.255.0\r\n no shutdown\r\nend\r\n"

func TestFirstConfigurationFromCD(t *testing.T) {
	needImage(t)
	t.Parallel()
	cd := filepath.Join(t.TempDir(), "config.iso")
	writeISO(t, cd, "iosxe_config.txt", firstConfig)
	disk, _ := dataDisk(t, 16*mib)
	hardware := []string{"-machine", "pc", "-drive", drive(disk), "-device", "virtio-net-pci"}
	m := boot(t, append(hardware, "-cdrom", cd)...)
	m.logged(`startup-config: line 3 refused: "frobnicate all"`)
	m.logged("%CVAC-4-CONFIG_DONE: Configuration generated from file cdrom0:/iosxe_config.txt was applied and saved to NVRAM")
	m.started("DAYZERO")
	m.says("DAYZERO", "show ip interface brief", "192.0.2.1")
	m.kill()
	m = boot(t, hardware...) // without the CD
	m.started("DAYZERO")
	m.says("DAYZERO", "show ip interface brief", "192.0.2.1")
}

func TestFirstConfigurationFromDisk(t *testing.T) {
	needImage(t)
	t.Parallel()
	tools, err := packages().Unpack("mtools")
	if err != nil {
		t.Fatal(err)
	}
	floppy, text := filepath.Join(t.TempDir(), "minidisk.img"), filepath.Join(t.TempDir(), "ios_config.txt")
	if err := os.WriteFile(text, []byte(firstConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"mformat", "-i", floppy, "-C", "-f", "1440", "::"}, {"mcopy", "-i", floppy, text, "::IOS_CONFIG.TXT"}} {
		if _, err := debian.Output("", filepath.Join(tools, "usr", "bin", "mtools"), append([]string{"-c"}, args...)...); err != nil {
			t.Fatal(err)
		}
	}
	disk, _ := dataDisk(t, 16*mib)
	m := boot(t, "-drive", drive(disk), "-drive", drive(floppy))
	m.logged("%CVAC-4-CONFIG_DONE: Configuration generated from file vdb:/ios_config.txt was applied and saved to NVRAM")
	m.started("DAYZERO")
}

// TestFirstConfigurationInUTF16 is what an editor on Windows may make of it.
func TestFirstConfigurationInUTF16(t *testing.T) {
	needImage(t)
	t.Parallel()
	var wide strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + firstConfig)) {
		wide.WriteByte(byte(unit))
		wide.WriteByte(byte(unit >> 8))
	}
	m := boot(t, firmwareConfig(t, wide.String())...)
	m.logged("the file is UTF-16 text")
	m.started("Router")
}

func writeISO(t testing.TB, path, name, content string) {
	t.Helper()
	disk, err := file.CreateFromPath(path, 2*mib)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	work := t.TempDir()
	fs, err := iso9660.Create(disk, 2*mib, 0, 2048, work)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fs.OpenFile("/"+name, os.O_CREATE|os.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := fs.Finalize(iso9660.FinalizeOptions{RockRidge: true, VolumeIdentifier: "config"}); err != nil {
		t.Fatal(err)
	}
}
