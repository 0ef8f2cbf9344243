package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// dataPartition is how the image calls the partition that NVRAM is on.
const dataPartition = "weft-data"

// checker checks the partition's file system.
const checker = "/sbin/e2fsck"

// diskPatience is how long a box with a disk controller waits for the partition:
// SCSI and SATA disks show up when they please.
const diskPatience = 3 * time.Second

// openData finds the data partition, has it checked and mounts it on /nvram.
// Failing that, NVRAM is memory, and the log says so.
func (m *machine) openData() {
	device, err := findPartition(dataPartition)
	if err == nil {
		err = m.mountData(device)
	}
	if err == nil {
		m.data = device
		m.spendSeed()
		m.reason = m.takeBootReason()
		return
	}
	m.note("nvram", err)
	m.note("nvram", "what is written to it now is lost when the power goes")
	if err := unix.Mount("tmpfs", m.nvram, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=8m,mode=700"); err != nil {
		m.note("nvram", err)
	}
}

// mountData checks and mounts the file system. The journal makes it whole after
// a power failure; what a check finds beyond that is damage, and is reported.
func (m *machine) mountData(device string) error {
	checks := []string{"-p", "-y"}
	if unmountedCleanly(device) {
		checks = nil
	}
	for _, how := range checks {
		status, report, err := checkFileSystem(how, device)
		if err != nil {
			return err
		}
		if status&^fsckRepaired != 0 && how == "-p" {
			continue // not without questions: then yes to all of them
		}
		if how == "-y" || status&1 != 0 {
			m.note("nvram", fmt.Sprintf("the file system on %s was damaged and has been repaired: %s", device, report))
		}
		break
	}
	os.Remove(checker) // it is in memory, and this was its only task
	const flags = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME
	if err := unix.Mount(device, m.nvram, "ext4", flags, "errors=remount-ro"); err != nil {
		return fmt.Errorf("the file system on %s cannot be mounted: %w", device, err)
	}
	return nil
}

// unmountedCleanly reads of the superblock whether there is nothing to check: the
// file system is valid, without errors, and its journal is empty.
func unmountedCleanly(device string) bool {
	const (
		at           = 1024 // where the superblock is; offsets of its fields follow
		magic        = 0x38
		state        = 0x3a
		incompatible = 0x60

		ext4Magic     = 0xef53
		valid         = 1
		needsRecovery = 4
	)
	f, err := os.Open(device)
	if err != nil {
		return false
	}
	defer f.Close()
	super := make([]byte, 1024)
	if _, err := f.ReadAt(super, at); err != nil {
		return false
	}
	return binary.LittleEndian.Uint16(super[magic:]) == ext4Magic &&
		binary.LittleEndian.Uint16(super[state:]) == valid &&
		binary.LittleEndian.Uint32(super[incompatible:])&needsRecovery == 0
}

// fsckRepaired are the bits of e2fsck's status that say: all is well now.
const fsckRepaired = 1 | 2

// checkFileSystem runs e2fsck and returns its status and the last it said.
func checkFileSystem(how, device string) (status int, last string, err error) {
	out, err := exec.Command(checker, how, device).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last = strings.TrimSpace(strings.TrimPrefix(lines[len(lines)-1], device+":"))
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Exited() {
		return exit.ExitCode(), last, nil
	}
	return 0, last, err
}

// findPartition returns the device of a partition by its name in the table.
func findPartition(name string) (string, error) {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		files, _ := filepath.Glob("/sys/class/block/*/uevent")
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err == nil && uevent(string(text), "PARTNAME") == name {
				return "/dev/" + uevent(string(text), "DEVNAME"), nil
			}
		}
		if !hasDiskController() || time.Since(began) > diskPatience {
			return "", fmt.Errorf("there is no disk with a partition %s", name)
		}
	}
}

// uevent is one value of a device's uevent file.
func uevent(text, key string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, key+"="); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// hasDiskController looks for SCSI hosts, which may still be looking for disks.
// Disks of the other kinds are there as soon as their drivers are.
func hasDiskController() bool {
	hosts, _ := filepath.Glob("/sys/class/scsi_host/*")
	return len(hosts) > 0
}

// The reason for a reload is kept over it.
const bootReasonFile = "boot-reason"

func (m *machine) takeBootReason() string {
	file := filepath.Join(m.nvram, bootReasonFile)
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	os.Remove(file)
	return strings.TrimSpace(string(text))
}

// keepBootReason says why the box is about to start again.
func (m *machine) keepBootReason(reason string) {
	if m.data == "" || reason == "" {
		return
	}
	if err := (&nvram{dir: m.nvram}).write(bootReasonFile, []byte(reason+"\n")); err != nil {
		console(err.Error())
	}
}
