package policy

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// Packet is what a list may look at. Of a connection that has been accepted it
// is the first segment.
type Packet struct {
	Protocol            int // number of the IPv4 header
	Source, Destination netip.Addr
	SourcePort, Port    uint16 // of TCP and UDP
	ICMPType, ICMPCode  uint8
	Flags               Flags // of TCP
	TOS                 uint8
	Fragment            bool // not the first of a packet: it has no ports
}

const (
	icmp = 1
	tcp  = 6
)

func (e *Entry) matches(p Packet) bool {
	switch {
	case e.Protocol != 0 && e.Protocol != ProtocolNumber(p.Protocol),
		!e.Source.Contains(p.Source), !e.Destination.Contains(p.Destination),
		e.Fragments && !p.Fragment,
		e.DSCP.On && p.TOS&e.DSCP.Mask != e.DSCP.Value:
		return false
	}
	if p.Fragment {
		// What is behind the IP header is in the first fragment alone. A permit
		// takes the others on the addresses, a deny cannot tell and does not
		// match: a host cannot put a packet together whose first fragment it
		// never got (RFC 1858 section 2).
		return e.Permit || !e.looksInside()
	}
	return e.SourcePort.has(p.SourcePort) && e.Port.has(p.Port) &&
		(e.Flags == 0 || p.Protocol == tcp && e.Flags&p.Flags != 0) &&
		(!e.ICMP.On || p.Protocol == icmp && e.ICMP.Type == p.ICMPType && (!e.ICMP.OnCode || e.ICMP.Code == p.ICMPCode))
}

// looksInside reports whether the entry looks behind the IP header.
func (e *Entry) looksInside() bool {
	return e.SourcePort.Op != AnyPort || e.Port.Op != AnyPort || e.Flags != 0 || e.ICMP.On
}

// Contains reports whether an address is one of the hosts. An address of IPv6
// never is, unless it is an IPv4 address in disguise.
func (h Hosts) Contains(a netip.Addr) bool {
	if a = a.Unmap(); !a.Is4() {
		return false
	}
	b := a.As4()
	return (binary.BigEndian.Uint32(b[:])^h.Address)&^h.Wildcard == 0
}

// HostsOf are the hosts of an IPv4 address and a wildcard mask.
func HostsOf(addr, wildcard netip.Addr) Hosts {
	a, w := addr.As4(), wildcard.As4()
	mask := binary.BigEndian.Uint32(w[:])
	return Hosts{binary.BigEndian.Uint32(a[:]) &^ mask, mask}
}

func (s Ports) has(port uint16) bool {
	switch s.Op {
	case AnyPort:
		return true
	case Equal:
		return slices.Contains(s.Set, port)
	case NotEqual:
		return !slices.Contains(s.Set, port)
	case Less:
		return port < s.Set[0]
	case Greater:
		return port > s.Set[0]
	case Range:
		return s.Set[0] <= port && port <= s.Set[1]
	}
	return false
}
