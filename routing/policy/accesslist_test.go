package policy

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

func hosts(addr, wildcard string) Hosts {
	return HostsOf(netip.MustParseAddr(addr), netip.MustParseAddr(wildcard))
}

func from(source string) Packet {
	return Packet{Protocol: tcp, Source: netip.MustParseAddr(source), Destination: netip.MustParseAddr("192.0.2.1"), SourcePort: 50000, Port: 22, Flags: SYN}
}

func TestFirstEntryThatMatchesDecidesAndTheRestIsDenied(t *testing.T) {
	l := &AccessList{Entries: []Entry{
		{Sequence: 10, Source: hosts("10.0.0.7", "0.0.0.0"), Destination: Any},
		{Sequence: 20, Permit: true, Source: hosts("10.0.0.99", "0.0.0.255"), Destination: Any},
		{Sequence: 30, Permit: true, Source: hosts("172.16.1.1", "0.0.254.0"), Destination: Any}, // odd third octets
	}}
	for _, c := range []struct {
		source string
		index  int
		permit bool
	}{
		{"10.0.0.7", 0, false}, {"10.0.0.8", 1, true}, {"10.0.1.8", Implicit, false},
		{"172.16.3.1", 2, true}, {"172.16.2.1", Implicit, false}, {"172.16.3.2", Implicit, false},
		{"::ffff:10.0.0.8", 1, true}, {"2001:db8::1", Implicit, false},
	} {
		if index, permit := l.Match(from(c.source)); index != c.index || permit != c.permit {
			t.Errorf("%s: entry %d, %v", c.source, index, permit)
		}
	}
	if index, permit := new(AccessList).Match(from("10.0.0.1")); index != Implicit || permit {
		t.Error("an empty list lets pass")
	}
}

func TestEntriesLookAtAllTheySay(t *testing.T) {
	ssh := from("10.0.0.1")
	with := func(f func(p *Packet)) Packet {
		p := ssh
		f(&p)
		return p
	}
	for name, c := range map[string]struct {
		entry   Entry
		match   Packet
		nomatch Packet
	}{
		"protocol":    {Entry{Protocol: ProtocolNumber(tcp)}, ssh, with(func(p *Packet) { p.Protocol = 17 })},
		"destination": {Entry{Destination: hosts("192.0.2.0", "0.0.0.255")}, ssh, with(func(p *Packet) { p.Destination = p.Source })},
		"eq":          {Entry{Port: Ports{Equal, []uint16{22, 23}}}, ssh, with(func(p *Packet) { p.Port = 24 })},
		"neq":         {Entry{Port: Ports{NotEqual, []uint16{23}}}, ssh, with(func(p *Packet) { p.Port = 23 })},
		"lt":          {Entry{Port: Ports{Less, []uint16{23}}}, ssh, with(func(p *Packet) { p.Port = 23 })},
		"gt":          {Entry{SourcePort: Ports{Greater, []uint16{49999}}}, ssh, with(func(p *Packet) { p.SourcePort = 49999 })},
		"range":       {Entry{Port: Ports{Range, []uint16{22, 30}}}, with(func(p *Packet) { p.Port = 30 }), with(func(p *Packet) { p.Port = 31 })},
		"established": {Entry{Flags: Established}, with(func(p *Packet) { p.Flags = ACK | SYN }), ssh},
		"icmp": {Entry{ICMP: ICMP{On: true, OnCode: true, Type: 3, Code: 4}}, with(func(p *Packet) { p.Protocol, p.ICMPType, p.ICMPCode = icmp, 3, 4 }),
			with(func(p *Packet) { p.Protocol, p.ICMPType, p.ICMPCode = icmp, 3, 1 })},
		"dscp":           {Entry{DSCP: Marking{true, 0xfc, 46 << 2}}, with(func(p *Packet) { p.TOS = 46<<2 | 1 }), ssh},
		"fragments":      {Entry{Fragments: true}, with(func(p *Packet) { p.Fragment = true }), ssh},
		"later fragment": {Entry{Permit: true, Port: Ports{Equal, []uint16{80}}}, with(func(p *Packet) { p.Fragment = true }), ssh},
	} {
		c.entry.Source = Any
		if name != "destination" {
			c.entry.Destination = Any
		}
		l := &AccessList{Entries: []Entry{c.entry}}
		if i, _ := l.Match(c.match); i != 0 {
			t.Errorf("%s does not match", name)
		}
		if i, _ := l.Match(c.nomatch); i == 0 {
			t.Errorf("%s matches what it should not", name)
		}
	}
	deny := &AccessList{Entries: []Entry{{Source: Any, Destination: Any, Port: Ports{Equal, []uint16{22}}}}}
	if i, _ := deny.Match(with(func(p *Packet) { p.Fragment = true })); i != Implicit {
		t.Error("a deny by port takes a fragment that has no ports")
	}
}

// FuzzWildcard compares a wildcard mask with its definition, bit by bit.
func FuzzWildcard(f *testing.F) {
	f.Add(uint32(0x0a000000), uint32(0xff), uint32(0x0a0000fe))
	f.Fuzz(func(t *testing.T, address, wildcard, candidate uint32) {
		want := true
		for bit := range 32 {
			if wildcard>>bit&1 == 0 && address>>bit&1 != candidate>>bit&1 {
				want = false
			}
		}
		addr := func(v uint32) netip.Addr {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], v)
			return netip.AddrFrom4(b)
		}
		if got := HostsOf(addr(address), addr(wildcard)).Contains(addr(candidate)); got != want {
			t.Errorf("%v/%v has %v: %v", addr(address), addr(wildcard), addr(candidate), got)
		}
	})
}
