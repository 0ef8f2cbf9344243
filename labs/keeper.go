package labs

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Descriptors that "up" hands to the keeper it starts.
const (
	lockDescriptor  = 3
	readyDescriptor = 4
)

// isReady is what the keeper writes to readyDescriptor when all is built;
// anything else is the reason why it gave up.
const isReady = "ready\n"

// A keeper holds a lab. One goroutine (run) owns its processes and what is said
// about them; others hand it functions.
type keeper struct {
	dir       string
	place     place
	nodes     []*node
	processes map[int]*process
	work      chan func()
	leaving   bool // routers that end now stay so
}

// A node is a topology's node come to life.
type node struct {
	Node
	*namespace
	process *process  // of a router, running or ended; nil before the first start
	started time.Time // when process was
}

func (n *node) running() bool {
	if n.process == nil {
		return false
	}
	select {
	case <-n.process.done:
		return false
	default:
		return true
	}
}

// Keep is the keeper process of the lab in dir; stem is what its socket and
// lock are called. The end of the process ends all others of the lab.
func Keep(dir, stem string) error {
	// What the lab's processes inherit is chosen one by one.
	syscall.CloseOnExec(lockDescriptor)
	syscall.CloseOnExec(readyDescriptor)
	ready := os.NewFile(readyDescriptor, "ready")
	children, end := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)

	k := &keeper{dir: dir, place: placeAt(stem), processes: map[int]*process{}, work: make(chan func())}
	built := make(chan error)
	go func() { built <- k.build() }()
	for {
		select {
		case <-children:
			k.reap()
		case f := <-k.work:
			f()
		case <-end:
			go k.leave()
		case err := <-built:
			if err != nil {
				fmt.Fprint(ready, err)
				return err
			}
			fmt.Fprint(ready, isReady)
			ready.Close()
		}
	}
}

// do runs f on the keeper's goroutine.
func (k *keeper) do(f func()) {
	done := make(chan struct{})
	k.work <- func() { f(); close(done) }
	<-done
}

// build makes the nodes and links, runs what the Linux nodes ask for, starts
// the routers and opens the socket.
func (k *keeper) build() error {
	t, err := ReadTopology(k.dir)
	if err != nil {
		return err
	}
	for _, wanted := range t.Nodes {
		space, err := newNamespace(wanted.Name)
		if err != nil {
			return err
		}
		n := &node{Node: wanted, namespace: space}
		if err := n.raise("lo"); err != nil {
			return fmt.Errorf("node %s: %w", n.Name, err)
		}
		k.do(func() { k.nodes = append(k.nodes, n) })
	}
	for _, l := range t.Links {
		if err := k.link(l); err != nil {
			return err
		}
	}
	for _, n := range k.nodes {
		if err := k.settle(n); err != nil {
			return fmt.Errorf("node %s: %w", n.Name, err)
		}
	}
	listener, err := net.ListenUnix("unixpacket", &net.UnixAddr{Name: k.place.socket, Net: "unixpacket"})
	if err != nil {
		return err
	}
	go k.serve(listener)
	return nil
}

// link lays a link. A router raises its ports itself, as its configuration says.
func (k *keeper) link(l Link) error {
	a, b := k.node(l.A.Node), k.node(l.B.Node)
	if err := connect(l, a.namespace, b.namespace); err != nil {
		return err
	}
	for _, e := range []Endpoint{l.A, l.B} {
		if n := k.node(e.Node); !n.Router() {
			if err := n.raise(e.Interface); err != nil {
				return fmt.Errorf("node %s: %w", n.Name, err)
			}
		}
	}
	return nil
}

// settle starts a router, or runs the commands of a Linux node.
func (k *keeper) settle(n *node) (err error) {
	if n.Router() {
		k.do(func() { err = k.startRouter(n) })
		return err
	}
	if err := n.sysctl(n.Sysctls); err != nil {
		return err
	}
	for _, command := range n.Exec {
		if err := k.setUp(n, command); err != nil {
			return err
		}
	}
	return nil
}

// setUp runs one command of a Linux node; what it prints is in the error if it fails.
func (k *keeper) setUp(n *node, command string) error {
	output, err := os.CreateTemp("", "weft-exec-")
	if err != nil {
		return err
	}
	defer output.Close()
	os.Remove(output.Name())
	none, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer none.Close()
	p, err := k.shell(n, command, [3]*os.File{none, output, output})
	if err != nil {
		return err
	}
	<-p.done
	if p.status.ExitStatus() == 0 {
		return nil
	}
	said := make([]byte, 2000)
	length, _ := output.ReadAt(said, 0)
	return fmt.Errorf("exec %q: %s: %s", command, ending(p.status), strings.TrimSpace(string(said[:length])))
}

// shell starts a shell command inside a node.
func (k *keeper) shell(n *node, command string, streams [3]*os.File) (p *process, err error) {
	k.do(func() { p, err = k.start(n.namespace, "/bin/sh", []string{"sh", "-c", command}, streams) })
	return p, err
}

func (k *keeper) node(name string) *node {
	if i := slices.IndexFunc(k.nodes, func(n *node) bool { return n.Name == name }); i >= 0 {
		return k.nodes[i]
	}
	return nil
}

func (k *keeper) routers() []*node {
	return slices.DeleteFunc(slices.Clone(k.nodes), func(n *node) bool { return !n.Router() })
}

// leave ends the routers in good order, so that what they still want to say or
// save is said and saved, and then the keeper, and with it all that is left.
func (k *keeper) leave() {
	var last []*process
	k.do(func() {
		k.leaving = true
		for _, n := range k.routers() {
			if n.running() {
				syscall.Kill(n.process.pid, syscall.SIGTERM)
				last = append(last, n.process)
			}
		}
	})
	patience := time.After(5 * time.Second)
	for _, p := range last {
		select {
		case <-p.done:
		case <-patience:
		}
	}
	if err := k.place.clear(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(0)
}

// stateFolder is where a lab keeps NVRAM and logs.
func stateFolder(dir string) string { return filepath.Join(dir, ".weft") }

func (k *keeper) log(node string) string { return filepath.Join(stateFolder(k.dir), node+".log") }

// lastWords returns the end of a node's log.
func (k *keeper) lastWords(node string) string {
	text, err := os.ReadFile(k.log(node))
	if errors.Is(err, os.ErrNotExist) || len(text) == 0 {
		return "  (its log is empty)"
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	lines = lines[max(0, len(lines)-10):]
	return "  " + strings.Join(lines, "\n  ")
}
