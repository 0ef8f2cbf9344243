package commands

import (
	"fmt"
	"time"

	"weft/dataplane"
)

// printCounters prints traffic and errors. Queues have no sizes of their own:
// packets are handed on at once or dropped.
func printCounters(s Session, i *InterfaceState, now time.Time) {
	c, e := &i.Counters, i.errors()
	s.Printf("  Last input %s, output %s, output hang never\n", since(c.LastIn, now), since(c.LastOut, now))
	s.Printf("  Last clearing of \"show interface\" counters %s\n", since(i.Cleared, now))
	s.Printf("  Input queue: 0/0/%d/0 (size/max/drops/flushes); Total output drops: %d\n", e.InputDrops, e.OutputDrops)
	s.Printf("  Queueing strategy: fifo\n  Output queue: 0/0 (size/max)\n")
	if l := i.Load; l != nil {
		period := i.LoadInterval
		if period == 0 {
			period = 300
		}
		unit := fmt.Sprintf("%d second", period)
		if period%60 == 0 {
			unit = fmt.Sprintf("%d minute", period/60)
		}
		s.Printf("  %s input rate %d bits/sec, %d packets/sec\n", unit, l.BitsIn, l.PacketsIn)
		s.Printf("  %s output rate %d bits/sec, %d packets/sec\n", unit, l.BitsOut, l.PacketsOut)
	}
	s.Printf("     %d packets input, %d bytes, 0 no buffer\n", c.PacketsIn, c.BytesIn)
	if i.Errors == nil && !i.virtual() {
		s.Printf("     %d packets output, %d bytes\n", c.PacketsOut, c.BytesOut)
		return
	}
	s.Printf("     Received %d broadcasts (%d IP multicasts)\n     0 runts, 0 giants, 0 throttles \n", c.MulticastIn, c.MulticastIn)
	s.Printf("     %d input errors, %d CRC, %d frame, %d overrun, 0 ignored, 0 abort\n", e.InputErrors, e.CRC, e.Frame, e.Overrun)
	s.Printf("     %d packets output, %d bytes, 0 underruns\n", c.PacketsOut, c.BytesOut)
	s.Printf("     %d output errors, %d collisions, 0 interface resets\n", e.OutputErrors, e.Collisions)
	s.Printf("     %d unknown protocol drops\n     0 output buffer failures, 0 output buffers swapped out\n", i.unknownProtocol())
	for _, d := range c.Drops {
		s.Printf("     %d dropped: %v\n", d.Count, d.Reason)
	}
}

func (i *InterfaceState) virtual() bool {
	return i.Kind == TunnelInterface || i.Kind == LoopbackInterface
}

// errors are a port's own counters, or on a tunnel the sums of what the
// pipeline dropped.
func (i *InterfaceState) errors() (e LinkErrors) {
	if i.Errors != nil {
		return *i.Errors
	}
	for _, d := range i.Counters.Drops {
		switch dropPlaces[d.Reason] {
		case dropMalformed:
			e.InputErrors += d.Count
			if d.Reason == dataplane.DropGREChecksum {
				e.CRC += d.Count
			}
		case dropInput:
			e.InputDrops += d.Count
		case dropOutput:
			e.OutputDrops += d.Count
		case dropSend:
			e.OutputErrors += d.Count
			e.OutputDrops += d.Count
		case dropProtocol:
		}
	}
	return e
}

func (i *InterfaceState) unknownProtocol() (n uint64) {
	for _, d := range i.Counters.Drops {
		if dropPlaces[d.Reason] == dropProtocol {
			n += d.Count
		}
	}
	return n
}
