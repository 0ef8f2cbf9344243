package kernel

import (
	"errors"
	"fmt"
	"maps"
	"runtime"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"weft/dataplane"
)

// A worker is the goroutine that owns netlink, on a thread that is in the
// namespace: /proc/sys/net shows the namespace of the thread that opens it.
type worker struct {
	*Kernel
	nl    *netlink.Handle
	watch *watch
	found *found

	host   *dataplane.Host              // nil until the first SetHost
	want   map[routeKey]dataplane.Route // every route wanted
	loose  map[routeKey]struct{}        // routes to compare
	held   map[routeKey]path            // routes of ours that the kernel has, as far as we know
	links  map[string]netlink.Link      // by device, as of the last dump
	ports  map[string]Port              // as last told
	faults map[string]string
	stale  staleness
}

// staleness is what must be dumped and compared again.
type staleness struct{ links, routes, rules bool }

// work is the life of a worker. It answers on opened once.
func (k *Kernel) work(namespace int, opened chan<- error) {
	defer close(k.done)
	// Never unlocked: a thread that was moved to another namespace ends here.
	runtime.LockOSThread()
	w, err := k.newWorker(namespace)
	opened <- err
	if err != nil {
		return
	}
	defer w.nl.Close()
	defer w.watch.close()
	w.apply()
	for {
		var asks []func(*worker)
		select {
		case <-k.kick:
		case n := <-w.watch.news:
			w.hear(n)
		case f := <-k.asks:
			asks = append(asks, f)
		case restore := <-k.quit:
			if restore {
				k.closed = w.restore()
			}
			return
		}
		w.drain()
		w.apply()
		for _, f := range asks {
			f(w)
		}
	}
}

func (k *Kernel) newWorker(namespace int) (w *worker, err error) {
	if err := enter(namespace); err != nil {
		return nil, err
	}
	w = &worker{Kernel: k, want: map[routeKey]dataplane.Route{}, loose: map[routeKey]struct{}{}, held: map[routeKey]path{},
		ports: map[string]Port{}, faults: map[string]string{}, stale: staleness{links: true, routes: true}}
	if w.nl, err = netlink.NewHandle(unix.NETLINK_ROUTE); err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	// Subscribed before the first dump, so that nothing falls in between.
	if w.watch, err = newWatch(); err != nil {
		w.nl.Close()
		return nil, fmt.Errorf("netlink events: %w", err)
	}
	if err = w.remember(); err != nil {
		w.watch.close()
		w.nl.Close()
		return nil, err
	}
	return w, nil
}

// enter moves the calling thread to a network namespace, if it is not there.
func enter(namespace int) error {
	var here, there unix.Stat_t
	if err := unix.Stat("/proc/thread-self/ns/net", &here); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	if err := unix.Fstat(namespace, &there); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	if here.Ino == there.Ino && here.Dev == there.Dev {
		return nil
	}
	if err := unix.Setns(namespace, unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("entering the network namespace: %w", err)
	}
	return nil
}

// drain hears what else has happened, so that a storm of events costs one dump,
// unless it will not end.
func (w *worker) drain() {
	for range 1000 {
		select {
		case n := <-w.watch.news:
			w.hear(n)
		default:
			return
		}
	}
}

// apply makes the kernel what is wanted.
func (w *worker) apply() {
	w.fetch()
	if w.stale.links {
		w.stale.links = false
		w.applyLinks()
	}
	if w.host != nil && w.stale.rules {
		w.stale.rules = false
		w.applyRules()
	}
	if w.stale.routes {
		w.stale.routes = false
		w.dumpRoutes()
	}
	w.applyRoutes()
}

// fetch takes over what was set since the last time.
func (w *worker) fetch() {
	w.mu.Lock()
	host, routes := w.Kernel.host, w.Kernel.routes
	w.Kernel.host, w.Kernel.routes = nil, map[routeKey]dataplane.Route{}
	w.mu.Unlock()
	if host != nil {
		w.host = host
		w.stale = staleness{true, true, true} // foreign routes of a new link go, too
	}
	for key, r := range routes {
		w.loose[key] = struct{}{}
		if len(r.NextHops) == 0 && !r.Discard {
			delete(w.want, key)
		} else {
			w.want[key] = r
		}
	}
}

// loosen has every route compared.
func (w *worker) loosen() {
	for key := range maps.Keys(w.want) {
		w.loose[key] = struct{}{}
	}
	for key := range maps.Keys(w.held) {
		w.loose[key] = struct{}{}
	}
}

// undisturbed repeats a dump that a change made inconsistent. The last word is
// the caller's: even then the event of the change brings another comparison.
func undisturbed[T any](dump func() (T, error)) (result T, err error) {
	for range 10 {
		if result, err = dump(); !errors.Is(err, netlink.ErrDumpInterrupted) {
			break
		}
	}
	return result, err
}

// listLinks dumps the links.
func (w *worker) listLinks() error {
	list, err := undisturbed(w.nl.LinkList)
	if err != nil {
		return err
	}
	w.links = map[string]netlink.Link{}
	for _, l := range list {
		w.links[l.Attrs().Name] = l
	}
	return nil
}

// fault reports err under what, or that there is none any more. That a device
// is missing is none: it has just gone, and its event is on the way.
func (w *worker) fault(what string, err error) {
	if err == nil || errors.Is(err, unix.ENODEV) {
		delete(w.faults, what)
		return
	}
	if w.faults[what] != err.Error() {
		w.faults[what] = err.Error()
		w.options.Events(Fault{what, err})
	}
}
