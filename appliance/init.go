package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Process 1 of the image, which is this same binary started as /init. It makes a
// router's surroundings out of a bare kernel, and then keeps one "weft router"
// running as a child: whatever becomes of that, somebody is left to write down
// why and to start it again.
//
//	init.go          from the kernel's first process to a running router
//	init_modules.go  drivers for the hardware that there is
//	init_ports.go    ports, in the order in which they are plugged in
//	init_nvram.go    the data partition, checked and mounted
//	init_seed.go     randomness, from one start to the next
//	init_dayzero.go  a first configuration from a disk, a CD or the emulator
//	init_child.go    the router as a child, and the record of how it ended
//	init_power.go    the power button, reload, power-off
//
// What goes wrong here becomes a notice, which the router logs when it runs: then
// it is on the console, in "show logging", and has IOS's form. A box without a
// disk, without ports or with a damaged file system ends at a prompt all the same.
const (
	initPath    = "/init" // what the kernel starts; the same path under another process number is none of this
	nvramPath   = "/nvram"
	noticesPath = "/run/weft/notices"
	serialLine  = "/dev/ttyS0"
)

// isInit reports whether this is process 1 of the image. In a container a
// router may be process 1 as well; it was not started as /init.
func isInit() bool { return os.Getpid() == 1 && os.Args[0] == initPath }

// A machine is what process 1 knows of the box it runs.
type machine struct {
	modules map[string]*kernelModule
	notices []string // "what: reason"
	ports   string   // for weft router -ports
	nvram   string   // where NVRAM is mounted
	data    string   // the device that is mounted there; "" if it is memory
	reason  string   // why the box was started
	dayZero string   // where a first configuration was found

	hurriedCrashes int // in a row, each soon after the start
}

// runInit never returns.
func runInit() {
	runtime.GOMAXPROCS(2) // there is little to do, and the router needs the memory
	m := &machine{nvram: nvramPath}
	power := m.prepare()
	if m.data != "" {
		go m.leaveSeed()
	}
	for {
		m.writeNotices()
		switch m.runRouter(power) {
		case endReload:
			m.stop(unix.LINUX_REBOOT_CMD_RESTART)
		case endPowerOff:
			m.stop(unix.LINUX_REBOOT_CMD_POWER_OFF)
		case endCrash: // recorded: once more
		}
	}
}

// prepare does all that a router needs before it starts.
func (m *machine) prepare() (power <-chan string) {
	m.mount()
	// Reasons for a panic of the kernel stay visible; drivers keep to dmesg.
	os.WriteFile("/proc/sys/kernel/printk", []byte("1 4 1 7"), 0)
	m.readModules()
	m.loadForHardware()
	m.setClock()
	power = watchPower()
	m.findPorts()
	m.openData()
	m.identify()
	m.findDayZero()
	m.dropModules()
	return power
}

// mount makes the kernel's own file systems visible.
func (m *machine) mount() {
	unix.Umask(0o022)
	for _, f := range []struct {
		kind, at string
		flags    uintptr
	}{
		{"devtmpfs", "/dev", unix.MS_NOSUID},
		{"proc", "/proc", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
		{"sysfs", "/sys", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC},
		{"tmpfs", "/run", unix.MS_NOSUID | unix.MS_NODEV},
	} {
		if err := unix.Mount(f.kind, f.at, f.kind, f.flags, ""); err != nil && err != unix.EBUSY {
			m.note(f.at, err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(noticesPath), 0o700); err != nil {
		m.note("/run", err)
	}
}

// note keeps what went wrong for the log of the router.
func (m *machine) note(what string, reason any) {
	text := strings.Join(strings.Fields(fmt.Sprint(reason)), " ")
	m.notices = append(m.notices, what+": "+text)
}

// writeNotices hands the notices to the next router.
func (m *machine) writeNotices() {
	text := strings.Join(m.notices, "\n")
	m.notices = nil
	if err := os.WriteFile(noticesPath, []byte(text), 0o600); err != nil {
		console("notices: " + err.Error() + "\n" + text)
	}
}

// console says something while no router has the console.
func console(text string) {
	f, err := os.OpenFile("/dev/console", os.O_WRONLY|unix.O_NOCTTY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprint(f, "\r\nweft: "+strings.ReplaceAll(text, "\n", "\r\nweft: ")+"\r\n")
}

// setClock mends a clock that was never set: certificates and logs want one that
// is not before the day this system was built. The kernel has read the hardware's.
func (m *machine) setClock() {
	if at := built(); time.Now().Before(at) {
		m.note("clock", fmt.Sprintf("the hardware says %s: set to the day this system was built", time.Now().UTC().Format(time.DateTime)))
		t := unix.NsecToTimeval(at.UnixNano())
		if err := unix.Settimeofday(&t); err != nil {
			m.note("clock", err)
		}
	}
}

// identify gives the box a number that stays: that of the machine if the
// firmware has one, or else one that was drawn once.
func (m *machine) identify() {
	id, _ := os.ReadFile("/sys/class/dmi/id/product_uuid")
	text := strings.ReplaceAll(strings.TrimSpace(string(id)), "-", "")
	if strings.Trim(text, "0") == "" {
		file := filepath.Join(m.nvram, "machine-id")
		if id, err := os.ReadFile(file); err == nil {
			text = strings.TrimSpace(string(id))
		} else {
			text = randomHex(16)
			if err := (&nvram{dir: m.nvram}).write("machine-id", []byte(text+"\n")); err != nil {
				m.note("nvram", err)
			}
		}
	}
	if err := os.WriteFile("/etc/machine-id", []byte(text+"\n"), 0o444); err != nil {
		m.note("machine-id", err)
	}
}
