package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"weft/appliance/engine"
	"weft/cli/commands"
	"weft/cli/compile"
	"weft/cli/config"
	"weft/cli/shell"
	"weft/dataplane"
	"weft/dataplane/kernel"
	"weft/dataplane/socket"
	"weft/dataplane/tun"
	"weft/router"
)

// The mark of our own outer packets and the table that only they use.
const (
	outerMark     = 0x77656674 // "weft"
	underlayTable = 7747
)

// A box is one running router: the router value, driven by one goroutine, and
// everything that gives it a network and users.
type box struct {
	router    *router.Router
	in        chan router.In
	questions chan func(now time.Time)
	stopped   chan struct{} // closed once nobody drives the router any more
	overflow  atomic.Uint64 // data plane events lost because the router was behind

	pipe   *dataplane.Pipeline
	kernel *kernel.Kernel
	tuns   *tun.Set
	socket *socket.Socket

	devices map[string]string            // Ethernet devices, by interface
	leases  map[string]*leaseDoor        // DHCP's, by interface; the router's goroutine has them
	spoken  map[router.Speaking]*speaker // routing protocols on ports; likewise

	nvram    *nvram
	shell    *shell.Box
	keys     keyStore
	master   masterKey
	services services
	meters   meters
	captures captures
	secrecy  secrecy
	load     loadHistory
	started  time.Time
	reason   string          // why the router was started
	reports  []config.Report // on startup-config
	unread   bool            // it was no configuration at all
	notices  []string        // about the start, "what: reason"
	greeting shell.Greeting  // of the console
	alone    bool            // nothing else runs on this machine
	stop     context.CancelCauseFunc
	// restoreTerminal, if set, undoes what the console did to ours.
	restoreTerminal func()

	changed change               // of running-config; the router's goroutine has it
	cleared map[string]time.Time // counters, by interface; likewise
	host    dataplane.Host       // the kernel's level; likewise
}

// settings are what the command line says.
type settings struct {
	config  string // used while NVRAM holds no startup-config
	nvram   string
	ports   map[string]string // device to interface name
	console string            // stdio, tty:PATH, unix:PATH or none
	manage  string            // unix:PATH for "weft lab exec"; "" none

	box     bool   // this is all that runs on a machine of its own
	factory bool   // leave startup-config aside
	notices string // a file with what process 1 has to say
	dayZero string // where config comes from, if it is to be saved
}

// inputQueue is how many inputs may wait for the router. Behind that the data
// plane's are lost and counted.
const inputQueue = 4096

func newBox(s settings) (*box, error) {
	store, err := openNVRAM(s.nvram)
	if err != nil {
		return nil, err
	}
	state, err := kernelState()
	if err != nil {
		return nil, err
	}
	b := &box{
		in:        make(chan router.In, inputQueue),
		questions: make(chan func(time.Time)),
		stopped:   make(chan struct{}),
		nvram:     store,
		keys:      keyStore{nvram: store},
		master:    masterKey{nvram: store},
		alone:     s.box,
		started:   time.Now(),
		reason:    bootReason(),
		cleared:   map[string]time.Time{},
		devices:   map[string]string{},
		leases:    map[string]*leaseDoor{},
		spoken:    map[router.Speaking]*speaker{},
		meters:    meters{byName: map[string]*meter{}},
		secrecy:   newSecrecy(),
		load:      loadHistory{proc: "/proc"},
	}
	for device, name := range s.ports {
		b.devices[name] = device
	}
	if err := b.boot(s); err != nil {
		return nil, err
	}
	b.shell = &shell.Box{Router: view{b}, Exec: commands.ExecTable(), Compile: compile.Compile, Lines: &shell.Lines{},
		Happened: func(event any) { b.tell(router.Happened{Event: event}) }}
	b.shell.Guard.Happened = b.shell.Happened
	b.tuns = tun.NewSet(func(tunnel string, packets [][]byte, offset int) { b.pipe.FromTunnel(tunnel, packets, offset) })
	b.tuns.Gone = func(string) { b.ask(func(time.Time) { b.openTunnels(b.host) }) }
	// The socket is open before any tunnel talks, or the kernel would answer
	// GRE with protocol-unreachable.
	b.socket, err = socket.OpenBatch(outerMark, func(packets [][]byte) { b.pipe.FromUnderlayBatch(packets) })
	if err != nil {
		return nil, fmt.Errorf("GRE socket: %w", err)
	}
	b.pipe = dataplane.New(b.socket, b.tuns, b.report, time.Now)
	b.kernel, err = kernel.Open(kernel.Options{
		Ports:           s.ports,
		State:           state,
		Mark:            outerMark,
		UnderlayTableID: underlayTable,
		Events:          b.kernelEvent,
	})
	if err != nil {
		b.socket.Close()
		return nil, err
	}
	return b, nil
}

// kernelState is where the kernel's state as found is remembered until it is
// put back. It is named by the namespace's cookie, which the kernel never gives
// to another namespace: an inode number it would.
func kernelState() (string, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	cookie, err := unix.GetsockoptUint64(fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE)
	if err != nil {
		return "", fmt.Errorf("network namespace cookie: %w", err)
	}
	return fmt.Sprintf("/run/weft/netns-%x", cookie), nil
}

// run boots the router and drives it until ctx ends; then it puts the kernel
// back as it was found.
func (b *box) run(ctx context.Context, s settings) error {
	nameProcess()
	b.services.syslog = newSyslog()
	receiving := make(chan error, 1)
	go func() { receiving <- b.socket.Run() }()
	go func() {
		b.tell(router.Configured{})
		b.tell(router.Booted{Reports: b.reports})
		b.tellNotices(s.notices)
		b.keepDayZero(s.dayZero)
		b.actOn(b.reports)
	}()
	go b.sample(ctx)
	lines, err := b.openLines(ctx, s)
	if err != nil {
		return errors.Join(err, b.close())
	}
	engine.Run(ctx, b.router, b.in, b.questions, b.carryOut)
	close(b.stopped)
	b.services.close()
	lines.Wait()
	err = b.close()
	return errors.Join(err, <-receiving)
}

// close leaves the namespace as it was found.
func (b *box) close() error {
	b.openLeases(nil)
	b.openSpeakers(nil)
	b.tuns.CloseAll()
	return errors.Join(b.kernel.Close(), b.socket.Close())
}

// tell gives the router an input that must not be lost.
func (b *box) tell(in router.In) {
	select {
	case b.in <- in:
	case <-b.stopped:
	}
}

// step drives the router from inside a question.
func (b *box) step(now time.Time, in router.In) {
	for _, o := range b.router.Step(now, in) {
		b.carryOut(o)
	}
}

// ask runs f on the router's goroutine and waits for it. Once the router has
// stopped nothing runs any more.
func (b *box) ask(f func(now time.Time)) {
	done := make(chan struct{})
	select {
	case b.questions <- func(now time.Time) { f(now); close(done) }:
		<-done
	case <-b.stopped:
	}
}

// report takes an event of the pipeline; false if the router is behind.
func (b *box) report(e dataplane.Event) bool {
	// Anybody can send messages of the key exchange: half of the queue is for what
	// comes through tunnels.
	if _, stranger := e.(dataplane.Message); stranger && len(b.in) > inputQueue/2 {
		b.overflow.Add(1)
		return false
	}
	select {
	case b.in <- router.Packet{Event: e}:
		return true
	default:
		b.overflow.Add(1)
		return false
	}
}

// kernelEvent passes on what the kernel tells. Ports never wait for long: the
// router's goroutine does not wait for the kernel.
func (b *box) kernelEvent(e kernel.Event) {
	switch e := e.(type) {
	case kernel.Port:
		b.tell(router.Port{Name: e.Name, Exists: e.Exists, Carrier: e.Carrier, MAC: dotted(e.MAC), MTU: e.MTU, Speed: e.Speed})
	case kernel.Fault:
		b.tell(router.Happened{Event: commands.HostFault{What: e.What, Reason: e.Err.Error()}})
	}
}

// carryOut does one thing that the router wants done.
func (b *box) carryOut(o router.Out) {
	if t, ok := o.(router.Tunnels); ok {
		b.protect(t.Want)
	}
	if router.ToPipeline(b.pipe, o) {
		return
	}
	switch o := o.(type) {
	case router.Host:
		b.host = o.Want
		b.openTunnels(o.Want)
		b.kernel.SetHost(o.Want)
	case router.KernelRoute:
		b.kernel.SetRoute(o.Route)
	case router.SpeakingOn:
		b.openSpeakers(o.Want)
	case router.SendRouting:
		b.speak(o)
	case router.Leasing:
		b.openLeases(o.Interfaces)
	case router.SendDatagram:
		b.sendLease(o.Send)
	case router.Lookup:
		go b.lookUp(o)
	case router.Log:
		b.shell.Lines.Notify(o.Line, o.Console, o.Monitor)
	case router.Debug:
		b.shell.Lines.Notify(o.Line, o.Console, o.Monitor)
	case router.Syslog:
		b.services.syslog.send(o)
	case router.Replaced:
		b.changed = change{at: o.At}
	case router.Restart:
		go func() { // the router's own goroutine must not wait for terminals
			b.shell.Lines.Drain(lastWords)
			b.stop(reload{o.Reason})
		}()
	case router.Notice:
		b.shell.Lines.Notify(o.Text, true, true)
	case router.Archive:
		go b.archiveConfig()
	case router.Compute:
		b.compute(o)
	case router.Services:
		b.serve(o.Want)
	}
}

// openTunnels makes the TUN devices that the host level names, and takes the
// others away.
func (b *box) openTunnels(want dataplane.Host) {
	keep := map[string]bool{}
	for _, l := range want.Links {
		if l.Kind != dataplane.TUN {
			continue
		}
		keep[l.Interface] = true
		if err := b.tuns.Open(l.Interface, kernel.DeviceName(l.Interface), l.MTU); err != nil {
			go b.tell(router.Happened{Event: commands.HostFault{What: l.Interface, Reason: err.Error()}})
		}
	}
	for _, name := range b.tuns.Names() {
		if !keep[name] {
			b.tuns.Close(name)
		}
	}
}
