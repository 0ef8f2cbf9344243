package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"weft/image/debian"
)

// grubModules are built into GRUB's core, which then needs no folder of its own.
var grubModules = []string{"part_gpt", "fat", "normal", "configfile", "search", "search_fs_file",
	"linux", "serial", "terminal", "echo", "test", "minicmd", "halt", "reboot", "loadenv", "sleep", "boot"}

// early is the configuration inside the core: it looks for the real one, so that
// the disk may be the first or the third.
const early = `search --no-floppy --set=root --file /weft/grub.cfg
configfile ($root)/weft/grub.cfg
`

// Linux talks on the screen and on the serial port, which is the console of the
// router. UEFI firmware shows its own console on the serial port as well: GRUB
// opens that port only where the firmware does not. Each system has a folder.
const menu = `set default=0
set timeout=0
if [ "$grub_platform" = pc ]; then
  serial --unit=0 --speed=115200
  terminal_input console serial
  terminal_output console serial
fi
menuentry "Weft" {
  linux /weft/a/vmlinuz ` + kernelArguments + `
  initrd /weft/a/initrd
}
`

// kernelArguments: what the kernel is told by GRUB, and by tests that start it
// themselves.
const kernelArguments = "console=tty0 console=ttyS0,115200 quiet panic=10 random.trust_cpu=on"

// grub is the boot loader in its three pieces.
type grub struct {
	boot []byte // the sector that BIOS reads
	core []byte // what that sector reads
	efi  []byte // the application that UEFI starts
}

func makeGRUB(a debian.Archive) (g grub, err error) {
	tools, err := a.Unpack("grub-common")
	if err != nil {
		return g, err
	}
	// The one library that a small Debian lacks.
	mapper, err := a.Unpack("libdevmapper1.02.1")
	if err != nil {
		return g, err
	}
	pc, err := a.Unpack("grub-pc-bin")
	if err != nil {
		return g, err
	}
	efi, err := a.Unpack("grub-efi-amd64-bin")
	if err != nil {
		return g, err
	}
	work, err := os.MkdirTemp("", "weft-grub-*")
	if err != nil {
		return g, err
	}
	defer os.RemoveAll(work)
	config := filepath.Join(work, "early.cfg")
	if err := os.WriteFile(config, []byte(early), 0o644); err != nil {
		return g, err
	}
	env := []string{"LD_LIBRARY_PATH=" + filepath.Join(mapper, "lib", "x86_64-linux-gnu")}
	mkimage := func(tree, format string, extra ...string) ([]byte, error) {
		out := filepath.Join(work, format)
		args := []string{"-d", filepath.Join(tree, "usr", "lib", "grub", format), "-O", format, "-o", out, "-p", "/weft", "-c", config}
		if _, err := debian.OutputWith(env, "", filepath.Join(tools, "usr", "bin", "grub-mkimage"), append(append(args, extra...), grubModules...)...); err != nil {
			return nil, err
		}
		return os.ReadFile(out)
	}
	if g.core, err = mkimage(pc, "i386-pc", "biosdisk"); err != nil {
		return g, err
	}
	if g.efi, err = mkimage(efi, "x86_64-efi", "efi_gop"); err != nil {
		return g, err
	}
	g.boot, err = os.ReadFile(filepath.Join(pc, "usr", "lib", "grub", "i386-pc", "boot.img"))
	return g, err
}

// install writes the boot loader for BIOS: the sector's code into the disk's
// first sector, the core into a partition, and into each where the next stands.
// This is what grub-install does with a block device.
func (g grub) install(disk *os.File, p extent) error {
	const (
		code       = 440  // bytes of code before the disk's signature
		coreAt     = 0x5c // u64: the core's first sector
		driveCheck = 0x66 // a jump that only floppies need
		listAt     = 0x1f4
	)
	if int64(len(g.core)) > p.size || len(g.boot) < sector || len(g.core) < sector {
		return fmt.Errorf("GRUB's core has %d bytes, its partition %d", len(g.core), p.size)
	}
	first := uint64(p.start / sector)
	boot := append([]byte(nil), g.boot[:code]...)
	binary.LittleEndian.PutUint64(boot[coreAt:], first)
	boot[driveCheck], boot[driveCheck+1] = 0x90, 0x90
	// The core's first sector loads the rest: start and length of one run.
	core := append([]byte(nil), g.core...)
	binary.LittleEndian.PutUint64(core[listAt:], first+1)
	binary.LittleEndian.PutUint16(core[listAt+8:], uint16((len(core)+sector-1)/sector-1))
	if _, err := disk.WriteAt(boot, 0); err != nil {
		return err
	}
	_, err := disk.WriteAt(core, p.start)
	return err
}

// writeBootPartition makes the FAT file system that GRUB reads.
func writeBootPartition(a debian.Archive, disk string, p extent, g grub, vmlinuz, initrd []byte) error {
	tree, err := a.Unpack("mtools")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "weft-boot-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	// mtools knows a file system inside a file as FILE@@OFFSET.
	at := disk + "@@" + strconv.FormatInt(p.start, 10)
	mtools := func(args ...string) error {
		_, err := debian.OutputWith([]string{"MTOOLS_SKIP_CHECK=1"}, "", filepath.Join(tree, "usr", "bin", "mtools"), append([]string{"-c"}, args...)...)
		return err
	}
	sectors := strconv.FormatInt(p.size/sector, 10)
	if err := mtools("mformat", "-i", at, "-F", "-T", sectors, "-h", "64", "-s", "32", "-H", strconv.FormatInt(p.start/sector, 10), "-v", "WEFT", "::"); err != nil {
		return err
	}
	if err := mtools("mmd", "-i", at, "::EFI", "::EFI/BOOT", "::weft", "::weft/a"); err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"EFI/BOOT/BOOTX64.EFI": g.efi, "weft/grub.cfg": []byte(menu), "weft/a/vmlinuz": vmlinuz, "weft/a/initrd": initrd,
	} {
		file := filepath.Join(work, filepath.Base(name))
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
		if err := mtools("mcopy", "-i", at, file, "::"+name); err != nil {
			return err
		}
	}
	return nil
}
