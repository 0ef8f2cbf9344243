package labs

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// A namespace is where one node lives: its own network, mounts and host name.
// A locked thread holds it; everything that has to happen inside is run on that
// thread, the start of the node's processes included.
type namespace struct {
	work chan func()
	net  *os.File // the network namespace, to move link ends into
}

// newNamespace makes a namespace whose host name is name. It lasts until the
// process ends.
func newNamespace(name string) (*namespace, error) {
	n := &namespace{work: make(chan func())}
	entered := make(chan error)
	go func() {
		// Never unlocked: no other goroutine may run on this thread again.
		runtime.LockOSThread()
		err := n.enter(name)
		entered <- err
		if err != nil {
			return
		}
		for f := range n.work {
			f()
		}
	}()
	if err := <-entered; err != nil {
		return nil, fmt.Errorf("namespace for %s: %w", name, err)
	}
	return n, nil
}

// do runs f inside the namespace. f must not start goroutines that rely on it,
// nor wait for anything.
func (n *namespace) do(f func() error) error {
	done := make(chan error)
	n.work <- func() { done <- f() }
	return <-done
}

func (n *namespace) enter(name string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	net, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	n.net = net
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	// Each node has a /run of its own: two routers must not meet there, and
	// the sockets in it have short names and vanish with the node.
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return fmt.Errorf("mounting /run: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(consoleSocket), 0o755); err != nil {
		return err
	}
	// /sys/class/net and the process list should be the node's. A container may
	// forbid these two to its users; nodes work without.
	for _, kind := range []string{"sysfs", "proc"} {
		target := map[string]string{"sysfs": "/sys", "proc": "/proc"}[kind]
		if err := unix.Mount(kind, target, kind, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %s stays the host's: %v\n", name, target, err)
		}
	}
	return nil
}
