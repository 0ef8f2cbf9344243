// Package policy decides by lists that a user has written. So far it has access
// lists; prefix lists and route maps are to stand beside them.
//
//	accesslist.go  AccessList: entries in order, the first that matches decides
//	packet.go      Packet, what is known of a packet, and one entry's match
//
// The life of a list: the configuration is compiled to an AccessList, a plain
// value that many goroutines may read; whoever filters asks Match of every
// packet or peer, and counts. A list has no counters of its own, since it is
// compiled anew whenever a line of it changes and what was counted is to
// outlive that: the holder keeps its numbers under Entry.Text.
//
// A list decides about IPv4 alone. It ends with a deny of everything that is
// not written anywhere. Whether a list that does not exist lets pass is the
// caller's to say: IOS says yes.
//
// Left out: time ranges, reflexive entries and object groups, which the
// configuration does not take either, and IPv6.
package policy

// AccessList is a standard or extended access list.
type AccessList struct {
	Name     string // or its number
	Extended bool
	Entries  []Entry // by sequence number
}

// Implicit is the index that Match gives for the deny at the end of every list.
const Implicit = -1

// Match finds the entry that decides about a packet: its index, or Implicit.
func (l *AccessList) Match(p Packet) (index int, permit bool) {
	for i := range l.Entries {
		if l.Entries[i].matches(p) {
			return i, l.Entries[i].Permit
		}
	}
	return Implicit, false
}

// Entry is one line of a list. What the zero value of a field leaves open
// matches everything, except that a zero Hosts is the host 0.0.0.0.
type Entry struct {
	Sequence int
	Text     string // canonical, without the number: "permit tcp any any eq 22 log"
	Permit   bool
	Log      bool

	Protocol            Protocol
	Source, Destination Hosts
	SourcePort, Port    Ports // of TCP and UDP; Port is the destination's
	ICMP                ICMP
	Flags               Flags
	DSCP                Marking
	Fragments           bool // only fragments behind the first
}

// Protocol is a number of the IPv4 header, as IP protocol number plus one; the
// zero Protocol is any.
type Protocol int

// ProtocolNumber is the Protocol with this number in the IPv4 header.
func ProtocolNumber(n int) Protocol { return Protocol(n + 1) }

// Hosts are the addresses that agree with Address in every bit that is zero in
// Wildcard.
type Hosts struct{ Address, Wildcard uint32 }

// Any is every address.
var Any = Hosts{0, 0xffffffff}

// Ports says which ports match.
type Ports struct {
	Op  PortOp
	Set []uint16 // for Equal and NotEqual; the bound for Less and Greater; two bounds for Range
}

// PortOp is how ports are compared.
type PortOp int

const (
	AnyPort PortOp = iota
	Equal
	NotEqual
	Less
	Greater
	Range
)

// ICMP is a type and perhaps a code of ICMP messages.
type ICMP struct {
	On, OnCode bool
	Type, Code uint8
}

// Flags are those of TCP (RFC 9293 section 3.1), of which any one must be set.
type Flags uint8

// The flags, by their bits in the TCP header.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// Established is what every segment but the first of a connection has.
const Established = ACK | RST

// Marking is a value of bits of the type of service octet.
type Marking struct {
	On    bool
	Mask  uint8 // 0xfc for DSCP, 0xe0 for precedence
	Value uint8 // in place
}
