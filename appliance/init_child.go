package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// How a router under process 1 ended.
type ending int

const (
	endCrash ending = iota
	endReload
	endPowerOff
)

// exitReload is the status by which a router says that the box is to start anew.
const exitReload = 75

const (
	crashRecords = 5         // kept, the newest
	crashText    = 256 << 10 // bytes of one: a panic comes first, then every goroutine
	hurried      = 3         // crashes in a row, each within crashHaste, before startup-config is left aside
	crashHaste   = 30 * time.Second
	stopPatience = 5 * time.Second
)

// runRouter runs one router until it ends, and says how.
func (m *machine) runRouter(power <-chan string) ending {
	began := time.Now()
	child, said, err := startChild(m.command(), m.reason)
	if err != nil {
		console("cannot start the router: " + err.Error())
		time.Sleep(stopPatience)
		return endCrash
	}
	ended := make(chan unix.WaitStatus, 1)
	go func() { ended <- reap(child.Pid) }()
	asked := ""
	var late <-chan time.Time
	for {
		select {
		case asked = <-power:
			child.Signal(unix.SIGTERM)
			late = time.After(stopPatience)
		case <-late:
			child.Signal(unix.SIGKILL)
		case status := <-ended:
			text := <-said
			switch {
			case asked == powerButton:
				return endPowerOff
			case asked != "":
				m.keepBootReason(asked)
				return endReload
			case status.Exited() && status.ExitStatus() == exitReload:
				m.keepBootReason("reload")
				return endReload
			}
			m.crashed(status, text, time.Since(began))
			return endCrash
		}
	}
}

// command is the router as this box needs it.
func (m *machine) command() []string {
	args := []string{"weft", "router", "-box", "-nvram", m.nvram, "-console", "tty:" + serialLine, "-notices", noticesPath}
	if m.ports != "" {
		args = append(args, "-ports", m.ports)
	}
	switch {
	case m.hurriedCrashes >= hurried:
		args = append(args, "-factory")
	case m.dayZero != "":
		args = append(args, "-config", dayZeroPath, "-day-zero", m.dayZero)
	}
	return args
}

// startChild starts this binary again. What it writes to its standard error is
// kept and handed over when it has ended.
func startChild(args []string, reason string) (*os.Process, <-chan []byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	defer null.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	defer write.Close()
	// The tables of commands are made at the start: collecting garbage meanwhile
	// finds none. The limit keeps that from lasting.
	env := append(os.Environ(), "GOTRACEBACK=all", "GOGC=400", "GOMEMLIMIT=32MiB")
	if reason != "" {
		env = append(env, bootReasonVariable+"="+reason)
	}
	child, err := os.StartProcess(self, args, &os.ProcAttr{Files: []*os.File{null, null, write}, Env: env})
	if err != nil {
		read.Close()
		return nil, nil, err
	}
	said := make(chan []byte, 1)
	go func() {
		defer read.Close()
		text, _ := io.ReadAll(io.LimitReader(read, crashText))
		io.Copy(io.Discard, read)
		said <- text
	}()
	return child, said, nil
}

// reap waits for a child and, on the way, for all that have lost their parents.
func reap(pid int) unix.WaitStatus {
	for {
		var status unix.WaitStatus
		switch got, err := unix.Wait4(-1, &status, 0, nil); {
		case got == pid && (status.Exited() || status.Signaled()):
			return status
		case err == unix.ECHILD:
			return status
		}
	}
}

// crashed writes down how a router ended that should not have.
func (m *machine) crashed(status unix.WaitStatus, text []byte, lived time.Duration) {
	how := fmt.Sprintf("it ended with status %d", status.ExitStatus())
	if status.Signaled() {
		how = "it was ended by signal " + syscall.Signal(status.Signal()).String()
	}
	if why := firstLine(text); why != "" {
		how = why
	}
	name, err := recordCrash(m.nvram, time.Now(), fmt.Sprintf("%s\nafter %v, %s\n\n%s", how, lived.Round(time.Millisecond), version, text))
	if err != nil {
		m.note("router", fmt.Sprintf("stopped unexpectedly and was restarted: %s (not recorded: %v)", how, err))
	} else {
		m.note("router", fmt.Sprintf("stopped unexpectedly and was restarted: %s (nvram:%s)", how, name))
	}
	if lived > crashHaste {
		m.hurriedCrashes = 0
	}
	if m.hurriedCrashes++; m.hurriedCrashes >= hurried {
		m.note("router", fmt.Sprintf("stopped %d times in a row: startup-config is left aside until the next reload", m.hurriedCrashes))
		time.Sleep(time.Second) // not to spin, should that not help either
	}
	m.reason = "crash"
}

// recordCrash writes a record into NVRAM, and removes the oldest beyond a few.
func recordCrash(dir string, at time.Time, text string) (name string, err error) {
	records, _ := filepath.Glob(filepath.Join(dir, "crashinfo_*"))
	slices.Sort(records)
	for len(records) >= crashRecords {
		os.Remove(records[0])
		records = records[1:]
	}
	name = "crashinfo_" + at.UTC().Format("20060102-150405.000")
	return name, (&nvram{dir: dir}).write(name, []byte(text))
}

// firstLine is the first line of a text that says anything.
func firstLine(text []byte) string {
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}
