package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"weft/appliance/engine"
	"weft/cli/config"
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
	router   *router.Router
	in       chan router.In
	questions chan func(now time.Time)
	overflow  counter // inputs lost because the router was behind

	pipe   *dataplane.Pipeline
	kernel *kernel.Kernel
	tuns   *tun.Set
	socket *socket.Socket

	nvram    nvram
	lines    *lines
	started  time.Time
	reason   string // why the router was started
	reload   context.CancelCauseFunc
	changed  change
}

// settings are what the command line says.
type settings struct {
	config string // used while NVRAM holds no startup-config
	nvram  string
	ports  map[string]string // device to interface name
}

// inputs that may wait for the router before further ones are lost.
const inputQueue = 4096

func newBox(s settings) (*box, error) {
	store, err := openNVRAM(s.nvram)
	if err != nil {
		return nil, err
	}
	b := &box{
		in:        make(chan router.In, inputQueue),
		questions: make(chan func(time.Time)),
		nvram:     store,
		started:   time.Now(),
		reason:    bootReason(),
	}
	b.router = router.New(router.Options{Entropy: rand.Reader, Booted: b.started})
	b.lines = newLines(b)
	b.tuns = tun.NewSet(func(tunnel string, packets [][]byte, offset int) { b.pipe.FromTunnel(tunnel, packets, offset) })
	// The socket is open before any tunnel talks, or the kernel would answer
	// GRE with protocol-unreachable.
	b.socket, err = socket.Open(outerMark, func(packet []byte) { b.pipe.FromUnderlay(packet) })
	if err != nil {
		return nil, fmt.Errorf("GRE socket: %w", err)
	}
	b.pipe = dataplane.New(b.socket, b.tuns, b.report, time.Now)
	b.kernel, err = kernel.Open(kernel.Options{
		Ports:           s.ports,
		State:           kernelState(s.nvram),
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
// put back: by namespace, so that routers of different namespaces of one
// machine do not meet.
func kernelState(string) string {
	ns, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		ns = "net"
	}
	return filepath.Join("/run/weft", strings.Trim(strings.NewReplacer(":", "-", "[", "", "]", "").Replace(ns), "-"))
}

// run boots the router and drives it until ctx ends; then it puts the kernel
// back as it was found.
func (b *box) run(ctx context.Context, s settings) error {
	reports, err := b.loadStartup(s.config)
	if err != nil {
		return err
	}
	go b.socket.Run()
	go func() {
		b.in <- router.Configured{}
		b.in <- router.Booted{Reports: reports}
	}()
	engine.Run(ctx, b.router, b.in, b.questions, b.carryOut)
	b.lines.stop()
	b.tuns.Close()
	err = b.kernel.Close()
	b.socket.Close()
	return err
}

// loadStartup fills the running-config from NVRAM or, while that is empty, from
// the file on the command line.
func (b *box) loadStartup(file string) ([]config.Report, error) {
	text, ok, err := b.nvram.StartupConfig()
	if err != nil {
		return nil, err
	}
	if !ok && file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		text = string(content)
	}
	return loadConfig(b.router.Tree(), text)
}

// step drives the router from inside a question.
func (b *box) step(now time.Time, in router.In) {
	for _, o := range b.router.Step(now, in) {
		b.carryOut(o)
	}
}

// ask runs f on the router's goroutine and waits for it.
func (b *box) ask(f func(now time.Time)) {
	done := make(chan struct{})
	select {
	case b.questions <- func(now time.Time) { f(now); close(done) }:
		<-done
	case <-b.lines.stopped:
	}
}

// report takes an event of the pipeline; false if the router is behind.
func (b *box) report(e dataplane.Event) bool {
	select {
	case b.in <- router.Packet{Event: e}:
		return true
	default:
		b.overflow.Add(1)
		return false
	}
}

func (b *box) kernelEvent(e kernel.Event) {
	b.in <- router.Port{Name: e.Name, Exists: e.Exists, Carrier: e.Carrier, MAC: e.MAC, MTU: e.MTU, Speed: e.Speed}
}

// carryOut does one thing that the router wants done.
func (b *box) carryOut(o router.Out) {
	switch o := o.(type) {
	case router.Host:
		b.openTunnels(o.Want)
		b.kernel.SetHost(o.Want)
	case router.KernelRoute:
		b.kernel.SetRoute(o.Route)
	case router.Tunnels:
		b.pipe.SetTunnels(o.Want)
	case router.Routes:
		b.pipe.SetRoutes(o.VRF, o.Table)
	case router.Learn:
		b.pipe.Learn(o.Tunnel, o.Protocol, o.NBMA)
	case router.Forget:
		b.pipe.Forget(o.Tunnel, o.Protocol)
	case router.Multicast:
		b.pipe.SetMulticast(o.Tunnel, o.NBMA)
	case router.Control:
		b.pipe.SendControl(o.Tunnel, o.To, o.Protocol, o.Packet)
	case router.Log:
		b.lines.log(o.Message.Severity, o.Line)
	case router.Debug:
		b.lines.log(7, o.Line)
	case router.Services:
		b.lines.serve(o.Want)
	}
}

// openTunnels makes the TUN devices that the host level names, and closes the others.
func (b *box) openTunnels(want dataplane.Host) {
	keep := map[string]bool{}
	for _, l := range want.Links {
		if l.Kind != dataplane.TUN {
			continue
		}
		keep[l.Interface] = true
		if err := b.tuns.Open(l.Interface, kernel.DeviceName(l.Interface), l.MTU); err != nil {
			b.lines.log(3, fmt.Sprintf("%%TUN-3-OPEN: %s: %v", l.Interface, err))
		}
	}
	for _, name := range b.tuns.Names() {
		if !keep[name] {
			b.tuns.Close1(name)
		}
	}
}

var _ io.Reader
