package commands

import (
	"errors"
	"net/netip"
	"time"
)

var pingExecs = execs(help{
	"ping":    "Send echo messages",
	"ip":      "IP echo",
	"target":  "Ping destination address",
	"host":    "Ping destination hostname",
	"source":  "Specify source address or name",
	"address": "Source address",
	"name":    "Source interface",
	"repeat":  "Specify repeat count",
	"count":   "Repeat count",
	"size":    "Specify datagram size",
	"bytes":   "Datagram size",
	"timeout": "Specify timeout interval",
	"seconds": "Timeout in seconds",
	"df-bit":  "Enable do not fragment bit in IP header",
},
	&Exec{Syntax: "ping", Run: pingDialogue},
	&Exec{Syntax: "ping [ip] (target:A.B.C.D | host:WORD) [source (address:A.B.C.D | name:IFNAME) & repeat count:<1-2147483647> & size bytes:<36-18024> & timeout seconds:<0-3600> & df-bit]", Run: ping},
)

var errNoHost = errors.New("% Unrecognized host or address, or protocol not running.")

// A pingRun is one ping: repeat echoes of each size.
type pingRun struct {
	target, source netip.Addr
	repeat         int
	low, high      int // octets of the IP packet; every size between them
	step           int
	timeout        time.Duration
	df             bool
}

func newPing() pingRun {
	return pingRun{repeat: 5, low: 100, high: 100, step: 1, timeout: 2 * time.Second}
}

func ping(s Session, a args) error {
	p := newPing()
	var err error
	if p.target, err = target(s, a); err != nil {
		return err
	}
	p.df = a.Has("df-bit")
	if a.Has("count") {
		p.repeat = a.Int("count")
	}
	if a.Has("bytes") {
		p.low, p.high = a.Int("bytes"), a.Int("bytes")
	}
	if a.Has("seconds") {
		p.timeout = time.Duration(a.Int("seconds")) * time.Second
	}
	if p.source, err = probeSource(s.Router(), a); err != nil {
		return err
	}
	return p.run(s)
}

// target is the address that a line names, looked up if it is a host's name.
func target(s Session, a args) (netip.Addr, error) {
	if !a.Has("host") {
		return a.Addr("target"), nil
	}
	host := a.Word("host")
	n := s.Router().Names(host)
	switch {
	case len(n.Addresses) > 0:
		return n.Addresses[0], nil
	case len(n.Servers) == 0:
		return netip.Addr{}, errNoHost
	}
	s.Printf("Translating \"%s\"...domain server (%s)", host, n.Servers[0])
	found, err := s.Router().Network().Lookup(s.Context(), n)
	if err != nil || len(found) == 0 {
		s.Printf("\n")
		return netip.Addr{}, errNoHost
	}
	s.Printf(" [OK]\n\n")
	return found[0], nil
}

// probeSource is the source address that the arguments ask for, one of ours.
func probeSource(r Router, a args) (netip.Addr, error) {
	switch {
	case a.Has("address"):
		return ownAddress(r, a.Addr("address"))
	case a.Has("name"):
		return addressOf(r, a.Word("name"))
	}
	return netip.Addr{}, nil
}

func ownAddress(r Router, address netip.Addr) (netip.Addr, error) {
	for _, i := range r.Interfaces(nil) {
		for _, p := range append([]netip.Prefix{i.Address}, i.Secondary...) {
			if p.Addr() == address && i.ProtocolUp {
				return address, nil
			}
		}
	}
	return address, errors.New("% Invalid source address- IP address not on any of our up interfaces")
}

func addressOf(r Router, name string) (netip.Addr, error) {
	found := r.Interfaces(func(other string) bool { return other == name })
	if len(found) == 0 || !found[0].Address.IsValid() || !found[0].ProtocolUp {
		return netip.Addr{}, errors.New("% Invalid source interface - IP not enabled or interface is down")
	}
	return found[0].Address.Addr(), nil
}

const charactersPerLine = 70

func (p pingRun) run(s Session) error {
	s.Printf("Type escape sequence to abort.\nSending %d, ", p.repeat*p.sizes())
	if p.low != p.high {
		s.Printf("[%d..%d]", p.low, p.high)
	} else {
		s.Printf("%d", p.low)
	}
	s.Printf("-byte ICMP Echos to %s, timeout is %d seconds:\n", p.target, p.timeout/time.Second)
	if p.source.IsValid() {
		s.Printf("Packet sent with a source address of %s \n", p.source)
	}
	if p.df {
		s.Printf("Packet sent with the DF bit set\n")
	}
	var sent, received int
	var least, most, sum time.Duration
	for range p.repeat {
		for size := p.low; size <= p.high; size += p.step {
			reply := s.Router().Network().Probe(s.Context(), Probe{Target: p.target, Source: p.source, Size: size, DF: p.df, Timeout: p.timeout, Seq: sent})
			if s.Context().Err() != nil {
				return p.result(s, sent, received, least, sum, most)
			}
			if sent > 0 && sent%charactersPerLine == 0 {
				s.Printf("\n")
			}
			s.Printf("%c", pingCharacter(reply.Kind))
			sent++
			if reply.Kind != Echoed {
				continue
			}
			if received == 0 || reply.RTT < least {
				least = reply.RTT
			}
			received++
			most, sum = max(most, reply.RTT), sum+reply.RTT
		}
	}
	return p.result(s, sent, received, least, sum, most)
}

// sizes is how many sizes a sweep has.
func (p pingRun) sizes() int { return (p.high-p.low)/p.step + 1 }

func (p pingRun) result(s Session, sent, received int, least, sum, most time.Duration) error {
	percent := 0
	if sent > 0 {
		percent = received * 100 / sent
		s.Printf("\n")
	}
	s.Printf("Success rate is %d percent (%d/%d)", percent, received, sent)
	if received > 0 {
		s.Printf(", round-trip min/avg/max = %d/%d/%d ms", millis(least), millis(sum/time.Duration(received)), millis(most))
	}
	s.Printf("\n")
	return nil
}

// millis rounds to milliseconds, of which there is always at least one.
func millis(d time.Duration) int64 { return max(d.Round(time.Millisecond).Milliseconds(), 1) }

func pingCharacter(k ReplyKind) rune {
	switch k {
	case Echoed:
		return '!'
	case TimedOut, LocalFailure:
		return '.'
	case Unreachable, Prohibited:
		return 'U'
	case PortUnreachable:
		return 'P'
	case TimeExceeded:
		return '&'
	case FragNeeded:
		return 'M'
	}
	return '?'
}
