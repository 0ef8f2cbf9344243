package commands

import (
	"fmt"
	"net/netip"
	"time"
)

var tracerouteExecs = execs(help{
	"traceroute": "Trace route to destination",
	"ip":         "IP trace",
	"target":     "Trace route to destination address",
	"host":       "Trace route to destination hostname",
	"source":     "Specify source address or name",
	"address":    "Source address",
	"name":       "Source interface",
	"numeric":    "Display numeric address",
	"probe":      "Specify number of probes per hop",
	"count":      "Number of probes",
	"timeout":    "Specify time out",
	"seconds":    "Timeout value",
	"ttl":        "Specify minimum and maximum ttl",
	"minimum":    "Minimum time to live",
	"maximum":    "Maximum time to live",
}, &Exec{Syntax: "traceroute [ip] (target:A.B.C.D | host:WORD) [source (address:A.B.C.D | name:IFNAME) & numeric & probe count:<1-10> & timeout seconds:<1-3600> & ttl minimum:<1-255> maximum:<1-255>]", Run: traceroute})

const probeSize = 60 // octets of the IP packet

func traceroute(s Session, a args) error {
	to, err := target(s, a)
	if err != nil {
		return err
	}
	source, err := probeSource(s.Router(), a)
	if err != nil {
		return err
	}
	p := Probe{Target: to, Source: source, Size: probeSize, Timeout: 3 * time.Second}
	count, first, last := 3, 1, 30
	if a.Has("count") {
		count = a.Int("count")
	}
	if a.Has("seconds") {
		p.Timeout = time.Duration(a.Int("seconds")) * time.Second
	}
	if a.Has("minimum") {
		first, last = a.Int("minimum"), a.Int("maximum")
	}
	s.Printf("Type escape sequence to abort.\nTracing the route to %s\nVRF info: (vrf in name/id, vrf out name/id)\n", p.Target)
	for p.TTL = first; p.TTL <= last; p.TTL++ {
		arrived, done := traceHop(s, &p, count)
		if done || arrived {
			break
		}
	}
	return nil
}

// traceHop sends count probes that die at one hop, and prints who answered: the
// address where it differs from the one before, and the time of each.
func traceHop(s Session, p *Probe, count int) (arrived, aborted bool) {
	s.Printf("%3d ", p.TTL)
	var from netip.Addr
	for i := range count {
		reply := s.Router().Network().Probe(s.Context(), *p)
		p.Seq++
		if s.Context().Err() != nil {
			s.Printf("\n")
			return false, true
		}
		mark := traceMark(reply)
		if mark == "*" {
			s.Printf(" * ")
			continue
		}
		if reply.From != from {
			from = reply.From
			s.Printf("%s ", from)
		}
		s.Printf("%s", mark)
		if i < count-1 {
			s.Printf(" ")
		}
		arrived = arrived || reply.Kind != TimeExceeded
	}
	s.Printf("\n")
	return arrived, false
}

func traceMark(r Reply) string {
	switch r.Kind {
	case TimedOut, LocalFailure:
		return "*"
	case Unreachable:
		return "!H"
	case Prohibited:
		return "!A"
	case FragNeeded:
		return "!M"
	case Echoed, TimeExceeded, PortUnreachable:
	}
	return fmt.Sprintf("%d msec", r.RTT.Round(time.Millisecond).Milliseconds())
}
