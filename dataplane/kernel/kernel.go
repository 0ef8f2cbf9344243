// Package kernel makes the Linux kernel of one network namespace what the
// router wants it to be: links, addresses, routes, rules and sysctls.
//
// What is wanted is a level, never a step. SetHost and SetRoute only store it
// and return; one goroutine (worker.go) owns netlink and compares what is
// wanted with what is there whenever either changes. What is there is dumped,
// and dumped again when a netlink event tells of something this package did not
// do itself (watch.go), or when events were lost. So a link that someone sets
// down, an address that someone deletes and a route table that someone flushes
// are put right, and a port that disappears is configured when it comes back.
//
//	link.go, address.go   ports, TUN devices, and loopbacks as addresses on lo
//	route.go, rule.go     the main table, the underlay table, and the rules
//	sysctl.go             forwarding, and what the kernel must not do on its own
//	found.go, restore.go  what was there before, and putting it back
//	neighbor.go, ethtool.go, name.go   ARP, the speed of a port, device names
//	capture.go            the frames of a port, for who asks
//
// The life of one route: SetRoute stores it under (table, prefix); the worker
// turns interface names into indices and replaces the kernel's route. While a
// device does not exist or is down, the route waits: Linux drops the routes of
// a link that goes down, mostly without saying so, and each change of a link
// brings all routes to be compared again. Gateways are always onlink, since the
// RIB has decided which link they are on, and the kernel's own opinion would
// only make the order of installation matter.
//
// The underlay table is what the box's own tunnel sockets use: they mark their
// packets, one rule sends the mark to the table, and the next makes whatever
// the table does not cover unreachable. Without the second a default route
// through a tunnel in the main table would take the outer packets of that
// tunnel back into it.
//
// Before the first change everything that may change is written to a file
// (found.go). Close puts it back and removes the file. If the process is killed,
// the next Open in the same namespace takes the file as what was found, and
// sweeps the routes left over, which carry the protocol number Protocol.
//
// IPv6 is left alone but for router advertisements, which are not accepted. Its
// addresses and routes are saved and put back all the same, for a link that
// goes down loses them. A VRF is a namespace of its own with a Kernel of its
// own; Route.VRF is not looked at here.
package kernel

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"weft/dataplane"
)

// What marks this package's work in the kernel. The numbers are fixed so that a
// later run recognises them.
const (
	Protocol             = 87     // rtm_protocol of our routes and rules
	DefaultMark          = 0x5765 // SO_MARK of sockets that send outer packets
	DefaultUnderlayTable = 8700   // routing table that the mark is sent to
	rulePriority         = 8700   // mark to table; the next priority holds "else unreachable"
	loopbackLabel        = "lo:weft"
)

// Options of Open.
type Options struct {
	// Ports names the Ethernet devices that are ours: device to canonical IOS
	// name ("eth1": "GigabitEthernet0/1"). They need not exist yet.
	Ports map[string]string
	// State is a folder, made if missing, for the file that says what was
	// found. It must survive the process and not the boot, as /run does, and
	// belong to this namespace alone.
	State           string
	Mark            uint32 // 0: DefaultMark
	UnderlayTableID int    // 0: DefaultUnderlayTable
	// Events is called on the worker's goroutine, first with one Port for each
	// of Ports. It must not block and not call back into the Kernel.
	Events func(Event)
}

// Event is what a Kernel tells: a Port or a Fault.
type Event interface{ event() }

// Port is what the box has behind an interface name.
type Port struct {
	Name    string // canonical IOS name
	Exists  bool
	Carrier bool   // false while the link is administratively down
	MAC     string // "02:00:00:00:00:01"
	MTU     int
	Speed   int // Mbit/s; 0 is unknown
}

// Fault is something that could not be made so. It is reported once until it
// changes or goes away; everything else is done nevertheless, and the attempt
// is repeated whenever the kernel changes.
type Fault struct {
	What string // "sysctl net/ipv4/ip_forward"
	Err  error
}

func (Port) event()  {}
func (Fault) event() {}

// Kernel is the handle on one namespace. Its methods may be called from any
// goroutine; only Sync, Neighbors and Close wait for anything.
type Kernel struct {
	options Options
	devices map[string]string // port name to device

	mu     sync.Mutex // guards what is wanted, until the worker fetches it
	host   *dataplane.Host
	routes map[routeKey]dataplane.Route // set since last fetched

	kick    chan struct{}
	asks    chan func(*worker)
	quit    chan bool // true: restore first
	done    chan struct{}
	closed  error // of the restore; valid after done
	closing sync.Once
}

type routeKey struct {
	table  dataplane.Table
	prefix netip.Prefix
}

// Open begins to look after the network namespace of the calling thread. It
// saves what it finds, sweeps the routes of a run that was killed, and changes
// nothing else until it is told to.
func Open(o Options) (*Kernel, error) {
	if o.Mark == 0 {
		o.Mark = DefaultMark
	}
	if o.UnderlayTableID == 0 {
		o.UnderlayTableID = DefaultUnderlayTable
	}
	if o.Events == nil {
		o.Events = func(Event) {}
	}
	k := &Kernel{options: o, devices: map[string]string{}, routes: map[routeKey]dataplane.Route{},
		kick: make(chan struct{}, 1), asks: make(chan func(*worker)), quit: make(chan bool, 1), done: make(chan struct{})}
	for device, name := range o.Ports {
		if k.devices[name] != "" {
			return nil, fmt.Errorf("kernel: %s and %s are both %s", device, k.devices[name], name)
		}
		k.devices[name] = device
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	namespace, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("kernel: network namespace: %w", err)
	}
	defer unix.Close(namespace)
	opened := make(chan error)
	go k.work(namespace, opened)
	if err := <-opened; err != nil {
		return nil, fmt.Errorf("kernel: %w", err)
	}
	return k, nil
}

// SetHost replaces the links, addresses and forwarding that are wanted. A link
// that is no longer in want is left as it is.
func (k *Kernel) SetHost(want dataplane.Host) {
	k.mu.Lock()
	k.host = &want
	k.mu.Unlock()
	k.wake()
}

// SetRoute wants a route, in place of the one with the same table and prefix. A
// route without next hops that is not Discard is one that must not be. IPv6
// routes are not taken.
func (k *Kernel) SetRoute(r dataplane.Route) {
	if !r.Prefix.Addr().Is4() {
		return
	}
	r.Prefix = r.Prefix.Masked()
	k.mu.Lock()
	k.routes[routeKey{r.Table, r.Prefix}] = r
	k.mu.Unlock()
	k.wake()
}

func (k *Kernel) wake() {
	select {
	case k.kick <- struct{}{}:
	default: // it is coming anyway
	}
}

// Sync returns when what was set before has been made so, as far as it can be.
func (k *Kernel) Sync() { k.ask(func(*worker) {}) }

// ask runs f on the worker's goroutine after everything set so far, or not at
// all if the Kernel is closed.
func (k *Kernel) ask(f func(*worker)) bool {
	answered := make(chan struct{})
	select {
	case k.asks <- func(w *worker) { f(w); close(answered) }:
		<-answered
		return true
	case <-k.done:
		return false
	}
}

// Close puts back what was found and waits for that. What could not be put back
// is in the error, and stays in the file for the next Open.
func (k *Kernel) Close() error {
	k.stop(true)
	return k.closed
}

func (k *Kernel) stop(restore bool) {
	k.closing.Do(func() { k.quit <- restore })
	<-k.done
}

var errClosed = errors.New("kernel: closed")
