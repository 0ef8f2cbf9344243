package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	dayZeroPath  = "/run/weft/day-zero"
	dayZeroLimit = 4 << 20 // bytes
	mediaPath    = "/media"
	firmwareItem = "/sys/firmware/qemu_fw_cfg/by_name/opt/weft/config/raw"
)

// dayZeroFiles are the names that labs give a first configuration.
var dayZeroFiles = []string{"iosxe_config.txt", "ios_config.txt"}

// findDayZero looks for a first configuration while NVRAM holds none: given to
// the emulator, or a file on a CD or disk other than our own.
func (m *machine) findDayZero() {
	if _, ok, err := (&nvram{dir: m.nvram}).StartupConfig(); ok || err != nil {
		return
	}
	m.load("qemu_fw_cfg")
	text, err := os.ReadFile(firmwareItem)
	name := "fw_cfg:opt/weft/config"
	if err != nil {
		name, text = m.searchMedia()
	}
	if name == "" {
		return
	}
	if len(text) > dayZeroLimit {
		m.note(name, fmt.Sprintf("more than %d bytes: this is no configuration", dayZeroLimit))
		return
	}
	if err := os.WriteFile(dayZeroPath, text, 0o600); err != nil {
		m.note(name, err)
		return
	}
	m.dayZero = name
}

// searchMedia looks into every CD, then every disk and partition.
func (m *machine) searchMedia() (name string, text []byte) {
	paths, _ := filepath.Glob("/sys/class/block/*")
	slices.SortFunc(paths, func(a, b string) int {
		return strings.Compare(mediaRank(filepath.Base(a)), mediaRank(filepath.Base(b)))
	})
	for _, p := range paths {
		device := filepath.Base(p)
		info, _ := os.ReadFile(filepath.Join(p, "uevent"))
		size, _ := os.ReadFile(filepath.Join(p, "size"))
		if strings.HasPrefix(uevent(string(info), "PARTNAME"), "weft-") || strings.TrimSpace(string(size)) == "0" {
			continue
		}
		if file, text := m.searchMedium(device); file != "" {
			return mediaName(device) + ":/" + file, text
		}
	}
	return "", nil
}

// searchMedium mounts a device and looks for the files in its root.
func (m *machine) searchMedium(device string) (name string, text []byte) {
	kind := fileSystemOf("/dev/" + device)
	if kind == "" {
		return "", nil
	}
	options := ""
	switch kind {
	case "iso9660":
		m.load("isofs")
	case "vfat":
		options = "iocharset=ascii"
		for _, mod := range []string{"nls_cp437", "nls_ascii", "vfat"} {
			m.load(mod)
		}
	}
	const flags = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	if err := unix.Mount("/dev/"+device, mediaPath, kind, flags, options); err != nil {
		return "", nil
	}
	name, text, err := findFile(mediaPath, dayZeroFiles)
	unix.Unmount(mediaPath, 0)
	if err != nil {
		m.note(mediaName(device)+":/"+name, err)
		return "", nil
	}
	return name, text
}

// findFile reads the first of the named files in a folder, whatever the case of
// its name: plain ISO 9660 has capitals alone.
func findFile(dir string, names []string) (string, []byte, error) {
	entries, _ := os.ReadDir(dir)
	for _, want := range names {
		for _, e := range entries {
			if strings.EqualFold(strings.TrimSuffix(e.Name(), ";1"), want) {
				f, err := os.Open(filepath.Join(dir, e.Name()))
				if err != nil {
					return want, nil, err
				}
				defer f.Close()
				text, err := io.ReadAll(io.LimitReader(f, dayZeroLimit+1))
				return want, text, err
			}
		}
	}
	return "", nil, nil
}

// fileSystemOf looks at what a device begins with, not to have the kernel try
// its drivers on disks that have nothing to do with us.
func fileSystemOf(device string) string {
	f, err := os.Open(device)
	if err != nil {
		return ""
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 36<<10))
	if err != nil {
		return ""
	}
	switch {
	case len(head) > 0x8006 && string(head[0x8001:0x8006]) == "CD001":
		return "iso9660"
	case len(head) > 0x43a && head[0x438] == 0x53 && head[0x439] == 0xef:
		return "ext4"
	case len(head) >= 512 && head[510] == 0x55 && head[511] == 0xaa && (head[0] == 0xeb || head[0] == 0xe9):
		return "vfat"
	}
	return ""
}

// mediaName is what IOS would call a device; mediaRank sorts CDs before disks.
func mediaName(device string) string {
	if n, ok := strings.CutPrefix(device, "sr"); ok {
		return "cdrom" + n
	}
	return device
}

func mediaRank(device string) string {
	if strings.HasPrefix(device, "sr") {
		return "0" + device
	}
	return "1" + device
}
