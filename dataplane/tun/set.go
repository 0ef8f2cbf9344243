// Package tun is the door between the kernel and the tunnels: one TUN device
// per Tunnel interface, through golang.zx2c4.com/wireguard/tun.
//
// set.go holds the devices by tunnel; device.go opens one and reads it.
//
// Life of a device: Open makes it in the network namespace of the calling
// thread and starts a goroutine that reads batches from it, with headroom in
// front of every packet, and feeds them to the pipeline. What the pipeline
// delivers is written by whoever delivers it. That may come from the tunnel's
// own address, since ICMP errors do; the device is told to accept it. Setting the link down and up
// under it changes nothing here: while it is down there is nothing to read, and
// writes fail and are counted by the pipeline. If somebody deletes the device,
// its reader ends, Gone is told, and the next Open of that tunnel makes it anew. Close, or the
// end of the process, makes the device disappear.
//
// The library turns on the TUN's virtio header and offloads: the kernel hands
// over a TCP flow in pieces of up to 64 KiB, which Read cuts into segments, and
// Write joins neighbouring segments again. For that the packets of a write need
// ten octets in front and spare capacity behind their end.
//
// Left out: addresses, MTU changes after opening and whether the link is up,
// which are the kernel package's, and the library's own monitoring of these
// things, which would cost two goroutines and a netlink socket per tunnel.
package tun

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"weft/dataplane"
)

var _ dataplane.Overlay = (*Set)(nil)

// Feed takes packets read from a tunnel's device, each at offset of its buffer;
// Pipeline.FromTunnel is one. It must not keep the buffers.
type Feed func(tunnel string, packets [][]byte, offset int)

// Set is the TUN devices of a router, by tunnel. It implements
// dataplane.Overlay. All methods may be called from any goroutine, but Open
// makes the device in the network namespace of its thread.
type Set struct {
	feed Feed

	// Gone, if set before the first Open, is called when a tunnel's device has
	// ended that nobody closed here. It may call Open.
	Gone func(tunnel string)

	// changing is held by Open and Close from end to end, so that they happen one
	// after the other. A reader that is delivering may have to finish first; that
	// is why mu is another one.
	changing sync.Mutex

	mu      sync.RWMutex // guards devices, held only to look or to put
	devices map[string]*device
}

// NewSet returns a set without devices. feed is called by one goroutine per
// device, and not before the first Open.
func NewSet(feed Feed) *Set {
	return &Set{feed: feed, devices: map[string]*device{}}
}

// Open makes the TUN device of a tunnel and begins to read it; name is the
// kernel's name for it, mtu its MTU in octets to begin with, 0 for the kernel's
// own. If the tunnel has that device already, and nobody has deleted it, nothing
// happens.
func (s *Set) Open(tunnel, name string, mtu int) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if d := s.device(tunnel); d != nil {
		if d.name == name && d.alive() {
			return nil
		}
		s.put(tunnel, nil)
		d.close()
	}
	d, err := open(name, mtu)
	if err != nil {
		return fmt.Errorf("tun: %s: device %s: %w", tunnel, name, err)
	}
	s.put(tunnel, d)
	go func() {
		d.read(func(packets [][]byte) { s.feed(tunnel, packets, dataplane.Headroom) })
		if s.Gone != nil && s.device(tunnel) == d {
			s.Gone(tunnel)
		}
	}()
	return nil
}

// Deliver writes packets into a tunnel's device.
func (s *Set) Deliver(tunnel string, packets [][]byte, offset int) error {
	d := s.device(tunnel)
	if d == nil {
		return fmt.Errorf("tun: %s has no device", tunnel)
	}
	if _, err := d.Write(packets, offset); err != nil {
		return fmt.Errorf("tun: %s: %w", tunnel, err)
	}
	return nil
}

// Names are the tunnels that have a device, sorted.
func (s *Set) Names() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.devices))
}

// Reading tells that the device of a tunnel is there and nobody has deleted it.
func (s *Set) Reading(tunnel string) bool {
	d := s.device(tunnel)
	return d != nil && d.alive()
}

// ReadErrors is how many reads of a tunnel's device have failed; the packets of
// each are lost.
func (s *Set) ReadErrors(tunnel string) uint64 {
	if d := s.device(tunnel); d != nil {
		return d.failures.Load()
	}
	return 0
}

// Close takes the device of a tunnel away and returns when its reader has
// ended. Like Open, it must not be called from the feed.
func (s *Set) Close(tunnel string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	d := s.device(tunnel)
	if d == nil {
		return nil
	}
	s.put(tunnel, nil)
	return d.close()
}

// CloseAll takes all devices away.
func (s *Set) CloseAll() {
	for _, tunnel := range s.Names() {
		s.Close(tunnel)
	}
}

func (s *Set) device(tunnel string) *device {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.devices[tunnel]
}

// put makes d the device of a tunnel; nil is none.
func (s *Set) put(tunnel string, d *device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d == nil {
		delete(s.devices, tunnel)
		return
	}
	s.devices[tunnel] = d
}
