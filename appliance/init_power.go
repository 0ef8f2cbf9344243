package main

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What somebody at the machine may ask for.
const (
	powerButton = "power button"
	ctrlAltDel  = "Ctrl-Alt-Del"
)

// watchPower tells of the power button, and of Ctrl-Alt-Del, which the kernel
// passes on as SIGINT. Without this a push of the button would do nothing.
func watchPower() <-chan string {
	pushed := make(chan string, 1)
	push := func(what string) {
		select {
		case pushed <- what:
		default:
		}
	}
	unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGINT)
	go func() {
		for range signals {
			push(ctrlAltDel)
		}
	}()
	names, _ := filepath.Glob("/sys/class/input/event*/device/name")
	for _, file := range names {
		name, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(name)) != "Power Button" {
			continue
		}
		device := "/dev/input/" + filepath.Base(filepath.Dir(filepath.Dir(file)))
		go readButton(device, func() { push(powerButton) })
	}
	return pushed
}

// readButton reads struct input_event (linux/input.h): a timeval, type, code, value.
func readButton(device string, pushed func()) {
	const (
		keyEvent = 1
		keyPower = 116
	)
	f, err := os.Open(device)
	if err != nil {
		return
	}
	defer f.Close()
	event := make([]byte, 24)
	for {
		if n, err := f.Read(event); err != nil || n != len(event) {
			return
		}
		if binary.NativeEndian.Uint16(event[16:]) == keyEvent &&
			binary.NativeEndian.Uint16(event[18:]) == keyPower &&
			binary.NativeEndian.Uint32(event[20:]) == 1 {
			pushed()
		}
	}
}

// stop ends the box: what was written is on the disk, and the file system whole.
func (m *machine) stop(how int) {
	unix.Sync()
	if m.data != "" {
		// Nobody has files open there any more; should somebody, read-only will do.
		if err := unix.Unmount(m.nvram, 0); err != nil {
			unix.Mount("", m.nvram, "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
		}
	}
	if err := unix.Reboot(how); err != nil {
		console("the machine does not stop: " + err.Error())
	}
	select {}
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}
