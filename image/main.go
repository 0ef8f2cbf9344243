// Package main builds the bootable image: a Linux kernel and one static binary.
//
//	go run ./image -o weft.qcow2                          a disk, or .img for a raw one
//	go run ./image -kernel X.vmlinuz -initrd X.cpio.zst   what an emulator boots directly
//
//	flavor.go    which kernel, and which of its modules
//	initrd.go    the root file system: /init, which is weft, and what it needs
//	boot.go      GRUB for both firmwares, and the partition it reads
//	disk.go      partitions, the boot loader's sectors, the data partition
//	qcow2.go     the disk as QEMU keeps them
//
// Everything that is not ours comes from packages of Debian: see image/debian.
//
// It runs as any user on a Debian machine, without loop mounts, and asks only
// for Go and apt. What it fetches and unpacks stays in the user's cache folder,
// under weft/image.
//
// A disk has three partitions, found again by their names: weft-bios holds
// GRUB's core for machines without UEFI, weft-boot is the EFI system partition
// with GRUB for the others, its menu, and one folder per system under /weft, and
// weft-data is the ext4 file system that the running box mounts on /nvram. The
// box never writes to weft-boot, so nothing that happens to it while it runs can
// keep it from booting.
//
// Life of a box made from it: the firmware starts GRUB, GRUB the kernel, the
// kernel unpacks the initrd and runs /init, which is weft as process 1: see
// appliance/init.go.
//
// Left out so far: the kernel with drivers of real hardware, an ISO, systems
// side by side, Secure Boot.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"weft/image/debian"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "image:", err)
		}
		os.Exit(1)
	}
}

// An order is what is to be built.
type order struct {
	flavor flavor
	kernel string // files to write; "" for none
	initrd string
	disk   string
	data   int64 // size of the data partition, in bytes
}

func run(args []string) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	name := flags.String("flavor", "vm", "which kernel and modules: vm")
	o := order{}
	flags.StringVar(&o.disk, "o", "", "the disk to write: `FILE`.qcow2 or FILE.img")
	flags.StringVar(&o.kernel, "kernel", "", "the kernel alone: `FILE`.vmlinuz")
	flags.StringVar(&o.initrd, "initrd", "", "the initrd alone: `FILE`.cpio.zst")
	data := flags.Int64("data", 128, "size of the data partition in `MiB`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	flavor, ok := flavors[*name]
	o.flavor, o.data = flavor, *data<<20
	format := filepath.Ext(o.disk)
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("%q is not understood; see go run ./image -h", flags.Arg(0))
	case !ok:
		return fmt.Errorf("there is no flavor %q", *name)
	case o.disk == "" && o.kernel == "" && o.initrd == "":
		return errors.New("nothing to build: say -o, -kernel or -initrd")
	case o.disk != "" && format != ".qcow2" && format != ".img":
		return fmt.Errorf("-o %s: a disk is called .qcow2 or .img", o.disk)
	case *data < 8 || *data > 1<<20:
		return fmt.Errorf("-data %d: a data partition has 8 MiB to 1 TiB", *data)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	return build(debian.Archive{Dir: filepath.Join(cache, "weft", "image")}, o)
}

func build(a debian.Archive, o order) error {
	vmlinuz, modules, err := a.Kernel(o.flavor.kernel, o.flavor.modules)
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	initrd, err := makeInitrd(a, modules)
	if err != nil {
		return fmt.Errorf("initrd: %w", err)
	}
	if o.kernel != "" {
		if err := os.WriteFile(o.kernel, vmlinuz, 0o644); err != nil {
			return err
		}
	}
	if o.initrd != "" {
		if err := os.WriteFile(o.initrd, initrd, 0o644); err != nil {
			return err
		}
	}
	if o.disk == "" {
		return nil
	}
	raw := o.disk
	if strings.HasSuffix(o.disk, ".qcow2") {
		raw += ".raw"
		defer os.Remove(raw)
	}
	if err := writeDisk(a, raw, vmlinuz, initrd, o.data); err != nil {
		return fmt.Errorf("disk: %w", err)
	}
	if raw == o.disk {
		return nil
	}
	return writeQCOW2(o.disk, raw)
}
