package main

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const modulePath = "/lib/modules"

// A kernelModule is a line of the table that the image was built with.
type kernelModule struct {
	name    string
	needs   []string
	aliases []string // patterns of modaliases
	tried   bool
}

// readModules reads the table: name, what it needs ("-" for nothing), aliases.
func (m *machine) readModules() {
	text, err := os.ReadFile(filepath.Join(modulePath, "table"))
	if err != nil {
		m.note("modules", err)
	}
	m.modules = parseModules(string(text))
}

func parseModules(table string) map[string]*kernelModule {
	modules := map[string]*kernelModule{}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		mod := &kernelModule{name: fields[0], aliases: fields[2:]}
		if fields[1] != "-" {
			mod.needs = strings.Split(fields[1], ",")
		}
		modules[mod.name] = mod
	}
	return modules
}

// loadForHardware loads the drivers of all devices, again and again: a bus that
// a driver brings to life has devices of its own. What drives no device is
// loaded by those who need it.
func (m *machine) loadForHardware() {
	seen := map[string]bool{}
	for found := true; found; {
		found = false
		for _, alias := range newAliases(seen) {
			for _, name := range driversOf(m.modules, alias) {
				if name == "qemu_fw_cfg" {
					continue // of use to a box without a configuration alone
				}
				found = true
				m.load(name)
			}
		}
	}
	m.load("evdev") // input devices are on no bus: the power button is read through it
	m.load("tun")
}

// newAliases are the modaliases of the devices that are not among those seen.
func newAliases(seen map[string]bool) (aliases []string) {
	for _, bus := range names("/sys/bus") {
		folder := "/sys/bus/" + bus + "/devices/"
		for _, device := range names(folder) {
			if device = folder + device; seen[device] {
				continue
			}
			seen[device] = true
			if text, err := os.ReadFile(device + "/modalias"); err == nil {
				aliases = append(aliases, strings.TrimSpace(string(text)))
			}
		}
	}
	return aliases
}

// names are the names in a folder: to ask what each is would take longer than
// all the rest, in folders of the kernel's.
func names(folder string) []string {
	f, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer f.Close()
	found, _ := f.Readdirnames(-1)
	return found
}

// driversOf are the modules that drive the hardware of a modalias.
func driversOf(modules map[string]*kernelModule, alias string) (names []string) {
	for _, mod := range modules {
		for _, pattern := range mod.aliases {
			if !strings.HasPrefix(alias, pattern[:strings.IndexAny(pattern+"*", "*?[\\")]) {
				continue // most of them, and matching takes its time
			}
			if ok, err := path.Match(pattern, alias); ok && err == nil {
				names = append(names, mod.name)
				break
			}
		}
	}
	return names
}

// load loads a module after those it needs, once. One that the table does not
// have is built into the kernel.
func (m *machine) load(name string) {
	mod := m.modules[name]
	if mod == nil || mod.tried {
		return
	}
	mod.tried = true
	for _, need := range mod.needs {
		m.load(need)
	}
	f, err := os.Open(filepath.Join(modulePath, name+".ko"))
	if err != nil {
		m.note("module "+name, err)
		return
	}
	defer f.Close()
	switch err := unix.FinitModule(int(f.Fd()), "", 0); err {
	case nil, unix.EEXIST, unix.ENODEV: // ENODEV: it looked, and the hardware is not there
	default:
		m.note("module "+name, err)
	}
}

// dropModules frees the memory that the files of modules take: the root file
// system is in memory, and hardware that comes later finds its driver loaded, if
// it is of a kind that was there.
func (m *machine) dropModules() {
	files, _ := filepath.Glob(filepath.Join(modulePath, "*.ko"))
	for _, f := range files {
		os.Remove(f)
	}
	m.modules = nil
}
