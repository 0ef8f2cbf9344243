package labs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// KeepCommand is the subcommand of "weft lab" that "up" starts itself with; its
// arguments are those of Keep.
const KeepCommand = "keep"

// A Lab is a lab's folder as the lab commands see it, up or not.
type Lab struct {
	Dir   string // absolute
	place place
}

// Open finds the lab in dir. The topology is not read: a lab whose file was
// broken while it was up can still be taken down.
func Open(dir string) (*Lab, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	p, err := placeOf(dir)
	if err != nil {
		return nil, err
	}
	return &Lab{dir, p}, nil
}

// check reports whether the folder is a lab at all.
func (l *Lab) check() error {
	if _, err := os.Stat(filepath.Join(l.Dir, TopologyFile)); err != nil {
		return fmt.Errorf("%s is not a lab: it has no %s", l.Dir, TopologyFile)
	}
	return nil
}

// Up starts the lab and returns when every router answers. Routers find the
// NVRAM they left, unless fresh.
func (l *Lab) Up(fresh bool) error {
	t, err := ReadTopology(l.Dir)
	if err != nil {
		return err
	}
	lock, err := l.place.take()
	if errors.Is(err, errUp) {
		return fmt.Errorf("lab %s is already up: weft lab down %[1]s", l.Dir)
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	err = l.prepare(t, fresh)
	if err == nil {
		err = l.startKeeper(lock)
	}
	if err != nil {
		return errors.Join(err, l.place.clear())
	}
	_, _, err = l.ask(request{Op: opReady})
	return err
}

// prepare checks what a lab needs of the machine, and makes its state folder.
func (l *Lab) prepare(t *Topology, fresh bool) error {
	if strings.HasPrefix(l.Dir, "/run/") {
		return fmt.Errorf("%s: nodes have a /run of their own and would not see the lab: move it elsewhere", l.Dir)
	}
	if routers := countRouters(t); routers > 0 {
		// Whoever may not open it here may not in a user namespace either.
		tun, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
		if err != nil {
			return fmt.Errorf("routers make tunnels with /dev/net/tun, and %w: let root run modprobe tun && chmod 666 /dev/net/tun", err)
		}
		tun.Close()
	}
	if fresh {
		if err := os.RemoveAll(stateFolder(l.Dir)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(stateFolder(l.Dir), 0o755); err != nil {
		return fmt.Errorf("a lab keeps its NVRAM in its folder: %w", err)
	}
	if err := unix.Access(stateFolder(l.Dir), unix.W_OK); err != nil {
		return fmt.Errorf("a lab keeps its NVRAM in its folder: %s: %w", stateFolder(l.Dir), err)
	}
	return removeIfThere(l.place.socket)
}

func countRouters(t *Topology) (n int) {
	for _, node := range t.Nodes {
		if node.Router() {
			n++
		}
	}
	return n
}

// startKeeper starts the keeper, which inherits the lock, and waits until it
// has built the lab.
func (l *Lab) startKeeper(lock *os.File) error {
	said, ready, err := os.Pipe()
	if err != nil {
		return err
	}
	defer said.Close()
	log, err := os.Create(filepath.Join(stateFolder(l.Dir), "keeper.log"))
	if err != nil {
		ready.Close()
		return err
	}
	defer log.Close()
	// A PID namespace, because the kernel kills all that is in one when its
	// first process ends: pid_namespaces(7).
	attributes := &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWPID}
	if os.Geteuid() != 0 {
		attributes.Cloneflags |= unix.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	keeper := exec.Command("/proc/self/exe", "lab", KeepCommand, l.Dir, l.place.stem())
	keeper.Args[0] = "weft"
	keeper.Dir, keeper.Stdout, keeper.Stderr = "/", log, log
	keeper.ExtraFiles = []*os.File{lock, ready}
	keeper.SysProcAttr = attributes
	err = keeper.Start()
	ready.Close()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) {
		return fmt.Errorf("this machine gives you no namespaces (%w): be root, or have user namespaces allowed", err)
	}
	if err != nil {
		return fmt.Errorf("starting the keeper: %w", err)
	}
	if err := record(keeper.Process.Pid, lock); err != nil {
		keeper.Process.Kill()
		return err
	}
	text, err := io.ReadAll(said)
	if err != nil || string(text) == isReady {
		return err
	}
	keeper.Wait()
	if len(text) == 0 {
		return fmt.Errorf("the keeper gave up, see %s", log.Name())
	}
	return errors.New(string(text))
}

// Down takes the lab down, whatever state it is in, and reports whether there
// was anything to take down.
func (l *Lab) Down() (bool, error) {
	if _, err := os.Stat(l.place.lock); errors.Is(err, os.ErrNotExist) {
		return false, l.check()
	}
	if id, err := l.place.keeper(); err == nil {
		if err := l.endKeeper(id); err != nil {
			return true, err
		}
	}
	// Had it crashed, the kernel has tidied up by now, all but two names.
	lock, err := l.place.take()
	if errors.Is(err, errUp) {
		return true, fmt.Errorf("lab %s is just coming up", l.Dir)
	}
	if err != nil {
		return true, err
	}
	defer lock.Close()
	return true, l.place.clear()
}

// endKeeper asks the keeper to leave, and makes it, if it is still there.
func (l *Lab) endKeeper(id identity) error {
	keeper, err := id.open()
	if err != nil {
		return nil
	}
	defer keeper.Close()
	go l.ask(request{Op: opDown})
	if ends(keeper, patience) {
		return nil
	}
	if err := unix.PidfdSendSignal(int(keeper.Fd()), unix.SIGKILL, nil, 0); err != nil {
		return err
	}
	if !ends(keeper, patience) {
		return fmt.Errorf("the keeper, process %d, does not end", id.PID)
	}
	return nil
}

// patience is how long a keeper may take to leave: longer than it waits for
// its routers.
const patience = 8 * time.Second

// ends waits for the process behind a descriptor. The first process of a PID
// namespace has not ended before all others in it have.
func ends(process *os.File, within time.Duration) bool {
	deadline := time.Now().Add(within)
	for {
		left := time.Until(deadline)
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(process.Fd()), Events: unix.POLLIN}}, max(0, int(left.Milliseconds())))
		if err == unix.EINTR && left > 0 {
			continue
		}
		return err == nil && n == 1
	}
}

// Status returns a row per node.
func (l *Lab) Status() ([]NodeStatus, error) {
	answer, _, err := l.ask(request{Op: opStatus})
	return answer.Nodes, err
}

// Start starts a router that was stopped or killed, and waits until it answers.
func (l *Lab) Start(node string) error { return l.order(opStart, node) }

// Stop ends a router in good order; it stays down until Start.
func (l *Lab) Stop(node string) error { return l.order(opStop, node) }

// Kill ends a router as a power cut would.
func (l *Lab) Kill(node string) error { return l.order(opKill, node) }

func (l *Lab) order(op operation, node string) error {
	_, _, err := l.ask(request{Op: op, Node: node})
	return err
}

// Console connects to a router's console.
func (l *Lab) Console(node string) (net.Conn, error) {
	_, files, err := l.ask(request{Op: opConsole, Node: node})
	if err != nil {
		return nil, err
	}
	return connection(files)
}

// connection turns the one descriptor of an answer into a connection.
func connection(files []*os.File) (net.Conn, error) {
	defer closeAll(files)
	if len(files) != 1 {
		return nil, fmt.Errorf("the keeper passed %d descriptors, not 1", len(files))
	}
	return net.FileConn(files[0])
}

// Exec runs commands on a node and returns the exit status: in one session of
// a router, or in one shell of a Linux node.
func (l *Lab) Exec(node string, commands []string, streams [3]*os.File, signals <-chan os.Signal) (int, error) {
	answer, files, err := l.ask(request{Op: opManage, Node: node})
	switch {
	case err != nil:
		return 0, err
	case answer.Linux:
		return l.execLinux(node, strings.Join(commands, "\n"), streams, signals)
	}
	c, err := connection(files)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	go func() {
		if _, interrupted := <-signals; interrupted {
			c.Close()
		}
	}()
	return manage(c.(*net.UnixConn), commands, streams[1])
}

// manage types commands into a router's management session: lines go in, then
// an end; what comes back is output, and after a NUL the exit status.
func manage(c *net.UnixConn, commands []string, output io.Writer) (int, error) {
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(c, strings.Join(commands, "\n")+"\n")
		written <- errors.Join(err, c.CloseWrite())
	}()
	r := bufio.NewReader(c)
	for {
		text, err := r.ReadSlice(0)
		if err == nil {
			text = text[:len(text)-1]
		}
		if _, err := output.Write(text); err != nil {
			return 0, err
		}
		if err == nil {
			break
		}
		if err != bufio.ErrBufferFull {
			return 0, fmt.Errorf("the router ended the session: %w", errors.Join(err, <-written))
		}
	}
	var status int
	if _, err := fmt.Fscanf(r, "exit %d\n", &status); err != nil {
		return 0, fmt.Errorf("the router's last line: %w", err)
	}
	return status, nil
}

func (l *Lab) execLinux(node, command string, streams [3]*os.File, signals <-chan os.Signal) (int, error) {
	c, err := l.dial()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := send(c, request{Op: opExec, Node: node, Command: command}, streams[:]...); err != nil {
		return 0, err
	}
	go func() {
		for s := range signals {
			send(c, request{Op: opSignal, Signal: int(s.(syscall.Signal))})
		}
	}()
	answer, _, err := answerOf(c)
	return answer.Exit, err
}

func (l *Lab) dial() (*net.UnixConn, error) {
	c, err := net.DialUnix("unixpacket", nil, &net.UnixAddr{Name: l.place.socket, Net: "unixpacket"})
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ECONNREFUSED) {
		if err := l.check(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("lab %s is not up: weft lab up %[1]s", l.Dir)
	}
	return c, err
}

func (l *Lab) ask(q request) (reply, []*os.File, error) {
	c, err := l.dial()
	if err != nil {
		return reply{}, nil, err
	}
	defer c.Close()
	if err := send(c, q); err != nil {
		return reply{}, nil, err
	}
	return answerOf(c)
}

func answerOf(c *net.UnixConn) (answer reply, files []*os.File, err error) {
	files, err = receive(c, &answer)
	if err != nil {
		return answer, files, fmt.Errorf("the keeper ended: %w", err)
	}
	if answer.Error != "" {
		return answer, files, errors.New(answer.Error)
	}
	return answer, files, nil
}
