package labs

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A process is one that the keeper has started. Its fields belong to the
// keeper's goroutine until done is closed; status may be read after that.
type process struct {
	pid    int // in the keeper's PID namespace
	status syscall.WaitStatus
	done   chan struct{}
	ended  func() // run by the keeper's goroutine when the process has ended
}

// ending tells how a process ended.
func ending(s syscall.WaitStatus) string {
	if s.Signaled() {
		return "ended by " + unix.SignalName(s.Signal())
	}
	return fmt.Sprintf("exit status %d", s.ExitStatus())
}

// start runs a program inside n; argv[0] is what it is called. It is called by the keeper's goroutine, which
// is also the one to reap: no process can end unknown.
func (k *keeper) start(n *namespace, program string, argv []string, streams [3]*os.File) (*process, error) {
	p := &process{done: make(chan struct{})}
	err := n.do(func() (err error) {
		p.pid, err = syscall.ForkExec(program, argv, &syscall.ProcAttr{
			Dir:   k.dir,
			Env:   os.Environ(),
			Files: []uintptr{streams[0].Fd(), streams[1].Fd(), streams[2].Fd()},
			Sys:   &syscall.SysProcAttr{Setsid: true},
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	k.processes[p.pid] = p
	return p, nil
}

// reap collects every process that has ended: those started here, and those
// that lost their parent and fell to the first process of the PID namespace.
func (k *keeper) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		p, known := k.processes[pid]
		if !known {
			continue
		}
		delete(k.processes, pid)
		p.status = status
		close(p.done)
		if p.ended != nil {
			p.ended()
		}
	}
}

// A router's sockets, in its node's own /run.
const (
	consoleSocket = "/run/weft/console"
	manageSocket  = "/run/weft/manage"
)

// exitReload is the status of a router that wants to be started again.
const exitReload = 86

// startRouter starts the router of a node; the keeper's goroutine calls it.
func (k *keeper) startRouter(n *node) error {
	mode := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if n.process == nil {
		mode |= os.O_TRUNC // the log is that of one "up"
	}
	log, err := os.OpenFile(k.log(n.Name), mode, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	none, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer none.Close()
	nvram := filepath.Join(stateFolder(k.dir), n.Name)
	if err := os.MkdirAll(nvram, 0o755); err != nil {
		return err
	}
	err = n.do(func() error {
		if err := removeIfThere(consoleSocket); err != nil {
			return err
		}
		return removeIfThere(manageSocket)
	})
	if err != nil {
		return err
	}
	argv := []string{"weft", "router", "-config", n.Config, "-nvram", nvram,
		"-console", "unix:" + consoleSocket, "-manage", "unix:" + manageSocket}
	argv = append(argv, ports(n.Kind)...)
	n.process, err = k.start(n.namespace, "/proc/self/exe", argv, [3]*os.File{none, log, log})
	if err != nil {
		return err
	}
	n.started = time.Now()
	n.process.ended = func() {
		if n.process.status.ExitStatus() != exitReload || k.leaving {
			return
		}
		if err := k.startRouter(n); err != nil {
			fmt.Fprintf(os.Stderr, "%s: reload: %v\n", n.Name, err)
		}
	}
	return nil
}

// ports returns the arguments that give a router the port names of the box its
// kind stands for. weft's own numbering is also that of cisco_vios.
func ports(kind string) []string {
	var names []string
	for i := 1; i <= 16; i++ {
		switch kind {
		case "cisco_iol": // four to a slot
			names = append(names, fmt.Sprintf("eth%d=Ethernet%d/%d", i, i/4, i%4))
		case "cisco_c8000v", "cisco_csr1000v": // GigabitEthernet1 is the management port
			names = append(names, fmt.Sprintf("eth%d=GigabitEthernet%d", i, i+1))
		}
	}
	if names == nil {
		return nil
	}
	return []string{"-ports", strings.Join(names, ",")}
}

// A sighting is a process of the keeper's as the host sees it.
type sighting struct {
	PID int
	RSS int64 // resident memory in bytes
}

// sightings returns the keeper's children by their number in its own PID
// namespace. The keeper's /proc is the host's.
func sightings() (map[int]sighting, error) {
	self, err := os.Readlink("/proc/self")
	if err != nil {
		return nil, err
	}
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	seen := map[int]sighting{}
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(folder, "status"))
		if err != nil {
			continue // it has just ended
		}
		fields := statusFields(string(text))
		inner := fields["NSpid"]
		if len(fields["PPid"]) != 1 || fields["PPid"][0] != self || len(inner) < 2 {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(folder))
		own, _ := strconv.Atoi(inner[len(inner)-1])
		s := sighting{PID: pid}
		if rss := fields["VmRSS"]; len(rss) > 0 { // "12345 kB"
			kilobytes, _ := strconv.ParseInt(rss[0], 10, 64)
			s.RSS = kilobytes << 10
		}
		seen[own] = s
	}
	return seen, nil
}

// statusFields splits /proc/PID/status into its values by name.
func statusFields(text string) map[string][]string {
	fields := map[string][]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			fields[name] = strings.Fields(value)
		}
	}
	return fields
}
