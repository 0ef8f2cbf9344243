package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"weft/cli/commands"
	"weft/dataplane/packet"
)

// captures are the packet captures of the box.
type captures struct {
	mu     sync.Mutex // guards the rest: packets come on goroutines of their own
	byName map[string]*capture
}

// A capture is one of them, with its packets.
type capture struct {
	commands.Capture
	packets []commands.Captured
	second  int64 // in which the rate is counted
	rate    int
	stop    func() int // tells how many packets were lost
	timer   *time.Timer
}

const (
	ethernetHeader = 14
	etherTypeIPv4  = 0x0800
)

func (v view) Captures() (all []commands.Capture) {
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(v.captures.byName)) {
		all = append(all, v.captures.byName[name].Capture)
	}
	return all
}

func (v view) SetCapture(c commands.Capture) {
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	if known := v.captures.byName[c.Name]; known != nil {
		c.Held, c.Bytes, c.Lost, c.Active = known.Held, known.Bytes, known.Lost, known.Active
		known.Capture = c
		return
	}
	if v.captures.byName == nil {
		v.captures.byName = map[string]*capture{}
	}
	v.captures.byName[c.Name] = &capture{Capture: c}
}

func (v view) RemoveCapture(name string) {
	v.StopCapture(name)
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	delete(v.captures.byName, name)
}

func (v view) capture(name string) *capture {
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	return v.captures.byName[name]
}

// StartCapture opens the way from the interface to the buffer.
func (v view) StartCapture(name string) error {
	c := v.capture(name)
	if c == nil {
		return fmt.Errorf("there is no capture %s", name)
	}
	stop, err := v.openCapture(c)
	if err != nil {
		return err
	}
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	c.Active, c.stop = true, stop
	if c.Duration > 0 {
		c.timer = time.AfterFunc(c.Duration, func() { v.StopCapture(name) })
	}
	return nil
}

func (v view) openCapture(c *capture) (stop func() int, err error) {
	if commands.KindOf(c.Interface) != commands.TunnelInterface {
		return v.kernel.Capture(c.Interface, func(frame []byte, out bool) {
			ip := -1
			if len(frame) >= ethernetHeader && int(frame[12])<<8|int(frame[13]) == etherTypeIPv4 {
				ip = ethernetHeader
			}
			v.captured(c, frame, ip, out)
		})
	}
	tunnel := c.Interface
	set := func(tap func([]byte, bool)) { v.ask(func(time.Time) { v.pipe.SetTap(tunnel, tap) }) }
	set(func(inner []byte, out bool) { v.captured(c, inner, 0, out) })
	return func() int {
		set(nil)
		return 0
	}, nil
}

// captured puts a packet into the buffer if the capture wants it.
func (v view) captured(c *capture, data []byte, ip int, out bool) {
	now := time.Now()
	var header packet.IPv4
	if ip >= 0 && len(data)-ip >= packet.IPv4HeaderLen {
		header = packet.IPv4(data[ip:])
	}
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	if out && !c.Out || !out && !c.In || !c.Filter.Takes(header) || c.full() {
		return
	}
	if second := now.Unix(); second != c.second {
		c.second, c.rate = second, 0
	}
	if c.rate++; c.PerSecond > 0 && c.rate > c.PerSecond {
		c.Lost++
		return
	}
	kept := data
	if c.Length > 0 {
		kept = data[:min(len(data), c.Length)]
	}
	room := c.Megabytes << 20
	for c.Circular && c.Bytes+len(kept) > room && len(c.packets) > 0 {
		c.Bytes -= len(c.packets[0].Data)
		c.packets = c.packets[1:]
	}
	if c.Bytes+len(kept) > room {
		c.Lost++
		return
	}
	c.packets = append(c.packets, commands.Captured{At: now, Size: len(data), Data: bytes.Clone(kept), IP: ip})
	c.Bytes += len(kept)
	c.Held = len(c.packets)
	if c.full() {
		go v.StopCapture(c.Name)
	}
}

// full tells that as many packets are there as were wanted.
func (c *capture) full() bool { return c.Packets > 0 && len(c.packets) >= c.Packets }

// StopCapture ends it; what has come stays.
func (v view) StopCapture(name string) {
	v.captures.mu.Lock()
	c := v.captures.byName[name]
	var stop func() int
	if c != nil && c.stop != nil {
		stop, c.stop = c.stop, nil
		if c.timer != nil {
			c.timer.Stop()
		}
	}
	v.captures.mu.Unlock()
	if stop == nil {
		return
	}
	lost := stop() // without the lock: the last packets still want it
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	c.Active = false
	c.Lost += lost
}

func (v view) ClearCapture(name string) {
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	if c := v.captures.byName[name]; c != nil {
		c.packets, c.Held, c.Bytes, c.Lost = nil, 0, 0, 0
	}
}

func (v view) CapturedPackets(name string) []commands.Captured {
	v.captures.mu.Lock()
	defer v.captures.mu.Unlock()
	if c := v.captures.byName[name]; c != nil {
		return slices.Clone(c.packets)
	}
	return nil
}

// ExportCapture writes the buffer as pcap: Ethernet frames, or of a tunnel the
// packets inside it.
func (v view) ExportCapture(name string) (string, error) {
	c := v.capture(name)
	if c == nil {
		return "", fmt.Errorf("there is no capture %s", name)
	}
	link := layers.LinkTypeEthernet
	if commands.KindOf(c.Interface) == commands.TunnelInterface {
		link = layers.LinkTypeRaw
	}
	var file bytes.Buffer
	w := pcapgo.NewWriterNanos(&file)
	if err := w.WriteFileHeader(65535, link); err != nil {
		return "", err
	}
	for _, p := range v.CapturedPackets(name) {
		info := gopacket.CaptureInfo{Timestamp: p.At, CaptureLength: len(p.Data), Length: p.Size}
		if err := w.WritePacket(info, p.Data); err != nil {
			return "", err
		}
	}
	return file.String(), nil
}
