package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"weft/cli/commands"
	"weft/router"
)

// Set by the build.
var (
	version   = "0.1.0"
	buildTime = "" // RFC 3339
)

// The environment tells a router that restarts itself why it was started.
const bootReasonVariable = "WEFT_BOOT_REASON"

func bootReason() string {
	if reason := os.Getenv(bootReasonVariable); reason != "" {
		os.Unsetenv(bootReasonVariable)
		return reason
	}
	return "power-on"
}

// System tells show version what it is running on.
func (v view) System() commands.System {
	s := commands.System{
		Hostname:   answer(v.box, (*router.Router).Hostname),
		Version:    version,
		BuildTime:  built(),
		BootReason: v.reason,
		Serial:     serial(),
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		s.MemoryBytes = uint64(info.Totalram) * uint64(info.Unit)
	}
	s.MemoryUsed = residentMemory()
	if v.alone {
		s.MemoryUsed = s.MemoryBytes - min(availableMemory(), s.MemoryBytes)
		s.Bootstrap = "GRUB"
	}
	if path, err := os.Executable(); err == nil {
		s.Image = filepath.Base(path)
	}
	var fs unix.Statfs_t
	if unix.Statfs(v.nvram.dir, &fs) == nil {
		s.NVRAMBytes = int64(fs.Blocks) * fs.Bsize
	}
	for _, i := range v.Interfaces(nil) {
		if i.Exists && i.Kind == commands.GigabitEthernet {
			s.GigabitEthernets++
		}
	}
	return s
}

func built() time.Time {
	if t, err := time.Parse(time.RFC3339, buildTime); err == nil {
		return t
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, set := range info.Settings {
			if set.Key == "vcs.time" {
				if t, err := time.Parse(time.RFC3339, set.Value); err == nil {
					return t
				}
			}
		}
	}
	if path, err := os.Executable(); err == nil {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime()
		}
	}
	return time.Time{}
}

// serial is an identifier of the machine that does not change.
func serial() string {
	id, err := os.ReadFile("/etc/machine-id")
	if text := strings.ToUpper(strings.TrimSpace(string(id))); err == nil && len(text) >= 11 {
		return text[:11]
	}
	return "0"
}

// residentMemory is what this process uses, in bytes.
func residentMemory() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	var pages uint64
	for _, c := range fields[1] {
		pages = pages*10 + uint64(c-'0')
	}
	return pages * uint64(os.Getpagesize())
}

// availableMemory is what Linux could give to processes, in bytes: on a machine
// of our own all the rest is used by us.
func availableMemory() uint64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "MemAvailable:" {
			kib, err := strconv.ParseUint(fields[1], 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}
